// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"
#include "domain/gates/Evidence.h"
#include "domain/gates/Gate.h"
#include "domain/migration/Phase.h"
#include "domain/migration/Policy.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace drover {

// What the routing document must say for one step.
struct RoutingIntent {
    std::uint64_t generation = 0;
    Phase phase = Phase::idle;
    std::uint32_t step = 0; // 1.. in the canary, else 0
    double share = 0;       // of the new target
    double sample = 0;      // mirrored share; 0 = no shadow
    double again = 0;       // of the mirrored, asked twice of legacy
    Duration lease{0};      // 0 outside canary and cutover
    bool operator==(const RoutingIntent&) const = default;
};

// ---- actions: what the runner does next. Each is safe to do again after a crash: the runner first looks whether it
// has happened already (a document of that generation and migration, an acknowledgement, a rotation's own journal).
struct WriteRouting {         // → RoutingWritten or RoutingRefused
    RoutingIntent intent;
    bool operator==(const WriteRouting&) const = default;
};
struct AwaitAcks {            // every live gateway serves it → AcksComplete
    std::uint64_t generation = 0;
    bool operator==(const AwaitAcks&) const = default;
};
struct Observe {              // → Looked at every poll, until the plan says something else
    bool operator==(const Observe&) const = default;
};
struct RotateKey {            // one rotation at the new target, and Looked at every poll meanwhile → RotationEnded
    bool operator==(const RotateKey&) const = default;
};
struct EndMigration {         // nothing more to do
    Phase outcome = Phase::idle;
    bool operator==(const EndMigration&) const = default;
};
using MigrationAction = std::variant<WriteRouting, AwaitAcks, Observe, RotateKey, EndMigration>;

// ---- events
struct MigrationStarted {
    std::string id;                    // "m_…"
    MigrationPolicy policy;
    std::string legacy = "legacy";
    std::string target = "holysheep";
    std::uint64_t lastGeneration = 0;  // the highest ever written in this workspace
    std::string actor;
    WallTime at{};
    bool operator==(const MigrationStarted&) const = default;
};
struct RoutingWritten {
    std::uint64_t generation = 0;
    WallTime at{};
    bool operator==(const RoutingWritten&) const = default;
};
struct RoutingRefused {                // the store will not take it, and trying again is no use
    std::string why;
    WallTime at{};
    bool operator==(const RoutingRefused&) const = default;
};
struct AcksComplete {
    std::uint64_t generation = 0;
    std::uint32_t gateways = 0;
    WallTime at{};
    bool operator==(const AcksComplete&) const = default;
};
struct Looked {                        // everything seen since evidenceFrom()
    StepEvidence evidence;
    WallTime at{};
    bool operator==(const Looked&) const = default;
};
enum class OrderVerb { advance, pause, resume, rollback };
struct OperatorOrder {
    OrderVerb verb = OrderVerb::pause;
    std::string actor;
    std::string reason;
    WallTime at{};
    bool operator==(const OperatorOrder&) const = default;
};
struct RollbackSeen {                  // a marker, or another process wrote rolled_back with this generation
    std::uint64_t generation = 0;      // 0: a marker only, the document is not written yet
    std::string by;
    WallTime at{};
    bool operator==(const RollbackSeen&) const = default;
};
struct ForeignChange {                 // someone else changed the routing
    std::uint64_t generation = 0;      // of their document, 0 where there is none
    std::string what;
    WallTime at{};
    bool operator==(const ForeignChange&) const = default;
};
struct GenerationSeen {                // the document went on under a higher generation with our step in it: key weights
    std::uint64_t generation = 0;
    WallTime at{};
    bool operator==(const GenerationSeen&) const = default;
};
struct LeaseRanOut {                   // gateways went to legacy by themselves
    WallTime at{};
    bool operator==(const LeaseRanOut&) const = default;
};
struct RotationEnded {
    bool done = false;
    std::string keyId;                 // the new key, "" if none was made
    std::string why;                   // for a failed one
    WallTime at{};
    bool operator==(const RotationEnded&) const = default;
};
struct Resumed {                       // a new controller goes on from the journal
    WallTime at{};
    bool operator==(const Resumed&) const = default;
};
using MigrationEvent =
    std::variant<MigrationStarted, RoutingWritten, RoutingRefused, AcksComplete, Looked, OperatorOrder, RollbackSeen,
                 ForeignChange, GenerationSeen, LeaseRanOut, RotationEnded, Resumed>;

// One judgement that changed something, or could have; what the report lists.
struct GateDecision {
    WallTime at{};
    Phase phase = Phase::idle;
    std::uint32_t step = 0;
    double share = 0;
    std::vector<GateResult> gates;
    std::string outcome; // "advance", "hold", "wait", "rollback", "skipped by ann: reason"
};

// One stay on one share; what the timeline draws.
struct StepRecord {
    Phase phase = Phase::idle;
    std::uint32_t step = 0;
    double share = 0;
    std::uint64_t generation = 0;   // the first that carried it
    std::optional<WallTime> written;
    std::optional<WallTime> acked;  // the step's time and evidence begin here
    std::optional<WallTime> ended;
};

