// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/RotationSchedule.h"

#include <chrono>
#include <utility>

namespace drover {
namespace {

using Kind = ScheduleStep::Kind;
using Run = ScheduleSight::Run;

// "7d 1h 15m": a sum is easier to follow in its units than in minutes.
std::string spelt(Duration time)
{
    struct Unit {
        Duration size;
        const char* name;
    };
    std::string text;
    for (const Unit& unit : {Unit{24h, "d"}, Unit{1h, "h"}, Unit{1min, "m"}}) {
        const auto count = time / unit.size;
        if (count > 0)
            text += (text.empty() ? "" : " ") + std::to_string(count) + unit.name;
        time -= count * unit.size;
    }
    if (time > Duration{} || text.empty())
        text += (text.empty() ? "" : " ") + formatDuration(time);
    return text;
}

Duration rampTime(const RotationPolicy& policy)
{
    Duration time{};
    for (const CanaryStep& step : policy.ramp)
        time += step.time;
    return time;
}

std::string rotationText(const RotationPolicy& policy)
{
    return "a rotation takes up to " + spelt(rotationTime(policy)) + " (" + spelt(policy.propagation) +
           " until every region knows the key + " + spelt(rampTime(policy)) + " of ramp + " + spelt(policy.overlap) + " of overlap)";
}

Error contradiction(std::string what)
{
    return Error{Errc::invalidInput, std::move(what), "rotation.schedule"};
}

ScheduleStep note(ScheduleStep step, std::string why)
{
    step.kind = Kind::note;
    step.why = std::move(why);
    return step;
}

ScheduleStep wait(ScheduleStep step, std::string why)
{
    step.kind = Kind::wait;
    step.why = std::move(why);
    return step;
}

ScheduleStep noteEnd(ScheduleStep step, const ScheduleSight& sight)
{
    const ScheduledRun run = *step.facts.begun;
    const bool done = sight.begun == Run::done;
    step.facts.last = ScheduleFacts::Ended{run, sight.now, done};
    step.facts.handled = run.due;
    step.facts.begun.reset();
    return note(std::move(step), "the rotation " + run.run + " due at " + formatTime(run.due) + (done ? " is done" : " failed"));
}

// No rotation for what lies before now.
ScheduleStep beginAtNow(ScheduleStep step, const CronTime& when, WallTime now, std::string why)
{
    step.facts.when = when.text();
    step.facts.handled = now;
    return note(std::move(step), std::move(why));
}

ScheduleStep begin(ScheduleStep step, const RotationPolicy& policy, const ScheduleSight& sight)
{
    if (!sight.held.empty())
        return wait(std::move(step), sight.held);
    if (sight.liveKeys >= policy.maxKeys)
        return wait(std::move(step), std::to_string(sight.liveKeys) + " keys are alive + 1 new = " +
                                         std::to_string(sight.liveKeys + 1) + ", and max_keys is " +
                                         std::to_string(policy.maxKeys) + ": revoke one that is not needed");
    if (!step.facts.begun)
        step.facts.begun = ScheduledRun{sight.freshRun, *step.due};
    step.kind = Kind::begin;
    return step;
}

} // namespace

Duration rotationTime(const RotationPolicy& policy)
{
    return policy.propagation + rampTime(policy) + policy.overlap;
}

Result<void> checkSchedule(const CronTime& when, const RotationPolicy& policy)
{
    const Duration takes = rotationTime(policy);
    const Duration shortest = when.shortestGap();
    if (takes > shortest) {
        const auto inOverlap = (policy.overlap + shortest - Duration{1}) / shortest;
        const auto alive = inOverlap + 2;
        std::string what = rotationText(policy) + ", but \"" + when.text() + "\" comes again after " + spelt(shortest) +
                           "; 1 current key + " + std::to_string(inOverlap) + " in overlap + 1 new = " + std::to_string(alive) +
                           " keys would be alive";
        what += alive > policy.maxKeys ? ", and max_keys is " + std::to_string(policy.maxKeys)
                                       : std::string(", but rotations go one after another");
        return contradiction(std::move(what));
    }
    const Duration longest = when.longestGap();
    if (longest + takes > policy.life)
        return contradiction("a key of " + spelt(policy.life) + " would expire before it is replaced: \"" + when.text() +
                             "\" may come again after " + spelt(longest) + " only, and " + rotationText(policy) + ": " +
                             spelt(longest + takes) + " in all");
    return {};
}

ScheduleStep whatIsDue(const std::optional<CronTime>& when, const RotationPolicy& policy, const ScheduleFacts& facts,
                       const ScheduleSight& sight)
{
    ScheduleStep step;
    step.facts = facts;
    if (when)
        step.next = when->nextAfter(sight.now);
    if (facts.begun)
        step.due = facts.begun->due;
    if (facts.begun && (sight.begun == Run::done || sight.begun == Run::failed))
        return noteEnd(std::move(step), sight);
    if (!sight.open.empty()) {
        step.run = sight.open;
        step.kind = Kind::resume;
        if (!sight.held.empty())
            return wait(std::move(step), sight.held);
        if (sight.openRests && *sight.openRests > sight.now)
            return wait(std::move(step), "the rotation " + sight.open + " is in its overlap until " + formatTime(*sight.openRests));
        return step;
    }
    if (facts.begun && when) // its first entry never reached the journal
        return begin(std::move(step), policy, sight);
    if (facts.begun) {
        step.facts.handled = facts.begun->due;
        step.facts.begun.reset();
        return note(std::move(step), "the schedule is off: the rotation that was due is given up");
    }
    if (!when)
        return step;
    if (facts.when != when->text() || !facts.handled)
        return beginAtNow(std::move(step), *when, sight.now, "the schedule \"" + when->text() + "\" begins");
    const ScheduleDue due = dueOf(*when, facts.handled, sight.now);
    if (due.clockWentBack)
        return beginAtNow(std::move(step), *when, sight.now,
                          "the clock was set back, from " + formatTime(*facts.handled) + " or later: the schedule begins anew");
    step.due = due.due;
    return due.due ? begin(std::move(step), policy, sight) : step;
}

} // namespace drover
