// SPDX-License-Identifier: Apache-2.0
// What is drawn over time: the steps, the share ordered and served, and the latencies.
#include "report/Page.h"
#include "report/SvgChart.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace drover::report {
namespace {

constexpr double noValue = std::numeric_limits<double>::quiet_NaN();

struct Stay {
    const StepRecord* step = nullptr;
    WallTime from{};
    WallTime to{};
};

// The stays with their ends; a step that still goes on ends with the report. The last word of a migration that is
// over, done or rolled back, has no length and is left out.
std::vector<Stay> staysOf(const Page& page)
{
    std::vector<Stay> stays;
    for (const StepRecord& step : page.facts().timeline) {
        const auto from = step.written ? step.written : step.acked;
        const WallTime to = step.ended.value_or(page.to());
        if (from && to > *from)
            stays.push_back({&step, *from, to});
    }
    return stays;
}

struct DecisionLook {
    MarkShape shape;
    std::string colour;
};

DecisionLook lookOf(const GateDecision& decision)
{
    if (decision.outcome == "wait")
        return {MarkShape::dots, "var(--legacy)"};
    if (decision.outcome == "hold" || decision.outcome == "rollback")
        return {MarkShape::cross, "var(--bad)"};
    return {MarkShape::check, "var(--good)"};
}

std::string blockColour(Phase phase)
{
    return phase == Phase::rolledBack ? "var(--bad-bg)" : phase == Phase::shadow ? "var(--grid)" : "var(--block)";
}

std::string blockInk(Phase phase)
{
    return phase == Phase::rolledBack ? "var(--bad)" : phase == Phase::shadow ? "var(--ink)" : "var(--block-ink)";
}

// On a narrow screen a chart of many steps is moved sideways rather than made too small to read.
std::string wide(const std::string& svg)
{
    return "<div class=\"scroll wide\">" + svg + "</div>";
}

std::string timelineChart(const Page& page)
{
    Timeline timeline;
    timeline.title = std::string(page[Text::sectionTimeline]);
    timeline.xLow = chartTime(page.from());
    timeline.xHigh = chartTime(page.to());
    timeline.xTicks = timeTicks(page.from(), page.to(), 9);
    for (const Stay& stay : staysOf(page)) {
        const std::string name = page.step(stay.step->phase, stay.step->share);
        const bool canary = stay.step->phase == Phase::canary;
        timeline.blocks.push_back({chartTime(stay.from), chartTime(stay.to), blockColour(stay.step->phase),
                                   blockInk(stay.step->phase), canary ? page.percent(stay.step->share) : name,
                                   name + ": " + page.duration(stay.to - stay.from)});
    }
    // Waiting first: what was decided lies above it.
    for (const bool waits : {true, false}) {
        for (const GateDecision& decision : page.facts().decisions) {
            if ((decision.outcome == "wait") != waits)
                continue;
            const DecisionLook look = lookOf(decision);
            std::string tip = page.time(decision.at) + " " + page.step(decision.phase, decision.share);
            for (const GateResult& gate : decision.gates)
                tip += "\n" + page.sentence(gate);
            timeline.marks.push_back({chartTime(decision.at), look.shape, look.colour, std::move(tip)});
        }
    }
    return svgOf(timeline);
}

std::string plannedFor(const Page& page, const StepRecord& step)
{
    std::string label(phaseName(step.phase));
    if (step.phase == Phase::canary)
        label += " " + page.percent(step.share);
    for (const CalendarEntry& entry : page.facts().planned) {
        if (entry.label == label)
            return escapeHtml(page.time(entry.begins));
    }
    return std::string(page[Text::none]);
}

std::string timelineTable(const Page& page)
{
    HtmlTable table({{page[Text::columnStep]},
                     {page[Text::columnShare], true},
                     {page[Text::columnPlanned], true},
                     {page[Text::columnWritten], true},
                     {page[Text::columnAcked], true},
                     {page[Text::columnEnded], true},
                     {page[Text::columnLasted], true},
                     {page[Text::columnGeneration], true}});
    for (const StepRecord& step : page.facts().timeline) {
        const bool over = isFinal(step.phase);
        const auto from = step.written ? step.written : step.acked;
        table.row({escapeHtml(page.phase(step.phase)), page.percent(step.share), plannedFor(page, step),
                   page.time(step.written), page.time(step.acked),
                   step.ended || over ? page.time(step.ended) : escapeHtml(page[Text::stillGoing]),
                   step.ended && from ? page.duration(*step.ended - *from) : std::string(page[Text::none]),
                   page.count(step.generation)});
    }
    return table.take();
}

std::string legendItem(const std::string& colour, double width, const std::string& dash, std::string_view label)
{
    return "<span><svg viewBox=\"0 0 26 10\" aria-hidden=\"true\"><path d=\"M1 5L25 5\" style=\"stroke:" + colour +
           ";stroke-width:" + std::to_string(width).substr(0, 3) + (dash.empty() ? "" : ";stroke-dasharray:" + dash) +
           "\"/></svg>" + escapeHtml(label) + "</span>";
}

std::vector<ChartBand> bandsOf(const Page& page)
{
    std::vector<ChartBand> bands;
    bool shaded = false;
    for (const Stay& stay : staysOf(page)) {
        const bool canary = stay.step->phase == Phase::canary;
        bands.push_back({chartTime(stay.from), chartTime(stay.to), shaded ? "var(--band)" : "none",
                         canary ? page.percent(stay.step->share) : std::string(page.phase(stay.step->phase))});
        shaded = !shaded;
    }
    return bands;
}

ChartLine orderedLine(const Page& page)
{
    ChartLine line{"var(--ink)", 1.4, "5 3", 1, true, {}};
    for (const Stay& stay : staysOf(page)) {
        line.points.emplace_back(chartTime(stay.from), stay.step->share);
        line.points.emplace_back(chartTime(stay.to), stay.step->share);
    }
    return line;
}

ChartLine servedLine(const Page& page)
{
    std::map<WallTime, std::pair<std::uint64_t, std::uint64_t>> byTime; // at the target, of all
    for (const ChartPoint& point : page.facts().chart) {
        auto& [target, all] = byTime[point.at];
        target += point.target == page.facts().target ? point.clients : 0;
        all += point.clients;
    }
    ChartLine line{"var(--served)", 2, "", 1, true, {}};
    for (const auto& [at, counts] : byTime) {
        if (counts.second > 0)
            line.points.emplace_back(chartTime(at), double(counts.first) / double(counts.second));
    }
    return line;
}

using LatencyMember = std::optional<double> ChartPoint::*;

ChartLine latencyLine(const Page& page, const std::string& target, LatencyMember member, double width,
                      const std::string& dash)
{
    ChartLine line{page.colourOf(target), width, dash, 1, false, {}};
    for (const ChartPoint& point : page.facts().chart) {
        if (point.target == target)
            line.points.emplace_back(chartTime(point.at), (point.*member).value_or(noValue));
    }
    return line;
}

double highestLatency(const MigrationFacts& facts)
{
    double highest = 0;
    for (const ChartPoint& point : facts.chart)
        highest = std::max(highest, point.p99.value_or(point.p95.value_or(0)));
    return highest;
}

std::string latencyChart(const Page& page, const std::string& target, const std::vector<double>& yTicks)
{
    LineChart chart;
    chart.width = 520;
    chart.height = 250;
    chart.title = page(Text::latencyChartTitle, {target});
    chart.xLow = chartTime(page.from());
    chart.xHigh = chartTime(page.to());
    chart.xTicks = timeTicks(page.from(), page.to(), 5);
    for (const double tick : yTicks)
        chart.yTicks.push_back({tick, millisecondsText(tick)});
    chart.lines = {latencyLine(page, target, &ChartPoint::p99, 1.2, "1 4"),
                   latencyLine(page, target, &ChartPoint::p50, 1.2, "5 3"),
                   latencyLine(page, target, &ChartPoint::p95, 2, "")};
    Html html;
    html.open("div").element("h3", target);
    html.open("div", "class=\"legend\"");
    html.raw(legendItem(page.colourOf(target), 1.2, "5 3", "p50"));
    html.raw(legendItem(page.colourOf(target), 2, "", "p95"));
    html.raw(legendItem(page.colourOf(target), 1.4, "1 4", "p99")).close();
    html.raw(svgOf(chart));
    return html.take();
}

void latencyRow(HtmlTable& table, const Page& page, const std::string& target, Text kind, const Histogram& values)
{
    if (values.empty())
        return;
    table.row({escapeHtml(target), escapeHtml(page[kind]), page.count(values.count()),
               page.milliseconds(values.quantile(0.5)), page.milliseconds(values.quantile(0.95)),
               page.milliseconds(values.quantile(0.99))});
}

} // namespace

