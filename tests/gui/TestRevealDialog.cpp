// SPDX-License-Identifier: Apache-2.0
#include <QSignalSpy>
#include <QTest>

#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include "gui/SecretClipboard.h"
#include "gui/Wipe.h"
#include "gui/dialogs/RevealDialog.h"
#include "gui/widgets/Banner.h"
#include "gui/widgets/SecretEdit.h"

#include "support/GuiStage.h"
#include "support/HangingSession.h"
#include "support/TestMain.h"

#include <algorithm>
#include <numbers>

using namespace drover;
using namespace drover::test;

namespace {

// How often a widget came into sight, for however short a while.
class Showings final : public QObject {
public:
    explicit Showings(QWidget* watched) { watched->installEventFilter(this); }
    bool eventFilter(QObject*, QEvent* event) override
    {
        count += event->type() == QEvent::Show ? 1 : 0;
        return false;
    }
    int count = 0;
};

} // namespace

class TestRevealDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyItsTypedNameShowsAKeyAndItIsMaskedAgain()
    {
        GuiStage stage;
        gui::RevealDialog dialog(stage.session.keys(), stage.session.keyRows[4].record, nullptr, std::chrono::milliseconds{50});
        stage.show(dialog);
        const Showings showings(find<QWidget>(dialog, "secretCard"));
        auto* name = find<QLineEdit>(dialog, "nameEdit");
        QTest::keyClicks(name, QStringLiteral("eu-standb"));
        QVERIFY(!find<QPushButton>(dialog, "showButton")->isEnabled());
        QTest::keyClicks(name, QStringLiteral("y"));
        click(dialog, "showButton");
        QTRY_COMPARE(stage.session.revealed, std::vector<std::string>{"k_e0a4417b22"});
        auto* secret = find<QLabel>(dialog, "secretLabel");
        QTRY_COMPARE(showings.count, 1);
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

    void anotherWindowMasksIt()
    {
        GuiStage stage;
        gui::RevealDialog dialog(stage.session.keys(), stage.session.keyRows[4].record);
        stage.show(dialog);
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("eu-standby"));
        click(dialog, "showButton");
        auto* secret = find<QLabel>(dialog, "secretLabel");
        QTRY_VERIFY(!secret->text().isEmpty());
        QCOMPARE(secret->textFormat(), Qt::PlainText);
        QCOMPARE(secret->textInteractionFlags(), Qt::NoTextInteraction); // a selection is a clipboard too
        click(dialog, "copyButton");
        QCOMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("Copied"));
        stage.window.show();
        stage.window.activateWindow();
        QTRY_VERIFY(secret->text().isEmpty());
        QVERIFY(!find<QWidget>(dialog, "secretCard")->isVisible());
        QVERIFY(!find<gui::Banner>(dialog, "banner")->isVisible());
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        click(dialog, "showButton");
        QTRY_VERIFY(!secret->text().isEmpty());
        click(dialog, "closeButton");
        QVERIFY(secret->text().isEmpty());
    }

    void whatHeldASecretIsOverwritten()
    {
        QString shown = QStringLiteral("hs_secret_") + QString::number(std::numbers::pi); // a buffer of its own
        const QChar* const buffer = shown.constData();
        const auto length = shown.size();
        gui::wipeText(shown);
        QVERIFY(shown.isEmpty());
        QCOMPARE(shown.constData(), buffer);
        QVERIFY(std::all_of(buffer, buffer + length, [](QChar letter) { return letter.isNull(); }));
        gui::SecretEdit edit;
        edit.insert(QStringLiteral(" sk-größe ")); // as pasting does
        QVERIFY(edit.copied().equals(Secret{"sk-größe"}));
        QVERIFY(!edit.text().isEmpty());
        QVERIFY(edit.take().equals(Secret{"sk-größe"}));
        QVERIFY(edit.text().isEmpty());
        QVERIFY(!edit.isUndoAvailable()); // its letters would be in there
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
            QVERIFY(!dialog.isVisible());
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
