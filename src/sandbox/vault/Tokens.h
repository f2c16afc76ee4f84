// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "sandbox/json/Json.h"
#include "sandbox/vault/VaultTypes.h"
#include "sandbox/vault/VaultVersion.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace drover::sandbox {

// Vault's policies: which path may do what. Globs only as Vault has them: a "*" at the end.
class VaultPolicies {
public:
    VaultPolicies();
    // The HCL text of a policy, read only as far as `path "…" { capabilities = ["…", …] }`.
    void put(const std::string& name, std::string_view text);
    std::set<std::string> capabilities(const std::vector<std::string>& policies, std::string_view path) const;
    // Whether any rule lets one do something under the mount.
    bool touches(const std::vector<std::string>& policies, std::string_view mount) const;

private:
    struct Rule {
        std::string path;
        std::set<std::string> capabilities;
    };
    std::map<std::string, std::vector<Rule>, std::less<>> policies_;
};

struct VaultToken {
    std::string id;
    std::string accessor;
    std::vector<std::string> policies; // sorted
    Json meta;
    std::string displayName = "token";
    std::string path = "auth/token/create";
    std::string entityId;
    std::int64_t creationTtlS = 0;     // 0 = for ever
    std::int64_t explicitMaxS = 0;
    std::int64_t maxTtlS = 0;          // of the role that gave it
    std::int64_t periodS = 0;
    std::int64_t usesLeft = -1;        // -1 = no limit
    std::int64_t usesAtStart = 0;
    bool renewable = false;
    bool orphan = false;
    bool batch = false;
    WallTime issued{};
    std::optional<WallTime> expires;
    std::optional<WallTime> renewed;
    bool isRoot() const { return policies.size() == 1 && policies.front() == "root"; }
};

// The token store: auth/token/*.
class VaultTokens {
public:
    VaultTokens(const Clock& clock, Random& ids, const VaultVersion& version) : clock_(clock), ids_(ids), version_(version) {}

    // `first`: the one made when the server was initialised, of which less is known.
    VaultToken& addRoot(const std::string& id, bool first = false);
    // A live token; one with a limit of uses loses one. Null for one that is unknown, expired, revoked or used up.
    VaultToken* use(std::string_view id);
    // The last part of the path below auth/token/.
    VaultAnswer handle(VaultToken& caller, std::string_view action, VaultVerb verb, const Json& fields);
    std::string newId(bool batch = false);
    // The answer of a login. What has no time to live gets the system's.
    VaultAnswer grant(VaultToken token);
    static std::vector<std::string> policiesFrom(const Json& list);

private:
    VaultToken* live(std::string_view id);
    VaultAnswer create(const Json& fields);
    VaultAnswer lookup(const VaultToken& token);
    VaultAnswer renew(VaultToken& token, const Json& fields);
    VaultAnswer revokeSelf(const VaultToken& token);
    std::string authOf(const VaultToken& token, std::int64_t leaseS) const;
    Envelope envelope();

    const Clock& clock_;
    Random& ids_;
    const VaultVersion& version_;
    std::map<std::string, VaultToken, std::less<>> tokens_;
};

} // namespace drover::sandbox
