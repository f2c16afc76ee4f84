// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/KeyDriftService.h"
#include "app/KeyService.h"
#include "support/TestMain.h"
#include "support/fakes/FakePorts.h"

using namespace drover;
using namespace drover::app;
using drover::test::FakePorts;
using drover::test::run;

namespace {

// A key of each target, proven, sealed, weighed, and listed by its provider: every place says the same.
struct DriftBench {
    FakePorts fake;
    KeyService keys{fake.ports};
    KeyDriftService service{fake.ports};

    DriftBench()
    {
        add("k_leg1", "legacy", "sk-0123456789abcdefghijklmnop");
        add("k_01", "holysheep", "cr_0123456789abcdefghijklmnop");
        if (run(keys.publish()).has_error())
            qFatal("the bench could not be set up");
        fake.issuers.keys = {{"k_leg1", "old", true, {}, {}, {}}, {"k_01", "first", true, {}, {}, {}}};
        // One book for both targets: what is of the other is no orphan.
        fake.ports.issuer = [this](const TargetConfig& target, Secret) {
            book = {};
            for (const IssuedKey& key : fake.issuers.keys)
                if ((key.id == "k_leg1") == (target.name == "legacy"))
                    book.keys.push_back(key);
            book.faults = fake.issuers.faults;
            return std::make_unique<test::MemoryIssuer>(book);
        };
    }
    void add(const char* id, const char* target, const char* text)
    {
        if (run(keys.add({id, target, {}, {}, {}}, Secret{text})).has_error() || run(keys.verify(id)).has_error())
            qFatal("a key could not be added");
    }
    Result<KeyDriftReport> compare() { return run(service.compare(Deadline::in(fake.clock, 30s))); }
    // "kind id" of each, in order.
    QString found()
    {
        const Result<KeyDriftReport> report = compare();
        if (report.has_error())
            return QString::fromStdString(report.error().what);
        QStringList all;
        for (const KeyDrift& drift : report->drifts) {
            if (drift.text.empty() || drift.next.empty())
                return QStringLiteral("a line that does not say what to do");
            all << QString::fromStdString(drift.kind + ' ' + drift.id);
        }
        return all.join(QStringLiteral(", "));
    }

    test::IssuerBook book;
};

} // namespace

class TestKeyDrift final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingDiffersInAWholeWorkspace();
    void inventoryAgainstStore();
    void whatLiesInTheStoreOnly();
    void aStoredKeyThatIsAnother();
    void inventoryAgainstGateways();
    void inventoryAgainstTheProvider();
    void keysUnderIdsOfOurOwnAreNoOrphans();
    void placesThatCannotBeAskedAreNamed();
    void errorsOfTheStores();
    void changesNothing();
};

void TestKeyDrift::nothingDiffersInAWholeWorkspace()
{
    DriftBench bench;
    QCOMPARE(bench.found(), QString());
    const Result<KeyDriftReport> report = bench.compare();
    QCOMPARE(report->keys, 2U);
    QVERIFY(report->notCompared.empty());
    FakePorts empty;
    KeyDriftService service{empty.ports};
    const Result<KeyDriftReport> none = run(service.compare(Deadline::in(empty.clock, 30s)));
    QVERIFY(none.has_value());
    QVERIFY(none->drifts.empty());
}

void TestKeyDrift::inventoryAgainstStore()
{
    DriftBench bench;
    bench.fake.secrets.entries.erase("k_leg1");
    QCOMPARE(bench.found(), QStringLiteral("missing_in_store k_leg1"));
    bench.fake.inventory.records.front().store = "keychain";
    QCOMPARE(bench.found(), QStringLiteral("other_store k_leg1"));

    DriftBench revoked;
    revoked.add("k_02", "holysheep", "cr_abcdefghijklmnop0123456789");
    revoked.fake.inventory.records.back().state = KeyState::revoked;
    QCOMPARE(revoked.found(), QStringLiteral("left_in_store k_02"));
}

void TestKeyDrift::whatLiesInTheStoreOnly()
{
    DriftBench bench;
    bench.fake.secrets.entries["k_77"].value = Secret{"cr_abcdefghijklmnop0123456789"};
    bench.fake.secrets.entries["smtp-password"].value = Secret{"correct-horse-battery"};
    QCOMPARE(bench.found(), QStringLiteral("unknown_in_store k_77"));
    StoredSecret production;
    production.value = Secret{"cr_0123456789abcdefghijklmnop"};
    production.notes["key_id"] = "k_gone";
    DriftBench promoted;
    promoted.fake.secrets.entries["production"] = std::move(production);
    QCOMPARE(promoted.found(), QStringLiteral("production_is_gone k_gone"));
}

void TestKeyDrift::aStoredKeyThatIsAnother()
{
    DriftBench bench;
    bench.fake.secrets.entries.at("k_01").value = Secret{"cr_somebody_wrote_another_one"};
    QCOMPARE(bench.found(), QStringLiteral("other_secret k_01"));
    const std::string json = keyDriftJson(*bench.compare());
    QVERIFY(json.find("somebody_wrote") == std::string::npos);
}

