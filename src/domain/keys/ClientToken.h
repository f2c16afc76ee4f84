// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
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
    std::string extra;                  // unknown fields as a JSON object text, or empty
    bool operator==(const ClientToken&) const = default;
};

// The whole file: the tokens by their SHA-256, and what else stands beside them.
struct ClientTokens : std::map<std::string, ClientToken, std::less<>> {
    std::string extra;
    bool operator==(const ClientTokens&) const = default;
};

} // namespace drover
