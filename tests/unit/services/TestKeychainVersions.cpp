// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QTest>

#include "support/Await.h"
#include "support/ManualClock.h"
#include "support/Secrets.h"
#include "support/StoredSecrets.h"
#include "support/TestMain.h"

#include "services/KeychainJobs.h"
#include "services/KeychainStore.h"
#include "services/MemorySecretIndex.h"
#include "services/WorkspaceDb.h"

#include <optional>

using namespace drover;
using namespace std::chrono_literals;
using drover::test::await;
using drover::test::ManualClock;
using drover::test::plain;
using drover::test::stored;

namespace {

// An index that fails, or lets somebody in, at a chosen change.
class OddIndex final : public SecretIndex {
public:
    explicit OddIndex(SecretIndex& index) : index_(index) {}
    int failAt = 0; // the change that fails; counted from 1
    std::function<Task<void>()> before; // of that change, where it shall not fail
    int changes = 0;

    Task<Result<std::map<std::string, SecretVersions>>> all() override { return index_.all(); }
    Task<Result<SecretVersions>> find(std::string name) override { return index_.find(std::move(name)); }
    Task<Result<SecretVersions>> change(std::string name, Change change) override
    {
        if (++changes == failAt) {
            if (!before)
                co_return Error{Errc::io, "the disk is full", "drover.db"};
            co_await before();
        }
        co_return co_await index_.change(std::move(name), std::move(change));
    }

private:
    SecretIndex& index_;
};

} // namespace

// Against a real gnome-keyring on a bus of its own, with drover.db as the index.
class TestKeychainVersions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void eachWriteTakesAnEntryOfItsOwn();
    void twoProcessesCannotBothHaveTheName();
    void anEntryFromBeforeThereWereVersionsIsTakenOver();
    void anEntryOfSomebodyElsesHoldsUpNoOther();
    void aWriteThatDiedAfterTheSecretWasStoredIsFinished();
    void aWriteThatDiedBeforeIsForgottenInTime();
    void whoLosesTheRaceLeavesNothingBehind();
    void aLostDatabaseLosesNoSecret();
    void anOlderDatabaseOverwritesNothing();
    void whatIsGoneFromTheKeychainIsSaid();
    void aRemovedNameComesBackWithANewNumber();

private:
    Deadline soon() const { return Deadline::in(real_, 20s); }
    std::optional<std::string> entry(const char* name)
    {
        const KeychainAnswer answer = await(readKeychain(QStringLiteral("drover/") + QString::fromStdString(workspace_), QString::fromLatin1(name)));
        if (answer.error != QKeychain::NoError)
            return std::nullopt;
        return plain(answer.value);
    }
    void putEntry(const char* name, const char* text)
    {
        const auto answer = await(writeKeychain(QStringLiteral("drover/") + QString::fromStdString(workspace_), QString::fromLatin1(name),
                                                std::make_shared<Secret>(text)));
        QCOMPARE(int(answer.error), int(QKeychain::NoError));
    }
    std::unique_ptr<WorkspaceDb> open(const char* file = "drover.db")
    {
        auto db = WorkspaceDb::open(std::filesystem::path(folder_->path().toStdString()) / file);
        return db.has_value() ? *std::move(db) : nullptr;
    }
    // A whole write of another process, between our secret's being stored and its being current.
    Task<void> somebodyWrites(SecretIndex& index)
    {
        co_await writeKeychain(QStringLiteral("drover/") + QString::fromStdString(workspace_), QStringLiteral("k_01@2"),
                               std::make_shared<Secret>(R"({"version":2,"value":"theirs","notes":{}})"));
        SecretIndex::Change theirs = [this](SecretVersions& versions) -> Result<void> {
            DROVER_CHECK(versions.begin("k_01", 0, clock_.now()));
            return versions.promote(2);
        };
        co_await index.change("k_01", std::move(theirs));
    }
    std::string valueOf(KeychainStore& store, const char* name)
    {
        const auto read = await(store.read(name, soon()));
        return read.has_value() ? plain(read->value) : describe(read.error());
    }

    SystemClock real_;
    ManualClock clock_;
    std::string workspace_;
    std::optional<QTemporaryDir> folder_;
    int number_ = 100;
};

