// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QAbstractScrollArea>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QSpinBox>
#include <QToolButton>

#include "gui/ActionTable.h"
#include "gui/Console.h"
#include "gui/PageTable.h"
#include "gui/Words.h"
#include "gui/dialogs/AboutDialog.h"
#include "gui/dialogs/AddKeyDialog.h"
#include "gui/dialogs/CheckDialog.h"
#include "gui/dialogs/CloseDialog.h"
#include "gui/dialogs/ImportDialog.h"
#include "gui/dialogs/RevealDialog.h"
#include "gui/dialogs/RotationDialog.h"
#include "gui/dialogs/ScanDialog.h"
#include "gui/dialogs/OrderDialog.h"
#include "gui/dialogs/TokenDialog.h"
#include "gui/dialogs/VerifyKeyDialog.h"
#include "gui/dialogs/WorkspaceDialog.h"
#include "gui/pages/WelcomePage.h"
#include "gui/widgets/Banner.h"
#include "gui/widgets/StatusPill.h"
#include "gui/wizard/MigrationWizard.h"
#include "support/HangingSession.h"
#include "support/SampleWorkplace.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestMainWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pagesByKeyboard()
    {
        GuiStage stage;
        gui::MainWindow window(stage.session, stage.appearance);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        for (const auto& page : gui::pageTable()) {
            const QKeySequence keys{QLatin1StringView(page.shortcut)};
            QTest::keyClick(&window, keys[0].key(), keys[0].keyboardModifiers());
            QTRY_COMPARE(window.currentPage(), QLatin1StringView(page.id));
        }
        click(window, "nav_overview");
        QCOMPARE(window.currentPage(), QStringLiteral("overview"));
    }

    void rollBackIsInSightOnEveryPageAndByShortcut()
    {
        GuiStage stage;
        gui::MainWindow window(stage.session, stage.appearance);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        auto* button = find<QPushButton>(window, "rollBackButton");
        QTRY_VERIFY(button->isEnabled());
        for (const auto& page : gui::pageTable()) {
            window.go(QLatin1StringView(page.id));
            QVERIFY(button->isVisible());
        }
        QTest::keyClick(&window, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(window.findChild<gui::OrderDialog*>() != nullptr);
        click(*window.findChild<gui::OrderDialog*>(), "confirmButton");
        QTRY_COMPARE(stage.session.current.phase, Phase::rolledBack);
        QTRY_VERIFY(!button->isEnabled());
    }

    void everyControlHasAnAccessibleName()
    {
        GuiStage stage;
        gui::MainWindow window(stage.session, stage.appearance);
        window.show();
        for (const auto& page : gui::pageTable()) {
            window.go(QLatin1StringView(page.id));
            GuiStage::settle();
            allAreNamed(window);
        }
    }

    void everyControlOfADialogHasAnAccessibleName()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        std::vector<std::unique_ptr<QWidget>> dialogs;
        dialogs.push_back(std::make_unique<gui::AboutDialog>());
        dialogs.push_back(std::make_unique<gui::AddKeyDialog>(stage.session.keys(), stage.clock));
        dialogs.push_back(std::make_unique<gui::CheckDialog>(stage.session.keys()));
        dialogs.push_back(std::make_unique<gui::CloseDialog>(stage.session.news()));
        dialogs.push_back(std::make_unique<gui::ImportDialog>(stage.session.keys()));
        dialogs.push_back(std::make_unique<gui::RevealDialog>(stage.session.keys(), stage.session.keyRows[4].record));
        dialogs.push_back(std::make_unique<gui::RotationDialog>(stage.session.rotation(), QStringLiteral("holysheep")));
        dialogs.push_back(std::make_unique<gui::ScanDialog>(stage.session.keys()));
        dialogs.push_back(std::make_unique<gui::OrderDialog>(gui::OrderDialog::Question{QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("d")}));
        dialogs.push_back(std::make_unique<gui::TokenDialog>(stage.session.gateways()));
        dialogs.push_back(std::make_unique<gui::VerifyKeyDialog>(stage.session.keys(), QStringLiteral("k_leg1")));
        dialogs.push_back(std::make_unique<gui::WorkspaceDialog>(workplace));
        dialogs.push_back(std::make_unique<gui::WelcomePage>(workplace));
        dialogs.push_back(std::make_unique<gui::MigrationWizard>(stage.session, stage.commands));
        for (const auto& dialog : dialogs) {
            dialog->show();
            GuiStage::settle();
            allAreNamed(*dialog);
            dialog->hide();
        }
        // Every page of the wizard, in sight or not.
        auto* wizard = qobject_cast<QWizard*>(dialogs.back().get());
        for (const int id : wizard->pageIds())
            allAreNamed(*wizard->page(id));
    }

    void actionsAreEnabledByWhatTheyNeed()
    {
        gui::MigrationNews news;
        // Before the first answer: the way back is open, whatever it will say; nothing is begun on a guess.
        QVERIFY(gui::fits(gui::Needs::reversible, news));
        QVERIFY(!gui::fits(gui::Needs::startable, news));
        QVERIFY(!gui::fits(gui::Needs::advanceable, news));
        news.asOf = WallTime{};
        QVERIFY(gui::fits(gui::Needs::startable, news));
        QVERIFY(!gui::fits(gui::Needs::reversible, news));
        app::MigrationStatus& status = news.status;
        status.id = "m_1";
        status.phase = Phase::canary;
        status.controller = "host/1";
        QVERIFY(gui::fits(gui::Needs::reversible, news));
        QVERIFY(gui::fits(gui::Needs::pausable, news));
        QVERIFY(!gui::fits(gui::Needs::resumable, news));
        status.phase = Phase::paused;
        QVERIFY(gui::fits(gui::Needs::resumable, news));
        QVERIFY(gui::fits(gui::Needs::reversible, news));
        status.phase = Phase::done;
        QVERIFY(!gui::fits(gui::Needs::reversible, news));
        QVERIFY(gui::fits(gui::Needs::startable, news));
    }

    void theLanguageMakesTheWindowAnew()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        gui::Console console(workplace, stage.appearance);
        console.openFolder("/tmp/drover-sample");
        QTRY_VERIFY(console.window() != nullptr);
        console.window()->go(QStringLiteral("settings"));
        auto* box = find<QComboBox>(*console.window(), "languageBox");
        QTest::keyClick(box, Qt::Key_End); // 简体中文
        QTRY_COMPARE(find<QToolButton>(*console.window(), "nav_keys")->accessibleName(), QStringLiteral("密钥"));
        QCOMPARE(console.window()->currentPage(), QStringLiteral("settings"));
        QVERIFY(console.window()->isVisible());
        QTest::keyClick(find<QComboBox>(*console.window(), "languageBox"), Qt::Key_Up); // English
        QTRY_COMPARE(find<QToolButton>(*console.window(), "nav_keys")->accessibleName(), QStringLiteral("Keys"));
    }

    void beforeTheFirstAnswerNothingIsClaimed()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        gui::MainWindow window(session, stage.appearance);
        stage.show(window);
        QCOMPARE(find<gui::StatusPill>(*find<QWidget>(window, "header"), "phasePill")->text(), QStringLiteral("Not known yet"));
        QVERIFY(find<QPushButton>(window, "rollBackButton")->isEnabled());
        window.go(QStringLiteral("migration"));
        const auto* board = window.page(QStringLiteral("migration"));
        for (const auto* label : board->findChildren<QLabel*>())
            QVERIFY2(!label->text().contains(QStringLiteral("No migration has run")), qPrintable(label->text()));
        QVERIFY(!find<QPushButton>(*find<QWidget>(*board, "empty"), "emptyAction")->isVisible());
        // After a while without a word that is said, too.
        QTRY_VERIFY_WITH_TIMEOUT(find<gui::Banner>(window, "statusBanner")->headline().contains(QStringLiteral("still asking")), 20'000);
    }

    void figuresThatCannotBeReadAreOfACertainTime()
    {
        GuiStage stage;
        gui::MainWindow window(stage.session, stage.appearance);
        stage.show(window);
        auto* banner = find<gui::Banner>(window, "statusBanner");
        auto* share = find<QLabel>(window, "shareLabel");
        QTRY_VERIFY(!share->text().isEmpty());
        QVERIFY(!banner->isVisible());
        const QString then = gui::clockText(stage.clock.now());
        stage.session.trouble = Error{Errc::io, "the disk is gone", "drover.db"};
        stage.session.publish();
        for (const auto& page : gui::pageTable()) {
            window.go(QLatin1StringView(page.id));
            QVERIFY(banner->isVisible());
        }
        QVERIFY(banner->text().contains(then));
        QVERIFY(share->text().contains(then));
        QVERIFY(find<QWidget>(window, "shareCard")->graphicsEffect() != nullptr);
        stage.session.trouble.reset();
        stage.session.publish();
        QVERIFY(!banner->isVisible());
        QVERIFY(!share->text().contains(then));
        QVERIFY(find<QWidget>(window, "shareCard")->graphicsEffect() == nullptr);
    }

    void anOrderThatFailedStaysInSightOnEveryPage()
    {
        GuiStage stage;
        stage.session.failOrders = Error{Errc::timeout, "the store did not answer", "redis"};
        gui::MainWindow window(stage.session, stage.appearance);
        stage.show(window);
        click(window, "rollBackButton");
        click(*window.findChild<gui::OrderDialog*>(), "confirmButton");
        auto* banner = find<gui::Banner>(window, "orderBanner");
        QTRY_COMPARE(banner->headline(), QStringLiteral("Roll back failed: No answer in time"));
        for (const auto& page : gui::pageTable()) {
            window.go(QLatin1StringView(page.id));
            QVERIFY(banner->isVisible());
        }
        stage.session.publish(); // news take nothing back
        QVERIFY(banner->isVisible());
        stage.session.failOrders.reset();
        click(*banner, "bannerAction");
        QTRY_COMPARE(stage.session.current.phase, Phase::rolledBack);
        QTRY_VERIFY(!banner->isVisible());
        stage.session.failOrders = Error{Errc::refused, "it is paused already", {}};
        window.commands().pause();
        QTRY_VERIFY(banner->isVisible());
        click(*banner, "bannerDismiss");
        QVERIFY(!banner->isVisible());
    }

    void aRotationIsNotLeftByAccident()
    {
        GuiStage stage;
        stage.session.rotating.shown.here = true;
        gui::MainWindow window(stage.session, stage.appearance);
        stage.show(window);
        QVERIFY(!window.close());
        QVERIFY(window.isVisible());
        auto* question = window.findChild<gui::OrderDialog*>();
        QVERIFY(question != nullptr);
        QVERIFY(find<QLabel>(*question, "headline")->text().contains(QStringLiteral("rotation")));
        click(*question, "cancelButton");
        QVERIFY(window.isVisible());
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!window.close());
        click(*window.findChild<gui::OrderDialog*>(), "confirmButton");
        QVERIFY(!window.isVisible());
    }

    void aRevocationIsNotLeftByAccident()
    {
        GuiStage stage;
        stage.session.underRevocation = "k_2";
        gui::MainWindow window(stage.session, stage.appearance);
        stage.show(window);
        stage.session.underRevocation = "k_1"; // the sample's own is over by now
        QVERIFY(!window.close());
        auto* question = window.findChild<gui::OrderDialog*>();
        QVERIFY(question != nullptr);
        QCOMPARE(find<QLabel>(*question, "headline")->text(), QStringLiteral("The key k_1 is being revoked"));
        click(*question, "confirmButton");
        QVERIFY(!window.isVisible());
    }

    void whatIsWrittenIsNoMarkup()
    {
        GuiStage stage;
        gui::Banner banner;
        stage.show(banner);
        banner.showText(gui::Tone::bad, QStringLiteral("<b>a file's name</b>"), QStringLiteral("<img src='x'>"));
        for (const auto* label : banner.findChildren<QLabel*>()) {
            label->ensurePolished();
            QCOMPARE(label->textFormat(), Qt::PlainText);
        }
    }

    void themeAndAboutByTheirButtons()
    {
        GuiStage stage;
        gui::MainWindow window(stage.session, stage.appearance);
        stage.show(window);
        const bool dark = gui::tokens().dark;
        click(window, "themeButton");
        QCOMPARE(gui::tokens().dark, !dark);
        // The settings say what holds.
        const auto chosen = stage.appearance.theme() == gui::ThemeName::dark ? 2 : 1;
        QCOMPARE(find<QComboBox>(window, "themeBox")->currentIndex(), chosen);
        click(window, "themeButton");
        QCOMPARE(gui::tokens().dark, dark);
        click(window, "aboutButton");
        QVERIFY(window.findChild<gui::AboutDialog*>() != nullptr);
    }

private:
    // What can be reached by Tab can be named: by its accessible name or its own text.
    static void allAreNamed(const QWidget& place)
    {
        for (const auto* control : place.findChildren<QWidget*>()) {
            const bool interactive = control->isVisibleTo(&place) && (control->focusPolicy() & Qt::TabFocus) != 0;
            if (!interactive || (qobject_cast<const QAbstractScrollArea*>(control) != nullptr && control->objectName() == QStringLiteral("scroll")))
                continue;
            const auto* button = qobject_cast<const QAbstractButton*>(control);
            // The inner line of a spin box speaks with its box's name.
            const bool inner = qobject_cast<const QAbstractSpinBox*>(control->parentWidget()) != nullptr;
            const bool named = inner || !control->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty());
            QVERIFY2(named, qPrintable(QStringLiteral("%1 %2 in %3").arg(control->objectName(), QLatin1StringView(control->metaObject()->className()), QLatin1StringView(place.metaObject()->className()))));
        }
    }
};

DROVER_TEST(TestMainWindow)
#include "TestMainWindow.moc"
