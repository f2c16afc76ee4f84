// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/KeyPublishing.h"
#include "app/KeyService.h"
#include "protocol/routing/Sealing.h"
#include "support/TestMain.h"
#include "support/fakes/FakePorts.h"

using namespace drover;
using namespace drover::app;
using drover::test::FakePorts;
using drover::test::run;
using drover::test::ScriptedProvider;

Q_DECLARE_METATYPE(drover::KeyState)

namespace {

const char* const goodKey = "cr_0123456789abcdefghijklmnop";

struct KeyBench {
    FakePorts fake;
    KeyService keys{fake.ports};

    Result<KeyAdded> add(const char* id, const char* target, const char* text)
    {
        KeyAddition addition;
        addition.id = id;
        addition.target = target;
        return run(keys.add(std::move(addition), Secret{text}));
    }
    void prove(const char* id, const char* target, const char* text)
    {
        QVERIFY(add(id, target, text).has_value());
        const Result<KeyProof> proof = run(keys.verify(id));
        QVERIFY(proof.has_value() && proof->proven);
    }
};

} // namespace

class TestKeyService final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void storesTheKeyAndNotesOnlyItsMetadata();
    void refusesWhatIsNoKey_data();
    void refusesWhatIsNoKey();
    void refusesAnIdOrAKeyThatIsThereAlready();
    void writesNoRecordWhenTheStoreRefuses();
    void provesTheStoredCopyInEveryRegion();
    void aKeyRefusedInOneRegionIsNotProven();
    void waitsForAFreshKeyToSpread();
    void aKeyOutOfUseIsNotProvenAgain_data();
    void aKeyOutOfUseIsNotProvenAgain();
    void whatARunnerMadeOfAKeyMeanwhileStands();
    void publishesLiveKeysSealedForTheirHosts();
    void aLostKeyHoldsUpNoOther();
    void aKeyThatWasReplacedInTheStoreIsPublishedOnceItIsProven();
    void keysPublishedAtOnceAreAllSealed();
    void aWriterOnAnotherMachineIsReadAgain();
    void weighsLegacyFirstAndNeverWithoutIt();
    void replacesTheWeightOfADeadKey();
    void listsWeightHealthAndEvidence();
    void revealsOnlyWhatWasTypedAndWrittenDown();
};

void TestKeyService::storesTheKeyAndNotesOnlyItsMetadata()
{
    KeyBench bench;
    const Result<KeyAdded> added = bench.add("k_01", "holysheep", goodKey);
    QVERIFY(added.has_value());
    QVERIFY(added->warnings.empty());
    const KeyRecord* record = bench.fake.inventory.find("k_01");
    QVERIFY(record);
    QCOMPARE(record->state, KeyState::added);
    QCOMPARE(record->hint, std::string("****mnop"));
    QCOMPARE(record->createdBy, std::string("ann"));
    const StoredSecret& stored = bench.fake.secrets.entries.at("k_01");
    QVERIFY(stored.value.equals(Secret{goodKey}));
    QCOMPARE(stored.notes.at("created_by"), std::string("ann"));
    QVERIFY(bench.fake.audit.has("key.add"));
    for (const std::string& line : bench.fake.logLines)
        QVERIFY(line.find("0123456789abcdef") == std::string::npos);
}

void TestKeyService::refusesWhatIsNoKey_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("text");
    QTest::newRow("the id instead of the key") << "cr_looks_like_a_key_01" << "cr_looks_like_a_key_01";
    QTest::newRow("another id") << "k_01" << "k_0123456789abcdef";
    QTest::newRow("a name") << "k_01" << "auto-rotate-20261122-020000";
    QTest::newRow("a client token") << "k_01" << "drv_0123456789abcdefghij";
    QTest::newRow("two words") << "k_01" << "cr_0123456789 abcdefgh";
    QTest::newRow("an address") << "k_01" << "https://api.holysheep.ai/v1";
    QTest::newRow("too short") << "k_01" << "cr_1";
    QTest::newRow("nothing") << "k_01" << "";
    QTest::newRow("a reserved id") << "state" << goodKey;
    QTest::newRow("the other reserved id") << "production" << goodKey;
    QTest::newRow("the key-encryption key") << "kek" << goodKey;
}

