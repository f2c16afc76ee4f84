// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/Folder.h"
#include "support/TestMain.h"

#include "protocol/routing/Document.h"
#include "protocol/routing/Sealing.h"
#include "protocol/routing/Tokens.h"
#include "services/FileRoutingStore.h"
#include "services/Files.h"

using drover::Deadline;
using drover::Errc;
using drover::FileRoutingStore;
using drover::Phase;
using drover::Result;
using drover::RoutingDocument;
using drover::test::await;
using namespace std::chrono_literals;

namespace {

RoutingDocument document(std::uint64_t generation, Phase phase = Phase::canary)
{
    RoutingDocument made;
    made.generation = generation;
    made.workspace = "w_1";
    made.migration = "m_1";
    made.phase = phase;
    made.step = 1;
    made.writtenAt = drover::WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
    made.writer = "host/1";
    made.leaseS = drover::hasLease(phase) ? 5 : 0;
    made.targets["legacy"] = {0.95, {{"k_leg1", 1.0}}};
    made.targets["holysheep"] = {0.05, {{"k_01", 1.0}}};
    return made;
}

Errc codeOf(const Result<void>& result)
{
    return result.has_value() ? Errc::internal : result.error().code;
}

} // namespace

class TestRoutingStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hasNothingAtFirst();
    void givesBackWhatWasWritten();
    void writesOnlyOverWhatWasExpected();
    void aRenewalChangesItsNumberAlone();
    void aGenerationNeverFalls();
    void aFinalDocumentStands();
    void namesFileAndFieldOfABrokenDocument();
    void waitsForAnotherWriterAndNoLongerThanTheDeadline();
    void twoStoresNeverBothWin();
    void readsAcknowledgementsAndSkipsGarbage();
    void keepsKeysAndTokensPrivate();
    void leavesNoTemporaryFileBehind();

private:
    Deadline soon() const { return Deadline::in(clock_, 30s); }
    drover::SystemClock clock_;
};

void TestRoutingStore::hasNothingAtFirst()
{
    const drover::test::Folder folder;
    FileRoutingStore store{folder / "gateway"};
    QVERIFY(!await(store.read(soon())).value().has_value());
    QVERIFY(await(store.acks(soon())).value().empty());
    QVERIFY(await(store.keys(soon())).value().empty());
    QVERIFY(await(store.tokens(soon())).value().empty());
    QVERIFY(!std::filesystem::exists(folder / "gateway")); // reading makes nothing
}

void TestRoutingStore::givesBackWhatWasWritten()
{
    const drover::test::Folder folder;
    FileRoutingStore store{folder / "gateway"};
    DROVER_VERIFY_OK(await(store.write(document(1), {}, soon())));
    QVERIFY(await(store.read(soon())).value() == document(1));
    QVERIFY(drover::parseRouting(folder.read("gateway/routing.json")).has_value());
}

void TestRoutingStore::writesOnlyOverWhatWasExpected()
{
    const drover::test::Folder folder;
    FileRoutingStore store{folder / "gateway"};
    QCOMPARE(int(codeOf(await(store.write(document(2), document(1), soon())))), int(Errc::conflict));
    DROVER_VERIFY_OK(await(store.write(document(1), {}, soon())));
    QCOMPARE(int(codeOf(await(store.write(document(2), {}, soon())))), int(Errc::conflict));
    auto renewed = document(1);
    renewed.renewal = 1;
    DROVER_VERIFY_OK(await(store.write(renewed, document(1), soon())));
    // The generation is the expected one, the renewal is not.
    const auto late = await(store.write(document(2), document(1), soon()));
    QCOMPARE(int(codeOf(late)), int(Errc::conflict));
    QVERIFY(late.error().what.find("renewal 1") != std::string::npos);
    DROVER_VERIFY_OK(await(store.write(document(2), renewed, soon())));
}

