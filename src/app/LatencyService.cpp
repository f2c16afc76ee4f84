// SPDX-License-Identifier: Apache-2.0
#include "app/LatencyService.h"

#include <algorithm>
#include <map>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration readingTime = 20s;

ChartPoint chartPoint(const LatencyPoint& point)
{
    ChartPoint chart;
    chart.at = point.at;
    chart.target = point.target;
    chart.requests = point.requests;
    chart.errors = point.errors;
    chart.clients = point.clients;
    chart.p50 = point.firstByte.quantile(0.50);
    chart.p95 = point.firstByte.quantile(0.95);
    chart.p99 = point.firstByte.quantile(0.99);
    return chart;
}

} // namespace

Task<Result<std::vector<ChartPoint>>> LatencyService::series(WallTime from, std::uint32_t points)
{
    const Duration range = std::max<Duration>(ports_.clock.now() - from, 1s);
    // Whole seconds: evidence comes by the second.
    const auto wanted = std::chrono::ceil<std::chrono::seconds>(range / std::max<std::uint32_t>(points, 1));
    const Duration bucket = std::max<Duration>(wanted, 1s);
    DROVER_CO_TRY(const std::vector<LatencyPoint> seen,
                  co_await ports_.evidence.series(from, bucket, Deadline::in(ports_.clock, readingTime)));
    std::vector<ChartPoint> out;
    out.reserve(seen.size());
    for (const LatencyPoint& point : seen)
        out.push_back(chartPoint(point));
    std::ranges::stable_sort(out, {}, [](const ChartPoint& point) { return std::pair{point.at, point.target}; });
    co_return out;
}

Task<Result<std::vector<ChartPoint>>> LatencyService::recent(Duration window)
{
    const WallTime from = ports_.clock.now() - window;
    DROVER_CO_TRY(const std::vector<LatencyPoint> seen,
                  co_await ports_.evidence.series(from, 1s, Deadline::in(ports_.clock, readingTime)));
    std::map<std::string, LatencyPoint> merged;
    for (const LatencyPoint& point : seen) {
        LatencyPoint& sum = merged[point.target];
        sum.at = from;
        sum.target = point.target;
        sum.firstByte.add(point.firstByte);
        sum.requests += point.requests;
        sum.errors += point.errors;
        sum.clients += point.clients;
    }
    std::vector<ChartPoint> out;
    for (const auto& [target, point] : merged)
        out.push_back(chartPoint(point));
    co_return out;
}

} // namespace drover::app
