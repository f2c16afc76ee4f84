// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QComboBox>
#include <QLineEdit>
#include <QProgressBar>
#include <QSignalSpy>

#include "gui/dialogs/AddKeyDialog.h"
#include "gui/widgets/Banner.h"

#include "support/GuiStage.h"
#include "support/HangingSession.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestAddKeyDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theKeyIsMaskedTakenOnceAndStored()
    {
        GuiStage stage;
        gui::AddKeyDialog dialog(stage.session.keys(), stage.clock);
        stage.show(dialog);
        auto* key = find<QLineEdit>(dialog, "keyEdit");
        auto* add = find<QPushButton>(dialog, "addButton");
        QCOMPARE(key->echoMode(), QLineEdit::Password);
        QVERIFY(!add->isEnabled());
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("canary-1"));
        QTest::keyClicks(key, QStringLiteral("hs_0123456789abcdef0123456789abcdef"));
        QVERIFY(add->isEnabled());
        QSignalSpy added(&dialog, &gui::AddKeyDialog::added);
        const auto before = stage.session.keyRows.size();
        click(dialog, "addButton");
        QVERIFY(key->text().isEmpty());
        QTRY_COMPARE(added.count(), 1);
        QCOMPARE(stage.session.keyRows.size(), before + 1);
        QCOMPARE(stage.session.keyRows.back().record.name, std::string("canary-1"));
        QVERIFY(!dialog.isVisible());
    }

    void anUnusualPrefixIsSaidBeforeAnythingIsStored()
    {
        GuiStage stage;
        gui::AddKeyDialog dialog(stage.session.keys(), stage.clock);
        stage.show(dialog);
        QTest::keyClicks(find<QLineEdit>(dialog, "keyEdit"), QStringLiteral("zz_0123456789abcdef0123456789abcdef"));
        QVERIFY(find<gui::Banner>(dialog, "banner")->isVisible());
        QVERIFY(find<QPushButton>(dialog, "addButton")->isEnabled());
    }

    void cancelStoresNothing()
    {
        GuiStage stage;
        gui::AddKeyDialog dialog(stage.session.keys(), stage.clock);
        stage.show(dialog);
        const auto before = stage.session.keyRows.size();
        QTest::keyClicks(find<QLineEdit>(dialog, "keyEdit"), QStringLiteral("hs_0123456789abcdef"));
        click(dialog, "cancelButton");
        QCOMPARE(stage.session.keyRows.size(), before);
    }

    // Cancelled between the store and the inventory, a key would be in the one and unknown to the other.
    void whileTheKeyIsOnItsWayNothingCancels()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        gui::AddKeyDialog dialog(session.keys(), stage.clock);
        stage.show(dialog);
        QTest::keyClicks(find<QLineEdit>(dialog, "keyEdit"), QStringLiteral("hs_0123456789abcdef0123456789abcdef"));
        QTest::keyClick(find<QComboBox>(dialog, "targetBox"), Qt::Key_Down);
        QTest::keyClick(find<QComboBox>(dialog, "expiryBox"), Qt::Key_Down);
        click(dialog, "addButton");
        QCOMPARE(session.asked, 1);
        QVERIFY(find<QProgressBar>(dialog, "progress")->isVisible());
        QVERIFY(!find<QPushButton>(dialog, "cancelButton")->isEnabled());
        QTest::keyClick(&dialog, Qt::Key_Escape);
        dialog.close();
        QVERIFY(dialog.isVisible());
        QCOMPARE(session.aborted, 0);
    }
};

DROVER_TEST(TestAddKeyDialog)
#include "TestAddKeyDialog.moc"
