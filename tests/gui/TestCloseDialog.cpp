// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QLabel>

#include "gui/dialogs/CloseDialog.h"
#include "gui/widgets/Banner.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestCloseDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theControllerAsksBeforeItGoes()
    {
        GuiStage stage;
        stage.session.controlled = true;
        gui::MainWindow window(stage.session, stage.appearance);
        stage.show(window);
        window.close();
        QVERIFY(window.isVisible());
        auto* dialog = window.findChild<gui::CloseDialog*>();
        QVERIFY(dialog != nullptr);
        QVERIFY(find<QLabel>(*dialog, "text")->text().contains(QStringLiteral("14 min")));
        click(*dialog, "stayButton");
        QVERIFY(window.isVisible());
        QTRY_VERIFY(window.findChild<gui::CloseDialog*>() == nullptr);
        window.close();
        click(*window.findChild<gui::CloseDialog*>(), "closeButton");
        QTRY_VERIFY(!window.isVisible());
        QVERIFY(stage.session.orders.empty());
    }

    void pauseAndCloseWaitsForThePause()
    {
        GuiStage stage;
        stage.session.controlled = true;
        stage.session.failOrders = Error{Errc::refused, "not now", {}};
        gui::MainWindow window(stage.session, stage.appearance);
        stage.show(window);
        window.close();
        click(*window.findChild<gui::CloseDialog*>(), "pauseButton");
        QTRY_COMPARE(find<gui::Banner>(window, "orderBanner")->headline(), QStringLiteral("Pause failed: Refused"));
        QVERIFY(window.isVisible());
        stage.session.failOrders.reset();
        QTRY_VERIFY(window.findChild<gui::CloseDialog*>() == nullptr);
        window.close();
        click(*window.findChild<gui::CloseDialog*>(), "pauseButton");
        QTRY_VERIFY(!window.isVisible());
        QCOMPARE(stage.session.current.phase, Phase::paused);
    }

    void whoeverDoesNotControlClosesAtOnce()
    {
        GuiStage stage;
        gui::MainWindow window(stage.session, stage.appearance);
        stage.show(window);
        window.close();
        QVERIFY(!window.isVisible());
    }

    void anEndedMigrationHoldsNobody()
    {
        GuiStage stage;
        stage.session.controlled = true;
        stage.session.current.phase = Phase::done;
        gui::MainWindow window(stage.session, stage.appearance);
        stage.show(window);
        window.close();
        QVERIFY(!window.isVisible());
    }
};

DROVER_TEST(TestCloseDialog)
#include "TestCloseDialog.moc"
