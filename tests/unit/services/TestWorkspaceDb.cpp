// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QTest>

#include "support/Await.h"
#include "support/TestMain.h"

#include "services/Sqlite.h"
#include "services/WorkspaceDb.h"
#include "services/WorkspaceTables.h"

#include <filesystem>
#include <fstream>
#include <iterator>

using drover::AuditEntry;
using drover::Errc;
using drover::JournalEntry;
using drover::KeyRecord;
using drover::Order;
using drover::Sqlite;
using drover::WallTime;
using drover::WorkspaceDb;
using drover::test::await;
using namespace std::chrono_literals;

namespace {

WallTime moment(int second)
{
    return WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}} + std::chrono::seconds{second} +
           123456us;
}

std::string bytesOf(const std::filesystem::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

JournalEntry entry(const std::string& run, const std::string& kind, const std::string& event)
{
    return {0, run, kind, event, moment(1)};
}

} // namespace

class TestWorkspaceDb : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void makesAPrivateFile();
    void keepsTheJournalInOrderAndByRun();
    void namesTheRunThatBeganLast();
    void keepsTheHighestGeneration();
    void keepsEveryFieldOfAKey();
    void changesAKeyWithNobodyInBetween();
    void answersOrdersOfAnotherProcess();
    void withdrawsWhatNobodyTook();
    void bringsAnOlderSchemaUpToThisOne();
    void chainsTheAudit();
    void keepsFacts();
    void survivesBeingOpenedTwiceAtOnce();
    void refusesANewerSchemaAndLeavesItUntouched();
    void refusesAForeignDatabase();
    void refusesGarbage();
    void refusesADamagedDatabase();
    void saysBusyWhileAnotherProcessWrites();
    void tellsMissingRightsFromAFailingDisk();

private:
    std::unique_ptr<WorkspaceDb> open()
    {
        auto db = WorkspaceDb::open(file_);
        return db.has_value() ? std::move(*db) : nullptr;
    }
    std::unique_ptr<QTemporaryDir> folder_;
    std::filesystem::path file_;
};

void TestWorkspaceDb::init()
{
    folder_ = std::make_unique<QTemporaryDir>();
    QVERIFY(folder_->isValid());
    file_ = std::filesystem::path{folder_->path().toStdString()} / "drover.db";
}

void TestWorkspaceDb::makesAPrivateFile()
{
    const auto db = open();
    QVERIFY(db != nullptr);
    await(db->journal().append(entry("m_1", "migration", "{}"))).value();
    using std::filesystem::perms;
    for (const auto& item : std::filesystem::directory_iterator{file_.parent_path()})
        QCOMPARE(int(item.status().permissions() & perms::all), int(perms::owner_read | perms::owner_write));
}

void TestWorkspaceDb::keepsTheJournalInOrderAndByRun()
{
    auto db = open();
    QVERIFY(db != nullptr);
    QCOMPARE(await(db->journal().append(entry("m_1", "migration", R"({"event":"started \u00e9"})"))).value(),
             1U);
    QCOMPARE(await(db->journal().append(entry("r_1", "rotation", "{}"))).value(), 2U);
    QCOMPARE(await(db->journal().append(entry("m_1", "migration", R"({"event":"中"})"))).value(), 3U);
    db = nullptr;
    db = open(); // it is all on the disk
    QVERIFY(db != nullptr);
    const auto entries = await(db->journal().entries("m_1")).value();
    QCOMPARE(entries.size(), std::size_t{2});
    QCOMPARE(entries[0].sequence, std::uint64_t{1});
    QCOMPARE(entries[0].event, std::string(R"({"event":"started \u00e9"})"));
    QCOMPARE(entries[1].sequence, std::uint64_t{3});
    QCOMPARE(entries[1].event, std::string(R"({"event":"中"})"));
    QVERIFY(entries[1].at == moment(1));
    QVERIFY(await(db->journal().entries("m_2")).value().empty());
}

