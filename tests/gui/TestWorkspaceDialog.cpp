// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QComboBox>
#include <QFileDialog>
#include <QFrame>
#include <QLineEdit>
#include <QProgressBar>

#include <set>

#include "app/NewWorkspace.h"
#include "gui/dialogs/WorkspaceDialog.h"
#include "gui/widgets/Banner.h"
#include "support/SampleWorkplace.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestWorkspaceDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void createsWhatWasTyped()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        gui::WorkspaceDialog dialog(workplace);
        stage.show(dialog);
        QVERIFY(!find<QPushButton>(dialog, "createButton")->isEnabled());
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("payments"));
        QTest::keyClick(find<QComboBox>(dialog, "environmentBox"), Qt::Key_End);
        click(dialog, "createButton");
        QTRY_VERIFY(!dialog.isVisible());
        QCOMPARE(workplace.wished.name, std::string("payments"));
        QCOMPARE(workplace.wished.environment, std::string("prod"));
        QVERIFY(dialog.takeSession() != nullptr);
    }

    // Every choice as a person would fill it in, to its end: the settings that are written, and that they can be read.
    void everyStoreIsOfferedWithWhatOpensIt()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        std::set<WorkspaceConfig::SecretBackend> stores;
        std::set<vault::AuthMethod> ways;
        for (int choice = 0;; ++choice) {
            gui::WorkspaceDialog dialog(workplace);
            stage.show(dialog);
            auto* box = find<QComboBox>(dialog, "secretsBox");
            if (choice == box->count())
                break;
            box->setCurrentIndex(choice);
            QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("payments"));
            for (auto* edit : find<QFrame>(dialog, "storeCard")->findChildren<QLineEdit*>()) {
                QVERIFY(!edit->accessibleName().isEmpty());
                const bool refers = edit->placeholderText().startsWith(QStringLiteral("env:")) || edit->placeholderText().startsWith(QStringLiteral("file:"));
                const bool address = edit->placeholderText().startsWith(QStringLiteral("https:"));
                if (edit->text().isEmpty())
                    QTest::keyClicks(edit, refers ? QStringLiteral("env:OPENS") : address ? edit->placeholderText() : QStringLiteral("x1"));
            }
            click(dialog, "createButton");
            QTRY_VERIFY(!dialog.isVisible());
            const auto config = app::withSettings(app::newWorkspaceConfig("payments"), workplace.wished.store);
            QVERIFY2(config.has_value(), config.has_value() ? "" : describe(config.error()).c_str());
            stores.insert(config->secrets);
            ways.insert(config->vault.auth);
        }
        QCOMPARE(stores.size(), std::size_t(5));
        QCOMPARE(ways.size(), std::size_t(6));
    }

    void whatWasTypedStaysWhereAnotherWayAsksForIt()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        gui::WorkspaceDialog dialog(workplace);
        stage.show(dialog);
        QVERIFY(!find<QFrame>(dialog, "storeCard")->isVisible());
        auto* box = find<QComboBox>(dialog, "secretsBox");
        box->setCurrentIndex(1);
        QTest::keyClicks(find<QLineEdit>(dialog, "vault.address"), QStringLiteral("https://vault:8200"));
        box->setCurrentIndex(2);
        QCOMPARE(find<QLineEdit>(dialog, "vault.address")->text(), QStringLiteral("https://vault:8200"));
        QVERIFY(dialog.findChild<QLineEdit*>(QStringLiteral("vault.token")) == nullptr);
    }

    void anErrorStandsInTheDialogWithWhatToDo()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        workplace.failWith = Error{Errc::locked, "the login keyring is locked", {}};
        gui::WorkspaceDialog dialog(workplace);
        stage.show(dialog);
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("payments"));
        click(dialog, "createButton");
        QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("The keyring is locked"));
        QVERIFY(dialog.isVisible());
        QVERIFY(find<QPushButton>(dialog, "createButton")->isEnabled());
        click(dialog, "cancelButton");
    }

    void everyFieldIsTakenAndNothingCancelsMidway()
    {
        GuiStage stage;
        SampleWorkplace workplace(stage.clock);
        workplace.hangs = true;
        gui::WorkspaceDialog dialog(workplace);
        stage.show(dialog);
        click(dialog, "browseButton");
        auto* files = dialog.findChild<QFileDialog*>();
        QVERIFY(files != nullptr);
        files->reject();
        QTest::keyClicks(find<QLineEdit>(dialog, "nameEdit"), QStringLiteral("payments"));
        QTest::keyClicks(find<QLineEdit>(dialog, "folderEdit"), QStringLiteral("-2"));
        QTest::keyClicks(find<QLineEdit>(dialog, "legacyEdit"), QStringLiteral("/a"));
        QTest::keyClicks(find<QLineEdit>(dialog, "holysheepEdit"), QStringLiteral("/b"));
        QTest::keyClick(find<QComboBox>(dialog, "secretsBox"), Qt::Key_End);
        QVERIFY(!find<QPushButton>(dialog, "createButton")->isEnabled()); // until the store can be opened
        QTest::keyClicks(find<QLineEdit>(dialog, "azure.vault_url"), QStringLiteral("https://v.vault.azure.net"));
        QTest::keyClicks(find<QLineEdit>(dialog, "azure.tenant"), QStringLiteral("t1"));
        QTest::keyClicks(find<QLineEdit>(dialog, "azure.client_id"), QStringLiteral("c1"));
        click(dialog, "createButton");
        QCOMPARE(workplace.wished.folder.string(), std::string("/tmp/drover-sample-2"));
        using Settings = std::vector<std::pair<std::string, std::string>>;
        const Settings azure{{"azure.vault_url", "https://v.vault.azure.net"}, {"azure.tenant", "t1"}, {"azure.client_id", "c1"},
                             {"azure.client_secret", "env:AZURE_CLIENT_SECRET"}, {"secrets.store", "azure"}};
        QCOMPARE(workplace.wished.store, azure);
        QCOMPARE(workplace.wished.legacy, std::string("https://api.openai.com/v1/a"));
        QCOMPARE(workplace.wished.holysheep, std::string("https://api.holysheep.ai/v1/b"));
        QVERIFY(find<QProgressBar>(dialog, "progress")->isVisible());
        QVERIFY(!find<QPushButton>(dialog, "cancelButton")->isEnabled());
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(dialog.isVisible());
    }
};

DROVER_TEST(TestWorkspaceDialog)
#include "TestWorkspaceDialog.moc"
