// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QElapsedTimer>
#include <QLineEdit>
#include <QPointer>

#include "domain/gates/Gate.h"
#include "gui/dialogs/OrderDialog.h"
#include "gui/dialogs/VerifyKeyDialog.h"
#include "gui/widgets/TableView.h"
#include "ConsoleStage.h"
#include "gui/wizard/MigrationWizard.h"
#include "support/TestMain.h"

#include <algorithm>
#include <map>
#include <optional>

using namespace drover;
using namespace drover::test;

namespace {

constexpr int leastJudged = 3; // steps of a run: fewer would prove little of a share that follows the orders

// What the sandbox's providers counted while one step was served.
struct StepCount {
    double share = 0;
    std::uint64_t legacyFrom = 0, newFrom = 0;
    std::uint64_t legacyTo = 0, newTo = 0;
};

} // namespace

// The real console on the real sandbox, by clicks and keys alone. What is judged is what the providers counted.
class TestConsoleMainJob : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { stage_.emplace(); }
    void firstStartOnTheSandbox() { stage_->open(); }

    void oneKeyIsAddedAndVerified()
    {
        auto& window = stage_->window();
        const auto minted = stage_->mint();
        QVERIFY(minted.has_value());
        ConsoleStage::key(window, Qt::Key_3);
        QTRY_COMPARE_WITH_TIMEOUT(window.currentPage(), QStringLiteral("keys"), patience);
        ConsoleStage::press(window, "addButton");
        stage_->addKey(QStringLiteral("by-hand"), *minted);
        QTRY_VERIFY_WITH_TIMEOUT(window.findChild<gui::VerifyKeyDialog*>() != nullptr, patience);
        auto* verify = window.findChild<gui::VerifyKeyDialog*>();
        auto* pill = verify->findChild<gui::StatusPill*>(QStringLiteral("statePill"));
        QTRY_VERIFY_WITH_TIMEOUT(pill->text() != QStringLiteral("Asking …"), patience);
        QCOMPARE(pill->text(), QStringLiteral("Verified"));
        ConsoleStage::press(*verify, "closeButton");
        QTRY_COMPARE_WITH_TIMEOUT(table()->rowCount(), 3, patience);
    }

    void theWizardLeadsToDone()
    {
        startByWizard();
        if (QTest::currentTestFailed())
            return;
        const auto counts = follow([](const QString& phase) { return phase == QStringLiteral("Done") || phase == QStringLiteral("Rolled back") || phase == QStringLiteral("Paused"); });
        QCOMPARE(stage_->phase(), QStringLiteral("Done"));
        int judged = 0;
        for (const auto& [step, count] : counts)
            judged += judge(step, count) ? 1 : 0;
        QVERIFY2(judged >= leastJudged, qPrintable(QStringLiteral("%1 of %2 steps were long enough to judge").arg(judged).arg(counts.size())));
    }

    void byHandThroughTheCanaryAndBack()
    {
        startByWizard();
        if (QTest::currentTestFailed())
            return;
        QTRY_VERIFY_WITH_TIMEOUT(stage_->status().phase == Phase::canary, patience);
        pauseAndResume();
        if (QTest::currentTestFailed())
            return;
        advance();
        if (QTest::currentTestFailed())
            return;
        QTRY_VERIFY_WITH_TIMEOUT(stage_->status().step >= 2, patience);
        ConsoleStage::press(stage_->window(), "rollBackButton");
        auto* sure = stage_->window().findChild<gui::OrderDialog*>();
        QVERIFY(sure != nullptr);
        ConsoleStage::press(*sure, "confirmButton");
        QTRY_COMPARE_WITH_TIMEOUT(stage_->phase(), QStringLiteral("Rolled back"), patience);
        // What was under way may still arrive; after that HolySheep hears nothing more and legacy everything.
        const auto at = counted();
        QTRY_VERIFY_WITH_TIMEOUT(counted().first > at.first + 300, patience);
        const auto before = counted();
        QTRY_VERIFY_WITH_TIMEOUT(counted().first > before.first + 300, patience);
        QCOMPARE(counted().second, before.second);
    }

    void cleanupTestCase() { stage_.reset(); }

