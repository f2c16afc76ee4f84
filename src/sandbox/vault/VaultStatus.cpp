// SPDX-License-Identifier: Apache-2.0
// What a Vault says of itself, and what changes its mounts.
#include "sandbox/vault/VaultState.h"

#include <utility>

namespace drover::sandbox {
namespace {

constexpr Duration upgradeTime = 1s;

struct HealthCode {
    int status;
    std::string_view parameter; // of the query, which sets another
};

} // namespace

// The calls that need no token and work while sealed.
std::optional<VaultAnswer> VaultState::openCall(std::string_view path, const EngineCall& call, const VaultNode& node)
{
    const auto answered = [](std::string body) {
        VaultAnswer answer;
        answer.body = std::move(body) + "\n";
        return answer;
    };
    const bool read = call.verb == VaultVerb::read;
    if (path == "sys/health")
        return health(call, node);
    if (path == "sys/unseal" && call.verb == VaultVerb::update && !options_.initialized)
        return vaultErrors(400, "Vault is not initialized");
    if ((path == "sys/seal-status" && read) || (path == "sys/unseal" && call.verb == VaultVerb::update && !sealed_))
        return answered(sealStatus());
    if (path == "sys/init" && read)
        return answered(std::string(R"({"initialized":)") + (options_.initialized ? "true}" : "false}"));
    if (path == "sys/leader" && read)
        return answered(leader(node));
    return std::nullopt;
}

std::string VaultState::leader(const VaultNode& node) const
{
    return std::string(R"({"ha_enabled":)") + (node.standby ? "true" : "false") +
           R"(,"is_self":false,"active_time":"0001-01-01T00:00:00Z","leader_address":")" + node.leader +
           R"(","leader_cluster_address":"","performance_standby":false,"performance_standby_last_remote_wal":0})";
}

VaultAnswer VaultState::health(const EngineCall& call, const VaultNode& node)
{
    if (call.verb != VaultVerb::read && call.verb != VaultVerb::head)
        return vaultErrors(405);
    const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
    HealthCode code{200, "activecode"};
    if (!options_.initialized)
        code = {501, "uninitcode"};
    else if (sealed_)
        code = {503, "sealedcode"};
    else if (node.standby && !call.query.contains("standbyok"))
        code = {429, "standbycode"};
    if (const auto wished = call.query.find(code.parameter); wished != call.query.end()) {
        const auto number = Json::parse(wished->second);
        const auto status = number ? number->asInteger() : std::nullopt;
        if (!status)
            return vaultErrors(400);
        code.status = int(*status);
    }
    const std::string mode = sealedNow() || node.restarted ? "unknown" : "disabled";
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
    VaultAnswer answer;
    answer.status = code.status;
    answer.body = R"({"initialized":)" + flag(options_.initialized) + R"(,"sealed":)" + flag(sealedNow()) + R"(,"standby":)" +
                  flag(sealedNow() || node.standby) + R"(,"performance_standby":false,"replication_performance_mode":")" + mode +
                  R"(","replication_dr_mode":")" + mode + R"(","server_time_utc":)" + std::to_string(now) + R"(,"version":")" +
                  options_.version.text + "\"";
    if (!sealedNow())
        answer.body += R"(,"cluster_name":")" + clusterName_ + R"(","cluster_id":")" + clusterId_ + "\"";
    answer.body += "}\n";
    if (call.verb == VaultVerb::head)
        answer.body.clear();
    return answer;
}

std::string VaultState::sealStatus() const
{
    const int threshold = options_.initialized ? options_.threshold : 0;
    const int shares = options_.initialized ? options_.shares : 0;
    std::string body = std::string(R"({"type":"shamir","initialized":)") + (options_.initialized ? "true" : "false") +
                       R"(,"sealed":)" + (sealedNow() ? "true" : "false") + R"(,"t":)" + std::to_string(threshold) + R"(,"n":)" +
                       std::to_string(shares) + R"(,"progress":0,"nonce":"","version":")" + options_.version.text + "\",";
    if (options_.version.since(11))
        body += R"("build_date":"2023-08-24T13:19:38Z",)";
    body += R"("migration":false,)";
    if (!sealedNow())
        body += R"("cluster_name":")" + clusterName_ + R"(","cluster_id":")" + clusterId_ + "\",";
    return body + R"("recovery_seal":false,"storage_type":"inmem"})";
}

VaultAnswer VaultState::tune(std::string_view name, const EngineCall& call)
{
    const auto found = mountOf(name);
    const auto* version = call.fields["options"]["version"].asString();
    if (found == mounts_.end() || version == nullptr || *version != "2")
        return vaultFailure(404, "unsupported path");
    Envelope reply;
    reply.requestId = uuid7(clock_.now(), ids_);
    auto& mount = found->second;
    if (const auto* first = dynamic_cast<Kv1*>(mount.engine.get())) {
        auto second = std::make_unique<Kv2>(clock_, ids_, options_.version);
        second->takeOver(*first);
        mount.engine = std::move(second);
        mount.options = R"({"version":"2"})";
        mount.upgradedAt = clock_.now() + upgradeTime;
        reply.warnings = R"(["Upgrading mount from version 1 to version 2. This mount will be unavailable for a brief period )"
                         R"(and will resume service shortly."])";
    }
    return vaultEnvelope(200, reply);
}

VaultAnswer VaultState::wrappedFields(const EngineCall& call)
{
    Envelope reply;
    reply.requestId = uuid7(clock_.now(), ids_);
    reply.data = goJson(call.fields);
    return vaultEnvelope(200, reply);
}

} // namespace drover::sandbox
