// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "gui/pages/LatencyPage.h"
#include "gui/models/LatencyTableModel.h"
#include "gui/widgets/LatencyChart.h"
#include "gui/widgets/SparkLine.h"

#include "support/GuiStage.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestLatencyPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void drawsALineForEachTargetAndQuantile()
    {
        GuiStage stage;
        gui::LatencyPage page(stage.context());
        stage.show(page);
        auto* chart = find<gui::LatencyChart>(page, "chart");
        QTRY_COMPARE(chart->lineCount(), 6);
        click(page, "p99Button");
        QCOMPARE(chart->lineCount(), 4);
        click(page, "p50Button");
        QCOMPARE(chart->lineCount(), 2);
        click(page, "hourButton");
        QTRY_COMPARE(chart->lineCount(), 2);
    }

    void aMillionPointsBecomeTwoAPixel()
    {
        GuiStage stage;
        gui::LatencyChart chart;
        stage.show(chart);
        std::vector<ChartPoint> points;
        for (int i = 0; i < 200000; ++i) {
            ChartPoint point;
            point.at = WallTime{Duration{std::int64_t(i) * 1000}};
            point.target = "legacy";
            point.p95 = i % 977;
            points.push_back(point);
        }
        chart.setQuantiles(gui::LatencyChart::P95);
        chart.setPoints(points, points.front().at, points.back().at);
        QVERIFY(chart.pointCount() <= 2 * chart.width());
        QVERIFY(chart.pointCount() > chart.width() / 2);
    }

    void timeWithoutTrafficIsNotBridged()
    {
        GuiStage stage;
        gui::LatencyChart chart;
        stage.show(chart);
        std::vector<ChartPoint> points;
        for (int i = 0; i < 60; ++i) {
            if (i > 20 && i < 40)
                continue;
            ChartPoint point;
            point.at = WallTime{std::chrono::seconds{i}};
            point.target = "legacy";
            point.p95 = 100;
            points.push_back(point);
        }
        chart.setQuantiles(gui::LatencyChart::P95);
        chart.setPoints(points, WallTime{}, WallTime{std::chrono::seconds{60}});
        QCOMPARE(chart.lineCount(), 2);
        points.insert(points.begin() + 21, points[20]);
        points[21].at += std::chrono::seconds{2}; // one bucket without traffic is no gap
        chart.setPoints(points, WallTime{}, WallTime{std::chrono::seconds{60}});
        QCOMPARE(chart.lineCount(), 2);
    }

    void sparksStandWhereTheirTimeIs()
    {
        ChartPoint late;
        late.target = "legacy";
        late.at = WallTime{std::chrono::seconds{270}};
        late.clients = 5;
        ChartPoint last = late;
        last.at = WallTime{std::chrono::seconds{300}};
        const auto sparks = gui::sparksOf({late, last}, WallTime{}, std::chrono::seconds{300}, [](const ChartPoint& p) { return std::optional<double>(double(p.clients)); });
        QCOMPARE(sparks.size(), std::size_t(1));
        QCOMPARE(sparks.front().points.front().first, 0.9);
        QCOMPARE(sparks.front().points.back().first, 1.0);
    }

    void aTargetWithoutTrafficInTheLastMinuteHasNoLatency()
    {
        ChartPoint old;
        old.target = "legacy";
        old.requests = 9;
        old.p95 = 400;
        const auto lines = gui::summarise({old}, {});
        QCOMPARE(lines.size(), std::size_t(1));
        QVERIFY(!lines.front().p95.has_value());
    }

    void everyRangeByItsButton()
    {
        GuiStage stage;
        gui::LatencyPage page(stage.context());
        stage.show(page);
        auto* chart = find<gui::LatencyChart>(page, "chart");
        QTRY_COMPARE(chart->lineCount(), 6);
        click(page, "p95Button");
        QCOMPARE(chart->lineCount(), 4);
        for (const char* range : {"minutesButton", "hourButton", "dayButton"}) {
            click(page, range);
            QTRY_COMPARE(chart->lineCount(), 4);
            QVERIFY(find<QPushButton>(page, range)->isChecked());
        }
        click(page, "minutesButton");
        click(page, "dayButton");
    }
};

DROVER_TEST(TestLatencyPage)
#include "TestLatencyPage.moc"