void TestWorkspaceDb::namesTheRunThatBeganLast()
{
    const auto db = open();
    QVERIFY(!await(db->journal().latestRun("migration")).value().has_value());
    await(db->journal().append(entry("m_1", "migration", "{}"))).value();
    await(db->journal().append(entry("m_2", "migration", "{}"))).value();
    await(db->journal().append(entry("m_1", "migration", "{}"))).value();
    await(db->journal().append(entry("r_9", "rotation", "{}"))).value();
    QCOMPARE(await(db->journal().latestRun("migration")).value(), std::optional<std::string>{"m_2"});
    // By what the runs are of: the first entry says it.
    const auto begin = [&](const char* run, const char* subject) {
        drover::JournalEntry first = entry(run, "rotation", "{}");
        first.subject = subject;
        await(db->journal().append(first)).value();
    };
    QVERIFY(await(db->journal().latestRuns("rotation")).value().empty());
    begin("r_1", "holysheep");
    begin("r_2", "legacy");
    begin("r_3", "holysheep");
    await(db->journal().append(entry("r_1", "rotation", "{}"))).value();
    QCOMPARE(await(db->journal().latestRuns("rotation")).value(), (std::vector<std::string>{"r_3", "r_2"}));
    QCOMPARE(await(db->journal().latestRunOf("rotation", "legacy")).value(), std::optional<std::string>{"r_2"});
    QVERIFY(!await(db->journal().latestRunOf("rotation", "")).value().has_value());
    QVERIFY(!await(db->journal().latestRunOf("migration", "legacy")).value().has_value());
}

void TestWorkspaceDb::keepsTheHighestGeneration()
{
    const auto db = open();
    QCOMPARE(await(db->journal().highestGeneration()).value(), std::uint64_t{0});
    DROVER_VERIFY_OK(await(db->journal().raiseGeneration(42)));
    DROVER_VERIFY_OK(await(db->journal().raiseGeneration(41)));
    QCOMPARE(await(db->journal().highestGeneration()).value(), std::uint64_t{42});
}

void TestWorkspaceDb::keepsEveryFieldOfAKey()
{
    const auto db = open();
    KeyRecord record;
    record.id = "k_01";
    record.target = "holysheep";
    record.name = "auto-rotate-20261122-020000";
    record.state = drover::KeyState::ramping;
    record.createdBy = "rotation-service";
    record.createdAt = moment(1);
    record.expiresAt = moment(2);
    record.provenAt = moment(3);
    record.hint = "****x9Qf";
    record.fingerprint = "00112233445566ff";
    record.hosts = {"api.holysheep.ai", "127.0.0.1:8443"};
    record.store = "keychain";
    record.requests = 7;
    record.errors = 2;
    DROVER_VERIFY_OK(await(db->inventory().put(record)));
    record.requests = 8; // replaced, not added
    DROVER_VERIFY_OK(await(db->inventory().put(record)));
    auto other = record;
    other.target = "legacy"; // the same id at another target is another key
    DROVER_VERIFY_OK(await(db->inventory().put(other)));
    auto keys = await(db->inventory().keys()).value();
    QCOMPARE(keys.size(), std::size_t{2});
    const auto& kept = keys.front();
    QCOMPARE(kept.target, record.target);
    QCOMPARE(kept.name, record.name);
    QVERIFY(kept.state == record.state);
    QCOMPARE(kept.createdBy, record.createdBy);
    QVERIFY(kept.createdAt == record.createdAt);
    QVERIFY(kept.expiresAt == record.expiresAt);
    QVERIFY(!kept.lastUsedAt.has_value());
    QVERIFY(kept.provenAt == record.provenAt);
    QCOMPARE(kept.hint, record.hint);
    QCOMPARE(kept.fingerprint, record.fingerprint);
    QCOMPARE(kept.hosts, record.hosts);
    QCOMPARE(kept.store, record.store);
    QCOMPARE(kept.requests, std::uint64_t{8});
    QCOMPARE(kept.errors, std::uint64_t{2});
    DROVER_VERIFY_OK(await(db->inventory().erase("holysheep", "k_01")));
    keys = await(db->inventory().keys()).value();
    QCOMPARE(keys.size(), std::size_t{1});
    QCOMPARE(keys.front().target, std::string("legacy"));
}

