// SPDX-License-Identifier: Apache-2.0
#include "sandbox/cloud/GcpState.h"

#include "protocol/cloud/Cloud.h"
#include "protocol/routing/Base64.h"

#include <algorithm>
#include <charconv>

namespace drover::sandbox {
namespace {

constexpr std::int64_t gcpTokenSeconds = 3599;
constexpr std::string_view gcpBearer = "Bearer ";
constexpr std::string_view accountEmail = "drover@drover-sandbox.iam.gserviceaccount.com";

CloudAnswer gcpAnswer(const Json& value)
{
    CloudAnswer answer;
    answer.body = goJson(value);
    return answer;
}

CloudAnswer gcpError(int status, std::string_view word, std::string_view message)
{
    auto answer = gcpAnswer(Json::Object{
        {"error", Json::Object{{"code", Json::of(status)}, {"message", Json{message}}, {"status", Json{word}}, {"details", Json::Array{}}}}});
    answer.status = status;
    return answer;
}

CloudAnswer grantError(std::string_view why)
{
    auto answer = gcpAnswer(Json::Object{{"error", Json{"invalid_grant"}}, {"error_description", Json{why}}});
    answer.status = 400;
    return answer;
}

CloudAnswer unknownSecret(const std::string& name)
{
    return gcpError(404, "NOT_FOUND", "Secret [" + name + "] not found or has no versions.");
}

std::optional<std::string> fromBase64Url(std::string text)
{
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    while (text.size() % 4 != 0)
        text += '=';
    return fromBase64(text);
}

std::string stringOf(const Json& value)
{
    const auto* text = value.asString();
    return text == nullptr ? std::string() : *text;
}

std::size_t pageSizeOf(const CloudRequest& request)
{
    const auto text = request.query("pageSize");
    std::size_t size = 0;
    std::from_chars(text.data(), text.data() + text.size(), size);
    return size == 0 || size > 25000 ? 25 : size;
}

} // namespace

std::string GcpState::serviceAccount()
{
    return goJson(Json::Object{{"type", Json{"service_account"}},
                               {"project_id", Json{project}},
                               {"private_key_id", Json{"sandbox-key-1"}},
                               {"private_key", Json{key_.privatePem()}},
                               {"client_email", Json{accountEmail}},
                               {"token_uri", Json{baseUrl + "/token"}}});
}

CloudAnswer GcpState::handle(const CloudRequest& request)
{
    if (request.path() == "/token")
        return token(request);
    const auto authorization = request.header("authorization");
    const auto known = authorization.starts_with(gcpBearer) ? tokens_.find(std::string(authorization.substr(gcpBearer.size()))) : tokens_.end();
    if (known == tokens_.end() || known->second < clock_.steady())
        return gcpError(401, "UNAUTHENTICATED", "Request had invalid authentication credentials. Expected OAuth 2 access token.");
    if (faults.takeThrottle())
        return gcpError(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Access requests'.");
    auto parts = pathParts(request.path());
    if (parts.size() < 4 || parts[0] != "v1" || parts[1] != "projects" || parts[3] != "secrets")
        return gcpError(404, "NOT_FOUND", "Not found");
    if (parts[2] != project)
        return gcpError(403, "PERMISSION_DENIED", "Permission denied on resource project " + parts[2] + ".");
    return call(request, std::move(parts));
}

CloudAnswer GcpState::token(const CloudRequest& request)
{
    constexpr std::int64_t skew = 300;
    if (formField(request.body, "grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer")
        return grantError("unsupported grant");
    const auto assertion = formField(request.body, "assertion");
    const auto first = assertion.find('.');
    const auto last = assertion.rfind('.');
    if (first == std::string::npos || first == last)
        return grantError("Invalid JWT");
    const auto head = Json::parse(fromBase64Url(assertion.substr(0, first)).value_or(""));
    const auto claims = Json::parse(fromBase64Url(assertion.substr(first + 1, last - first - 1)).value_or(""));
    const auto signature = fromBase64Url(assertion.substr(last + 1));
    if (!head || !claims || !signature || (*head)["alg"] != Json{"RS256"} || !key_.verifies(assertion.substr(0, last), *signature))
        return grantError("Invalid JWT Signature.");
    if ((*claims)["iss"] != Json{accountEmail})
        return grantError("Invalid grant: account not found");
    // Google's own library knows no other audience than Google.
    const auto& audience = (*claims)["aud"];
    if ((audience != Json{baseUrl + "/token"} && audience != Json{"https://oauth2.googleapis.com/token"}) || (*claims)["scope"] != Json{"https://www.googleapis.com/auth/cloud-platform"})
        return grantError("Invalid JWT: audience or scope");
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
    const auto issued = (*claims)["iat"].asInteger().value_or(0);
    const auto ends = (*claims)["exp"].asInteger().value_or(0);
    if (issued > now + skew || ends < now || ends > issued + 3600)
        return grantError("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                          "Check your iat and exp values in the JWT claim.");
    const auto made = "ya29.sandbox-" + uuid7(clock_.now(), ids_);
    tokens_[made] = clock_.steady() + fromSeconds(double(gcpTokenSeconds));
    ++tokensIssued;
    return gcpAnswer(Json::Object{{"access_token", Json{made}}, {"expires_in", Json::of(gcpTokenSeconds)}, {"token_type", Json{"Bearer"}}});
}

CloudAnswer GcpState::call(const CloudRequest& request, std::vector<std::string> parts)
{
    const bool get = request.method == "GET";
    const bool post = request.method == "POST";
    const auto denied = [&](const std::string& right) { return faults.denied.contains(right); };
    if (parts.size() == 4) {
        const std::string right = get ? "list" : "create";
        if (denied(right))
            return gcpError(403, "PERMISSION_DENIED", "Permission 'secretmanager.secrets." + right + "' denied");
        return get ? list(request) : create(request);
    }
    // "name:addVersion", "7:access"
    std::string verb;
    if (const auto colon = parts.back().find(':'); colon != std::string::npos) {
        verb = parts.back().substr(colon + 1);
        parts.back().resize(colon);
    }
    const auto& name = parts[4];
    if (denied(verb.empty() ? std::string(request.method) : verb))
        return gcpError(403, "PERMISSION_DENIED", "Permission denied for resource projects/1/secrets/" + name + " (or it may not exist).");
    const auto found = entries_.find(name);
    if (found == entries_.end())
        return unknownSecret(nameOf(name));
    auto& entry = found->second;
    if (parts.size() == 5 && post && verb == "addVersion")
        return add(name, entry, request);
    if (parts.size() == 5 && get && verb.empty())
        return gcpAnswer(Json::Object{{"name", Json{nameOf(name)}}, {"createTime", Json{formatTime(entry.created)}}, {"labels", entry.labels}});
    if (parts.size() == 5 && request.method == "DELETE") {
        entries_.erase(found);
        return gcpAnswer(Json::Object{});
    }
    if (parts.size() == 6 && parts[5] == "versions" && get)
        return listVersions(name, entry, request);
    if (parts.size() == 7 && parts[5] == "versions" && (get || post))
        return version(name, entry, parts[6], verb);
    return gcpError(404, "NOT_FOUND", "Not found");
}

std::string GcpState::nameOf(const std::string& name) const
{
    return "projects/123456789/secrets/" + name; // with the project's number, as GCP answers
}

Json GcpState::versionJson(const std::string& name, const Entry& entry, std::size_t number) const
{
    const auto& one = entry.versions[number - 1];
    constexpr std::string_view words[] = {"ENABLED", "DISABLED", "DESTROYED"};
    return Json::Object{{"name", Json{nameOf(name) + "/versions/" + std::to_string(number)}},
                        {"createTime", Json{formatTime(one.created)}},
                        {"state", Json{words[std::size_t(one.state)]}},
                        {"replicationStatus", Json::Object{{"automatic", Json::Object{}}}},
                        {"etag", Json{"\"15f\""}}};
}

CloudAnswer GcpState::create(const CloudRequest& request)
{
    const auto name = request.query("secretId");
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
    const auto body = Json::parse(request.body);
    if (name.empty() || name.size() > 255 || !std::ranges::all_of(name, fits) || !body || (*body)["replication"].asObject() == nullptr)
        return gcpError(400, "INVALID_ARGUMENT", "The provided Secret ID or replication does not match the expected format.");
    if (entries_.contains(name))
        return gcpError(409, "ALREADY_EXISTS", "Secret [" + nameOf(name) + "] already exists.");
    auto& entry = entries_[name];
    entry.labels = (*body)["labels"];
    entry.created = clock_.now();
    if (faults.takeLostAnswer())
        return gcpError(500, "INTERNAL", "lost");
    return gcpAnswer(Json::Object{{"name", Json{nameOf(name)}}, {"createTime", Json{formatTime(entry.created)}}, {"labels", entry.labels}});
}

CloudAnswer GcpState::list(const CloudRequest& request)
{
    auto filter = request.query("filter");
    if (filter.starts_with("name:"))
        filter.erase(0, 5);
    const auto after = request.query("pageToken");
    auto most = pageSizeOf(request);
    Json::Array found;
    Json::Object all;
    std::string last;
    for (const auto& [name, entry] : entries_) {
        if (name <= after || nameOf(name).find(filter) == std::string::npos)
            continue;
        if (most-- == 0) {
            all.insert_or_assign("nextPageToken", Json{last});
            break;
        }
        found.push_back(Json::Object{{"name", Json{nameOf(name)}}, {"createTime", Json{formatTime(entry.created)}}});
        last = name;
    }
    all.insert_or_assign("secrets", std::move(found));
    return gcpAnswer(all);
}

CloudAnswer GcpState::add(const std::string& name, Entry& entry, const CloudRequest& request)
{
    const auto body = Json::parse(request.body);
    const auto data = body ? stringOf((*body)["payload"]["data"]) : std::string();
    const auto bytes = fromBase64(data);
    if (data.empty() || !bytes || bytes->size() > 65536)
        return gcpError(400, "INVALID_ARGUMENT", "The payload is not base64, or too large.");
    const auto& sum = (*body)["payload"]["dataCrc32c"];
    const auto given = sum.asNumber() != nullptr ? sum.asNumber()->text : stringOf(sum);
    if (!given.empty() && given != std::to_string(cloud::crc32c(*bytes)))
        return gcpError(400, "INVALID_ARGUMENT", "The provided checksum does not match the payload.");
    entry.versions.push_back({data, State::enabled, clock_.now()});
    if (faults.takeLostAnswer())
        return gcpError(500, "INTERNAL", "lost");
    return gcpAnswer(versionJson(name, entry, entry.versions.size()));
}

CloudAnswer GcpState::listVersions(const std::string& name, const Entry& entry, const CloudRequest& request)
{
    auto most = pageSizeOf(request);
    auto number = entry.versions.size();
    if (const auto token = request.query("pageToken"); !token.empty())
        std::from_chars(token.data(), token.data() + token.size(), number);
    Json::Array found;
    Json::Object all{{"totalSize", Json::of(std::int64_t(entry.versions.size()))}};
    for (; number > 0 && most-- > 0; --number)
        found.push_back(versionJson(name, entry, number));
    if (number > 0)
        all.insert_or_assign("nextPageToken", Json{std::to_string(number)});
    all.insert_or_assign("versions", std::move(found));
    return gcpAnswer(all);
}

CloudAnswer GcpState::version(const std::string& name, Entry& entry, std::string which, const std::string& verb)
{
    std::size_t number = entry.versions.size();
    if (which != "latest") {
        number = 0;
        std::from_chars(which.data(), which.data() + which.size(), number);
    }
    if (number == 0 || number > entry.versions.size())
        return unknownSecret(nameOf(name) + "/versions/" + which);
    auto& one = entry.versions[number - 1];
    const auto precondition = [&](std::string_view state) {
        return gcpError(400, "FAILED_PRECONDITION", "Secret Version [" + nameOf(name) + "/versions/" + std::to_string(number) + "] is in " +
                                                        std::string(state) + " state.");
    };
    if (verb == "access") {
        if (one.state != State::enabled)
            return precondition(one.state == State::disabled ? "DISABLED" : "DESTROYED");
        const auto sum = cloud::crc32c(fromBase64(one.data).value_or(""));
        return gcpAnswer(Json::Object{{"name", Json{nameOf(name) + "/versions/" + std::to_string(number)}},
                                      {"payload", Json::Object{{"data", Json{one.data}}, {"dataCrc32c", Json{std::to_string(sum)}}}}});
    }
    if (!verb.empty() && one.state == State::destroyed)
        return precondition("DESTROYED");
    if (verb == "disable")
        one.state = State::disabled;
    else if (verb == "enable")
        one.state = State::enabled;
    else if (verb == "destroy")
        one = {{}, State::destroyed, one.created};
    else if (!verb.empty())
        return gcpError(404, "NOT_FOUND", "Not found");
    return gcpAnswer(versionJson(name, entry, number));
}

} // namespace drover::sandbox
