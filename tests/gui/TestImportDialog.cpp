// SPDX-License-Identifier: Apache-2.0
#include <QSignalSpy>
#include <QTest>

#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>

#include "gui/dialogs/ImportDialog.h"
#include "gui/widgets/Banner.h"
#include "gui/widgets/TableView.h"

#include "support/GuiStage.h"
#include "support/HangingSession.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

namespace {

void chooseSource(gui::ImportDialog& dialog, const char* name)
{
    auto* box = find<QComboBox>(dialog, "sourceBox");
    QTest::keyClick(box, Qt::Key_Home);
    while (box->currentText() != QLatin1StringView(name) && box->currentIndex() + 1 < box->count())
        QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(box->currentText(), QLatin1StringView(name));
    GuiStage::settle();
}

} // namespace

class TestImportDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyWhatCanBeTakenIsChosen()
    {
        GuiStage stage;
        gui::ImportDialog dialog(stage.session.keys());
        QSignalSpy imported(&dialog, &gui::ImportDialog::imported);
        stage.show(dialog);
        QVERIFY(!find<QLineEdit>(dialog, "fileEdit")->isVisible());
        chooseSource(dialog, "A .env file");
        QVERIFY(!find<QPushButton>(dialog, "lookButton")->isEnabled());
        QTest::keyClicks(find<QLineEdit>(dialog, "fileEdit"), QStringLiteral("/srv/app/.env"));
        click(dialog, "lookButton");
        auto* table = find<gui::TableView>(dialog, "table");
        QTRY_COMPARE(table->model()->rowCount(), 3);
        QCOMPARE(stage.session.lookedAt.back().where, std::string("/srv/app/.env"));
        QVERIFY(stage.session.lookedAt.back().kind == app::KeySource::Kind::dotenv);
        QCOMPARE(table->selectionModel()->selectedRows().size(), 1);
        QCOMPARE(table->model()->index(1, 3).data().toString(), QStringLiteral("Held as k_1a2b3c4d5e"));
        QVERIFY(table->model()->index(2, 3).data().toString().contains(QStringLiteral("id and the secret")));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(2, 0)).center());
        QCOMPARE(table->selectionModel()->selectedRows().size(), 1); // an id cannot be chosen
        QVERIFY(find<QLabel>(dialog, "totalLabel")->text().contains(QStringLiteral("DATABASE_URL")));
        QCOMPARE(find<QPushButton>(dialog, "importButton")->text(), QStringLiteral("Import 1 key"));
        click(dialog, "importButton");
        QTRY_COMPARE(imported.count(), 1);
        QCOMPARE(stage.session.taken.size(), std::size_t(1));
        QCOMPARE(stage.session.taken[0].second, std::string("holysheep"));
        QVERIFY(!dialog.isVisible());
    }

    void theProviderCanBeAnotherOne()
    {
        GuiStage stage;
        gui::ImportDialog dialog(stage.session.keys());
        stage.show(dialog);
        click(dialog, "lookButton");
        QTRY_VERIFY(find<QPushButton>(dialog, "importButton")->isEnabled());
        QVERIFY(stage.session.lookedAt.back().kind == app::KeySource::Kind::environment);
        auto* target = find<QComboBox>(dialog, "targetBox");
        QTest::keyClick(target, Qt::Key_End);
        QCOMPARE(target->currentData().toString(), QStringLiteral("legacy"));
        click(dialog, "importButton");
        QTRY_COMPARE(stage.session.taken.size(), std::size_t(1));
        QCOMPARE(stage.session.taken[0].second, std::string("legacy"));
    }

    void whatCouldNotBeTakenIsSaid()
    {
        GuiStage stage;
        stage.session.failTakes = Error{Errc::conflict, "the inventory has this key already", "k_1"};
        gui::ImportDialog dialog(stage.session.keys());
        QSignalSpy imported(&dialog, &gui::ImportDialog::imported);
        stage.show(dialog);
        click(dialog, "lookButton");
        QTRY_VERIFY(find<QPushButton>(dialog, "importButton")->isEnabled());
        click(dialog, "importButton");
        QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("1 key could not be taken"));
        QVERIFY(find<gui::Banner>(dialog, "banner")->text().contains(QStringLiteral("has this key already")));
        QCOMPARE(imported.count(), 0);
        QVERIFY(dialog.isVisible());
        QCOMPARE(stage.session.lookedAt.size(), std::size_t(2)); // looked again
    }

    void afterAFailureTheKeysAreFetchedAnew()
    {
        GuiStage stage;
        gui::ImportDialog dialog(stage.session.keys());
        stage.show(dialog);
        click(dialog, "lookButton");
        QTRY_VERIFY(find<QPushButton>(dialog, "importButton")->isEnabled());
        stage.session.failImport = Error{Errc::io, "the disk is full", "drover.db"};
        click(dialog, "importButton");
        QTRY_COMPARE(stage.session.lookedAt.size(), std::size_t(2));
        QVERIFY(find<gui::Banner>(dialog, "banner")->text().contains(QStringLiteral("the disk is full")));
        stage.session.failImport.reset();
        QTRY_VERIFY(find<QPushButton>(dialog, "importButton")->isEnabled());
        click(dialog, "importButton");
        QTRY_COMPARE(stage.session.taken.size(), std::size_t(1));
        QVERIFY(stage.session.takenKeys); // not what was left of it after the first time
    }

    void anEmptyPlaceAndAFailingOneAreToldApart()
    {
        GuiStage stage;
        stage.session.emptyHarvest = true;
        gui::ImportDialog dialog(stage.session.keys());
        stage.show(dialog);
        chooseSource(dialog, "Vault");
        click(dialog, "lookButton");
        auto* banner = find<gui::Banner>(dialog, "banner");
        QTRY_COMPARE(banner->headline(), QStringLiteral("No key was found there"));
        QCOMPARE(stage.session.lookedAt.back().where, std::string("vault"));
        stage.session.failKeys = Error{Errc::sealed, "Vault is sealed: unseal it", "vault"};
        click(dialog, "lookButton");
        QTRY_COMPARE(banner->headline(), QStringLiteral("Vault is sealed"));
        QVERIFY(!find<QPushButton>(dialog, "importButton")->isEnabled());
        chooseSource(dialog, "HolySheep's config.json");
        QVERIFY(!banner->isVisible());
        QVERIFY(find<QPushButton>(dialog, "lookButton")->isEnabled()); // it has a place of its own
        click(dialog, "browseButton");
        auto* files = dialog.findChild<QFileDialog*>();
        QVERIFY(files != nullptr);
        Q_EMIT files->fileSelected(QStringLiteral("/home/ann/config.json"));
        QCOMPARE(find<QLineEdit>(dialog, "fileEdit")->text(), QStringLiteral("/home/ann/config.json"));
        files->reject();
    }

    void itStaysWhileKeysAreTaken()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        session.reads = true;
        gui::ImportDialog dialog(session.keys());
        stage.show(dialog);
        click(dialog, "lookButton");
        QTRY_VERIFY(find<QPushButton>(dialog, "importButton")->isEnabled());
        click(dialog, "importButton");
        QCOMPARE(session.asked, 1);
        QVERIFY(!find<QPushButton>(dialog, "importButton")->isEnabled());
        QVERIFY(!find<QPushButton>(dialog, "closeButton")->isEnabled());
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QVERIFY(dialog.isVisible());
        QCOMPARE(session.aborted, 0);
    }

    void aSlowPlaceIsLeft()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        gui::ImportDialog dialog(session.keys());
        stage.show(dialog);
        click(dialog, "lookButton");
        QCOMPARE(session.asked, 1);
        QCOMPARE(find<QPushButton>(dialog, "lookButton")->text(), QStringLiteral("Stop"));
        click(dialog, "lookButton");
        QCOMPARE(session.aborted, 1);
        click(dialog, "lookButton");
        click(dialog, "closeButton");
        QVERIFY(!dialog.isVisible());
    }
};

DROVER_TEST(TestImportDialog)
#include "TestImportDialog.moc"
