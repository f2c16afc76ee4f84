// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QLineEdit>
#include <QSignalSpy>

#include "gui/dialogs/OrderDialog.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestOrderDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void confirmsWithTheReasonThatWasTyped()
    {
        GuiStage stage;
        gui::OrderDialog dialog({QStringLiteral("Roll back?"), QStringLiteral("All of it"), QStringLiteral("Roll back"), QString(), true});
        stage.show(dialog);
        QSignalSpy confirmed(&dialog, &gui::OrderDialog::confirmed);
        QTest::keyClicks(find<QLineEdit>(dialog, "reasonEdit"), QStringLiteral("errors rise"));
        click(dialog, "confirmButton");
        QCOMPARE(confirmed.count(), 1);
        QCOMPARE(confirmed.at(0).at(0).toString(), QStringLiteral("errors rise"));
        QVERIFY(!dialog.isVisible());
    }

    void productionWantsTheNameTyped()
    {
        GuiStage stage;
        gui::OrderDialog dialog({QStringLiteral("Roll back?"), QStringLiteral("All of it"), QStringLiteral("Roll back"), QStringLiteral("checkout"), true});
        stage.show(dialog);
        auto* confirm = find<QPushButton>(dialog, "confirmButton");
        QVERIFY(!confirm->isEnabled());
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("check"));
        QVERIFY(!confirm->isEnabled());
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("out"));
        QVERIFY(confirm->isEnabled());
    }

    void cancelOrdersNothing()
    {
        GuiStage stage;
        gui::OrderDialog dialog({QStringLiteral("Advance?"), QStringLiteral("Next"), QStringLiteral("Advance"), QString(), false});
        stage.show(dialog);
        QSignalSpy confirmed(&dialog, &gui::OrderDialog::confirmed);
        click(dialog, "cancelButton");
        QCOMPARE(confirmed.count(), 0);
    }
};

DROVER_TEST(TestOrderDialog)
#include "TestOrderDialog.moc"
