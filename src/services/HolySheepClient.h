// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Provider.h"

#include "services/HttpClient.h"

#include <string>

namespace drover {

// HolySheep's key API as the playbook has it: POST <base>/keys {name, expires_in_days, rate_limit} gives
// {key_id, api_key, created_at, expires_at}. No other source knows it: where it answers 404, 405 or 501 every
// call is `unavailable` and says to paste a key made on the dashboard. GET <base>/keys and DELETE
// <base>/keys/<id> are our reading of how it goes on.
class HolySheepClient final : public KeyIssuer {
public:
    // `baseUrl` with /v1. `credential` is a key with the right to make others, or ADMIN_KEY; empty: a person
    // pastes.
    HolySheepClient(HttpClient& http, std::string baseUrl, HttpRoute route, Secret credential);

    bool canMint() const override;
    Task<Result<MintedKey>> mint(std::string name, std::uint32_t expiresInDays, std::uint64_t rateLimit,
                                 Deadline deadline) override;
    Task<Result<std::vector<IssuedKey>>> list(Deadline deadline) override;
    Task<Result<void>> revoke(std::string keyId, Deadline deadline) override;

private:
    HttpRequest request(const char* method, const std::string& path, RetryPolicy retry) const;
    Task<Result<HttpResponse>> call(HttpRequest request, Deadline deadline);

    HttpClient& http_;
    std::string baseUrl_;
    HttpRoute route_;
    Secret credential_;
    bool absent_ = false; // it said that there is no such API
};

} // namespace drover
