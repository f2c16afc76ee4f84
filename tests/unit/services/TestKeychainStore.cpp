// SPDX-License-Identifier: Apache-2.0
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QProcess>
#include <QTest>

#include "support/Await.h"
#include "support/Secrets.h"
#include "support/StoredSecrets.h"
#include "support/TestMain.h"

#include "services/KeychainStore.h"

#include <csignal>

using drover::Deadline;
using drover::Errc;
using drover::KeychainStore;
using drover::Result;
using drover::Secret;
using drover::StoredSecret;
using drover::test::await;
using namespace std::chrono_literals;
using drover::test::plain;
using drover::test::stored;

namespace {

// 0 where nobody has the name, which must never be signalled: it would be ourselves and all around us.
pid_t processOf(const char* name)
{
    const auto pid = QDBusConnection::sessionBus().interface()->servicePid(QString::fromLatin1(name));
    return pid.isValid() && pid.value() > 1 ? pid_t(pid.value()) : 0;
}

// A program that does not answer any more, until this object ends.
class Stopped {
public:
    explicit Stopped(pid_t pid) : pid_(pid) { ::kill(pid_, SIGSTOP); }
    ~Stopped() { ::kill(pid_, SIGCONT); }
    Stopped(const Stopped&) = delete;
    Stopped& operator=(const Stopped&) = delete;

private:
    pid_t pid_;
};

} // namespace

// Against a real gnome-keyring on a bus of its own (tests/support/with-keyring.sh unlocked).
class TestKeychainStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void givesBackWhatWasStored();
    void countsVersionsAndChecksThem();
    void keepsWorkspacesApart();
    void listsItsEntries();
    void removesForGood();
    void takesOddValues();
    void runsManyAtOnce();
    void aHangingKeyringEndsWithTheDeadline();
    void aHangingBusEndsWithTheDeadline();
    void aLockedKeyringIsNotAnEmptyOne(); // last: nothing of this process unlocks it again

private:
    Deadline soon() const { return Deadline::in(clock_, 20s); }
    // Each verb, in one line: what it came to.
    std::vector<Errc> everyVerb(KeychainStore& store, drover::Duration limit)
    {
        const auto by = [&] { return Deadline::in(clock_, limit); };
        const auto code = [](const auto& result) {
            return result.has_value() ? Errc::internal : result.error().code;
        };
        return {code(await(store.check(by()))), code(await(store.read("k_01", by()))),
                code(await(store.write("k_02", stored("planted"), 0, by()))), code(await(store.list(by()))),
                code(await(store.remove("k_01", by())))};
    }
    drover::SystemClock clock_;
};

void TestKeychainStore::initTestCase()
{
    QVERIFY2(qEnvironmentVariable("DROVER_KEYRING") == QLatin1String("unlocked"),
             "run it by with-keyring.sh unlocked");
}

void TestKeychainStore::givesBackWhatWasStored()
{
    KeychainStore store{"w_1", nullptr, clock_};
    DROVER_VERIFY_OK(await(store.check(soon())));
    QCOMPARE(int(await(store.read("k_01", soon())).error().code), int(Errc::notFound));
    QCOMPARE(await(store.write("k_01", stored("sk-one"), 0, soon())).value(), std::uint64_t{1});
    const auto read = await(store.read("k_01", soon()));
    DROVER_VERIFY_OK(read);
    QCOMPARE(plain(read->value), std::string("sk-one"));
    QCOMPARE(read->notes.at("created_by"), std::string("rotation-service"));
    QCOMPARE(read->version, std::uint64_t{1});
    QCOMPARE(store.kind(), std::string("keychain"));
}

void TestKeychainStore::countsVersionsAndChecksThem()
{
    KeychainStore store{"w_2", nullptr, clock_};
    QCOMPARE(int(await(store.write("production", stored("a"), 1, soon())).error().code), int(Errc::conflict));
    QCOMPARE(await(store.write("production", stored("a"), 0, soon())).value(), std::uint64_t{1});
    QCOMPARE(int(await(store.write("production", stored("b"), 0, soon())).error().code), int(Errc::conflict));
    QCOMPARE(await(store.write("production", stored("b"), 1, soon())).value(), std::uint64_t{2});
    QCOMPARE(plain(await(store.read("production", soon())).value().value), std::string("b"));
}

void TestKeychainStore::keepsWorkspacesApart()
{
    KeychainStore first{"w_3", nullptr, clock_};
    KeychainStore second{"w_4", nullptr, clock_};
    await(first.write("kek", stored("one"), 0, soon())).value();
    QCOMPARE(int(await(second.read("kek", soon())).error().code), int(Errc::notFound));
    QVERIFY(await(second.list(soon())).value().empty());
}

void TestKeychainStore::listsItsEntries()
{
    KeychainStore store{"w_5", nullptr, clock_};
    QVERIFY(await(store.list(soon())).value().empty());
    for (const auto* name : {"k_02", "kek", "k_01"})
        await(store.write(name, stored(name), 0, soon())).value();
    await(store.write("kek", stored("again"), 1, soon())).value();
    QCOMPARE(await(store.list(soon())).value(), (std::vector<std::string>{"k_01", "k_02", "kek"}));
    QCOMPARE(int(await(store.write(".names", stored("x"), 0, soon())).error().code), int(Errc::invalidInput));
}

void TestKeychainStore::removesForGood()
{
    KeychainStore store{"w_6", nullptr, clock_};
    await(store.write("k_01", stored("x"), 0, soon())).value();
    DROVER_VERIFY_OK(await(store.remove("k_01", soon())));
    QCOMPARE(int(await(store.read("k_01", soon())).error().code), int(Errc::notFound));
    QVERIFY(await(store.list(soon())).value().empty());
    DROVER_VERIFY_OK(await(store.remove("k_01", soon())));
    QCOMPARE(await(store.write("k_01", stored("y"), 0, soon())).value(), std::uint64_t{2}); // no number twice
}

