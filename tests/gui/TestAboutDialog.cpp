// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QLabel>

#include "gui/dialogs/AboutDialog.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestAboutDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysBothLicencesAndCloses()
    {
        GuiStage stage;
        gui::AboutDialog dialog;
        stage.show(dialog);
        const QString licence = find<QLabel>(dialog, "licenceLabel")->text();
        QVERIFY(licence.contains(QStringLiteral("Apache License 2.0")));
        QVERIFY(licence.contains(QStringLiteral("GPL-3.0")));
        click(dialog, "closeButton");
        QVERIFY(!dialog.isVisible());
    }
};

DROVER_TEST(TestAboutDialog)
#include "TestAboutDialog.moc"
