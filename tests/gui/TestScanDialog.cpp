// SPDX-License-Identifier: Apache-2.0
#include <QSignalSpy>
#include <QTest>

#include <QCheckBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>

#include "gui/dialogs/ScanDialog.h"
#include "gui/widgets/Banner.h"
#include "gui/widgets/TableView.h"

#include "support/GuiStage.h"
#include "support/HangingSession.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

namespace {

app::LeakedKey leak(const char* place, const char* keyId, KeyState state)
{
    app::LeakedKey leaked;
    leaked.place = place;
    leaked.finding.line = 12;
    leaked.finding.hint = "****x9Qf";
    leaked.finding.keyId = keyId;
    leaked.state = state;
    leaked.target = keyId[0] == '\0' ? "" : "legacy";
    return leaked;
}

} // namespace

class TestScanDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLeakedKeyInUseOffersItsRotation()
    {
        GuiStage stage;
        stage.session.scanReport.found = {leak("/src/app/.env", "k_1", KeyState::current), leak("/src/notes.md", "", KeyState::added)};
        stage.session.scanReport.totals.files = 4711;
        stage.session.scanReport.totals.skipped = {"/src/secret: no permission"};
        gui::ScanDialog dialog(stage.session.keys());
        QSignalSpy wanted(&dialog, &gui::ScanDialog::rotationWanted);
        stage.show(dialog);
        QVERIFY(!find<QPushButton>(dialog, "scanButton")->isEnabled());
        QTest::keyClicks(find<QLineEdit>(dialog, "placeEdit"), QStringLiteral("/src"));
        QTest::mouseClick(find<QCheckBox>(dialog, "historyCheck"), Qt::LeftButton, {}, QPoint(8, 8));
        click(dialog, "scanButton");
        QCOMPARE(stage.session.scans.size(), std::size_t(1));
        QCOMPARE(stage.session.scans[0], (std::pair<std::filesystem::path, bool>{"/src", true}));
        auto* table = find<gui::TableView>(dialog, "table");
        QTRY_COMPARE(table->model()->rowCount(), 2);
        QCOMPARE(table->model()->index(1, 2).data().toString(), QStringLiteral("Not in the inventory"));
        QCOMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("A key in use has leaked"));
        const QString total = find<QLabel>(dialog, "totalLabel")->text();
        QVERIFY2(total.contains(QStringLiteral("4,711")) && total.contains(QStringLiteral("no permission")), qPrintable(total));
        click(dialog, "rotateButton");
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted[0][0].toString(), QStringLiteral("legacy"));
        QVERIFY(dialog.isVisible()); // there may be more to look at
    }

    void eachLeakedKeyInUseIsOfferedItsOwnRotation()
    {
        GuiStage stage;
        stage.session.scanReport.found = {leak("/src/notes.md", "", KeyState::added), leak("/src/.env", "k_1", KeyState::current),
                                          leak("/src/old", "k_0", KeyState::revoked), leak("/src/eu.env", "k_2", KeyState::proven)};
        stage.session.scanReport.found[3].target = "eu-backup";
        gui::ScanDialog dialog(stage.session.keys());
        QSignalSpy wanted(&dialog, &gui::ScanDialog::rotationWanted);
        stage.show(dialog);
        dialog.setPlace(QStringLiteral("/src"));
        click(dialog, "scanButton");
        QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("2 keys in use have leaked"));
        auto* table = find<gui::TableView>(dialog, "table");
        auto* rotate = find<QPushButton>(dialog, "rotateButton");
        const auto choose = [&](int row) {
            QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(row, 0)).center());
        };
        click(dialog, "rotateButton"); // the first that is in use is selected
        choose(0);
        QVERIFY(!rotate->isEnabled()); // not ours
        choose(2);
        QVERIFY(!rotate->isEnabled()); // ended already
        choose(3);
        click(dialog, "rotateButton");
        QCOMPARE(wanted.count(), 2);
        QCOMPARE(wanted[0][0].toString(), QStringLiteral("legacy"));
        QCOMPARE(wanted[1][0].toString(), QStringLiteral("eu-backup"));
    }

    void nothingFoundAndWhatIsNotOursAreToldApart()
    {
        GuiStage stage;
        gui::ScanDialog dialog(stage.session.keys());
        stage.show(dialog);
        dialog.setPlace(QStringLiteral("/src"));
        click(dialog, "scanButton");
        QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("No key was found"));
        QVERIFY(!find<gui::TableView>(dialog, "table")->isVisible());
        stage.session.scanReport.found = {leak("/src/notes.md", "", KeyState::added), leak("/src/old", "k_0", KeyState::revoked)};
        click(dialog, "scanButton");
        QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("What looks like a key lies open"));
        QVERIFY(!find<QPushButton>(dialog, "rotateButton")->isVisible());
    }

    void aPlaceThatIsNotThereIsSaid()
    {
        GuiStage stage;
        stage.session.failKeys = Error{Errc::notFound, "there is no such file", "/srcc"};
        gui::ScanDialog dialog(stage.session.keys());
        stage.show(dialog);
        dialog.setPlace(QStringLiteral("/srcc"));
        click(dialog, "scanButton");
        QTRY_COMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("Not found"));
        QVERIFY(find<QPushButton>(dialog, "scanButton")->isEnabled());
    }

    void aLongSearchIsStopped()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        gui::ScanDialog dialog(session.keys());
        stage.show(dialog);
        dialog.setPlace(QStringLiteral("/"));
        click(dialog, "scanButton");
        QCOMPARE(session.asked, 1);
        QVERIFY(find<QProgressBar>(dialog, "progress")->isVisible());
        QVERIFY(!find<QLineEdit>(dialog, "placeEdit")->isEnabled());
        QCOMPARE(find<QPushButton>(dialog, "scanButton")->text(), QStringLiteral("Stop"));
        click(dialog, "scanButton");
        QCOMPARE(session.aborted, 1);
        QCOMPARE(find<gui::Banner>(dialog, "banner")->headline(), QStringLiteral("Stopped"));
        QCOMPARE(find<QPushButton>(dialog, "scanButton")->text(), QStringLiteral("Scan"));
        click(dialog, "closeButton");
        QVERIFY(!dialog.isVisible());
    }

    void browseOpensTheFolders()
    {
        GuiStage stage;
        gui::ScanDialog dialog(stage.session.keys());
        stage.show(dialog);
        click(dialog, "browseButton");
        auto* files = dialog.findChild<QFileDialog*>();
        QVERIFY(files != nullptr);
        Q_EMIT files->fileSelected(QStringLiteral("/srv/app"));
        QCOMPARE(find<QLineEdit>(dialog, "placeEdit")->text(), QStringLiteral("/srv/app"));
        files->reject();
    }
};

DROVER_TEST(TestScanDialog)
#include "TestScanDialog.moc"
