// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QTemporaryDir>

#include "domain/gates/Gate.h"
#include "gui/AppSession.h"
#include "gui/Appearance.h"
#include "gui/Commands.h"
#include "gui/Console.h"
#include "gui/MainWindow.h"
#include "gui/dialogs/AddKeyDialog.h"
#include "gui/dialogs/OrderDialog.h"
#include "gui/dialogs/VerifyKeyDialog.h"
#include "gui/pages/WelcomePage.h"
#include "gui/widgets/StatusPill.h"
#include "gui/widgets/TableView.h"
#include "gui/wizard/MigrationWizard.h"
#include "main/Compose.h"
#include "support/FailOnQtWarning.h"
#include "support/TestMain.h"

#include <map>
#include <optional>

using namespace drover;

namespace {

constexpr int patience = 400'000; // against hanging; a slow machine is no failure

// What the sandbox's providers counted while one step was served.
struct StepCount {
    double share = 0;
    std::uint64_t legacyFrom = 0, newFrom = 0;
    std::uint64_t legacyTo = 0, newTo = 0;
};

template <class T>
std::optional<Result<T>> await(Task<Result<T>> task)
{
    std::optional<Result<T>> answer;
    Pending pending{std::move(task), [&](Result<T> result) { answer.emplace(std::move(result)); }};
    const bool answered = QTest::qWaitFor([&] { return answer.has_value(); }, 20'000);
    return answered ? std::move(answer) : std::nullopt;
}

} // namespace

// The real console on the real sandbox, by clicks and keys alone. What is judged is what the providers counted.
class TestConsoleMainJob : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        guard_.emplace();
        QVERIFY(home_.isValid());
        composition_ = std::make_unique<Composition>(DROVER_BIN_DIR, [](std::string_view) {});
        workplace_ = std::make_unique<gui::AppWorkplace>(composition_->machine());
        workplace_->setSandbox({home_.filePath(QStringLiteral("sandbox")).toStdString(), "healthy", {}});
        appearance_ = std::make_unique<gui::Appearance>(*qApp, nullptr);
        appearance_->setLanguage(QStringLiteral("en"));
        console_ = std::make_unique<gui::Console>(*workplace_, *appearance_);
    }

    void firstStartOnTheSandbox()
    {
        console_->welcome();
        QVERIFY(QTest::qWaitForWindowExposed(console_->welcomePage()));
        press(*console_->welcomePage(), "sandboxButton");
        QTRY_VERIFY_WITH_TIMEOUT(console_->window() != nullptr, patience);
        QTRY_VERIFY_WITH_TIMEOUT(console_->window()->isActiveWindow(), 30'000);
    }

    void oneKeyIsAddedAndVerified()
    {
        auto* window = console_->window();
        QVERIFY(window != nullptr);
        const std::string control = window->session().settings().facts().sandboxControl;
        auto minted = await(composition_->machine().sandbox.mint(control, "holysheep", soon()));
        QVERIFY(minted && minted->has_value());
        key(*window, Qt::Key_3);
        QTRY_COMPARE_WITH_TIMEOUT(window->currentPage(), QStringLiteral("keys"), patience);
        press(*window, "addButton");
        auto* add = window->findChild<gui::AddKeyDialog*>();
        QVERIFY(add != nullptr);
        QTest::keyClicks(add->findChild<QLineEdit*>(QStringLiteral("nameEdit")), QStringLiteral("by-hand"));
        (*minted)->key.reveal([&](std::string_view key) {
            QTest::keyClicks(add->findChild<QLineEdit*>(QStringLiteral("keyEdit")), gui::text(key));
        });
        press(*add, "addButton");
        QTRY_VERIFY_WITH_TIMEOUT(window->findChild<gui::VerifyKeyDialog*>() != nullptr, patience);
        auto* verify = window->findChild<gui::VerifyKeyDialog*>();
        auto* pill = verify->findChild<gui::StatusPill*>(QStringLiteral("statePill"));
        QTRY_VERIFY_WITH_TIMEOUT(pill->text() != QStringLiteral("Asking …"), patience);
        QCOMPARE(pill->text(), QStringLiteral("Verified"));
        press(*verify, "closeButton");
        QTRY_COMPARE_WITH_TIMEOUT(table()->rowCount(), 3, patience);
    }

    void theWizardLeadsToDone()
    {
        startByWizard();
        if (QTest::currentTestFailed())
            return;
        const auto counts = follow([](const QString& phase) { return phase == QStringLiteral("Done") || phase == QStringLiteral("Rolled back") || phase == QStringLiteral("Paused"); });
        QCOMPARE(phase(), QStringLiteral("Done"));
        QVERIFY2(counts.size() >= 4, qPrintable(QString::number(counts.size())));
        for (const auto& [step, count] : counts)
            judge(step, count);
    }

    void rollBackInMidCanary()
    {
        startByWizard();
        if (QTest::currentTestFailed())
            return;
        const auto& commands = console_->window()->commands();
        QTRY_VERIFY_WITH_TIMEOUT(commands.status().phase == Phase::canary && commands.status().step >= 2, patience);
        press(*console_->window(), "rollBackButton");
        auto* sure = console_->window()->findChild<gui::OrderDialog*>();
        QVERIFY(sure != nullptr);
        press(*sure, "confirmButton");
        QTRY_COMPARE_WITH_TIMEOUT(phase(), QStringLiteral("Rolled back"), patience);
        // What was under way may still arrive; after that HolySheep hears nothing more and legacy everything.
        const auto at = counted();
        QTRY_VERIFY_WITH_TIMEOUT(counted().first > at.first + 300, patience);
        const auto before = counted();
        QTRY_VERIFY_WITH_TIMEOUT(counted().first > before.first + 300, patience);
        QCOMPARE(counted().second, before.second);
    }

    void cleanupTestCase()
    {
        console_.reset();
        workplace_.reset();
        composition_.reset();
        guard_.reset(); // fails here, were there any Qt warning from the first click on
    }

private:
    static void press(const QWidget& parent, const char* name)
    {
        auto* button = parent.findChild<QAbstractButton*>(QLatin1StringView(name));
        QVERIFY2(button != nullptr, name);
        QTRY_VERIFY2_WITH_TIMEOUT(button->isVisible() && button->isEnabled(), name, patience);
        QTest::mouseClick(button, Qt::LeftButton);
        QCoreApplication::processEvents();
    }
    // Ctrl and a key. No window manager gives the window the keyboard back when a dialog has closed: the test does.
    static void key(QWidget& window, Qt::Key which)
    {
        window.activateWindow();
        QTRY_VERIFY_WITH_TIMEOUT(window.isActiveWindow(), patience);
        QTest::keyClick(&window, which, Qt::ControlModifier);
    }
    QAbstractItemModel* table() const
    {
        return console_->window()->page(QStringLiteral("keys"))->findChild<gui::TableView*>(QStringLiteral("table"))->model();
    }
    QString phase() const { return console_->window()->findChild<gui::StatusPill*>(QStringLiteral("phasePill"))->text(); }
    Deadline soon() const { return Deadline::in(composition_->machine().clock, std::chrono::seconds{15}); }

    // Requests each provider has counted: legacy, HolySheep.
    std::pair<std::uint64_t, std::uint64_t> counted()
    {
        auto counts = await(composition_->machine().sandbox.counts(console_->window()->session().settings().facts().sandboxControl, soon()));
        if (!counts || !counts->has_value())
            return {0, 0};
        return {(**counts).targets["legacy"].requests, (**counts).targets["holysheep"].requests};
    }

    void startByWizard()
    {
        auto* window = console_->window();
        QTRY_VERIFY_WITH_TIMEOUT(phase() == QStringLiteral("Not started") || phase() == QStringLiteral("Done"), patience);
        key(*window, Qt::Key_2);
        key(*window, Qt::Key_N);
        QTRY_VERIFY(window->findChild<gui::MigrationWizard*>() != nullptr);
        auto* wizard = window->findChild<gui::MigrationWizard*>();
        QTest::keyClicks(wizard->findChild<QLineEdit*>(QStringLiteral("reasonEdit")), QStringLiteral("a rehearsal"));
        press(*wizard, "nextButton");
        press(*wizard, "rehearsalRadio");
        for (int i = 0; i < 3; ++i)
            press(*wizard, "nextButton");
        press(*wizard, "finishButton");
        QTRY_VERIFY_WITH_TIMEOUT(window->findChild<gui::MigrationWizard*>() == nullptr || !wizard->isVisible(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(phase() != QStringLiteral("Not started") && phase() != QStringLiteral("Done"), patience);
    }

    // Counts at the sandbox for each canary step: from the last gateway's acknowledgement to the next order.
    template <class End>
    std::map<std::uint32_t, StepCount> follow(End end)
    {
        std::map<std::uint32_t, StepCount> counts;
        QElapsedTimer running;
        running.start();
        while (!end(phase()) && running.elapsed() < patience) {
            const app::MigrationStatus before = console_->window()->commands().status();
            const auto [legacy, target] = counted();
            const app::MigrationStatus after = console_->window()->commands().status();
            const bool served = before.gateways > 0 && before.gatewaysServing == before.gateways;
            if (before.phase == Phase::canary && served && after.generation == before.generation) {
                const auto [at, fresh] = counts.try_emplace(before.step);
                if (fresh)
                    at->second = {before.shareConfigured, legacy, target, legacy, target};
                at->second.legacyTo = legacy;
                at->second.newTo = target;
            }
            // Another look when the step is over, or a little later.
            const bool over = QTest::qWaitFor([&] { return console_->window()->commands().status().generation != after.generation; }, 50);
            Q_UNUSED(over)
        }
        return counts;
    }

    // The share of the step lies within the exact 99.9 % range of what was counted.
    static void judge(std::uint32_t step, const StepCount& count)
    {
        const std::uint64_t target = count.newTo - count.newFrom;
        const std::uint64_t all = target + count.legacyTo - count.legacyFrom;
        if (all < 50)
            return; // over within one look: nothing to judge
        const double low = lowerBound(target, all, 0.9995);
        const double high = upperBound(target, all, 0.9995);
        const QString text = QStringLiteral("step %1: %2 of %3, ordered %4").arg(step).arg(target).arg(all).arg(count.share);
        qInfo().noquote() << text;
        QVERIFY2(low <= count.share && count.share <= high, qPrintable(text));
    }

    std::optional<test::FailOnQtWarning> guard_;
    QTemporaryDir home_;
    std::unique_ptr<Composition> composition_;
    std::unique_ptr<gui::AppWorkplace> workplace_;
    std::unique_ptr<gui::Appearance> appearance_;
    std::unique_ptr<gui::Console> console_;
};

DROVER_TEST(TestConsoleMainJob)
#include "TestConsoleMainJob.moc"
