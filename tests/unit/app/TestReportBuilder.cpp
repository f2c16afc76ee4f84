// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/ReportBuilder.h"
#include "protocol/journal/PlanEvents.h"
#include "support/TestMain.h"
#include "support/fakes/FakePorts.h"

using namespace drover;
using namespace drover::app;
using drover::test::FakePorts;
using drover::test::run;

namespace {

void journal(FakePorts& fake, const std::string& run, const std::string& kind, const std::string& event)
{
    JournalEntry entry;
    entry.run = run;
    entry.kind = kind;
    entry.event = event;
    entry.at = fake.clock.now();
    fake.journal.lines.push_back(entry);
}

// A migration that was rolled back an hour after it began.
void playMigration(FakePorts& fake, const std::string& id)
{
    MigrationStarted started;
    started.id = id;
    started.policy = fake.policy;
    started.at = fake.clock.now();
    journal(fake, id, "migration", writeEvent(MigrationEvent{started}));
    journal(fake, id, "migration", writeEvent(MigrationEvent{RoutingWritten{1, fake.clock.now()}}));
    journal(fake, id, "migration", writeEvent(MigrationEvent{AcksComplete{1, 1, fake.clock.now()}}));
    fake.clock.advance(1h);
    journal(fake, id, "migration", writeEvent(MigrationEvent{OperatorOrder{OrderVerb::rollback, "ann", "", fake.clock.now()}}));
    journal(fake, id, "migration", writeEvent(MigrationEvent{RoutingWritten{2, fake.clock.now()}}));
    journal(fake, id, "migration", writeEvent(MigrationEvent{AcksComplete{2, 1, fake.clock.now()}}));
}

void startRotation(FakePorts& fake, const std::string& id)
{
    RotationStarted started;
    started.id = id;
    started.target = "holysheep";
    started.currentKey = "k_old";
    started.liveKeys = 1;
    started.policy = fake.policy.rotation;
    started.at = fake.clock.now();
    journal(fake, id, "rotation", writeEvent(RotationEvent{started}));
}

UsageGroup usageAt(WallTime at, std::uint64_t requests)
{
    UsageGroup group;
    group.target = "legacy";
    group.model = "gpt-4.1";
    group.requests = requests;
    group.first = group.last = at;
    return group;
}

} // namespace

class TestReportBuilder final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void countsTheRunsTrafficAlone();
    void takesTheRotationOfTheMigration();
};

void TestReportBuilder::countsTheRunsTrafficAlone()
{
    FakePorts fake;
    fake.usage.rows.push_back(usageAt(fake.clock.now(), 1000)); // before
    fake.clock.advance(1h);
    const WallTime begun = fake.clock.now();
    playMigration(fake, "m_1");
    fake.usage.rows.push_back(usageAt(begun + 30min, 10));
    fake.usage.rows.push_back(usageAt(begun + 2h, 500)); // after
    fake.evidence.points.push_back({begun + 30min, "legacy", {}, {}, 10, 0, 10});
    fake.evidence.points.push_back({begun + 2h, "legacy", {}, {}, 500, 0, 500});
    fake.clock.advance(24h);
    const Result<MigrationFacts> facts = run(ReportBuilder{fake.ports}.build());
    QVERIFY2(facts.has_value(), facts.has_error() ? facts.error().what.c_str() : "");
    QCOMPARE(facts->servedBy.at("legacy"), std::uint64_t(10));
    QCOMPARE(facts->cost.lines.size(), std::size_t(1));
    QCOMPARE(facts->cost.lines[0].requests, std::uint64_t(10));
    QCOMPARE(facts->chart.size(), std::size_t(1));
}

void TestReportBuilder::takesTheRotationOfTheMigration()
{
    FakePorts fake;
    playMigration(fake, "m_1");
    startRotation(fake, "r_1");
    fake.clock.advance(1h);
    playMigration(fake, "m_2");
    startRotation(fake, "r_by_itself");
    QCOMPARE(run(ReportBuilder{fake.ports}.build("m_1"))->rotation.previousKey, std::string("k_old"));
    const Result<MigrationFacts> second = run(ReportBuilder{fake.ports}.build("m_2"));
    QCOMPARE(second->rotation.previousKey, std::string());
    QCOMPARE(second->rotation.state, std::string("none"));
}

DROVER_TEST(TestReportBuilder)
#include "TestReportBuilder.moc"
