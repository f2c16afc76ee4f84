// SPDX-License-Identifier: Apache-2.0
#include "sandbox/vault/VaultState.h"

#include "sandbox/vault/VaultPath.h"

#include <algorithm>
#include <array>
#include <utility>

namespace drover::sandbox {
namespace {

constexpr std::size_t mostBytes = 32 * 1024 * 1024;
constexpr std::string_view apiPrefix = "/v1/";

std::optional<VaultVerb> verbOf(std::string_view method)
{
    constexpr std::array<std::pair<std::string_view, VaultVerb>, 7> verbs{{{"GET", VaultVerb::read},
                                                                           {"LIST", VaultVerb::list},
                                                                           {"POST", VaultVerb::update},
                                                                           {"PUT", VaultVerb::update},
                                                                           {"DELETE", VaultVerb::remove},
                                                                           {"HEAD", VaultVerb::head},
                                                                           {"OPTIONS", VaultVerb::options}}};
    const auto found = std::ranges::find(verbs, method, &std::pair<std::string_view, VaultVerb>::first);
    if (found == verbs.end())
        return std::nullopt;
    return found->second;
}

VaultAnswer redirected(int status, std::string_view method, std::string location, std::string_view phrase)
{
    VaultAnswer answer;
    answer.status = status;
    answer.contentType.clear();
    if (method == "GET" || method == "HEAD") {
        answer.contentType = "text/html; charset=utf-8";
        answer.body = "<a href=\"" + location + "\">" + std::string(phrase) + "</a>.\n\n";
    }
    answer.location = std::move(location);
    return answer;
}

VaultAnswer bare(int status)
{
    VaultAnswer answer;
    answer.status = status;
    answer.contentType.clear();
    return answer;
}

// The fields of a body: a JSON object (what follows it is ignored, as Go's decoder does), a form, or none. False where
// it is neither.
bool readFields(const VaultRequest& request, Json& fields)
{
    if (request.contentType.starts_with("application/x-www-form-urlencoded")) {
        Json::Object members;
        for (auto& [name, value] : formFields(request.body))
            members.insert_or_assign(name, Json{value});
        fields = std::move(members);
        return true;
    }
    if (request.body.empty())
        return true;
    auto parsed = Json::parsePrefix(request.body);
    if (!parsed || (parsed->value.asObject() == nullptr && !parsed->value.isNull()))
        return false;
    fields = std::move(parsed->value);
    return true;
}

std::string trimmed(std::string text)
{
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos)
        return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// How the query's ?list=… turns a read into a list. False: the value is no bool.
bool applyListParameter(EngineCall& call)
{
    const auto list = call.query.find("list");
    if (call.verb != VaultVerb::read || list == call.query.end())
        return true;
    constexpr std::array<std::string_view, 6> yes{"1", "t", "T", "true", "TRUE", "True"};
    constexpr std::array<std::string_view, 6> no{"0", "f", "F", "false", "FALSE", "False"};
    if (std::ranges::find(yes, list->second) != yes.end())
        call.verb = VaultVerb::list;
    else if (std::ranges::find(no, list->second) == no.end())
        return false;
    return true;
}

} // namespace

VaultState::VaultState(const Clock& clock, VaultOptions options)
    : clock_(clock), options_(std::move(options)), ids_(Random::fromSystem()), tokens_(clock, ids_)
{
    clusterName_ = "vault-cluster-" + shortId("", ids_);
    clusterId_ = uuid7(clock.now(), ids_);
    if (options_.rootToken.empty())
        options_.rootToken = tokens_.newId();
    tokens_.addRoot(options_.rootToken);
    mount("secret/", "kv", 2, "key/value secret storage");
}

std::string VaultState::mintRoot()
{
    return tokens_.addRoot(tokens_.newId()).id;
}

void VaultState::mount(const std::string& name, const std::string& type, int version, const std::string& description)
{
    Mount made;
    made.type = type;
    made.description = description;
    made.options = version > 0 ? R"({"version":")" + std::to_string(version) + "\"}" : "{}";
    made.accessor = type + "_" + shortId("", ids_);
    made.uuid = uuid7(clock_.now(), ids_);
    if (type == "kv" && version == 2)
        made.engine = std::make_unique<Kv2>(clock_, ids_);
    else if (type == "kv")
        made.engine = std::make_unique<Kv1>(clock_, ids_);
    mounts_.insert_or_assign(name, std::move(made));
}

VaultState::Mounts::iterator VaultState::mountOf(std::string_view path)
{
    return std::ranges::find_if(mounts_, [&](const auto& each) {
        return path.starts_with(each.first) || std::string(path) + "/" == each.first;
    });
}

