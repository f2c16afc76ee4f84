// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/migration/MigrationFacts.h"

#include <vector>

namespace drover::gui {

// How far apart two points of a curve may be to be joined: two buckets and a little. The bucket is the smallest
// distance between two times, since a bucket without traffic has no point.
Duration gapOf(const std::vector<ChartPoint>& points);

} // namespace drover::gui
