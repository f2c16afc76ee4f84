// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/vault/Vault.h"

#include <optional>
#include <string>
#include <string_view>

// How one comes by a token: the auth methods, and the unwrapping of a response-wrapped AppRole secret id.
namespace drover::vault {

enum class AuthMethod { token, appRole, userpass, kubernetes, jwt, oidc };

// "approle": as in settings, and the method's usual mount below auth/.
std::string_view authName(AuthMethod method);

struct Login {
    AuthMethod method = AuthMethod::appRole;
    std::string mount; // below auth/; empty: the usual one
    std::string name;  // the role id, the user or the role
    Secret secret;     // the secret id, the password or the JWT
};

// Needs no token. Not for OIDC: that begins with Oidc.h, whose last answer parseLogin reads.
Request loginRequest(const Login& login, std::string_view nameSpace = {});

struct Granted {
    Secret token;
    Duration life{}; // 0 = never ends
    bool renewable = false;
};
// Errors: unauthorized saying which part was refused (Vault answers 400 to a wrong secret id or password), invalidInput
// where there is no such auth method, and those of errorOf.
Result<Granted> parseLogin(const Login& login, const Reply& reply);

// What a wrapping token holds, without spending it: who asks first whether it is what was promised notices that somebody
// has unwrapped it and wrapped something else in its place.
Request wrappingLookupRequest(const Secret& wrappingToken, std::string_view nameSpace = {});
// Errors: unauthorized where the token was already used or has expired, refused where it holds no secret id of `mount`.
Result<void> checkWrappedSecretId(const Reply& reply, std::string_view mount);
// Sent with the wrapping token as the token: works once.
Request unwrapRequest(std::string_view nameSpace = {});
Result<Secret> parseUnwrapped(const Reply& reply);

} // namespace drover::vault
