// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QPointF>

#include <vector>

namespace drover::gui {

// At most two points a pixel column, the smallest and the largest of those that fall into it, in their order: the
// curve looks the same as with every point, and drawing costs the same however many there are. `points` ascend in x.
std::vector<QPointF> decimate(const std::vector<QPointF>& points, int columns);

} // namespace drover::gui
