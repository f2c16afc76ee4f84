// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QComboBox>
#include <QDesktopServices>
#include <QLineEdit>
#include <QSignalSpy>
#include <QUrl>

#include "gui/Words.h"
#include "gui/pages/SettingsPage.h"
#include "gui/widgets/Banner.h"

#include "support/GuiStage.h"
#include "support/HangingSession.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

// Takes the place of the desktop's browser.
class NoBrowser : public QObject {
    Q_OBJECT

public:
    NoBrowser() { QDesktopServices::setUrlHandler(QStringLiteral("https"), this, "open"); }
    ~NoBrowser() override { QDesktopServices::unsetUrlHandler(QStringLiteral("https")); }
    QList<QUrl> opened;

public Q_SLOTS:
    void open(const QUrl& url) { opened << url; }
};

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

    void theLanguageIsChosenHere()
    {
        GuiStage stage;
        gui::SettingsPage page(stage.context());
        stage.show(page);
        QSignalSpy changed(&stage.appearance, &gui::Appearance::languageChanged);
        QTest::keyClick(find<QComboBox>(page, "languageBox"), Qt::Key_End);
        QTRY_COMPARE(changed.count(), 1);
        QCOMPARE(stage.appearance.language(), QStringLiteral("zh_CN"));
        QCOMPARE(gui::phaseText(Phase::canary), QStringLiteral("金丝雀"));
        QTest::keyClick(find<QComboBox>(page, "languageBox"), Qt::Key_Up);
        QTRY_COMPARE(stage.appearance.language(), QStringLiteral("en"));
    }

    void everyFieldIsSavedUnderItsOwnName()
    {
        GuiStage stage;
        gui::SettingsPage page(stage.context());
        stage.show(page);
        click(page, "saveButton");
        GuiStage::settle();
        QVERIFY(stage.session.saved.empty()); // nothing was changed
        QTest::keyClicks(find<QLineEdit>(page, "listenEdit"), QStringLiteral("1"));
        QTest::keyClicks(find<QLineEdit>(page, "legacyEdit"), QStringLiteral("2"));
        QTest::keyClicks(find<QLineEdit>(page, "holysheepEdit"), QStringLiteral("3"));
        click(page, "saveButton");
        QTRY_COMPARE(stage.session.saved.size(), std::size_t(3));
        QCOMPARE(stage.session.saved[0], (std::pair<std::string, std::string>{"gateway.listen", "127.0.0.1:80801"}));
        QCOMPARE(stage.session.saved[1].first, std::string("targets.legacy.openai"));
        QCOMPARE(stage.session.saved[2].first, std::string("targets.holysheep.openai"));
    }

    void aPersonLogsInAtTheStore()
    {
        GuiStage stage;
        NoBrowser browser;
        stage.session.facts_.browserLogin = true;
        gui::SettingsPage page(stage.context());
        stage.show(page);
        click(page, "loginButton");
        QTRY_COMPARE(browser.opened.size(), 1);
        QCOMPARE(browser.opened.front(), QUrl(QStringLiteral("https://idp.example/authorize?state=s")));
        auto* banner = find<gui::Banner>(page, "banner");
        QTRY_VERIFY(banner->isVisible());
        stage.session.login.notKept = Error{Errc::locked, "the keyring is locked", "keychain"};
        click(page, "loginButton");
        QTRY_COMPARE(banner->headline(), QStringLiteral("Logged in for as long as this window is open"));
    }

    void aLoginIsGivenUpByASecondClick()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        session.facts_.browserLogin = true;
        gui::SettingsPage page({session, stage.commands, stage.appearance, [](const QString&) {}});
        stage.show(page);
        auto* button = find<QPushButton>(page, "loginButton");
        const QString before = button->text();
        click(page, "loginButton");
        QTRY_COMPARE(session.asked, 1);
        QVERIFY(button->text() != before);
        click(page, "loginButton");
        QCOMPARE(button->text(), before);
    }

    void withoutNeedNoLoginIsOffered()
    {
        GuiStage stage;
        gui::SettingsPage page(stage.context());
        stage.show(page);
        QVERIFY(!find<QPushButton>(page, "loginButton")->isVisible());
    }

    void savingGoesOnWhenThePageIsLeft()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        gui::SettingsPage page({session, stage.commands, stage.appearance, [](const QString&) {}});
        stage.show(page);
        QTest::keyClicks(find<QLineEdit>(page, "policyEdit"), QStringLiteral("x"));
        click(page, "saveButton");
        click(page, "checkButton");
        QTRY_COMPARE(session.asked, 2);
        QVERIFY(!find<QPushButton>(page, "saveButton")->isEnabled());
        page.hide();
        QCOMPARE(session.aborted, 1); // the check alone
    }
};

DROVER_TEST(TestSettingsPage)
#include "TestSettingsPage.moc"