std::string timelineSection(const Page& page)
{
    if (page.facts().timeline.empty())
        return {};
    return sectionOf(page[Text::sectionTimeline], page[Text::timelineIntro], wide(timelineChart(page)) + timelineTable(page));
}

std::string shareSection(const Page& page)
{
    if (page.facts().timeline.empty())
        return {};
    LineChart chart;
    chart.height = 250;
    chart.title = page(Text::shareChartTitle, {page.facts().target});
    chart.xLow = chartTime(page.from());
    chart.xHigh = chartTime(page.to());
    chart.xTicks = timeTicks(page.from(), page.to(), 9);
    for (const double tick : {0.0, 0.25, 0.5, 0.75, 1.0})
        chart.yTicks.push_back({tick, page.percent(tick)});
    chart.bands = bandsOf(page);
    chart.lines = {servedLine(page), orderedLine(page)};
    Html html;
    html.open("div", "class=\"legend\"");
    html.raw(legendItem("var(--ink)", 1.4, "5 3", page[Text::legendOrdered]));
    if (!chart.lines.front().points.empty())
        html.raw(legendItem("var(--served)", 2, "", page[Text::legendServed]));
    html.close().raw(wide(svgOf(chart)));
    return sectionOf(page[Text::sectionShare], page(Text::shareIntro, {page.facts().target}), html.take());
}

std::string latencySection(const Page& page)
{
    const MigrationFacts& facts = page.facts();
    const double highest = highestLatency(facts);
    Html html;
    if (highest > 0) {
        const std::vector<double> yTicks = niceTicks(0, highest, 5);
        html.open("div", "class=\"pair\"");
        html.raw(latencyChart(page, facts.legacy, yTicks)).raw(latencyChart(page, facts.target, yTicks)).close();
    }
    HtmlTable table({{page[Text::columnTarget]},
                     {page[Text::columnKind]},
                     {page[Text::columnAnswers], true},
                     {"p50", true},
                     {"p95", true},
                     {"p99", true}});
    for (const std::string& target : page.targets()) {
        const TargetEvidence& seen = facts.totals.at(target);
        latencyRow(table, page, target, Text::kindPlain, seen.firstBytePlain);
        latencyRow(table, page, target, Text::kindStreamed, seen.firstByteStreamed);
        latencyRow(table, page, target, Text::kindTotal, seen.total);
    }
    if (highest <= 0 && table.empty())
        return {};
    if (!table.empty())
        html.raw(table.take());
    return sectionOf(page[Text::sectionLatency], page[Text::latencyIntro], html.take());
}

} // namespace drover::report
