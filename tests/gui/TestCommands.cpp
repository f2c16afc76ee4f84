// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>

#include "gui/dialogs/OrderDialog.h"

#include "support/GuiStage.h"
#include "support/HangingSession.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The sample: the error rate passes, the added latency does not yet.
    void anAdvanceOverAnOpenGateNamesItAndWantsAReason()
    {
        GuiStage stage;
        stage.commands.setNews(stage.session.news());
        stage.commands.advance();
        auto* dialog = stage.window.findChild<gui::OrderDialog*>();
        QVERIFY(dialog != nullptr);
        const QString asked = find<QLabel>(*dialog, "text")->text();
        QVERIFY(asked.contains(QStringLiteral("Added latency")));
        QVERIFY(!asked.contains(QStringLiteral("Error rate")));
        auto* confirm = find<QPushButton>(*dialog, "confirmButton");
        QVERIFY(!confirm->isEnabled());
        QTest::keyClicks(find<QLineEdit>(*dialog, "reasonEdit"), QStringLiteral("measured elsewhere"));
        QVERIFY(confirm->isEnabled());
        click(*dialog, "confirmButton");
        QTRY_COMPARE(stage.session.orders.size(), std::size_t(1));
        QCOMPARE(stage.session.orders.front().second, std::string("measured elsewhere"));
    }

    // The language was changed while a key was being revoked: the window that ordered it is gone.
    void whatComesOfARevocationIsSaidInTheNextWindow()
    {
        GuiStage stage;
        stage.session.underRevocation = "k_1";
        stage.session.failKeys = Error{Errc::timeout, "the provider still takes the key", "k_1"};
        gui::Commands next(stage.session, stage.toast, stage.window);
        QSignalSpy failed(&next, &gui::Commands::failed);
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed[0][0].toString(), QStringLiteral("Revoke k_1"));
        stage.session.failKeys.reset();
        gui::Commands another(stage.session, stage.toast, stage.window);
        QSignalSpy succeeded(&another, &gui::Commands::succeeded);
        QTRY_COMPARE(succeeded.count(), 1);
        QCOMPARE(stage.session.revoked.back().first, std::string("k_1"));
    }

    void withEveryGatePassedNoReasonIsWanted()
    {
        GuiStage stage;
        for (auto& gate : stage.session.current.gates)
            gate.verdict = Verdict::pass;
        stage.commands.setNews(stage.session.news());
        stage.commands.advance();
        QVERIFY(find<QPushButton>(*stage.window.findChild<gui::OrderDialog*>(), "confirmButton")->isEnabled());
    }

    void aYesToOneStepIsNoneToTheNext()
    {
        GuiStage stage;
        stage.commands.setNews(stage.session.news());
        stage.commands.advance();
        auto* dialog = stage.window.findChild<gui::OrderDialog*>();
        stage.commands.setNews(stage.session.news()); // the same step goes on: the question stands
        QVERIFY(dialog->isVisible());
        ++stage.session.current.step;
        ++stage.session.current.generation;
        stage.commands.setNews(stage.session.news());
        QVERIFY(!dialog->isVisible());
        QVERIFY(stage.session.orders.empty());
    }

    void theCutoverInProductionWantsTheNameTyped()
    {
        GuiStage stage;
        stage.session.facts_.environment = "prod";
        stage.session.current.nextAction = "cutover";
        stage.session.current.gates.clear();
        stage.commands.setNews(stage.session.news());
        stage.commands.advance();
        auto* dialog = stage.window.findChild<gui::OrderDialog*>();
        QVERIFY(!find<QPushButton>(*dialog, "confirmButton")->isEnabled());
        QTest::keyClicks(find<QLineEdit>(*dialog, "nameEdit"), QStringLiteral("checkout-platform"));
        QVERIFY(find<QPushButton>(*dialog, "confirmButton")->isEnabled());
    }

    // The first one is on its way to the provider: a second one in its place would break it off half done.
    void aSecondRevocationLeavesTheFirstAlone()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        gui::Commands commands(session, stage.toast, stage.window);
        for (const std::size_t row : {std::size_t(3), std::size_t(4)}) {
            const KeyRecord& key = session.keyRows[row].record;
            commands.revokeKey(key);
            auto* dialog = stage.window.findChildren<gui::OrderDialog*>().back();
            QTest::keyClicks(find<QLineEdit>(*dialog, "nameEdit"), gui::text(key.name.empty() ? key.id : key.name));
            click(*dialog, "confirmButton");
            QTRY_COMPARE(session.asked, 1);
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        }
        QCOMPARE(session.aborted, 0);
        QVERIFY(stage.toast.accessibleName().contains(QStringLiteral("not yet")));
    }

    // The audit is read by people of any language: it is written in one.
    void theAuditIsInOneLanguage()
    {
        GuiStage stage;
        stage.appearance.setLanguage(QStringLiteral("zh_CN"));
        stage.commands.setNews(stage.session.news());
        stage.commands.pause();
        QTRY_COMPARE(stage.session.orders.size(), std::size_t(1));
        stage.commands.resume();
        QTRY_COMPARE(stage.session.orders.size(), std::size_t(2));
        QCOMPARE(stage.session.orders[0].second, std::string("paused in the console"));
        QCOMPARE(stage.session.orders[1].second, std::string("resumed in the console"));
    }

    void nothingStandsInTheWayOfARollback()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        gui::Commands commands(session, stage.toast, stage.window);
        commands.pause();
        QTRY_COMPARE(session.asked, 1);
        commands.pause(); // on its way already
        commands.rollBack(); // while nothing is known
        click(*stage.window.findChild<gui::OrderDialog*>(), "confirmButton");
        QTRY_COMPARE(session.asked, 2);
        QCOMPARE(session.aborted, 0);
    }

    void whatFailedCanBeTriedAgain()
    {
        GuiStage stage;
        stage.session.failOrders = Error{Errc::timeout, "the controller did not answer in time", {}};
        stage.commands.setNews(stage.session.news());
        QSignalSpy failed(&stage.commands, &gui::Commands::failed);
        QSignalSpy succeeded(&stage.commands, &gui::Commands::succeeded);
        stage.commands.pause();
        QTRY_COMPARE(failed.count(), 1);
        stage.session.failOrders.reset();
        stage.commands.again();
        QTRY_COMPARE(succeeded.count(), 1);
        QCOMPARE(stage.session.current.phase, Phase::paused);
    }
};

DROVER_TEST(TestCommands)
#include "TestCommands.moc"