void TestKeyDrift::inventoryAgainstGateways()
{
    DriftBench bench;
    bench.fake.routing.sealed["k_alien"] = bench.fake.routing.sealed.at("k_01");
    bench.fake.routing.sealed.erase("k_01");
    QCOMPARE(bench.found(), QStringLiteral("unknown_sealed k_alien, not_sealed k_01"));
    DriftBench ended;
    ended.fake.inventory.records.back().state = KeyState::retired; // k_01 has all the weight
    QCOMPARE(ended.found(), QStringLiteral("sealed_but_ended k_01, weight_without_key k_01"));
}

void TestKeyDrift::inventoryAgainstTheProvider()
{
    DriftBench bench;
    bench.fake.issuers.keys.back().active = false;
    QCOMPARE(bench.found(), QStringLiteral("inactive_at_provider k_01"));
    bench.fake.issuers.keys.back().active = true;
    bench.fake.issuers.keys.back().expiresAt = bench.fake.clock.now();
    QCOMPARE(bench.found(), QStringLiteral("expired_at_provider k_01"));
    bench.fake.issuers.keys.back().expiresAt.reset();
    bench.fake.issuers.keys.push_back({"k_orphan", "auto-rotate-20261122-020000", true, {}, {}, {}});
    bench.fake.issuers.keys.push_back({"k_ended", "", false, {}, {}, {}});
    QCOMPARE(bench.found(), QStringLiteral("unknown_at_provider k_orphan"));
    bench.fake.issuers.keys.resize(1);
    bench.fake.inventory.records.back().name = "auto-rotate-20261123-020000"; // minted, so the provider must know it
    QCOMPARE(bench.found(), QStringLiteral("deleted_at_provider k_01"));
    DriftBench alive;
    alive.add("k_02", "holysheep", "cr_abcdefghijklmnop0123456789");
    alive.fake.inventory.records.back().state = KeyState::revoked;
    alive.fake.secrets.entries.erase("k_02");
    alive.fake.issuers.keys.push_back({"k_02", "", true, {}, {}, {}});
    QCOMPARE(alive.found(), QStringLiteral("alive_at_provider k_02"));
}

void TestKeyDrift::keysUnderIdsOfOurOwnAreNoOrphans()
{
    DriftBench bench;
    bench.fake.issuers.keys.back().id = "its-own-id"; // as one that a person pasted
    QCOMPARE(bench.found(), QString());
    QCOMPARE(bench.compare()->notCompared.size(), std::size_t(1));
    bench.fake.issuers.keys.push_back({"one-more", "", true, {}, {}, {}});
    QCOMPARE(bench.found(), QStringLiteral("unknown_at_provider its-own-id, unknown_at_provider one-more"));
}

void TestKeyDrift::placesThatCannotBeAskedAreNamed()
{
    DriftBench bench;
    bench.fake.issuers.faults.always("list", Error{Errc::unavailable, "no API to list keys", "provider"});
    QCOMPARE(bench.found(), QString());
    const Result<KeyDriftReport> report = bench.compare();
    QCOMPARE(report->notCompared.size(), std::size_t(2));
    QVERIFY(report->notCompared.front().find("no API to list keys") != std::string::npos);
    bench.fake.issuers.faults.always("list", Error{Errc::timeout, "no answer", "provider"}); // slow is no drift either
    QCOMPARE(bench.compare()->notCompared.size(), std::size_t(2));
}

void TestKeyDrift::errorsOfTheStores()
{
    DriftBench bench;
    bench.fake.secrets.faults.fail("list", Error{Errc::sealed, "Vault is sealed", "vault"});
    QCOMPARE(bench.compare().error().code, Errc::sealed);
    bench.fake.secrets.faults.fail("read", Error{Errc::timeout, "no answer", "vault"});
    QCOMPARE(bench.compare().error().code, Errc::timeout);
    // Somebody else's entry, which we may not read, and our own, which are none of the inventory's.
    bench.fake.secrets.entries["theirs"] = StoredSecret{Secret{"cr_0123456789abcdefghij_theirs"}, {}, 1};
    bench.fake.secrets.entries["production"] = StoredSecret{Secret{"cr_0123456789abcdefghij_prod"}, {{"key_id", "k_01"}}, 1};
    bench.fake.secrets.faults.refuse("read theirs", Error{Errc::forbidden, "permission denied", "vault"});
    const Result<KeyDriftReport> report = bench.compare();
    QVERIFY(report.has_value());
    QVERIFY(std::ranges::any_of(report->notCompared, [](const std::string& place) { return place.find("the store's entry theirs") != place.npos; }));
    bench.fake.routing.faults.fail("keys", Error{Errc::invalidInput, "keys.json is no JSON", "gateway/keys.json"});
    QCOMPARE(bench.compare().error().code, Errc::invalidInput);
}

void TestKeyDrift::changesNothing()
{
    DriftBench bench;
    bench.fake.secrets.entries.erase("k_leg1");
    const std::size_t audited = bench.fake.audit.rows.size();
    const int put = bench.fake.inventory.faults.count("put") + bench.fake.inventory.faults.count("change");
    QVERIFY(bench.compare().has_value());
    QCOMPARE(bench.fake.audit.rows.size(), audited);
    QCOMPARE(bench.fake.inventory.faults.count("put") + bench.fake.inventory.faults.count("change"), put);
    QCOMPARE(bench.fake.issuers.faults.count("mint") + bench.fake.issuers.faults.count("revoke"), 0);
}

DROVER_TEST(TestKeyDrift)
#include "TestKeyDrift.moc"
