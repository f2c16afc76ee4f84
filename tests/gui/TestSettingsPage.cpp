// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QComboBox>
#include <QLineEdit>

#include "gui/pages/SettingsPage.h"
#include "gui/widgets/Banner.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestSettingsPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void themeAndLanguageHoldAtOnce()
    {
        GuiStage stage;
        gui::SettingsPage page(stage.context());
        stage.show(page);
        QTest::keyClick(find<QComboBox>(page, "themeBox"), Qt::Key_End);
        QTRY_VERIFY(gui::tokens().dark);
        QTest::keyClick(find<QComboBox>(page, "themeBox"), Qt::Key_Up);
        QTRY_VERIFY(!gui::tokens().dark);
    }

    void checkSaysThatAllIsWell()
    {
        GuiStage stage;
        gui::SettingsPage page(stage.context());
        stage.show(page);
        click(page, "checkButton");
        QTRY_VERIFY(find<gui::Banner>(page, "banner")->isVisible());
        QTest::keyClicks(find<QLineEdit>(page, "policyEdit"), QStringLiteral("x"));
        click(page, "saveButton");
        QTRY_COMPARE(stage.session.saved.size(), std::size_t(1));
        QCOMPARE(stage.session.saved.front().first, std::string("policy.name"));
    }
};

DROVER_TEST(TestSettingsPage)
#include "TestSettingsPage.moc"