VaultAnswer VaultState::handle(const VaultRequest& request)
{
    const auto mark = request.target.find('?');
    const auto path = percentDecoded(request.target.substr(0, mark), false);
    if (!path || std::ranges::any_of(*path, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        return bare(400);
    if (*path == "/")
        return redirected(307, request.method, "/ui/", "Temporary Redirect");
    if (auto cleaned = cleanedPath(*path); cleaned != *path)
        return redirected(301, request.method, std::move(cleaned), "Moved Permanently");
    if (!path->starts_with(apiPrefix))
        return vaultErrors(404);
    const auto verb = verbOf(request.method);
    if (!verb)
        return vaultErrors(405);
    EngineCall call;
    call.verb = *verb;
    if (mark != std::string_view::npos)
        call.query = formFields(request.target.substr(mark + 1));
    const auto below = path->substr(apiPrefix.size());
    bool open = false;
    auto answer = openCall(below, call, open);
    if (open)
        return answer;
    if (call.verb == VaultVerb::head) {
        auto refused = vaultErrors(405);
        refused.body.clear();
        return refused;
    }
    if (!applyListParameter(call))
        return vaultErrors(400);
    if (request.body.size() > mostBytes)
        return vaultErrors(413, "error parsing JSON");
    if (call.verb == VaultVerb::update && !readFields(request, call.fields))
        return vaultErrors(400, "error parsing JSON");

    const auto tokenId = trimmed(request.token.value_or(std::string()));
    if (sealed_)
        return vaultErrors(503, tokenId.empty() ? "Vault is sealed" : "error performing token check: Vault is sealed");
    if (tokenId.empty())
        return vaultErrors(options_.noTokenStatus, options_.noTokenStatus == 403 ? "permission denied" : "missing client token");
    auto* token = tokens_.use(tokenId);
    if (token == nullptr)
        return vaultErrors(403, "permission denied");
    return closedCall(*token, below, std::move(call));
}

// The calls that need no token and work while sealed.
VaultAnswer VaultState::openCall(std::string_view path, const EngineCall& call, bool& open)
{
    const auto answered = [&](std::string body) {
        open = true;
        VaultAnswer answer;
        answer.body = std::move(body) + "\n";
        return answer;
    };
    const bool read = call.verb == VaultVerb::read;
    if (path == "sys/health") {
        open = true;
        return health(call);
    }
    if ((path == "sys/seal-status" && read) || (path == "sys/unseal" && call.verb == VaultVerb::update && !sealed_))
        return answered(sealStatus());
    if (path == "sys/init" && read)
        return answered(R"({"initialized":true})");
    if (path == "sys/leader" && read)
        return answered(R"({"ha_enabled":false,"is_self":false,"active_time":"0001-01-01T00:00:00Z",)"
                        R"("leader_address":"","leader_cluster_address":"","performance_standby":false,)"
                        R"("performance_standby_last_remote_wal":0})");
    return {};
}

VaultAnswer VaultState::health(const EngineCall& call)
{
    if (call.verb != VaultVerb::read && call.verb != VaultVerb::head)
        return vaultErrors(405);
    int status = sealed_ ? 503 : 200;
    if (const auto wished = call.query.find(sealed_ ? "sealedcode" : "activecode"); wished != call.query.end()) {
        const auto number = Json::parse(wished->second);
        const auto code = number ? number->asInteger() : std::nullopt;
        if (!code)
            return vaultErrors(400);
        status = int(*code);
    }
    const std::string mode = sealed_ ? "unknown" : "disabled";
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
    VaultAnswer answer;
    answer.status = status;
    answer.body = R"({"initialized":true,"sealed":)" + std::string(sealed_ ? "true" : "false") + R"(,"standby":)" +
                  (sealed_ ? "true" : "false") + R"(,"performance_standby":false,"replication_performance_mode":")" +
                  mode + R"(","replication_dr_mode":")" + mode + R"(","server_time_utc":)" + std::to_string(now) +
                  R"(,"version":"1.8.0-dev")";
    if (!sealed_)
        answer.body += R"(,"cluster_name":")" + clusterName_ + R"(","cluster_id":")" + clusterId_ + "\"";
    answer.body += "}\n";
    if (call.verb == VaultVerb::head)
        answer.body.clear();
    return answer;
}

std::string VaultState::sealStatus() const
{
    std::string body = R"({"type":"shamir","initialized":true,"sealed":)" + std::string(sealed_ ? "true" : "false") +
                       R"(,"t":)" + std::to_string(options_.threshold) + R"(,"n":)" + std::to_string(options_.shares) +
                       R"(,"progress":0,"nonce":"","version":"1.8.0-dev","migration":false,)";
    if (!sealed_)
        body += R"("cluster_name":")" + clusterName_ + R"(","cluster_id":")" + clusterId_ + "\",";
    return body + R"("recovery_seal":false,"storage_type":"inmem"})";
}

bool VaultState::allowed(const VaultToken& token, const std::string& path, const EngineCall& call) const
{
    const auto rights = policies_.capabilities(token.policies, path);
    if (rights.contains("root"))
        return true;
    switch (call.verb) {
    case VaultVerb::read: return rights.contains("read");
    case VaultVerb::list: return rights.contains("list");
    case VaultVerb::remove: return rights.contains("delete");
    case VaultVerb::update: break;
    default: return true; // the engine refuses the method
    }
    const auto mount = std::ranges::find_if(mounts_, [&](const auto& each) { return path.starts_with(each.first); });
    const bool there = mount == mounts_.end() || mount->second.engine == nullptr ||
                       mount->second.engine->exists(std::string_view(path).substr(mount->first.size()));
    return rights.contains(there ? "update" : "create");
}

