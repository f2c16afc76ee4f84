// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Provider.h"

#include "protocol/openai/AdminKeys.h"
#include "services/IssuerHttp.h"

#include <string>

namespace drover {

// OpenAI's admin API. A key is made with a service account of its own, which bears the unique name; the account's id is the
// key's id here, since ending the account ends its key. Life and rate limit are OpenAI's: it takes neither. People's keys of the
// project are listed and ended by their own ids.
class OpenAiIssuer final : public KeyIssuer {
public:
    // `baseUrl` with /v1.
    OpenAiIssuer(HttpClient& http, std::string baseUrl, HttpRoute route, std::string project, Secret adminKey);

    bool canMint() const override { return true; }
    Task<Result<MintedKey>> mint(std::string name, std::uint32_t expiresInDays, std::uint64_t rateLimit, Deadline deadline) override;
    Task<Result<std::vector<IssuedKey>>> list(Deadline deadline) override;
    Task<Result<void>> revoke(std::string keyId, Deadline deadline) override;

private:
    Task<Result<void>> readAccountsInto(std::vector<IssuedKey>& all, Deadline deadline);
    Task<Result<bool>> erase(std::string path, Deadline deadline); // false: there is none
    Error explained(Error error) const;

    IssuerHttp api_;
    std::string project_;
};

} // namespace drover