void TestKeychainVersions::init()
{
    workspace_ = "w_" + std::to_string(number_++);
    folder_.emplace();
}

void TestKeychainVersions::eachWriteTakesAnEntryOfItsOwn()
{
    const auto db = open();
    KeychainStore store{workspace_, &db->secretIndex(), clock_};
    for (std::uint64_t version = 1; version <= 4; ++version)
        QCOMPARE(await(store.write("k_01", stored(("sk-" + std::to_string(version)).c_str()), version - 1, soon())).value(), version);
    QCOMPARE(valueOf(store, "k_01"), std::string("sk-4"));
    QVERIFY(entry("k_01@4").has_value());
    QVERIFY2(entry("k_01@3").has_value(), "the one before it stays");
    QVERIFY(!entry("k_01@2").has_value());
    QVERIFY(!entry("k_01").has_value());
    QCOMPARE(await(db->secretIndex().find("k_01"))->all().size(), std::size_t(2));
}

void TestKeychainVersions::twoProcessesCannotBothHaveTheName()
{
    const auto one = open();
    const auto two = open();
    KeychainStore mine{workspace_, &one->secretIndex(), clock_};
    KeychainStore theirs{workspace_, &two->secretIndex(), clock_};
    std::uint64_t seen = 0; // the version that both have seen
    for (int i = 0; i < 5; ++i) {
        std::vector<Task<Result<std::uint64_t>>> both;
        both.push_back(mine.write("production", stored("mine"), seen, soon()));
        both.push_back(theirs.write("production", stored("theirs"), seen, soon()));
        const auto results = await(whenAll(std::move(both)));
        QCOMPARE(results[0].has_value() + results[1].has_value(), 1);
        const auto& lost = results[0].has_value() ? results[1] : results[0];
        QCOMPARE(lost.error().code, Errc::conflict);
        seen = *(results[0].has_value() ? results[0] : results[1]);
        const std::string winner = results[0].has_value() ? "mine" : "theirs";
        QCOMPARE(valueOf(mine, "production"), winner);
        QCOMPARE(valueOf(theirs, "production"), winner);
    }
}

void TestKeychainVersions::anEntryFromBeforeThereWereVersionsIsTakenOver()
{
    putEntry("k_01", R"({"version":7,"value":"sk-old","notes":{"created_by":"ann"}})");
    putEntry(".names", R"({"names":["k_01","k_named_only"]})");
    const auto db = open();
    KeychainStore store{workspace_, &db->secretIndex(), clock_};
    const auto read = await(store.read("k_01", soon()));
    DROVER_VERIFY_OK(read);
    QCOMPARE(plain(read->value), std::string("sk-old"));
    QCOMPARE(read->version, std::uint64_t(7));
    QCOMPARE(await(store.list(soon())).value(), std::vector<std::string>{"k_01"});
    QCOMPARE(await(store.write("k_01", stored("sk-new"), 7, soon())).value(), std::uint64_t(8));
    QVERIFY2(entry("k_01").has_value(), "the one before it stays");
    QCOMPARE(await(store.write("k_01", stored("sk-newer"), 8, soon())).value(), std::uint64_t(9));
    QVERIFY(!entry("k_01").has_value());
    QCOMPARE(valueOf(store, "k_01"), std::string("sk-newer"));
}

