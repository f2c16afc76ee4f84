// SPDX-License-Identifier: Apache-2.0
#include "services/HolySheepClient.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"

#include <QByteArray>

namespace drover {
namespace {

constexpr const char* pasteInstead =
    "this provider has no API to make keys: make one on its dashboard and add it with "
    "`droverctl keys add ID --target NAME`";

constexpr const char* listByHand =
    "this provider has no API to list keys: look on its dashboard for keys named auto-rotate-… that nobody uses, and end them there";
constexpr const char* endByHand = "this provider has no API to end keys: end the key on its dashboard";

// A 404 to DELETE speaks of the key, not of the API.
bool isAbsent(int status, bool ofOneKey)
{
    return status == 405 || status == 501 || (status == 404 && !ofOneKey);
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
    : api_(http, std::move(baseUrl), std::move(route), std::move(credential), "Authorization", "Bearer ")
{
}

Task<Result<MintedKey>> HolySheepClient::mint(std::string name, std::uint32_t expiresInDays,
                                              std::uint64_t rateLimit, Deadline deadline)
{
    if (!canMint())
        co_return Error{Errc::unavailable, pasteInstead, {}};
    std::string body;
    JsonWriter json{body};
    json.beginObject()
        .field("name", name)
        .field("expires_in_days", expiresInDays)
        .field("rate_limit", rateLimit)
        .endObject();
    // A second key made by accident is one nobody knows: sent again only where it surely was not carried out.
    auto asking = api_.ask(api_.request("POST", "keys", RetryPolicy::once(), std::move(body)), deadline);
    auto response = co_await std::move(asking);
    if (!response.has_value())
        co_return std::move(response).error();
    mintAbsent_ = isAbsent(response->status, false);
    if (mintAbsent_)
        co_return Error{Errc::unavailable, pasteInstead, {}};
    if (response->status < 200 || response->status > 299)
        co_return api_.errorOf(*response);
    co_return parseMinted(*response, name);
}

Task<Result<std::vector<IssuedKey>>> HolySheepClient::list(Deadline deadline)
{
    if (!canList())
        co_return Error{Errc::unavailable, listByHand, {}};
    auto asking = api_.ask(api_.request("GET", "keys", RetryPolicy::idempotent()), deadline);
    auto response = co_await std::move(asking);
    if (!response.has_value())
        co_return std::move(response).error();
    listAbsent_ = isAbsent(response->status, false);
    if (listAbsent_)
        co_return Error{Errc::unavailable, listByHand, {}};
    if (response->status < 200 || response->status > 299)
        co_return api_.errorOf(*response);
    co_return parseIssued(response->body);
}

Task<Result<void>> HolySheepClient::revoke(std::string keyId, Deadline deadline)
{
    if (!canRevoke())
        co_return Error{Errc::unavailable, endByHand, keyId};
    const auto id = QByteArray::fromStdString(keyId).toPercentEncoding().toStdString();
    auto asking = api_.ask(api_.request("DELETE", "keys/" + id, RetryPolicy::idempotent()), deadline);
    auto response = co_await std::move(asking);
    if (!response.has_value())
        co_return std::move(response).error();
    revokeAbsent_ = isAbsent(response->status, true);
    if (revokeAbsent_)
        co_return Error{Errc::unavailable, endByHand, keyId};
    const bool gone = response->status == 404; // it is not there any more, which is what was asked
    if (!gone && (response->status < 200 || response->status > 299))
        co_return api_.errorOf(*response);
    co_return Result<void>{};
}

} // namespace drover