void TestRoutingStore::aRenewalChangesItsNumberAlone()
{
    const drover::test::Folder folder;
    FileRoutingStore store{folder / "gateway"};
    DROVER_VERIFY_OK(await(store.write(document(1), {}, soon())));
    auto next = document(1);
    next.renewal = 1;
    next.writtenAt += 1s;
    next.targets["legacy"].share = 0.5;
    next.targets["holysheep"].share = 0.5;
    QCOMPARE(int(codeOf(await(store.write(next, document(1), soon())))), int(Errc::refused));
    next.targets = document(1).targets;
    next.writer = "host/2"; // another process may renew, but not sign for what it did not write
    QCOMPARE(int(codeOf(await(store.write(next, document(1), soon())))), int(Errc::refused));
    next.writer = document(1).writer;
    DROVER_VERIFY_OK(await(store.write(next, document(1), soon())));
}

void TestRoutingStore::aGenerationNeverFalls()
{
    const drover::test::Folder folder;
    FileRoutingStore store{folder / "gateway"};
    DROVER_VERIFY_OK(await(store.write(document(5), {}, soon())));
    QCOMPARE(int(codeOf(await(store.write(document(4), document(5), soon())))), int(Errc::refused));
}

void TestRoutingStore::aFinalDocumentStands()
{
    const drover::test::Folder folder;
    FileRoutingStore store{folder / "gateway"};
    DROVER_VERIFY_OK(await(store.write(document(1, Phase::rolledBack), {}, soon())));
    QCOMPARE(int(codeOf(await(store.write(document(2), document(1, Phase::rolledBack), soon())))),
             int(Errc::refused));
    // Not even with the same phase; a key's weights change under no migration.
    auto weights = document(2, Phase::rolledBack);
    weights.targets["holysheep"].keys = {{"k_02", 1.0}};
    QCOMPARE(int(codeOf(await(store.write(weights, document(1, Phase::rolledBack), soon())))), int(Errc::refused));
    weights.migration.clear();
    DROVER_VERIFY_OK(await(store.write(weights, document(1, Phase::rolledBack), soon())));
    auto other = document(3);
    other.migration = "m_2";
    DROVER_VERIFY_OK(await(store.write(other, weights, soon())));
}

void TestRoutingStore::namesFileAndFieldOfABrokenDocument()
{
    const drover::test::Folder folder;
    FileRoutingStore store{folder / "gateway"};
    auto text = drover::writeRouting(document(1));
    text.replace(text.find("canary"), 6, "canari");
    folder.write("gateway/routing.json", text);
    const auto result = await(store.read(soon()));
    QVERIFY(!result.has_value());
    QCOMPARE(int(result.error().code), int(Errc::invalidInput));
    QVERIFY(result.error().where.find("routing.json") != std::string::npos);
    QVERIFY(result.error().where.find("phase") != std::string::npos);
    // Nor is it written over.
    QVERIFY(!await(store.write(document(2), {}, soon())).has_value());
    QCOMPARE(folder.read("gateway/routing.json"), text);
}

void TestRoutingStore::waitsForAnotherWriterAndNoLongerThanTheDeadline()
{
    const drover::test::Folder folder;
    FileRoutingStore store{folder / "gateway"};
    std::filesystem::create_directory(folder / "gateway");
    auto lock = std::optional{drover::lockFile(folder / "gateway/routing.json.lock").value()};
    QVERIFY(drover::isLocked(folder / "gateway/routing.json.lock"));
    const auto late = await(store.write(document(1), {}, Deadline::in(clock_, 30ms)));
    QVERIFY(!late.has_value());
    QVERIFY(!std::filesystem::exists(folder / "gateway/routing.json"));
    std::optional<Result<void>> written;
    drover::Pending waiting{store.write(document(1), {}, soon()), [&](Result<void> done) { written = done; }};
    drover::Pending release{drover::delay(20ms), [&] { lock.reset(); }};
    QTRY_VERIFY(written.has_value());
    DROVER_VERIFY_OK(*written);
    QVERIFY(!drover::isLocked(folder / "gateway/routing.json.lock"));
}

