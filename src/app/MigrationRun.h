// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Freshness.h"
#include "app/Inbox.h"
#include "app/MigrationService.h"
#include "app/OrderDesk.h"
#include "app/PlanJournal.h"
#include "app/Ports.h"
#include "app/RotationRunner.h"
#include "app/RoutingDesk.h"

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace drover::app {

// One migration on its way: performs the plan's actions, and beside that, at every poll, renews the lease, watches the
// document for other writers, takes orders from drover.db and hands the evidence to the plan.
class MigrationRun {
public:
    using OnStatus = std::function<void(const MigrationStatus&)>;

    MigrationRun(Ports& ports, RoutingDesk& desk, std::string id, OnStatus onStatus);

    // From the first event to the end. Errors: of the journal; everything else is retried or pauses the migration.
    Task<Result<Phase>> begin(MigrationStarted started);
    // Goes on from the journal. A migration whose lease ran out meanwhile is paused first, then `reason` resumes it.
    Task<Result<Phase>> resume(std::string reason);

    // Taken at once. Errors: as MigrationPlan::accepts; refused while an earlier one is not in the journal yet.
    Result<void> order(OrderVerb verb, std::string actor, std::string reason);
    const MigrationPlan& plan() const { return journal_.plan(); }

private:
    // An event, and for an order who waits to hear what came of it.
    struct Incoming {
        template <class Event>
            requires std::constructible_from<MigrationEvent, Event>
        Incoming(Event one) : event(std::move(one))
        {
        }
        Incoming(MigrationEvent one, std::uint64_t number) : event(std::move(one)), work(number) {}
        MigrationEvent event;
        std::optional<SeenStep> seen;
        Later<Result<void>>::Resolve answer;
        std::uint64_t work = 0; // the number of the action it is the end of, or 0
    };

    Task<Result<Phase>> drive(std::vector<MigrationEvent> first);
    Task<Result<Phase>> loop();
    Task<void> recordOrder(OperatorOrder order);
    Task<Result<void>> carryOut(OperatorOrder order, std::optional<SeenStep> seen);
    Pending perform(const MigrationAction& action);
    Task<std::vector<MigrationEvent>> whatHappenedMeanwhile();
    Task<MigrationEvent> writeRouting(RoutingIntent intent);
    std::optional<MigrationEvent> beatenBy(const RoutingDocument& stored, const RoutingIntent& intent) const;
    bool rollsUsBack(const RoutingDocument& stored, std::uint64_t from) const;
    ForeignChange foreignChange(const RoutingDocument& stored) const;
    Task<MigrationEvent> awaitAcks(std::uint64_t generation);
    Task<MigrationEvent> rotate();
    Task<bool> poll();
    Task<bool> pollForever();
    Task<void> watchDocument();
    Task<void> lookAtEvidence();
    Task<void> keepLease();
    void publishStatus();
    Duration pollTime() const;
    WallTime now() const { return ports_.clock.now(); }
    Deadline soon() const { return Deadline::in(ports_.clock, Duration{5'000'000}); }

    Ports& ports_;
    RoutingDesk& desk_;
    OrderDesk orders_;
    MigrationJournal journal_;
    OnStatus onStatus_;
    Inbox<Incoming> inbox_;
    int ordersOnTheWay_ = 0; // in the inbox
    std::uint64_t work_ = 0; // number of the action being done
    MigrationAction doing_ = EndMigration{};
    EvidenceWindow evidence_;
    std::uint64_t evidenceFrom_ = 0; // the generation that `evidence_` counts from
    std::optional<RoutingDocument> document_;
    std::optional<RoutingDocument> ours_;        // the last one this process wrote
    std::vector<GatewayAck> acks_;
    std::optional<SteadyTime> renewedAt_;
    Freshness freshness_;
    std::unique_ptr<RotationRunner> rotation_;
};

} // namespace drover::app