void TestKeyService::refusesWhatIsNoKey()
{
    QFETCH(QString, id);
    QFETCH(QString, text);
    KeyBench bench;
    const Result<KeyAdded> added = bench.add(qPrintable(id), "holysheep", qPrintable(text));
    QVERIFY(!added.has_value());
    QCOMPARE(added.error().code, Errc::invalidInput);
    QVERIFY(bench.fake.secrets.entries.empty());
    QVERIFY(bench.fake.inventory.records.empty());
    if (text.size() > 8)
        QVERIFY(added.error().what.find(text.toStdString()) == std::string::npos || text == id);
}

void TestKeyService::refusesAnIdOrAKeyThatIsThereAlready()
{
    KeyBench bench;
    QVERIFY(bench.add("k_01", "holysheep", goodKey).has_value());
    const Result<KeyAdded> sameId = bench.add("k_01", "holysheep", "cr_another_key_0123456789");
    QVERIFY(!sameId.has_value());
    QCOMPARE(sameId.error().code, Errc::conflict);
    const Result<KeyAdded> sameKey = bench.add("k_02", "holysheep", goodKey);
    QVERIFY(!sameKey.has_value());
    QCOMPARE(sameKey.error().code, Errc::conflict);
    QCOMPARE(bench.fake.inventory.records.size(), std::size_t(1));
    // An unknown prefix is only warned of (D43); so is legacy's at HolySheep.
    const Result<KeyAdded> unknown = bench.add("k_03", "holysheep", "xyz-another-key-0123456789");
    QVERIFY(unknown.has_value());
    QCOMPARE(unknown->warnings.size(), std::size_t(1));
    const Result<KeyAdded> swapped = bench.add("k_04", "holysheep", "sk-another-key-0123456789");
    QVERIFY(swapped.has_value());
    QCOMPARE(swapped->warnings.size(), std::size_t(1));
}

void TestKeyService::writesNoRecordWhenTheStoreRefuses()
{
    KeyBench bench;
    bench.fake.secrets.faults.fail("write", Error{Errc::locked, "the keyring is locked", "keychain"});
    const Result<KeyAdded> added = bench.add("k_01", "holysheep", goodKey);
    QVERIFY(!added.has_value());
    QCOMPARE(added.error().code, Errc::locked);
    QVERIFY(bench.fake.inventory.records.empty());
    QVERIFY(!bench.fake.audit.has("key.add"));
}

void TestKeyService::provesTheStoredCopyInEveryRegion()
{
    KeyBench bench;
    QVERIFY(bench.add("k_01", "holysheep", goodKey).has_value());
    std::vector<std::string> asked;
    bench.fake.provider.onModels = [&](const std::string& url, const std::string& key) {
        asked.push_back(url);
        return key == goodKey ? ScriptedProvider::ok() : ScriptedProvider::refused(401, ErrorClass::auth);
    };
    const Result<KeyProof> proof = run(bench.keys.verify("k_01"));
    QVERIFY(proof.has_value());
    QVERIFY(proof->proven);
    QCOMPARE(asked.size(), std::size_t(3)); // main, us-east, eu-west
    QCOMPARE(bench.fake.inventory.find("k_01")->state, KeyState::proven);
    QVERIFY(bench.fake.inventory.find("k_01")->provenAt.has_value());
    // What was typed does not matter, what is stored does.
    bench.fake.secrets.entries.at("k_01").value = Secret{"cr_someone_changed_it_0123"};
    const Result<KeyProof> changed = run(bench.keys.verify("k_01"));
    QVERIFY(changed.has_value());
    QVERIFY(!changed->proven);
}

