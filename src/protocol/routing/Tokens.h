// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Secret.h"
#include "base/Time.h"
#include "domain/keys/ClientToken.h"

#include <string>
#include <string_view>

namespace drover {

struct MintedToken {
    Secret token; // "drv_" and 43 characters of base64url
    ClientToken record;
};
MintedToken mintToken(std::string name, WallTime now);
// Lowercase hex SHA-256, for the look-up; the tables are compared by hash, so no time reveals the token.
std::string tokenHash(std::string_view token);
bool looksLikeToken(std::string_view token);

// Unknown fields are kept, beside the tokens and in each. Errors: invalidInput naming the field.
Result<ClientTokens> parseTokens(std::string_view json);
std::string writeTokens(const ClientTokens& tokens);

} // namespace drover
