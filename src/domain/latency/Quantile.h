// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/latency/Histogram.h"

#include <cstdint>
#include <optional>

namespace drover {

// Ranks of order statistics that bound the q-quantile of any distribution, each with at least the given confidence
// (the count at or below the quantile is binomial; David and Nagaraja 2003, 7.1). Nothing where n is too small: a
// 97.5 % upper bound of a p95 needs 72 values, a lower one 2.
std::optional<std::uint64_t> quantileLowerRank(std::uint64_t n, double q, double confidence);
std::optional<std::uint64_t> quantileUpperRank(std::uint64_t n, double q, double confidence);

// The bounds themselves, widened to the edge of the bucket their value lies in.
std::optional<double> quantileLowerBound(const Histogram& values, double q, double confidence);
std::optional<double> quantileUpperBound(const Histogram& values, double q, double confidence);

// The least n for which quantileUpperRank() exists: 72 for (0.95, 0.975), 59 for (0.95, 0.95).
std::uint64_t quantileUpperNeeds(double q, double confidence);

} // namespace drover
