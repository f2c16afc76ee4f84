// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Secret.h"

#include <string>
#include <string_view>

namespace drover::test {

// What a test may do and the product may not: see a secret as a string.
inline std::string plain(const Secret& secret)
{
    return secret.reveal([](std::string_view text) { return std::string(text); });
}

} // namespace drover::test
