// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"

#include <algorithm>

namespace drover::app {

// Whether trying the same again can help. Everything else is an answer, and stays one.
inline bool mayPass(Errc code)
{
    return code == Errc::network || code == Errc::timeout || code == Errc::unavailable || code == Errc::rateLimited ||
           code == Errc::conflict || code == Errc::io || code == Errc::busy;
}

// How long to wait before attempt + 1: 0.1 s, and twice as long each time, up to `most`.
inline Duration backoff(int attempt, Duration most = 2s)
{
    return std::min<Duration>(Duration{100'000} * (1 << std::min(attempt, 16)), most);
}

} // namespace drover::app
