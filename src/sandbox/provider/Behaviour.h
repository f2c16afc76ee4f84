// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sandbox/provider/Scenario.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace drover::sandbox {

// What becomes of one call.
struct Fate {
    enum class Kind { answer, error, reset };
    Kind kind = Kind::answer;
    int status = 200;           // of an error: 500, 503 or 529
    double firstByteMs = 0;     // until the first token, or the error
    double generationMs = 0;    // from the first token to the last
    std::uint64_t variant = 0;  // 0 = the usual answer to the prompt
};

// Decides the fate of each call from the seed, the target, the content and how often that target has been asked it:
// a run repeats whatever the order in which calls arrive. The one thing that depends on order is when a `late` law
// sets in.
class Behaviour {
public:
    Behaviour(Scenario scenario, std::uint64_t seed);

    Fate decide(Side side, Region region, std::uint64_t content, std::uint32_t outputTokens);

    const Scenario& scenario() const { return scenario_; }
    // The law in force, for the control address to show and to change at run time.
    TargetLaw& law(Side side) { return laws_[std::size_t(side)]; }
    const TargetLaw& law(Side side) const { return laws_[std::size_t(side)]; }
    bool late() const { return late_; }

private:
    void watchOnset(Side side);
    std::uint64_t draw(Side side, std::uint64_t content);

    Scenario scenario_;
    std::uint64_t seed_;
    std::array<TargetLaw, sideCount> laws_;
    bool late_ = false;
    std::vector<Side> window_; // a ring of the last calls
    std::size_t next_ = 0;
    std::size_t holysheepCalls_ = 0;
    std::array<std::unordered_map<std::uint64_t, std::uint32_t>, sideCount> asked_;
};

} // namespace drover::sandbox
