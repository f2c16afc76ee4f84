// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"

namespace drover {

// Where time comes from. Nothing below main/ reads the system's clock itself; tests hand in a ManualClock
// (tests/support/ManualClock.h).
class Clock {
public:
    virtual ~Clock() = default;
    virtual WallTime now() const = 0;      // may jump
    virtual SteadyTime steady() const = 0; // never goes back
};

class SystemClock final : public Clock {
public:
    WallTime now() const override;
    SteadyTime steady() const override;
};

// The moment by which something must be over, handed down from caller to callee, which may only shorten it.
class Deadline {
public:
    static Deadline in(const Clock& clock, Duration left) { return Deadline{clock, clock.steady() + left}; }

    // The earlier of this one and `left` from now.
    Deadline sooner(Duration left) const;
    // 0 when it has passed.
    Duration left() const;
    bool passed() const { return left() <= Duration{0}; }
    SteadyTime when() const { return when_; }

private:
    Deadline(const Clock& clock, SteadyTime when) : clock_(&clock), when_(when) {}

    const Clock* clock_;
    SteadyTime when_;
};

} // namespace drover
