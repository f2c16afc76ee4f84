// SPDX-License-Identifier: Apache-2.0
#include "domain/traffic/SlidingLimit.h"

#include <algorithm>

namespace drover {

void SlidingLimit::leaveOut(SteadyTime at, std::size_t& first, double& sum) const
{
    while (first < places_.size() && places_[first].latest + window_ <= at)
        sum -= places_[first++].cost;
}

SteadyTime SlidingLimit::next(SteadyTime now, double cost) const
{
    SteadyTime at = std::max(now, newest_);
    if (limit_ <= 0)
        return now;
    std::size_t first = first_;
    double sum = sum_;
    leaveOut(at, first, sum);
    const double wanted = std::min(cost, limit_);
    while (first < places_.size() && sum + wanted > limit_) {
        at = std::max(at, places_[first].latest + window_);
        leaveOut(at, first, sum);
    }
    return at;
}

std::uint64_t SlidingLimit::put(SteadyTime at, SteadyTime latest, double cost)
{
    forget(at);
    newest_ = std::max(newest_, at);
    places_.push_back({latest, limit_ > 0 ? std::min(cost, limit_) : cost});
    sum_ += places_.back().cost;
    return begin_ + places_.size() - 1;
}

void SlidingLimit::correct(std::uint64_t number, double cost)
{
    if (number < begin_ || number - begin_ >= places_.size())
        return;
    const std::size_t index = number - begin_;
    if (index >= first_)
        sum_ += cost - places_[index].cost;
    places_[index].cost = cost;
}

// Places are kept for as long again, so that what answers late can still be corrected.
void SlidingLimit::forget(SteadyTime at)
{
    leaveOut(at, first_, sum_);
    while (first_ > 0 && places_.front().latest + 2 * window_ <= at) {
        places_.pop_front();
        ++begin_;
        --first_;
    }
    if (first_ == places_.size())
        sum_ = 0; // no rest of rounding stays behind
}

double SlidingLimit::used(SteadyTime now) const
{
    double sum = 0;
    for (const Place& one : places_)
        sum += one.latest + window_ > now ? one.cost : 0;
    return sum;
}

} // namespace drover
