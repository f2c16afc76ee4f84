// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "sandbox/vault/Kv.h"
#include "sandbox/vault/Logins.h"
#include "sandbox/vault/Quotas.h"
#include "sandbox/vault/Tokens.h"
#include "sandbox/vault/VaultTypes.h"
#include "sandbox/vault/VaultVersion.h"
#include "sandbox/vault/Wrapping.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drover::sandbox {

struct VaultOptions {
    std::string rootToken = {};  // empty: a random one
    VaultVersion version = {};   // later ones differ in what vault.md lists
    int shares = 1;              // of the unseal key, as seal-status tells
    int threshold = 1;
    bool dev = true;             // has secret/ as KV v2
    bool initialized = true;
    std::size_t mostBytes = 32 * 1024 * 1024; // the listener's max_request_size
    std::size_t entryLimit = 0;  // raft: 1 MiB an entry; 0 = no limit
};

// Which node of a cluster is asked. A standby forwards, or sends on to its leader with a 307.
struct VaultNode {
    bool standby = false;
    std::string leader;         // its address
    bool reachesLeader = true;
    bool restarted = false;     // and has seen no leader since
};

// A stand-in for Vault, as far as Drover uses it: KV v1 and v2, mounts, tokens, policies, auth methods, response wrapping,
// quotas, health, sealing and standbys. It gives the answers that were recorded from a real server; a test replays them.
// Not simulated: leases, namespaces (ignored, as open-source Vault does), transit, cubbyhole, init and unseal keys.
class VaultState {
public:
    // Mounts secret/ as KV v2, as a server in dev mode does. `seed` is of request ids only.
    VaultState(const Clock& clock, VaultOptions options);
    VaultState(const VaultState&) = delete; // its parts know each other

    VaultAnswer handle(const VaultRequest& request, const VaultNode& node = {});

    // A token with all rights, for tests and demonstrations.
    std::string mintRoot();
    void mount(const std::string& name, const std::string& type, int version, const std::string& description = {});
    void setSealed(bool sealed) { sealed_ = sealed; }
    bool sealed() const { return sealed_; }
    // No audit device can be written: every logical call fails.
    void setAuditDown(bool down) { auditDown_ = down; }
    // An auth method at auth/<mount>/; false for a type that is not simulated.
    bool enableAuth(const std::string& mount, const std::string& type) { return logins_.enable(mount, type); }

private:
    struct Mount {
        std::string type;
        std::string description;
        std::string options; // JSON
        std::string accessor;
        std::string uuid;
        std::unique_ptr<VaultEngine> engine; // null where the type is not simulated
        std::optional<WallTime> upgradedAt;  // by when it has become KV v2
    };
    using Mounts = std::map<std::string, Mount, std::less<>>;

    VaultAnswer logicalCall(const VaultRequest& request, const std::string& path, EngineCall call);
    std::optional<VaultAnswer> openCall(std::string_view path, const EngineCall& call, const VaultNode& node);
    VaultAnswer health(const EngineCall& call, const VaultNode& node);
    std::string leader(const VaultNode& node) const;
    std::string sealStatus() const;
    // What needs no token but a server that is unsealed.
    std::optional<VaultAnswer> unsealedCall(const std::string& path, const std::string& token, const EngineCall& call);
    VaultAnswer tune(std::string_view name, const EngineCall& call);
    VaultAnswer wrappedFields(const EngineCall& call);
    bool sealedNow() const { return sealed_ || !options_.initialized; }
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
    VaultLogins logins_;
    VaultWrapping wrapping_;
    VaultQuotas quotas_;
    Mounts mounts_; // names end with "/"
    std::string clusterName_;
    std::string clusterId_;
    bool sealed_ = false;
    bool auditDown_ = false;
};

} // namespace drover::sandbox
