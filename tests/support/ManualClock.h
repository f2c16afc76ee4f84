// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"

namespace drover::test {

// A clock that stands still until the test moves it. Starts at 2026-01-01T00:00:00Z.
class ManualClock final : public Clock {
public:
    WallTime now() const override { return wall_; }
    SteadyTime steady() const override { return steady_; }
    void advance(Duration by)
    {
        wall_ += by;
        steady_ += by;
    }
    // Moves the calendar alone, as when an administrator sets the clock.
    void jump(Duration by) { wall_ += by; }

private:
    WallTime wall_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
    SteadyTime steady_{Duration{1'000'000}};
};

} // namespace drover::test