// A migration as a value: idle → shadow → canary 1..n → cutover → overlap → done; from everywhere → paused and
// rolled back. Pure: reads no clock, does no I/O. Feed it one event, do what it answers, feed what came of it.
//
// Journal: append an event when revision() changed by it, before doing the action it gave. Feeding the journaled
// events to a new plan, then Resumed, gives the same state and the action to go on with.
class MigrationPlan {
public:
    // The next action. Events that do not fit the state (a late RoutingWritten) change nothing and give the action
    // that is still to be done.
    MigrationAction resume(const MigrationEvent& event);

    // Whether an order fits now. Errors: refused, with what to do instead; notFound where nothing was started.
    Result<void> accepts(OrderVerb verb) const;

    const std::string& id() const { return started_.id; }
    const MigrationStarted& start() const { return started_; }
    const MigrationPolicy& policy() const { return started_.policy; }
    Phase phase() const { return phase_; }
    // The phase the document carries: pausedIn() while paused, the step before while the next one is not yet written.
    Phase servedPhase() const { return served().phase; }
    Phase pausedIn() const { return pausedIn_; }
    std::uint32_t step() const { return step_; }
    std::uint32_t steps() const { return std::uint32_t(started_.policy.canary.steps.size()); }
    double share() const { return share_; }
    std::uint64_t generation() const { return generation_; }
    // Evidence of the step that is served: lines of this generation and later.
    std::uint64_t evidenceFrom() const { return served().evidenceFrom; }
    std::uint64_t revision() const { return revision_; }
    // Why it is paused or rolled back: one sentence with the numbers.
    const std::string& why() const { return why_; }
    // A gate failed: the share is held and a person is asked. Since when.
    std::optional<WallTime> holdingSince() const { return holdingSince_; }
    const MigrationAction& pending() const { return pending_; }
    const std::optional<RotationEnded>& rotation() const { return rotation_; }
    const std::vector<GateDecision>& decisions() const { return decisions_; }
    const std::vector<StepRecord>& timeline() const { return timeline_; }

    // The gates of this phase on the evidence so far, for display; changes nothing.
    std::vector<GateResult> gatesOn(const StepEvidence& evidence) const;
    // The earliest end of the step: nothing before its acknowledgement or in final phases.
    std::optional<WallTime> notBefore() const;
    // What comes next if all goes well: "canary 25 %", "cutover", "overlap", "done", "resume", "".
    std::string nextAction() const;
    // The intent of the current step with its generation: what the document says, or has to say once it is written.
    RoutingIntent intent() const;

private:
    MigrationAction handle(const MigrationStarted& event);
    MigrationAction handle(const RoutingWritten& event);
    MigrationAction handle(const RoutingRefused& event);
    MigrationAction handle(const AcksComplete& event);
    MigrationAction handle(const Looked& event);
    MigrationAction handle(const OperatorOrder& event);
    MigrationAction handle(const RollbackSeen& event);
    MigrationAction handle(const ForeignChange& event);
    MigrationAction handle(const GenerationSeen& event);
    MigrationAction handle(const LeaseRanOut& event);
    MigrationAction handle(const RotationEnded& event);
    MigrationAction handle(const Resumed& event);

    MigrationAction enter(Phase phase, std::uint32_t step, double share, WallTime at);
    MigrationAction advance(WallTime at);
    // Who pauses while a step is being written: nobody knows yet whether it still gets there, or it surely does not.
    enum class Unwritten { mayStillCome, willNotCome };
    MigrationAction pause(std::string why, WallTime at, Unwritten next);
    void stepBack();
    MigrationAction rollBack(std::string why, WallTime at);
    MigrationAction written(std::uint64_t generation, WallTime at);
    MigrationAction judge(const Looked& event);
    std::optional<MigrationAction> watchAbort(const Looked& event);
    bool dueForJudgement(const Looked& event) const;
    Duration stepTime() const;
    std::uint64_t evidenceSize(const StepEvidence& evidence) const;
    void changed() { ++revision_; }

    // A step as a document carries it.
    struct Carried {
        Phase phase = Phase::idle;
        std::uint32_t step = 0;
        double share = 0;
        std::uint64_t generation = 0;
        std::uint64_t evidenceFrom = 0;
    };
    bool writing() const { return std::holds_alternative<WriteRouting>(pending_); }
    // Nobody else's deed changes it any more; a `done` that is not written may still be refused, or beaten by a rollback.
    bool over() const { return phase_ == Phase::rolledBack || (phase_ == Phase::done && !writing()); }
    Phase stepPhase() const { return phase_ == Phase::paused ? pausedIn_ : phase_; }
    Carried served() const;

    MigrationStarted started_;
    Phase phase_ = Phase::idle;
    Phase pausedIn_ = Phase::idle;
    std::uint32_t step_ = 0;
    double share_ = 0;
    std::uint64_t generation_ = 0;
    std::uint64_t evidenceFrom_ = 0;
    std::uint64_t highest_ = 0;                // generation ever planned or seen: none is given to two intents
    Carried written_;                          // what the document said last of ours; idle before the first step is there
    std::uint64_t revision_ = 0;
    std::string why_;
    std::optional<WallTime> stepBegan_;        // acknowledged
    std::optional<std::uint64_t> judgedAt_;    // evidence size at the last judgement of the step
    std::optional<WallTime> holdingSince_;
    std::optional<RotationEnded> rotation_;
    MigrationAction pending_ = EndMigration{};
    std::vector<GateDecision> decisions_;
    std::vector<StepRecord> timeline_;
};

} // namespace drover
