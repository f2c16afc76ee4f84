// SPDX-License-Identifier: Apache-2.0
#include "protocol/cloud/Gcp.h"

#include "protocol/json/JsonScan.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/routing/Base64.h"
#include "protocol/routing/Sealing.h"

#include <algorithm>

namespace drover::gcp {
namespace {

constexpr std::string_view scope = "https://www.googleapis.com/auth/cloud-platform";
constexpr std::string_view grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr std::size_t pageSize = 100;

std::string secretsOf(std::string_view project)
{
    return "/v1/projects/" + cloud::percentEncoded(project) + "/secrets";
}

std::string secretOf(std::string_view project, std::string_view name)
{
    return secretsOf(project) + "/" + cloud::percentEncoded(name);
}

cloud::Request withBody(std::string target, std::string& body)
{
    return {"POST", std::move(target), {{"Content-Type", "application/json"}}, Secret::taking(body)};
}

std::string paged(std::string target, std::size_t most, std::string_view pageToken)
{
    target += "?pageSize=" + std::to_string(most);
    if (!pageToken.empty())
        target += "&pageToken=" + cloud::percentEncoded(pageToken);
    return target;
}

std::int64_t unixSeconds(WallTime time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

} // namespace

Result<void> checkName(std::string_view name)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    if (name.empty() || name.size() > 255 || !std::ranges::all_of(name, fits))
        return Error{Errc::invalidInput, "GCP takes names of 1 to 255 letters, digits, - and _", std::string(name)};
    return {};
}

cloud::Request createRequest(std::string_view project, std::string_view name)
{
    std::string body = R"({"replication":{"automatic":{}},"labels":{"created-by":"drover"}})";
    return withBody(secretsOf(project) + "?secretId=" + cloud::percentEncoded(name), body);
}

cloud::Request addRequest(std::string_view project, std::string_view name, const cloud::Entry& entry)
{
    const Secret value = cloud::writeEntry(entry);
    std::string body;
    body.reserve(200 + 2 * value.size()); // no copy of the secret is left behind by growing
    JsonWriter json{body};
    json.beginObject().key("payload").beginObject();
    value.reveal([&](std::string_view text) {
        auto data = toBase64(text);
        json.field("data", data).field("dataCrc32c", std::to_string(cloud::crc32c(text)));
        wipe(data);
    });
    json.endObject().endObject();
    return withBody(secretOf(project, name) + ":addVersion", body);
}

cloud::Request accessRequest(std::string_view project, std::string_view name, std::uint64_t version)
{
    const auto which = version == 0 ? std::string("latest") : std::to_string(version);
    return {"GET", secretOf(project, name) + "/versions/" + which + ":access", {}, {}};
}

cloud::Request versionsRequest(std::string_view project, std::string_view name, std::string_view pageToken)
{
    return {"GET", paged(secretOf(project, name) + "/versions", pageSize, pageToken), {}, {}};
}

cloud::Request listRequest(std::string_view project, std::string_view prefix, std::size_t most, std::string_view pageToken)
{
    // A filter matches anywhere in the name; the caller looks at the beginning.
    return {"GET", paged(secretsOf(project), most, pageToken) + "&filter=" + cloud::percentEncoded("name:" + std::string(prefix)), {}, {}};
}

cloud::Request disableRequest(std::string_view project, std::string_view name, std::uint64_t version)
{
    std::string body = "{}";
    return withBody(secretOf(project, name) + "/versions/" + std::to_string(version) + ":disable", body);
}

cloud::Request removeRequest(std::string_view project, std::string_view name)
{
    return {"DELETE", secretOf(project, name), {}, {}};
}

Result<ServiceAccount> parseServiceAccount(const Secret& json)
{
    ServiceAccount made;
    std::string type;
    const bool whole = json.reveal([&](std::string_view text) {
        JsonScan scan{text};
        return scan.members([&](std::string_view name, JsonScan& value) {
            if (value.kind() != '"')
                return;
            const std::string field(name);
            auto content = value.text().value_or(std::string());
            if (field == "private_key")
                made.privateKey = Secret::taking(content);
            else if (field == "client_email")
                made.email = std::move(content);
            else if (field == "private_key_id")
                made.keyId = std::move(content);
            else if (field == "token_uri")
                made.tokenUri = std::move(content);
            else if (field == "project_id")
                made.project = std::move(content);
            else if (field == "type")
                type = std::move(content);
        });
    });
    const auto wrong = [](std::string what, std::string where) { return Error{Errc::invalidInput, std::move(what), std::move(where)}; };
    if (!whole)
        return wrong("this is not the JSON file of a service account's key", {});
    if (!type.empty() && type != "service_account")
        return wrong("credentials of type " + cloud::tidied(type) + " are not read: make a key of a service account", "type");
    if (made.email.empty())
        return wrong("the service account's key has no client_email", "client_email");
    if (made.privateKey.empty())
        return wrong("the service account's key has no private_key", "private_key");
    if (made.tokenUri.empty())
        made.tokenUri = "https://oauth2.googleapis.com/token";
    // The assertion goes there: nobody may read it on the way.
    if (const auto host = hostOfUrl(made.tokenUri); !host.has_value())
        return wrong("token_uri: " + host.error().what, "token_uri");
    return made;
}

std::string assertionToSign(const ServiceAccount& account, WallTime now)
{
    constexpr std::int64_t hour = 3600;
    std::string header;
    JsonWriter head{header};
    head.beginObject().field("alg", "RS256").field("typ", "JWT");
    if (!account.keyId.empty())
        head.field("kid", account.keyId);
    head.endObject();
    std::string claims;
    JsonWriter body{claims};
    body.beginObject().field("iss", account.email).field("scope", scope).field("aud", account.tokenUri);
    body.field("iat", unixSeconds(now)).field("exp", unixSeconds(now) + hour).endObject();
    return toBase64Url(header) + "." + toBase64Url(claims);
}

cloud::Request tokenRequest(std::string_view target, std::string_view assertion)
{
    auto form = cloud::formEncoded({{"grant_type", grant}, {"assertion", assertion}});
    return {"POST", std::string(target), {{"Content-Type", "application/x-www-form-urlencoded"}}, Secret::taking(form)};
}

} // namespace drover::gcp
