// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QSpinBox>
#include <QToolButton>

#include "gui/dialogs/TokenDialog.h"

#include "support/GuiStage.h"
#include "support/HangingSession.h"
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
        QCOMPARE(find<QLabel>(dialog, "tokenLabel")->textInteractionFlags(), Qt::NoTextInteraction); // a selection is a clipboard too
        QVERIFY(!find<QPushButton>(dialog, "createButton")->isVisible());
        click(dialog, "closeButton");
        QVERIFY(!dialog.isVisible());
    }

    void whileTheTokenIsMadeNothingCancels()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        gui::TokenDialog dialog(session.gateways());
        stage.show(dialog);
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("search"));
        click(dialog, "createButton");
        QCOMPARE(session.asked, 1);
        QVERIFY(find<QProgressBar>(dialog, "progress")->isVisible());
        QVERIFY(!find<QPushButton>(dialog, "closeButton")->isEnabled());
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(dialog.isVisible());
        QCOMPARE(session.aborted, 0);
    }

    void theTokenIsCopiedWithItsLimit()
    {
        GuiStage stage;
        gui::TokenDialog dialog(stage.session.gateways());
        stage.show(dialog);
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("search"));
        auto* limit = find<QSpinBox>(dialog, "limitBox");
        limit->selectAll();
        QTest::keyClicks(limit, QStringLiteral("120"));
        click(dialog, "createButton");
        QTRY_VERIFY(find<QWidget>(dialog, "tokenCard")->isVisible());
        click(dialog, "copyButton");
        QCOMPARE(QGuiApplication::clipboard()->text(), find<QLabel>(dialog, "tokenLabel")->text());
        QCOMPARE(stage.session.tokenRows.back().requestsPerMinute, 120u);
    }
};

DROVER_TEST(TestTokenDialog)
#include "TestTokenDialog.moc"
