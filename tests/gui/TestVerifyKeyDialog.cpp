// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QLabel>

#include "gui/dialogs/VerifyKeyDialog.h"
#include "gui/widgets/StatusPill.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestVerifyKeyDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsEachPlaceAndAsksAgain()
    {
        GuiStage stage;
        gui::VerifyKeyDialog dialog(stage.session.keys(), QStringLiteral("k_e0a4417b22"));
        stage.show(dialog);
        QTRY_COMPARE(find<gui::StatusPill>(dialog, "statePill")->text(), QStringLiteral("Verified"));
        QVERIFY(find<QWidget>(dialog, "placesCard")->isVisible());
        click(dialog, "againButton");
        QTRY_COMPARE(find<gui::StatusPill>(dialog, "statePill")->text(), QStringLiteral("Verified"));
        click(dialog, "closeButton");
        QVERIFY(!dialog.isVisible());
    }
};

DROVER_TEST(TestVerifyKeyDialog)
#include "TestVerifyKeyDialog.moc"
