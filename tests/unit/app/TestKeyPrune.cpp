// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/KeyPruneService.h"
#include "app/KeyService.h"
#include "support/TestMain.h"
#include "support/fakes/FakePorts.h"

using namespace drover;
using namespace drover::app;
using drover::test::FakePorts;
using drover::test::run;

namespace {

constexpr Duration day = std::chrono::hours(24);

struct PruneBench {
    FakePorts fake;
    KeyPruneService service{fake.ports};

    PruneBench()
    {
        put("k_01", KeyState::current, 10, true);
        put("k_old", KeyState::revoked, 40, true); // its secret was left behind
        put("k_older", KeyState::revoked, 50, false);
        put("k_ret", KeyState::retired, 50, true);
    }
    void put(const char* id, KeyState state, int daysOld, bool stored)
    {
        KeyRecord record;
        record.id = id;
        record.target = "holysheep";
        record.state = state;
        record.createdAt = fake.clock.now() - day * daysOld;
        record.store = "memory";
        fake.inventory.records.push_back(record);
        if (stored)
            fake.secrets.entries[id].value = Secret{"cr_0123456789abcdefghijklmnop"};
    }
    QString left() const
    {
        QStringList ids;
        for (const KeyRecord& record : fake.inventory.records)
            ids << QString::fromStdString(record.id);
        return ids.join(QLatin1Char(' '));
    }
};

} // namespace

class TestKeyPrune final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void looksWithoutTouching();
    void doesExactlyWhatWasShown();
    void refusesWhenAnythingChangedInBetween();
    void keepsWhatIsNamedElsewhere();
    void stopsAtAnErrorAndSaysWhatWasDone();
    void errorsOfTheLook_data();
    void errorsOfTheLook();
    void leavesItToARunningController();
    void anEmptyInventoryHasNothingToForget();
};

void TestKeyPrune::looksWithoutTouching()
{
    PruneBench bench;
    const Result<PrunePreview> preview = run(bench.service.preview());
    QVERIFY(preview.has_value());
    QCOMPARE(preview->retention, Duration{day * 30}); // [retention] requests_days
    QCOMPARE(preview->removals(), std::size_t(2));
    QCOMPARE(preview->lines.size(), std::size_t(4));
    QCOMPARE(bench.left(), QStringLiteral("k_01 k_old k_older k_ret"));
    QVERIFY(bench.fake.audit.rows.empty());
    QCOMPARE(bench.fake.secrets.faults.count("remove"), 0);
    QCOMPARE(run(bench.service.preview(day * 45))->removals(), std::size_t(1));
}

void TestKeyPrune::doesExactlyWhatWasShown()
{
    PruneBench bench;
    const Result<PruneDone> done = run(bench.service.prune(*run(bench.service.preview())));
    QVERIFY(done.has_value());
    QVERIFY(!done->error.has_value());
    QCOMPARE(done->removed, (std::vector<std::string>{"k_old", "k_older"}));
    QCOMPARE(bench.left(), QStringLiteral("k_01 k_ret"));
    QVERIFY(!bench.fake.secrets.entries.contains("k_old"));
    QVERIFY(bench.fake.secrets.entries.contains("k_01") && bench.fake.secrets.entries.contains("k_ret"));
    QCOMPARE(bench.fake.audit.rows.size(), std::size_t(2));
    QCOMPARE(bench.fake.audit.rows.front().deed, std::string("key.prune"));
    QVERIFY(bench.fake.audit.rows.front().reason.find("revoked") != std::string::npos);
    // Again: nothing is left to do.
    QCOMPARE(run(bench.service.prune(*run(bench.service.preview())))->removed.size(), std::size_t(0));
}

