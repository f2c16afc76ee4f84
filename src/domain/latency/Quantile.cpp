// SPDX-License-Identifier: Apache-2.0
#include "domain/latency/Quantile.h"

#include "domain/gates/Binomial.h"

#include <cmath>

namespace drover {

std::optional<std::uint64_t> quantileLowerRank(std::uint64_t n, double q, double confidence)
{
    // The greatest r with P(at least r of n lie at or below the quantile) ≥ confidence; that falls as r grows.
    std::uint64_t good = 0;
    std::uint64_t bad = n + 1;
    while (bad - good > 1) {
        const std::uint64_t middle = good + (bad - good) / 2;
        (binomialAtLeast(middle, n, q) >= confidence ? good : bad) = middle;
    }
    return good == 0 ? std::nullopt : std::optional{good};
}

std::optional<std::uint64_t> quantileUpperRank(std::uint64_t n, double q, double confidence)
{
    // The least s with P(at most s - 1 of n lie below the quantile) ≥ confidence; that rises with s.
    std::uint64_t bad = 0;
    std::uint64_t good = n + 1;
    while (good - bad > 1) {
        const std::uint64_t middle = bad + (good - bad) / 2;
        (binomialAtMost(middle - 1, n, q) >= confidence ? good : bad) = middle;
    }
    return good > n ? std::nullopt : std::optional{good};
}

std::optional<double> quantileLowerBound(const Histogram& values, double q, double confidence)
{
    const auto rank = quantileLowerRank(values.count(), q, confidence);
    if (!rank)
        return std::nullopt;
    return Histogram::lowerEdge(values.bucketAtRank(*rank));
}

std::optional<double> quantileUpperBound(const Histogram& values, double q, double confidence)
{
    const auto rank = quantileUpperRank(values.count(), q, confidence);
    if (!rank)
        return std::nullopt;
    return Histogram::upperEdge(values.bucketAtRank(*rank));
}

std::uint64_t quantileUpperNeeds(double q, double confidence)
{
    return std::uint64_t(std::ceil(std::log1p(-confidence) / std::log(q)));
}

} // namespace drover
