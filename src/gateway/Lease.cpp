// SPDX-License-Identifier: Apache-2.0
#include "gateway/Lease.h"

#include <algorithm>
#include <utility>

namespace drover::gateway {

void Lease::begin(const RoutingDocument& document)
{
    active_ = hasLease(document.phase) && document.leaseS > 0;
    length_ = fromSeconds(document.leaseS);
    last_ = clock_.steady();
    renewal_ = document.renewal;
    expired_ = unproven_ = false;
}

void Lease::beginAtStart(const RoutingDocument& document)
{
    begin(document);
    unproven_ = active_ && clock_.now() - document.writtenAt >= length_;
}

bool Lease::renew(std::uint64_t renewal)
{
    if (renewal <= renewal_)
        return false;
    renewal_ = renewal;
    if (std::exchange(unproven_, false)) {
        last_ = clock_.steady();
        expired_ = false;
        return true;
    }
    if (expired())
        return false;
    last_ = clock_.steady();
    return true;
}

bool Lease::expired()
{
    if (active_ && !expired_)
        expired_ = clock_.steady() - last_ >= length_;
    return expired_ || unproven_;
}

std::optional<Duration> Lease::left() const
{
    if (!active_)
        return std::nullopt;
    if (expired_ || unproven_)
        return Duration{0};
    return std::max(Duration{0}, length_ - (clock_.steady() - last_));
}

} // namespace drover::gateway
