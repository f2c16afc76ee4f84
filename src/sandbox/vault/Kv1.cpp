// SPDX-License-Identifier: Apache-2.0
#include "sandbox/vault/Kv.h"
#include "sandbox/vault/KvList.h"

namespace drover::sandbox {
namespace {

constexpr std::int64_t defaultLeaseS = 2'764'800; // 32 days

} // namespace

VaultAnswer Kv1::handle(const EngineCall& call)
{
    Envelope envelope;
    envelope.requestId = uuid7(clock_.now(), ids_);
    switch (call.verb) {
    case VaultVerb::read: {
        const auto found = secrets_.find(call.path);
        if (found == secrets_.end())
            return vaultErrors(404);
        envelope.data = goJson(found->second);
        envelope.leaseDuration = vaultSeconds(found->second["ttl"]).value_or(defaultLeaseS);
        return vaultEnvelope(200, envelope);
    }
    case VaultVerb::list: {
        const auto keys = keysUnder(secrets_, call.path);
        if (!keys)
            return vaultErrors(404);
        envelope.data = R"({"keys":)" + goJson(*keys) + "}";
        return vaultEnvelope(200, envelope);
    }
    case VaultVerb::update: return write(call);
    case VaultVerb::remove: secrets_.erase(call.path); return vaultDone();
    default: break;
    }
    return vaultFailure(405, "unsupported operation");
}

VaultAnswer Kv1::write(const EngineCall& call)
{
    if (call.path.empty() || call.path.ends_with('/'))
        return vaultErrors(400, "cannot write to a path ending in '/'");
    if (call.path.find("..") != std::string::npos && version_.refusesDotsPlainly())
        return vaultErrors(400, "path cannot contain parent references");
    if (call.path.find("..") != std::string::npos)
        return vaultFailure(500, "internal error");
    const auto* members = call.fields.asObject();
    if (members == nullptr || members->empty())
        return vaultErrors(400, "missing data fields");
    secrets_.insert_or_assign(call.path, call.fields);
    return vaultDone();
}

} // namespace drover::sandbox
