// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "domain/migration/Routing.h"

#include <optional>

namespace drover::gateway {

// The share is a lease that the controller must renew, measured on our own monotonic clock from the last rise of
// `renewal` we saw. Once it has run out, only a new generation ends that.
class Lease {
public:
    explicit Lease(const Clock& clock) : clock_(clock) {}

    // A new generation is served: its lease begins, or there is none.
    void begin(const RoutingDocument& document);
    // The same at our own start: for all we know the lease ran out before. Unless the document was written within the
    // lease (by the calendar), it counts as run out until the first rise is seen.
    void beginAtStart(const RoutingDocument& document);
    // A renewal of the generation that is served: higher than the last. One that comes too late is noted, and false.
    bool renew(std::uint64_t renewal);

    // Latches: asks the clock, and stays true until the next begin().
    bool expired();
    // Only because no rise has been seen since our start.
    bool unproven() const { return unproven_; }
    // Nothing where the generation has no lease; 0 when it has run out.
    std::optional<Duration> left() const;
    std::uint64_t renewal() const { return renewal_; }

private:
    const Clock& clock_;
    Duration length_{};
    SteadyTime last_{};
    std::uint64_t renewal_ = 0;
    bool active_ = false;
    bool expired_ = false;
    bool unproven_ = false;
};

} // namespace drover::gateway
