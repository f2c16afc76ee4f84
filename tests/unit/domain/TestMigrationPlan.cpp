// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "MigrationConversation.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestMigrationPlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aHealthyMigrationGoesThroughEveryPhase()
    {
        Conversation conversation;
        conversation.run();
        QCOMPARE(conversation.plan.phase(), Phase::done);
        std::vector<double> shares;
        for (const auto& intent : conversation.written)
            shares.push_back(intent.share);
        QCOMPARE(shares, (std::vector<double>{0, 0.05, 0.25, 0.45, 0.65, 0.85, 1, 1, 1}));
        for (std::size_t i = 0; i < conversation.written.size(); ++i) {
            const RoutingIntent& intent = conversation.written[i];
            QCOMPARE(intent.generation, std::uint64_t{42 + i});
            QCOMPARE(intent.lease > Duration{0}, hasLease(intent.phase));
            QCOMPARE(intent.sample > 0, intent.phase == Phase::shadow);
        }
        QVERIFY(conversation.plan.rotation()->done);
    }

    void itsTimelineSaysWhenEachStepWasServed()
    {
        Conversation conversation;
        conversation.run();
        for (const StepRecord& record : conversation.plan.timeline())
            QVERIFY(record.written && record.acked && record.ended && *record.acked <= *record.ended);
    }

    void nothingAdvancesBeforeItsTime()
    {
        Conversation conversation;
        conversation.step();
        conversation.step();
        QCOMPARE(conversation.plan.phase(), Phase::shadow);
        conversation.feed(Looked{healthy(100'000), conversation.clock.now() + Duration{9'999'999}});
        QCOMPARE(conversation.plan.phase(), Phase::shadow);
        conversation.feed(Looked{healthy(100'000), conversation.clock.now() + 10s});
        QCOMPARE(conversation.plan.phase(), Phase::canary);
    }

    void timeAloneNeverAdvances()
    {
        // D55: at 1,000 requests a day, 48 hours at 5 % are 100 requests; that proves nothing about 1 %.
        Conversation conversation{[] { return healthy(100); }};
        conversation.run(200);
        QCOMPARE(conversation.plan.phase(), Phase::shadow);
        QCOMPARE(conversation.plan.decisions().back().outcome, std::string("wait"));
    }

    void isJudgedAgainWhenTheEvidenceHasGrownByHalf()
    {
        std::uint64_t seen = 100;
        Conversation conversation{[&] { return healthy(seen); }};
        conversation.step();
        conversation.step();
        conversation.step();
        const auto judged = conversation.plan.decisions().size();
        QCOMPARE(judged, std::size_t{1});
        seen = 149;
        conversation.step();
        QCOMPARE(conversation.plan.decisions().size(), judged);
        seen = 150;
        conversation.step();
        QCOMPARE(conversation.plan.decisions().size(), judged + 1);
    }

    void aFailedGateHoldsTheShareAndAsks()
    {
        bool sick = false;
        Conversation conversation{[&] { return sick ? failing(2000, 60) : healthy(1000); }};
        while (conversation.plan.phase() != Phase::canary)
            conversation.step();
        sick = true;
        conversation.run(50);
        QCOMPARE(conversation.plan.phase(), Phase::canary);
        QCOMPARE(conversation.plan.share(), 0.05);
        QVERIFY(conversation.plan.holdingSince());
        // A person may go on all the same, by name and reason.
        conversation.feed(OperatorOrder{OrderVerb::advance, "ann", "known upstream incident", conversation.clock.now()});
        QCOMPARE(conversation.plan.share(), 0.25);
        const auto& decisions = conversation.plan.decisions();
        QCOMPARE(decisions.back().outcome, std::string("skipped by ann: known upstream incident"));
    }

    void aProvenErrorRateAboveFivePercentRollsBackAtOnce()
    {
        bool sick = false;
        Conversation conversation{[&] { return sick ? failing(200, 30) : healthy(1000); }};
        while (conversation.plan.share() < 0.45)
            conversation.step();
        while (!std::holds_alternative<Observe>(conversation.action))
            conversation.step();
        sick = true;
        // Long before the step's time is over.
        conversation.feed(Looked{failing(200, 30), conversation.clock.now()});
        QCOMPARE(conversation.plan.phase(), Phase::rolledBack);
        conversation.run();
        QCOMPARE(conversation.written.back().share, 0.0);
        QCOMPARE(conversation.written.back().phase, Phase::rolledBack);
        QVERIFY2(conversation.plan.why().find("30") != std::string::npos, conversation.plan.why().c_str());
    }

    void aRollbackIsTakenAtEveryStep_data()
    {
        QTest::addColumn<int>("step");
        for (int step = 0; step < healthyLength(); ++step)
            QTest::addRow("step %d", step) << step;
    }
    void aRollbackIsTakenAtEveryStep()
    {
        QFETCH(int, step);
        Conversation conversation;
        conversation.run(step);
        const bool over = isFinal(conversation.plan.phase());
        conversation.feed(OperatorOrder{OrderVerb::rollback, "ann", "drill", conversation.clock.now()});
        conversation.run();
        QCOMPARE(conversation.plan.phase(), over ? Phase::done : Phase::rolledBack);
        QCOMPARE(conversation.written.back().share, over ? 1.0 : 0.0);
    }

    void aRollbackByAnotherIsTakenOverAtEveryStep_data() { aRollbackIsTakenAtEveryStep_data(); }
    void aRollbackByAnotherIsTakenOverAtEveryStep()
    {
        QFETCH(int, step);
        Conversation conversation;
        conversation.run(step);
        const auto generation = conversation.plan.generation();
        if (isFinal(conversation.plan.phase()))
            return;
        conversation.feed(RollbackSeen{generation + 5, "host/7", conversation.clock.now()});
        QCOMPARE(conversation.plan.phase(), Phase::rolledBack);
        QCOMPARE(conversation.action, (MigrationAction{AwaitAcks{generation + 5}}));
        conversation.run();
        QCOMPARE(std::get<EndMigration>(conversation.action).outcome, Phase::rolledBack);
    }

    void aCrashAtEveryStepGoesOnFromTheJournal_data() { aRollbackIsTakenAtEveryStep_data(); }
    void aCrashAtEveryStepGoesOnFromTheJournal()
    {
        QFETCH(int, step);
        Conversation conversation;
        conversation.run(step);
        const MigrationAction before = conversation.action;
        conversation.plan = conversation.replayed();
        conversation.action = conversation.plan.resume(Resumed{conversation.clock.now()});
        QCOMPARE(conversation.action, before);
        const auto writtenBefore = conversation.written;
        conversation.run();
        QCOMPARE(conversation.plan.phase(), Phase::done);
        // No generation is given to two different intents.
        for (std::size_t i = 1; i < conversation.written.size(); ++i)
            QVERIFY(conversation.written[i].generation > conversation.written[i - 1].generation);
    }

    void aPauseHoldsTheShareAndResumesUnderANewGeneration_data() { aRollbackIsTakenAtEveryStep_data(); }
    void aPauseHoldsTheShareAndResumesUnderANewGeneration()
    {
        QFETCH(int, step);
        Conversation conversation;
        conversation.run(step);
        if (conversation.plan.accepts(OrderVerb::pause).has_error())
            return;
        // The share that is held is the document's, not that of a step which was still to be written.
        const bool first = conversation.written.empty();
        const double share = first ? 0 : conversation.written.back().share;
        const Phase phase = first ? Phase::shadow : conversation.written.back().phase;
        const auto generation = conversation.plan.generation();
        conversation.feed(OperatorOrder{OrderVerb::pause, "ann", {}, conversation.clock.now()});
        conversation.run(10);
        QCOMPARE(conversation.plan.phase(), Phase::paused);
        QCOMPARE(conversation.plan.pausedIn(), phase);
        QCOMPARE(conversation.plan.share(), share);
        QCOMPARE(conversation.written.back().share, share);
        QCOMPARE(conversation.written.back().phase, phase);
        QCOMPARE(conversation.plan.generation(), conversation.written.back().generation);
        QVERIFY(conversation.plan.accepts(OrderVerb::advance).has_error());
        conversation.feed(OperatorOrder{OrderVerb::resume, "ann", {}, conversation.clock.now()});
        QCOMPARE(conversation.plan.phase(), phase);
        QVERIFY(conversation.plan.generation() > generation);
        conversation.run();
        QCOMPARE(conversation.plan.phase(), Phase::done);
    }

    void aPauseInTheRotationGoesOnWithIt()
    {
        Conversation conversation;
        while (!std::holds_alternative<RotateKey>(conversation.action))
            conversation.step();
        conversation.feed(OperatorOrder{OrderVerb::pause, "ann", {}, conversation.clock.now()});
        QCOMPARE(conversation.plan.phase(), Phase::paused);
        conversation.feed(OperatorOrder{OrderVerb::resume, "ann", {}, conversation.clock.now()});
        conversation.run(2);
        QVERIFY(std::holds_alternative<RotateKey>(conversation.action));
    }

    void aRollbackThatTookOurGenerationIsStillSeen()
    {
        // Both writers had read the same document: theirs won with the very generation we had planned.
        Conversation conversation;
        while (conversation.plan.phase() != Phase::canary)
            conversation.step();
        const auto planned = std::get<WriteRouting>(conversation.action).intent.generation;
        conversation.feed(RollbackSeen{planned, "host/7", conversation.clock.now()});
        QCOMPARE(conversation.action, (MigrationAction{AwaitAcks{planned}}));
    }

    void theAbortRuleIsWatchedWhileAGatewayIsSlow()
    {
        Conversation conversation;
        while (conversation.plan.share() < 0.25 || !std::holds_alternative<AwaitAcks>(conversation.action))
            conversation.step();
        conversation.feed(Looked{healthy(2000), conversation.clock.now() + 1h}); // nothing advances before all serve it
        QVERIFY(std::holds_alternative<AwaitAcks>(conversation.action));
        conversation.feed(Looked{failing(400, 60), conversation.clock.now()});
        QCOMPARE(conversation.plan.phase(), Phase::rolledBack);
        QCOMPARE(conversation.plan.decisions().back().share, 0.25);
    }

    void theAbortRuleIsWatchedWhileTheNextStepCannotBeWritten()
    {
        Conversation conversation;
        while (conversation.plan.share() < 0.45)
            conversation.step();
        QVERIFY(std::holds_alternative<WriteRouting>(conversation.action));
        QCOMPARE(conversation.plan.evidenceFrom(), conversation.written.back().generation);
        conversation.feed(Looked{failing(400, 60), conversation.clock.now()});
        QCOMPARE(conversation.plan.phase(), Phase::rolledBack);
        QCOMPARE(conversation.plan.decisions().back().share, 0.25);
    }

    void aRollbackThatOthersWroteFirstIsTheOneThatWasOrdered()
    {
        Conversation conversation;
        while (conversation.plan.phase() != Phase::canary)
            conversation.step();
        conversation.feed(OperatorOrder{OrderVerb::rollback, "ann", {}, conversation.clock.now()});
        const auto planned = std::get<WriteRouting>(conversation.action).intent.generation;
        conversation.feed(RollbackSeen{planned - 1, "host/7", conversation.clock.now()});
        QCOMPARE(conversation.action, (MigrationAction{AwaitAcks{planned - 1}}));
        conversation.run();
        QCOMPARE(std::get<EndMigration>(conversation.action).outcome, Phase::rolledBack);
    }

    void theAbortRuleIsWatchedWhilePaused()
    {
        Conversation conversation;
        while (conversation.plan.share() < 0.25 || !std::holds_alternative<Observe>(conversation.action))
            conversation.step();
        conversation.feed(OperatorOrder{OrderVerb::pause, "ann", {}, conversation.clock.now()});
        conversation.feed(Looked{failing(400, 60), conversation.clock.now()});
        QCOMPARE(conversation.plan.phase(), Phase::rolledBack);
    }

    void aLeaseThatRanOutPausesOnlyWhereThereIsOne()
    {
        Conversation conversation;
        conversation.step();
        conversation.feed(LeaseRanOut{conversation.clock.now()});
        QCOMPARE(conversation.plan.phase(), Phase::shadow);
        while (conversation.plan.phase() != Phase::canary)
            conversation.step();
        conversation.feed(LeaseRanOut{conversation.clock.now()}); // the shadow is still what is served
        QCOMPARE(conversation.plan.phase(), Phase::canary);
        conversation.step();
        conversation.feed(LeaseRanOut{conversation.clock.now()});
        QCOMPARE(conversation.plan.phase(), Phase::paused);
        QCOMPARE(conversation.plan.pausedIn(), Phase::canary);
    }

    void anotherWritersGenerationIsTakenNote()
    {
        Conversation conversation;
        conversation.step(); // written, acks awaited
        conversation.feed(GenerationSeen{60, conversation.clock.now()});
        QCOMPARE(conversation.action, (MigrationAction{AwaitAcks{60}}));
        conversation.run(2); // acknowledged, judged: the next write
        QCOMPARE(std::get<WriteRouting>(conversation.action).intent.generation, std::uint64_t{61});
        // Beaten to it once more: on top of that.
        conversation.feed(GenerationSeen{70, conversation.clock.now()});
        QCOMPARE(std::get<WriteRouting>(conversation.action).intent.generation, std::uint64_t{71});
        // And also with the very generation that was planned.
        conversation.feed(GenerationSeen{71, conversation.clock.now()});
        QCOMPARE(std::get<WriteRouting>(conversation.action).intent.generation, std::uint64_t{72});
        QVERIFY(conversation.plan.evidenceFrom() < 61); // of what is served, until it is written
        conversation.step();
        QCOMPARE(conversation.plan.evidenceFrom(), std::uint64_t{72});
    }

    void eventsThatDoNotFitChangeNothing()
    {
        Conversation conversation;
        conversation.run(3);
        const auto revision = conversation.plan.revision();
        const auto action = conversation.action;
        conversation.feed(RoutingWritten{7, conversation.clock.now()});
        conversation.feed(AcksComplete{7, 1, conversation.clock.now()});
        conversation.feed(RotationEnded{true, "k", {}, conversation.clock.now()});
        conversation.feed(OperatorOrder{OrderVerb::resume, "ann", {}, conversation.clock.now()});
        QCOMPARE(conversation.plan.revision(), revision);
        QCOMPARE(conversation.action, action);
    }

    void aFailedRotationDoesNotUndoTheMigration()
    {
        Conversation conversation;
        while (!std::holds_alternative<RotateKey>(conversation.action))
            conversation.step();
        conversation.feed(RotationEnded{false, "k_dead", "never accepted", conversation.clock.now()});
        conversation.run();
        QCOMPARE(conversation.plan.phase(), Phase::done);
        QVERIFY(!conversation.plan.rotation()->done);
    }
};

DROVER_TEST(TestMigrationPlan)
#include "TestMigrationPlan.moc"
