// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QSignalSpy>

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
};

DROVER_TEST(TestWelcomePage)
#include "TestWelcomePage.moc"
