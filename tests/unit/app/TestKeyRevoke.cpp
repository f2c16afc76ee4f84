// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/KeyRevokeService.h"
#include "app/KeyService.h"
#include "app/PlanJournal.h"
#include "support/TestMain.h"
#include "support/fakes/FakePorts.h"

using namespace drover;
using namespace drover::app;
using drover::test::FakePorts;
using drover::test::run;
using drover::test::ScriptedProvider;

Q_DECLARE_METATYPE(drover::KeyState)

namespace {

// Legacy's key, and two of HolySheep's of which k_01 is current. The provider knows k_02 by its id.
struct RevokeBench {
    FakePorts fake;
    KeyService keys{fake.ports};
    KeyRevokeService service{fake.ports};

    RevokeBench()
    {
        add("k_leg1", "legacy", "sk-0123456789abcdefghijklmnop");
        add("k_01", "holysheep", "cr_0123456789abcdefghijklmnop");
        if (run(keys.publish()).has_error() || run(noteKeyState(fake.ports, "holysheep", "k_01", KeyState::current)).has_error())
            qFatal("the bench could not be set up");
        add("k_02", "holysheep", "cr_abcdefghijklmnop0123456789");
        if (run(keys.publish()).has_error())
            qFatal("the bench could not be set up");
        fake.issuers.keys = {{"k_02", "spare", true, {}, {}, {}}};
        // What the provider has ended it refuses.
        fake.provider.onModels = [this](const std::string&, const std::string& key) {
            const bool ended = key == "cr_abcdefghijklmnop0123456789" && (!fake.issuers.keys.front().active || endedByHand);
            return ended ? ScriptedProvider::refused(401, ErrorClass::auth) : ScriptedProvider::ok();
        };
    }
    void add(const char* id, const char* target, const char* text)
    {
        if (run(keys.add({id, target, {}, {}, {}}, Secret{text})).has_error() || run(keys.verify(id)).has_error())
            qFatal("a key could not be added");
    }
    Result<KeyRecord> revoke(const char* id) { return run(service.revoke(id, "leaked", Duration{0})); }
    KeyState state(const char* id) const { return fake.inventory.find(id)->state; }

    bool endedByHand = false;
};

} // namespace

class TestKeyRevoke final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void endsASpareKeyEverywhere();
    void refusesWhatTrafficGoesTo();
    void neverLeavesTooFewLiveKeys();
    void anUnprovenKeyIsNoneOfTheLive();
    void refusesWhatARotationWorksWith();
    void leavesItToARunningController();
    void aKeyTheProviderKeepsIsRetiredAndNoMore();
    void aProviderWithoutAnApiLeavesItToAPerson();
    void notEveryRefusalIsTheEnd();
    void withoutAStoredCopyNothingIsProven();
    void goesOnWhereItWasBrokenOff_data();
    void goesOnWhereItWasBrokenOff();
    void gatewaysLetGoOfItFirst();
    void whatIsRevokedStaysSo();
};

void TestKeyRevoke::endsASpareKeyEverywhere()
{
    RevokeBench bench;
    const Result<KeyRecord> revoked = bench.revoke("k_02");
    QVERIFY2(revoked.has_value(), revoked.has_error() ? revoked.error().what.c_str() : "");
    QCOMPARE(revoked->state, KeyState::revoked);
    QCOMPARE(bench.state("k_02"), KeyState::revoked);
    QVERIFY(!bench.fake.issuers.keys.front().active);
    QVERIFY(!bench.fake.secrets.entries.contains("k_02"));
    QVERIFY(!bench.fake.routing.sealed.contains("k_02"));
    QCOMPARE(bench.fake.audit.rows.back().deed, std::string("key.revoke"));
    QCOMPARE(bench.fake.audit.rows.back().reason, std::string("leaked"));
    QCOMPARE(bench.state("k_01"), KeyState::current);
    QVERIFY(bench.fake.secrets.entries.contains("k_01"));
}

void TestKeyRevoke::refusesWhatTrafficGoesTo()
{
    RevokeBench bench;
    QCOMPARE(bench.revoke("k_77").error().code, Errc::notFound);
    QCOMPARE(bench.revoke("k_01").error().code, Errc::refused); // current
    bench.fake.routing.document->targets.at("holysheep").keys = {{"k_01", 0.9}, {"k_02", 0.1}};
    const Result<KeyRecord> weighed = bench.revoke("k_02");
    QCOMPARE(weighed.error().code, Errc::refused);
    QVERIFY2(weighed.error().what.find("10 %") != std::string::npos, weighed.error().what.c_str());
    QVERIFY(run(bench.service.mayRevoke("k_02")).has_error());
    QCOMPARE(bench.state("k_02"), KeyState::proven);
    QVERIFY(!bench.fake.audit.has("key.retire"));
    // What `production` names is no spare key, whatever its state says.
    RevokeBench promoted;
    StoredSecret production;
    production.value = Secret{"cr_abcdefghijklmnop0123456789"};
    production.notes["key_id"] = "k_02";
    promoted.fake.secrets.entries["production"] = std::move(production);
    QCOMPARE(promoted.revoke("k_02").error().code, Errc::refused);
}

