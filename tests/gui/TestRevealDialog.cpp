// SPDX-License-Identifier: Apache-2.0
#include <QSignalSpy>
#include <QTest>

#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include "gui/SecretClipboard.h"
#include "gui/dialogs/RevealDialog.h"
#include "gui/widgets/Banner.h"

#include "support/GuiStage.h"
#include "support/HangingSession.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestRevealDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyItsTypedNameShowsAKeyAndItIsMaskedAgain()
    {
        GuiStage stage;
        gui::RevealDialog dialog(stage.session.keys(), stage.session.keyRows[4].record, nullptr, std::chrono::milliseconds{50});
        stage.show(dialog);
        auto* name = find<QLineEdit>(dialog, "nameEdit");
        QTest::keyClicks(name, QStringLiteral("eu-standb"));
        QVERIFY(!find<QPushButton>(dialog, "showButton")->isEnabled());
        QTest::keyClicks(name, QStringLiteral("y"));
        click(dialog, "showButton");
        QTRY_COMPARE(stage.session.revealed, std::vector<std::string>{"k_e0a4417b22"});
        auto* secret = find<QLabel>(dialog, "secretLabel");
        QTRY_VERIFY(!find<QWidget>(dialog, "secretCard")->isVisible());
        QVERIFY(secret->text().isEmpty());
    }

    void whatIsShownCanBeCopied()
    {
        GuiStage stage;
        gui::RevealDialog dialog(stage.session.keys(), stage.session.keyRows[4].record);
        stage.show(dialog);
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("eu-standby"));
        click(dialog, "showButton");
        auto* secret = find<QLabel>(dialog, "secretLabel");
        QTRY_VERIFY(secret->text().startsWith(QStringLiteral("hs_")));
        QVERIFY(find<QLabel>(dialog, "leftLabel")->text().contains(QStringLiteral("10 s")));
        click(dialog, "copyButton");
        QCOMPARE(QGuiApplication::clipboard()->text(), secret->text());
        click(dialog, "closeButton");
        QVERIFY(!dialog.isVisible());
    }

    void whatTheStoreSaysIsShown()
    {
        GuiStage stage;
        stage.session.failKeys = Error{Errc::locked, "the login keyring is locked", {}};
        gui::RevealDialog dialog(stage.session.keys(), stage.session.keyRows[4].record);
        stage.show(dialog);
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("eu-standby"));
        click(dialog, "showButton");
        QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("The keyring is locked"));
        QVERIFY(!find<QWidget>(dialog, "secretCard")->isVisible());
    }

    void closingAbortsTheQuestion()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        {
            gui::RevealDialog dialog(session.keys(), session.keyRows[4].record);
            stage.show(dialog);
            QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("eu-standby"));
            click(dialog, "showButton");
            QCOMPARE(session.asked, 1);
            click(dialog, "closeButton");
        }
        QCOMPARE(session.aborted, 1);
    }

    void theClipboardIsEmptiedOfOurTextAlone()
    {
        auto* clipboard = QGuiApplication::clipboard();
        gui::SecretClipboard ours(std::chrono::milliseconds{20});
        QSignalSpy cleared(&ours, &gui::SecretClipboard::cleared);
        ours.copy(QStringLiteral("hs_secret"));
        QCOMPARE(clipboard->text(), QStringLiteral("hs_secret"));
        QTRY_COMPARE(cleared.count(), 1);
        QVERIFY(clipboard->text().isEmpty());
        ours.copy(QStringLiteral("hs_secret"));
        clipboard->setText(QStringLiteral("somebody else's"));
        QTRY_COMPARE(cleared.count(), 2);
        QCOMPARE(clipboard->text(), QStringLiteral("somebody else's"));
        {
            gui::SecretClipboard other;
            other.copy(QStringLiteral("hs_other"));
        }
        QVERIFY(clipboard->text().isEmpty()); // the program ended
    }
};

DROVER_TEST(TestRevealDialog)
#include "TestRevealDialog.moc"
