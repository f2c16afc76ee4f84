// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Provider.h"

namespace drover {

// A provider without a key API: a person makes, lists and ends keys on its dashboard.
class DashboardIssuer final : public KeyIssuer {
public:
    bool canMint() const override { return false; }
    bool canList() const override { return false; }
    bool canRevoke() const override { return false; }
    Task<Result<MintedKey>> mint(std::string name, std::uint32_t expiresInDays, std::uint64_t rateLimit, Deadline deadline) override;
    Task<Result<std::vector<IssuedKey>>> list(Deadline deadline) override;
    Task<Result<void>> revoke(std::string keyId, Deadline deadline) override;
};

} // namespace drover