void TestWorkspaceDb::changesAKeyWithNobodyInBetween()
{
    const auto first = open();
    const auto second = open();
    KeyRecord record;
    record.id = "k_01";
    record.target = "holysheep";
    DROVER_VERIFY_OK(await(first->inventory().put(record)));
    const auto count = [](KeyRecord& key) -> drover::Result<void> {
        ++key.requests;
        return {};
    };
    std::vector<drover::Task<drover::Result<KeyRecord>>> tasks;
    for (int i = 0; i < 40; ++i)
        tasks.push_back((i % 2 == 0 ? first : second)->inventory().change("holysheep", "k_01", count));
    for (const auto& done : await(drover::whenAll(std::move(tasks))))
        DROVER_VERIFY_OK(done);
    QCOMPARE(await(first->inventory().keys()).value().front().requests, std::uint64_t{40});
    const auto refused = await(first->inventory().change("holysheep", "k_01", [](KeyRecord& key) -> drover::Result<void> {
        key.requests = 0;
        return drover::Error{Errc::refused, "no", {}};
    }));
    QCOMPARE(int(refused.error().code), int(Errc::refused));
    QCOMPARE(await(first->inventory().keys()).value().front().requests, std::uint64_t{40});
    QCOMPARE(int(await(first->inventory().change("legacy", "k_01", count)).error().code), int(Errc::notFound));
}

void TestWorkspaceDb::answersOrdersOfAnotherProcess()
{
    const auto console = open();
    const auto controller = open();
    Order order;
    order.migration = "m_1";
    order.verb = "rollback";
    order.actor = "ann";
    order.reason = "errors";
    order.at = moment(4);
    order.seen = drover::SeenStep{drover::Phase::canary, 2, 17};
    const auto id = await(console->orders().place(order)).value();
    auto waiting = await(controller->orders().unanswered()).value();
    QCOMPARE(waiting.size(), std::size_t{1});
    QCOMPARE(waiting.front().id, id);
    QCOMPARE(waiting.front().migration, std::string("m_1"));
    QVERIFY(waiting.front().seen == order.seen);
    QVERIFY(!waiting.front().taken);
    QCOMPARE(waiting.front().verb, std::string("rollback"));
    QCOMPARE(waiting.front().actor, std::string("ann"));
    QCOMPARE(waiting.front().reason, std::string("errors"));
    QVERIFY(waiting.front().at == moment(4));
    DROVER_VERIFY_OK(await(controller->orders().answer(id, R"({"ok":true})")));
    QVERIFY(await(controller->orders().unanswered()).value().empty());
    QCOMPARE(await(console->orders().find(id)).value()->answer, std::string(R"({"ok":true})"));
    QVERIFY(!await(console->orders().find(id + 1)).value().has_value());
    QCOMPARE(int(await(controller->orders().answer(id + 1, "{}")).error().code), int(Errc::notFound));
    QCOMPARE(int(await(controller->orders().answer(id, "{}")).error().code), int(Errc::conflict));
}

void TestWorkspaceDb::withdrawsWhatNobodyTook()
{
    const auto console = open();
    const auto controller = open();
    Order order;
    order.verb = "pause";
    const auto id = await(console->orders().place(order)).value();
    QVERIFY(await(console->orders().withdraw(id)).value());
    QVERIFY(await(controller->orders().unanswered()).value().empty());
    QVERIFY(!await(controller->orders().take(id)).value());
    QCOMPARE(int(await(controller->orders().answer(id, "{}")).error().code), int(Errc::conflict));

    const auto second = await(console->orders().place(order)).value();
    QVERIFY(await(controller->orders().take(second)).value());
    QVERIFY(!await(controller->orders().take(second)).value());
    QVERIFY(!await(console->orders().withdraw(second)).value()); // the controller was faster
    QVERIFY(await(console->orders().find(second)).value()->taken);
    DROVER_VERIFY_OK(await(controller->orders().answer(second, "{}")));
    QVERIFY(!await(console->orders().withdraw(second)).value());
    QCOMPARE(int(await(console->orders().withdraw(second + 1)).error().code), int(Errc::notFound));
}