VaultAnswer VaultState::closedCall(VaultToken& token, const std::string& path, EngineCall call)
{
    constexpr std::string_view uiPrefix = "sys/internal/ui/mounts";
    if (path.starts_with(uiPrefix))
        return uiMount(token, path.substr(uiPrefix.size()), call);
    if (!allowed(token, path, call))
        return vaultFailure(403, "permission denied");
    constexpr std::string_view tokenPrefix = "auth/token/";
    if (path.starts_with(tokenPrefix))
        return tokens_.handle(token, std::string_view(path).substr(tokenPrefix.size()), call.verb, call.fields);
    if (path.starts_with("sys/"))
        return systemCall(token, path.substr(4), call);
    const auto mount = mountOf(path);
    if (mount == mounts_.end())
        return vaultErrors(404, "no handler for route '" + path + "'");
    if (mount->second.engine == nullptr)
        return vaultFailure(404, "unsupported path");
    call.path = path.size() > mount->first.size() ? path.substr(mount->first.size()) : std::string();
    return mount->second.engine->handle(call);
}

VaultAnswer VaultState::systemCall(VaultToken& token, const std::string& path, const EngineCall& call)
{
    constexpr std::string_view policyPrefix = "policies/acl/";
    constexpr std::string_view mountPrefix = "mounts/";
    const bool update = call.verb == VaultVerb::update;
    if (path.starts_with(policyPrefix) && update) {
        const auto* text = call.fields["policy"].asString();
        if (text == nullptr)
            return vaultErrors(400, "'policy' parameter not supplied or empty");
        policies_.put(path.substr(policyPrefix.size()), *text);
        return vaultDone();
    }
    if (path.starts_with(mountPrefix) && update)
        return mountCall(std::string_view(path).substr(mountPrefix.size()), call);
    if (path == "capabilities-self" && update)
        return capabilitiesSelf(token, call);
    if (path == "seal" && update) {
        sealed_ = true;
        return vaultDone();
    }
    return vaultFailure(404, "unsupported path");
}

VaultAnswer VaultState::mountCall(std::string_view name, const EngineCall& call)
{
    const auto* type = call.fields["type"].asString();
    if (type == nullptr || name.find("/tune") != std::string_view::npos)
        return vaultFailure(404, "unsupported path");
    const auto* version = call.fields["options"]["version"].asString();
    std::string place(name);
    if (!place.ends_with('/'))
        place += '/';
    if (mounts_.contains(place))
        return vaultErrors(400, "path is already in use at " + place);
    mount(place, *type, version == nullptr ? 0 : *version == "2" ? 2 : 1);
    return vaultDone();
}

VaultAnswer VaultState::uiMount(const VaultToken& token, const std::string& path, const EngineCall& call)
{
    if (call.verb != VaultVerb::read || path.size() < 2)
        return vaultErrors(405, "unsupported operation");
    const auto wanted = path.substr(1);
    const auto found = mountOf(wanted);
    if (found == mounts_.end() || !policies_.touches(token.policies, found->first))
        return vaultErrors(403, "preflight capability check returned 403, please ensure client's policies grant access "
                                "to path \"" + wanted + "/\"");
    const auto& mount = found->second;
    Envelope reply;
    reply.requestId = uuid7(clock_.now(), ids_);
    reply.data = R"({"accessor":")" + mount.accessor +
                 R"(","config":{"default_lease_ttl":0,"force_no_cache":false,"max_lease_ttl":0},"description":")" +
                 mount.description + R"(","external_entropy_access":false,"local":false,"options":)" + mount.options +
                 R"(,"path":")" + found->first + R"(","seal_wrap":false,"type":")" + mount.type + R"(","uuid":")" +
                 mount.uuid + "\"}";
    return vaultEnvelope(200, reply);
}

VaultAnswer VaultState::capabilitiesSelf(const VaultToken& token, const EngineCall& call)
{
    Json::Object all;
    if (const auto* paths = call.fields["paths"].asArray()) {
        for (const auto& path : *paths) {
            if (path.asString() == nullptr)
                continue;
            Json::Array rights;
            for (const auto& right : policies_.capabilities(token.policies, *path.asString()))
                rights.push_back(Json{right});
            if (rights.empty())
                rights.push_back(Json{"deny"});
            all.insert_or_assign(*path.asString(), Json{std::move(rights)});
        }
    }
    Envelope reply;
    reply.requestId = uuid7(clock_.now(), ids_);
    reply.data = goJson(all);
    auto answer = vaultEnvelope(200, reply);
    // This answer repeats its data at the top.
    if (!all.empty())
        answer.body = reply.data.substr(0, reply.data.size() - 1) + "," + answer.body.substr(1);
    return answer;
}

} // namespace drover::sandbox
