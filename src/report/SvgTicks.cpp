// SPDX-License-Identifier: Apache-2.0
// Where the ticks of an axis go.
#include "report/SvgChart.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace drover::report {
namespace {

constexpr double secondsOfDay = 86400;
constexpr std::array<double, 22> timeSteps{0.1,  0.2,  0.5,   1,     2,     5,     10,    15,
                                           30,   60,   120,   300,   600,   900,   1800,  3600,
                                           7200, 10800, 21600, 43200, 86400, 172800};

double timeStepFor(double span, int most)
{
    for (const double step : timeSteps) {
        if (span / step <= most)
            return step;
    }
    double step = 604800; // weeks, doubled as need be
    while (span / step > most)
        step *= 2;
    return step;
}

std::string timeLabel(double at, double step)
{
    const WallTime time{Duration{std::llround(at * 1e6)}};
    const std::string text = formatTime(time); // 2026-11-22T07:34:13.123Z
    if (step >= secondsOfDay)
        return text.substr(5, 5);
    if (step >= 60)
        return std::fmod(at, secondsOfDay) == 0 ? text.substr(5, 5) : text.substr(11, 5);
    return step >= 1 ? text.substr(11, 8) : text.substr(11, 10);
}

} // namespace

std::vector<double> niceTicks(double low, double high, int most)
{
    if (!(high > low))
        high = low + 1;
    const double raw = (high - low) / std::max(most, 1);
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    double step = power;
    for (const double factor : {1.0, 2.0, 5.0, 10.0, 20.0}) {
        step = factor * power;
        // The ends are widened to whole steps, which may take one interval more.
        if (std::ceil(high / step - 1e-9) - std::floor(low / step + 1e-9) <= most)
            break;
    }
    const auto first = std::llround(std::floor(low / step + 1e-9));
    const auto last = std::llround(std::ceil(high / step - 1e-9));
    std::vector<double> ticks;
    for (auto i = first; i <= last; ++i)
        ticks.push_back(double(i) * step);
    return ticks;
}

std::vector<Tick> timeTicks(WallTime from, WallTime to, int most)
{
    const double low = chartTime(from);
    const double high = chartTime(to);
    if (!(high > low) || most < 1)
        return {};
    const double step = timeStepFor(high - low, most);
    std::vector<Tick> ticks;
    for (double i = std::ceil(low / step); i * step <= high && int(ticks.size()) < most; ++i)
        ticks.push_back({i * step, timeLabel(i * step, step)});
    return ticks;
}

double chartTime(WallTime at)
{
    return seconds(at.time_since_epoch());
}

} // namespace drover::report
