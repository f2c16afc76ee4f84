// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/KeyRecord.h"

#include <algorithm>
#include <array>

namespace drover {
namespace {

constexpr std::array<std::string_view, 8> keyStateNames{"added",   "proven",  "ramping", "current",
                                                        "overlap", "retired", "revoked", "failed"};

} // namespace

std::string_view keyStateName(KeyState state)
{
    return keyStateNames[std::size_t(state)];
}

std::optional<KeyState> keyStateFrom(std::string_view name)
{
    const auto found = std::ranges::find(keyStateNames, name);
    if (found == keyStateNames.end())
        return std::nullopt;
    return KeyState(found - keyStateNames.begin());
}

bool isLive(KeyState state)
{
    return state == KeyState::proven || state == KeyState::ramping || state == KeyState::current ||
           state == KeyState::overlap;
}

} // namespace drover