private:
    QAbstractItemModel* table() const
    {
        return stage_->window().page(QStringLiteral("keys"))->findChild<gui::TableView*>(QStringLiteral("table"))->model();
    }

    // Requests each provider has counted: legacy, HolySheep.
    std::pair<std::uint64_t, std::uint64_t> counted()
    {
        auto counts = answerOf(stage_->machine().sandbox.counts(stage_->window().session().settings().facts().sandboxControl, stage_->soon()));
        if (!counts || !counts->has_value())
            return {0, 0};
        return {(**counts).targets["legacy"].requests, (**counts).targets["holysheep"].requests};
    }

    void startByWizard()
    {
        auto& window = stage_->window();
        const auto idle = [this] { return stage_->phase() == QStringLiteral("Not started") || stage_->phase() == QStringLiteral("Done"); };
        QTRY_VERIFY_WITH_TIMEOUT(idle(), patience);
        ConsoleStage::key(window, Qt::Key_2);
        ConsoleStage::key(window, Qt::Key_N);
        QTRY_VERIFY(window.findChild<gui::MigrationWizard*>() != nullptr);
        auto* wizard = window.findChild<gui::MigrationWizard*>();
        QTest::keyClicks(wizard->findChild<QLineEdit*>(QStringLiteral("reasonEdit")), QStringLiteral("a rehearsal"));
        ConsoleStage::press(*wizard, "nextButton");
        ConsoleStage::press(*wizard, "rehearsalRadio");
        for (int i = 0; i < 3; ++i)
            ConsoleStage::press(*wizard, "nextButton");
        ConsoleStage::press(*wizard, "finishButton");
        QTRY_VERIFY_WITH_TIMEOUT(window.findChild<gui::MigrationWizard*>() == nullptr || !wizard->isVisible(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(!idle(), patience);
    }

    // A pause holds the share: HolySheep goes on being asked, and the step stays. Resume goes on from there.
    void pauseAndResume()
    {
        const auto& board = *stage_->window().page(QStringLiteral("migration"));
        const auto served = [this] { return stage_->status().phase == Phase::canary && stage_->status().notBefore.has_value(); };
        QTRY_VERIFY_WITH_TIMEOUT(served(), patience); // before that the pause would hold the shadow
        ConsoleStage::press(board, "pauseButton");
        QTRY_COMPARE_WITH_TIMEOUT(stage_->phase(), QStringLiteral("Paused"), patience);
        const double share = stage_->status().shareConfigured;
        QVERIFY(share > 0 && share < 1);
        const auto before = counted();
        QTRY_VERIFY_WITH_TIMEOUT(counted().first > before.first + 600, patience);
        QVERIFY(counted().second > before.second);
        QCOMPARE(stage_->phase(), QStringLiteral("Paused"));
        QCOMPARE(stage_->status().shareConfigured, share);
        ConsoleStage::press(board, "resumeButton");
        QTRY_COMPARE_WITH_TIMEOUT(stage_->phase(), QStringLiteral("Canary"), patience);
    }

    // The question that is open, as far as it stands: it may go between any two keys.
    void answer()
    {
        const QPointer<gui::OrderDialog> dialog = stage_->window().findChild<gui::OrderDialog*>();
        for (const QChar letter : QStringLiteral("seen enough"))
            if (dialog && dialog->isVisible())
                QTest::keyClick(dialog->findChild<QLineEdit*>(QStringLiteral("reasonEdit")), letter.toLatin1());
        if (dialog && dialog->isVisible())
            QTest::mouseClick(dialog->findChild<QAbstractButton*>(QStringLiteral("confirmButton")), Qt::LeftButton);
    }

    // Steps of a rehearsal may end while a person types: the question goes then, and is put anew. A step that is not served
    // by every gateway yet takes no order.
    void advance()
    {
        const auto byHand = [this] {
            return std::ranges::any_of(stage_->status().decisions, [](const GateDecision& d) { return d.outcome.starts_with("skipped by"); });
        };
        auto* button = stage_->window().page(QStringLiteral("migration"))->findChild<QAbstractButton*>(QStringLiteral("advanceButton"));
        while (!byHand()) {
            QCOMPARE(stage_->status().phase, Phase::canary);
            const auto ready = [&] { return (button->isEnabled() && stage_->status().notBefore.has_value()) || stage_->status().phase != Phase::canary; };
            QTRY_VERIFY_WITH_TIMEOUT(ready(), patience);
            QTest::mouseClick(button, Qt::LeftButton);
            answer();
            const bool over = QTest::qWaitFor([&] { return byHand(); }, 500);
            Q_UNUSED(over)
        }
    }

    // Counts at the sandbox for each canary step: from the last gateway's acknowledgement to the next order.
    template <class End>
    std::map<std::uint32_t, StepCount> follow(End end)
    {
        std::map<std::uint32_t, StepCount> counts;
        QElapsedTimer running;
        running.start();
        while (!end(stage_->phase()) && running.elapsed() < patience) {
            const app::MigrationStatus before = stage_->status();
            const auto [legacy, target] = counted();
            const app::MigrationStatus after = stage_->status();
            const bool served = before.gateways > 0 && before.gatewaysServing == before.gateways;
            if (before.phase == Phase::canary && served && after.generation == before.generation) {
                const auto [at, fresh] = counts.try_emplace(before.step);
                if (fresh)
                    at->second = {before.shareConfigured, legacy, target, legacy, target};
                at->second.legacyTo = legacy;
                at->second.newTo = target;
            }
            // Another look when the step is over, or a little later.
            const bool over = QTest::qWaitFor([&] { return stage_->status().generation != after.generation; }, 50);
            Q_UNUSED(over)
        }
        return counts;
    }

    // The share of the step lies within the exact 99.9 % range of what was counted. Whether there was enough to judge.
    static bool judge(std::uint32_t step, const StepCount& count)
    {
        const std::uint64_t target = count.newTo - count.newFrom;
        const std::uint64_t all = target + count.legacyTo - count.legacyFrom;
        if (all < 50)
            return false; // over within one look: nothing to judge
        const double low = lowerBound(target, all, 0.9995);
        const double high = upperBound(target, all, 0.9995);
        const QString text = QStringLiteral("step %1: %2 of %3, ordered %4").arg(step).arg(target).arg(all).arg(count.share);
        qInfo().noquote() << text;
        const bool within = low <= count.share && count.share <= high;
        if (!within)
            QTest::qFail(qPrintable(text), __FILE__, __LINE__);
        return within;
    }

    std::optional<ConsoleStage> stage_;
};

DROVER_TEST(TestConsoleMainJob)
#include "TestConsoleMainJob.moc"
