// SPDX-License-Identifier: Apache-2.0
#include "report/SvgChart.h"

#include "report/Html.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace drover::report {
namespace {

constexpr double charWidth = 6.4; // of the 12 px labels, a little more than most fonts need
constexpr double plotTop = 22;
constexpr double plotBottomSpace = 26;

std::string coordinate(double value)
{
    std::array<char, 32> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), "%.1f", value == 0 ? 0.0 : value);
    return {buffer.data(), std::size_t(length)};
}

// Letters of wide scripts take two places.
double textWidth(std::string_view utf8)
{
    double width = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        width += byte < 0x80 ? charWidth : byte >= 0xe0 ? 2 * charWidth : byte >= 0xc0 ? charWidth : 0;
    }
    return width;
}

struct Axis {
    double from = 0;  // value
    double to = 1;
    double begin = 0; // pixels
    double end = 1;

    double operator()(double value) const
    {
        const double place = to > from ? (value - from) / (to - from) : 0;
        return begin + std::clamp(place, 0.0, 1.0) * (end - begin);
    }
};

std::string svgOpening(double width, double height, const std::string& title)
{
    return "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 " + coordinate(width) + " " + coordinate(height) +
           "\" width=\"" + coordinate(width) + "\" height=\"" + coordinate(height) + "\"><title>" + escapeHtml(title) +
           "</title>\n";
}

std::string svgText(double x, double y, const std::string& anchor, const std::string& text, const std::string& colour)
{
    return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" text-anchor=\"" + anchor +
           "\" style=\"fill:" + colour + "\">" + escapeHtml(text) + "</text>\n";
}

std::string svgLine(double x1, double y1, double x2, double y2, const std::string& colour)
{
    return "<path d=\"M" + coordinate(x1) + " " + coordinate(y1) + "L" + coordinate(x2) + " " + coordinate(y2) +
           "\" style=\"stroke:" + colour + ";stroke-width:1;fill:none\"/>\n";
}

std::string pathOf(const ChartLine& line, const Axis& x, const Axis& y)
{
    std::string path;
    bool drawing = false;
    double lastY = 0;
    for (const auto& [at, value] : line.points) {
        if (!std::isfinite(value)) {
            drawing = false;
            continue;
        }
        if (drawing && line.steps)
            path += "L" + coordinate(x(at)) + " " + coordinate(lastY);
        lastY = y(value);
        path += (drawing ? "L" : "M") + coordinate(x(at)) + " " + coordinate(lastY);
        // A round end makes a point out of a line of no length, so that a lone value is seen.
        if (!drawing)
            path += "l0 0";
        drawing = true;
    }
    return path;
}

std::string lineMarkup(const ChartLine& line, const Axis& x, const Axis& y)
{
    const std::string path = pathOf(line, x, y);
    if (path.empty())
        return {};
    std::string style = "fill:none;stroke-linejoin:round;stroke-linecap:round;stroke:" + line.colour +
                        ";stroke-width:" + coordinate(line.width);
    if (!line.dash.empty())
        style += ";stroke-dasharray:" + line.dash;
    if (line.opacity < 1)
        style += ";opacity:" + coordinate(line.opacity);
    return "<path d=\"" + path + "\" style=\"" + style + "\"/>\n";
}

std::string xAxisMarkup(const std::vector<Tick>& ticks, const Axis& x, double top, double bottom)
{
    std::string out;
    double free = -1e9; // labels may not touch
    for (const Tick& tick : ticks) {
        const double at = x(tick.at);
        out += svgLine(at, top, at, bottom + 4, "var(--grid)");
        const double half = textWidth(tick.label) / 2;
        if (at - half < free || at + half > x.end + 24)
            continue;
        out += svgText(at, bottom + 18, "middle", tick.label, "var(--muted)");
        free = at + half + 10;
    }
    return out;
}

