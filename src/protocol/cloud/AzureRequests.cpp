// SPDX-License-Identifier: Apache-2.0
#include "protocol/cloud/Azure.h"

#include "protocol/json/JsonWriter.h"
#include "protocol/routing/Sealing.h"

namespace drover::azure {
namespace {

std::string versioned(std::string path)
{
    return path.append("?api-version=").append(apiVersion);
}

cloud::Request withJson(std::string method, std::string target, std::string& body)
{
    return {std::move(method), std::move(target), {{"Content-Type", "application/json"}}, Secret::taking(body)};
}

} // namespace

Result<std::string> mappedName(std::string_view name)
{
    constexpr std::size_t longest = 127;
    std::string mapped;
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        if (!plain && c != '_' && c != '/')
            return Error{Errc::invalidInput, "Azure takes names of letters, digits and - (Drover writes _ and / as -)", std::string(name)};
        mapped += plain ? c : '-';
    }
    if (mapped.empty() || mapped.size() > longest)
        return Error{Errc::invalidInput, "Azure takes names of 1 to 127 characters", std::string(name)};
    return mapped;
}

cloud::Request setRequest(std::string_view name, std::string_view original, const cloud::Entry& entry)
{
    const Secret value = cloud::writeEntry(entry);
    std::string body;
    body.reserve(1024 + 2 * value.size()); // no copy of the secret is left behind by growing
    JsonWriter json{body};
    json.beginObject();
    value.reveal([&](std::string_view text) { json.field("value", text); });
    json.field("contentType", "application/json");
    json.key("tags").beginObject().field("drover-name", original).field("drover-version", std::to_string(entry.version));
    json.field("drover-write", entry.writeId).endObject().endObject();
    return withJson("PUT", versioned("/secrets/" + std::string(name)), body);
}

cloud::Request readRequest(std::string_view name, std::string_view version)
{
    const std::string below = version.empty() ? std::string() : "/" + std::string(version);
    return {"GET", versioned("/secrets/" + std::string(name) + below), {}, {}};
}

cloud::Request versionsRequest(std::string_view name)
{
    return {"GET", versioned("/secrets/" + std::string(name) + "/versions") + "&maxresults=25", {}, {}};
}

cloud::Request listRequest(std::size_t most)
{
    return {"GET", versioned("/secrets") + "&maxresults=" + std::to_string(most), {}, {}};
}

cloud::Request disableRequest(std::string_view name, std::string_view version)
{
    std::string body = R"({"attributes":{"enabled":false}})";
    return withJson("PATCH", versioned("/secrets/" + std::string(name) + "/" + std::string(version)), body);
}

cloud::Request removeRequest(std::string_view name)
{
    return {"DELETE", versioned("/secrets/" + std::string(name)), {}, {}};
}

Result<cloud::Request> nextPageRequest(std::string_view vaultUrl, std::string_view nextLink)
{
    const auto ours = hostOfUrl(vaultUrl);
    const auto theirs = hostOfUrl(nextLink);
    const bool same = ours.has_value() && theirs.has_value() && *ours == *theirs &&
                      vaultUrl.substr(0, vaultUrl.find(':')) == nextLink.substr(0, nextLink.find(':'));
    if (!same)
        return Error{Errc::protocol, "the vault's next page is on another host; not followed, since the token would go there", {}};
    const auto path = nextLink.find('/', nextLink.find("//") + 2);
    return cloud::Request{"GET", path == std::string_view::npos ? "/" : std::string(nextLink.substr(path)), {}, {}};
}

cloud::Request tokenRequest(std::string_view tenant, std::string_view clientId, const Secret& clientSecret, std::string_view scope)
{
    return clientSecret.reveal([&](std::string_view secret) -> cloud::Request {
        auto form = cloud::formEncoded({{"grant_type", "client_credentials"}, {"client_id", clientId}, {"client_secret", secret}, {"scope", scope}});
        return {"POST",
                "/" + cloud::percentEncoded(tenant) + "/oauth2/v2.0/token",
                {{"Content-Type", "application/x-www-form-urlencoded"}},
                Secret::taking(form)};
    });
}

} // namespace drover::azure
