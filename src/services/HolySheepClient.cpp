// SPDX-License-Identifier: Apache-2.0
#include "services/HolySheepClient.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/openai/Errors.h"
#include "protocol/routing/Sealing.h"
#include "services/ProviderHttp.h"

#include <QByteArray>

namespace drover {
namespace {

constexpr const char* pasteInstead =
    "this provider has no API to make keys: make one on its dashboard and add it with "
    "`droverctl keys add ID --target NAME`";

Errc codeOfClass(ErrorClass errorClass, int status)
{
    switch (errorClass) {
    case ErrorClass::auth:
        return status == 403 ? Errc::forbidden : Errc::unauthorized;
    case ErrorClass::billing:
        return Errc::quota;
    case ErrorClass::rate:
        return Errc::rateLimited;
    case ErrorClass::overload:
    case ErrorClass::upstream:
        return Errc::unavailable;
    default:
        // Any 4xx is a no, but for these: the key may be there already, or the request may still be carried out.
        return status == 409                  ? Errc::conflict
               : status == 408                ? Errc::timeout
               : status >= 400 && status < 500 ? Errc::invalidInput
                                               : Errc::protocol;
    }
}

Error errorOf(const HttpResponse& response, const std::string& url, const Secret& credential)
{
    const auto parsed = parseError(response.status, response.body);
    const std::string said = parsed.message.empty() ? "HTTP status " + std::to_string(response.status)
                                                    : scrubbed(parsed.message, {&credential});
    const auto host = hostOfUrl(url);
    return {codeOfClass(parsed.errorClass, response.status), said, host.has_value() ? *host : std::string()};
}

Error badKeyAnswer(const Error& error)
{
    return {Errc::protocol, "its answer on keys cannot be read: " + error.what, error.where};
}

Result<MintedKey> parseMinted(HttpResponse& response, const std::string& name)
{
    auto object = parseJsonObject(response.body);
    wipe(response.body);
    if (!object.has_value())
        return badKeyAnswer(object.error());
    JsonFields fields{*object};
    MintedKey made;
    made.id = fields.text("key_id");
    made.name = fields.textOr("name", name);
    auto key = fields.text("api_key");
    made.key = Secret::taking(key);
    made.createdAt = fields.maybeTime("created_at").value_or(WallTime{});
    made.expiresAt = fields.maybeTime("expires_at");
    if (fields.failed())
        return badKeyAnswer(*fields.error());
    if (made.id.empty() || made.key.empty())
        return Error{Errc::protocol, "it made a key without an id or without the key", {}};
    return made;
}

Result<std::vector<IssuedKey>> parseIssued(const std::string& body)
{
    auto object = parseJsonObject(body);
    if (!object.has_value())
        return badKeyAnswer(object.error());
    JsonFields fields{*object};
    std::vector<IssuedKey> all;
    fields.list("data", [&all](JsonFields& key) {
        all.push_back({key.text("key_id"), key.textOr("name", ""), key.flagOr("active", true),
                       key.maybeTime("created_at").value_or(WallTime{}), key.maybeTime("expires_at"),
                       key.maybeTime("last_used_at")});
    });
    if (fields.failed())
        return badKeyAnswer(*fields.error());
    return all;
}

} // namespace

HolySheepClient::HolySheepClient(HttpClient& http, std::string baseUrl, HttpRoute route, Secret credential)
    : http_(http), baseUrl_(std::move(baseUrl)), route_(std::move(route)), credential_(std::move(credential))
{
}

bool HolySheepClient::canMint() const
{
    return !credential_.empty() && !absent_;
}

HttpRequest HolySheepClient::request(const char* method, const std::string& path, RetryPolicy retry) const
{
    HttpRequest made;
    made.method = method;
    made.url = joinUrl(baseUrl_, path);
    made.headers = {{"Accept", "application/json"}};
    made.secretHeaders.push_back({"Authorization", "Bearer ", credential_.duplicate()});
    made.route = route_;
    made.retry = retry;
    return made;
}

Task<Result<HttpResponse>> HolySheepClient::call(HttpRequest request, Deadline deadline)
{
    if (!canMint())
        co_return Error{Errc::unavailable, pasteInstead, {}};
    const auto url = request.url;
    const auto method = request.method;
    auto sending = http_.send(std::move(request), deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value())
        co_return response;
    const int status = response->status;
    // A 404 to DELETE speaks of the key, not of the API.
    if (status == 405 || status == 501 || (status == 404 && method != "DELETE")) {
        absent_ = method == "POST";
        co_return Error{Errc::unavailable, pasteInstead, {}};
    }
    if ((status < 200 || status > 299) && status != 404)
        co_return errorOf(*response, url, credential_);
    co_return response;
}

Task<Result<MintedKey>> HolySheepClient::mint(std::string name, std::uint32_t expiresInDays,
                                              std::uint64_t rateLimit, Deadline deadline)
{
    // A second key made by accident is one nobody knows: sent again only where it surely was not carried out.
    auto post = request("POST", "keys", RetryPolicy::once());
    post.headers.emplace_back("Content-Type", "application/json");
    JsonWriter json{post.body};
    json.beginObject()
        .field("name", name)
        .field("expires_in_days", expiresInDays)
        .field("rate_limit", rateLimit)
        .endObject();
    auto calling = call(std::move(post), deadline);
    auto response = co_await std::move(calling);
    if (!response.has_value())
        co_return std::move(response).error();
    co_return parseMinted(*response, name);
}

Task<Result<std::vector<IssuedKey>>> HolySheepClient::list(Deadline deadline)
{
    auto calling = call(request("GET", "keys", RetryPolicy::idempotent()), deadline);
    auto response = co_await std::move(calling);
    if (!response.has_value())
        co_return std::move(response).error();
    co_return parseIssued(response->body);
}

Task<Result<void>> HolySheepClient::revoke(std::string keyId, Deadline deadline)
{
    const auto id = QByteArray::fromStdString(keyId).toPercentEncoding().toStdString();
    auto calling = call(request("DELETE", "keys/" + id, RetryPolicy::idempotent()), deadline);
    auto response = co_await std::move(calling);
    if (!response.has_value())
        co_return std::move(response).error();
    co_return Result<void>{}; // 404: it is not there any more, which is what was asked
}

} // namespace drover
