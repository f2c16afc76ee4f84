// SPDX-License-Identifier: Apache-2.0
#include "gateway/Decision.h"

#include "protocol/routing/Choice.h"

#include <array>

namespace drover::gateway {

std::uint64_t stickyOf(const http::Head& head, std::span<const std::string> stickyHeaders, const RequestFacts& facts,
                       std::uint64_t tokenHash)
{
    if (const auto given = head.find("x-drover-sticky"); given && !given->empty())
        return stickyHash(*given);
    for (const std::string& name : stickyHeaders) {
        if (const auto given = head.find(name); given && !given->empty())
            return stickyHash(*given);
    }
    if (!facts.stickyKey.empty())
        return stickyHash(facts.stickyKey);
    const std::array<std::uint64_t, 2> both{tokenHash, facts.firstMessage};
    return stickyHash({reinterpret_cast<const char*>(both.data()), sizeof both});
}

bool fallsBack(const FallbackCase& about, ErrorClass errorClass)
{
    if (about.legacyRetired || about.onLegacy || about.bound)
        return false;
    switch (errorClass) {
    case ErrorClass::ok:
    case ErrorClass::aborted:
    case ErrorClass::incompatible:
        return false;
    case ErrorClass::client:
        return about.phase == Phase::canary || about.phase == Phase::cutover || about.phase == Phase::overlap;
    default:
        return true;
    }
}

ErrorClass afterFallback(ErrorClass first, ErrorClass legacy)
{
    return first == ErrorClass::client && legacy == ErrorClass::ok ? ErrorClass::incompatible : first;
}

} // namespace drover::gateway
