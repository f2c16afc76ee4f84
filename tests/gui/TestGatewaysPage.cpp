// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QLabel>
#include <QLineEdit>

#include "gui/dialogs/OrderDialog.h"
#include "gui/dialogs/TokenDialog.h"
#include "gui/pages/GatewaysPage.h"
#include "gui/widgets/Banner.h"
#include "gui/widgets/TableView.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestGatewaysPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void listsGatewaysAndTheirClients()
    {
        GuiStage stage;
        gui::GatewaysPage page(stage.context());
        stage.show(page);
        QTRY_COMPARE(find<gui::TableView>(page, "table")->model()->rowCount(), 3);
        QTRY_COMPARE(find<gui::TableView>(page, "tokens")->model()->rowCount(), 2);
        QVERIFY(!find<QPushButton>(page, "revokeButton")->isEnabled());
        click(page, "tokenButton");
        QVERIFY(stage.window.findChild<gui::TokenDialog*>() != nullptr);
    }

    // The lists come anew each second, sorted: what is ended is what was selected, whatever stands in its row now.
    void whatIsStoppedIsWhatWasSelected()
    {
        GuiStage stage;
        gui::GatewaysPage page(stage.context());
        stage.show(page);
        auto* table = find<gui::TableView>(page, "table");
        QTRY_COMPARE(table->model()->rowCount(), 3);
        table->selectRow(1); // gw-eu-2
        stage.session.gatewayRows.erase(stage.session.gatewayRows.begin());
        std::swap(stage.session.gatewayRows[0], stage.session.gatewayRows[1]);
        page.refresh();
        QTRY_COMPARE(table->model()->rowCount(), 2);
        QVERIFY(table->selectionModel()->isRowSelected(1));
        click(page, "stopButton");
        auto* sure = stage.window.findChild<gui::OrderDialog*>();
        QVERIFY(sure != nullptr);
        QVERIFY(find<QLabel>(*sure, "headline")->text().contains(QStringLiteral("gw-eu-2")));
        // Asked about one, whatever becomes of the list while the question stands.
        std::swap(stage.session.gatewayRows[0], stage.session.gatewayRows[1]);
        page.refresh();
        GuiStage::settle();
        QVERIFY(stage.session.stopped.empty());
        click(*sure, "confirmButton");
        QTRY_COMPARE(stage.session.stopped, std::vector<std::string>{"gw-eu-2"});
    }

    void aSelectedGatewayThatIsGoneTakesTheSelectionAlong()
    {
        GuiStage stage;
        gui::GatewaysPage page(stage.context());
        stage.show(page);
        auto* table = find<gui::TableView>(page, "table");
        QTRY_COMPARE(table->model()->rowCount(), 3);
        table->selectRow(0);
        QVERIFY(find<QPushButton>(page, "stopButton")->isEnabled());
        stage.session.gatewayRows.erase(stage.session.gatewayRows.begin());
        page.refresh();
        QTRY_COMPARE(table->model()->rowCount(), 2);
        QVERIFY(!table->selectionModel()->hasSelection());
        QVERIFY(!find<QPushButton>(page, "stopButton")->isEnabled());
    }

    void whatIsRevokedIsWhatWasSelected()
    {
        GuiStage stage;
        gui::GatewaysPage page(stage.context());
        stage.show(page);
        auto* tokens = find<gui::TableView>(page, "tokens");
        QTRY_COMPARE(tokens->model()->rowCount(), 2);
        QTest::mouseClick(tokens->viewport(), Qt::LeftButton, {}, tokens->visualRect(tokens->model()->index(1, 0)).center()); // search-assistant
        std::swap(stage.session.tokenRows[0], stage.session.tokenRows[1]);
        page.refresh();
        QTRY_VERIFY(tokens->selectionModel()->isRowSelected(0));
        click(page, "revokeButton");
        auto* sure = stage.window.findChild<gui::OrderDialog*>();
        QVERIFY(sure != nullptr);
        click(*sure, "cancelButton");
        QCOMPARE(stage.session.tokenRows.size(), std::size_t(2));
        click(page, "revokeButton");
        QTRY_COMPARE(stage.window.findChildren<gui::OrderDialog*>().size(), qsizetype(1));
        click(*stage.window.findChild<gui::OrderDialog*>(), "confirmButton");
        QTRY_COMPARE(stage.session.tokenRows.size(), std::size_t(1));
        QCOMPARE(stage.session.tokenRows.front().name, std::string("checkout-service"));
    }

    void productionWantsTheNameTyped()
    {
        GuiStage stage;
        stage.session.facts_.environment = "prod";
        gui::GatewaysPage page(stage.context());
        stage.show(page);
        auto* table = find<gui::TableView>(page, "table");
        QTRY_COMPARE(table->model()->rowCount(), 3);
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(2, 0)).center());
        click(page, "stopButton");
        auto* sure = stage.window.findChild<gui::OrderDialog*>();
        QVERIFY(sure != nullptr);
        QVERIFY(!find<QPushButton>(*sure, "confirmButton")->isEnabled());
        QTest::keyClicks(find<QLineEdit>(*sure, "nameEdit"), QStringLiteral("checkout-platform"));
        click(*sure, "confirmButton");
        QTRY_COMPARE(stage.session.stopped, std::vector<std::string>{"gw-us-1"});
    }

    void anErrorOfOneListOutlivesTheAnswerOfTheOther()
    {
        GuiStage stage;
        stage.session.failGateways = Error{Errc::timeout, "no answer", "redis"};
        gui::GatewaysPage page(stage.context());
        stage.show(page);
        QTRY_COMPARE(find<gui::Banner>(page, "banner")->headline(), QStringLiteral("No answer in time"));
        page.refresh();
        QTRY_COMPARE(find<gui::TableView>(page, "tokens")->model()->rowCount(), 2);
        GuiStage::settle();
        QCOMPARE(find<gui::Banner>(page, "banner")->headline(), QStringLiteral("No answer in time"));
        stage.session.failGateways.reset();
        page.refresh();
        QTRY_VERIFY(!find<gui::Banner>(page, "banner")->isVisible());
    }

    void withoutAGatewayItOffersToStartOne()
    {
        GuiStage stage;
        stage.session.gatewayRows.clear();
        gui::GatewaysPage page(stage.context());
        stage.show(page);
        QTRY_VERIFY(find<QWidget>(page, "empty")->isVisible());
        click(page, "startButton");
        QTRY_VERIFY(find<QPushButton>(page, "startButton")->isEnabled());
        QTRY_COMPARE(stage.session.starts, 1);
        click(*find<QWidget>(page, "empty"), "emptyAction");
        QTRY_COMPARE(stage.session.starts, 2);
    }
};

DROVER_TEST(TestGatewaysPage)
#include "TestGatewaysPage.moc"
