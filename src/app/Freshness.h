// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace drover::app {

// Whether the evidence keeps up with the requests that gateways count in their acknowledgements. A request that was
// counted after an acknowledgement has its line of evidence in that one's second or a later one; where it stays away, the
// controller is blind. Where no request comes, none is missed.
class Freshness {
public:
    // `requests` in all by the acknowledgements, the oldest of which was written at `at`; `newest` second of evidence.
    void look(std::uint64_t requests, std::optional<WallTime> at, std::optional<WallTime> newest, SteadyTime now)
    {
        if (missedSince_ && newest >= missed_) // nothing missed (it could not be read, and can) is less than everything
            missedSince_.reset();
        if (!missedSince_ && countedAt_ && requests > counted_) {
            missed_ = std::chrono::floor<std::chrono::seconds>(*countedAt_);
            if (!newest || *newest < *missed_)
                missedSince_ = now;
        }
        counted_ = requests;
        countedAt_ = at;
    }
    void cannotLook(SteadyTime now)
    {
        if (missedSince_)
            return;
        missed_.reset();
        missedSince_ = now;
    }
    // For how long evidence has been missing: 0 while it keeps up.
    Duration behind(SteadyTime now) const { return missedSince_ ? now - *missedSince_ : Duration{0}; }

private:
    std::uint64_t counted_ = 0;
    std::optional<WallTime> countedAt_;
    std::optional<WallTime> missed_;
    std::optional<SteadyTime> missedSince_;
};

} // namespace drover::app
