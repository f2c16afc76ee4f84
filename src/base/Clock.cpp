// SPDX-License-Identifier: Apache-2.0
#include "base/Clock.h"

#include <algorithm>

namespace drover {

WallTime SystemClock::now() const
{
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady() const
{
    return std::chrono::floor<Duration>(std::chrono::steady_clock::now());
}

Deadline Deadline::sooner(Duration left) const
{
    return Deadline{*clock_, std::min(when_, clock_->steady() + left)};
}

Duration Deadline::left() const
{
    return std::max(Duration{0}, when_ - clock_->steady());
}

} // namespace drover
