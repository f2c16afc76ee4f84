// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/CronTime.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace drover {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;

constexpr int dayMinutes = 24 * 60;
// Every combination of date and weekday comes within 8 years, over a century without a leap day as well (as 2100).
constexpr int searchDays = 8 * 366 + 1;

struct FieldSpec {
    const char* name;
    int low, high;
};
constexpr std::array<FieldSpec, 5> fieldSpecs{
    {{"minute", 0, 59}, {"hour", 0, 23}, {"day of the month", 1, 31}, {"month", 1, 12}, {"day of the week", 0, 7}}};

Error wrong(const FieldSpec& field, std::string_view text)
{
    return Error{Errc::invalidInput,
                 "the " + std::string(field.name) + " \"" + std::string(text) + "\" is not *, a number from " + std::to_string(field.low) +
                     " to " + std::to_string(field.high) + ", a range, a list of those, or a step (*/15)",
                 {}};
}

std::optional<int> numberIn(std::string_view text, int low, int high)
{
    int value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size() || value < low || value > high)
        return std::nullopt;
    return value;
}

// "*", "5", "1-5", each with "/step"; marks the values it stands for.
template <std::size_t n>
bool mark(std::string_view part, const FieldSpec& field, std::bitset<n>& out)
{
    int step = 1;
    const auto slash = part.find('/');
    if (slash != part.npos) {
        const auto given = numberIn(part.substr(slash + 1), 1, field.high);
        if (!given)
            return false;
        step = *given;
        part = part.substr(0, slash);
    }
    int first = field.low;
    int last = field.high;
    if (part != "*") {
        const auto dash = part.find('-');
        const auto begin = numberIn(part.substr(0, dash), field.low, field.high);
        if (!begin)
            return false;
        first = last = *begin;
        if (dash != part.npos) {
            const auto end = numberIn(part.substr(dash + 1), field.low, field.high);
            if (!end || *end < first)
                return false;
            last = *end;
        } else if (slash != part.npos) {
            last = field.high; // "5/15": from 5 on
        }
    }
    for (int value = first; value <= last; value += step)
        out.set(std::size_t(value));
    return true;
}

template <std::size_t n>
Result<std::bitset<n>> parseField(std::string_view text, const FieldSpec& field)
{
    std::bitset<n> out;
    for (std::string_view rest = text;;) {
        const auto comma = std::min(rest.find(','), rest.size());
        if (!mark(rest.substr(0, comma), field, out))
            return wrong(field, text);
        if (comma == rest.size())
            return out;
        rest.remove_prefix(comma + 1);
    }
}

std::vector<std::string_view> words(std::string_view text)
{
    std::vector<std::string_view> out;
    constexpr std::string_view white = " \t";
    for (std::size_t at = text.find_first_not_of(white); at != text.npos;) {
        const auto end = std::min(text.find_first_of(white, at), text.size());
        out.push_back(text.substr(at, end - at));
        at = text.find_first_not_of(white, end);
    }
    return out;
}

// "02:00" as the five fields; nothing where it is not that form.
std::optional<std::string> daily(std::string_view text)
{
    if (text.size() != 5 || text[2] != ':')
        return std::nullopt;
    const auto hour = numberIn(text.substr(0, 2), 0, 23);
    const auto minute = numberIn(text.substr(3), 0, 59);
    if (!hour || !minute)
        return std::nullopt;
    return std::to_string(*minute) + " " + std::to_string(*hour) + " * * *";
}

} // namespace

Result<CronTime> CronTime::parse(std::string_view text)
{
    const std::optional<std::string> everyDay = daily(text);
    const std::vector<std::string_view> fields = words(everyDay ? std::string_view(*everyDay) : text);
    if (fields.size() != fieldSpecs.size())
        return Error{Errc::invalidInput,
                     "a schedule is \"02:00\" (every day, UTC) or five fields: minute, hour, day of the month, month, day of the week", {}};
    CronTime time;
    time.text_ = std::string(text);
    DROVER_TRY(time.minutes_, parseField<60>(fields[0], fieldSpecs[0]));
    DROVER_TRY(time.hours_, parseField<24>(fields[1], fieldSpecs[1]));
    DROVER_TRY(time.days_, parseField<32>(fields[2], fieldSpecs[2]));
    DROVER_TRY(time.months_, parseField<13>(fields[3], fieldSpecs[3]));
    DROVER_TRY(const std::bitset<8> weekdays, parseField<8>(fields[4], fieldSpecs[4]));
    for (std::size_t day = 0; day < 8; ++day)
        if (weekdays.test(day))
            time.weekdays_.set(day % 7);
    time.anyDay_ = fields[2].starts_with('*');
    time.anyWeekday_ = fields[4].starts_with('*');
    if (!time.findAfter(sys_days{std::chrono::year{2028} / 1 / 1}))
        return Error{Errc::invalidInput, "\"" + std::string(text) + "\" never comes: no such day has that month", {}};
    return time;
}

