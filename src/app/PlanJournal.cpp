// SPDX-License-Identifier: Apache-2.0
#include "app/PlanJournal.h"

#include "protocol/journal/PlanEvents.h"

#include <utility>
#include <vector>

namespace drover::app {
namespace {

Result<MigrationEvent> readEvent(const std::string& json, const MigrationPlan&)
{
    return parseMigrationEvent(json);
}

Result<RotationEvent> readEvent(const std::string& json, const RotationPlan&)
{
    return parseRotationEvent(json);
}

// What a run that begins with the event is of.
std::string subjectOf(const MigrationEvent&)
{
    return {};
}

std::string subjectOf(const RotationEvent& event)
{
    const auto* started = std::get_if<RotationStarted>(&event);
    return started == nullptr ? std::string{} : started->target;
}

} // namespace

template <class Plan, class Event, class Action>
Task<Result<void>> JournaledPlan<Plan, Event, Action>::replay()
{
    DROVER_CO_TRY(const std::vector<JournalEntry> entries, co_await journal_.entries(run_));
    for (const JournalEntry& entry : entries) {
        Result<Event> event = readEvent(entry.event, plan_);
        if (!event.has_value())
            co_return at("journal entry " + std::to_string(entry.sequence), event.error());
        plan_.resume(*event);
    }
    co_return Result<void>{};
}

template <class Plan, class Event, class Action>
Task<Result<Action>> JournaledPlan<Plan, Event, Action>::feed(Event event, WallTime at)
{
    Plan next = plan_;
    Action action = next.resume(event);
    if (next.revision() != plan_.revision()) {
        JournalEntry entry;
        entry.run = run_;
        entry.kind = kind_;
        entry.event = writeEvent(event);
        entry.at = at;
        entry.subject = subjectOf(event);
        DROVER_CO_CHECK(co_await journal_.append(std::move(entry)));
    }
    plan_ = std::move(next);
    co_return action;
}

template class JournaledPlan<MigrationPlan, MigrationEvent, MigrationAction>;
template class JournaledPlan<RotationPlan, RotationEvent, RotationAction>;

} // namespace drover::app
