// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include "gui/dialogs/TokenDialog.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestTokenDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTokenIsShownOnce()
    {
        GuiStage stage;
        gui::TokenDialog dialog(stage.session.gateways());
        stage.show(dialog);
        QVERIFY(!find<QWidget>(dialog, "tokenCard")->isVisible());
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("search"));
        click(dialog, "createButton");
        QTRY_VERIFY(find<QWidget>(dialog, "tokenCard")->isVisible());
        QVERIFY(find<QLabel>(dialog, "tokenLabel")->text().startsWith(QStringLiteral("drv_")));
        QVERIFY(!find<QPushButton>(dialog, "createButton")->isVisible());
        click(dialog, "closeButton");
        QVERIFY(!dialog.isVisible());
    }
};

DROVER_TEST(TestTokenDialog)
#include "TestTokenDialog.moc"
