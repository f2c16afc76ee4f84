// SPDX-License-Identifier: Apache-2.0
#include "domain/migration/MigrationPlan.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace drover {
namespace {

std::string percent(double share)
{
    char text[32];
    std::snprintf(text, sizeof text, "%g %%", share * 100);
    return text;
}

bool anyVerdict(const std::vector<GateResult>& gates, Verdict verdict)
{
    return std::ranges::any_of(gates, [verdict](const GateResult& gate) { return gate.verdict == verdict; });
}

std::string skippedBy(const OperatorOrder& order)
{
    return "skipped by " + order.actor + (order.reason.empty() ? "" : ": " + order.reason);
}

std::string becauseOf(const OperatorOrder& order, std::string_view deed)
{
    return std::string(deed) + " by " + order.actor + (order.reason.empty() ? "" : ": " + order.reason);
}

} // namespace

MigrationAction MigrationPlan::resume(const MigrationEvent& event)
{
    pending_ = std::visit([this](const auto& one) { return handle(one); }, event);
    return pending_;
}

// ---- events

MigrationAction MigrationPlan::handle(const MigrationStarted& event)
{
    if (phase_ != Phase::idle)
        return pending_;
    started_ = event;
    generation_ = highest_ = event.lastGeneration;
    return enter(Phase::shadow, 0, 0, event.at);
}

MigrationAction MigrationPlan::handle(const RoutingWritten& event)
{
    if (event.generation < generation_ || !writing())
        return pending_;
    return written(event.generation, event.at);
}

MigrationAction MigrationPlan::handle(const RoutingRefused& event)
{
    if (!writing() || phase_ == Phase::rolledBack) // a rollback is tried until it holds
        return pending_;
    return pause("The routing document could not be written: " + event.why, event.at, Unwritten::willNotCome);
}

MigrationAction MigrationPlan::handle(const AcksComplete& event)
{
    if (event.generation != generation_ || !std::holds_alternative<AwaitAcks>(pending_))
        return pending_;
    changed();
    if (phase_ == Phase::paused) // the held step again; its time begins anew with the resumption
        return Observe{};
    stepBegan_ = event.at;
    judgedAt_.reset();
    timeline_.back().acked = event.at;
    if (isFinal(phase_)) {
        timeline_.back().ended = event.at;
        return EndMigration{phase_};
    }
    if (phase_ == Phase::overlap && policy().rotation.afterCutover && !rotation_)
        return RotateKey{};
    return Observe{};
}

MigrationAction MigrationPlan::handle(const Looked& event)
{
    if (phase_ == Phase::idle || isFinal(phase_))
        return pending_;
    // At every look: also while a gateway is slow to acknowledge, or the next step cannot be written.
    if (auto aborted = watchAbort(event))
        return *aborted;
    if (phase_ == Phase::paused || !std::holds_alternative<Observe>(pending_))
        return pending_;
    if (!dueForJudgement(event))
        return pending_;
    return judge(event);
}

MigrationAction MigrationPlan::handle(const OperatorOrder& event)
{
    if (accepts(event.verb).has_error())
        return pending_;
    switch (event.verb) {
    case OrderVerb::advance:
        decisions_.push_back({event.at, phase_, step_, share_, {}, skippedBy(event)});
        return advance(event.at);
    case OrderVerb::pause: return pause(becauseOf(event, "Paused"), event.at, Unwritten::mayStillCome);
    case OrderVerb::resume: {
        const Phase back = pausedIn_;
        pausedIn_ = Phase::idle;
        why_.clear();
        return enter(back, step_, share_, event.at);
    }
    case OrderVerb::rollback: return rollBack(becauseOf(event, "Rolled back"), event.at);
    }
    return pending_;
}

MigrationAction MigrationPlan::handle(const RollbackSeen& event)
{
    const bool ordered = phase_ == Phase::rolledBack && writing() && event.generation > 0; // by us too: they were faster
    if (phase_ == Phase::idle || (over() && !ordered))
        return pending_;
    if (!ordered) {
        const auto action = rollBack("Rolled back by " + event.by, event.at);
        if (event.generation == 0)
            return action; // a marker alone: the document is still ours to write
    }
    evidenceFrom_ = event.generation;
    return written(event.generation, event.at);
}

MigrationAction MigrationPlan::handle(const ForeignChange& event)
{
    if (phase_ == Phase::idle || over() || (phase_ == Phase::paused && !writing()))
        return pending_;
    const auto action = pause("Someone else changed the routing: " + event.what, event.at, Unwritten::willNotCome);
    generation_ = written_.generation = std::max(generation_, event.generation);
    highest_ = std::max(highest_, generation_); // a resumed step goes on top of theirs
    return action;
}

