// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "sandbox/vault/Tokens.h"
#include "sandbox/vault/VaultTypes.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drover::sandbox {

// The auth methods below auth/: approle, userpass, kubernetes, jwt and oidc. A JWT is not verified: a role takes the ones that
// it was told of (`accepted_jwt`, which a real Vault does not know). An oidc mount has an identity provider of its own, which
// lets everybody in without asking.
class VaultLogins {
public:
    VaultLogins(const Clock& clock, Random& ids, VaultTokens& tokens) : clock_(clock), ids_(ids), tokens_(tokens) {}

    // `mount` is as "approle"; false for a type that is not simulated.
    bool enable(const std::string& mount, const std::string& type);
    // The answer to a login (the path below auth/), which needs no token; nothing where it is none.
    std::optional<VaultAnswer> login(std::string_view path, const EngineCall& call);
    // The identity provider's page, `query` being of the address that auth_url named: sends the browser on to the callback.
    VaultAnswer authorize(const std::map<std::string, std::string, std::less<>>& query);
    // Roles and users, for whoever may; nothing where there is no such mount.
    std::optional<VaultAnswer> manage(std::string_view path, const EngineCall& call);

private:
    struct SecretId {
        std::int64_t usesLeft = -1;
        std::optional<WallTime> expires;
    };
    // A role, or a user.
    struct Role {
        std::vector<std::string> policies;
        std::int64_t ttlS = 0;
        std::int64_t maxTtlS = 0;
        bool batch = false;
        std::string password;
        std::string roleId;
        std::int64_t secretIdTtlS = 0;
        std::int64_t secretIdUses = 0;
        std::string acceptedJwt;
        std::vector<std::string> redirects; // allowed_redirect_uris
        std::string entity; // the same for each login
        std::map<std::string, SecretId, std::less<>> secretIds;
    };
    struct Method {
        std::string type;
        std::map<std::string, Role, std::less<>> roles;
        // Of oidc, as auth/<mount>/config has them.
        std::string discoveryUrl;
        std::string defaultRole;
        bool formPost = false;
    };
    // A login that a browser is at.
    struct OidcState {
        std::string mount;
        std::string role;
        std::string redirect;
        std::string clientNonce;
        std::string code; // what the provider gave out
        WallTime ends{};
    };
    // The mount of a path, and what follows it.
    std::pair<Method*, std::string_view> methodOf(std::string_view path, std::string& mount);
    VaultAnswer appRoleLogin(Method& method, const std::string& mount, const EngineCall& call);
    VaultAnswer userLogin(Method& method, const std::string& mount, std::string_view user, const EngineCall& call);
    VaultAnswer jwtLogin(Method& method, const std::string& mount, const EngineCall& call);
    std::optional<VaultAnswer> oidcCall(Method& method, const std::string& mount, std::string_view rest, const EngineCall& call);
    VaultAnswer authUrl(Method& method, const std::string& mount, const EngineCall& call);
    VaultAnswer oidcCallback(Method& method, const std::string& mount, const EngineCall& call);
    VaultAnswer configureOidc(Method& method, const EngineCall& call);
    VaultAnswer grant(Role& role, Json meta, std::string displayName, std::string path);
    VaultAnswer manageAppRole(Method& method, std::string_view rest, const EngineCall& call);
    VaultAnswer appRolePart(Role& role, std::string_view part, const EngineCall& call);
    VaultAnswer putRole(Role& role, const EngineCall& call);
    VaultAnswer enveloped(Json data);

    const Clock& clock_;
    Random& ids_;
    VaultTokens& tokens_;
    std::map<std::string, Method, std::less<>> methods_;
    std::map<std::string, OidcState, std::less<>> oidcStates_; // by the state that goes through the browser
};

} // namespace drover::sandbox
