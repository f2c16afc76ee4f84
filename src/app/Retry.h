// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"

#include <algorithm>

namespace drover::app {

// How long to wait before the next attempt, where domain's mayPass() says that one can help: 0.1 s, and twice as long each time, up to `most`.
inline Duration backoff(int attempt, Duration most = 2s)
{
    return std::min<Duration>(Duration{100'000} * (1 << std::min(attempt, 16)), most);
}

} // namespace drover::app