void TestKeyRevoke::neverLeavesTooFewLiveKeys()
{
    RevokeBench bench;
    bench.fake.policy.rotation.minKeys = 2;
    const Result<KeyRecord> few = bench.revoke("k_02");
    QCOMPARE(few.error().code, Errc::refused);
    QVERIFY2(few.error().what.find("at least 2") != std::string::npos, few.error().what.c_str());
    // The last of a target, also with a policy that would allow it and without a weight.
    bench.fake.policy.rotation.minKeys = 0;
    bench.fake.routing.document.reset();
    QCOMPARE(bench.revoke("k_leg1").error().code, Errc::refused);
    QCOMPARE(bench.fake.issuers.faults.count("revoke"), 0);
}

void TestKeyRevoke::anUnprovenKeyIsNoneOfTheLive()
{
    RevokeBench bench;
    bench.fake.policy.rotation.minKeys = 2;
    bench.fake.inventory.records.back().state = KeyState::added; // k_02: never proven
    QVERIFY(bench.revoke("k_02").has_value());
}

void TestKeyRevoke::refusesWhatARotationWorksWith()
{
    RevokeBench bench;
    RotationJournal journal{bench.fake.journal, "r_1", "rotation"};
    RotationStarted started;
    started.id = "r_1";
    started.policy = bench.fake.policy.rotation;
    started.currentKey = "k_02";
    started.liveKeys = 2;
    started.weights = {{"k_02", 1.0}};
    started.at = bench.fake.clock.now();
    QVERIFY(run(journal.feed(RotationEvent{started}, bench.fake.clock.now())).has_value());
    const Result<KeyRecord> held = bench.revoke("k_02");
    QCOMPARE(held.error().code, Errc::refused);
    QVERIFY(held.error().what.find("r_1") != std::string::npos);
}

void TestKeyRevoke::leavesItToARunningController()
{
    RevokeBench bench;
    bench.fake.ports.lockController = []() -> Result<std::unique_ptr<Subscription>> {
        return Error{Errc::busy, "host/7 is the controller", "controller.lock"};
    };
    QCOMPARE(bench.revoke("k_02").error().code, Errc::busy);
    QCOMPARE(bench.state("k_02"), KeyState::proven);
}

void TestKeyRevoke::aKeyTheProviderKeepsIsRetiredAndNoMore()
{
    RevokeBench bench;
    bench.fake.issuers.keys.front().id = "its-own-id"; // pasted: the provider knows no k_02, and says what it says of an ended one
    const Result<KeyRecord> kept = bench.revoke("k_02");
    QCOMPARE(kept.error().code, Errc::refused);
    QVERIFY2(kept.error().what.find("dashboard") != std::string::npos, kept.error().what.c_str());
    QCOMPARE(bench.state("k_02"), KeyState::retired);
    QVERIFY2(bench.fake.secrets.entries.contains("k_02"), "a key that lives is not forgotten");
    QVERIFY(!bench.fake.routing.sealed.contains("k_02"));
    QVERIFY(!bench.fake.audit.has("key.revoke"));
    bench.endedByHand = true;
    QVERIFY(bench.revoke("k_02").has_value());
    QCOMPARE(bench.state("k_02"), KeyState::revoked);
}

void TestKeyRevoke::aProviderWithoutAnApiLeavesItToAPerson()
{
    RevokeBench bench;
    bench.fake.issuers.faults.always("revoke", Error{Errc::unavailable, "no API to end keys", "provider"});
    const Result<KeyRecord> kept = bench.revoke("k_02");
    QCOMPARE(kept.error().code, Errc::refused);
    QVERIFY2(kept.error().what.find("no API to end keys") != std::string::npos, kept.error().what.c_str());
    QVERIFY(kept.error().what.find("dashboard") != std::string::npos);
    bench.endedByHand = true;
    QVERIFY(bench.revoke("k_02").has_value());
    QVERIFY(!bench.fake.secrets.entries.contains("k_02"));
}

