// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "domain/migration/MigrationFacts.h"

#include <vector>

namespace drover::app {

// Latency over time for charts: each point a bucket of one target, ascending by time, at most `points` a target (the
// bucket grows with the range: a chart needs no more points than pixels).
class LatencyService {
public:
    explicit LatencyService(Ports& ports) : ports_(ports) {}
    Task<Result<std::vector<ChartPoint>>> series(WallTime from, std::uint32_t points);
    // "Now": all of the latest `window` merged into one point a target, dated from where the window begins. A target
    // without traffic in it has none. Quantiles of whole histograms, where an average of a chart's points would be none.
    Task<Result<std::vector<ChartPoint>>> recent(Duration window);

private:
    Ports& ports_;
};

} // namespace drover::app
