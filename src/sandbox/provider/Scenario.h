// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover::sandbox {

// The two simulated providers. Index into Scenario::targets.
enum class Side : std::uint8_t { legacy, holysheep };
inline constexpr std::size_t sideCount = 2;
std::string_view sideName(Side side);
std::optional<Side> sideFrom(std::string_view name);

// Where HolySheep is reached: its main address, then the four regions of the playbook (A50-A53). Legacy has `main`.
enum class Region : std::uint8_t { main, usEast, usWest, euWest, apSouth };
inline constexpr std::size_t regionCount = 5;
std::string_view regionName(Region region); // "main", "us-east", …
std::optional<Region> regionFrom(std::string_view name);

// The time to the first byte, log-normal with these two quantiles.
struct LatencyLaw {
    double p50Ms = 25;
    double p95Ms = 40;
    bool operator==(const LatencyLaw&) const = default;
};

// How one provider behaves.
struct TargetLaw {
    LatencyLaw latency;
    std::array<double, regionCount> regionMs{}; // added for the way to a region
    double errorRate = 0;   // of calls, as 500, 503, 529 or a reset, always before the first byte
    double noise = 0.002;   // of answers that differ from the usual one for no reason (an LLM's own noise)
    double divergence = 0;  // of answers that differ beyond the noise
    bool operator==(const TargetLaw&) const = default;
};

// A scenario is data. Where it has a `late` law, HolySheep takes it once its share of the last `onsetWindow` calls is
// above `onsetShare`: shadow mirroring never lets it carry more than half of the calls, a canary does from its
// middle on. A number of calls would not do, since shadow alone makes thousands.
struct Scenario {
    std::string name;
    std::array<TargetLaw, sideCount> targets;
    std::optional<TargetLaw> late;
    double onsetShare = 0.6;
    std::uint32_t onsetWindow = 300;
    bool deadKeys = false;         // keys made by POST /v1/keys are refused for ever
    double tokenMs = 0.15;         // generation, sped up
    double generationCapMs = 20;
    std::uint64_t rateLimit = 60'000; // requests a minute shown in the rate-limit headers
    bool operator==(const Scenario&) const = default;
};

// healthy, degraded, slow, diverging, dead-key. Errors: invalidInput naming the known ones.
Result<Scenario> scenarioNamed(std::string_view name);
const std::vector<std::string_view>& scenarioNames();

} // namespace drover::sandbox