MigrationAction MigrationPlan::handle(const GenerationSeen& event)
{
    if (phase_ == Phase::idle || event.generation < generation_ || (event.generation == generation_ && !writing()))
        return pending_;
    changed();
    highest_ = std::max(highest_, event.generation);
    if (writing()) {
        // Somebody was faster, perhaps with the very generation we had planned: our step goes on top of theirs.
        generation_ = ++highest_;
        if (phase_ != Phase::paused) {
            evidenceFrom_ = generation_;
            timeline_.back().generation = generation_;
        }
        return WriteRouting{intent()};
    }
    generation_ = written_.generation = event.generation;
    if (std::holds_alternative<AwaitAcks>(pending_))
        return AwaitAcks{generation_};
    return pending_;
}

MigrationAction MigrationPlan::handle(const LeaseRanOut& event)
{
    if (phase_ == Phase::paused || isFinal(phase_) || !hasLease(servedPhase()))
        return pending_;
    return pause("The lease ran out: gateways send new requests to " + started_.legacy + " until the migration is resumed",
                 event.at, Unwritten::willNotCome);
}

MigrationAction MigrationPlan::handle(const RotationEnded& event)
{
    if (!std::holds_alternative<RotateKey>(pending_))
        return pending_;
    changed();
    rotation_ = event;
    return Observe{};
}

MigrationAction MigrationPlan::handle(const Resumed&)
{
    return pending_;
}

// ---- orders

Result<void> MigrationPlan::accepts(OrderVerb verb) const
{
    if (phase_ == Phase::idle)
        return Error{Errc::notFound, "no migration was started here", {}};
    if (isFinal(phase_))
        return Error{Errc::refused,
                     "the migration has ended (" + std::string(phaseName(phase_)) + "); start a new one", {}};
    const bool paused = phase_ == Phase::paused;
    switch (verb) {
    case OrderVerb::advance:
        if (paused)
            return Error{Errc::refused, "the migration is paused; resume it first", {}};
        if (!std::holds_alternative<Observe>(pending_))
            return Error{Errc::refused, "the step is not yet served by every gateway; try again in a moment", {}};
        return {};
    case OrderVerb::pause:
        if (paused)
            return Error{Errc::refused, "the migration is paused already", {}};
        return {};
    case OrderVerb::resume:
        if (!paused)
            return Error{Errc::refused, "the migration is not paused", {}};
        return {};
    case OrderVerb::rollback: return {};
    }
    return {};
}

// ---- steps

MigrationAction MigrationPlan::enter(Phase phase, std::uint32_t step, double share, WallTime at)
{
    changed();
    if (!timeline_.empty() && !timeline_.back().ended)
        timeline_.back().ended = at;
    phase_ = phase;
    step_ = step;
    share_ = share;
    generation_ = ++highest_;
    evidenceFrom_ = generation_;
    stepBegan_.reset();
    judgedAt_.reset();
    holdingSince_.reset();
    timeline_.push_back({phase, step, share, generation_, {}, {}, {}});
    return WriteRouting{intent()};
}

MigrationAction MigrationPlan::advance(WallTime at)
{
    const auto& canary = policy().canary.steps;
    switch (phase_) {
    case Phase::shadow:
        return canary.empty() ? enter(Phase::cutover, 0, 1, at) : enter(Phase::canary, 1, canary.front().share, at);
    case Phase::canary:
        return step_ < canary.size() ? enter(Phase::canary, step_ + 1, canary[step_].share, at)
                                     : enter(Phase::cutover, 0, 1, at);
    case Phase::cutover: return enter(Phase::overlap, 0, 1, at);
    case Phase::overlap: return enter(Phase::done, 0, 1, at);
    case Phase::idle:
    case Phase::done:
    case Phase::paused:
    case Phase::rolledBack: break;
    }
    return pending_;
}

MigrationAction MigrationPlan::written(std::uint64_t generation, WallTime at)
{
    changed();
    generation_ = generation;
    highest_ = std::max(highest_, generation);
    written_ = {stepPhase(), step_, share_, generation_, evidenceFrom_};
    if (phase_ != Phase::paused) { // what is written in a pause is the held step again
        timeline_.back().generation = generation_;
        timeline_.back().written = at;
    }
    return AwaitAcks{generation_};
}

// A pause holds the share that is served, so a step that was not written has not begun.
MigrationAction MigrationPlan::pause(std::string why, WallTime at, Unwritten next)
{
    changed();
    why_ = std::move(why);
    const bool first = written_.phase == Phase::idle; // nothing to step back to: its share is 0 all the same
    if (writing() && !first)
        stepBack();
    if (phase_ != Phase::paused) {
        pausedIn_ = phase_;
        phase_ = Phase::paused;
        timeline_.back().ended = at;
    }
    // The share is held; the abort rule goes on; a rotation waits in its own journal.
    if (!writing() || next == Unwritten::willNotCome)
        return Observe{};
    // The write is on its way and may still arrive: the held step, under a generation of its own, goes on top.
    if (!first)
        generation_ = ++highest_;
    return WriteRouting{intent()};
}

void MigrationPlan::stepBack()
{
    if (phase_ != Phase::paused) {
        timeline_.pop_back();
        phase_ = written_.phase;
    }
    step_ = written_.step;
    share_ = written_.share;
    generation_ = written_.generation;
    evidenceFrom_ = written_.evidenceFrom;
}

