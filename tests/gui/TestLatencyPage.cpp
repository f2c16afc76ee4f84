// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "gui/pages/LatencyPage.h"
#include "gui/widgets/LatencyChart.h"

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
};

DROVER_TEST(TestLatencyPage)
#include "TestLatencyPage.moc"
