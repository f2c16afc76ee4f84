// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Secret.h"
#include "base/Time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

// A client token of gateway/tokens.json: only its SHA-256 is kept.
struct ClientToken {
    std::string name;
    std::string sha256;                 // 64 hex digits
    std::vector<std::string> models;    // empty = all
    std::uint32_t requestsPerMinute = 0; // 0 = no limit
    std::optional<WallTime> expires;
    WallTime created{};
};

struct MintedToken {
    Secret token; // "drv_" and 43 characters of base64url
    ClientToken record;
};
MintedToken mintToken(std::string name, WallTime now);
// Lowercase hex SHA-256, for the look-up; the tables are compared by hash, so no time reveals the token.
std::string tokenHash(std::string_view token);
bool looksLikeToken(std::string_view token);

using ClientTokens = std::map<std::string, ClientToken, std::less<>>; // by sha256
Result<ClientTokens> parseTokens(std::string_view json);
std::string writeTokens(const ClientTokens& tokens);

} // namespace drover
