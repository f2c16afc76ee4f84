// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QComboBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QProgressBar>

#include "gui/dialogs/WorkspaceDialog.h"
#include "gui/widgets/Banner.h"
#include "support/SampleWorkplace.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestWorkspaceDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void createsWhatWasTyped()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        gui::WorkspaceDialog dialog(workplace);
        stage.show(dialog);
        QVERIFY(!find<QPushButton>(dialog, "createButton")->isEnabled());
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("payments"));
        QTest::keyClick(find<QComboBox>(dialog, "environmentBox"), Qt::Key_End);
        click(dialog, "createButton");
        QTRY_VERIFY(!dialog.isVisible());
        QCOMPARE(workplace.wished.name, std::string("payments"));
        QCOMPARE(workplace.wished.environment, std::string("prod"));
        QVERIFY(dialog.takeSession() != nullptr);
    }

    void anErrorStandsInTheDialogWithWhatToDo()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        workplace.failWith = Error{Errc::locked, "the login keyring is locked", {}};
        gui::WorkspaceDialog dialog(workplace);
        stage.show(dialog);
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("payments"));
        click(dialog, "createButton");
        QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("The keyring is locked"));
        QVERIFY(dialog.isVisible());
        QVERIFY(find<QPushButton>(dialog, "createButton")->isEnabled());
        click(dialog, "cancelButton");
    }

    void everyFieldIsTakenAndNothingCancelsMidway()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        workplace.hangs = true;
        gui::WorkspaceDialog dialog(workplace);
        stage.show(dialog);
        click(dialog, "browseButton");
        auto* files = dialog.findChild<QFileDialog*>();
        QVERIFY(files != nullptr);
        files->reject();
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("payments"));
        QTest::keyClicks(find<QLineEdit>(dialog, "folderEdit"), QStringLiteral("-2"));
        QTest::keyClicks(find<QLineEdit>(dialog, "legacyEdit"), QStringLiteral("/a"));
        QTest::keyClicks(find<QLineEdit>(dialog, "holysheepEdit"), QStringLiteral("/b"));
        QTest::keyClick(find<QComboBox>(dialog, "secretsBox"), Qt::Key_End);
        click(dialog, "createButton");
        QCOMPARE(workplace.wished.folder.string(), std::string("/tmp/drover-sample-2"));
        QCOMPARE(workplace.wished.secrets, std::string("vault"));
        QCOMPARE(workplace.wished.legacy, std::string("https://api.openai.com/v1/a"));
        QCOMPARE(workplace.wished.holysheep, std::string("https://api.holysheep.ai/v1/b"));
        QVERIFY(find<QProgressBar>(dialog, "progress")->isVisible());
        QVERIFY(!find<QPushButton>(dialog, "cancelButton")->isEnabled());
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(dialog.isVisible());
    }
};

DROVER_TEST(TestWorkspaceDialog)
#include "TestWorkspaceDialog.moc"
