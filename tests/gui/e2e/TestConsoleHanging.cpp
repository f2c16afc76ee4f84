// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QComboBox>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTimer>

#include "gui/PageTable.h"
#include "gui/dialogs/TokenDialog.h"
#include "gui/dialogs/VerifyKeyDialog.h"
#include "ConsoleStage.h"
#include "support/TestMain.h"

#include <csignal>
#include <unistd.h>

using namespace drover;
using namespace drover::test;

namespace {

// What the issue of the console allows; instrumented code is ten times slower, and proves the rest all the same.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr qint64 longestBlock = 500;
#else
constexpr qint64 longestBlock = 50;
#endif

// A timer that should fire every 5 ms; the longest time it had to wait is how long the event loop was blocked.
class Heartbeat {
public:
    Heartbeat()
    {
        heart_.setTimerType(Qt::PreciseTimer);
        heart_.setInterval(5);
        heart_.callOnTimeout([this] {
            longest_ = std::max(longest_, since_.restart());
            ++beats_;
        });
    }
    // From now on, until so many beats were heard.
    bool listen(int beats)
    {
        const int until = beats_ + beats;
        if (!heart_.isActive()) {
            since_.start();
            heart_.start();
        }
        return QTest::qWaitFor([&] { return beats_ >= until; }, patience);
    }
    void rest() { heart_.stop(); }
    qint64 longest() const { return longest_; }

private:
    QTimer heart_;
    QElapsedTimer since_;
    qint64 longest_ = 0;
    int beats_ = 0;
};

// A process that does nothing more while this lives.
class Stopped {
public:
    explicit Stopped(pid_t pid) : pid_(pid) { stopped_ = pid_ > 1 && ::kill(pid_, SIGSTOP) == 0; }
    ~Stopped()
    {
        if (stopped_)
            ::kill(pid_, SIGCONT);
    }
    Stopped(const Stopped&) = delete;
    Stopped& operator=(const Stopped&) = delete;
    bool holds() const { return stopped_; }

private:
    pid_t pid_;
    bool stopped_ = false;
};

QByteArray procFile(const QString& pid, const char* name)
{
    QFile file(QStringLiteral("/proc/%1/%2").arg(pid, QLatin1StringView(name)));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// The providers among this process's children, not the clients, which are the same program.
pid_t sandboxPid()
{
    const QString parent = QStringLiteral("\nPPid:\t%1\n").arg(::getpid());
    for (const QString& pid : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        bool number = false;
        const int id = pid.toInt(&number);
        if (!number || !procFile(pid, "status").contains(parent.toLatin1()))
            continue;
        const QList<QByteArray> arguments = procFile(pid, "cmdline").split('\0');
        if (arguments.front().endsWith("drover-sandbox") && !arguments.contains("load"))
            return id;
    }
    return 0;
}

} // namespace

// Real services that hang, under the real console: it goes on living, says that it waits, and takes up what comes.
class TestConsoleHanging : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        stage_.emplace();
        stage_->open();
        for (auto* key : {&first_, &second_}) {
            *key = stage_->mint();
            QVERIFY(key->has_value());
        }
        // Once round without the clock: laying out and drawing a page for the first time is no service.
        for (const auto& page : gui::pageTable())
            visit(page);
        stage_->window().commands().addKey();
        stage_->addKey(QStringLiteral("first"), *first_);
        QTRY_COMPARE_WITH_TIMEOUT(verdict(), QStringLiteral("Verified"), patience);
    }

    void theProvidersHangDuringVerify()
    {
        auto* verify = stage_->window().findChild<gui::VerifyKeyDialog*>();
        QVERIFY(verify != nullptr);
        Heartbeat heart;
        {
            const Stopped sandbox(sandboxPid());
            QVERIFY(sandbox.holds());
            ConsoleStage::press(*verify, "againButton");
            QVERIFY(heart.listen(200));
            QCOMPARE(verdict(), QStringLiteral("Asking …"));
            walk(heart);
        }
        QTRY_COMPARE_WITH_TIMEOUT(verdict(), QStringLiteral("Verified"), patience);
        ConsoleStage::press(*verify, "closeButton");
        QTRY_VERIFY(stage_->window().findChild<gui::VerifyKeyDialog*>() == nullptr);
        isAlive(heart);
    }

    void anotherHoldsTheDatabase()
    {
        Heartbeat heart;
        {
            QSqlDatabase other = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("other"));
            other.setDatabaseName(stage_->sandboxFolder() + QStringLiteral("/drover.db"));
            QVERIFY(other.open());
            QSqlQuery lock(other);
            QVERIFY2(lock.exec(QStringLiteral("BEGIN EXCLUSIVE")), qPrintable(lock.lastError().text()));
            stage_->window().commands().createToken();
            auto* dialog = stage_->window().findChild<gui::TokenDialog*>();
            QVERIFY(dialog != nullptr);
            QTest::keyClicks(dialog->findChild<QLineEdit*>(QStringLiteral("nameEdit")), QStringLiteral("late"));
            QVERIFY(heart.listen(1));
            ConsoleStage::press(*dialog, "createButton");
            QVERIFY(heart.listen(200));
            QVERIFY(!dialog->findChild<QWidget*>(QStringLiteral("tokenCard"))->isVisible());
            QVERIFY(!dialog->findChild<QAbstractButton*>(QStringLiteral("closeButton"))->isEnabled());
            walk(heart);
            QVERIFY(lock.exec(QStringLiteral("ROLLBACK")));
            // Made, or said that it was not: the dialog is free again either way.
            QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<QAbstractButton*>(QStringLiteral("closeButton"))->isEnabled(), patience);
            ConsoleStage::press(*dialog, "closeButton");
        }
        QSqlDatabase::removeDatabase(QStringLiteral("other"));
        isAlive(heart);
    }

    void theKeyringHangsWhileAKeyIsAdded()
    {
        Heartbeat heart;
        {
            const QDBusReply<uint> pid = QDBusConnection::sessionBus().interface()->servicePid(QStringLiteral("org.freedesktop.secrets"));
            QVERIFY2(pid.isValid(), qPrintable(pid.error().message()));
            const Stopped keyring(pid_t(pid.value()));
            QVERIFY(keyring.holds());
            stage_->window().commands().addKey();
            QVERIFY(heart.listen(1));
            stage_->addKey(QStringLiteral("second"), *second_);
            QVERIFY(heart.listen(200));
            auto* add = stage_->window().findChild<gui::AddKeyDialog*>();
            QVERIFY(add != nullptr && add->isVisible());
            QVERIFY(!add->findChild<QAbstractButton*>(QStringLiteral("cancelButton"))->isEnabled());
            walk(heart);
        }
        QTRY_COMPARE_WITH_TIMEOUT(verdict(), QStringLiteral("Verified"), patience);
        isAlive(heart);
    }

    void cleanupTestCase() { stage_.reset(); }

private:
    void visit(const gui::PageSpec& page)
    {
        stage_->window().go(QLatin1StringView(page.id));
        for (int i = 0; i < 20; ++i)
            QCoreApplication::processEvents();
    }
    // Every page while the service hangs: none waits for it in the loop.
    void walk(Heartbeat& heart)
    {
        for (const auto& page : gui::pageTable()) {
            stage_->window().go(QLatin1StringView(page.id));
            QVERIFY(heart.listen(20));
        }
        heart.rest();
    }
    QString verdict() const
    {
        const auto* verify = stage_->window().findChild<gui::VerifyKeyDialog*>();
        return verify == nullptr ? QString() : verify->findChild<gui::StatusPill*>(QStringLiteral("statePill"))->text();
    }
    static void isAlive(const Heartbeat& heart)
    {
        const QString text = QStringLiteral("the event loop was blocked for up to %1 ms").arg(heart.longest());
        qInfo().noquote() << text;
        QVERIFY2(heart.longest() <= longestBlock, qPrintable(text));
    }

    std::optional<ConsoleStage> stage_;
    std::optional<SandboxKey> first_, second_;
};

DROVER_TEST(TestConsoleHanging)
#include "TestConsoleHanging.moc"
