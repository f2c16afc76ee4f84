// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace drover {

struct ShadowPolicy {
    Duration time{};              // 7 d
    double sample = 0.2;          // share of client requests mirrored
    double again = 0.05;          // share of the mirrored that legacy is asked twice
    double divergenceLimit = 0.02;
    double addedLatencyLimitMs = 50;
    bool operator==(const ShadowPolicy&) const = default;
};

struct CanaryStep {
    double share = 0;             // of sticky keys, 0..1
    Duration time{};              // how long it lasts at least
    bool operator==(const CanaryStep&) const = default;
};

struct CanaryPolicy {
    std::vector<CanaryStep> steps; // 5, 25, 45, 65, 85 %; 100 is the cutover
    double errorRateLimit = 0.01;
    double addedLatencyLimitMs = 50;
    bool mirror = false;          // go on mirroring in the canary (playbook: yes, rehearsal: in shadow alone)
    bool operator==(const CanaryPolicy&) const = default;
};

struct RotationPolicy {
    bool afterCutover = false;         // rotate a key of the new target when the overlap begins
    std::vector<CanaryStep> ramp;      // shares of the target's own traffic: 10, 50, 100 %
    double errorRateLimit = 0.01;
    Duration propagation{};            // how long a fresh key may be refused before it counts as dead
    Duration overlap{};                // the old key lives on at least so long after the promotion
    Duration life{};                   // expires_in_days at mint
    std::uint64_t rateLimit = 10000;   // requests a minute asked for at mint (A82)
    std::uint32_t maxKeys = 5;         // live keys there may be: the schedule waits rather than mint one more; nothing prunes to it
    std::uint32_t minKeys = 1;         // live keys that must remain
    std::string schedule = "02:00";    // when keys are rotated, UTC (CronTime), or "off"; drover.toml may say otherwise
    bool operator==(const RotationPolicy&) const = default;
};

// One policy file (TOML). The built-in ones are resources/policies/{playbook,rehearsal}.toml.
struct MigrationPolicy {
    std::string name;
    ShadowPolicy shadow;
    CanaryPolicy canary;
    double abortErrorRate = 0.05;
    Duration rollbackWindow{};         // at 100 %, 15 min
    Duration overlap{};                // 7 d
    Duration lease{};                  // 900 s / 5 s
    RotationPolicy rotation;
    bool operator==(const MigrationPolicy&) const = default;
};

// A line of the calendar the wizard draws: when each step begins at the earliest if every gate passes in time.
struct CalendarEntry {
    std::string label;   // "shadow", "canary 5 %", …, "cutover", "overlap", "done"
    WallTime begins;
    double share = 0;
};
std::vector<CalendarEntry> calendar(const MigrationPolicy& policy, WallTime start);

} // namespace drover
