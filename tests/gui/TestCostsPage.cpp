// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QLabel>

#include "gui/pages/CostsPage.h"
#include "gui/widgets/Banner.h"
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

    void aDearerTargetIsSaidToBe()
    {
        GuiStage stage;
        CostFacts facts;
        facts.lines = {{"legacy", "gpt-4.1", 10, {1000, 0, 0, 100}, usd("1"), usd("1"), usd("2")}};
        facts.monthlyOnLegacy = usd("100");
        facts.monthlyOnTarget = usd("112");
        stage.session.costFacts = facts;
        gui::CostsPage page(stage.context());
        stage.show(page);
        auto* tile = find<gui::MetricTile>(page, "savingTile");
        QTRY_COMPARE(tile->value(), QStringLiteral("$12.00"));
        QVERIFY(tile->caption().contains(QStringLiteral("Extra cost")));
        QVERIFY(tile->context().contains(QStringLiteral("more than on Legacy")));
        stage.session.costFacts->monthlyOnTarget = usd("100");
        page.refresh();
        QTRY_COMPARE(tile->context(), QStringLiteral("as much as on Legacy"));
    }

    // Priced in one book only, it is in no sum: whoever compares must know.
    void everyModelThatIsLeftOutIsNamed()
    {
        GuiStage stage;
        CostFacts facts;
        facts.lines = {{"legacy", "gpt-4.1", 10, {1000, 0, 0, 100}, usd("1"), usd("1"), usd("2")},
                       {"legacy", "o9-old", 10, {1000, 0, 0, 100}, usd("1"), usd("1"), {}},
                       {"holysheep", "sheep-1", 10, {1000, 0, 0, 100}, usd("1"), {}, usd("1")},
                       {"legacy", "unheard-of", 1, {10, 0, 0, 1}, {}, {}, {}}};
        stage.session.costFacts = facts;
        gui::CostsPage page(stage.context());
        stage.show(page);
        auto* banner = find<gui::Banner>(page, "banner");
        QTRY_VERIFY(banner->isVisible());
        QVERIFY(banner->text().contains(QStringLiteral("o9-old (not in HolySheep's book)")));
        QVERIFY(banner->text().contains(QStringLiteral("sheep-1 (not in Legacy's book)")));
        QVERIFY(banner->text().contains(QStringLiteral("unheard-of (in neither book)")));
        QVERIFY(!banner->text().contains(QStringLiteral("gpt-4.1")));
        QVERIFY(find<QLabel>(page, "booksLabel")->text().contains(QStringLiteral("in no sum here")));
    }

private:
    static Money usd(const char* amount) { return Money::parse(amount).value(); }
};

DROVER_TEST(TestCostsPage)
#include "TestCostsPage.moc"
