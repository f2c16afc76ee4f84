// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QAbstractScrollArea>
#include <QAction>
#include <QSpinBox>
#include <QToolButton>

#include "gui/ActionTable.h"
#include "gui/PageTable.h"
#include "gui/dialogs/OrderDialog.h"

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
            for (const auto* control : window.findChildren<QWidget*>()) {
                const bool interactive = control->isVisible() && (control->focusPolicy() & Qt::TabFocus) != 0;
                if (!interactive || (qobject_cast<const QAbstractScrollArea*>(control) != nullptr && control->objectName() == QStringLiteral("scroll")))
                    continue;
                const auto* button = qobject_cast<const QAbstractButton*>(control);
                const bool named = !control->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty());
                QVERIFY2(named, qPrintable(QStringLiteral("%1 %2 in %3").arg(control->objectName(), QLatin1StringView(control->metaObject()->className()), control->parentWidget()->objectName())));
            }
        }
    }

    void actionsAreEnabledByWhatTheyNeed()
    {
        app::MigrationStatus status;
        QVERIFY(gui::fits(gui::Needs::startable, status));
        QVERIFY(!gui::fits(gui::Needs::reversible, status));
        status.id = "m_1";
        status.phase = Phase::canary;
        status.controller = "host/1";
        QVERIFY(gui::fits(gui::Needs::reversible, status));
        QVERIFY(gui::fits(gui::Needs::pausable, status));
        QVERIFY(!gui::fits(gui::Needs::resumable, status));
        status.phase = Phase::paused;
        QVERIFY(gui::fits(gui::Needs::resumable, status));
        QVERIFY(gui::fits(gui::Needs::reversible, status));
        status.phase = Phase::done;
        QVERIFY(!gui::fits(gui::Needs::reversible, status));
        QVERIFY(gui::fits(gui::Needs::startable, status));
    }

    void theLanguageMakesTheWindowAnew()
    {
        GuiStage stage;
        stage.appearance.setLanguage(QStringLiteral("zh_CN"));
        gui::MainWindow window(stage.session, stage.appearance);
        QCOMPARE(find<QToolButton>(window, "nav_keys")->accessibleName(), QStringLiteral("密钥"));
        stage.appearance.setLanguage(QStringLiteral("en"));
    }
};

DROVER_TEST(TestMainWindow)
#include "TestMainWindow.moc"
