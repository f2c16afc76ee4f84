// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "gui/pages/CostsPage.h"
#include "gui/widgets/MetricTile.h"
#include "gui/widgets/TableView.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestCostsPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsBothPriceBooks()
    {
        GuiStage stage;
        gui::CostsPage page(stage.context());
        stage.show(page);
        auto* table = find<gui::TableView>(page, "table");
        QTRY_COMPARE(table->model()->rowCount(), 4);
        QCOMPARE(find<gui::MetricTile>(page, "savingTile")->value(), QStringLiteral("$7,178.26"));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(1, 0)).center());
        QVERIFY(table->selectionModel()->isRowSelected(1));
    }
};

DROVER_TEST(TestCostsPage)
#include "TestCostsPage.moc"
