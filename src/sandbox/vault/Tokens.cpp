// SPDX-License-Identifier: Apache-2.0
#include "sandbox/vault/Tokens.h"

#include <algorithm>
#include <utility>

namespace drover::sandbox {
namespace {

constexpr std::int64_t systemMaxS = 2'764'800; // 768 h
constexpr std::string_view weakId =
    "Supplying a custom ID for the token uses the weaker SHA1 hashing instead of the more secure SHA2-256 HMAC for "
    "token obfuscation. SHA1 hashed tokens on the wire leads to less secure lookups.";

std::string cappedWarning(std::int64_t asked, std::int64_t most)
{
    return "TTL of \"" + shortSeconds(asked) + "\" exceeded the effective max_ttl of \"" + shortSeconds(most) +
           "\"; TTL value is capped accordingly";
}

Json policyList(const std::vector<std::string>& policies)
{
    Json::Array list;
    for (const auto& policy : policies)
        list.push_back(Json{policy});
    return list;
}

std::int64_t unixTime(WallTime time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::int64_t secondsLeft(const VaultToken& token, WallTime now)
{
    if (!token.expires)
        return 0;
    return std::chrono::round<std::chrono::seconds>(*token.expires - now).count();
}

} // namespace

std::vector<std::string> VaultTokens::policiesFrom(const Json& list)
{
    std::vector<std::string> policies{"default"};
    if (const auto* items = list.asArray()) {
        for (const auto& item : *items) {
            if (const auto* name = item.asString())
                policies.push_back(*name);
        }
    }
    std::ranges::sort(policies);
    const auto rest = std::ranges::unique(policies);
    policies.erase(rest.begin(), rest.end());
    if (std::ranges::find(policies, "root") != policies.end())
        policies = {"root"};
    return policies;
}

Envelope VaultTokens::envelope()
{
    Envelope made;
    made.requestId = uuid7(clock_.now(), ids_);
    return made;
}

std::string VaultTokens::newId(bool batch)
{
    const bool longer = version_.since(10);
    const char* prefix = longer ? (batch ? "hvb." : "hvs.") : (batch ? "b." : "s.");
    return shortId(prefix, ids_) + shortId("", ids_) + (longer ? shortId("", ids_) : std::string());
}

VaultToken& VaultTokens::addRoot(const std::string& id, bool first)
{
    VaultToken root;
    if (first) {
        root.path = "auth/token/root";
        root.displayName = "root";
    }
    root.id = id;
    root.accessor = newId();
    root.policies = {"root"};
    root.orphan = true;
    root.issued = clock_.now();
    return tokens_.insert_or_assign(id, std::move(root)).first->second;
}

VaultToken* VaultTokens::live(std::string_view id)
{
    const auto found = tokens_.find(id);
    if (found == tokens_.end())
        return nullptr;
    if ((found->second.expires && *found->second.expires <= clock_.now()) || found->second.usesLeft == 0) {
        tokens_.erase(found);
        return nullptr;
    }
    return &found->second;
}

VaultToken* VaultTokens::use(std::string_view id)
{
    auto* token = live(id);
    if (token != nullptr && token->usesLeft > 0)
        --token->usesLeft;
    return token;
}

VaultAnswer VaultTokens::handle(VaultToken& caller, std::string_view action, VaultVerb verb, const Json& fields)
{
    const bool update = verb == VaultVerb::update;
    if (action == "lookup-self" && (update || verb == VaultVerb::read))
        return lookup(caller);
    if (action == "renew-self" && update)
        return renew(caller, fields);
    if (action == "revoke-self" && update)
        return revokeSelf(caller);
    if (action == "create" && update)
        return create(fields);
    if (action == "lookup" && update) {
        const auto* id = fields["token"].asString();
        const auto* token = id != nullptr ? live(*id) : &caller;
        return token != nullptr ? lookup(*token) : vaultErrors(403, "bad token");
    }
    if (action == "revoke" && update) {
        if (const auto* id = fields["token"].asString())
            tokens_.erase(*id);
        return vaultDone();
    }
    return vaultFailure(404, "unsupported path");
}

VaultAnswer VaultTokens::create(const Json& fields)
{
    VaultToken token;
    std::vector<std::string> warnings;
    const auto* type = fields["type"].asString();
    token.batch = type != nullptr && *type == "batch";
    token.policies = policiesFrom(fields["policies"]);
    token.meta = fields["meta"];
    token.periodS = vaultSeconds(fields["period"]).value_or(0);
    token.explicitMaxS = vaultSeconds(fields["explicit_max_ttl"]).value_or(0);
    auto ttl = token.periodS > 0 ? token.periodS : vaultSeconds(fields["ttl"]).value_or(systemMaxS);
    if (ttl > systemMaxS)
        warnings.push_back(cappedWarning(std::exchange(ttl, systemMaxS), systemMaxS));
    token.creationTtlS = ttl;
    const auto* renewable = fields["renewable"].asBool();
    token.renewable = !token.batch && (renewable == nullptr || *renewable);
    token.usesAtStart = fields["num_uses"].asInteger().value_or(0);
    token.usesLeft = token.usesAtStart > 0 ? token.usesAtStart : -1;
    const auto* id = fields["id"].asString();
    token.id = id != nullptr ? *id : newId(token.batch);
    if (id != nullptr)
        warnings.emplace_back(weakId);
    token.accessor = token.batch ? "" : newId();
    token.issued = clock_.now();
    token.expires = token.issued + std::chrono::seconds{ttl};
    auto reply = envelope();
    if (!warnings.empty())
        reply.warnings = goJson(policyList(warnings));
    reply.auth = authOf(token, ttl);
    tokens_.insert_or_assign(token.id, std::move(token));
    return vaultEnvelope(200, reply);
}

VaultAnswer VaultTokens::grant(VaultToken token)
{
    if (token.creationTtlS <= 0)
        token.creationTtlS = token.maxTtlS > 0 ? token.maxTtlS : systemMaxS;
    token.id = newId(token.batch);
    token.accessor = token.batch ? "" : newId();
    token.issued = clock_.now();
    token.expires = token.issued + std::chrono::seconds{token.creationTtlS};
    auto reply = envelope();
    reply.auth = authOf(token, token.creationTtlS);
    tokens_.insert_or_assign(token.id, std::move(token));
    return vaultEnvelope(200, reply);
}

std::string VaultTokens::authOf(const VaultToken& token, std::int64_t leaseS) const
{
    const auto policies = goJson(policyList(token.policies));
    std::string out = R"({"client_token":)";
    appendGoString(out, token.id);
    out += R"(,"accessor":")" + token.accessor + R"(","policies":)" + policies + R"(,"token_policies":)" + policies +
           R"(,"metadata":)";
    appendGoJson(out, token.meta);
    out += R"(,"lease_duration":)" + std::to_string(leaseS) + R"(,"renewable":)" + (token.renewable ? "true" : "false");
    out += R"(,"entity_id":")" + token.entityId + R"(","token_type":")" + (token.batch ? "batch" : "service") + R"(","orphan":)";
    out += token.orphan ? "true" : "false";
    if (version_.since(14))
        out += R"(,"mfa_requirement":null,"num_uses":)" + std::to_string(token.usesAtStart);
    return out + "}";
}

VaultAnswer VaultTokens::lookup(const VaultToken& token)
{
    const auto time = [](const std::optional<WallTime>& at) { return at ? Json{formatTime(*at)} : Json{}; };
    Json::Object data{{"accessor", token.accessor},
                      {"creation_time", Json::of(unixTime(token.issued))},
                      {"creation_ttl", Json::of(token.creationTtlS)},
                      {"display_name", token.displayName},
                      {"entity_id", token.entityId},
                      {"expire_time", time(token.expires)},
                      {"explicit_max_ttl", Json::of(token.explicitMaxS)},
                      {"id", token.id},
                      {"issue_time", time(token.issued)},
                      {"meta", token.meta},
                      {"num_uses", Json::of(token.usesAtStart)},
                      {"orphan", token.orphan},
                      {"path", token.path},
                      {"policies", policyList(token.policies)},
                      {"renewable", token.renewable},
                      {"ttl", Json::of(secondsLeft(token, clock_.now()))},
                      {"type", token.batch ? "batch" : "service"}};
    if (token.path == "auth/token/root") {
        data.erase("issue_time");
        data.erase("renewable");
    }
    if (token.periodS > 0)
        data.insert_or_assign("period", Json::of(token.periodS));
    if (token.renewed) {
        data.insert_or_assign("last_renewal", time(token.renewed));
        data.insert_or_assign("last_renewal_time", Json::of(unixTime(*token.renewed)));
    }
    auto reply = envelope();
    reply.data = goJson(data);
    return vaultEnvelope(200, reply);
}

VaultAnswer VaultTokens::renew(VaultToken& token, const Json& fields)
{
    if (token.batch)
        return vaultErrors(400, "batch tokens cannot be renewed");
    if (!token.renewable)
        return vaultErrors(400, "lease is not renewable");
    const auto now = clock_.now();
    auto reply = envelope();
    auto ttl = token.periodS > 0 ? token.periodS : vaultSeconds(fields["increment"]).value_or(token.creationTtlS);
    const auto mostS = token.explicitMaxS > 0 ? token.explicitMaxS : token.maxTtlS;
    if (mostS > 0) {
        const auto most = std::chrono::round<std::chrono::seconds>(
                              token.issued + std::chrono::seconds{mostS} - now)
                              .count();
        if (ttl > most)
            reply.warnings = goJson(policyList({cappedWarning(std::exchange(ttl, most), most)}));
    }
    token.expires = now + std::chrono::seconds{ttl};
    token.renewed = now;
    reply.auth = authOf(token, ttl);
    return vaultEnvelope(200, reply);
}

VaultAnswer VaultTokens::revokeSelf(const VaultToken& token)
{
    if (token.batch)
        return vaultErrors(400, "batch tokens cannot be revoked");
    const std::string id = token.id;
    tokens_.erase(id);
    return vaultDone();
}

} // namespace drover::sandbox
