// SPDX-License-Identifier: Apache-2.0
#include "protocol/openai/RateLimit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace drover {
namespace {

constexpr std::array<std::string_view, 4> bucketNames{"requests", "tokens", "input-tokens", "output-tokens"};
constexpr double longestResetSeconds = 40.0 * 86400;

std::optional<std::uint64_t> readLimitCount(std::optional<std::string_view> text)
{
    std::uint64_t value = 0;
    if (!text || text->empty())
        return std::nullopt;
    const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
    return code == std::errc() && end == text->data() + text->size() ? std::optional(value) : std::nullopt;
}

// "6m0s", "12ms", "1h2m3.4s", "59.3s".
std::optional<double> goDuration(std::string_view text)
{
    double sum = 0;
    while (!text.empty()) {
        double number = 0;
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (code != std::errc() || number < 0)
            return std::nullopt;
        text.remove_prefix(std::size_t(end - text.data()));
        const auto unit = text.substr(0, text.find_first_of("0123456789."));
        const double factor = unit == "h" ? 3600 : unit == "m" ? 60 : unit == "s" ? 1 : unit == "ms" ? 1e-3
                            : unit == "us" || unit == "µs" ? 1e-6 : unit == "ns" ? 1e-9 : unit == "d" ? 86400 : 0;
        if (factor == 0)
            return std::nullopt;
        sum += number * factor;
        text.remove_prefix(unit.size());
    }
    return sum;
}

std::optional<WallTime> readReset(std::optional<std::string_view> text, WallTime now)
{
    if (!text || text->empty())
        return std::nullopt;
    double number = 0;
    const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (code == std::errc() && end == text->data() + text->size()) {
        if (!(number > 0) || number > 1e14)
            return std::nullopt;
        if (number > 1e11) // Unix milliseconds
            return WallTime{Duration{std::int64_t(number * 1e3)}};
        if (number > 1e8) // Unix seconds
            return WallTime{Duration{std::int64_t(number * 1e6)}};
        return number <= longestResetSeconds ? std::optional(now + fromSeconds(number)) : std::nullopt;
    }
    if (const auto duration = goDuration(*text); duration && *duration <= longestResetSeconds)
        return now + fromSeconds(*duration);
    auto time = parseTime(*text);
    return time.has_value() ? std::optional(*time) : std::nullopt;
}

template <class NameOf>
void readBuckets(const HeaderLookup& header, WallTime now, RateLimits& limits, RateLimits::Family family, NameOf nameOf)
{
    for (const auto bucket : bucketNames) {
        RateLimitBucket one;
        one.name = bucket;
        one.limit = readLimitCount(header(nameOf(bucket, "limit")));
        one.remaining = readLimitCount(header(nameOf(bucket, "remaining")));
        one.reset = readReset(header(nameOf(bucket, "reset")), now);
        if (!one.limit && !one.remaining && !one.reset)
            continue;
        limits.family = family;
        limits.buckets.push_back(std::move(one));
    }
}

} // namespace

const RateLimitBucket* RateLimits::find(std::string_view name) const
{
    const auto found = std::ranges::find(buckets, name, &RateLimitBucket::name);
    return found == buckets.end() ? nullptr : &*found;
}

RateLimits parseRateLimits(const HeaderLookup& header, WallTime now)
{
    RateLimits limits;
    readBuckets(header, now, limits, RateLimits::Family::openai, [](std::string_view bucket, std::string_view what) {
        return "x-ratelimit-" + std::string(what) + "-" + std::string(bucket);
    });
    if (limits.buckets.empty())
        readBuckets(header, now, limits, RateLimits::Family::anthropic, [](std::string_view bucket, std::string_view what) {
            return "anthropic-ratelimit-" + std::string(bucket) + "-" + std::string(what);
        });
    if (limits.buckets.empty())
        readBuckets(header, now, limits, RateLimits::Family::plain, [](std::string_view bucket, std::string_view what) {
            return bucket == "requests" ? "x-ratelimit-" + std::string(what) : std::string("-");
        });
    return limits;
}

} // namespace drover
