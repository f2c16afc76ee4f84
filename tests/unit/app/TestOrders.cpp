// SPDX-License-Identifier: Apache-2.0
#include <QTest>
#include <QTimer>

#include "app/MigrationService.h"
#include "app/OrderDesk.h"
#include "protocol/journal/PlanEvents.h"
#include "support/TestMain.h"
#include "support/fakes/FakePorts.h"

#include <algorithm>

using namespace drover;
using namespace drover::app;
using drover::test::FakePorts;
using drover::test::run;

namespace {

// A workspace where migration m_1 stands in the first step of its canary, and no controller runs in this process.
struct Place {
    Place()
    {
        MigrationStarted started;
        started.id = "m_1";
        started.policy = fake.policy;
        started.at = fake.clock.now();
        const WallTime now = fake.clock.now();
        for (const MigrationEvent& event :
             {MigrationEvent{started}, MigrationEvent{RoutingWritten{1, now}}, MigrationEvent{AcksComplete{1, 1, now}},
              MigrationEvent{OperatorOrder{OrderVerb::advance, "ann", "", now}}, MigrationEvent{RoutingWritten{2, now}},
              MigrationEvent{AcksComplete{2, 1, now}}}) {
            plan.resume(event);
            JournalEntry entry;
            entry.run = "m_1";
            entry.kind = "migration";
            entry.event = writeEvent(event);
            entry.at = now;
            fake.journal.lines.push_back(entry);
        }
        RoutingDocument document;
        document.generation = 2;
        document.migration = "m_1";
        document.phase = Phase::canary;
        document.step = 1;
        document.targets["legacy"] = {0.95, {{"k_leg1", 1.0}}};
        document.targets["holysheep"] = {0.05, {{"k_01", 1.0}}};
        fake.routing.document = document;
        fake.journal.generation = 2;
    }
    Deadline past() const { return Deadline::in(fake.clock, Duration{0}); }
    std::vector<Order>& orders() { return fake.orders.orders; }

