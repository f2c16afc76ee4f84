// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"

#include <bitset>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

// Moments that come again, always UTC: the five fields of crontab(5) – minute, hour, day of the month, month, day of the
// week (0 and 7 are Sunday) – each *, a number, a range, a list or a step ("0 2 * * *", "30 1,13 * * 1-5", "*/15 * * * *"),
// or "02:00", which is every day at that time. As in crontab(5), where both days are given either one is enough.
// UTC has no daylight saving: every day has each minute once.
class CronTime {
public:
    // Errors: invalidInput naming the field and its range; a time that never comes (30 February).
    static Result<CronTime> parse(std::string_view text);

    // The first moment after `time`; nothing within eight years cannot be, parse() has refused it.
    WallTime nextAfter(WallTime time) const;
    // The last moment at or before `time`; nothing where `from` lies after it. Moments up to `from` do not count.
    std::optional<WallTime> lastBetween(WallTime from, WallTime time) const;
    // The shortest time from one moment to the next, in the years 2027 and 2028, one of them a leap year.
    Duration shortestGap() const;
    // The longest one, over eight years from 2027.
    Duration longestGap() const;
    const std::string& text() const { return text_; }

private:
    using Minutes = std::bitset<60>;
    using Hours = std::bitset<24>;
    bool dayFits(std::chrono::sys_days day) const;
    // The first minute of the day at or after `minute` (0 … 1439); nothing where the day has none left.
    std::optional<int> minuteFrom(int minute) const;
    std::optional<int> minuteUpTo(int minute) const;
    std::optional<WallTime> findAfter(WallTime time) const;

    std::string text_;
    Minutes minutes_;
    Hours hours_;
    std::bitset<32> days_;     // 1 … 31
    std::bitset<13> months_;   // 1 … 12
    std::bitset<7> weekdays_;  // 0 = Sunday
    bool anyDay_ = true;       // the field is *
    bool anyWeekday_ = true;
};

// Which run of a schedule is due. The time of the last run that was handled – done, failed or passed over – is kept
// by the caller; with none yet the schedule begins now: starting a program is no reason to rotate.
struct ScheduleDue {
    std::optional<WallTime> due; // the newest moment that is not handled: several missed ones are made up once
    WallTime next{};             // the first moment after now
    bool clockWentBack = false;  // the last handled run lies more than two days ahead: take now as handled instead
};
ScheduleDue dueOf(const CronTime& when, std::optional<WallTime> handled, WallTime now);

} // namespace drover