void TestWorkspaceDb::bringsAnOlderSchemaUpToThisOne()
{
    {
        auto sqlite = Sqlite::open(file_, 1s).value();
        for (const auto* statement : drover::schemaSteps().front().statements)
            DROVER_VERIFY_OK(sqlite->run(statement));
        DROVER_VERIFY_OK(sqlite->run("INSERT INTO schema_version VALUES (1, 'drover 0')"));
        DROVER_VERIFY_OK(sqlite->run("INSERT INTO orders (verb, actor, reason, at) VALUES ('advance', 'ann', '', 4)"));
        for (const char* event : {R"({"event":"rotation_started","target":"legacy"})", R"({"event":"key_minted","key_id":"k_1"})"})
            DROVER_VERIFY_OK(sqlite->run("INSERT INTO journal (run, kind, event, at) VALUES ('r_1', 'rotation', ?, 4)",
                                         {QString::fromUtf8(event)}));
    }
    const auto db = open();
    QVERIFY(db != nullptr);
    const auto waiting = await(db->orders().unanswered()).value();
    QCOMPARE(waiting.size(), std::size_t{1});
    QCOMPARE(waiting.front().migration, std::string()); // of no migration: whoever takes it refuses it
    QVERIFY(!waiting.front().seen.has_value());
    // Whose a rotation is stood in its first entry alone.
    QCOMPARE(await(db->journal().latestRunOf("rotation", "legacy")).value(), std::optional<std::string>{"r_1"});
    QCOMPARE(await(db->journal().entries("r_1")).value().size(), std::size_t{2});
}

void TestWorkspaceDb::chainsTheAudit()
{
    const auto db = open();
    for (int i = 0; i < 3; ++i) {
        AuditEntry deed;
        deed.at = moment(i);
        deed.actor = "ann";
        deed.deed = "consent";
        deed.subject = "holysheep";
        deed.reason = "test " + std::to_string(i);
        DROVER_VERIFY_OK(await(db->audit().record(deed)));
    }
    const auto rows = await(db->audit().recent(10)).value();
    QCOMPARE(rows.size(), std::size_t{3});
    QCOMPARE(rows.front().sequence, std::uint64_t{3}); // newest first
    std::string previous;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        QCOMPARE(row->hash, drover::auditHash(previous, *row));
        previous = row->hash;
    }
    auto changed = rows.front();
    changed.reason += " ";
    QVERIFY(drover::auditHash(rows[1].hash, changed) != rows.front().hash);
    auto moved = rows.front(); // the same bytes, divided differently
    moved.actor = "an";
    moved.deed = "nconsent";
    QVERIFY(drover::auditHash(rows[1].hash, moved) != rows.front().hash);
    QCOMPARE(await(db->audit().recent(2)).value().size(), std::size_t{2});
}

void TestWorkspaceDb::keepsFacts()
{
    const auto db = open();
    QVERIFY(!await(db->audit().fact("consent.holysheep")).value().has_value());
    DROVER_VERIFY_OK(await(db->audit().setFact("consent.holysheep", "yes")));
    DROVER_VERIFY_OK(await(db->audit().setFact("consent.holysheep", "")));
    QCOMPARE(await(db->audit().fact("consent.holysheep")).value(), std::optional<std::string>{""});
}

void TestWorkspaceDb::survivesBeingOpenedTwiceAtOnce()
{
    const auto first = open();
    const auto second = open();
    std::vector<drover::Task<drover::Result<void>>> tasks;
    for (int i = 0; i < 20; ++i) {
        AuditEntry deed;
        deed.actor = std::to_string(i);
        tasks.push_back((i % 2 == 0 ? first : second)->audit().record(deed));
    }
    for (const auto& done : await(drover::whenAll(std::move(tasks))))
        DROVER_VERIFY_OK(done);
    const auto rows = await(first->audit().recent(100)).value();
    QCOMPARE(rows.size(), std::size_t{20});
    std::string previous;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        QCOMPARE(row->hash, drover::auditHash(previous, *row));
        previous = row->hash;
    }
}

