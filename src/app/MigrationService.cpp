// SPDX-License-Identifier: Apache-2.0
#include "app/MigrationService.h"

#include "app/Deed.h"
#include "app/MigrationStatus.h"
#include "app/OrderDesk.h"
#include "app/PlanJournal.h"
#include "ports/Timer.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <utility>

namespace drover::app {
namespace {

constexpr Duration answerPoll = 50ms;
constexpr Duration takenPatience = 10s; // for one that a controller is just carrying out

// The controller's answer to an order: {"ok":true} or {"error":…}.
Result<void> readAnswer(const std::string& json)
{
    const QJsonObject object = QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
    if (object.value(QStringLiteral("ok")).toBool())
        return {};
    const QJsonObject error = object.value(QStringLiteral("error")).toObject();
    const bool known = error.value(QStringLiteral("code")).toString() == QStringLiteral("notFound");
    return Error{known ? Errc::notFound : Errc::refused, error.value(QStringLiteral("message")).toString().toStdString(), {}};
}

constexpr std::string_view rollbackNotNoted = "the rollback could not be noted";

} // namespace

Task<Result<MigrationPlan>> replayMigration(Journal& journal, std::string id)
{
    MigrationJournal journaled{journal, std::move(id), "migration"};
    DROVER_CO_CHECK(co_await journaled.replay());
    co_return journaled.plan();
}

Task<Result<MigrationPlan>> noteRollback(Ports& ports, std::string id, std::string by)
{
    MigrationJournal journaled{ports.journal, std::move(id), "migration"};
    DROVER_CO_CHECK(co_await journaled.replay());
    RoutingDesk desk{ports};
    DROVER_CO_TRY(const std::optional<RoutingDocument> document, co_await desk.read());
    if (document && hasRolledBack(journaled.plan(), *document)) {
        RollbackSeen seen{document->generation, by.empty() ? document->writer : std::move(by), ports.clock.now()};
        DROVER_CO_CHECK(co_await journaled.feed(std::move(seen), ports.clock.now()));
    }
    co_return journaled.plan();
}

Task<Result<MigrationStatus>> MigrationService::status(std::string controller)
{
    const Deadline deadline = Deadline::in(ports_.clock, 5s);
    DROVER_CO_TRY(const std::optional<std::string> run, co_await ports_.journal.latestRun("migration"));
    MigrationPlan plan;
    if (run) {
        DROVER_CO_TRY(plan, co_await replayMigration(ports_.journal, *run));
    }
    // That of an earlier migration is history, not status.
    std::optional<std::string> rotationRun;
    if (plan.id().empty()) {
        DROVER_CO_TRY(rotationRun, co_await ports_.journal.latestRun("rotation"));
    } else {
        rotationRun = rotationRunOf(plan.id());
    }
    std::optional<RotationPlan> rotation;
    if (rotationRun) {
        DROVER_CO_TRY(rotation, co_await replayRotation(ports_.journal, *rotationRun));
        if (rotation->state() == RotationState::idle)
            rotation.reset();
    }
    DROVER_CO_TRY(const std::optional<RoutingDocument> document, co_await desk_.read());
    DROVER_CO_TRY(const std::vector<GatewayAck> acks, co_await ports_.routing.acks(deadline));
    EvidenceWindow evidence;
    if (run) {
        EvidenceQuery query;
        query.migration = plan.id();
        query.fromGeneration = plan.evidenceFrom();
        query.from = evidenceBegan(plan);
        query.legacy = plan.start().legacy;
        query.target = plan.start().target;
        DROVER_CO_TRY(evidence, co_await ports_.evidence.window(std::move(query), deadline));
    }
    const StatusSources sources{plan,     rotation ? &*rotation : nullptr, evidence,          document,
                                acks,     std::move(controller),           ports_.clock.now()};
    co_return composeStatus(sources);
}

Task<Result<void>> MigrationService::order(OrderVerb verb, std::string reason, std::string controller, Deadline deadline,
                                           std::optional<SeenStep> seen)
{
    if (verb == OrderVerb::rollback)
        co_return co_await rollBack(std::move(reason), std::move(controller), deadline);
    if (controller.empty())
        co_return Error{Errc::unavailable,
                        "no controller is alive: start one with `droverctl migrate resume`, or roll back", {}};
    co_return co_await leave(verb, std::move(reason), std::move(controller), deadline, seen);
}

Task<Result<void>> MigrationService::rollBack(std::string reason, std::string controller, Deadline deadline)
{
    DROVER_CO_TRY(const RoutingDocument written, co_await desk_.rollBack(reason));
    // From here on every gateway leaves the new target, and nothing below can make the order fail.
    const std::string by = ports_.actor + (reason.empty() ? "" : ": " + reason);
    warnUnlessNoted(ports_, rollbackNotNoted, "the audit",
                    co_await ports_.audit.record(deedNow(ports_, "migration.rollback", written.migration, reason)));
    if (!controller.empty()) {
        const Result<void> noted = co_await leave(OrderVerb::rollback, std::move(reason), std::move(controller), deadline, {});
        if (noted.has_value())
            co_return Result<void>{};
    }
    // With no controller to take note of it, this process does: else the journal would go on where the gateways do not.
    if (!ports_.lockController)
        co_return Result<void>{};
    const auto lock = ports_.lockController();
    if (lock.has_value()) // else one has just begun, and sees the document
        warnUnlessNoted(ports_, rollbackNotNoted, "the journal", co_await noteRollback(ports_, written.migration, by));
    co_return Result<void>{};
}

// Leaves the order for the controller and waits for its answer.
Task<Result<void>> MigrationService::leave(OrderVerb verb, std::string reason, std::string controller, Deadline deadline,
                                           std::optional<SeenStep> seen)
{
    DROVER_CO_TRY(const std::optional<std::string> run, co_await ports_.journal.latestRun("migration"));
    if (!run)
        co_return Error{Errc::notFound, "no migration was ever started here", {}};
    Order order;
    order.migration = *run;
    order.verb = std::string(orderVerbName(verb));
    order.actor = ports_.actor;
    order.reason = std::move(reason);
    order.at = ports_.clock.now();
    order.seen = seen;
    DROVER_CO_TRY(const std::uint64_t id, co_await ports_.orders.place(std::move(order)));
    co_return co_await answerTo(id, std::move(controller), deadline);
}

// Nobody may find an order that its giver has given up: what was not taken in time is withdrawn.
Task<Result<void>> MigrationService::answerTo(std::uint64_t id, std::string controller, Deadline deadline)
{
    bool taken = false;
    for (;;) {
        DROVER_CO_TRY(const std::optional<Order> placed, co_await ports_.orders.find(id));
        if (placed && !placed->answer.empty())
            co_return readAnswer(placed->answer);
        if (deadline.passed() && taken)
            co_return Error{Errc::timeout,
                            "the controller (" + controller + ") took the order and did not say what came of it: look at " +
                                "`migrate status`", {}};
        if (deadline.passed()) {
            DROVER_CO_TRY(const bool withdrawn, co_await ports_.orders.withdraw(id));
            if (withdrawn)
                co_return Error{Errc::timeout,
                                "the controller (" + controller + ") did not answer in time; the order is withdrawn", {}};
            taken = true;
            deadline = Deadline::in(ports_.clock, takenPatience);
            continue;
        }
        co_await delay(answerPoll);
    }
}

} // namespace drover::app
