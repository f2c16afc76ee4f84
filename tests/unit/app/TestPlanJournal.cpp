// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/PlanJournal.h"
#include "support/TestMain.h"
#include "support/fakes/FakePorts.h"

using namespace drover;
using namespace drover::app;
using drover::test::FakePorts;
using drover::test::run;

namespace {

StepEvidence enough()
{
    StepEvidence evidence;
    for (TargetEvidence* side : {&evidence.legacy, &evidence.target}) {
        side->byClass[std::size_t(ErrorClass::ok)] = 1000;
        side->firstBytePlain.record(30, 1000);
    }
    evidence.pairs.pairs = evidence.pairs.triples = 1000;
    return evidence;
}

} // namespace

class TestPlanJournal : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aReplayJudgesAsTheRunDid_data()
    {
        QTest::addColumn<qint64>("began");
        QTest::addColumn<qint64>("looked");
        for (const qint64 began : {0, 400, 999})
            for (const qint64 looked : {9'999'900, 10'000'400, 10'000'500, 10'000'900, 10'001'000, 10'001'499, 10'001'500})
                QTest::addRow("%lld, %lld", static_cast<long long>(began), static_cast<long long>(looked)) << began << looked;
    }
    void aReplayJudgesAsTheRunDid()
    {
        QFETCH(qint64, began);
        QFETCH(qint64, looked);
        FakePorts fake;
        fake.policy.shadow.time = Duration{10'000'500}; // finer than the journal's times
        MigrationJournal live{fake.journal, "m_1", "migration"};
        const WallTime start = fake.clock.now();
        const auto feed = [&](MigrationEvent event) { return run(live.feed(std::move(event), start)).has_value(); };
        MigrationStarted started;
        started.id = "m_1";
        started.policy = fake.policy;
        started.at = start;
        QVERIFY(feed(started));
        QVERIFY(feed(RoutingWritten{1, start}));
        QVERIFY(feed(AcksComplete{1, 1, start + Duration{began}}));
        QVERIFY(feed(Looked{enough(), start + Duration{looked}}));
        MigrationJournal replayed{fake.journal, "m_1", "migration"};
        QVERIFY(run(replayed.replay()).has_value());
        QCOMPARE(replayed.plan().phase(), live.plan().phase());
        QCOMPARE(replayed.plan().revision(), live.plan().revision());
        QVERIFY(replayed.plan().pending() == live.plan().pending());
    }
};

DROVER_TEST(TestPlanJournal)
#include "TestPlanJournal.moc"
