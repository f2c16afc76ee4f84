// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace drover {

// When a circuit breaker (Nygard, "Release It!", 2007) opens, and how it closes again.
struct BreakerRule {
    std::size_t newest = 50;      // outcomes that are judged: the newest so many,
    Duration age = 120s;          // none older than this
    std::size_t minimum = 20;     // fewer outcomes say nothing
    double failing = 0.5;         // opens at this share of failures
    Duration open = 5s;           // until the first probe; doubles with each probe that fails
    Duration longestOpen = 60s;
    std::size_t successes = 3;    // in a row, that close it
};

// Whether something that fails should be asked at all. Closed: every call goes out and its outcome counts. Open: none
// goes out. Half-open: one call at a time goes out as a probe; so many successes in a row close it, a failure opens it
// for twice as long. What was under way when it opened says nothing afterwards.
class Breaker {
public:
    enum class State { closed, open, halfOpen };

    explicit Breaker(BreakerRule rule = {}) : rule_(rule) {}

    // Goes with a call from admit() or insist() to exactly one report() or release().
    struct Ticket {
        std::uint64_t epoch = 0;
        bool probe = false;
    };
    // Whether admit() would give leave.
    bool ready(SteadyTime now) const { return closed_ || (!probing_ && now >= until_); }
    // Leave to call now; nothing while open, or while a probe is under way.
    std::optional<Ticket> admit(SteadyTime now);
    // For a call that is made whatever the breaker says, because there is nobody better to ask.
    Ticket insist() const { return {epoch_, false}; }
    // How the call went. `atLeast`: how long to stay open should this open it (a provider's Retry-After), up to the
    // rule's longest.
    void report(const Ticket& ticket, bool failed, SteadyTime now, Duration atLeast = {});
    // The call ended without saying anything of whom it asked.
    void release(const Ticket& ticket);

    State state(SteadyTime now) const;
    // Until the next probe; 0 where one may go out.
    Duration wait(SteadyTime now) const;
    // Of the outcomes that are judged; while not closed, of those that opened it.
    std::size_t failures() const { return failures_; }
    std::size_t outcomes() const { return outcomes_.size(); }

private:
    struct Outcome {
        SteadyTime at{};
        bool failed = false;
    };
    void count(bool failed, SteadyTime now);
    void open(SteadyTime now, Duration time);
    void close();

    BreakerRule rule_;
    std::deque<Outcome> outcomes_;
    std::size_t failures_ = 0;
    std::uint64_t epoch_ = 0;    // grows with each opening and closing
    bool closed_ = true;
    SteadyTime until_{};         // while not closed: no probe before this
    Duration time_{};            // for how long it was opened last
    bool probing_ = false;
    std::size_t successes_ = 0;  // in a row, while not closed
};

// "closed", "open", "half_open".
const char* breakerStateName(Breaker::State state);

} // namespace drover