void TestRoutingStore::twoStoresNeverBothWin()
{
    const drover::test::Folder folder;
    FileRoutingStore first{folder / "gateway"};
    FileRoutingStore second{folder / "gateway"};
    DROVER_VERIFY_OK(await(first.write(document(1), {}, soon())));
    for (std::uint64_t generation = 1; generation < 30; ++generation) {
        std::vector<drover::Task<Result<void>>> both;
        both.push_back(first.write(document(generation + 1), document(generation), soon()));
        both.push_back(second.write(document(generation + 1), document(generation), soon()));
        const auto results = await(drover::whenAll(std::move(both)));
        QCOMPARE(results[0].has_value() + results[1].has_value(), 1);
        QCOMPARE(int(codeOf(results[results[0].has_value() ? 1 : 0])), int(Errc::conflict));
    }
}

void TestRoutingStore::readsAcknowledgementsAndSkipsGarbage()
{
    const drover::test::Folder folder;
    FileRoutingStore store{folder / "gateway"};
    for (const auto* id : {"g2", "g1"}) {
        drover::GatewayAck ack;
        ack.gateway = id;
        ack.generation = 7;
        ack.at = clock_.now();
        folder.write(std::string("gateway/acks/") + id + ".json", drover::writeAck(ack));
    }
    folder.write("gateway/acks/g3.json", "{\"gateway\":");
    folder.write("gateway/acks/g4.json.new", "x");
    const auto acks = await(store.acks(soon())).value();
    QCOMPARE(acks.size(), std::size_t{2});
    QCOMPARE(acks[0].gateway, std::string("g1"));
    QCOMPARE(acks[1].generation, std::uint64_t{7});
}

void TestRoutingStore::keepsKeysAndTokensPrivate()
{
    const drover::test::Folder folder;
    FileRoutingStore store{folder / "gateway"};
    const auto kek = drover::makeKek();
    const drover::Secret key{"sk-0123456789abcdef"};
    drover::SealedKeys keys;
    keys["k_01"] = drover::sealKey(kek, "w_1", "k_01", {"api.holysheep.ai"}, key);
    DROVER_VERIFY_OK(await(store.writeKeys(keys, {}, soon())));
    QVERIFY(await(store.keys(soon())).value() == keys);
    // By a writer who has not seen them.
    QCOMPARE(await(store.writeKeys({}, {}, soon())).error().code, drover::Errc::conflict);
    QVERIFY(folder.read("gateway/keys.json").find("0123456789abcdef") == std::string::npos);
    const auto token = drover::mintToken("app", clock_.now());
    drover::ClientTokens tokens;
    tokens.emplace(token.record.sha256, token.record);
    DROVER_VERIFY_OK(await(store.writeTokens(tokens, soon())));
    QCOMPARE(await(store.tokens(soon())).value().size(), std::size_t{1});
    using std::filesystem::perms;
    for (const auto* name : {"gateway/keys.json", "gateway/tokens.json"}) {
        const auto rights = std::filesystem::status(folder / name).permissions();
        QCOMPARE(int(rights), int(perms::owner_read | perms::owner_write));
    }
    QCOMPARE(int(std::filesystem::status(folder / "gateway").permissions()), int(perms::owner_all));
    folder.write("gateway/keys.json", "[]");
    const auto broken = await(store.keys(soon()));
    QVERIFY(!broken.has_value());
    QVERIFY(broken.error().where.find("keys.json") != std::string::npos);
}

void TestRoutingStore::leavesNoTemporaryFileBehind()
{
    const drover::test::Folder folder;
    FileRoutingStore store{folder / "gateway"};
    DROVER_VERIFY_OK(await(store.write(document(1), {}, soon())));
    std::vector<std::string> names;
    for (const auto& item : std::filesystem::directory_iterator{folder / "gateway"})
        names.push_back(item.path().filename().string());
    std::sort(names.begin(), names.end());
    QCOMPARE(names, (std::vector<std::string>{"routing.json", "routing.json.lock"}));
}

DROVER_TEST(TestRoutingStore)
#include "TestRoutingStore.moc"
