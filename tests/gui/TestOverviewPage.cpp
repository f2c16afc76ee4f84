// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "gui/pages/OverviewPage.h"
#include "gui/widgets/EmptyState.h"
#include "gui/widgets/MetricTile.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestOverviewPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsTheNumbersAndLeadsOn()
    {
        GuiStage stage;
        gui::OverviewPage page(stage.context());
        stage.show(page);
        page.showStatus(stage.session.current);
        QTRY_VERIFY(find<gui::MetricTile>(page, "requestsTile")->value() != QStringLiteral("–"));
        QVERIFY(find<QWidget>(page, "migrationCard")->isVisible());
        click(page, "keysButton");
        QCOMPARE(stage.wentTo, QStringLiteral("keys"));
        click(page, "openButton");
        QCOMPARE(stage.wentTo, QStringLiteral("migration"));
        click(page, "gatewaysButton");
        QCOMPARE(stage.wentTo, QStringLiteral("gateways"));
    }

    void withoutAMigrationItOffersOne()
    {
        GuiStage stage;
        gui::OverviewPage page(stage.context());
        stage.show(page);
        page.showStatus({});
        QVERIFY(find<gui::EmptyState>(page, "empty")->isVisible());
        QVERIFY(!find<QWidget>(page, "migrationCard")->isVisible());
    }
};

DROVER_TEST(TestOverviewPage)
#include "TestOverviewPage.moc"