void TestKeyService::aKeyRefusedInOneRegionIsNotProven()
{
    KeyBench bench;
    QVERIFY(bench.add("k_01", "holysheep", goodKey).has_value());
    bench.fake.provider.onModels = [](const std::string& url, const std::string&) {
        return url.find("euw1") == std::string::npos ? ScriptedProvider::ok()
                                                     : ScriptedProvider::refused(401, ErrorClass::auth);
    };
    const Result<KeyProof> proof = run(bench.keys.verify("k_01"));
    QVERIFY(proof.has_value());
    QVERIFY(!proof->proven);
    QCOMPARE(std::ranges::count_if(proof->places, [](const KeyPlace& place) { return !place.ok; }), 1);
    QCOMPARE(bench.fake.inventory.find("k_01")->state, KeyState::added);
}

void TestKeyService::waitsForAFreshKeyToSpread()
{
    KeyBench bench;
    QVERIFY(bench.add("k_01", "holysheep", goodKey).has_value());
    int rounds = 0;
    bench.fake.provider.onModels = [&](const std::string& url, const std::string&) {
        if (url == "https://use1.holysheep.example/v1")
            ++rounds;
        return rounds >= 3 ? ScriptedProvider::ok() : ScriptedProvider::refused(401, ErrorClass::auth);
    };
    const Result<KeyProof> proof = run(bench.keys.verify("k_01", 60s));
    QVERIFY(proof.has_value());
    QVERIFY(proof->proven);
    QVERIFY(rounds >= 3);
}

void TestKeyService::aKeyOutOfUseIsNotProvenAgain_data()
{
    QTest::addColumn<KeyState>("state");
    for (const KeyState state : {KeyState::retired, KeyState::revoked, KeyState::failed})
        QTest::addRow("%s", std::string(keyStateName(state)).c_str()) << state;
}

void TestKeyService::aKeyOutOfUseIsNotProvenAgain()
{
    QFETCH(KeyState, state);
    KeyBench bench;
    bench.prove("k_01", "holysheep", goodKey);
    QVERIFY(run(noteKeyState(bench.fake.ports, "holysheep", "k_01", state)).has_value());
    const int asked = bench.fake.provider.faults.count("models");
    const Result<KeyProof> before = run(bench.keys.verify("k_01"));
    QCOMPARE(before.error().code, Errc::refused);
    QCOMPARE(bench.fake.provider.faults.count("models"), asked); // not even asked
    QCOMPARE(bench.fake.inventory.find("k_01")->state, state);
    // The same where it comes about while the provider is asked.
    QVERIFY(run(noteKeyState(bench.fake.ports, "holysheep", "k_01", KeyState::current)).has_value());
    bench.fake.provider.onModels = [&](const std::string&, const std::string&) {
        bench.fake.inventory.records.front().state = state;
        return ScriptedProvider::ok();
    };
    QCOMPARE(run(bench.keys.verify("k_01")).error().code, Errc::refused);
    QCOMPARE(bench.fake.inventory.find("k_01")->state, state);
}

void TestKeyService::whatARunnerMadeOfAKeyMeanwhileStands()
{
    KeyBench bench;
    QVERIFY(bench.add("k_01", "holysheep", goodKey).has_value());
    bench.fake.provider.onModels = [&](const std::string&, const std::string&) {
        bench.fake.inventory.records.front().state = KeyState::ramping;
        bench.fake.inventory.records.front().requests = 7;
        return ScriptedProvider::ok();
    };
    const Result<KeyProof> proof = run(bench.keys.verify("k_01"));
    QVERIFY(proof.has_value());
    QCOMPARE(proof->record.state, KeyState::ramping);
    const KeyRecord* record = bench.fake.inventory.find("k_01");
    QCOMPARE(record->state, KeyState::ramping);
    QCOMPARE(record->requests, std::uint64_t(7));
    QVERIFY(record->provenAt.has_value());
    QCOMPARE(bench.fake.audit.rows.back().deed, std::string("key.verify"));
    QCOMPARE(bench.fake.audit.rows.back().reason, std::string("proven"));
}

