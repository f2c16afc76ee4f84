// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QLabel>

#include "gui/dialogs/OrderDialog.h"
#include "gui/pages/MigrationPage.h"
#include "gui/widgets/Banner.h"
#include "gui/widgets/CutoverCard.h"
#include "gui/widgets/DistributionChart.h"
#include "gui/widgets/GateCard.h"
#include "gui/widgets/TableView.h"
#include "gui/wizard/MigrationWizard.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestMigrationPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void drawsTheBoardAndTakesOrders()
    {
        GuiStage stage;
        gui::MigrationPage page(stage.context());
        stage.show(page);
        page.showNews(stage.session.news());
        QCOMPARE(page.findChildren<gui::GateCard*>().size(), qsizetype(2));
        QCOMPARE(find<gui::TableView>(page, "decisions")->model()->rowCount(), 3);
        QVERIFY(!find<QPushButton>(page, "resumeButton")->isVisible());
        click(page, "pauseButton");
        QTRY_COMPARE(stage.session.current.phase, Phase::paused);
        page.showNews(stage.session.news());
        QCOMPARE(find<gui::Banner>(page, "banner")->headline(), QStringLiteral("Paused"));
        click(page, "resumeButton");
        QTRY_COMPARE(stage.session.current.phase, Phase::canary);
        page.showNews(stage.session.news());
        click(page, "advanceButton");
        QVERIFY(stage.window.findChild<gui::OrderDialog*>() != nullptr);
    }

    void comparesBothSidesOfTheCutover()
    {
        GuiStage stage;
        TargetEvidence before;
        TargetEvidence after;
        for (int i = 1; i <= 200; ++i) {
            before.firstByteStreamed.record(100 + i);
            after.firstByteStreamed.record(120 + i);
            before.outputTokens.record(40);
        }
        before.byClass[std::size_t(ErrorClass::ok)] = after.byClass[std::size_t(ErrorClass::ok)] = 200;
        before.finishReasons = {{"stop", 150}, {"length", 50}};
        after.finishReasons = {{"stop", 200}};
        stage.session.comparison = CutoverComparison{"legacy", "holysheep", before, after};
        gui::MigrationPage page(stage.context());
        stage.show(page);
        page.showNews(stage.session.news());
        auto* card = find<gui::CutoverCard>(page, "cutoverCard");
        QVERIFY(!card->isVisible());
        stage.session.current.timeline.push_back({Phase::cutover, 0, 1, 50, stage.clock.now(), stage.clock.now(), {}});
        stage.session.current.phase = Phase::cutover;
        page.showNews(stage.session.news());
        QTRY_VERIFY(card->isVisible());
        auto* chart = find<gui::DistributionChart>(*card, "distribution");
        QCOMPARE(chart->lineCount(), 2);
        click(*card, "lengthButton");
        QCOMPARE(chart->lineCount(), 1);
        click(*card, "plainButton");
        QCOMPARE(chart->lineCount(), 0);
        // Answers; three quantiles of the streamed first byte and of the length; stop and length.
        QCOMPARE(find<gui::TableView>(*card, "comparison")->model()->rowCount(), 1 + 3 + 3 + 2);
        stage.session.current.timeline.clear();
        page.showNews(stage.session.news());
        QVERIFY(!card->isVisible());
    }

    void aRolledBackOneSaysWhyAndOffersANewOne()
    {
        GuiStage stage;
        gui::MigrationPage page(stage.context());
        stage.show(page);
        stage.session.current.phase = Phase::rolledBack;
        stage.session.current.why = "9 of 120 requests failed";
        page.showNews(stage.session.news());
        QVERIFY(find<gui::Banner>(page, "banner")->isVisible());
        QVERIFY(find<gui::Banner>(page, "banner")->text().contains(QStringLiteral("9 of 120 requests failed")));
        click(page, "newButton");
        QVERIFY(stage.window.findChild<gui::MigrationWizard*>() != nullptr);
        QVERIFY(!find<QPushButton>(page, "pauseButton")->isVisible());
    }

    void aRunThatEndedBeforeItsTimeSaysSo()
    {
        GuiStage stage;
        gui::MigrationPage page(stage.context());
        stage.show(page);
        stage.session.current.controller.clear();
        stage.session.ended = Error{Errc::io, "the journal cannot be written", "drover.db"};
        page.showNews(stage.session.news());
        auto* banner = find<gui::Banner>(page, "banner");
        QVERIFY(banner->headline().startsWith(QStringLiteral("The run in this console has ended")));
        QVERIFY(banner->text().contains(QStringLiteral("the journal cannot be written")));
        stage.session.current.pausedIn = Phase::canary;
        click(*banner, "bannerAction");
        QTRY_COMPARE(stage.session.orders.size(), std::size_t(1));
        QCOMPARE(stage.session.orders.front().first, OrderVerb::resume);
    }

    void anExpiredLeaseIsSaidBeforeThePause()
    {
        GuiStage stage;
        gui::MigrationPage page(stage.context());
        stage.show(page);
        stage.session.current.pausedIn = Phase::canary;
        stage.session.current.phase = Phase::paused;
        stage.session.current.lease->expired = true;
        page.showNews(stage.session.news());
        QVERIFY(find<gui::Banner>(page, "banner")->headline().contains(QStringLiteral("gateways serve Legacy")));
        QVERIFY(find<QLabel>(page, "hint")->text().contains(QStringLiteral("Gateways serve Legacy")));
    }
};

DROVER_TEST(TestMigrationPage)
#include "TestMigrationPage.moc"
