// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QRadioButton>

#include "gui/dialogs/AddKeyDialog.h"
#include "gui/dialogs/VerifyKeyDialog.h"
#include "gui/widgets/TableView.h"
#include "gui/wizard/ConsentStep.h"
#include "gui/wizard/KeysStep.h"
#include "gui/wizard/MigrationWizard.h"
#include "gui/wizard/PolicyStep.h"
#include "gui/wizard/SummaryStep.h"
#include "gui/wizard/TargetsStep.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestMigrationWizard : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // TargetsStep, PolicyStep, KeysStep, ConsentStep, SummaryStep, by their buttons alone.
    void fromTheTargetsToTheStart()
    {
        GuiStage stage;
        gui::MigrationWizard wizard(stage.session, stage.commands);
        wizard.show();
        GuiStage::settle();
        QVERIFY(qobject_cast<gui::TargetsStep*>(wizard.currentPage()) != nullptr);
        QTest::keyClicks(find<QLineEdit>(wizard, "reasonEdit"), QStringLiteral("change 4711"));
        click(wizard, "nextButton");
        QVERIFY(qobject_cast<gui::PolicyStep*>(wizard.currentPage()) != nullptr);
        click(wizard, "rehearsalRadio");
        QTRY_VERIFY(find<QPushButton>(wizard, "nextButton")->isEnabled());
        click(wizard, "nextButton");
        QVERIFY(qobject_cast<gui::KeysStep*>(wizard.currentPage()) != nullptr);
        QTRY_VERIFY(find<QPushButton>(wizard, "nextButton")->isEnabled());
        click(wizard, "nextButton");
        QVERIFY(qobject_cast<gui::ConsentStep*>(wizard.currentPage()) != nullptr);
        QVERIFY(!find<QPushButton>(wizard, "nextButton")->isEnabled());
        QTest::keyClick(find<QCheckBox>(wizard, "agreeCheck"), Qt::Key_Space);
        QTRY_VERIFY(find<QPushButton>(wizard, "nextButton")->isEnabled());
        click(wizard, "nextButton");
        QVERIFY(qobject_cast<gui::SummaryStep*>(wizard.currentPage()) != nullptr);
        QCOMPARE(find<QLabel>(wizard, "policyLabel")->text(), QStringLiteral("rehearsal"));
        click(wizard, "finishButton");
        QTRY_VERIFY(!wizard.isVisible());
        QCOMPARE(stage.session.current.phase, Phase::shadow);
        QCOMPARE(stage.session.current.policy, std::string("rehearsal"));
    }

    void withoutAVerifiedKeyItDoesNotGoOn()
    {
        GuiStage stage;
        stage.session.keyRows.resize(1);
        gui::MigrationWizard wizard(stage.session, stage.commands);
        wizard.show();
        GuiStage::settle();
        click(wizard, "nextButton");
        QTRY_VERIFY(find<QPushButton>(wizard, "nextButton")->isEnabled());
        click(wizard, "nextButton");
        GuiStage::settle();
        QVERIFY(qobject_cast<gui::KeysStep*>(wizard.currentPage()) != nullptr);
        QVERIFY(!find<QPushButton>(wizard, "nextButton")->isEnabled());
        click(wizard, "cancelButton");
        QVERIFY(!wizard.isVisible());
    }

    void whileItStartsNothingCancels()
    {
        GuiStage stage;
        gui::MigrationWizard wizard(stage.session, stage.commands);
        wizard.show();
        GuiStage::settle();
        click(wizard, "nextButton");
        QTRY_VERIFY(find<QPushButton>(wizard, "nextButton")->isEnabled());
        click(wizard, "playbookRadio");
        QTRY_VERIFY(find<QPushButton>(wizard, "nextButton")->isEnabled());
        click(wizard, "nextButton");
        QTRY_VERIFY(find<QPushButton>(wizard, "nextButton")->isEnabled());
        click(wizard, "nextButton");
        click(wizard, "agreeCheck");
        QTRY_VERIFY(find<QPushButton>(wizard, "nextButton")->isEnabled());
        click(wizard, "nextButton");
        stage.session.hangsAtStart = true;
        click(wizard, "finishButton");
        QTRY_COMPARE(stage.session.consentsGiven, 1);
        for (const char* button : {"finishButton", "backButton", "cancelButton"})
            QVERIFY2(!find<QPushButton>(wizard, button)->isEnabled(), button);
        QVERIFY(find<QProgressBar>(wizard, "progress")->isVisible());
        QTest::keyClick(&wizard, Qt::Key_Escape);
        wizard.close();
        QVERIFY(wizard.isVisible());
    }

    void aPolicyOfOnesOwnIsNamedByItsFile()
    {
        GuiStage stage;
        gui::MigrationWizard wizard(stage.session, stage.commands);
        wizard.show();
        GuiStage::settle();
        click(wizard, "nextButton");
        click(wizard, "fileRadio");
        QVERIFY(!find<QPushButton>(wizard, "nextButton")->isEnabled());
        QTest::keyClicks(find<QLineEdit>(wizard, "fileEdit"), QStringLiteral("slow.toml"));
        QTRY_VERIFY(find<QPushButton>(wizard, "nextButton")->isEnabled());
        QCOMPARE(wizard.choice().request.policy, std::string("slow.toml"));
        click(wizard, "playbookRadio");
        QCOMPARE(wizard.choice().request.policy, std::string("playbook"));
    }

    void aFileInTheSettingsIsChosenAtOnce()
    {
        GuiStage stage;
        stage.session.facts_.policy = "ours.toml";
        gui::MigrationWizard wizard(stage.session, stage.commands);
        wizard.show();
        GuiStage::settle();
        click(wizard, "nextButton");
        QVERIFY(find<QRadioButton>(wizard, "fileRadio")->isChecked());
        QCOMPARE(find<QLineEdit>(wizard, "fileEdit")->text(), QStringLiteral("ours.toml"));
        QTRY_VERIFY(find<QPushButton>(wizard, "nextButton")->isEnabled());
    }

    void keysAreAddedAndVerifiedOnTheWay()
    {
        GuiStage stage;
        gui::MigrationWizard wizard(stage.session, stage.commands);
        wizard.show();
        GuiStage::settle();
        click(wizard, "nextButton");
        QTRY_VERIFY(find<QPushButton>(wizard, "nextButton")->isEnabled());
        click(wizard, "nextButton");
        auto* table = find<gui::TableView>(wizard, "table");
        QTRY_COMPARE(table->model()->rowCount(), int(stage.session.keyRows.size()));
        click(wizard, "addButton");
        QVERIFY(stage.window.findChild<gui::AddKeyDialog*>() != nullptr);
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(0, 0)).center());
        click(wizard, "verifyButton");
        QVERIFY(stage.window.findChild<gui::VerifyKeyDialog*>() != nullptr);
    }
};

DROVER_TEST(TestMigrationWizard)
#include "TestMigrationWizard.moc"
