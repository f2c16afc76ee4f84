// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/Decimate.h"

#include <algorithm>
#include <cmath>

namespace drover::gui {

std::vector<QPointF> decimate(const std::vector<QPointF>& points, int columns)
{
    if (columns < 1 || points.size() <= std::size_t(columns) * 2)
        return points;
    const double from = points.front().x();
    const double span = points.back().x() - from;
    std::vector<QPointF> kept;
    kept.reserve(std::size_t(columns) * 2 + 2);
    const auto columnOf = [&](const QPointF& p) {
        return span <= 0 ? 0 : std::min(columns - 1, int(std::floor((p.x() - from) / span * columns)));
    };
    std::size_t i = 0;
    while (i < points.size()) {
        const int column = columnOf(points[i]);
        std::size_t low = i;
        std::size_t high = i;
        for (; i < points.size() && columnOf(points[i]) == column; ++i) {
            if (points[i].y() < points[low].y())
                low = i;
            if (points[i].y() > points[high].y())
                high = i;
        }
        kept.push_back(points[std::min(low, high)]);
        if (low != high)
            kept.push_back(points[std::max(low, high)]);
    }
    return kept;
}

} // namespace drover::gui
