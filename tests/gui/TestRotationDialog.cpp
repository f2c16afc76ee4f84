// SPDX-License-Identifier: Apache-2.0
#include <QSignalSpy>
#include <QTest>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>

#include "gui/dialogs/RotationDialog.h"
#include "gui/widgets/Banner.h"
#include "gui/widgets/StatusPill.h"
#include "gui/widgets/TableView.h"

#include "support/GuiStage.h"
#include "support/HangingSession.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

namespace {

constexpr WallTime begun{std::chrono::seconds{1'800'000'000}};

// A rotation of k_old to k_new, fed so many of its events.
RotationPlan rotationAfter(int events)
{
    RotationStarted started;
    started.id = "r_1";
    started.policy.ramp = {{0.5, std::chrono::hours{1}}, {1.0, std::chrono::hours{1}}};
    started.currentKey = "k_old";
    started.liveKeys = 2;
    started.weights = {{"k_old", 1.0}};
    started.at = begun;
    RotationPlan plan;
    const std::vector<RotationEvent> all{started, KeyMinted{"k_new", "auto-rotate-20270115-080000", begun}, KeyStored{"k_new", 1, begun},
                                         KeyProven{"k_new", {"us-east", "eu-west"}, begun}, KeyPublished{"k_new", begun}};
    for (int i = 0; i < events; ++i)
        plan.resume(all[std::size_t(i)]);
    return plan;
}

app::ScheduleView scheduleAt(const std::string& when)
{
    app::ScheduleView view;
    view.when = when;
    view.policy = samplePolicy("playbook");
    view.step.next = begun;
    return view;
}

} // namespace

class TestRotationDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aClickRotatesTheChosenTarget()
    {
        GuiStage stage;
        gui::RotationDialog dialog(stage.session.rotation(), QStringLiteral("holysheep"));
        stage.show(dialog);
        QTRY_VERIFY(find<QPushButton>(dialog, "rotateButton")->isEnabled());
        QCOMPARE(stage.session.rotating.asked, std::string("holysheep"));
        QTest::keyClick(find<QComboBox>(dialog, "targetBox"), Qt::Key_Down);
        QTRY_COMPARE(stage.session.rotating.asked, std::string("legacy"));
        QTRY_VERIFY(find<QPushButton>(dialog, "rotateButton")->isEnabled());
        QVERIFY(!find<QWidget>(dialog, "runCard")->isVisible()); // nothing was ever rotated
        stage.session.rotating.shown.plan = rotationAfter(1);
        click(dialog, "rotateButton");
        QCOMPARE(stage.session.rotating.rotated, std::vector<std::string>{"legacy"});
        QTRY_VERIFY(find<QWidget>(dialog, "runCard")->isVisible());
        QVERIFY(!find<QPushButton>(dialog, "rotateButton")->isEnabled());
        QVERIFY(find<QProgressBar>(dialog, "progress")->isVisible());
    }

    void itsHistoryIsShownTheLatestFirst()
    {
        GuiStage stage;
        stage.session.rotating.shown.plan = rotationAfter(5);
        stage.session.rotating.shown.here = true;
        gui::RotationDialog dialog(stage.session.rotation(), QStringLiteral("holysheep"));
        stage.show(dialog);
        auto* table = find<gui::TableView>(dialog, "historyTable");
        QTRY_VERIFY(table->model()->rowCount() >= 5);
        QCOMPARE(table->model()->index(0, 1).data().toString(), QStringLiteral("Handed to the gateways"));
        QCOMPARE(table->model()->index(1, 1).data().toString(), QStringLiteral("Verified in us-east, eu-west"));
        QCOMPARE(find<gui::StatusPill>(dialog, "statePill")->text(), QStringLiteral("Ramp"));
        QVERIFY(find<QLabel>(dialog, "runName")->text().contains(QStringLiteral("k_new")));
    }

    void whatStopsHereGoesOnLater()
    {
        GuiStage stage;
        stage.session.rotating.shown.plan = rotationAfter(3);
        stage.session.rotating.shown.here = true;
        gui::RotationDialog dialog(stage.session.rotation(), QStringLiteral("holysheep"));
        QSignalSpy changed(&dialog, &gui::RotationDialog::changed);
        stage.show(dialog);
        QTRY_VERIFY(find<QPushButton>(dialog, "stopButton")->isVisible());
        click(dialog, "stopButton");
        QCOMPARE(stage.session.rotating.stops, 1);
        QCOMPARE(changed.count(), 1);
        QTRY_COMPARE(find<QPushButton>(dialog, "rotateButton")->text(), QStringLiteral("Go on"));
        QVERIFY(!find<QPushButton>(dialog, "stopButton")->isVisible());
        QVERIFY(find<QComboBox>(dialog, "targetBox")->isEnabled()); // another target's is no concern of it
        QCOMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("This rotation has not ended"));
        click(dialog, "rotateButton");
        QCOMPARE(stage.session.rotating.rotated.size(), std::size_t(1));
    }

