// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "domain/keys/ClientToken.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drover::app {

struct TokenRequest {
    std::string name;
    std::vector<std::string> models;     // empty = all
    std::uint32_t requestsPerMinute = 0; // 0 = no limit
    std::optional<std::uint32_t> days;   // nothing = does not expire
};
struct TokenCreated {
    Secret token;                        // shown once; only its hash is kept
    ClientToken record;
};

// The tokens by which clients authenticate to the gateways.
class TokenService {
public:
    explicit TokenService(Ports& ports) : ports_(ports) {}
    // Errors: invalidInput (no name), conflict (the name is taken).
    Task<Result<TokenCreated>> create(TokenRequest request);
    Task<Result<std::vector<ClientToken>>> list(); // oldest first
    // By name. Errors: notFound.
    Task<Result<void>> revoke(std::string name);

private:
    Ports& ports_;
};

} // namespace drover::app
