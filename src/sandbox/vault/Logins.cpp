// SPDX-License-Identifier: Apache-2.0
#include "sandbox/vault/Logins.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace drover::sandbox {
namespace {

std::string textOf(const Json& value)
{
    return value.asString() != nullptr ? *value.asString() : std::string();
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return out;
}

VaultAnswer notSupported()
{
    return vaultErrors(405, "unsupported operation");
}

} // namespace

bool VaultLogins::enable(const std::string& mount, const std::string& type)
{
    if (type != "approle" && type != "userpass" && type != "kubernetes" && type != "jwt" && type != "oidc")
        return false;
    methods_[mount].type = type;
    return true;
}

std::pair<VaultLogins::Method*, std::string_view> VaultLogins::methodOf(std::string_view path, std::string& mount)
{
    for (auto& [name, method] : methods_) {
        if (!path.starts_with(name + "/"))
            continue;
        mount = name;
        return {&method, path.substr(name.size() + 1)};
    }
    return {nullptr, {}};
}

std::optional<VaultAnswer> VaultLogins::login(std::string_view path, const EngineCall& call)
{
    std::string mount;
    const auto [method, rest] = methodOf(path, mount);
    if (method != nullptr && method->type == "oidc") {
        if (auto answer = oidcCall(*method, mount, rest, call))
            return answer;
    }
    if (method == nullptr || !(rest == "login" || rest.starts_with("login/")))
        return std::nullopt;
    if (call.verb != VaultVerb::update)
        return notSupported();
    if (method->type == "userpass")
        return userLogin(*method, mount, rest.substr(std::min<std::size_t>(rest.size(), 6)), call);
    if (method->type == "approle")
        return appRoleLogin(*method, mount, call);
    return jwtLogin(*method, mount, call);
}

VaultAnswer VaultLogins::grant(Role& role, Json meta, std::string displayName, std::string path)
{
    if (role.entity.empty())
        role.entity = uuid7(clock_.now(), ids_);
    VaultToken token;
    token.policies = role.policies;
    token.meta = std::move(meta);
    token.displayName = std::move(displayName);
    token.path = std::move(path);
    token.entityId = role.entity;
    token.creationTtlS = role.ttlS;
    token.maxTtlS = role.maxTtlS;
    token.batch = role.batch;
    token.renewable = !role.batch;
    token.orphan = true;
    return tokens_.grant(std::move(token));
}

VaultAnswer VaultLogins::appRoleLogin(Method& method, const std::string& mount, const EngineCall& call)
{
    const auto roleId = textOf(call.fields["role_id"]);
    const auto secretId = textOf(call.fields["secret_id"]);
    if (roleId.empty())
        return vaultErrors(400, "missing role_id");
    const auto found = std::ranges::find_if(method.roles, [&](const auto& each) { return each.second.roleId == roleId; });
    if (found == method.roles.end())
        return vaultErrors(400, "invalid role ID");
    if (secretId.empty())
        return vaultErrors(400, "missing secret_id");
    auto& ids = found->second.secretIds;
    const auto held = ids.find(secretId);
    // One that has expired still logs in until the tidy job runs, as in a real server.
    if (held == ids.end())
        return vaultErrors(400, "invalid secret id");
    if (held->second.usesLeft > 0 && --held->second.usesLeft == 0)
        ids.erase(held);
    return grant(found->second, Json::Object{{"role_name", found->first}}, "approle", "auth/" + mount + "/login");
}

VaultAnswer VaultLogins::userLogin(Method& method, const std::string& mount, std::string_view user, const EngineCall& call)
{
    const auto password = textOf(call.fields["password"]);
    if (password.empty())
        return vaultErrors(500, "missing password");
    const auto name = lowered(user);
    const auto found = method.roles.find(name);
    if (found == method.roles.end() || found->second.password != password)
        return vaultErrors(400, "invalid username or password");
    return grant(found->second, Json::Object{{"username", name}}, mount + "-" + name, "auth/" + mount + "/login/" + name);
}

VaultAnswer VaultLogins::jwtLogin(Method& method, const std::string& mount, const EngineCall& call)
{
    const bool kubernetes = method.type == "kubernetes";
    const auto role = textOf(call.fields["role"]);
    const auto jwt = textOf(call.fields["jwt"]);
    if (role.empty() || jwt.empty())
        return vaultErrors(400, role.empty() ? "missing role" : kubernetes ? "missing jwt" : "missing token");
    const auto found = method.roles.find(role);
    if (found == method.roles.end())
        return vaultErrors(400, kubernetes ? "invalid role name \"" + role + "\"" : "role \"" + role + "\" could not be found");
    if (found->second.acceptedJwt.empty() || found->second.acceptedJwt != jwt)
        return kubernetes ? vaultErrors(403, "permission denied")
                          : vaultErrors(400, "error validating token: no known key successfully validated the token signature");
    return grant(found->second, Json::Object{{"role", role}}, mount + "-" + role, "auth/" + mount + "/login");
}