void TestKeyService::publishesLiveKeysSealedForTheirHosts()
{
    KeyBench bench;
    bench.prove("k_leg1", "legacy", "sk-0123456789abcdefghijklmnop");
    bench.prove("k_01", "holysheep", goodKey);
    QVERIFY(bench.add("k_02", "holysheep", "cr_never_proven_0123456789").has_value());
    QVERIFY(run(bench.keys.publish()).has_value());
    QCOMPARE(bench.fake.routing.sealed.size(), std::size_t(2));
    QVERIFY(!bench.fake.routing.sealed.contains("k_02"));
    const SealedKey& sealed = bench.fake.routing.sealed.at("k_01");
    QCOMPARE(sealed.hosts.size(), std::size_t(3));
    const Result<std::vector<Kek>> keks = parseKekLines(bench.fake.secrets.entries.at("kek").value);
    QVERIFY(keks.has_value());
    const Result<Secret> opened = openKey(*keks, "w_test", "k_01", sealed);
    QVERIFY(opened.has_value());
    QVERIFY(opened->equals(Secret{goodKey}));
    QCOMPARE(bench.fake.routing.document->targets.at("legacy").keys.at("k_leg1"), 1.0);
    QCOMPARE(bench.fake.routing.document->targets.at("holysheep").keys.at("k_01"), 1.0);
    QCOMPARE(bench.fake.routing.document->targets.at("legacy").share, 1.0);
    // Again: nothing new to say, no new generation.
    const std::uint64_t generation = bench.fake.routing.document->generation;
    QVERIFY(run(bench.keys.publish()).has_value());
    QCOMPARE(bench.fake.routing.document->generation, generation);
}

void TestKeyService::aLostKeyHoldsUpNoOther()
{
    KeyBench bench;
    bench.prove("k_01", "holysheep", goodKey);
    QVERIFY(run(bench.keys.publish()).has_value());
    const SealedKey before = bench.fake.routing.sealed.at("k_01");
    bench.fake.secrets.entries.erase("k_01");
    bench.prove("k_02", "holysheep", "cr_abcdefghijklmnop0123456789");
    QVERIFY(run(bench.keys.publish()).has_value());
    QCOMPARE(bench.fake.routing.sealed.at("k_01"), before); // gateways go on with it
    QVERIFY(bench.fake.routing.sealed.contains("k_02"));
    // One that gateways never had cannot be handed to them; that is said, and the others get theirs.
    bench.prove("k_03", "holysheep", "cr_zyxwvutsrqponmlk9876543210");
    bench.fake.secrets.entries.erase("k_03");
    QVERIFY(run(bench.keys.publish()).has_value());
    QVERIFY(!bench.fake.routing.sealed.contains("k_03"));
    QVERIFY(std::ranges::any_of(bench.fake.logLines, [](const std::string& line) {
        return line.find("k_03") != line.npos && line.find("left out") != line.npos;
    }));
    // A store that does not answer is another matter.
    bench.prove("k_04", "holysheep", "cr_mnbvcxzlkjhgfdsa1029384756");
    bench.fake.secrets.faults.always("read", Error{Errc::timeout, "no answer", "vault"});
    QCOMPARE(run(bench.keys.publish()).error().code, Errc::timeout);
}

// Until then gateways keep the one that worked, and the store is not asked for what they have.
void TestKeyService::aKeyThatWasReplacedInTheStoreIsPublishedOnceItIsProven()
{
    KeyBench bench;
    bench.prove("k_01", "holysheep", goodKey);
    QVERIFY(run(bench.keys.publish()).has_value());
    const SealedKey before = bench.fake.routing.sealed.at("k_01");
    bench.fake.secrets.entries["k_01"].value = Secret{"cr_abcdefghijklmnop0123456789"};
    const int reads = bench.fake.secrets.faults.count("read");
    QVERIFY(run(bench.keys.publish()).has_value());
    QCOMPARE(bench.fake.secrets.faults.count("read"), reads + 1); // the KEK
    QCOMPARE(bench.fake.routing.sealed.at("k_01"), before);
    QVERIFY(run(bench.keys.verify("k_01")).value().proven);
    QCOMPARE(bench.fake.inventory.find("k_01")->hint, std::string("****6789"));
    QVERIFY(run(bench.keys.publish()).has_value());
    QVERIFY(bench.fake.routing.sealed.at("k_01") != before);
}

