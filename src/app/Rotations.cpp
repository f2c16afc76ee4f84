// SPDX-License-Identifier: Apache-2.0
#include "app/Rotations.h"

#include "app/PlanJournal.h"

#include <algorithm>
#include <utility>

namespace drover::app {

Task<Result<RotationPlan>> replayRotation(Journal& journal, std::string id)
{
    RotationJournal journaled{journal, std::move(id), "rotation"};
    DROVER_CO_CHECK(co_await journaled.replay());
    co_return journaled.plan();
}

Task<Result<std::optional<RotationPlan>>> latestRotation(Journal& journal, std::string target)
{
    DROVER_CO_TRY(const std::optional<std::string> run, co_await journal.latestRunOf("rotation", std::move(target)));
    if (!run)
        co_return std::optional<RotationPlan>{};
    DROVER_CO_TRY(RotationPlan plan, co_await replayRotation(journal, *run));
    co_return std::optional{std::move(plan)};
}

Task<Result<std::vector<RotationPlan>>> openRotations(Journal& journal)
{
    DROVER_CO_TRY(const std::vector<std::string> runs, co_await journal.latestRuns("rotation"));
    std::vector<RotationPlan> open;
    for (const std::string& run : runs) {
        DROVER_CO_TRY(RotationPlan plan, co_await replayRotation(journal, run));
        if (isOpen(plan))
            open.push_back(std::move(plan));
    }
    co_return open;
}

bool isOpen(const RotationPlan& plan)
{
    return plan.state() != RotationState::idle && plan.outcome() == "none";
}

std::optional<WallTime> restsUntil(const RotationPlan& plan)
{
    const auto* quiet = std::get_if<AwaitQuiet>(&plan.pending());
    return quiet == nullptr ? std::nullopt : std::optional{quiet->until};
}

bool worksWith(const RotationPlan& plan, const std::string& keyId)
{
    const auto has = [&](const std::vector<std::string>& ids) { return std::ranges::find(ids, keyId) != ids.end(); };
    return plan.newKey() == keyId || plan.start().currentKey == keyId || has(plan.orphans()) || has(plan.left());
}

} // namespace drover::app