    void whatRunsHereIsShownWhoeverWasAskedFor()
    {
        GuiStage stage;
        stage.session.rotating.shown.plan = rotationAfter(3);
        stage.session.rotating.shown.here = true;
        gui::RotationDialog dialog(stage.session.rotation(), QStringLiteral("legacy"));
        stage.show(dialog);
        QTRY_COMPARE(find<QComboBox>(dialog, "targetBox")->currentData().toString(), QStringLiteral("holysheep"));
        QVERIFY(!find<QComboBox>(dialog, "targetBox")->isEnabled());
    }

    void whatIsRefusedStaysInSight()
    {
        GuiStage stage;
        stage.session.rotating.fail = Error{Errc::locked, "the login keyring is locked", {}};
        gui::RotationDialog dialog(stage.session.rotation(), QStringLiteral("holysheep"));
        stage.show(dialog);
        QTRY_VERIFY(find<QPushButton>(dialog, "rotateButton")->isEnabled());
        click(dialog, "rotateButton");
        auto* banner = find<gui::Banner>(dialog, "banner");
        QTRY_COMPARE(banner->headline(), QStringLiteral("The keyring is locked"));
        stage.session.rotating.shown.schedule = scheduleAt("02:00");
        QTRY_COMPARE(find<QLineEdit>(dialog, "whenEdit")->text(), QStringLiteral("02:00")); // news came since
        QCOMPARE(banner->headline(), QStringLiteral("The keyring is locked"));
        QVERIFY(find<QPushButton>(dialog, "rotateButton")->isEnabled());
    }