// A firewall, a proxy and a country say 403 too, and of a key without the right to list models a provider says it for life.
void TestKeyRevoke::notEveryRefusalIsTheEnd()
{
    RevokeBench bench;
    bench.fake.provider.onModels = [](const std::string&, const std::string&) { return ScriptedProvider::refused(403, ErrorClass::auth); };
    const Result<KeyRecord> kept = bench.revoke("k_02");
    QCOMPARE(kept.error().code, Errc::refused);
    QVERIFY2(kept.error().what.find("answered 403, which is no word on the key") != std::string::npos, kept.error().what.c_str());
    QCOMPARE(bench.state("k_02"), KeyState::retired);
    QVERIFY(bench.fake.secrets.entries.contains("k_02"));
    bench.fake.provider.onModels = [](const std::string&, const std::string&) {
        ProviderAnswer disabled = ScriptedProvider::refused(403, ErrorClass::auth);
        disabled.body = R"({"error":"API key is disabled"})";
        return disabled;
    };
    QVERIFY(bench.revoke("k_02").has_value());
}

void TestKeyRevoke::withoutAStoredCopyNothingIsProven()
{
    RevokeBench bench;
    bench.fake.inventory.records.back().state = KeyState::retired;
    bench.fake.secrets.entries.erase("k_02");
    const Result<KeyRecord> unseen = bench.revoke("k_02");
    QCOMPARE(unseen.error().code, Errc::refused);
    QVERIFY2(unseen.error().what.find("no copy") != std::string::npos, unseen.error().what.c_str());
    QCOMPARE(bench.state("k_02"), KeyState::retired);
}

void TestKeyRevoke::goesOnWhereItWasBrokenOff_data()
{
    QTest::addColumn<QString>("step");
    QTest::newRow("the store") << "check";
    QTest::newRow("the audit") << "record";
    QTest::newRow("the inventory") << "change";
    QTest::newRow("keys.json") << "writeKeys";
    QTest::newRow("the provider") << "revoke";
    QTest::newRow("the proof") << "models";
    QTest::newRow("the store's entry") << "remove";
}

void TestKeyRevoke::goesOnWhereItWasBrokenOff()
{
    QFETCH(QString, step);
    RevokeBench bench;
    const std::string call = step.toStdString();
    const Error down{Errc::network, "the connection is lost", "there"};
    for (test::Faults* faults : {&bench.fake.secrets.faults, &bench.fake.audit.faults, &bench.fake.inventory.faults, &bench.fake.routing.faults,
                                 &bench.fake.issuers.faults, &bench.fake.provider.faults})
        faults->fail(call, down);
    const Result<KeyRecord> first = bench.revoke("k_02");
    QVERIFY(first.has_error());
    QCOMPARE(first.error().code, Errc::network);
    // Noted as revoked only once the provider was seen to refuse it.
    if (step == QStringLiteral("remove"))
        QCOMPARE(bench.state("k_02"), KeyState::revoked);
    else
        QVERIFY(bench.state("k_02") == KeyState::proven || bench.state("k_02") == KeyState::retired);
    QCOMPARE(bench.state("k_01"), KeyState::current);
    const Result<KeyRecord> second = bench.revoke("k_02");
    QVERIFY2(second.has_value(), second.has_error() ? second.error().what.c_str() : "");
    QCOMPARE(bench.state("k_02"), KeyState::revoked);
    QVERIFY(!bench.fake.secrets.entries.contains("k_02"));
    QVERIFY(!bench.fake.issuers.keys.front().active);
}

void TestKeyRevoke::gatewaysLetGoOfItFirst()
{
    RevokeBench bench;
    // Named without a weight, and a gateway that is behind: it may still use the key.
    bench.fake.routing.document->targets.at("holysheep").keys = {{"k_01", 1.0}, {"k_02", 0.0}};
    bench.fake.routing.addGateway("gw-1", bench.fake.clock.now());
    const Result<KeyRecord> behind = bench.revoke("k_02");
    QCOMPARE(behind.error().code, Errc::timeout);
    QVERIFY(behind.error().what.find("gw-1") != std::string::npos);
    QCOMPARE(bench.state("k_02"), KeyState::proven);
    QVERIFY(!bench.fake.routing.document->targets.at("holysheep").keys.contains("k_02"));
    bench.fake.routing.ackBy = &bench.fake.clock;
    QVERIFY(bench.revoke("k_02").has_value());
}

void TestKeyRevoke::whatIsRevokedStaysSo()
{
    RevokeBench bench;
    QVERIFY(bench.revoke("k_02").has_value());
    const int asked = bench.fake.issuers.faults.count("revoke");
    QCOMPARE(bench.revoke("k_02")->state, KeyState::revoked);
    QCOMPARE(bench.fake.issuers.faults.count("revoke"), asked);
    QVERIFY(run(bench.service.mayRevoke("k_02")).has_value());
}

DROVER_TEST(TestKeyRevoke)
#include "TestKeyRevoke.moc"
