// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Provider.h"

#include "services/IssuerHttp.h"

#include <string>

namespace drover {

// HolySheep's key API as the playbook has it: POST <base>/keys {name, expires_in_days, rate_limit} gives
// {key_id, api_key, created_at, expires_at}. No other source knows it: where it answers 404, 405 or 501 the call is
// `unavailable` and says what to do on the dashboard. GET <base>/keys and DELETE <base>/keys/<id> are our reading of how it
// goes on; each of the three is found to be there or not by itself.
class HolySheepClient final : public KeyIssuer {
public:
    // `baseUrl` with /v1. `credential` is a key with the right to make others, or ADMIN_KEY; empty: a person
    // pastes.
    HolySheepClient(HttpClient& http, std::string baseUrl, HttpRoute route, Secret credential);

    bool canMint() const override { return api_.hasCredential() && !mintAbsent_; }
    bool canList() const override { return api_.hasCredential() && !listAbsent_; }
    bool canRevoke() const override { return api_.hasCredential() && !revokeAbsent_; }
    Task<Result<MintedKey>> mint(std::string name, std::uint32_t expiresInDays, std::uint64_t rateLimit,
                                 Deadline deadline) override;
    Task<Result<std::vector<IssuedKey>>> list(Deadline deadline) override;
    Task<Result<void>> revoke(std::string keyId, Deadline deadline) override;

private:
    IssuerHttp api_;
    bool mintAbsent_ = false; // it said that there is no such call
    bool listAbsent_ = false;
    bool revokeAbsent_ = false;
};

} // namespace drover
