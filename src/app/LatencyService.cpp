// SPDX-License-Identifier: Apache-2.0
#include "app/LatencyService.h"

#include <algorithm>
#include <utility>

namespace drover::app {

Task<Result<std::vector<ChartPoint>>> LatencyService::series(WallTime from, std::uint32_t points)
{
    const Duration range = std::max<Duration>(ports_.clock.now() - from, 1s);
    // Whole seconds: evidence comes by the second.
    const auto wanted = std::chrono::ceil<std::chrono::seconds>(range / std::max<std::uint32_t>(points, 1));
    const Duration bucket = std::max<Duration>(wanted, 1s);
    DROVER_CO_TRY(const std::vector<LatencyPoint> seen,
                  co_await ports_.evidence.series(from, bucket, Deadline::in(ports_.clock, 20s)));
    std::vector<ChartPoint> out;
    out.reserve(seen.size());
    for (const LatencyPoint& point : seen) {
        ChartPoint chart;
        chart.at = point.at;
        chart.target = point.target;
        chart.requests = point.requests;
        chart.errors = point.errors;
        chart.clients = point.clients;
        chart.p50 = point.firstByte.quantile(0.50);
        chart.p95 = point.firstByte.quantile(0.95);
        chart.p99 = point.firstByte.quantile(0.99);
        out.push_back(std::move(chart));
    }
    std::ranges::stable_sort(out, {}, [](const ChartPoint& point) { return std::pair{point.at, point.target}; });
    co_return out;
}

} // namespace drover::app
