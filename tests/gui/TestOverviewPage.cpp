// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <QLabel>

#include "gui/Words.h"
#include "gui/pages/OverviewPage.h"
#include "gui/widgets/Banner.h"
#include "gui/widgets/EmptyState.h"
#include "gui/widgets/MetricTile.h"

#include "support/Await.h"
#include "support/GuiStage.h"
#include "support/HangingSession.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestOverviewPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsTheNumbersAndLeadsOn()
    {
        GuiStage stage;
        gui::OverviewPage page(stage.context());
        stage.show(page);
        page.showNews(stage.session.news());
        QTRY_VERIFY(find<gui::MetricTile>(page, "requestsTile")->value() != QStringLiteral("–"));
        QVERIFY(find<QWidget>(page, "migrationCard")->isVisible());
        click(page, "keysButton");
        QCOMPARE(stage.wentTo, QStringLiteral("keys"));
        click(page, "openButton");
        QCOMPARE(stage.wentTo, QStringLiteral("migration"));
        click(page, "gatewaysButton");
        QCOMPARE(stage.wentTo, QStringLiteral("gateways"));
    }

    void withoutAMigrationItOffersOne()
    {
        GuiStage stage;
        gui::OverviewPage page(stage.context());
        stage.show(page);
        page.showNews({{}, stage.clock.now(), {}, {}, false});
        QVERIFY(find<gui::EmptyState>(page, "empty")->isVisible());
        QVERIFY(!find<QWidget>(page, "migrationCard")->isVisible());
    }

    // Mirrored calls are no requests of clients.
    void requestsAreThoseOfClients()
    {
        GuiStage stage;
        gui::OverviewPage page(stage.context());
        stage.show(page);
        const auto points = await(stage.session.series(stage.clock.now() - std::chrono::minutes{5}, 60)).value();
        std::uint64_t clients = 0, attempts = 0;
        for (const auto& point : points) {
            clients += point.clients;
            attempts += point.requests;
        }
        QVERIFY(attempts > clients);
        QTRY_COMPARE(find<gui::MetricTile>(page, "requestsTile")->value(), gui::countText(clients));
        QVERIFY(find<gui::MetricTile>(page, "errorsTile")->context().contains(gui::countText(attempts)));
        auto* latency = find<gui::MetricTile>(page, "latencyTile");
        QTRY_VERIFY(latency->caption().contains(QStringLiteral("Legacy")) || latency->caption().contains(QStringLiteral("HolySheep")));
        QVERIFY(latency->context().contains(QStringLiteral("last minute")));
    }

    void theHintIsTheBoardsRemark()
    {
        GuiStage stage;
        gui::OverviewPage page(stage.context());
        stage.show(page);
        stage.session.current.gates.clear();
        page.showNews(stage.session.news());
        QVERIFY(!find<QLabel>(page, "nextHint")->text().contains(QStringLiteral("All gates pass")));
        stage.session.current.lease->expired = true;
        page.showNews(stage.session.news());
        QVERIFY(find<QLabel>(page, "nextLabel")->text().contains(QStringLiteral("gateways serve Legacy")));
    }

    void anErrorOfOneSourceOutlivesTheAnswersOfTheOthers()
    {
        GuiStage stage;
        stage.session.failKeys = Error{Errc::locked, "the login keyring is locked", {}};
        gui::OverviewPage page(stage.context());
        stage.show(page);
        auto* banner = find<gui::Banner>(page, "banner");
        QTRY_COMPARE(banner->headline(), QStringLiteral("The keyring is locked"));
        QTRY_VERIFY(find<gui::MetricTile>(page, "requestsTile")->value() != QStringLiteral("–"));
        GuiStage::settle();
        QCOMPARE(banner->headline(), QStringLiteral("The keyring is locked"));
        stage.session.failKeys.reset();
        page.refresh();
        QTRY_VERIFY(!banner->isVisible());
    }

    void aSlowAnswerIsSaidToBeAwaited()
    {
        GuiStage stage;
        HangingSession session(stage.clock);
        gui::OverviewPage page({session, stage.commands, stage.appearance, [](const QString&) {}});
        stage.show(page);
        auto* waiting = find<QLabel>(page, "waiting");
        QTRY_COMPARE(waiting->text(), QStringLiteral("Loading …"));
        QVERIFY(waiting->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(waiting->text(), QStringLiteral("Still asking …"), 20'000);
        page.hide();
        QVERIFY(!waiting->isVisibleTo(&page));
    }
};

DROVER_TEST(TestOverviewPage)
#include "TestOverviewPage.moc"
