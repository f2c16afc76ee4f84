// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>

#include "gui/dialogs/AddKeyDialog.h"
#include "gui/dialogs/CheckDialog.h"
#include "gui/dialogs/ImportDialog.h"
#include "gui/dialogs/OrderDialog.h"
#include "gui/dialogs/RevealDialog.h"
#include "gui/dialogs/RotationDialog.h"
#include "gui/dialogs/ScanDialog.h"
#include "gui/dialogs/VerifyKeyDialog.h"
#include "gui/pages/KeysPage.h"
#include "gui/Words.h"
#include "gui/widgets/Banner.h"
#include "gui/widgets/EmptyState.h"
#include "gui/widgets/TableView.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestKeysPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsSelectsAndVerifies()
    {
        GuiStage stage;
        gui::KeysPage page(stage.context());
        stage.show(page);
        auto* table = find<gui::TableView>(page, "table");
        QTRY_COMPARE(table->model()->rowCount(), int(stage.session.keyRows.size()));
        QTest::keyClicks(find<QLineEdit>(page, "searchEdit"), QStringLiteral("standby"));
        QTRY_COMPARE(table->model()->rowCount(), 1);
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(0, 0)).center());
        click(page, "verifyButton");
        QVERIFY(stage.window.findChild<gui::VerifyKeyDialog*>() != nullptr);
    }

    void addOpensItsDialog()
    {
        GuiStage stage;
        gui::KeysPage page(stage.context());
        stage.show(page);
        click(page, "addButton");
        QVERIFY(stage.window.findChild<gui::AddKeyDialog*>() != nullptr);
    }

    void theOtherButtonsOpenTheirDialogs()
    {
        GuiStage stage;
        gui::KeysPage page(stage.context());
        stage.show(page);
        auto* table = find<gui::TableView>(page, "table");
        QTRY_COMPARE(table->model()->rowCount(), int(stage.session.keyRows.size()));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(0, 0)).center());
        click(page, "scanButton");
        QVERIFY(stage.window.findChild<gui::ScanDialog*>() != nullptr);
        click(page, "checkButton");
        QVERIFY(stage.window.findChild<gui::CheckDialog*>() != nullptr);
        click(page, "importButton");
        QVERIFY(stage.window.findChild<gui::ImportDialog*>() != nullptr);
        click(page, "revealButton");
        QVERIFY(stage.window.findChild<gui::RevealDialog*>() != nullptr);
        click(page, "rotateButton");
        auto* rotation = stage.window.findChild<gui::RotationDialog*>();
        QVERIFY(rotation != nullptr);
        QCOMPARE(find<QComboBox>(*rotation, "targetBox")->currentData().toString(), QStringLiteral("legacy")); // the selected key's
    }

    void aKeyIsRevokedOnlyByItsTypedName()
    {
        GuiStage stage;
        gui::KeysPage page(stage.context());
        stage.show(page);
        auto* table = find<gui::TableView>(page, "table");
        QTRY_COMPARE(table->model()->rowCount(), int(stage.session.keyRows.size()));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(4, 0)).center()); // eu-standby
        click(page, "revokeButton");
        auto* question = stage.window.findChild<gui::OrderDialog*>();
        QVERIFY(question != nullptr);
        auto* confirm = find<QPushButton>(*question, "confirmButton");
        QVERIFY(!confirm->isEnabled());
        QTest::keyClicks(find<QLineEdit>(*question, "nameEdit"), QStringLiteral("eu-standby"));
        QVERIFY(confirm->isEnabled());
        click(*question, "confirmButton");
        QTRY_COMPARE(stage.session.revoked.size(), std::size_t(1));
        QCOMPARE(stage.session.revoked[0].first, std::string("k_e0a4417b22"));
        page.refresh();
        QTRY_VERIFY(!find<QPushButton>(page, "revokeButton")->isEnabled());
    }

    void rotationsThatHaveNotEndedAreMarked()
    {
        GuiStage stage;
        const app::KeyRow& first = stage.session.keyRows.front();
        const auto rotationOf = [&](const std::string& target, bool byHand) {
            RotationStarted started;
            started.id = "r_" + target;
            started.target = target;
            started.currentKey = first.record.id;
            started.liveKeys = 2;
            started.weights = {{first.record.id, 1.0}};
            started.at = stage.clock.now();
            RotationPlan plan;
            plan.resume(started);
            if (byHand)
                plan.resume(PersonNeeded{stage.clock.now()});
            return gui::OpenRotation{std::move(plan), false};
        };
        gui::KeysPage page(stage.context());
        stage.show(page);
        auto* banner = find<gui::Banner>(page, "rotationBanner");
        auto* table = find<gui::TableView>(page, "table");
        QTRY_COMPARE(table->model()->rowCount(), int(stage.session.keyRows.size()));
        const auto mark = [&] { return table->model()->index(0, gui::KeyTableModel::State).data(Qt::AccessibleTextRole).toString(); };
        QVERIFY(!banner->isVisible());
        QVERIFY(!mark().contains(QStringLiteral("Rotation")));

        stage.session.rotating.under.push_back(rotationOf(first.record.target, false));
        stage.session.rotating.under.front().here = true;
        page.refresh();
        QTRY_COMPARE(banner->headline(), QStringLiteral("The key of %1 is being rotated here").arg(gui::targetText(first.record.target)));
        QVERIFY2(mark().contains(QStringLiteral("Rotation: ")), qPrintable(mark()));

        // Whatever waits for a person comes first.
        stage.session.rotating.under.push_back(rotationOf("holysheep", true));
        page.refresh();
        QTRY_COMPARE(banner->headline(), QStringLiteral("The rotation of HolySheep waits for you"));
        QVERIFY2(banner->text().contains(QStringLiteral("1 other rotation")), qPrintable(banner->text()));
        click(*banner, "bannerAction");
        auto* dialog = stage.window.findChild<gui::RotationDialog*>();
        QVERIFY(dialog != nullptr);
        QCOMPARE(find<QComboBox>(*dialog, "targetBox")->currentData().toString(), QStringLiteral("holysheep"));
        dialog->close();

        stage.session.rotating.under.pop_back();
        stage.session.rotating.under.front().here = false;
        page.refresh();
        QTRY_COMPARE(banner->headline(), QStringLiteral("The rotation of %1 has not ended").arg(gui::targetText(first.record.target)));

        stage.session.rotating.under.clear();
        page.refresh();
        QTRY_VERIFY(!banner->isVisible());
        QVERIFY(!mark().contains(QStringLiteral("Rotation")));
    }

    void anEmptyInventorySaysWhatToDo()
    {
        GuiStage stage;
        stage.session.keyRows.clear();
        gui::KeysPage page(stage.context());
        stage.show(page);
        auto* empty = find<gui::EmptyState>(page, "empty");
        QTRY_VERIFY(empty->isVisible());
        click(*empty, "emptyAction");
        QVERIFY(stage.window.findChild<gui::AddKeyDialog*>() != nullptr);
    }

    void theSelectedKeyStaysSelectedInAnotherOrder()
    {
        GuiStage stage;
        gui::KeysPage page(stage.context());
        stage.show(page);
        auto* table = find<gui::TableView>(page, "table");
        QTRY_COMPARE(table->model()->rowCount(), int(stage.session.keyRows.size()));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(4, 0)).center()); // eu-standby
        QTRY_COMPARE(find<QLabel>(page, "detailName")->text(), QStringLiteral("eu-standby"));
        std::reverse(stage.session.keyRows.begin(), stage.session.keyRows.end());
        stage.session.keyRows.erase(stage.session.keyRows.begin() + 1);
        page.refresh();
        QTRY_COMPARE(table->model()->rowCount(), 4);
        QCOMPARE(find<QLabel>(page, "detailName")->text(), QStringLiteral("eu-standby"));
        click(page, "verifyButton");
        auto* verify = stage.window.findChild<gui::VerifyKeyDialog*>();
        QVERIFY(verify != nullptr);
        QTRY_COMPARE(find<QLabel>(*verify, "headline")->text(), QStringLiteral("eu-standby"));
    }

    void anErrorStaysUntilItIsAnswered()
    {
        GuiStage stage;
        stage.session.failKeys = Error{Errc::locked, "the login keyring is locked", {}};
        gui::KeysPage page(stage.context());
        stage.show(page);
        auto* banner = find<gui::Banner>(page, "banner");
        QTRY_COMPARE(banner->headline(), QStringLiteral("The keyring is locked"));
        stage.session.failKeys.reset();
        click(*banner, "bannerAction");
        QTRY_VERIFY(!banner->isVisible());
    }
};

DROVER_TEST(TestKeysPage)
#include "TestKeysPage.moc"