    FakePorts fake;
    MigrationPlan plan;
    MigrationService service{fake.ports};
};

bool says(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class TestOrders final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anOrderNamesItsMigration();
    void anOrderThatTimedOutIsWithdrawn();
    void anOrderThatWasTakenInTimeIsWaitedFor();
    void anOrderThatWasTakenAndNeverAnsweredSaysSo();
    void anOrderOfAnotherMigrationIsRefused();
    void anOrderForAnotherStepIsRefused();
    void whatIsLeftIsAnsweredAsRefused();
    void anAnswerThatCannotBeWrittenIsSaidInTheLog();
    void aRollbackHoldsWhateverTheControllerSays();
    void aRollbackWithoutAControllerIsJournaled();
    void aRollbackNobodyNotedIsTheStatusAllTheSame();
    void aRollbackHoldsWhenNothingCanBeWrittenDown();
};

void TestOrders::anOrderNamesItsMigration()
{
    Place place;
    const SeenStep seen{Phase::canary, 1, 2};
    (void)run(place.service.order(OrderVerb::advance, "enough", "host/9", place.past(), seen));
    QCOMPARE(place.orders().size(), std::size_t(1));
    QCOMPARE(place.orders()[0].migration, std::string("m_1"));
    QCOMPARE(place.orders()[0].verb, std::string("advance"));
    QVERIFY(place.orders()[0].seen == std::optional{seen});
}

void TestOrders::anOrderThatTimedOutIsWithdrawn()
{
    Place place;
    const Result<void> done = run(place.service.order(OrderVerb::pause, "", "host/9", place.past()));
    QVERIFY(done.has_error());
    QCOMPARE(done.error().code, Errc::timeout);
    QVERIFY(says(done.error().what, "withdrawn"));
    QVERIFY(run(place.fake.orders.unanswered())->empty());
    QCOMPARE(*run(place.fake.orders.take(1)), false); // no controller gets it later
}

void TestOrders::anOrderThatWasTakenInTimeIsWaitedFor()
{
    Place place;
    QTimer controller;
    int look = 0;
    controller.callOnTimeout(&controller, [&] {
        if (place.orders().empty())
            return;
        if (++look == 1)
            place.orders()[0].taken = true;
        else if (look == 2)
            place.fake.clock.advance(2s); // the giver's patience is over
        else if (place.fake.orders.faults.count("withdraw") > 0)
            place.orders()[0].answer = "{\"ok\":true}";
    });
    controller.start(5);
    const Result<void> done =
        run(place.service.order(OrderVerb::pause, "", "host/9", Deadline::in(place.fake.clock, Duration{1s})));
    QVERIFY2(done.has_value(), done.has_error() ? done.error().what.c_str() : "");
}

void TestOrders::anOrderThatWasTakenAndNeverAnsweredSaysSo()
{
    Place place;
    QTimer time;
    time.callOnTimeout(&time, [&] {
        if (!place.orders().empty())
            place.orders()[0].taken = true;
        place.fake.clock.advance(1s);
    });
    time.start(5);
    const Result<void> done =
        run(place.service.order(OrderVerb::pause, "", "host/9", Deadline::in(place.fake.clock, Duration{1s})));
    QVERIFY(done.has_error());
    QVERIFY(says(done.error().what, "took the order"));
}

void TestOrders::anOrderOfAnotherMigrationIsRefused()
{
    Place place;
    for (const char* migration : {"m_0", ""}) {
        Order order;
        order.migration = migration;
        order.verb = "rollback";
        (void)run(place.fake.orders.place(order));
    }
    OrderDesk desk{place.fake.ports};
    int carried = 0;
    OrderDesk::CarryOut carry = [&](OperatorOrder, std::optional<SeenStep>) -> Task<Result<void>> {
        ++carried;
        co_return Result<void>{};
    };
    struct Done {};
    const auto serve = [&]() -> Task<Done> {
        co_await desk.serve("m_1", carry);
        co_return Done{};
    };
    run(serve());
    QCOMPARE(carried, 0);
    for (const Order& order : place.orders())
        QVERIFY2(says(order.answer, "refused") && says(order.answer, "m_1"), order.answer.c_str());
}

void TestOrders::anOrderForAnotherStepIsRefused()
{
    const Place place;
    QCOMPARE(place.plan.phase(), Phase::canary);
    QVERIFY(stillThere(place.plan, {}).has_value());
    QVERIFY(stillThere(place.plan, SeenStep{Phase::canary, 1, 2}).has_value());
    QVERIFY(stillThere(place.plan, SeenStep{Phase::canary, 1, 9}).has_value()); // key weights raise it too
    for (const SeenStep& seen : {SeenStep{Phase::shadow, 0, 1}, SeenStep{Phase::canary, 2, 2}, SeenStep{Phase::canary, 1, 1}}) {
        const Result<void> there = stillThere(place.plan, seen);
        QVERIFY(there.has_error());
        QCOMPARE(there.error().code, Errc::refused);
        QVERIFY(says(there.error().what, "canary step 1"));
    }
}

void TestOrders::whatIsLeftIsAnsweredAsRefused()
{
    Place place;
    for (const bool taken : {false, true}) {
        Order order;
        order.migration = "m_1";
        order.verb = "advance";
        order.taken = taken;
        (void)run(place.fake.orders.place(order));
    }
    OrderDesk desk{place.fake.ports};
    struct Done {};
    const auto refuse = [&]() -> Task<Done> {
        co_await desk.refuseLeft("it is over");
        co_return Done{};
    };
    run(refuse());
    for (const Order& order : place.orders())
        QVERIFY2(says(order.answer, "it is over"), order.answer.c_str());
}

void TestOrders::anAnswerThatCannotBeWrittenIsSaidInTheLog()
{
    Place place;
    place.fake.orders.faults.always("answer", {Errc::busy, "locked", "drover.db"});
    Order order;
    order.migration = "m_1";
    order.verb = "pause";
    (void)run(place.fake.orders.place(order));
    OrderDesk desk{place.fake.ports};
    int carried = 0;
    OrderDesk::CarryOut carry = [&](OperatorOrder, std::optional<SeenStep>) -> Task<Result<void>> {
        ++carried;
        co_return Result<void>{};
    };
    struct Done {};
    const auto serve = [&]() -> Task<Done> {
        co_await desk.serve("m_1", carry);
        co_await desk.serve("m_1", carry); // is not carried out again
        co_await desk.refuseLeft("it is over");
        co_return Done{};
    };
    run(serve());
    QCOMPARE(carried, 1);
    const auto said = [](const std::string& line) { return says(line, "could not be written") && says(line, "locked"); };
    QCOMPARE(std::ranges::count_if(place.fake.logLines, said), 2);
}

void TestOrders::aRollbackHoldsWhateverTheControllerSays()
{
    Place place;
    QTimer controller;
    controller.callOnTimeout(&controller, [&] {
        if (!place.orders().empty())
            place.orders()[0].answer = R"({"error":{"code":"refused","message":"no"}})";
    });
    controller.start(5);
    const Result<void> done =
        run(place.service.order(OrderVerb::rollback, "", "host/9", Deadline::in(place.fake.clock, Duration{1s})));
    QVERIFY2(done.has_value(), done.has_value() ? "" : describe(done.error()).c_str());
    QCOMPARE(place.fake.routing.document->phase, Phase::rolledBack);
}

void TestOrders::aRollbackWithoutAControllerIsJournaled()
{
    Place place;
    int locked = 0;
    place.fake.ports.lockController = [&locked] {
        ++locked;
        return Result<std::unique_ptr<Subscription>>{std::make_unique<Subscription>()};
    };
    QVERIFY(run(place.service.order(OrderVerb::rollback, "errors at noon", "", place.past())).has_value());
    QCOMPARE(locked, 1);
    const Result<MigrationPlan> plan = run(replayMigration(place.fake.journal, "m_1"));
    QCOMPARE(plan->phase(), Phase::rolledBack);
    QCOMPARE(plan->generation(), place.fake.routing.document->generation);
    QVERIFY2(says(plan->why(), "ann: errors at noon"), plan->why().c_str());
    const AuditEntry& deed = place.fake.audit.rows.back();
    QCOMPARE(deed.deed, std::string("migration.rollback"));
    QCOMPARE(deed.subject, std::string("m_1"));
    QCOMPARE(deed.reason, std::string("errors at noon"));
}

void TestOrders::aRollbackNobodyNotedIsTheStatusAllTheSame()
{
    Place place;
    QVERIFY(run(place.service.order(OrderVerb::rollback, "", "", place.past())).has_value());
    QCOMPARE(run(replayMigration(place.fake.journal, "m_1"))->phase(), Phase::canary); // the crash before the note
    const Result<MigrationStatus> status = run(place.service.status(""));
    QCOMPARE(status->phase, Phase::rolledBack);
    QCOMPARE(status->shareConfigured, 0.0);
    QCOMPARE(status->step, 0U);
    QVERIFY(status->gates.empty());
    QVERIFY(status->nextAction.empty());
    QCOMPARE(status->generation, place.fake.routing.document->generation);
    QVERIFY(says(status->why, "host/1"));
    // Whoever is the controller next takes note, so that another migration may begin.
    QCOMPARE(run(noteRollback(place.fake.ports, "m_1"))->phase(), Phase::rolledBack);
    QCOMPARE(run(replayMigration(place.fake.journal, "m_1"))->phase(), Phase::rolledBack);
}

void TestOrders::aRollbackHoldsWhenNothingCanBeWrittenDown()
{
    Place place;
    place.fake.ports.lockController = [] {
        return Result<std::unique_ptr<Subscription>>{std::make_unique<Subscription>()};
    };
    place.fake.audit.faults.always("record", {Errc::busy, "locked", "drover.db"});
    place.fake.journal.faults.always("append", {Errc::busy, "locked", "drover.db"});
    QVERIFY(run(place.service.order(OrderVerb::rollback, "", "", place.past())).has_value());
    QCOMPARE(place.fake.routing.document->phase, Phase::rolledBack);
    for (const char* where : {"the audit", "the journal"})
        QVERIFY2(std::ranges::any_of(place.fake.logLines, [&](const std::string& line) { return says(line, where); }), where);
}

DROVER_TEST(TestOrders)
#include "TestOrders.moc"
