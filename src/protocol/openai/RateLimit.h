// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

// Gives the value of a response header by its lowercase name.
using HeaderLookup = std::function<std::optional<std::string_view>(std::string_view name)>;

// One bucket of a provider's rate limiter. A value the provider did not give, or gave as -1 or nonsense, is absent.
struct RateLimitBucket {
    std::string name; // "requests", "tokens", "input-tokens", "output-tokens"
    std::optional<std::uint64_t> limit;
    std::optional<std::uint64_t> remaining;
    std::optional<WallTime> reset; // when it is full again: not the time to wait before the next request
    bool operator==(const RateLimitBucket&) const = default;
};

struct RateLimits {
    enum class Family { none, openai, anthropic, plain }; // plain: X-RateLimit-Limit/-Remaining/-Reset, as in the playbook
    Family family = Family::none;
    std::vector<RateLimitBucket> buckets;

    const RateLimitBucket* find(std::string_view name) const;
};
// Resets may be durations ("6m0s", "12ms", "59.3s"), RFC 3339 times, Unix seconds or milliseconds, or plain seconds.
RateLimits parseRateLimits(const HeaderLookup& header, WallTime now);

} // namespace drover