bool CronTime::dayFits(sys_days day) const
{
    const std::chrono::year_month_day date{day};
    if (!months_.test(unsigned(date.month())))
        return false;
    const bool byDate = days_.test(unsigned(date.day()));
    const bool byWeekday = weekdays_.test(std::chrono::weekday{day}.c_encoding());
    if (anyDay_ || anyWeekday_)
        return byDate && byWeekday;
    return byDate || byWeekday;
}

std::optional<int> CronTime::minuteFrom(int minute) const
{
    for (; minute < dayMinutes; ++minute)
        if (hours_.test(std::size_t(minute / 60)) && minutes_.test(std::size_t(minute % 60)))
            return minute;
    return std::nullopt;
}

std::optional<int> CronTime::minuteUpTo(int minute) const
{
    for (; minute >= 0; --minute)
        if (hours_.test(std::size_t(minute / 60)) && minutes_.test(std::size_t(minute % 60)))
            return minute;
    return std::nullopt;
}

std::optional<WallTime> CronTime::findAfter(WallTime time) const
{
    sys_days day = std::chrono::floor<days>(time);
    int minute = int(std::chrono::floor<minutes>(time - day).count()) + 1;
    for (int looked = 0; looked < searchDays; ++looked, day += days{1}, minute = 0) {
        if (!dayFits(day))
            continue;
        if (const auto found = minuteFrom(minute))
            return WallTime{day} + minutes{*found};
    }
    return std::nullopt;
}

WallTime CronTime::nextAfter(WallTime time) const
{
    return findAfter(time).value_or(WallTime::max());
}

std::optional<WallTime> CronTime::lastBetween(WallTime from, WallTime time) const
{
    sys_days day = std::chrono::floor<days>(time);
    int minute = int(std::chrono::floor<minutes>(time - day).count());
    for (; WallTime{day} + days{1} > from; day -= days{1}, minute = dayMinutes - 1) {
        if (!dayFits(day))
            continue;
        const auto found = minuteUpTo(minute);
        if (!found)
            continue;
        const WallTime at = WallTime{day} + minutes{*found};
        if (at <= from)
            return std::nullopt;
        return at;
    }
    return std::nullopt;
}

Duration CronTime::shortestGap() const
{
    const WallTime begin = sys_days{std::chrono::year{2027} / 1 / 1};
    WallTime at = nextAfter(begin - Duration{1});
    Duration shortest = Duration::max();
    for (WallTime end = begin + days{365 + 366}; at < end && shortest > minutes{1};) {
        const WallTime next = nextAfter(at);
        shortest = std::min(shortest, next - at);
        at = next;
    }
    return shortest;
}

Duration CronTime::longestGap() const
{
    // Every day that fits has the same minutes, so days are compared as wholes.
    Duration longest{};
    const int first = minuteFrom(0).value_or(0);
    int last = first;
    for (auto next = minuteFrom(first + 1); next; next = minuteFrom(last + 1)) {
        longest = std::max<Duration>(longest, minutes{*next - last});
        last = *next;
    }
    std::optional<sys_days> before;
    sys_days day = sys_days{std::chrono::year{2027} / 1 / 1};
    for (int looked = 0; looked < searchDays; ++looked, day += days{1}) {
        if (!dayFits(day))
            continue;
        if (before)
            longest = std::max<Duration>(longest, (day - *before) + minutes{first - last});
        before = day;
    }
    return longest;
}

ScheduleDue dueOf(const CronTime& when, std::optional<WallTime> handled, WallTime now)
{
    ScheduleDue answer;
    answer.next = when.nextAfter(now);
    if (!handled)
        return answer;
    answer.clockWentBack = *handled > now + days{2};
    if (!answer.clockWentBack)
        answer.due = when.lastBetween(*handled, now);
    return answer;
}

} // namespace drover
