// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QLabel>

#include "gui/dialogs/OrderDialog.h"
#include "gui/pages/MigrationPage.h"
#include "gui/widgets/Banner.h"
#include "gui/widgets/GateCard.h"
#include "gui/widgets/TableView.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestMigrationPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void drawsTheBoardAndTakesOrders()
    {
        GuiStage stage;
        gui::MigrationPage page(stage.context());
        stage.show(page);
        page.showStatus(stage.session.current);
        QCOMPARE(page.findChildren<gui::GateCard*>().size(), qsizetype(2));
        QCOMPARE(find<gui::TableView>(page, "decisions")->model()->rowCount(), 3);
        QVERIFY(!find<QPushButton>(page, "resumeButton")->isVisible());
        click(page, "pauseButton");
        QTRY_COMPARE(stage.session.current.phase, Phase::paused);
        page.showStatus(stage.session.current);
        QCOMPARE(find<gui::Banner>(page, "banner")->headline(), QStringLiteral("Paused"));
        click(page, "resumeButton");
        QTRY_COMPARE(stage.session.current.phase, Phase::canary);
        page.showStatus(stage.session.current);
        click(page, "advanceButton");
        QVERIFY(stage.window.findChild<gui::OrderDialog*>() != nullptr);
    }

    void aRolledBackOneSaysWhyAndOffersANewOne()
    {
        GuiStage stage;
        gui::MigrationPage page(stage.context());
        stage.show(page);
        stage.session.current.phase = Phase::rolledBack;
        stage.session.current.why = "9 of 120 requests failed";
        page.showStatus(stage.session.current);
        QVERIFY(find<gui::Banner>(page, "banner")->isVisible());
        QVERIFY(find<QPushButton>(page, "newButton")->isVisible());
        QVERIFY(!find<QPushButton>(page, "pauseButton")->isVisible());
    }
};

DROVER_TEST(TestMigrationPage)
#include "TestMigrationPage.moc"
