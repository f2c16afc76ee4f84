// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace drover::report {

// Charts as SVG text. Colours are whatever CSS takes: "#0072b2", or "var(--target)" inside an HTML page of ours.

struct Tick {
    double at = 0;
    std::string label;
};

// Round values (1, 2, 5 times a power of ten) that cover [low, high] with at most `most` intervals; the first is at
// or below `low`, the last at or above `high`.
std::vector<double> niceTicks(double low, double high, int most);
// Round moments (1, 2, 5, 10, 15, 30 s or min; 1, 2, 3, 6, 12 h; days) inside [from, to], at most `most` of them, as
// seconds of the epoch, labelled by the time of day or, from a day's step on, by the date. UTC.
std::vector<Tick> timeTicks(WallTime from, WallTime to, int most);
// Seconds of the epoch: the x of the charts.
double chartTime(WallTime at);

struct ChartLine {
    std::string colour;
    double width = 1.6;
    std::string dash;     // stroke-dasharray, "" = solid
    double opacity = 1;
    bool steps = false;   // holds its value till the next point
    // x, y; a NaN as y breaks the line.
    std::vector<std::pair<double, double>> points;
};

struct ChartBand {        // a stretch of the x axis, shaded: a phase
    double from = 0;
    double to = 0;
    std::string colour;
    std::string label;    // at the top, left out where there is no room
};

struct LineChart {
    double width = 1040;
    double height = 260;
    std::string title;    // for who cannot see it
    double xLow = 0;
    double xHigh = 1;
    std::vector<Tick> xTicks;
    std::vector<Tick> yTicks; // ascending; the first and last are the ends of the axis
    std::vector<ChartBand> bands;
    std::vector<ChartLine> lines;
};
std::string svgOf(const LineChart& chart);

enum class MarkShape { check, cross, dots };
struct TimelineBlock {
    double from = 0;
    double to = 0;
    std::string colour;
    std::string ink;      // of the label
    std::string label;
    std::string tip;
};
struct TimelineMark {
    double at = 0;
    MarkShape shape = MarkShape::dots;
    std::string colour;
    std::string tip;
};
struct Timeline {
    double width = 1040;
    std::string title;
    double xLow = 0;
    double xHigh = 1;
    std::vector<Tick> xTicks;
    std::vector<TimelineBlock> blocks;
    std::vector<TimelineMark> marks;
};
std::string svgOf(const Timeline& timeline);

} // namespace drover::report
