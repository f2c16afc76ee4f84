// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "MigrationConversation.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

namespace {

enum class Fault { refused, foreign, foreignGone, marker, leaseRanOut, pause, pauseTooLate };

MigrationEvent eventOf(Fault fault, const Conversation& conversation)
{
    const auto now = conversation.clock.now();
    switch (fault) {
    case Fault::refused: return RoutingRefused{"ROLLBACK stands", now};
    case Fault::foreign: return ForeignChange{conversation.plan.generation() + 5, "someone/9", now};
    case Fault::foreignGone: return ForeignChange{0, "it is gone", now};
    case Fault::marker: return RollbackSeen{0, "a marker", now};
    case Fault::leaseRanOut: return LeaseRanOut{now};
    case Fault::pause:
    case Fault::pauseTooLate: break;
    }
    return OperatorOrder{OrderVerb::pause, "ann", {}, now};
}

// What stands in the document before the fault, seen from outside.
struct Before {
    explicit Before(const Conversation& conversation)
        : writes(std::holds_alternative<WriteRouting>(conversation.action)), first(conversation.written.empty()),
          phase(conversation.plan.phase()), revision(conversation.plan.revision())
    {
        document.phase = Phase::shadow; // a first step that is not written yet is held all the same: its share is 0
        if (!first)
            document = conversation.written.back();
    }
    // The fault means nothing to a plan in this state.
    bool passesBy(Fault fault) const
    {
        switch (fault) {
        case Fault::refused: return !writes;
        case Fault::foreign:
        case Fault::foreignGone:
        case Fault::marker: return phase == Phase::done && !writes;
        case Fault::leaseRanOut: return first || isFinal(phase) || !hasLease(document.phase);
        case Fault::pause:
        case Fault::pauseTooLate: return isFinal(phase);
        }
        return false;
    }
    bool writes;
    bool first;
    Phase phase;
    std::uint64_t revision;
    RoutingIntent document;
};

} // namespace

// Fails the happy conversation at every step, in every way a step can fail.
class TestMigrationFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyStepMayFail_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<int>("step");
        const char* names[] = {"refused", "foreign", "foreign, gone", "marker", "lease", "pause", "pause, too late"};
        for (int fault = 0; fault <= int(Fault::pauseTooLate); ++fault)
            for (int step = 0; step <= healthyLength(); ++step)
                QTest::addRow("%s at %d", names[fault], step) << fault << step;
    }
    void everyStepMayFail()
    {
        QFETCH(int, fault);
        QFETCH(int, step);
        Conversation conversation;
        conversation.run(step);
        const Before before{conversation};
        const MigrationAction pending = conversation.action;
        if (Fault(fault) == Fault::pauseTooLate && before.writes) // it arrives, and nobody hears of it
            conversation.written.push_back(std::get<WriteRouting>(conversation.action).intent);
        conversation.feed(eventOf(Fault(fault), conversation));
        if (before.passesBy(Fault(fault))) {
            QCOMPARE(conversation.plan.revision(), before.revision);
            QCOMPARE(conversation.action, pending);
            return;
        }
        survivesACrash(conversation);
        if (Fault(fault) == Fault::marker)
            rollsBack(conversation);
        else
            holdsAndGoesOn(conversation, before, Fault(fault));
    }

private:
    static void survivesACrash(Conversation& conversation)
    {
        const MigrationPlan& plan = conversation.plan;
        MigrationPlan again = conversation.replayed();
        QCOMPARE(again.resume(Resumed{conversation.clock.now()}), conversation.action);
        QCOMPARE(again.phase(), plan.phase());
        QCOMPARE(again.share(), plan.share());
        QCOMPARE(again.generation(), plan.generation());
        QCOMPARE(again.evidenceFrom(), plan.evidenceFrom());
        conversation.plan = again;
    }

    static void rollsBack(Conversation& conversation)
    {
        QCOMPARE(conversation.plan.phase(), Phase::rolledBack);
        const auto intent = std::get<WriteRouting>(conversation.action).intent;
        QCOMPARE(intent.share, 0.0);
        QCOMPARE(intent.phase, Phase::rolledBack);
        conversation.run();
        QCOMPARE(std::get<EndMigration>(conversation.action).outcome, Phase::rolledBack);
    }

    static void holdsAndGoesOn(Conversation& conversation, const Before& before, Fault fault)
    {
        const MigrationPlan& plan = conversation.plan;
        QCOMPARE(plan.phase(), Phase::paused);
        QCOMPARE(plan.pausedIn(), before.document.phase);
        QCOMPARE(plan.step(), before.document.step);
        QCOMPARE(plan.share(), before.document.share);
        QCOMPARE(plan.intent().share, before.document.share);
        QVERIFY(!plan.timeline().empty() && plan.timeline().back().phase == before.document.phase);
        // Of a write that may still arrive nobody knows: the held step is written over it. Else nothing is.
        const bool mayArrive = before.writes && (fault == Fault::pause || fault == Fault::pauseTooLate);
        QCOMPARE(std::holds_alternative<WriteRouting>(conversation.action), mayArrive);
        conversation.run(3);
        QVERIFY(std::holds_alternative<Observe>(conversation.action));
        if (fault != Fault::foreign && !conversation.written.empty()) {
            QCOMPARE(conversation.written.back().share, plan.share());
            QCOMPARE(plan.generation(), conversation.written.back().generation); // what is renewed is what stands there
            QVERIFY(plan.evidenceFrom() <= plan.generation());
        }
        // The abort rule goes on, on the evidence of what is served.
        MigrationPlan sick = plan;
        sick.resume(Looked{failing(400, 60), conversation.clock.now()});
        QCOMPARE(sick.phase(), plan.share() > 0 ? Phase::rolledBack : Phase::paused);

        const auto held = plan.generation();
        const auto written = conversation.written.size();
        conversation.feed(OperatorOrder{OrderVerb::resume, "ann", {}, conversation.clock.now()});
        QCOMPARE(plan.phase(), before.document.phase);
        conversation.run();
        QCOMPARE(plan.phase(), Phase::done);
        // It goes on with the held step, above whatever stood there, and gives no generation to two intents.
        QCOMPARE(conversation.written[written].share, before.document.share);
        QCOMPARE(conversation.written[written].step, before.document.step);
        QVERIFY(conversation.written[written].generation > held);
        for (std::size_t i = 1; i < conversation.written.size(); ++i) {
            const RoutingIntent& last = conversation.written[i - 1];
            QVERIFY(conversation.written[i].generation > last.generation || conversation.written[i] == last);
        }
    }
};

DROVER_TEST(TestMigrationFaults)
#include "TestMigrationFaults.moc"