void TestKeyPrune::refusesWhenAnythingChangedInBetween()
{
    PruneBench bench;
    PrunePreview seen = *run(bench.service.preview());
    bench.put("k_more", KeyState::revoked, 60, false);
    Result<PruneDone> done = run(bench.service.prune(seen));
    QCOMPARE(done.error().code, Errc::refused);
    QCOMPARE(bench.left(), QStringLiteral("k_01 k_old k_older k_ret k_more"));
    // Also where the same id is another key now.
    seen = *run(bench.service.preview());
    bench.fake.inventory.records[1].fingerprint = "0123456789abcdef";
    QCOMPARE(run(bench.service.prune(seen)).error().code, Errc::refused);
    // What concerns none of them does not matter.
    seen = *run(bench.service.preview());
    bench.put("k_02", KeyState::proven, 0, true);
    QCOMPARE(run(bench.service.prune(seen))->removed.size(), std::size_t(3));
}

void TestKeyPrune::keepsWhatIsNamedElsewhere()
{
    PruneBench bench;
    StoredSecret production;
    production.value = Secret{"cr_0123456789abcdefghijklmnop"};
    production.notes["key_id"] = "k_old";
    bench.fake.secrets.entries["production"] = std::move(production);
    RoutingDocument document;
    document.targets["holysheep"].keys["k_older"] = 1.0;
    bench.fake.routing.document = document;
    QCOMPARE(run(bench.service.preview())->removals(), std::size_t(0));
}

void TestKeyPrune::stopsAtAnErrorAndSaysWhatWasDone()
{
    PruneBench bench;
    bench.fake.inventory.faults.refuse("erase k_older", Error{Errc::io, "the disk is full", "drover.db"});
    const Result<PruneDone> done = run(bench.service.prune(*run(bench.service.preview())));
    QVERIFY(done.has_value());
    QCOMPARE(done->removed, std::vector<std::string>{"k_old"});
    QCOMPARE(done->error->code, Errc::io);
    // Without a row in the audit nothing is forgotten.
    PruneBench silent;
    silent.fake.audit.faults.always("record", Error{Errc::io, "the disk is full", "drover.db"});
    QVERIFY(run(silent.service.prune(*run(silent.service.preview())))->removed.empty());
    QCOMPARE(silent.left(), QStringLiteral("k_01 k_old k_older k_ret"));
    QCOMPARE(silent.fake.secrets.faults.count("remove"), 0);
    // A store that is away in the midst keeps the record: it is found again.
    PruneBench away;
    away.fake.secrets.faults.fail("remove", Error{Errc::timeout, "no answer", "memory"});
    QCOMPARE(run(away.service.prune(*run(away.service.preview())))->error->code, Errc::timeout);
    QCOMPARE(away.left(), QStringLiteral("k_01 k_old k_older k_ret"));
    QCOMPARE(run(away.service.prune(*run(away.service.preview())))->removed.size(), std::size_t(2));
}

void TestKeyPrune::errorsOfTheLook_data()
{
    QTest::addColumn<QString>("call");
    for (const char* call : {"list", "keys", "window", "latestRun", "read"})
        QTest::newRow(call) << call;
}

void TestKeyPrune::errorsOfTheLook()
{
    QFETCH(QString, call);
    PruneBench bench;
    const Error down{Errc::locked, "the keyring is locked", "keychain"};
    for (test::Faults* faults : {&bench.fake.secrets.faults, &bench.fake.inventory.faults, &bench.fake.evidence.faults, &bench.fake.journal.faults})
        faults->fail(call.toStdString(), down);
    QCOMPARE(run(bench.service.preview()).error().code, Errc::locked);
}

void TestKeyPrune::leavesItToARunningController()
{
    PruneBench bench;
    const PrunePreview seen = *run(bench.service.preview());
    bench.fake.ports.lockController = []() -> Result<std::unique_ptr<Subscription>> {
        return Error{Errc::busy, "host/7 is the controller", "controller.lock"};
    };
    QCOMPARE(run(bench.service.prune(seen)).error().code, Errc::busy);
    QVERIFY(run(bench.service.preview()).has_value()); // to look takes no lock
}

void TestKeyPrune::anEmptyInventoryHasNothingToForget()
{
    FakePorts fake;
    KeyPruneService service{fake.ports};
    const Result<PrunePreview> preview = run(service.preview());
    QVERIFY(preview.has_value() && preview->lines.empty());
    QVERIFY(run(service.prune(*preview))->removed.empty());
}

DROVER_TEST(TestKeyPrune)
#include "TestKeyPrune.moc"
