// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "gui/dialogs/TokenDialog.h"
#include "gui/pages/GatewaysPage.h"
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
        auto* tokens = find<gui::TableView>(page, "tokens");
        QTRY_COMPARE(find<gui::TableView>(page, "table")->model()->rowCount(), 3);
        QTRY_COMPARE(tokens->model()->rowCount(), 2);
        QVERIFY(!find<QPushButton>(page, "revokeButton")->isEnabled());
        tokens->selectRow(0);
        click(page, "revokeButton");
        QTRY_COMPARE(stage.session.tokenRows.size(), std::size_t(1));
        click(page, "tokenButton");
        QVERIFY(stage.window.findChild<gui::TokenDialog*>() != nullptr);
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
    }
};

DROVER_TEST(TestGatewaysPage)
#include "TestGatewaysPage.moc"