void TestKeyService::keysPublishedAtOnceAreAllSealed()
{
    KeyBench bench;
    bench.prove("k_leg1", "legacy", "sk-0123456789abcdefghijklmnop");
    const auto publishSlowly = [&]() -> Task<Result<void>> {
        bench.fake.routing.slow = 50ms;
        co_return co_await publishKeys(bench.fake.ports);
    };
    // Proves its key while the first is between reading the inventory and writing the file.
    const auto proveAndPublish = [&]() -> Task<Result<void>> {
        bench.fake.routing.slow = Duration{0};
        KeyAddition addition;
        addition.id = "k_01";
        DROVER_CO_CHECK(co_await bench.keys.add(std::move(addition), Secret{goodKey}));
        DROVER_CO_CHECK(co_await bench.keys.verify("k_01"));
        co_return co_await publishKeys(bench.fake.ports);
    };
    std::vector<Task<Result<void>>> both;
    both.push_back(publishSlowly());
    both.push_back(proveAndPublish());
    for (const Result<void>& done : run(whenAll(std::move(both))))
        QVERIFY(done.has_value());
    QCOMPARE(bench.fake.routing.sealed.size(), std::size_t(2));
}

void TestKeyService::aWriterOnAnotherMachineIsReadAgain()
{
    KeyBench bench;
    bench.prove("k_01", "holysheep", goodKey);
    const Error lost{Errc::conflict, "another writer has changed this key in Redis meanwhile", "holysheep:keys:encrypted"};
    bench.fake.routing.faults.fail("writeKeys", lost);
    bench.fake.routing.faults.fail("writeKeys", lost);
    QVERIFY(run(publishKeys(bench.fake.ports)).has_value());
    QCOMPARE(bench.fake.routing.faults.count("writeKeys"), 3);
    QCOMPARE(bench.fake.routing.faults.count("keys"), 3);
    QVERIFY(bench.fake.routing.sealed.contains("k_01"));
    bench.fake.routing.sealed.clear();
    bench.fake.routing.faults.always("writeKeys", lost);
    QCOMPARE(run(publishKeys(bench.fake.ports)).error().code, Errc::conflict);
}

void TestKeyService::weighsLegacyFirstAndNeverWithoutIt()
{
    KeyBench bench;
    bench.prove("k_01", "holysheep", goodKey);
    QVERIFY(run(bench.keys.publish()).has_value());
    QVERIFY(!bench.fake.routing.document.has_value());
    QCOMPARE(bench.fake.routing.sealed.size(), std::size_t(1));
    bench.prove("k_leg1", "legacy", "sk-0123456789abcdefghijklmnop");
    QVERIFY(run(bench.keys.publish()).has_value());
    QVERIFY(bench.fake.routing.document.has_value());
    QCOMPARE(bench.fake.routing.document->targets.at("holysheep").keys.at("k_01"), 1.0);
}

void TestKeyService::replacesTheWeightOfADeadKey()
{
    KeyBench bench;
    bench.prove("k_leg1", "legacy", "sk-0123456789abcdefghijklmnop");
    bench.prove("k_01", "holysheep", goodKey);
    QVERIFY(run(bench.keys.publish()).has_value());
    QVERIFY(run(noteKeyState(bench.fake.ports, "holysheep", "k_01", KeyState::failed)).has_value());
    bench.prove("k_02", "holysheep", "cr_the_next_one_0123456789");
    QVERIFY(run(bench.keys.publish()).has_value());
    const auto& weights = bench.fake.routing.document->targets.at("holysheep").keys;
    QCOMPARE(weights.size(), std::size_t(1));
    QCOMPARE(weights.at("k_02"), 1.0);
    QVERIFY(!bench.fake.routing.sealed.contains("k_01"));
}

