// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Provider.h"

#include "protocol/anthropic/AdminKeys.h"
#include "services/IssuerHttp.h"

#include <string>

namespace drover {

// Anthropic's admin API: it lists keys and changes their status; a person makes them in the Console. Revoking sets a key
// `inactive`, which ends it at once and can be taken back there; `archived`, which cannot, stays a person's decision.
class AnthropicIssuer final : public KeyIssuer {
public:
    // `baseUrl` without /v1.
    AnthropicIssuer(HttpClient& http, std::string baseUrl, HttpRoute route, Secret adminKey);

    bool canMint() const override { return false; }
    Task<Result<MintedKey>> mint(std::string name, std::uint32_t expiresInDays, std::uint64_t rateLimit, Deadline deadline) override;
    Task<Result<std::vector<IssuedKey>>> list(Deadline deadline) override;
    Task<Result<void>> revoke(std::string keyId, Deadline deadline) override;

private:
    HttpRequest versioned(HttpRequest request) const;

    IssuerHttp api_;
};

} // namespace drover
