// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"
#include "domain/keys/KeyRecord.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drover {

struct PruneRules {
    Duration retention{};      // an ended key stays so long after its last trace, as the request log may name it
    std::uint32_t maxKeys = 5; // of a target; beyond them ended keys go before their time
};

// What is known of a key beside its record.
struct PruneKey {
    KeyRecord record;
    bool stored = false;              // its secret lies in the store
    std::string holder;               // what names it still: "the routing document"; "" for nothing
    std::optional<WallTime> lastUsed; // by the evidence
};

struct PruneLine {
    KeyRecord record;
    bool stored = false;
    bool removes = false;
    std::string why;
};

// Which keys may be forgotten: those that surely no longer live where they were made – revoked; failed, and ended by the rotation that
// removed their secret – and whose time is over. An expiry is no proof. Never a live, current or unproven key,
// never one that something names, never one that may live on at its provider unknown to us, never the last of a target (D4). One
// line for each key, in the given order.
std::vector<PruneLine> planPruning(const std::vector<PruneKey>& keys, const PruneRules& rules, WallTime now);

} // namespace drover
