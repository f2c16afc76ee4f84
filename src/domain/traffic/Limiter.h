// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/traffic/SlidingLimit.h"

#include <cstdint>
#include <map>
#include <optional>

namespace drover {

// Requests and tokens in any 60 seconds; 0: no limit.
struct RateRule {
    double requests = 0;
    double tokens = 0;
    bool operator==(const RateRule&) const = default;
    bool limits() const { return requests > 0 || tokens > 0; }
};

// The limit of one model with one key. A call that must wait is told for how long, and its place is kept: who comes
// back in time is let through, and in no window of 60 s goes more than the limit all the same.
class Limiter {
public:
    // How late a call may come back for the place that was kept for it: a Retry-After in whole seconds, and the way.
    static constexpr Duration grace = 5s;
    // So many places are kept; who comes after that is told how long to wait, without a promise.
    static constexpr std::size_t mostKept = 10'000;

    explicit Limiter(RateRule rule = {}) : rule_(rule), requests_(rule.requests), tokens_(rule.tokens) {}

    struct Pass {
        std::uint64_t request = 0, tokens = 0; // places in the two limits
    };
    struct Turn {
        Duration wait{};            // 0: go
        std::optional<Pass> pass;   // where it goes
    };
    // For a call that may cost so many tokens. `caller` tells calls apart: the same again is the one that was told to
    // wait; one that comes too early is told the rest of its wait.
    Turn take(SteadyTime now, std::uint64_t caller, double tokens);
    // How long a call would have to wait now; nothing is kept for it.
    Duration wait(SteadyTime now, double tokens) const;
    // What the call has cost in the end; 0 tokens and no request where it never went out.
    void settle(const Pass& pass, double tokens);
    void withdraw(const Pass& pass);

    // Another rule from now on; what has gone counts on.
    void setRule(const RateRule& rule);
    // What the provider said of its own limit: it lets through no more than this a minute (0: it did not say) …
    void learn(const RateRule& theirs);
    // … and nothing before that moment.
    void hold(SteadyTime until);

    const RateRule& ours() const { return rule_; }
    // The rule in force, the stricter of ours and what was learnt.
    RateRule rule() const { return {requests_.limit(), tokens_.limit()}; }
    double requestsUsed(SteadyTime now) const { return requests_.used(now); }
    double tokensUsed(SteadyTime now) const { return tokens_.used(now); }

private:
    struct Kept {
        SteadyTime at{};
        Pass pass;
    };
    SteadyTime earliest(SteadyTime now, double tokens) const;
    Pass put(SteadyTime at, SteadyTime latest, double tokens);
    void lapse(SteadyTime now);

    RateRule rule_, theirs_;
    SlidingLimit requests_, tokens_;
    SteadyTime held_{};
    std::map<std::uint64_t, Kept> kept_; // by caller
    SteadyTime lapsed_{};                // when they were looked through last
};

} // namespace drover
