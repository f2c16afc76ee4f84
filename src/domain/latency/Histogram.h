// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace drover {

// A sparse histogram with log-spaced buckets: any quantile it reports is within 0.25 % of a value that was recorded
// (DDSketch: Masson, Rim, Lee, VLDB 2019, with relative accuracy 0.0025; the contract asks for 1 %). Finer than
// asked because the latency gate widens its bounds to the edges of the buckets: at a p95 of 2 s that is 5 ms a side,
// where 1 % would eat most of a limit of 50 ms. Values are milliseconds (or tokens), clamped to [0.001, 10^7].
// Adding two histograms is exact.
class Histogram {
public:
    using Bucket = std::pair<std::int32_t, std::uint64_t>; // index, count; ascending index, no empty bucket

    static constexpr double relativeError = 0.0025;
    static std::int32_t bucketOf(double ms);
    // The value that stands for a bucket, within 0.25 % of everything in it.
    static double valueOf(std::int32_t bucket);
    // A bucket holds the values in (lowerEdge, upperEdge].
    static double lowerEdge(std::int32_t bucket);
    static double upperEdge(std::int32_t bucket);

    void record(double ms, std::uint64_t times = 1);
    void add(const Histogram& other);
    // An index outside the range of bucketOf() is taken as the nearest one inside it.
    void addBucket(std::int32_t index, std::uint64_t count);

    std::uint64_t count() const { return count_; }
    bool empty() const { return count_ == 0; }
    // Nearest rank: the smallest value with at least q·n values at or below it, q in (0, 1]. Nothing when empty.
    std::optional<double> quantile(double q) const;
    // The value at a rank, 1 ≤ rank ≤ count().
    double atRank(std::uint64_t rank) const;
    std::int32_t bucketAtRank(std::uint64_t rank) const;
    // The mean of the buckets' values. Nothing when empty.
    std::optional<double> mean() const;
    const std::vector<Bucket>& buckets() const { return buckets_; }
    bool operator==(const Histogram&) const = default;

private:
    std::vector<Bucket> buckets_;
    std::uint64_t count_ = 0;
};

} // namespace drover