void TestKeyService::listsWeightHealthAndEvidence()
{
    KeyBench bench;
    bench.prove("k_leg1", "legacy", "sk-0123456789abcdefghijklmnop");
    bench.prove("k_01", "holysheep", goodKey);
    QVERIFY(run(bench.keys.publish()).has_value());
    bench.fake.evidence.onWindow = [](const EvidenceQuery& query) {
        EvidenceWindow window;
        if (query.target == "holysheep" && !query.migration) {
            TargetEvidence& seen = window.byKey["k_01"];
            seen.byClass[std::size_t(ErrorClass::ok)] = 80;
            seen.byClass[std::size_t(ErrorClass::upstream)] = 20;
            seen.firstBytePlain.record(40, 80);
        }
        return window;
    };
    bench.fake.clock.advance(std::chrono::hours(24 * 10));
    const Result<std::vector<KeyRow>> rows = run(bench.keys.list());
    QVERIFY(rows.has_value());
    QCOMPARE(rows->size(), std::size_t(2));
    const KeyRow& key = (*rows)[0];
    QCOMPARE(key.record.id, std::string("k_01"));
    QCOMPARE(key.weight.value_or(-1), 1.0);
    QCOMPARE(key.share, 0.0);
    QCOMPARE(key.requests, std::uint64_t(100));
    QCOMPARE(key.errors, std::uint64_t(20));
    QCOMPARE(key.health, KeyHealth::failing);
    QVERIFY(key.sealed);
    QCOMPARE(key.record.hosts, bench.fake.routing.sealed.at("k_01").hosts);
    QVERIFY(key.p95.has_value() && std::abs(*key.p95 - 40) < 1);
    QCOMPARE((*rows)[1].share, 1.0);
    QCOMPARE((*rows)[1].health, KeyHealth::healthy);
    const std::string json = keysJson(*rows);
    QVERIFY(json.find("\"health\":\"failing\"") != std::string::npos);
    QVERIFY(json.find(goodKey) == std::string::npos);
}

void TestKeyService::revealsOnlyWhatWasTypedAndWrittenDown()
{
    KeyBench bench;
    QVERIFY(bench.add("k_01", "holysheep", goodKey).has_value());
    bench.fake.inventory.records.front().name = "production key";
    QCOMPARE(run(bench.keys.reveal("k_02", "k_02")).error().code, Errc::notFound);
    QCOMPARE(run(bench.keys.reveal("k_01", "k_1")).error().code, Errc::invalidInput);
    QCOMPARE(run(bench.keys.reveal("k_01", "")).error().code, Errc::invalidInput);
    QVERIFY(!bench.fake.audit.has("key.reveal"));
    bench.fake.secrets.faults.fail("read", Error{Errc::locked, "the keyring is locked", "keychain"});
    QCOMPARE(run(bench.keys.reveal("k_01", "k_01")).error().code, Errc::locked);
    // Without a row in the audit nobody sees it.
    bench.fake.audit.faults.fail("record", Error{Errc::io, "the disk is full", "drover.db"});
    QCOMPARE(run(bench.keys.reveal("k_01", "k_01")).error().code, Errc::io);
    const Result<Secret> shown = run(bench.keys.reveal("k_01", "production key"));
    QVERIFY(shown.has_value());
    QVERIFY(shown->equals(Secret{goodKey}));
    QCOMPARE(bench.fake.audit.rows.back().deed, std::string("key.reveal"));
    QCOMPARE(bench.fake.audit.rows.back().actor, std::string("ann"));
    QCOMPARE(bench.fake.audit.rows.back().subject, std::string("k_01"));
}

DROVER_TEST(TestKeyService)
#include "TestKeyService.moc"
