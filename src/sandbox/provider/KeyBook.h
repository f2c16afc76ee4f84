// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "base/Secret.h"
#include "sandbox/provider/Scenario.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover::sandbox {

// A key as the simulated provider remembers it: never the key, only a digest of it.
struct IssuedKeyState {
    std::string id;
    std::string name;
    WallTime createdAt{};
    WallTime expiresAt{};
    std::optional<WallTime> lastUsedAt;
    std::uint64_t rateLimit = 0;
    std::uint64_t requests = 0;    // calls for an answer that it was good for
    bool revoked = false;
    bool dead = false;             // scenario dead-key: refused for ever
    bool active(WallTime now) const { return !revoked && now < expiresAt; }
};

// The keys of one provider.
class KeyBook {
public:
    // `seed` decides how long a new key takes to reach each region.
    KeyBook(Side side, std::uint64_t seed, const Clock& clock);

    struct Minted {
        IssuedKeyState state;
        Secret key;
    };
    // From the dashboard (the control address): known everywhere at once.
    Minted mintAtDashboard(std::string name, std::optional<Secret> given = {});
    // From POST /v1/keys: one region learns of it some 100s of milliseconds later, and with `dead` none ever does.
    Minted mintByApi(std::string name, std::uint32_t expiresInDays, std::uint64_t rateLimit, bool dead);

    // The key presented, if it is good in this region now. A good one is marked as used.
    IssuedKeyState* accept(std::string_view presented, Region region);
    bool revoke(std::string_view id) { return setRevoked(id, true); } // false: no such key
    bool setRevoked(std::string_view id, bool revoked);
    std::vector<IssuedKeyState> list() const;
    const IssuedKeyState* find(std::string_view id) const;

private:
    // 128 bits that find a key again. The provider is simulated and on loopback; keys are random.
    struct Digest {
        std::uint64_t high = 0, low = 0;
        auto operator<=>(const Digest&) const = default;
    };
    struct Entry {
        IssuedKeyState state;
        std::array<SteadyTime, regionCount> knownFrom{};
    };
    Digest digestOf(std::string_view key) const;
    Secret makeKey();
    Minted add(IssuedKeyState state, Secret key, const std::array<Duration, regionCount>& delays);

    Side side_;
    const Clock& clock_;
    Random ids_;       // from the system: no two runs make the same key
    Random delays_;
    std::uint64_t salt_;
    std::map<Digest, Entry> entries_;
    std::vector<Digest> order_; // as minted
};

} // namespace drover::sandbox