void TestWorkspaceDb::refusesANewerSchemaAndLeavesItUntouched()
{
    QVERIFY(open() != nullptr);
    {
        auto sqlite = Sqlite::open(file_, 1s).value();
        DROVER_VERIFY_OK(sqlite->run("INSERT INTO schema_version VALUES (99, 'drover 9')"));
    }
    const auto before = bytesOf(file_);
    const auto result = WorkspaceDb::open(file_);
    QVERIFY(!result.has_value());
    QCOMPARE(int(result.error().code), int(Errc::newerSchema));
    QVERIFY(result.error().what.find("99") != std::string::npos);
    QVERIFY(result.error().what.find(" " + std::to_string(drover::newestSchema()) + ";") != std::string::npos);
    QCOMPARE(result.error().where, file_.string());
    QVERIFY(bytesOf(file_) == before);
    QCOMPARE(std::distance(std::filesystem::directory_iterator{file_.parent_path()}, {}), 1);
}

void TestWorkspaceDb::refusesAForeignDatabase()
{
    {
        auto sqlite = Sqlite::open(file_, 1s).value();
        DROVER_VERIFY_OK(sqlite->run("CREATE TABLE cats (name TEXT)"));
    }
    const auto before = bytesOf(file_);
    const auto result = WorkspaceDb::open(file_);
    QVERIFY(!result.has_value());
    QCOMPARE(int(result.error().code), int(Errc::invalidInput));
    QVERIFY(bytesOf(file_) == before);
}

void TestWorkspaceDb::refusesGarbage()
{
    std::ofstream{file_} << std::string(5000, 'x');
    const auto result = WorkspaceDb::open(file_);
    QVERIFY(!result.has_value());
    QCOMPARE(int(result.error().code), int(Errc::invalidInput));
    QCOMPARE(bytesOf(file_), std::string(5000, 'x'));
}

void TestWorkspaceDb::refusesADamagedDatabase()
{
    {
        const auto db = open();
        for (int i = 0; i < 200; ++i)
            await(db->journal().append(entry("m_1", "migration", std::string(500, 'a')))).value();
    }
    std::string bytes = bytesOf(file_);
    QVERIFY(bytes.size() > 60'000);
    for (std::size_t i = 40'000; i < 56'000; ++i)
        bytes[i] = char(i);
    std::ofstream{file_, std::ios::binary} << bytes;
    const auto result = WorkspaceDb::open(file_);
    QVERIFY(!result.has_value());
    QCOMPARE(int(result.error().code), int(Errc::invalidInput));
    QVERIFY(bytesOf(file_) == bytes);
}

void TestWorkspaceDb::saysBusyWhileAnotherProcessWrites()
{
    const auto db = WorkspaceDb::open(file_, 20ms).value();
    auto other = Sqlite::open(file_, 1s).value();
    DROVER_VERIFY_OK(other->run("BEGIN IMMEDIATE"));
    // Reading is not held up by a writer.
    QVERIFY(await(db->journal().entries("m_1")).has_value());
    const auto result = await(db->journal().raiseGeneration(1));
    QVERIFY(!result.has_value());
    QCOMPARE(int(result.error().code), int(Errc::busy));
    DROVER_VERIFY_OK(other->run("ROLLBACK"));
    DROVER_VERIFY_OK(await(db->journal().raiseGeneration(1)));
}

void TestWorkspaceDb::tellsMissingRightsFromAFailingDisk()
{
    // A file that nobody may write, not even root.
    const auto closed = WorkspaceDb::open("/proc/sys/kernel/ostype");
    QVERIFY(!closed.has_value());
    QCOMPARE(int(closed.error().code), int(Errc::noRights));
    QCOMPARE(closed.error().where, std::string("/proc/sys/kernel/ostype"));
    std::ofstream{file_} << "a file in a folder's place";
    const auto astray = WorkspaceDb::open(file_ / "drover.db");
    QVERIFY(!astray.has_value());
    QCOMPARE(int(astray.error().code), int(Errc::invalidInput));
    // A database in order that this connection may only read.
    std::filesystem::remove(file_);
    QVERIFY(open() != nullptr);
    auto sqlite = Sqlite::open(file_, 1s).value();
    DROVER_VERIFY_OK(sqlite->run("PRAGMA query_only = 1"));
    const auto refused = sqlite->run("INSERT INTO schema_version VALUES (98, 'drover 9')");
    QVERIFY(!refused.has_value());
    QCOMPARE(int(refused.error().code), int(Errc::noRights));
}

DROVER_TEST(TestWorkspaceDb)
#include "TestWorkspaceDb.moc"