void TestKeychainVersions::anEntryOfSomebodyElsesHoldsUpNoOther()
{
    putEntry("k_01", R"({"version":1,"value":"sk-old","notes":{}})");
    putEntry("k_02", "not one of ours");
    putEntry(".names", R"({"names":["k_01","k_02"]})");
    const auto db = open();
    KeychainStore store{workspace_, &db->secretIndex(), clock_};
    QCOMPARE(valueOf(store, "k_01"), std::string("sk-old"));
    QCOMPARE(await(store.read("k_02", soon())).error().code, Errc::protocol);
    QCOMPARE(await(store.list(soon())).value(), std::vector<std::string>{"k_01"});
    QCOMPARE(await(store.write("k_02", stored("ours"), 0, soon())).value(), std::uint64_t(1));
    QCOMPARE(valueOf(store, "k_02"), std::string("ours"));
    QCOMPARE(entry("k_02"), std::optional<std::string>{"not one of ours"}); // it is not ours to take away
}

void TestKeychainVersions::aWriteThatDiedAfterTheSecretWasStoredIsFinished()
{
    const auto db = open();
    {
        OddIndex index{db->secretIndex()};
        index.failAt = 2; // making it current
        KeychainStore dying{workspace_, &index, clock_};
        QCOMPARE(await(dying.write("k_01", stored("sk-minted"), 0, soon())).error().code, Errc::io);
    }
    KeychainStore store{workspace_, &db->secretIndex(), clock_};
    QCOMPARE(valueOf(store, "k_01"), std::string("sk-minted"));
    QCOMPARE(await(store.list(soon())).value(), std::vector<std::string>{"k_01"});
    QCOMPARE(await(store.write("k_01", stored("x"), 0, soon())).error().code, Errc::conflict);
}

void TestKeychainVersions::aWriteThatDiedBeforeIsForgottenInTime()
{
    const auto db = open();
    KeychainStore store{workspace_, &db->secretIndex(), clock_};
    SecretIndex::Change begin = [this](SecretVersions& versions) -> Result<void> {
        DROVER_CHECK(versions.begin("k_01", 0, clock_.now()));
        return {};
    };
    DROVER_VERIFY_OK(await(db->secretIndex().change("k_01", begin)));
    QCOMPARE(await(store.read("k_01", soon())).error().code, Errc::notFound);
    QCOMPARE(await(store.write("k_01", stored("a"), 0, soon())).value(), std::uint64_t(2));
    QCOMPARE(await(db->secretIndex().find("k_01"))->all().size(), std::size_t(2)); // it may be under way
    clock_.advance(11min);
    QCOMPARE(await(store.write("k_01", stored("b"), 2, soon())).value(), std::uint64_t(3));
    QVERIFY(await(db->secretIndex().find("k_01"))->find(1) == nullptr);
}

void TestKeychainVersions::whoLosesTheRaceLeavesNothingBehind()
{
    const auto db = open();
    OddIndex index{db->secretIndex()};
    KeychainStore store{workspace_, &index, clock_};
    index.failAt = 2;
    index.before = [&] { return somebodyWrites(db->secretIndex()); };
    QCOMPARE(await(store.write("k_01", stored("mine"), 0, soon())).error().code, Errc::conflict);
    QVERIFY(!entry("k_01@1").has_value());
    QCOMPARE(valueOf(store, "k_01"), std::string("theirs"));
}

void TestKeychainVersions::aLostDatabaseLosesNoSecret()
{
    {
        const auto db = open();
        KeychainStore store{workspace_, &db->secretIndex(), clock_};
        for (const char* name : {"kek", "production"})
            DROVER_VERIFY_OK(await(store.write(name, stored(name), 0, soon())));
        DROVER_VERIFY_OK(await(store.write("production", stored("second"), 1, soon())));
        DROVER_VERIFY_OK(await(store.write("gone", stored("gone"), 0, soon())));
        DROVER_VERIFY_OK(await(store.remove("gone", soon())));
    }
    const auto fresh = open("another.db");
    KeychainStore store{workspace_, &fresh->secretIndex(), clock_};
    QCOMPARE(await(store.list(soon())).value(), (std::vector<std::string>{"kek", "production"}));
    QCOMPARE(valueOf(store, "kek"), std::string("kek"));
    QCOMPARE(valueOf(store, "production"), std::string("second"));
    QCOMPARE(await(store.write("production", stored("third"), 2, soon())).value(), std::uint64_t(3));
}

