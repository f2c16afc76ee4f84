// SPDX-License-Identifier: Apache-2.0
#include "domain/latency/Histogram.h"

#include <algorithm>
#include <cmath>

namespace drover {
namespace {

constexpr double gamma = (1 + Histogram::relativeError) / (1 - Histogram::relativeError);
constexpr double leastValue = 1e-3;
constexpr double greatestValue = 1e7;

double logGamma()
{
    static const double value = std::log(gamma);
    return value;
}

} // namespace

std::int32_t Histogram::bucketOf(double ms)
{
    // A NaN is no time; it counts as the least, so that no measurement is lost.
    const double value = ms > leastValue ? std::min(ms, greatestValue) : leastValue;
    return std::int32_t(std::ceil(std::log(value) / logGamma()));
}

double Histogram::lowerEdge(std::int32_t bucket)
{
    return std::exp(double(bucket - 1) * logGamma());
}

double Histogram::upperEdge(std::int32_t bucket)
{
    return std::exp(double(bucket) * logGamma());
}

double Histogram::valueOf(std::int32_t bucket)
{
    return 2 * upperEdge(bucket) / (gamma + 1);
}

void Histogram::record(double ms, std::uint64_t times)
{
    addBucket(bucketOf(ms), times);
}

void Histogram::addBucket(std::int32_t index, std::uint64_t count)
{
    if (count == 0)
        return;
    static const std::int32_t least = bucketOf(leastValue);
    static const std::int32_t greatest = bucketOf(greatestValue);
    index = std::clamp(index, least, greatest);
    count_ += count;
    const auto place = std::ranges::lower_bound(buckets_, index, {}, &Bucket::first);
    if (place != buckets_.end() && place->first == index)
        place->second += count;
    else
        buckets_.insert(place, {index, count});
}

void Histogram::add(const Histogram& other)
{
    if (other.empty())
        return;
    std::vector<Bucket> sum;
    sum.reserve(buckets_.size() + other.buckets_.size());
    auto mine = buckets_.begin();
    for (const Bucket& theirs : other.buckets_) {
        for (; mine != buckets_.end() && mine->first < theirs.first; ++mine)
            sum.push_back(*mine);
        sum.push_back(theirs);
        if (mine != buckets_.end() && mine->first == theirs.first)
            sum.back().second += (mine++)->second;
    }
    sum.insert(sum.end(), mine, buckets_.end());
    buckets_ = std::move(sum);
    count_ += other.count_;
}

std::optional<double> Histogram::quantile(double q) const
{
    if (empty())
        return std::nullopt;
    // The small step back keeps 0.95·100, which is a little over 95 in binary, at rank 95.
    const double exact = q * double(count_) * (1 - 1e-12);
    const auto rank = exact > 1 ? std::uint64_t(std::ceil(exact)) : std::uint64_t{1};
    return atRank(std::min(rank, count_));
}

std::int32_t Histogram::bucketAtRank(std::uint64_t rank) const
{
    std::uint64_t seen = 0;
    for (const auto& [index, count] : buckets_) {
        seen += count;
        if (seen >= rank)
            return index;
    }
    return buckets_.empty() ? 0 : buckets_.back().first;
}

double Histogram::atRank(std::uint64_t rank) const
{
    return valueOf(bucketAtRank(rank));
}

std::optional<double> Histogram::mean() const
{
    if (empty())
        return std::nullopt;
    double sum = 0;
    for (const auto& [index, count] : buckets_)
        sum += valueOf(index) * double(count);
    return sum / double(count_);
}

} // namespace drover
