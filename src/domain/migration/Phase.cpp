// SPDX-License-Identifier: Apache-2.0
#include "domain/migration/Phase.h"

#include <algorithm>
#include <array>

namespace drover {
namespace {

constexpr std::array<std::string_view, 8> phaseNames{"idle",    "shadow", "canary", "cutover",
                                                     "overlap", "done",   "paused", "rolled_back"};

} // namespace

std::string_view phaseName(Phase phase)
{
    return phaseNames[std::size_t(phase)];
}

std::optional<Phase> phaseFrom(std::string_view name)
{
    const auto found = std::ranges::find(phaseNames, name);
    if (found == phaseNames.end())
        return std::nullopt;
    return Phase(found - phaseNames.begin());
}

bool isFinal(Phase phase)
{
    return phase == Phase::done || phase == Phase::rolledBack;
}

bool hasLease(Phase phase)
{
    return phase == Phase::canary || phase == Phase::cutover;
}

} // namespace drover
