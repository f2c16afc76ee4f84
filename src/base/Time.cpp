// SPDX-License-Identifier: Apache-2.0
#include "base/Time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace drover {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::year_month_day;

struct Fields {
    int year, month, day, hour, minute, second, millisecond;
};

Fields fieldsOf(WallTime time)
{
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const auto rest = time - day;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(rest).count();
    return {int(date.year()),     int(unsigned(date.month())), int(unsigned(date.day())), int(ms / 3'600'000),
            int(ms / 60'000 % 60), int(ms / 1000 % 60),         int(ms % 1000)};
}

// Reads exactly `digits` digits at the front of `text`.
std::optional<int> take(std::string_view& text, std::size_t digits)
{
    int value = 0;
    if (text.size() < digits)
        return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
    if (error != std::errc{} || end != text.data() + digits || text[0] == '-')
        return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

bool takeChar(std::string_view& text, char wanted)
{
    if (text.empty() || text.front() != wanted)
        return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Duration> takeFraction(std::string_view& text)
{
    if (!takeChar(text, '.'))
        return Duration{0};
    std::int64_t micros = 0;
    std::int64_t unit = 100'000;
    std::size_t digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
        micros += unit * (text.front() - '0');
        unit /= 10;
    }
    if (digits == 0)
        return std::nullopt;
    return Duration{micros};
}

std::optional<Duration> takeZone(std::string_view& text)
{
    if (text.empty() || takeChar(text, 'Z') || takeChar(text, 'z'))
        return Duration{0};
    const bool east = text.front() == '+';
    if (!east && text.front() != '-')
        return std::nullopt;
    text.remove_prefix(1);
    const auto hours = take(text, 2);
    takeChar(text, ':');
    const auto minutes = take(text, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59)
        return std::nullopt;
    const Duration offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
    return east ? -offset : offset;
}

std::optional<WallTime> parse(std::string_view text)
{
    const auto year = take(text, 4);
    if (!year || !takeChar(text, '-'))
        return std::nullopt;
    const auto month = take(text, 2);
    if (!month || !takeChar(text, '-'))
        return std::nullopt;
    const auto day = take(text, 2);
    if (!day || !(takeChar(text, 'T') || takeChar(text, 't') || takeChar(text, ' ')))
        return std::nullopt;
    const auto hour = take(text, 2);
    if (!hour || !takeChar(text, ':'))
        return std::nullopt;
    const auto minute = take(text, 2);
    if (!minute || !takeChar(text, ':'))
        return std::nullopt;
    const auto second = take(text, 2);
    if (!second)
        return std::nullopt;
    const auto fraction = takeFraction(text);
    const auto zone = fraction ? takeZone(text) : std::nullopt;
    const year_month_day date{std::chrono::year{*year}, std::chrono::month{unsigned(*month)},
                              std::chrono::day{unsigned(*day)}};
    if (!zone || !text.empty() || !date.ok() || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    return WallTime{std::chrono::sys_days{date}} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second} + *fraction + *zone;
}

template <std::size_t N, class... Args>
std::string print(const char (&format)[N], Args... args)
{
    std::array<char, 64> out{};
    const int length = std::snprintf(out.data(), out.size(), format, args...);
    return {out.data(), std::size_t(length)};
}

} // namespace

std::string formatTime(WallTime time)
{
    const Fields f = fieldsOf(time);
    return print("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", f.year, f.month, f.day, f.hour, f.minute, f.second,
                 f.millisecond);
}

std::string formatTimeExact(WallTime time)
{
    std::string text = formatTime(time);
    const auto micros = int((time - floor<std::chrono::milliseconds>(time)).count());
    if (micros != 0)
        text.insert(text.size() - 1, print("%03d", micros));
    return text;
}

std::string formatDate(WallTime time)
{
    const Fields f = fieldsOf(time);
    return print("%04d-%02d-%02d", f.year, f.month, f.day);
}

std::string formatCompact(WallTime time)
{
    const Fields f = fieldsOf(time);
    return print("%04d%02d%02d-%02d%02d%02d", f.year, f.month, f.day, f.hour, f.minute, f.second);
}

Result<WallTime> parseTime(std::string_view text)
{
    if (const auto time = parse(text))
        return *time;
    return Error{Errc::invalidInput, "not an RFC 3339 time: \"" + std::string(text.substr(0, 40)) + "\"", {}};
}

double seconds(Duration duration)
{
    return double(duration.count()) / 1e6;
}

double milliseconds(Duration duration)
{
    return double(duration.count()) / 1e3;
}

Duration fromSeconds(double seconds)
{
    constexpr double longest = 9e12; // within what 64 bits of microseconds hold
    if (std::isnan(seconds))
        return Duration{0};
    return Duration{std::int64_t(std::llround(std::clamp(seconds, -longest, longest) * 1e6))};
}

Result<Duration> parseDuration(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::string_view unit{end, std::size_t(text.data() + text.size() - end)};
    const double scale = unit == "ms"                  ? 1e-3
                         : unit == "s" || unit.empty() ? 1
                         : unit == "m"                 ? 60
                         : unit == "h"                 ? 3600
                         : unit == "d"                 ? 86400
                                                       : 0;
    if (error != std::errc{} || scale == 0 || !(value >= 0) || value * scale > 1e9)
        return Error{Errc::invalidInput,
                     "not a duration (such as \"250ms\", \"90s\", \"15m\", \"48h\", \"7d\"): \"" +
                         std::string(text.substr(0, 40)) + "\"",
                     {}};
    return fromSeconds(value * scale);
}

std::string formatDuration(Duration duration)
{
    const auto us = duration.count();
    constexpr std::int64_t second = 1'000'000;
    if (us != 0 && us % (86400 * second) == 0 && us / (86400 * second) > 2)
        return std::to_string(us / (86400 * second)) + "d";
    if (us != 0 && us % (3600 * second) == 0)
        return std::to_string(us / (3600 * second)) + "h";
    if (us != 0 && us % (60 * second) == 0)
        return std::to_string(us / (60 * second)) + "m";
    if (us % second == 0)
        return std::to_string(us / second) + "s";
    if (us < second && us % 1000 == 0)
        return std::to_string(us / 1000) + "ms";
    const auto size = us < 0 ? -us : us;
    std::string text = print("%s%lld.%06lld", us < 0 ? "-" : "", static_cast<long long>(size / second),
                             static_cast<long long>(size % second));
    text.erase(text.find_last_not_of('0') + 1);
    return text + "s";
}

} // namespace drover
