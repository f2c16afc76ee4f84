// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"

#include <cstddef>
#include <cstdint>
#include <deque>

namespace drover {

// At most so much in any window of so long, first come first served: a log of what went through (and of what has been
// promised a moment to come), not a counter a minute, which lets twice its limit through at the edge (D48).
class SlidingLimit {
public:
    // What is not limited: `limit` 0.
    explicit SlidingLimit(double limit = 0, Duration window = 60s) : limit_(limit), window_(window) {}

    double limit() const { return limit_; }
    // Lets so much through from now on. What has gone or is promised stays as it is.
    void setLimit(double limit) { limit_ = limit; }

    // The earliest moment at which this may go, behind all that has a place; `now` where that is at once. What costs more
    // than the limit counts as the whole limit.
    SteadyTime next(SteadyTime now, double cost) const;
    // Takes that place. `latest`: when it goes at the latest, `at` itself where it goes at once. Gives its number.
    std::uint64_t put(SteadyTime at, SteadyTime latest, double cost);
    // What it has cost in the end; 0 where it never went. Unknown numbers are of what is long over.
    void correct(std::uint64_t number, double cost);
    // What has gone within the window that ends now, and what is promised. Looks at every place.
    double used(SteadyTime now) const;

private:
    struct Place {
        SteadyTime latest{};
        double cost = 0;
    };
    // Leaves out of `sum`, from `first` on, what cannot meet the moment `at` in one window.
    void leaveOut(SteadyTime at, std::size_t& first, double& sum) const;
    void forget(SteadyTime at);

    double limit_;
    Duration window_;
    std::deque<Place> places_;    // in the order they were taken
    std::uint64_t begin_ = 0;     // number of places_.front()
    std::size_t first_ = 0;       // the first that counts for the newest
    double sum_ = 0;              // from there on
    SteadyTime newest_{};
};

} // namespace drover