MigrationPlan::Carried MigrationPlan::served() const
{
    return writing() ? written_ : Carried{stepPhase(), step_, share_, generation_, evidenceFrom_};
}

MigrationAction MigrationPlan::rollBack(std::string why, WallTime at)
{
    pausedIn_ = Phase::idle;
    why_ = std::move(why);
    return enter(Phase::rolledBack, 0, 0, at);
}

// ---- gates

std::optional<MigrationAction> MigrationPlan::watchAbort(const Looked& event)
{
    // In the shadow no client depends on the new target; a sick one fails its gates and stays there.
    const Carried now = served();
    if (now.share <= 0)
        return std::nullopt;
    const GateResult abort = judgeAbort(event.evidence.target, policy().abortErrorRate);
    if (abort.verdict != Verdict::fail)
        return std::nullopt;
    decisions_.push_back({event.at, now.phase, now.step, now.share, {abort}, "rollback"});
    return rollBack(abort.text, event.at);
}

std::uint64_t MigrationPlan::evidenceSize(const StepEvidence& evidence) const
{
    return servedPhase() == Phase::shadow ? evidence.pairs.triples : evidence.target.requests();
}

bool MigrationPlan::dueForJudgement(const Looked& event) const
{
    if (!stepBegan_ || event.at < *stepBegan_ + stepTime())
        return false;
    if (!judgedAt_)
        return true;
    // Then every time the evidence has grown by half.
    const std::uint64_t next = std::max(*judgedAt_ + 1, *judgedAt_ + (*judgedAt_ + 1) / 2);
    return evidenceSize(event.evidence) >= next;
}

MigrationAction MigrationPlan::judge(const Looked& event)
{
    changed();
    judgedAt_ = evidenceSize(event.evidence);
    GateDecision decision{event.at, phase_, step_, share_, gatesOn(event.evidence), {}};
    if (anyVerdict(decision.gates, Verdict::fail)) {
        decision.outcome = "hold";
        if (!holdingSince_)
            holdingSince_ = event.at;
        decisions_.push_back(std::move(decision));
        return Observe{};
    }
    if (anyVerdict(decision.gates, Verdict::inconclusive)) {
        decision.outcome = "wait";
        holdingSince_.reset();
        decisions_.push_back(std::move(decision));
        return Observe{};
    }
    decision.outcome = "advance";
    decisions_.push_back(std::move(decision));
    return advance(event.at);
}

std::vector<GateResult> MigrationPlan::gatesOn(const StepEvidence& evidence) const
{
    switch (servedPhase()) {
    case Phase::shadow:
        return {judgeDivergence(evidence.pairs, policy().shadow.divergenceLimit),
                judgeAddedLatency(evidence.legacy, evidence.target, policy().shadow.addedLatencyLimitMs)};
    case Phase::canary:
        return {judgeErrorRate(evidence.target, policy().canary.errorRateLimit),
                judgeAddedLatency(evidence.legacy, evidence.target, policy().canary.addedLatencyLimitMs)};
    case Phase::cutover:
        // Nothing goes to legacy any more, so there is no latency to compare with.
        return {judgeErrorRate(evidence.target, policy().canary.errorRateLimit)};
    case Phase::idle:
    case Phase::overlap:
    case Phase::done:
    case Phase::paused:
    case Phase::rolledBack: break;
    }
    return {};
}

Duration MigrationPlan::stepTime() const
{
    switch (servedPhase()) {
    case Phase::shadow: return policy().shadow.time;
    case Phase::canary: return policy().canary.steps[step_ - 1].time;
    case Phase::cutover: return policy().rollbackWindow;
    case Phase::overlap: return policy().overlap;
    case Phase::idle:
    case Phase::done:
    case Phase::paused:
    case Phase::rolledBack: break;
    }
    return Duration{0};
}

// ---- for display

std::optional<WallTime> MigrationPlan::notBefore() const
{
    if (phase_ == Phase::paused || !stepBegan_ || isFinal(phase_))
        return std::nullopt;
    return *stepBegan_ + stepTime();
}

std::string MigrationPlan::nextAction() const
{
    const auto& canary = policy().canary.steps;
    switch (phase_) {
    case Phase::shadow: return canary.empty() ? "cutover" : "canary " + percent(canary.front().share);
    case Phase::canary: return step_ < canary.size() ? "canary " + percent(canary[step_].share) : "cutover";
    case Phase::cutover: return "overlap";
    case Phase::overlap: return "done";
    case Phase::paused: return "resume";
    case Phase::idle:
    case Phase::done:
    case Phase::rolledBack: break;
    }
    return {};
}

RoutingIntent MigrationPlan::intent() const
{
    RoutingIntent intent{generation_, stepPhase(), step_, share_, 0, 0, Duration{0}};
    const bool mirrors = intent.phase == Phase::shadow || (intent.phase == Phase::canary && policy().canary.mirror);
    if (mirrors) {
        intent.sample = policy().shadow.sample;
        intent.again = policy().shadow.again;
    }
    if (hasLease(intent.phase))
        intent.lease = policy().lease;
    return intent;
}

} // namespace drover