void TestKeychainStore::takesOddValues()
{
    KeychainStore store{"w_7", nullptr, clock_};
    const std::vector<std::string> values{"line\nline \"quoted\" \\ end", "密钥", std::string(20'000, 'x')};
    for (const auto& value : values) {
        const auto name = "n" + std::to_string(value.size());
        await(store.write(name, stored(value.c_str()), 0, soon())).value();
        QCOMPARE(plain(await(store.read(name, soon())).value().value), value);
    }
}

void TestKeychainStore::runsManyAtOnce()
{
    KeychainStore store{"w_8", nullptr, clock_};
    std::vector<drover::Task<Result<std::uint64_t>>> writes;
    for (int i = 0; i < 20; ++i)
        writes.push_back(store.write("k_" + std::to_string(10 + i), stored("x"), 0, soon()));
    for (const auto& written : await(drover::whenAll(std::move(writes))))
        QCOMPARE(written.value(), std::uint64_t{1});
    QCOMPARE(await(store.list(soon())).value().size(), std::size_t{20}); // no name was lost
    std::vector<drover::Task<Result<std::uint64_t>>> both;
    both.push_back(store.write("k_10", stored("y"), 1, soon()));
    both.push_back(store.write("k_10", stored("z"), 1, soon()));
    const auto results = await(drover::whenAll(std::move(both)));
    QCOMPARE(results[0].has_value() + results[1].has_value(), 1);
}

void TestKeychainStore::aLockedKeyringIsNotAnEmptyOne()
{
    KeychainStore store{"w_9", nullptr, clock_};
    await(store.write("k_01", stored("sk-kept"), 0, soon())).value();
    auto lock = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.secrets"), QStringLiteral("/org/freedesktop/secrets"),
        QStringLiteral("org.freedesktop.Secret.Service"), QStringLiteral("Lock"));
    lock << QVariant::fromValue(
        QList<QDBusObjectPath>{QDBusObjectPath{QStringLiteral("/org/freedesktop/secrets/collection/login")}});
    const auto locked = QDBusConnection::sessionBus().call(lock);
    QVERIFY2(locked.type() == QDBusMessage::ReplyMessage, qPrintable(locked.errorMessage()));
    QCOMPARE(everyVerb(store, 10s), std::vector<Errc>(5, Errc::locked));
    const auto error = await(store.read("k_01", soon())).error();
    QVERIFY(error.what.find("unlock") != std::string::npos);
    QCOMPARE(drover::exitCode(error.code), 5);
    // Unlocked again, everything is still there, and nothing was added; seen by another process, since
    // libsecret keeps its session with the old daemon for a process's life.
    QProcess unlock;
    unlock.start(
        QStringLiteral("gnome-keyring-daemon"),
        {QStringLiteral("--replace"), QStringLiteral("--unlock"), QStringLiteral("--components=secrets")});
    unlock.write(qgetenv("DROVER_KEYRING_PASSWORD"));
    unlock.closeWriteChannel();
    QVERIFY(unlock.waitForFinished());
    QProcess again;
    again.setProcessChannelMode(QProcess::ForwardedChannels);
    again.start(QCoreApplication::applicationFilePath(), {QStringLiteral("TestKeychainAgain")});
    QVERIFY(again.waitForFinished());
    QCOMPARE(again.exitCode(), 0);
}

void TestKeychainStore::aHangingKeyringEndsWithTheDeadline()
{
    KeychainStore store{"w_10", nullptr, clock_};
    await(store.write("k_01", stored("x"), 0, soon())).value();
    {
        const auto daemon = processOf("org.freedesktop.secrets");
        QVERIFY(daemon > 1);
        const Stopped keyring{daemon};
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(everyVerb(store, 100ms), std::vector<Errc>(5, Errc::timeout));
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(drover::exitCode(Errc::timeout), 5);
    }
    QCOMPARE(await(store.list(soon())).value(), std::vector<std::string>{"k_01"});
}

void TestKeychainStore::aHangingBusEndsWithTheDeadline()
{
    KeychainStore used{"w_11", nullptr, clock_};
    DROVER_VERIFY_OK(await(used.check(soon())));
    KeychainStore fresh{"w_11", nullptr, clock_};
    const auto daemon = processOf("org.freedesktop.DBus");
    QVERIFY(daemon > 1);
    const Stopped bus{daemon};
    QCOMPARE(everyVerb(used, 100ms), std::vector<Errc>(5, Errc::timeout));
    QCOMPARE(everyVerb(fresh, 100ms), std::vector<Errc>(5, Errc::timeout));
}

// What aLockedKeyringIsNotAnEmptyOne() left, seen by another process.
class TestKeychainAgain : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theLockedKeyringKeptWhatItHad();

private:
    drover::SystemClock clock_;
};

void TestKeychainAgain::theLockedKeyringKeptWhatItHad()
{
    KeychainStore store{"w_9", nullptr, clock_};
    const auto kept = await(store.read("k_01", Deadline::in(clock_, 20s)));
    DROVER_VERIFY_OK(kept);
    QCOMPARE(plain(kept->value), std::string("sk-kept"));
    QCOMPARE(int(await(store.read("k_02", Deadline::in(clock_, 20s))).error().code), int(Errc::notFound));
}

DROVER_TEST(TestKeychainStore)
DROVER_TEST(TestKeychainAgain)
#include "TestKeychainStore.moc"
