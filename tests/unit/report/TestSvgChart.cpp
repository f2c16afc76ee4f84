// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "report/SvgChart.h"
#include "support/TestMain.h"

#include <QXmlStreamReader>

#include <cmath>
#include <limits>

using namespace drover;
using namespace drover::report;

namespace {

QStringList labelsOf(const std::vector<Tick>& ticks)
{
    QStringList labels;
    for (const Tick& tick : ticks)
        labels << QString::fromStdString(tick.label);
    return labels;
}

WallTime at(const char* text)
{
    return parseTime(text).value();
}

LineChart smallChart()
{
    LineChart chart;
    chart.title = "a < b & c";
    chart.yTicks = {{0, "0"}, {10, "10"}};
    chart.lines = {{"var(--target)", 2, "", 1, false, {{0, 0}, {0.5, 5}, {1, 10}}}};
    return chart;
}

QString pathIn(const std::string& svg, int which)
{
    QXmlStreamReader reader(QString::fromStdString(svg));
    while (!reader.atEnd()) {
        if (reader.readNext() == QXmlStreamReader::StartElement && reader.name() == QLatin1String("path") &&
            reader.attributes().value(QLatin1String("style")).contains(QLatin1String("linejoin")) && which-- == 0)
            return reader.attributes().value(QLatin1String("d")).toString();
    }
    return {};
}

} // namespace

class TestSvgChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ticksAreRoundAndCoverTheValues()
    {
        QCOMPARE(niceTicks(0, 47, 5), (std::vector<double>{0, 10, 20, 30, 40, 50}));
        QCOMPARE(niceTicks(0, 50, 5), (std::vector<double>{0, 10, 20, 30, 40, 50}));
        QCOMPARE(niceTicks(0, 1.3, 5), (std::vector<double>{0, 0.5, 1, 1.5}));
        QCOMPARE(niceTicks(0, 0, 5), (std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}));
        for (const double high : {0.003, 0.7, 3.0, 9.99, 101.0, 4321.0, 1e7}) {
            const auto ticks = niceTicks(0, high, 6);
            QVERIFY(ticks.size() >= 2 && ticks.size() <= 7);
            QCOMPARE(ticks.front(), 0.0);
            QVERIFY(ticks.back() >= high && ticks.back() < high * 2.6);
        }
        const auto around = niceTicks(-3, 8, 5);
        QVERIFY(around.front() <= -3 && around.back() >= 8);
    }
    void timesAreLabelledByWhatMatters()
    {
        QCOMPARE(labelsOf(timeTicks(at("2026-11-22T13:05:10Z"), at("2026-11-22T13:06:12Z"), 7)),
                 (QStringList{QStringLiteral("13:05:10"), QStringLiteral("13:05:20"), QStringLiteral("13:05:30"),
                              QStringLiteral("13:05:40"), QStringLiteral("13:05:50"), QStringLiteral("13:06:00"),
                              QStringLiteral("13:06:10")}));
        QCOMPARE(labelsOf(timeTicks(at("2026-11-22T22:00:00Z"), at("2026-11-23T04:00:00Z"), 4)),
                 (QStringList{QStringLiteral("22:00"), QStringLiteral("11-23"), QStringLiteral("02:00"), QStringLiteral("04:00")}));
        QCOMPARE(labelsOf(timeTicks(at("2026-11-23T09:00:00Z"), at("2026-12-13T09:00:00Z"), 8)),
                 (QStringList{QStringLiteral("11-26"), QStringLiteral("12-03"), QStringLiteral("12-10")}));
        QVERIFY(timeTicks(at("2026-11-22T22:00:00Z"), at("2026-11-22T22:00:00Z"), 4).empty());
        QVERIFY(int(timeTicks(at("2020-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"), 8).size()) <= 8);
    }
    void isWellFormedAndEscaped()
    {
        QXmlStreamReader reader(QString::fromStdString(svgOf(smallChart())));
        QString title;
        while (!reader.atEnd()) {
            if (reader.readNext() == QXmlStreamReader::StartElement && reader.name() == QLatin1String("title"))
                title = reader.readElementText();
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QCOMPARE(title, QStringLiteral("a < b & c"));
    }
    void drawsFromTheLowerLeftToTheUpperRight()
    {
        const QString path = pathIn(svgOf(smallChart()), 0);
        // The plot: x from 24.8 (the width of "10" and a gap) to 1026, y from 234 up to 22.
        QCOMPARE(path, QStringLiteral("M24.8 234.0l0 0L525.4 128.0L1026.0 22.0"));
    }
    void breaksWhereNothingIsKnown()
    {
        LineChart chart = smallChart();
        const double nothing = std::numeric_limits<double>::quiet_NaN();
        chart.lines[0].points = {{0, 0}, {0.25, nothing}, {0.5, 5}, {1, 10}};
        const QString path = pathIn(svgOf(chart), 0);
        QCOMPARE(path.count(QLatin1Char('M')), 2);
        chart.lines[0].points = {{0, nothing}};
        QVERIFY(pathIn(svgOf(chart), 0).isEmpty());
    }
    void stepsHoldTheirValue()
    {
        LineChart chart = smallChart();
        chart.lines[0].steps = true;
        chart.lines[0].points = {{0, 0}, {0.5, 10}};
        QCOMPARE(pathIn(svgOf(chart), 0), QStringLiteral("M24.8 234.0l0 0L525.4 234.0L525.4 22.0"));
    }
    void staysInsideTheFrame()
    {
        LineChart chart = smallChart();
        chart.lines[0].points = {{-5, -100}, {9, 1e9}};
        QCOMPARE(pathIn(svgOf(chart), 0), QStringLiteral("M24.8 234.0l0 0L1026.0 22.0"));
    }
    void timelineShowsBlocksAndMarks()
    {
        Timeline timeline;
        timeline.blocks = {{0, 0.5, "#abc", "#000", "shadow", "shadow: 3 s"}, {0.5, 0.501, "#abc", "#000", "canary", "canary"}};
        timeline.marks = {{0.5, MarkShape::check, "green", "pass"}, {1, MarkShape::cross, "red", "fail"}};
        const QString svg = QString::fromStdString(svgOf(timeline));
        QCOMPARE(svg.count(QLatin1String("<rect")), 2);
        QCOMPARE(svg.count(QLatin1String("<circle")), 2);
        QVERIFY(svg.contains(QLatin1String(">shadow</text>")));
        QVERIFY(!svg.contains(QLatin1String(">canary</text>"))); // no room
        QVERIFY(svg.contains(QLatin1String("<title>canary</title>")));
    }
};

DROVER_TEST(TestSvgChart)
#include "TestSvgChart.moc"
