// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

using namespace std::chrono_literals;
using Duration = std::chrono::microseconds;
// A moment of the calendar, UTC. For what people and other machines read.
using WallTime = std::chrono::sys_time<Duration>;
// A moment of the monotonic clock. For deadlines, leases and latencies.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// "2026-11-22T07:34:13.123Z": RFC 3339, UTC, with milliseconds.
std::string formatTime(WallTime time);
// The same with six decimals where there are more than milliseconds: what is read back must be the same moment.
std::string formatTimeExact(WallTime time);
// "2026-11-22": the UTC date.
std::string formatDate(WallTime time);
// "20261122-073413": the UTC time in the playbook's key names (auto-rotate-%Y%m%d-%H%M%S).
std::string formatCompact(WallTime time);
// RFC 3339 with any number of decimals and any zone, and the trace's "2023-11-16 18:17:03.9799600" (taken as UTC).
// Errors: invalidInput with the text.
Result<WallTime> parseTime(std::string_view text);

double seconds(Duration duration);
double milliseconds(Duration duration);
// To the nearest microsecond; what lies beyond ±9·10^12 s is taken as that, a NaN as 0.
Duration fromSeconds(double seconds);

// "1.5s", "250ms", "15m", "48h", "7d" and plain seconds "90": the durations of policy files. Errors: invalidInput.
Result<Duration> parseDuration(std::string_view text);
// Exact, in the greatest unit that goes into it without a remainder (days from three on), else in seconds with up to six
// decimals: "7d", "48h", "15m", "250ms", "1.5s".
std::string formatDuration(Duration duration);

} // namespace drover
