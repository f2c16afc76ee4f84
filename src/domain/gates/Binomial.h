// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace drover {

// P(X ≤ k) of a binomial count X of n trials with probability p, exact (the regularised incomplete beta function).
double binomialAtMost(std::uint64_t k, std::uint64_t n, double p);
// P(X ≥ k).
double binomialAtLeast(std::uint64_t k, std::uint64_t n, double p);

// Exact (Clopper-Pearson 1934) one-sided bounds of a proportion: `errors` of `n`, confidence in (0,1). Without
// trials the bounds are 1 and 0.
double upperBound(std::uint64_t errors, std::uint64_t n, double confidence);
double lowerBound(std::uint64_t errors, std::uint64_t n, double confidence);

} // namespace drover