void TestKeychainVersions::anOlderDatabaseOverwritesNothing()
{
    const auto db = open();
    KeychainStore store{workspace_, &db->secretIndex(), clock_};
    DROVER_VERIFY_OK(await(store.write("k_01", stored("one"), 0, soon())));
    MemorySecretIndex old; // as it was then
    SecretIndex::Change first = [this](SecretVersions& versions) -> Result<void> {
        versions.adopt({1, "k_01@1", 0, clock_.now()});
        return {};
    };
    DROVER_VERIFY_OK(await(old.change("k_01", first)));
    for (std::uint64_t version = 1; version <= 3; ++version)
        DROVER_VERIFY_OK(await(store.write("k_01", stored("later"), version, soon())));
    const auto before = entry("k_01@3");
    KeychainStore back{workspace_, &old, clock_};
    QCOMPARE(valueOf(back, "k_01"), std::string("later")); // the keychain's copy knows better
    QCOMPARE(await(back.read("k_01", soon()))->version, std::uint64_t(4));
    QCOMPARE(await(back.write("k_01", stored("after"), 4, soon())).value(), std::uint64_t(5));
    QCOMPARE(entry("k_01@3"), before);
    // Without the copy: what is there is not written over.
    MemorySecretIndex none;
    putEntry(".names", R"({"names":[]})");
    KeychainStore blind{workspace_, &none, clock_};
    QCOMPARE(await(blind.write("k_01", stored("blind"), 0, soon())).value(), std::uint64_t(1)); // 1 was gone
    QCOMPARE(await(blind.write("k_01", stored("blind"), 1, soon())).value(), std::uint64_t(2));
    QVERIFY(await(blind.write("k_01", stored("blind"), 2, soon())).value() > 5);
    QVERIFY(entry("k_01@5")->find("after") != std::string::npos);
}

void TestKeychainVersions::whatIsGoneFromTheKeychainIsSaid()
{
    const auto db = open();
    KeychainStore store{workspace_, &db->secretIndex(), clock_};
    DROVER_VERIFY_OK(await(store.write("k_01", stored("x"), 0, soon())));
    QCOMPARE(int(await(removeKeychain(QStringLiteral("drover/") + QString::fromStdString(workspace_), QStringLiteral("k_01@1"))).error),
             int(QKeychain::NoError));
    const auto read = await(store.read("k_01", soon()));
    QCOMPARE(read.error().code, Errc::notFound);
    QVERIFY(read.error().what.find("lost version 1") != std::string::npos);
    QVERIFY(await(store.list(soon())).value().empty());
    QCOMPARE(await(store.write("k_01", stored("y"), 1, soon())).value(), std::uint64_t(2));
    QCOMPARE(valueOf(store, "k_01"), std::string("y"));
}

void TestKeychainVersions::aRemovedNameComesBackWithANewNumber()
{
    const auto db = open();
    KeychainStore store{workspace_, &db->secretIndex(), clock_};
    DROVER_VERIFY_OK(await(store.write("k_01", stored("a"), 0, soon())));
    DROVER_VERIFY_OK(await(store.write("k_01", stored("b"), 1, soon())));
    DROVER_VERIFY_OK(await(store.remove("k_01", soon())));
    QVERIFY(!entry("k_01@1").has_value() && !entry("k_01@2").has_value());
    QVERIFY(entry(".names")->find("k_01") == std::string::npos);
    KeychainStore again{workspace_, &db->secretIndex(), clock_};
    QCOMPARE(await(again.read("k_01", soon())).error().code, Errc::notFound);
    QCOMPARE(await(again.write("k_01", stored("c"), 0, soon())).value(), std::uint64_t(3));
}

DROVER_TEST(TestKeychainVersions)
#include "TestKeychainVersions.moc"
