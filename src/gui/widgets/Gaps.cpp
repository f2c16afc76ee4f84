// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/Gaps.h"

#include <algorithm>

namespace drover::gui {

Duration gapOf(const std::vector<ChartPoint>& points)
{
    std::vector<WallTime> times;
    times.reserve(points.size());
    for (const auto& point : points)
        times.push_back(point.at);
    std::ranges::sort(times);
    Duration bucket = Duration::max();
    for (std::size_t i = 1; i < times.size(); ++i)
        if (times[i] > times[i - 1])
            bucket = std::min<Duration>(bucket, times[i] - times[i - 1]);
    return bucket == Duration::max() ? bucket : bucket * 2 + bucket / 4;
}

} // namespace drover::gui
