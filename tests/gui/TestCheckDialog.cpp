// SPDX-License-Identifier: Apache-2.0
#include <QSignalSpy>
#include <QTest>

#include <QLabel>

#include "gui/dialogs/CheckDialog.h"
#include "gui/widgets/Banner.h"
#include "gui/widgets/TableView.h"

#include "support/GuiStage.h"
#include "support/HangingSession.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

namespace {

PruneLine line(const char* id, KeyState state, bool removes)
{
    PruneLine made;
    made.record.id = id;
    made.record.target = "holysheep";
    made.record.state = state;
    made.removes = removes;
    made.why = removes ? "revoked, last trace 2026-01-01: more than 30d ago" : "current: in use";
    return made;
}

void fill(SampleSession& session)
{
    session.driftReport.keys = 5;
    session.driftReport.drifts = {{"unknown_at_provider", "key_9", "holysheep", "it lives at the provider", "find out who uses it"}};
    session.driftReport.notCompared = {"the provider's list of legacy: it has none"};
    session.preview.retention = std::chrono::days{30};
    session.preview.lines = {line("k_1", KeyState::current, false), line("k_2", KeyState::revoked, true), line("k_3", KeyState::failed, true)};
}

} // namespace

class TestCheckDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void differencesAreShownWithWhatToDo()
    {
        GuiStage stage;
        fill(stage.session);
        gui::CheckDialog dialog(stage.session.keys());
        stage.show(dialog);
        auto* table = find<gui::TableView>(dialog, "driftTable");
        QTRY_COMPARE(table->model()->rowCount(), 1);
        QCOMPARE(table->model()->index(0, 1).data().toString(), QStringLiteral("At the provider, not in the inventory"));
        QCOMPARE(table->model()->index(0, 2).data().toString(), QStringLiteral("find out who uses it"));
        QVERIFY(find<QLabel>(dialog, "driftLabel")->text().contains(QStringLiteral("list of Legacy")));
        stage.session.driftReport = {};
        stage.session.driftReport.keys = 5;
        click(dialog, "againButton");
        QTRY_COMPARE(find<QLabel>(dialog, "driftLabel")->text(), QStringLiteral("All 5 keys agree."));
        QVERIFY(!table->isVisible());
        click(dialog, "closeButton");
        QVERIFY(!dialog.isVisible());
    }

    void onlyWhatWasShownIsForgotten()
    {
        GuiStage stage;
        fill(stage.session);
        gui::CheckDialog dialog(stage.session.keys());
        QSignalSpy forgotten(&dialog, &gui::CheckDialog::forgotten);
        stage.show(dialog);
        auto* table = find<gui::TableView>(dialog, "pruneTable");
        QTRY_COMPARE(table->model()->rowCount(), 2); // the one in use is none of them
        auto* button = find<QPushButton>(dialog, "pruneButton");
        QTRY_COMPARE(button->text(), QStringLiteral("Forget 2 keys"));
        stage.session.preview.lines.push_back(line("k_4", KeyState::revoked, true)); // since then
        click(dialog, "pruneButton");
        QTRY_COMPARE(forgotten.count(), 1);
        QCOMPARE(forgotten[0][0].toInt(), 2);
        QTRY_COMPARE(table->model()->rowCount(), 1);
        QTRY_COMPARE(button->text(), QStringLiteral("Forget 1 key"));
        click(dialog, "pruneButton");
        QTRY_COMPARE(table->model()->rowCount(), 0);
        QVERIFY(!button->isEnabled());
    }

    void itStaysWhileKeysAreForgotten()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        session.reads = true;
        fill(session);
        gui::CheckDialog dialog(session.keys());
        stage.show(dialog);
        QTRY_VERIFY(find<QPushButton>(dialog, "pruneButton")->isEnabled());
        click(dialog, "pruneButton");
        QCOMPARE(session.asked, 1);
        QVERIFY(!find<QPushButton>(dialog, "pruneButton")->isEnabled());
        QVERIFY(!find<QPushButton>(dialog, "closeButton")->isEnabled());
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(dialog.isVisible());
        QCOMPARE(session.aborted, 0);
    }

    void whatEndsItEarlyIsSaid()
    {
        GuiStage stage;
        fill(stage.session);
        stage.session.failPrune = Error{Errc::busy, "held by host/2", "controller.lock"};
        gui::CheckDialog dialog(stage.session.keys());
        QSignalSpy forgotten(&dialog, &gui::CheckDialog::forgotten);
        stage.show(dialog);
        QTRY_VERIFY(find<QPushButton>(dialog, "pruneButton")->isEnabled());
        click(dialog, "pruneButton");
        QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("It is in use"));
        QCOMPARE(forgotten[0][0].toInt(), 1);
    }

    void whatCannotBeAskedIsSaidAndClosingAborts()
    {
        GuiStage stage;
        stage.session.failKeys = Error{Errc::locked, "the login keyring is locked", {}};
        {
            gui::CheckDialog dialog(stage.session.keys());
            stage.show(dialog);
            QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("The keyring is locked"));
            QCOMPARE(find<QLabel>(dialog, "driftLabel")->text(), QStringLiteral("Not compared"));
            QVERIFY(!find<QPushButton>(dialog, "pruneButton")->isEnabled());
        }
        HangingSession session(stage.clock);
        {
            gui::CheckDialog dialog(session.keys());
            stage.show(dialog);
            QCOMPARE(session.asked, 2);
            click(dialog, "closeButton");
            QVERIFY(!dialog.isVisible());
        }
        QCOMPARE(session.aborted, 2);
    }
};

DROVER_TEST(TestCheckDialog)
#include "TestCheckDialog.moc"
