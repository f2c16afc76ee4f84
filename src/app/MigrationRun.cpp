// SPDX-License-Identifier: Apache-2.0
#include "app/MigrationRun.h"

#include "app/MigrationStatus.h"
#include "ports/Timer.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

namespace drover::app {
namespace {

constexpr Duration acksPoll{50'000};

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
    : ports_(ports), desk_(desk), orders_(ports), journal_(ports.journal, std::move(id), "migration"), onStatus_(std::move(onStatus)),
      evidenceMovedAt_(ports.clock.steady())
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
    std::vector<MigrationEvent> first;
    // An end that was journaled but not yet served is brought to its end; one that is served is over.
    const auto* ended = std::get_if<EndMigration>(&plan().pending());
    if (ended != nullptr)
        co_return Error{Errc::refused,
                        "the migration has ended (" + std::string(phaseName(plan().phase())) + "); start a new one", {}};
    // Gateways measure the lease themselves; the document's time tells how long nobody renewed it.
    auto stored = co_await desk_.read();
    const bool stale = stored.has_value() && *stored && hasLease(plan().servedPhase()) &&
                       (*stored)->writtenAt + plan().policy().lease < now();
    if (stale)
        first.emplace_back(LeaseRanOut{now()});
    first.emplace_back(Resumed{now()});
    if (stale || plan().phase() == Phase::paused) {
        ++ordersOnTheWay_;
        first.emplace_back(OperatorOrder{OrderVerb::resume, ports_.actor, std::move(reason), now()});
    }
    co_return co_await drive(std::move(first));
}

Result<void> MigrationRun::order(OrderVerb verb, std::string actor, std::string reason)
{
    DROVER_CHECK(plan().accepts(verb));
    if (ordersOnTheWay_ > 0 && verb != OrderVerb::rollback)
        return Error{Errc::refused, "another order is just being taken; look what came of it", {}};
    ++ordersOnTheWay_;
    inbox_.push(OperatorOrder{verb, std::move(actor), std::move(reason), now()});
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
        inbox_.push(std::move(event));
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
        const bool isOrder = std::holds_alternative<OperatorOrder>(next.event);
        if (isOrder) {
            // Two orders may have come in on one look: the second meets what the first has made of the plan.
            Result<void> fits = plan().accepts(std::get<OperatorOrder>(next.event).verb);
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
        if (isOrder)
            --ordersOnTheWay_;
        if (next.answer)
            next.answer(Result<void>{});
        if (plan().revision() != before)
            publishStatus();
        if (const auto* end = std::get_if<EndMigration>(&action))
            co_return end->outcome;
        if (action != doing_) {
            doing_ = action;
            work = perform(action);
        }
    }
}

Pending MigrationRun::perform(const MigrationAction& action)
{
    const auto push = [this](MigrationEvent event) { inbox_.push(std::move(event)); };
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
            if (error.code == Errc::refused)
                co_return RoutingRefused{error.what, now()};
            if (attempt < 3)
                continue; // our own renewal came in between
        }
        const std::string text = describe(error);
        ports_.log.warn("the routing document could not be written; trying again", {{"error", std::string_view{text}}});
        co_await delay(std::min<Duration>(Duration{100'000} * (1 << std::min(attempt, 5)), 2s));
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
            inbox_.push(ForeignChange{0, "it cannot be read any more (" + describe(stored.error()) + ")", now()});
        co_return;
    }
    document_ = *stored;
    if (std::holds_alternative<WriteRouting>(doing_))
        co_return; // what stands there is about to change
    if (!document_) {
        inbox_.push(ForeignChange{0, "the routing document is gone", now()});
        co_return;
    }
    if (rollsUsBack(*document_, plan().generation())) {
        if (plan().phase() != Phase::rolledBack)
            inbox_.push(RollbackSeen{document_->generation, document_->writer, now()});
        co_return;
    }
    if (document_->migration != plan().id()) {
        inbox_.push(foreignChange(*document_));
        co_return;
    }
    if (document_->generation <= plan().generation())
        co_return;
    if (carriesOurStep(*document_, plan().intent(), plan().start().target))
        inbox_.push(GenerationSeen{document_->generation, now()});
    else
        inbox_.push(foreignChange(*document_));
}

Task<void> MigrationRun::lookAtEvidence()
{
    EvidenceQuery query;
    query.migration = plan().id();
    query.fromGeneration = plan().evidenceFrom();
    query.legacy = plan().start().legacy;
    query.target = plan().start().target;
    auto seen = co_await ports_.evidence.window(std::move(query), soon());
    if (!seen.has_value())
        co_return;
    evidence_ = std::move(*seen);
    inbox_.push(Looked{evidence_.step, now()});
}

bool MigrationRun::evidenceIsFresh() const
{
    // Requests go through the gateways, but their evidence has not moved for three seconds: blind, so no renewal.
    return ports_.clock.steady() - evidenceMovedAt_ < 3s + pollTime();
}

Task<void> MigrationRun::keepLease()
{
    std::uint64_t requests = 0;
    bool expired = false;
    for (const GatewayAck& ack : acks_) {
        if (ack.at + 3s < now())
            continue;
        requests += ack.requests;
        expired = expired || (ack.leaseExpired && ack.generation == plan().generation());
    }
    if (evidence_.newest != newestSeen_ || requests == requestsSeen_)
        evidenceMovedAt_ = ports_.clock.steady();
    newestSeen_ = evidence_.newest;
    requestsSeen_ = requests;

    const bool leased = hasLease(plan().servedPhase()) && !std::holds_alternative<WriteRouting>(doing_);
    if (!leased)
        co_return;
    if (expired) {
        inbox_.push(LeaseRanOut{now()});
        co_return;
    }
    const Duration every = plan().policy().lease / 5;
    if (!evidenceIsFresh() || (renewedAt_ && ports_.clock.steady() - *renewedAt_ < every))
        co_return;
    const auto renewed = co_await desk_.renew(plan().generation());
    if (renewed.has_value())
        renewedAt_ = ports_.clock.steady();
}

void MigrationRun::publishStatus()
{
    if (!onStatus_)
        return;
    StatusSources sources{plan(), rotation_ ? &rotation_->plan() : nullptr, evidence_, document_, acks_, ports_.process, now()};
    onStatus_(composeStatus(sources));
}

} // namespace drover::app
