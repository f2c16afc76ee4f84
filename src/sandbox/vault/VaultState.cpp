// SPDX-License-Identifier: Apache-2.0
#include "sandbox/vault/VaultState.h"

#include "sandbox/vault/VaultPath.h"

#include <algorithm>
#include <array>
#include <utility>

namespace drover::sandbox {
namespace {

constexpr std::string_view apiPrefix = "/v1/";
constexpr std::string_view providerPage = "/idp/authorize"; // of the identity provider; its oidc_discovery_url is <vault>/idp

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

bool isStatusPath(std::string_view path)
{
    return path == "sys/health" || path == "sys/seal-status" || path == "sys/unseal";
}

// What raft adds to a value in its storage.
constexpr std::size_t raftOverhead = 223;

} // namespace

VaultState::VaultState(const Clock& clock, VaultOptions options)
    : clock_(clock), options_(std::move(options)), ids_(Random::fromSystem()), tokens_(clock, ids_, options_.version),
      logins_(clock, ids_, tokens_), wrapping_(clock, ids_), quotas_(clock, ids_)
{
    clusterName_ = "vault-cluster-" + shortId("", ids_);
    clusterId_ = uuid7(clock.now(), ids_);
    if (options_.rootToken.empty())
        options_.rootToken = tokens_.newId();
    tokens_.addRoot(options_.rootToken, !options_.dev);
    if (options_.dev)
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
        made.engine = std::make_unique<Kv2>(clock_, ids_, options_.version);
    else if (type == "kv")
        made.engine = std::make_unique<Kv1>(clock_, ids_, options_.version);
    mounts_.insert_or_assign(name, std::move(made));
}

VaultState::Mounts::iterator VaultState::mountOf(std::string_view path)
{
    return std::ranges::find_if(mounts_, [&](const auto& each) {
        return path.starts_with(each.first) || std::string(path) + "/" == each.first;
    });
}

VaultAnswer VaultState::handle(const VaultRequest& request, const VaultNode& node)
{
    const auto mark = request.target.find('?');
    const auto path = percentDecoded(request.target.substr(0, mark), false);
    if (!path || std::ranges::any_of(*path, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        return bare(400);
    if (*path == "/")
        return redirected(307, request.method, "/ui/", "Temporary Redirect");
    if (auto cleaned = cleanedPath(*path); cleaned != *path)
        return redirected(301, request.method, std::move(cleaned), "Moved Permanently");
    if (*path == providerPage && request.method == "GET" && mark != std::string_view::npos)
        return logins_.authorize(formFields(request.target.substr(mark + 1)));
    if (!path->starts_with(apiPrefix))
        return vaultErrors(404);
    auto verb = verbOf(request.method);
    if (request.method == "PATCH" && options_.version.since(9))
        verb = VaultVerb::patch;
    if (!verb)
        return vaultErrors(405);
    EngineCall call;
    call.verb = *verb;
    if (mark != std::string_view::npos)
        call.query = formFields(request.target.substr(mark + 1));
    const auto below = path->substr(apiPrefix.size());
    const bool exempt = options_.version.exemptsHealthFromQuotas() && isStatusPath(below);
    VaultQuotas::Headers headers;
    auto answer = sealedNow() || exempt ? std::nullopt : quotas_.count(below, headers);
    if (!answer)
        answer = openCall(below, call, node);
    if (!answer && node.standby && (request.noForwarding || !node.reachesLeader))
        answer = redirected(307, {}, node.leader + std::string(request.target), {});
    if (!answer)
        answer = logicalCall(request, below, std::move(call));
    answer->headers.insert(answer->headers.end(), headers.begin(), headers.end());
    return *std::move(answer);
}

VaultAnswer VaultState::logicalCall(const VaultRequest& request, const std::string& path, EngineCall call)
{
    if (call.verb == VaultVerb::head) {
        auto refused = vaultErrors(405);
        refused.body.clear();
        return refused;
    }
    if (!applyListParameter(call))
        return vaultErrors(400);
    if (request.body.size() > options_.mostBytes)
        return vaultErrors(413, "error parsing JSON");
    const bool writes = call.verb == VaultVerb::update || call.verb == VaultVerb::patch;
    call.isMergePatch = request.contentType.starts_with("application/merge-patch+json");
    if (writes && !readFields(request, call.fields))
        return vaultErrors(400, "error parsing JSON");
    auto wish = VaultWrapping::wishOf(request.wrapTtl);
    if (wish.refusal)
        return *std::move(wish.refusal);

    const auto tokenId = trimmed(request.token.value_or(std::string()));
    if (sealedNow())
        return vaultErrors(503, tokenId.empty() ? "Vault is sealed" : "error performing token check: Vault is sealed");
    if (auditDown_)
        return vaultErrors(500, "internal error");
    auto answer = unsealedCall(path, tokenId, call);
    if (!answer && tokenId.empty()) {
        const bool later = options_.version.since(10);
        return vaultErrors(later ? 403 : 400, later ? "permission denied" : "missing client token");
    }
    if (!answer) {
        auto* token = tokens_.use(tokenId);
        if (token == nullptr)
            return wrapping_.spend(tokenId) ? vaultFailure(403, "permission denied") : vaultErrors(403, "permission denied");
        answer = closedCall(*token, path, std::move(call));
    }
    return wish.ttlS > 0 ? wrapping_.wrap(*std::move(answer), tokens_.newId(), wish.ttlS, path) : *std::move(answer);
}

std::optional<VaultAnswer> VaultState::unsealedCall(const std::string& path, const std::string& token, const EngineCall& call)
{
    constexpr std::string_view authPrefix = "auth/";
    const auto* named = call.fields["token"].asString();
    const auto& wrapping = named != nullptr ? *named : token;
    const bool asks = call.verb == VaultVerb::update || call.verb == VaultVerb::read;
    if (path == "sys/wrapping/lookup" && asks)
        return wrapping_.lookup(wrapping);
    if (path == "sys/wrapping/unwrap" && call.verb == VaultVerb::update)
        return wrapping_.unwrap(wrapping);
    if (path.starts_with(authPrefix))
        return logins_.login(std::string_view(path).substr(authPrefix.size()), call);
    return std::nullopt;
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
    case VaultVerb::patch: return rights.contains("patch");
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
    if (path.starts_with("auth/")) {
        if (auto answer = logins_.manage(std::string_view(path).substr(5), call))
            return *std::move(answer);
    }
    const auto mount = mountOf(path);
    if (mount == mounts_.end())
        return vaultErrors(404, "no handler for route '" + path + "'");
    if (mount->second.engine == nullptr)
        return vaultFailure(404, "unsupported path");
    if (mount->second.upgradedAt && *mount->second.upgradedAt > clock_.now())
        return vaultErrors(400, "Upgrading from non-versioned to versioned data. This backend will be unavailable for a brief period "
                                "and will resume service shortly.");
    if (const auto size = goJson(call.fields["data"]).size() + raftOverhead;
        call.verb == VaultVerb::update && options_.entryLimit > 0 && size > options_.entryLimit)
        return vaultFailure(500, "put failed due to value being too large; got " + std::to_string(size) +
                                     " bytes, max: " + std::to_string(options_.entryLimit) + " bytes");
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
    constexpr std::string_view authPrefix = "auth/";
    constexpr std::string_view quotaPrefix = "quotas/";
    if (path.starts_with(authPrefix) && update) {
        const auto* type = call.fields["type"].asString();
        std::string mount = path.substr(authPrefix.size());
        while (mount.ends_with('/'))
            mount.pop_back();
        return type != nullptr && enableAuth(mount, *type) ? vaultDone() : vaultErrors(400, "plugin not found in the catalog");
    }
    if (path.starts_with(quotaPrefix)) {
        if (auto answer = quotas_.handle(std::string_view(path).substr(quotaPrefix.size()), call))
            return *std::move(answer);
    }
    if (path == "wrapping/wrap" && update)
        return wrappedFields(call);
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
    constexpr std::string_view tuning = "/tune";
    if (name.ends_with(tuning))
        return tune(name.substr(0, name.size() - tuning.size()), call);
    if (type == nullptr)
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