std::string bandMarkup(const ChartBand& band, const Axis& x, double bottom)
{
    const double from = x(band.from);
    const double width = x(band.to) - from;
    std::string out = "<rect x=\"" + coordinate(from) + "\" y=\"" + coordinate(plotTop) + "\" width=\"" +
                      coordinate(width) + "\" height=\"" + coordinate(bottom - plotTop) + "\" style=\"fill:" +
                      band.colour + "\"/>\n";
    if (textWidth(band.label) + 4 < width)
        out += svgText(from + width / 2, plotTop - 7, "middle", band.label, "var(--muted)");
    return out;
}

std::string markMarkup(const TimelineMark& mark, double x, double y)
{
    const std::string at = "<g transform=\"translate(" + coordinate(x) + " " + coordinate(y) + ")\"><title>" +
                           escapeHtml(mark.tip) + "</title><circle r=\"8\" style=\"fill:" + mark.colour + "\"/>";
    if (mark.shape == MarkShape::dots)
        return at + "<path d=\"M-3.6 0l0 0M0 0l0 0M3.6 0l0 0\" style=\"stroke:var(--card);stroke-width:2.2;"
                    "stroke-linecap:round\"/></g>\n";
    const std::string sign = mark.shape == MarkShape::check ? "M-3.6 0.2L-1 2.8L3.8 -2.6" : "M-2.8 -2.8L2.8 2.8M2.8 -2.8L-2.8 2.8";
    return at + "<path d=\"" + sign + "\" style=\"stroke:var(--card);stroke-width:2;fill:none;stroke-linecap:round\"/></g>\n";
}

std::string blockMarkup(const TimelineBlock& block, const Axis& x, double top, double height)
{
    const double from = x(block.from);
    const double width = std::max(x(block.to) - from - 1.5, 1.0); // a gap between blocks, and never nothing at all
    std::string out = "<g><title>" + escapeHtml(block.tip) + "</title><rect x=\"" + coordinate(from) + "\" y=\"" +
                      coordinate(top) + "\" width=\"" + coordinate(width) + "\" height=\"" + coordinate(height) +
                      "\" rx=\"3\" style=\"fill:" + block.colour + "\"/>";
    if (textWidth(block.label) + 6 < width)
        out += svgText(from + width / 2, top + height / 2 + 4.5, "middle", block.label, block.ink);
    return out + "</g>\n";
}

} // namespace

std::string svgOf(const LineChart& chart)
{
    double left = 8;
    for (const Tick& tick : chart.yTicks)
        left = std::max(left, textWidth(tick.label) + 12);
    const double bottom = chart.height - plotBottomSpace;
    const Axis x{chart.xLow, chart.xHigh, left, chart.width - 14};
    const Axis y{chart.yTicks.empty() ? 0 : chart.yTicks.front().at, chart.yTicks.empty() ? 1 : chart.yTicks.back().at,
                 bottom, plotTop};
    std::string out = svgOpening(chart.width, chart.height, chart.title);
    for (const ChartBand& band : chart.bands)
        out += bandMarkup(band, x, bottom);
    out += xAxisMarkup(chart.xTicks, x, bottom, bottom);
    for (const Tick& tick : chart.yTicks) {
        out += svgLine(left, y(tick.at), x.end, y(tick.at), "var(--grid)");
        out += svgText(left - 7, y(tick.at) + 4, "end", tick.label, "var(--muted)");
    }
    for (const ChartLine& line : chart.lines)
        out += lineMarkup(line, x, y);
    return out + "</svg>\n";
}

std::string svgOf(const Timeline& timeline)
{
    constexpr double marksAt = 14;
    constexpr double blocksTop = 30;
    constexpr double blocksHeight = 34;
    const double bottom = blocksTop + blocksHeight;
    const Axis x{timeline.xLow, timeline.xHigh, 10, timeline.width - 14};
    std::string out = svgOpening(timeline.width, bottom + plotBottomSpace, timeline.title);
    out += xAxisMarkup(timeline.xTicks, x, bottom, bottom);
    for (const TimelineBlock& block : timeline.blocks)
        out += blockMarkup(block, x, blocksTop, blocksHeight);
    for (const TimelineMark& mark : timeline.marks)
        out += markMarkup(mark, x(mark.at), marksAt);
    return out + "</svg>\n";
}

} // namespace drover::report
