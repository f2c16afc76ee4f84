// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"
#include "domain/keys/CronTime.h"
#include "domain/migration/Policy.h"

#include <cstdint>
#include <optional>
#include <string>

namespace drover {

// The longest a rotation takes where its gates pass in time: propagation, ramp and overlap.
Duration rotationTime(const RotationPolicy& policy);

// Whether rotations begun at these times can go one after another, and no key expires before it is replaced. Errors:
// invalidInput with the arithmetic (acceptance D5).
Result<void> checkSchedule(const CronTime& when, const RotationPolicy& policy);

// A rotation that the schedule asked for.
struct ScheduledRun {
    std::string run; // journal id, "r_…"
    WallTime due{};
    bool operator==(const ScheduledRun&) const = default;
};

// What a workspace keeps of its schedule. Only the controller changes it.
struct ScheduleFacts {
    std::string when;                  // the schedule that `handled` was noted under
    std::optional<WallTime> handled;   // up to here nothing is due any more
    std::optional<ScheduledRun> begun; // kept before its rotation's first entry, until its end is noted
    struct Ended {
        ScheduledRun run;
        WallTime noted{};
        bool done = false;
        bool operator==(const Ended&) const = default;
    };
    std::optional<Ended> last;
    bool operator==(const ScheduleFacts&) const = default;
};

// What is to be seen outside: the journal, the inventory, the clock.
struct ScheduleSight {
    enum class Run { unknown, open, done, failed };
    WallTime now{};
    Run begun = Run::unknown;   // what the journal says of facts.begun; unknown: nothing
    std::string open;           // the newest rotation, where it has not ended …
    std::optional<WallTime> openRests; // … and until when it only waits for its overlap to pass
    std::string held;           // why no key may change now, "" where one may
    std::uint32_t liveKeys = 0; // of the target
    std::string freshRun;       // an id for a new rotation
};

struct ScheduleStep {
    enum class Kind {
        idle,
        note,   // keep `facts`, and ask again
        wait,   // something is due and cannot be done now: `why`
        resume, // bring the interrupted rotation `run` to its end
        begin,  // keep `facts`, then begin the rotation facts.begun
    };
    Kind kind = Kind::idle;
    ScheduleFacts facts;
    std::string run;
    std::optional<WallTime> due;
    std::optional<WallTime> next; // the first moment after now; nothing where the schedule is off
    std::string why;              // of note and wait
    bool operator==(const ScheduleStep&) const = default;
};

// What is to be done now. Several missed moments are made up by one rotation; a start, a new schedule and a clock that was
// far ahead begin at now, without one. A failed rotation counts: the next moment is the next try. `when`: nothing for off.
ScheduleStep whatIsDue(const std::optional<CronTime>& when, const RotationPolicy& policy, const ScheduleFacts& facts,
                       const ScheduleSight& sight);

} // namespace drover
