// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"
#include "ports/Workspace.h"

#include "base/Clock.h"
#include "domain/keys/RotationPlan.h"
#include "domain/migration/MigrationPlan.h"

#include <string>

namespace drover::app {

// A plan whose every change is in the journal before anything is done about it. Plan is MigrationPlan or RotationPlan.
template <class Plan, class Event, class Action>
class JournaledPlan {
public:
    JournaledPlan(Journal& journal, std::string run, std::string kind)
        : journal_(journal), run_(std::move(run)), kind_(std::move(kind))
    {
    }

    const Plan& plan() const { return plan_; }
    const std::string& run() const { return run_; }

    // Goes through the events of an earlier process. Errors: io; invalidInput naming the entry that cannot be read.
    Task<Result<void>> replay();
    // Feeds an event. When it changes the plan it is appended first; where that fails the plan stays as it was.
    Task<Result<Action>> feed(Event event, WallTime at);

private:
    Journal& journal_;
    std::string run_;
    std::string kind_;
    Plan plan_;
};

using MigrationJournal = JournaledPlan<MigrationPlan, MigrationEvent, MigrationAction>;
using RotationJournal = JournaledPlan<RotationPlan, RotationEvent, RotationAction>;

} // namespace drover::app
