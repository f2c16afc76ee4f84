// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

// What the inventory knows of a key; never the key itself. `id` is the provider's key id, or one made by us
// ("k_" + 12 characters) where a person pasted the key.
enum class KeyState {
    added,     // stored, not yet proven
    proven,    // a real request with the stored copy succeeded
    ramping,   // takes a growing weight
    current,   // the key new work goes to
    overlap,   // replaced, still valid
    retired,   // no gateway uses it any more
    revoked,   // ended at the provider
    failed,    // minted, but never worked
};
std::string_view keyStateName(KeyState state);
std::optional<KeyState> keyStateFrom(std::string_view name);

struct KeyRecord {
    std::string id;
    std::string target;                   // "legacy", "holysheep", …
    std::string name;                     // auto-rotate-20261122-020000, or what the person called it
    KeyState state = KeyState::added;
    std::string createdBy;                // DEPLOYMENT_USER
    WallTime createdAt{};
    std::optional<WallTime> expiresAt;
    std::optional<WallTime> lastUsedAt;
    std::optional<WallTime> provenAt;
    std::string hint;                     // "****x9Qf"
    std::string fingerprint;              // first 16 hex digits of SHA-256("drover key" + key): to find it again
    std::vector<std::string> hosts;       // the hosts it was sealed for
    std::string store;                    // "keychain", "vault"
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
};

// Live: a gateway may use it (proven, ramping, current, overlap).
bool isLive(KeyState state);

} // namespace drover
