// SPDX-License-Identifier: Apache-2.0
#include "app/MigrationRun.h"

#include "app/Deed.h"
#include "app/MigrationStatus.h"
#include "app/Retry.h"
#include "ports/Timer.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

namespace drover::app {
namespace {

constexpr Duration acksPoll{50'000};
constexpr Duration evidenceDelay = 3s; // gateways write it every second; what is later than this is missing

bool carriesOurStep(const RoutingDocument& document, const RoutingIntent& intent, const std::string& target)
{
    const auto found = document.targets.find(target);
    return document.phase == intent.phase && document.step == intent.step && found != document.targets.end() &&
           std::abs(found->second.share - intent.share) < 1e-9;
}

bool differsInKeysAlone(const RoutingDocument& one, const RoutingDocument& other)
{
    const auto sharesOf = [](const RoutingDocument& document) {
        std::map<std::string, double> shares;
        for (const auto& [name, target] : document.targets)
            shares[name] = target.share;
        return shares;
    };
    return one.migration == other.migration && one.phase == other.phase && one.step == other.step &&
           sharesOf(one) == sharesOf(other);
}

} // namespace

MigrationRun::MigrationRun(Ports& ports, RoutingDesk& desk, std::string id, OnStatus onStatus)
    : ports_(ports), desk_(desk), orders_(ports), journal_(ports.journal, std::move(id), "migration"), onStatus_(std::move(onStatus))
{
}

Task<Result<Phase>> MigrationRun::begin(MigrationStarted started)
{
    std::vector<MigrationEvent> first{std::move(started)};
    return drive(std::move(first));
}

Task<Result<Phase>> MigrationRun::resume(std::string reason)
{
    DROVER_CO_CHECK(co_await journal_.replay());
    if (plan().phase() == Phase::idle)
        co_return Error{Errc::notFound, "the journal holds nothing of migration " + journal_.run(), {}};
    // An end that was journaled but not yet served is brought to its end; one that is served is over.
    const auto* ended = std::get_if<EndMigration>(&plan().pending());
    if (ended != nullptr)
        co_return Error{Errc::refused,
                        "the migration has ended (" + std::string(phaseName(plan().phase())) + "); start a new one", {}};
    std::vector<MigrationEvent> first = co_await whatHappenedMeanwhile();
    first.emplace_back(Resumed{now()});
    // Where it is paused, or the lease that ran out pauses it now; elsewhere the order does not fit and changes nothing.
    ++ordersOnTheWay_;
    first.emplace_back(OperatorOrder{OrderVerb::resume, ports_.actor, std::move(reason), now()});
    co_return co_await drive(std::move(first));
}

// What the document tells of the time nobody was there.
Task<std::vector<MigrationEvent>> MigrationRun::whatHappenedMeanwhile()
{
    std::vector<MigrationEvent> events;
    const auto stored = co_await desk_.read();
    if (!stored.has_value() || !*stored || (*stored)->migration != plan().id())
        co_return events;
    const RoutingDocument& document = **stored;
    // The step was written, its entry was lost.
    const auto* write = std::get_if<WriteRouting>(&plan().pending());
    if (write != nullptr && RoutingDesk::says(document, write->intent, plan().id()))
        events.emplace_back(RoutingWritten{document.generation, now()});
    // Gateways measure the lease themselves; the document's time tells how long nobody renewed it.
    if (hasLease(document.phase) && document.writtenAt + plan().policy().lease < now())
        events.emplace_back(LeaseRanOut{now()});
    co_return events;
}

Result<void> MigrationRun::order(OrderVerb verb, std::string actor, std::string reason)
{
    DROVER_CHECK(plan().accepts(verb));
    if (ordersOnTheWay_ > 0 && verb != OrderVerb::rollback)
        return Error{Errc::refused, "another order is just being taken; look what came of it", {}};
    ++ordersOnTheWay_;
    inbox_.push({OperatorOrder{verb, std::move(actor), std::move(reason), now()}});
    return {};
}

// An order of another process: done once it is in the journal.
Task<Result<void>> MigrationRun::carryOut(OperatorOrder order, std::optional<SeenStep> seen)
{
    if (order.verb == OrderVerb::rollback && plan().phase() == Phase::rolledBack)
        co_return Result<void>{}; // done already, by the one who ordered it
    Later<Result<void>>::Start hand = [&](Later<Result<void>>::Resolve resolve) {
        Incoming incoming{std::move(order)};
        incoming.seen = seen;
        incoming.answer = std::move(resolve);
        ++ordersOnTheWay_;
        inbox_.push(std::move(incoming));
        return std::shared_ptr<void>{};
    };
    Later<Result<void>> taken{std::move(hand)};
    co_return co_await taken;
}

// ---- the loop

Task<Result<Phase>> MigrationRun::drive(std::vector<MigrationEvent> first)
{
    co_await orders_.refuseLeft("this controller began after the order was given: look at the migration and order again");
    for (MigrationEvent& event : first)
        inbox_.push({std::move(event)});
    // Lives in this task, and stops with it: whoever ends it, by an error too, ends everything done for it.
    Pending polling{pollForever(), [](bool) {}};
    Result<Phase> end = co_await loop();
    co_await delay(Duration{0}); // the last event may have been pushed by the very poll that is cancelled now
    polling.cancel();
    std::string why = end.has_value() ? "the migration is " + std::string(phaseName(*end)) : describe(end.error());
    co_await orders_.refuseLeft("the controller ended before it took the order: " + why);
    co_return end;
}

Task<Result<Phase>> MigrationRun::loop()
{
    Pending work;
    for (;;) {
        Incoming next = co_await inbox_.next();
        std::optional<OperatorOrder> order;
        if (const auto* given = std::get_if<OperatorOrder>(&next.event))
            order = *given;
        if (order) {
            // Two orders may have come in on one look: the second meets what the first has made of the plan.
            Result<void> fits = plan().accepts(order->verb);
            if (fits.has_value())
                fits = stillThere(plan(), next.seen);
            if (!fits.has_value()) {
                --ordersOnTheWay_;
                if (next.answer)
                    next.answer(std::move(fits));
                continue;
            }
        }
        const std::uint64_t before = plan().revision();
        DROVER_CO_TRY(const MigrationAction action, co_await journal_.feed(std::move(next.event), now()));
        if (order) {
            --ordersOnTheWay_;
            // Whoever ordered a rollback from another process has recorded it.
            if (!next.answer || order->verb != OrderVerb::rollback)
                co_await recordOrder(std::move(*order));
        }
        if (next.answer)
            next.answer(Result<void>{});
        if (plan().revision() != before)
            publishStatus();
        if (const auto* end = std::get_if<EndMigration>(&action))
            co_return end->outcome;
        const bool overAndAskedAgain = action == doing_ && next.work == work_ && next.work > 0;
        if (overAndAskedAgain)
            co_await delay(acksPoll);
        if (action != doing_ || overAndAskedAgain) {
            doing_ = action;
            work = perform(action);
        }
    }
}

Task<void> MigrationRun::recordOrder(OperatorOrder order)
{
    AuditEntry entry = deedNow(ports_, "migration." + std::string(orderVerbName(order.verb)), plan().id(), order.reason);
    entry.actor = order.actor;
    const auto recorded = co_await ports_.audit.record(std::move(entry));
    if (recorded.has_value())
        co_return;
    const std::string text = describe(recorded.error());
    ports_.log.warn("an order could not be written to the audit", {{"error", std::string_view{text}}});
}

Pending MigrationRun::perform(const MigrationAction& action)
{
    const auto push = [this, number = ++work_](MigrationEvent event) { inbox_.push({std::move(event), number}); };
    if (const auto* write = std::get_if<WriteRouting>(&action))
        return Pending{writeRouting(write->intent), push};
    if (const auto* await = std::get_if<AwaitAcks>(&action))
        return Pending{awaitAcks(await->generation), push};
    if (std::holds_alternative<RotateKey>(action))
        return Pending{rotate(), push};
    return {};
}

// ---- actions

Task<MigrationEvent> MigrationRun::writeRouting(RoutingIntent intent)
{
    for (int attempt = 0;; ++attempt) {
        auto written = co_await desk_.apply(intent, plan().id(), plan().start().target);
        if (written.has_value()) {
            if (written->generation != intent.generation) // the same rollback, and they were faster
                co_return RollbackSeen{written->generation, written->writer, now()};
            renewedAt_ = ports_.clock.steady();
            ours_ = *written;
            co_return RoutingWritten{written->generation, now()};
        }
        const Error error = written.error();
        if (error.code == Errc::conflict || error.code == Errc::refused) {
            auto stored = co_await desk_.read();
            if (stored.has_value() && stored->has_value()) {
                if (auto event = beatenBy(**stored, intent))
                    co_return std::move(*event);
            }
        }
        // A rollback is tried for as long as it takes.
        if (!mayPass(error.code) && intent.phase != Phase::rolledBack)
            co_return RoutingRefused{describe(error), now()};
        if (error.code == Errc::conflict && attempt < 3)
            continue; // our own renewal came in between
        const std::string text = describe(error);
        ports_.log.warn("the routing document could not be written; trying again", {{"error", std::string_view{text}}});
        co_await delay(backoff(attempt));
    }
}

// What it means that another document stands where ours should go; nothing where trying again is right.
std::optional<MigrationEvent> MigrationRun::beatenBy(const RoutingDocument& stored, const RoutingIntent& intent) const
{
    if (rollsUsBack(stored, intent.generation) && intent.phase != Phase::rolledBack)
        return RollbackSeen{stored.generation, stored.writer, now()};
    if (stored.generation < intent.generation)
        return std::nullopt;
    const bool ordersRollback = intent.phase == Phase::rolledBack; // goes on top of whatever stands there
    if (!ours_ || ordersRollback || differsInKeysAlone(stored, *ours_))
        return GenerationSeen{stored.generation, now()};
    return foreignChange(stored);
}

// Under our id; or, at this generation or later, under none: a key's weights went on top of the rollback.
bool MigrationRun::rollsUsBack(const RoutingDocument& stored, std::uint64_t from) const
{
    return stored.phase == Phase::rolledBack &&
           (stored.migration == plan().id() || (stored.migration.empty() && stored.generation >= from));
}

ForeignChange MigrationRun::foreignChange(const RoutingDocument& stored) const
{
    const std::string what = stored.migration == plan().id()
                                 ? "generation " + std::to_string(stored.generation) + " by " + stored.writer
                                 : "it belongs to migration " + stored.migration + " now";
    return {stored.generation, what, now()};
}

Task<MigrationEvent> MigrationRun::awaitAcks(std::uint64_t generation)
{
    for (;;) {
        auto serving = co_await desk_.acknowledged(generation);
        if (serving.has_value() && serving->has_value())
            co_return AcksComplete{generation, **serving, now()};
        co_await delay(acksPoll);
    }
}

Task<MigrationEvent> MigrationRun::rotate()
{
    RotationRunner::Where where;
    where.run = rotationRunOf(plan().id());
    where.target = plan().start().target;
    where.policy = plan().policy().rotation;
    where.abortErrorRate = plan().policy().abortErrorRate;
    where.poll = pollTime();
    rotation_ = std::make_unique<RotationRunner>(ports_, desk_, std::move(where));
    rotation_->onChange([this] { publishStatus(); });
    auto ended = co_await rotation_->run();
    if (!ended.has_value())
        co_return RotationEnded{false, rotation_->plan().newKey(), describe(ended.error()), now()};
    co_return RotationEnded{ended->outcome() == "done", ended->newKey(), ended->why(), now()};
}

// ---- the watch

Duration MigrationRun::pollTime() const
{
    // A short lease is a rehearsal: everything is judged at that pace. In production a second is soon enough.
    return std::clamp<Duration>(plan().policy().lease / 25, Duration{20'000}, Duration{1'000'000});
}

Task<bool> MigrationRun::pollForever()
{
    for (;;) {
        co_await delay(pollTime());
        if (plan().phase() != Phase::idle)
            co_await poll();
    }
}

Task<bool> MigrationRun::poll()
{
    auto acks = co_await ports_.routing.acks(soon());
    if (acks.has_value())
        acks_ = std::move(*acks);
    co_await watchDocument();
    OrderDesk::CarryOut carry = [this](OperatorOrder order, std::optional<SeenStep> seen) {
        return carryOut(std::move(order), seen);
    };
    co_await orders_.serve(plan().id(), std::move(carry));
    co_await lookAtEvidence();
    co_await keepLease();
    publishStatus();
    co_return true;
}

Task<void> MigrationRun::watchDocument()
{
    auto stored = co_await desk_.read();
    if (!stored.has_value()) {
        if (stored.error().code == Errc::invalidInput && std::holds_alternative<Observe>(doing_))
            inbox_.push({ForeignChange{0, "it cannot be read any more (" + describe(stored.error()) + ")", now()}});
        co_return;
    }
    document_ = *stored;
    if (std::holds_alternative<WriteRouting>(doing_))
        co_return; // what stands there is about to change
    if (!document_) {
        inbox_.push({ForeignChange{0, "the routing document is gone", now()}});
        co_return;
    }
    if (rollsUsBack(*document_, plan().generation())) {
        if (plan().phase() != Phase::rolledBack)
            inbox_.push({RollbackSeen{document_->generation, document_->writer, now()}});
        co_return;
    }
    if (document_->migration != plan().id()) {
        inbox_.push({foreignChange(*document_)});
        co_return;
    }
    if (document_->generation <= plan().generation())
        co_return;
    if (carriesOurStep(*document_, plan().intent(), plan().start().target))
        inbox_.push({GenerationSeen{document_->generation, now()}});
    else
        inbox_.push({foreignChange(*document_)});
}

Task<void> MigrationRun::lookAtEvidence()
{
    const std::uint64_t from = plan().evidenceFrom();
    EvidenceQuery query;
    query.migration = plan().id();
    query.fromGeneration = from;
    query.from = evidenceBegan(plan());
    query.legacy = plan().start().legacy;
    query.target = plan().start().target;
    auto seen = co_await ports_.evidence.window(std::move(query), soon());
    if (from != plan().evidenceFrom())
        co_return; // of a step that was left meanwhile
    if (!seen.has_value()) {
        freshness_.cannotLook(ports_.clock.steady());
        co_return;
    }
    evidence_ = std::move(*seen);
    evidenceFrom_ = from;
    std::uint64_t requests = 0;
    std::optional<WallTime> oldest;
    for (const GatewayAck& ack : acks_) {
        if (ack.at + ackLife < now())
            continue;
        requests += ack.requests;
        oldest = std::min(oldest.value_or(ack.at), ack.at);
    }
    freshness_.look(requests, oldest, evidence_.newest, ports_.clock.steady());
    inbox_.push({Looked{evidence_.step, now()}});
}

Task<void> MigrationRun::keepLease()
{
    const bool expired = std::ranges::any_of(acks_, [this](const GatewayAck& ack) {
        return ack.at + ackLife >= now() && ack.leaseExpired && ack.generation == plan().generation();
    });
    const bool leased = hasLease(plan().servedPhase()) && !std::holds_alternative<WriteRouting>(doing_);
    if (!leased)
        co_return;
    if (expired) {
        inbox_.push({LeaseRanOut{now()}});
        co_return;
    }
    // Requests go through the gateways and nothing is heard of them: blind, so no renewal.
    const bool blind = freshness_.behind(ports_.clock.steady()) >= evidenceDelay + pollTime();
    const Duration every = plan().policy().lease / 5;
    if (blind || (renewedAt_ && ports_.clock.steady() - *renewedAt_ < every))
        co_return;
    const auto renewed = co_await desk_.renew(plan().generation());
    if (renewed.has_value())
        renewedAt_ = ports_.clock.steady();
}

void MigrationRun::publishStatus()
{
    if (!onStatus_)
        return;
    static const EvidenceWindow none;
    const EvidenceWindow& evidence = evidenceFrom_ == plan().evidenceFrom() ? evidence_ : none; // not that of the step before
    StatusSources sources{plan(), rotation_ ? &rotation_->plan() : nullptr, evidence, document_, acks_, ports_.process, now()};
    onStatus_(composeStatus(sources));
}

} // namespace drover::app