std::optional<VaultAnswer> VaultLogins::manage(std::string_view path, const EngineCall& call)
{
    std::string mount;
    const auto [method, rest] = methodOf(path, mount);
    if (method == nullptr)
        return std::nullopt;
    if (method->type == "approle")
        return manageAppRole(*method, rest, call);
    if (method->type == "oidc" && rest == "config")
        return configureOidc(*method, call);
    const std::string_view prefix = method->type == "userpass" ? "users/" : "role/";
    if (!rest.starts_with(prefix))
        return vaultFailure(404, "unsupported path");
    const auto name = method->type == "userpass" ? lowered(rest.substr(prefix.size())) : std::string(rest.substr(prefix.size()));
    if (call.verb == VaultVerb::remove) {
        method->roles.erase(name);
        return vaultDone();
    }
    return call.verb == VaultVerb::update ? putRole(method->roles[name], call) : vaultFailure(405, "unsupported operation");
}

VaultAnswer VaultLogins::putRole(Role& role, const EngineCall& call)
{
    role.policies = VaultTokens::policiesFrom(call.fields["token_policies"]);
    role.ttlS = vaultSeconds(call.fields["token_ttl"]).value_or(0);
    role.maxTtlS = vaultSeconds(call.fields["token_max_ttl"]).value_or(0);
    role.redirects.clear();
    if (const auto* redirects = call.fields["allowed_redirect_uris"].asArray())
        for (const auto& each : *redirects)
            role.redirects.push_back(textOf(each));
    role.batch = textOf(call.fields["token_type"]) == "batch";
    role.secretIdTtlS = vaultSeconds(call.fields["secret_id_ttl"]).value_or(0);
    role.secretIdUses = call.fields["secret_id_num_uses"].asInteger().value_or(0);
    if (const auto password = textOf(call.fields["password"]); !password.empty())
        role.password = password;
    if (const auto jwt = textOf(call.fields["accepted_jwt"]); !jwt.empty())
        role.acceptedJwt = jwt;
    if (role.roleId.empty())
        role.roleId = uuid7(clock_.now(), ids_);
    return vaultDone();
}

VaultAnswer VaultLogins::manageAppRole(Method& method, std::string_view rest, const EngineCall& call)
{
    constexpr std::string_view prefix = "role/";
    const bool update = call.verb == VaultVerb::update;
    if (rest == "tidy/secret-id" && update) {
        for (auto& [name, role] : method.roles)
            std::erase_if(role.secretIds, [&](const auto& each) { return each.second.expires && *each.second.expires <= clock_.now(); });
        Envelope reply;
        reply.requestId = uuid7(clock_.now(), ids_);
        reply.warnings = R"(["Tidy operation successfully started. Any information from the operation will be printed to Vault's server logs."])";
        return vaultEnvelope(202, reply);
    }
    if (!rest.starts_with(prefix))
        return vaultFailure(404, "unsupported path");
    rest.remove_prefix(prefix.size());
    const auto slash = rest.find('/');
    const std::string name(rest.substr(0, slash));
    if (slash == std::string_view::npos) {
        if (call.verb == VaultVerb::remove) {
            method.roles.erase(name);
            return vaultDone();
        }
        return update ? putRole(method.roles[name], call) : vaultFailure(405, "unsupported operation");
    }
    const auto found = method.roles.find(name);
    if (found == method.roles.end())
        return vaultErrors(update ? 400 : 404, update ? "role entry not found" : "");
    return appRolePart(found->second, rest.substr(slash + 1), call);
}

VaultAnswer VaultLogins::appRolePart(Role& role, std::string_view part, const EngineCall& call)
{
    if (part == "role-id" && call.verb == VaultVerb::read)
        return enveloped(Json::Object{{"role_id", role.roleId}});
    if (call.verb != VaultVerb::update)
        return vaultFailure(405, "unsupported operation");
    if (part == "role-id") {
        role.roleId = textOf(call.fields["role_id"]);
        return vaultDone();
    }
    if (part != "secret-id" && part != "custom-secret-id")
        return vaultFailure(404, "unsupported path");
    auto secretId = part == "secret-id" ? uuid7(clock_.now(), ids_) : textOf(call.fields["secret_id"]);
    SecretId held;
    if (role.secretIdUses > 0)
        held.usesLeft = role.secretIdUses;
    if (role.secretIdTtlS > 0)
        held.expires = clock_.now() + std::chrono::seconds{role.secretIdTtlS};
    role.secretIds.insert_or_assign(secretId, held);
    return enveloped(Json::Object{{"secret_id", std::move(secretId)},
                                  {"secret_id_accessor", uuid7(clock_.now(), ids_)},
                                  {"secret_id_ttl", Json::of(role.secretIdTtlS)}});
}

VaultAnswer VaultLogins::enveloped(Json data)
{
    Envelope reply;
    reply.requestId = uuid7(clock_.now(), ids_);
    reply.data = goJson(data);
    return vaultEnvelope(200, reply);
}

} // namespace drover::sandbox
