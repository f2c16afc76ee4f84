// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "domain/keys/RotationPlan.h"
#include "domain/keys/RotationSchedule.h"

#include <optional>
#include <string>
#include <vector>

namespace drover::app {

// Where the schedule stands: what is set, what was, what comes.
struct ScheduleView {
    std::string when;         // "02:00", "0 2 * * 1", "off"
    bool ownSetting = false;  // drover.toml says so; else the policy
    MigrationPolicy policy;
    ScheduleFacts kept;       // in drover.db
    ScheduleStep step;        // what is to be done, with the facts to be kept then
    struct Other {
        std::string run;
        std::string target;
        std::string waitsFor; // "" where nobody has to do anything
    };
    std::vector<Other> others; // rotations of targets that go by no schedule, not ended
};

// `rotation schedule` as JSON; `controller`: who holds the lock, "" for nobody.
std::string scheduleJson(const ScheduleView& view, const std::string& controller);

// The one target whose keys go by the schedule.
inline constexpr const char* scheduledTarget = "holysheep";

// Why no key of the target may change now: a migration that has not ended owns its keys' weights. "" where one may.
Task<Result<std::string>> keysHeldBy(Ports& ports);

// When keys are rotated, and what of that is due. The setting is [rotation] schedule of drover.toml, else the policy's; both are
// read anew each time. What is kept besides lies in drover.db.
class ScheduleService {
public:
    explicit ScheduleService(Ports& ports) : ports_(ports) {}

    // Writes nothing. Errors: invalidInput (a schedule that cannot be kept, with the arithmetic), those of files and journal.
    Task<Result<ScheduleView>> look();
    // "02:00", five fields, "off", or "policy" for what the policy says. Audited. Errors: invalidInput, as for look().
    Task<Result<void>> set(std::string when);
    // The caller holds controller.lock.
    Task<Result<void>> keep(ScheduleFacts facts);

private:
    Task<Result<ScheduleFacts>> facts();
    Task<Result<ScheduleSight>> sight(ScheduleFacts facts, std::vector<RotationPlan> open, std::string migration);

    Ports& ports_;
};

} // namespace drover::app
