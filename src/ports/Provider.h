// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"

#include "base/Clock.h"
#include "base/Result.h"
#include "base/Secret.h"
#include "domain/gates/ErrorClass.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drover {

// A freshly minted key.
struct MintedKey {
    std::string id;
    std::string name;
    Secret key;
    WallTime createdAt{};
    std::optional<WallTime> expiresAt;
};

struct IssuedKey { // as the provider lists it: never with the key
    std::string id;
    std::string name;
    bool active = true;
    WallTime createdAt{};
    std::optional<WallTime> expiresAt;
    std::optional<WallTime> lastUsedAt;
};

// Makes and ends keys: the provider's API, or a person with the dashboard. Errors: unavailable (no such API: paste a
// key instead), unauthorized, forbidden, quota, rateLimited, network, timeout.
class KeyIssuer {
public:
    virtual ~KeyIssuer() = default;
    virtual bool canMint() const = 0; // false: minting is a person pasting a key
    // False: no such API, as far as is known; an answer may be the first to say so. Then a person looks, or ends the key.
    virtual bool canList() const { return true; }
    virtual bool canRevoke() const { return true; }
    // `name` is unique (auto-rotate-YYYYMMDD-HHMMSS-TAG) so that a lost reply can be found again by list().
    virtual Task<Result<MintedKey>> mint(std::string name, std::uint32_t expiresInDays, std::uint64_t rateLimit,
                                         Deadline deadline) = 0;
    virtual Task<Result<std::vector<IssuedKey>>> list(Deadline deadline) = 0;
    // Revoking what is revoked already succeeds.
    virtual Task<Result<void>> revoke(std::string keyId, Deadline deadline) = 0;
};

// The answer to one probe or prompt.
struct ProviderAnswer {
    int status = 0;
    ErrorClass errorClass = ErrorClass::ok;
    std::string body;            // decoded, scrubbed of keys, at most 1 MiB
    double firstByteMs = 0;
    double totalMs = 0;
    std::string requestId;
    std::string host;
};

// Calls a provider straight from this machine: proofs, probes, replay. Never used for clients' traffic.
class ProviderClient {
public:
    virtual ~ProviderClient() = default;
    // GET <base>/models with the key: 200 proves it. An HTTP error is an answer, not an Error.
    virtual Task<Result<ProviderAnswer>> models(std::string baseUrl, const Secret& key, Deadline deadline) = 0;
    // POST <base>/chat/completions with the JSON body.
    virtual Task<Result<ProviderAnswer>> chat(std::string baseUrl, const Secret& key, std::string body,
                                              Deadline deadline) = 0;
};

} // namespace drover
