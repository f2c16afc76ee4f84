// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "sandbox/vault/Kv.h"
#include "sandbox/vault/Tokens.h"
#include "sandbox/vault/VaultTypes.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace drover::sandbox {

struct VaultOptions {
    std::string rootToken;       // empty: a random one
    int noTokenStatus = 400;     // 403 since Vault 1.10
    int shares = 1;              // of the unseal key, as seal-status tells
    int threshold = 1;
};

// A stand-in for Vault, as far as Drover uses it: KV v1 and v2, mounts, tokens, policies, health and sealing. It gives
// the answers that were recorded from a real server; a test replays them. Not simulated: leases, wrapping, auth
// methods, namespaces, audit, clusters.
class VaultState {
public:
    // Mounts secret/ as KV v2, as a server in dev mode does. `seed` is of request ids only.
    VaultState(const Clock& clock, VaultOptions options);

    VaultAnswer handle(const VaultRequest& request);

    // A token with all rights, for tests and demonstrations.
    std::string mintRoot();
    void mount(const std::string& name, const std::string& type, int version, const std::string& description = {});
    void setSealed(bool sealed) { sealed_ = sealed; }
    bool sealed() const { return sealed_; }

private:
    struct Mount {
        std::string type;
        std::string description;
        std::string options; // JSON
        std::string accessor;
        std::string uuid;
        std::unique_ptr<VaultEngine> engine; // null where the type is not simulated
    };
    using Mounts = std::map<std::string, Mount, std::less<>>;

    VaultAnswer openCall(std::string_view path, const EngineCall& call, bool& open);
    VaultAnswer health(const EngineCall& call);
    std::string sealStatus() const;
    VaultAnswer closedCall(VaultToken& token, const std::string& path, EngineCall call);
    VaultAnswer systemCall(VaultToken& token, const std::string& path, const EngineCall& call);
    VaultAnswer mountCall(std::string_view name, const EngineCall& call);
    VaultAnswer uiMount(const VaultToken& token, const std::string& path, const EngineCall& call);
    VaultAnswer capabilitiesSelf(const VaultToken& token, const EngineCall& call);
    bool allowed(const VaultToken& token, const std::string& path, const EngineCall& call) const;
    Mounts::iterator mountOf(std::string_view path);

    const Clock& clock_;
    VaultOptions options_;
    Random ids_;
    VaultTokens tokens_;
    VaultPolicies policies_;
    Mounts mounts_; // names end with "/"
    std::string clusterName_;
    std::string clusterId_;
    bool sealed_ = false;
};

} // namespace drover::sandbox