    void aMigrationHoldsTheKeys()
    {
        GuiStage stage;
        stage.session.rotating.shown.held = "migration m_1 has not ended (canary): its keys change with it alone";
        gui::RotationDialog dialog(stage.session.rotation(), QStringLiteral("holysheep"));
        stage.show(dialog);
        QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("No key may change now"));
        QVERIFY(find<gui::Banner>(dialog, "banner")->text().contains(QStringLiteral("m_1")));
        QVERIFY(!find<QPushButton>(dialog, "rotateButton")->isEnabled());
    }

    void theScheduleIsSetAndAWrongOneIsSaid()
    {
        GuiStage stage;
        stage.session.rotating.shown.schedule = scheduleAt("02:00");
        gui::RotationDialog dialog(stage.session.rotation(), QStringLiteral("holysheep"));
        stage.show(dialog);
        auto* when = find<QLineEdit>(dialog, "whenEdit");
        QTRY_COMPARE(when->text(), QStringLiteral("02:00"));
        QVERIFY(!find<QPushButton>(dialog, "saveButton")->isEnabled()); // as it is
        when->selectAll();
        QTest::keyClicks(when, QStringLiteral("03:30"));
        click(dialog, "saveButton");
        QCOMPARE(stage.session.rotating.schedules, std::vector<std::string>{"03:30"});
        QTRY_VERIFY(!find<QPushButton>(dialog, "saveButton")->isEnabled());
        stage.session.rotating.fail = Error{Errc::invalidInput, "every 5 min is shorter than a rotation", "rotation.schedule"};
        when->selectAll();
        QTest::keyClicks(when, QStringLiteral("*/5 * * * *"));
        click(dialog, "saveButton");
        QTRY_VERIFY(find<gui::Banner>(dialog, "banner")->text().contains(QStringLiteral("shorter than a rotation")));
        QCOMPARE(when->text(), QStringLiteral("*/5 * * * *")); // what was typed stays
    }

    void aKeyFromTheDashboardIsPasted()
    {
        GuiStage stage;
        RotationPlan plan = rotationAfter(1);
        plan.resume(PersonNeeded{begun});
        QVERIFY(std::holds_alternative<AwaitKey>(plan.pending()));
        stage.session.rotating.shown.plan = plan;
        stage.session.rotating.shown.dashboard = "https://platform.openai.com/api-keys";
        gui::RotationDialog dialog(stage.session.rotation(), QStringLiteral("legacy"));
        stage.show(dialog);
        QTRY_VERIFY(find<QWidget>(dialog, "personCard")->isVisible());
        const QString asked = find<QLabel>(dialog, "personLabel")->text();
        QVERIFY2(asked.contains(QStringLiteral("platform.openai.com")) && asked.contains(text(plan.name())), qPrintable(asked));
        QVERIFY(!find<QPushButton>(dialog, "pasteButton")->isEnabled());
        QTest::keyClicks(find<QLineEdit>(dialog, "pasteEdit"), QStringLiteral("sk-0123456789abcdef"));
        click(dialog, "pasteButton");
        QCOMPARE(stage.session.rotating.pastes, 1);
        QVERIFY(find<QLineEdit>(dialog, "pasteEdit")->text().isEmpty()); // taken out once
        stage.session.rotating.shown.refusal = "the provider does not take this key: it answered 401";
        QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("The key was not taken"));
        click(dialog, "giveUpButton");
        QCOMPARE(stage.session.rotating.givenUp, 1);
    }

    // A dashboard shows a key once: where it could not be used, it is not lost.
    void aPastedKeyStaysUntilItIsTaken()
    {
        GuiStage stage;
        RotationPlan plan = rotationAfter(1);
        plan.resume(PersonNeeded{begun});
        stage.session.rotating.shown.plan = plan;
        stage.session.rotating.fail = Error{Errc::busy, "held by host/2", "controller.lock"};
        gui::RotationDialog dialog(stage.session.rotation(), QStringLiteral("legacy"));
        stage.show(dialog);
        auto* edit = find<QLineEdit>(dialog, "pasteEdit");
        QTRY_VERIFY(edit->isVisible());
        edit->setFocus();
        QTest::keyClicks(edit, QStringLiteral("sk-0123456789abcdef"));
        QTest::keyClick(edit, Qt::Key_Return); // as the button beside it
        QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("It is in use"));
        QVERIFY(dialog.isVisible());
        QCOMPARE(edit->text(), QStringLiteral("sk-0123456789abcdef"));
        stage.session.rotating.fail.reset();
        QTRY_VERIFY(find<QPushButton>(dialog, "pasteButton")->isEnabled());
        click(dialog, "pasteButton");
        QCOMPARE(stage.session.rotating.pasted, std::string("sk-0123456789abcdef"));
        QVERIFY(edit->text().isEmpty());
        QTest::keyClicks(edit, QStringLiteral("sk-another"));
        stage.session.rotating.shown.plan = rotationAfter(3); // somebody else brought one
        QTRY_VERIFY(!edit->isVisible());
        QVERIFY(edit->text().isEmpty());
    }

    void enterSavesTheSchedule()
    {
        GuiStage stage;
        stage.session.rotating.shown.schedule = scheduleAt("02:00");
        gui::RotationDialog dialog(stage.session.rotation(), QStringLiteral("holysheep"));
        stage.show(dialog);
        auto* when = find<QLineEdit>(dialog, "whenEdit");
        QTRY_COMPARE(when->text(), QStringLiteral("02:00"));
        when->setFocus();
        when->selectAll();
        QTest::keyClicks(when, QStringLiteral("03:30"));
        QTest::keyClick(when, Qt::Key_Return);
        QTRY_COMPARE(stage.session.rotating.schedules, std::vector<std::string>{"03:30"});
        QVERIFY(dialog.isVisible());
    }

    void closingItAbortsWhatItAsked()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        {
            gui::RotationDialog dialog(session.rotation(), QStringLiteral("holysheep"));
            stage.show(dialog);
            QVERIFY(session.asked > 0);
            QVERIFY(!find<QPushButton>(dialog, "rotateButton")->isEnabled()); // nothing is known yet
            click(dialog, "closeButton");
        }
        QCOMPARE(session.aborted, session.asked);
    }
};

DROVER_TEST(TestRotationDialog)
#include "TestRotationDialog.moc"
