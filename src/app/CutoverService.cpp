// SPDX-License-Identifier: Apache-2.0
#include "app/CutoverService.h"

#include "app/MigrationService.h"

#include <algorithm>

namespace drover::app {

Task<Result<std::optional<CutoverComparison>>> compareCutover(Ports& ports, const MigrationPlan& plan, Deadline deadline)
{
    // The first generation at which the new target had everything.
    const auto cutover = std::ranges::find(plan.timeline(), Phase::cutover, &StepRecord::phase);
    if (cutover == plan.timeline().end())
        co_return std::nullopt;
    EvidenceQuery before;
    before.migration = plan.id();
    before.legacy = plan.start().legacy;
    before.target = plan.start().target;
    EvidenceQuery after = before;
    before.fromGeneration = plan.timeline().front().generation;
    before.toGeneration = cutover->generation - 1;
    after.fromGeneration = cutover->generation;
    CutoverComparison comparison;
    comparison.legacy = before.legacy;
    comparison.target = before.target;
    DROVER_CO_TRY(EvidenceWindow legacyAlone, co_await ports.evidence.window(std::move(before), deadline));
    DROVER_CO_TRY(EvidenceWindow targetAlone, co_await ports.evidence.window(std::move(after), deadline));
    comparison.before = std::move(legacyAlone.step.legacy);
    comparison.after = std::move(targetAlone.step.target);
    co_return comparison;
}

Task<Result<std::optional<CutoverComparison>>> CutoverService::latest()
{
    DROVER_CO_TRY(const std::optional<std::string> run, co_await ports_.journal.latestRun("migration"));
    if (!run)
        co_return std::nullopt;
    DROVER_CO_TRY(const MigrationPlan plan, co_await replayMigration(ports_.journal, *run));
    co_return co_await compareCutover(ports_, plan, Deadline::in(ports_.clock, 20s));
}

} // namespace drover::app
