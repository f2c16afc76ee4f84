// SPDX-License-Identifier: Apache-2.0
#include "sandbox/cloud/AzureState.h"

#include <algorithm>
#include <charconv>

namespace drover::sandbox {
namespace {

constexpr std::int64_t azureTokenSeconds = 3599;
constexpr std::int64_t keptDays = 90;
constexpr std::string_view azureBearer = "Bearer ";

CloudAnswer azureAnswer(const Json& value, int status = 200)
{
    CloudAnswer answer;
    answer.status = status;
    answer.body = goJson(value);
    return answer;
}

CloudAnswer azureError(int status, std::string_view code, std::string_view message, std::string_view inner = {})
{
    Json::Object error{{"code", Json{code}}, {"message", Json{message}}};
    if (!inner.empty())
        error.insert_or_assign("innererror", Json::Object{{"code", Json{inner}}});
    return azureAnswer(Json::Object{{"error", std::move(error)}}, status);
}

CloudAnswer noSecret(const std::string& name)
{
    return azureError(404, "SecretNotFound", "A secret with (name/id) " + name + " was not found in this key vault.");
}

CloudAnswer loginError(int status, std::string_view error, std::string_view description)
{
    return azureAnswer(Json::Object{{"error", Json{error}}, {"error_description", Json{description}}, {"error_codes", Json::Array{}}}, status);
}

std::string lowerName(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text;
}

std::string plainText(const Json& value)
{
    const auto* text = value.asString();
    return text == nullptr ? std::string() : *text;
}

} // namespace

std::int64_t AzureState::now() const
{
    return std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
}

CloudAnswer AzureState::unauthorized() const
{
    auto answer = azureError(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
    answer.headers.emplace_back("WWW-Authenticate", "Bearer authorization=\"" + baseUrl + "/" + login.tenant + "\", resource=\"" + resourceUrl() + "\"");
    return answer;
}

CloudAnswer AzureState::handle(const CloudRequest& request)
{
    const auto parts = pathParts(request.path());
    if (request.path().ends_with("/.well-known/openid-configuration"))
        return discovery();
    if (parts.size() == 4 && parts[1] == "oauth2" && parts[3] == "token")
        return token(request, parts[0]);
    const auto authorization = request.header("authorization");
    const auto known = authorization.starts_with(azureBearer) ? tokens_.find(std::string(authorization.substr(azureBearer.size()))) : tokens_.end();
    if (known == tokens_.end() || known->second < clock_.steady())
        return unauthorized();
    if (faults.takeThrottle())
        return azureError(429, "Throttled", "Request was not processed because too many requests were received.");
    if (request.query("api-version").empty())
        return azureError(400, "BadParameter", "api-version must be specified");
    if (parts.empty())
        return azureError(404, "NotFound", "not found");
    if (parts[0] == "deletedsecrets")
        return deletedCall(request, parts);
    return parts[0] == "secrets" ? secrets(request, parts) : azureError(404, "NotFound", "not found");
}

// What MSAL asks before it asks for a token.
CloudAnswer AzureState::discovery() const
{
    const auto at = baseUrl + "/" + login.tenant;
    return azureAnswer(Json::Object{{"issuer", Json{at + "/v2.0"}},
                                    {"authorization_endpoint", Json{at + "/oauth2/v2.0/authorize"}},
                                    {"token_endpoint", Json{at + "/oauth2/v2.0/token"}},
                                    {"jwks_uri", Json{at + "/discovery/v2.0/keys"}}});
}

CloudAnswer AzureState::token(const CloudRequest& request, const std::string& tenant)
{
    if (tenant != login.tenant)
        return loginError(400, "invalid_request", "AADSTS90002: Tenant '" + tenant + "' not found.");
    if (formField(request.body, "grant_type") != "client_credentials")
        return loginError(400, "unsupported_grant_type", "AADSTS70003: unsupported grant");
    if (formField(request.body, "client_id") != login.clientId)
        return loginError(400, "unauthorized_client", "AADSTS700016: Application was not found in the directory.");
    if (formField(request.body, "client_secret") != login.clientSecret)
        return loginError(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
    // Clients of libraries add openid and others.
    if (formField(request.body, "scope").find(resourceUrl() + "/.default") == std::string::npos)
        return loginError(400, "invalid_scope", "AADSTS70011: The provided value for scope is not valid.");
    const auto made = "eyJ.sandbox-" + uuid7(clock_.now(), ids_);
    tokens_[made] = clock_.steady() + fromSeconds(double(azureTokenSeconds));
    ++tokensIssued;
    return azureAnswer(Json::Object{{"token_type", Json{"Bearer"}}, {"expires_in", Json::of(azureTokenSeconds)}, {"ext_expires_in", Json::of(azureTokenSeconds)},
                                    {"access_token", Json{made}}});
}

AzureState::Entry* AzureState::find(const std::string& name, bool deleted)
{
    const auto found = entries_.find(lowerName(name));
    return found == entries_.end() || (found->second.deleted != 0) != deleted ? nullptr : &found->second;
}

CloudAnswer AzureState::secrets(const CloudRequest& request, const std::vector<std::string>& parts)
{
    const auto& method = request.method;
    const bool reading = method == "GET";
    const std::string right = reading ? (parts.size() == 1 || parts.back() == "versions" ? "list" : "get") : method == "DELETE" ? "delete" : "set";
    if (faults.denied.contains(right))
        return azureError(403, "Forbidden", "Caller is not authorized to perform action on resource.", "ForbiddenByRbac");
    if (reading && parts.size() == 1)
        return list(request);
    if (reading && parts.size() == 3 && parts[2] == "versions")
        return versions(parts[1], request);
    if (reading && (parts.size() == 2 || parts.size() == 3))
        return get(parts[1], parts.size() == 3 ? parts[2] : std::string());
    if (method == "PUT" && parts.size() == 2)
        return set(parts[1], request);
    if (method == "PATCH" && parts.size() == 3)
        return patch(parts[1], parts[2], request);
    if (method == "DELETE" && parts.size() == 2)
        return remove(parts[1]);
    return azureError(405, "MethodNotAllowed", "The requested resource does not support the method.");
}

Json::Object AzureState::itemJson(const Entry& entry, const Version& version, bool withVersion) const
{
    Json::Object attributes{{"enabled", Json{version.enabled}},
                            {"created", Json::of(version.created)},
                            {"updated", Json::of(version.updated)},
                            {"recoveryLevel", Json{"Recoverable+Purgeable"}},
                            {"recoverableDays", Json::of(keptDays)}};
    Json::Object item{{"id", Json{baseUrl + "/secrets/" + entry.name + (withVersion ? "/" + version.id : "")}}, {"attributes", std::move(attributes)}};
    if (!version.tags.isNull())
        item.insert_or_assign("tags", version.tags);
    if (!version.contentType.isNull())
        item.insert_or_assign("contentType", version.contentType);
    return item;
}

CloudAnswer AzureState::set(const std::string& name, const CloudRequest& request)
{
    constexpr std::size_t mostBytes = 25 * 1024;
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; };
    const auto body = Json::parse(request.body);
    if (name.empty() || name.size() > 127 || !std::ranges::all_of(name, fits) || !body || (*body)["value"].asString() == nullptr ||
        plainText((*body)["value"]).size() > mostBytes)
        return azureError(400, "BadParameter", "The request URI contains an invalid name, or the value is invalid: " + name);
    if (find(name, true) != nullptr)
        return azureError(409, "Conflict", "Secret " + name + " is currently in a deleted but recoverable state, and its name cannot be reused.",
                          "ObjectIsDeletedButRecoverable");
    auto& entry = entries_[lowerName(name)];
    if (entry.name.empty())
        entry.name = name;
    Version made;
    std::string id = uuid7(clock_.now(), ids_);
    std::erase(id, '-');
    made.id = id.substr(20) + id.substr(0, 20); // ids do not sort by time
    made.value = plainText((*body)["value"]);
    made.contentType = (*body)["contentType"];
    made.tags = (*body)["tags"];
    const auto* enabled = (*body)["attributes"]["enabled"].asBool();
    made.enabled = enabled == nullptr || *enabled;
    made.created = made.updated = now();
    entry.versions.push_back(made);
    auto item = itemJson(entry, made, true);
    item.insert_or_assign("value", Json{made.value});
    return faults.takeLostAnswer() ? azureError(500, "InternalError", "lost") : azureAnswer(item);
}

CloudAnswer AzureState::patch(const std::string& name, const std::string& version, const CloudRequest& request)
{
    auto* entry = find(name);
    const auto body = Json::parse(request.body);
    if (entry == nullptr || !body)
        return noSecret(name);
    const auto found = std::ranges::find(entry->versions, version, &Version::id);
    if (found == entry->versions.end())
        return noSecret(name + "/" + version);
    if (const auto* enabled = (*body)["attributes"]["enabled"].asBool())
        found->enabled = *enabled;
    if (!(*body)["tags"].isNull())
        found->tags = (*body)["tags"];
    if (!(*body)["contentType"].isNull())
        found->contentType = (*body)["contentType"];
    found->updated = now();
    return azureAnswer(itemJson(*entry, *found, true));
}

CloudAnswer AzureState::get(const std::string& name, const std::string& version)
{
    const auto* entry = find(name);
    if (entry == nullptr)
        return noSecret(name);
    const auto found = version.empty() ? std::prev(entry->versions.end()) : std::ranges::find(entry->versions, version, &Version::id);
    if (found == entry->versions.end())
        return noSecret(name + "/" + version);
    if (!found->enabled)
        return azureError(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled");
    auto item = itemJson(*entry, *found, true);
    item.insert_or_assign("value", Json{found->value});
    return azureAnswer(item);
}

CloudAnswer AzureState::page(const CloudRequest& request, const Json::Array& all) const
{
    const auto number = [](const std::string& text, std::size_t otherwise) {
        std::size_t value = otherwise;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    const auto most = std::clamp<std::size_t>(number(request.query("maxresults"), 25), 1, 25);
    const auto from = std::min(number(request.query("$skiptoken"), 0), all.size());
    const auto end = std::min(from + most, all.size());
    Json next;
    if (end < all.size())
        next = Json{baseUrl + std::string(request.path()) + "?api-version=" + request.query("api-version") + "&$skiptoken=" + std::to_string(end) +
                    "&maxresults=" + std::to_string(most)};
    return azureAnswer(Json::Object{{"value", Json::Array(all.begin() + std::ptrdiff_t(from), all.begin() + std::ptrdiff_t(end))}, {"nextLink", next}});
}

CloudAnswer AzureState::list(const CloudRequest& request)
{
    Json::Array all;
    for (const auto& [key, entry] : entries_)
        if (entry.deleted == 0)
            all.push_back(itemJson(entry, entry.versions.back(), false));
    return page(request, all);
}

CloudAnswer AzureState::versions(const std::string& name, const CloudRequest& request)
{
    const auto* entry = find(name);
    Json::Array all;
    if (entry != nullptr)
        for (const auto& version : entry->versions)
            all.push_back(itemJson(*entry, version, true));
    return page(request, all);
}

Json::Object AzureState::deletedJson(const Entry& entry) const
{
    auto item = itemJson(entry, entry.versions.back(), true);
    item.insert_or_assign("recoveryId", Json{baseUrl + "/deletedsecrets/" + entry.name});
    item.insert_or_assign("deletedDate", Json::of(entry.deleted));
    item.insert_or_assign("scheduledPurgeDate", Json::of(entry.deleted + keptDays * 86400));
    return item;
}

CloudAnswer AzureState::remove(const std::string& name)
{
    auto* entry = find(name);
    if (entry == nullptr)
        return noSecret(name);
    entry->deleted = now();
    return azureAnswer(deletedJson(*entry));
}

CloudAnswer AzureState::deletedCall(const CloudRequest& request, const std::vector<std::string>& parts)
{
    if (parts.size() == 1) {
        Json::Array all;
        for (const auto& [key, entry] : entries_)
            if (entry.deleted != 0)
                all.push_back(deletedJson(entry));
        return page(request, all);
    }
    auto* entry = find(parts[1], true);
    if (entry == nullptr)
        return noSecret(parts[1]);
    if (request.method == "GET" && parts.size() == 2)
        return azureAnswer(deletedJson(*entry));
    if (request.method == "POST" && parts.size() == 3 && parts[2] == "recover") {
        entry->deleted = 0;
        return azureAnswer(itemJson(*entry, entry->versions.back(), true));
    }
    if (request.method == "DELETE" && parts.size() == 2) {
        entries_.erase(lowerName(parts[1]));
        CloudAnswer gone;
        gone.status = 204;
        return gone;
    }
    return azureError(405, "MethodNotAllowed", "The requested resource does not support the method.");
}

} // namespace drover::sandbox
