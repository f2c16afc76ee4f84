// SPDX-License-Identifier: Apache-2.0
#include "app/ReportBuilder.h"

#include "app/CutoverService.h"
#include "app/LatencyService.h"
#include "app/MigrationStatus.h"
#include "app/PlanJournal.h"

#include <algorithm>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration reportDeadline = 60s;
constexpr std::uint32_t chartPoints = 240;
constexpr std::uint32_t auditRows = 500;

std::optional<WallTime> endOf(const MigrationPlan& plan)
{
    if (!isFinal(plan.phase()) || plan.timeline().empty())
        return std::nullopt;
    const StepRecord& last = plan.timeline().back();
    if (last.ended)
        return last.ended;
    return last.acked ? last.acked : last.written;
}

void takePlan(MigrationFacts& facts, const MigrationPlan& plan)
{
    facts.migration = plan.id();
    facts.legacy = plan.start().legacy;
    facts.target = plan.start().target;
    facts.policy = plan.policy();
    facts.begun = plan.start().at;
    facts.ended = endOf(plan);
    facts.phase = plan.phase();
    facts.pausedIn = plan.pausedIn();
    facts.why = plan.why();
    facts.timeline = plan.timeline();
    facts.decisions = plan.decisions();
    facts.planned = calendar(plan.policy(), plan.start().at);
}

Task<Result<void>> takeRotation(Ports& ports, const MigrationPlan& migration, MigrationFacts& facts)
{
    RotationJournal journal{ports.journal, rotationRunOf(migration.id()), "rotation"};
    DROVER_CO_CHECK(co_await journal.replay());
    const RotationPlan& plan = journal.plan();
    if (plan.state() == RotationState::idle)
        co_return Result<void>{}; // it had none
    const bool over = plan.state() == RotationState::done || plan.state() == RotationState::failed;
    facts.rotation.state = std::string(over ? plan.outcome() : rotationStateName(plan.state()));
    facts.rotation.keyId = plan.newKey();
    facts.rotation.previousKey = plan.start().currentKey;
    facts.rotation.why = plan.why();
    for (const RotationPlan::Line& line : plan.history())
        facts.rotation.history.push_back({line.at, line.text});
    co_return Result<void>{};
}

Task<Result<void>> takeRunEvidence(Ports& ports, const MigrationPlan& plan, MigrationFacts& facts)
{
    EvidenceQuery query;
    query.migration = plan.id();
    query.from = plan.start().at;
    query.legacy = facts.legacy;
    query.target = facts.target;
    query.fromGeneration = plan.timeline().empty() ? 0 : plan.timeline().front().generation;
    const Deadline deadline = Deadline::in(ports.clock, reportDeadline);
    DROVER_CO_TRY(const EvidenceWindow all, co_await ports.evidence.window(query, deadline));
    facts.totals[facts.legacy] = all.step.legacy;
    facts.totals[facts.target] = all.step.target;
    facts.pairs = all.step.pairs;
    facts.clientRequests = all.step.clientRequests;
    facts.clientFailures = all.step.clientFailures;
    if (!isFinal(plan.phase()) && plan.evidenceFrom() > 0) {
        EvidenceQuery step = query;
        step.fromGeneration = plan.evidenceFrom();
        DROVER_CO_TRY(const EvidenceWindow now, co_await ports.evidence.window(step, deadline));
        facts.openGates = plan.gatesOn(now.step);
    }
    DROVER_CO_TRY(facts.cutover, co_await compareCutover(ports, plan, deadline));
    co_return Result<void>{};
}

Task<Result<void>> takeAudit(Ports& ports, MigrationFacts& facts)
{
    DROVER_CO_TRY(std::vector<AuditEntry> rows, co_await ports.audit.recent(auditRows));
    std::ranges::sort(rows, {}, &AuditEntry::sequence);
    for (const AuditEntry& row : rows)
        facts.audit.push_back({row.at, row.actor, row.deed, row.subject, row.reason});
    co_return Result<void>{};
}

} // namespace

Task<Result<MigrationFacts>> ReportBuilder::build(std::string migration)
{
    if (migration.empty()) {
        DROVER_CO_TRY(const std::optional<std::string> latest, co_await ports_.journal.latestRun("migration"));
        if (!latest)
            co_return Error{Errc::notFound, "no migration was ever started here", "migration"};
        migration = *latest;
    }
    MigrationJournal journal{ports_.journal, migration, "migration"};
    DROVER_CO_CHECK(co_await journal.replay());
    const MigrationPlan& plan = journal.plan();
    if (plan.id().empty())
        co_return Error{Errc::notFound, "there is no migration " + migration, "migration"};

    MigrationFacts facts;
    facts.workspace = ports_.config.name;
    facts.workspaceId = ports_.config.id;
    facts.sandbox = ports_.config.sandbox;
    facts.made = ports_.clock.now();
    takePlan(facts, plan);
    DROVER_CO_CHECK(co_await takeRotation(ports_, plan, facts));
    DROVER_CO_CHECK(co_await takeRunEvidence(ports_, plan, facts));
    DROVER_CO_CHECK(co_await takeAudit(ports_, facts));
    LatencyService latency{ports_};
    DROVER_CO_TRY(facts.chart, co_await latency.series(*facts.begun, chartPoints));
    if (facts.ended)
        std::erase_if(facts.chart, [&](const ChartPoint& point) { return point.at > *facts.ended; });
    // What clients sent before the migration, or after it, is not of this run.
    const UsageSpan run{facts.begun, facts.ended};
    DROVER_CO_TRY(facts.cost, co_await usage_.costs(facts.legacy, facts.target, run));
    DROVER_CO_TRY(facts.servedBy, co_await usage_.servedBy(run));
    co_return facts;
}

} // namespace drover::app
