// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QFileDialog>
#include <QSignalSpy>

#include "gui/dialogs/WorkspaceDialog.h"
#include "gui/pages/WelcomePage.h"
#include "gui/widgets/Banner.h"
#include "support/SampleWorkplace.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestWelcomePage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSandboxIsOneClick()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        gui::WelcomePage page(workplace);
        stage.show(page);
        QSignalSpy opened(&page, &gui::WelcomePage::opened);
        click(page, "sandboxButton");
        QTRY_COMPARE(opened.count(), 1);
        QVERIFY(page.takeSession() != nullptr);
    }

    void whatWentWrongStandsOnThePage()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        workplace.failWith = Error{Errc::unavailable, "no Secret Service", {}};
        gui::WelcomePage page(workplace);
        stage.show(page);
        click(page, "sandboxButton");
        QTRY_COMPARE(find<gui::Banner>(page, "banner")->headline(), QStringLiteral("A service is not there"));
        QVERIFY(find<QPushButton>(page, "sandboxButton")->isEnabled());
    }

    void openingCanBeCancelled()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        workplace.hangs = true;
        gui::WelcomePage page(workplace);
        stage.show(page);
        QVERIFY(!find<QPushButton>(page, "cancelButton")->isVisible());
        QSignalSpy opened(&page, &gui::WelcomePage::opened);
        click(page, "sandboxButton");
        QVERIFY(!find<QPushButton>(page, "sandboxButton")->isEnabled());
        click(page, "cancelButton");
        QVERIFY(find<QPushButton>(page, "sandboxButton")->isEnabled());
        QVERIFY(!find<QPushButton>(page, "cancelButton")->isVisible());
        workplace.hangs = false;
        click(page, "sandboxButton");
        QTRY_COMPARE(opened.count(), 1);
    }

    void aFolderAndANewWorkspaceHaveTheirDialogs()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        gui::WelcomePage page(workplace);
        stage.show(page);
        click(page, "openButton");
        auto* files = page.findChild<QFileDialog*>();
        QVERIFY(files != nullptr);
        files->reject();
        click(page, "createButton");
        QVERIFY(page.findChild<gui::WorkspaceDialog*>() != nullptr);
    }
};

DROVER_TEST(TestWelcomePage)
#include "TestWelcomePage.moc"
