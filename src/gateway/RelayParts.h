// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "gateway/Limits.h"
#include "gateway/Metrics.h"
#include "gateway/Mirror.h"
#include "gateway/Owners.h"
#include "gateway/ProviderHealth.h"
#include "gateway/Recorder.h"
#include "gateway/RoutingWatch.h"
#include "gateway/TokenGuard.h"
#include "http/Client.h"

#include <string>
#include <vector>

namespace drover::gateway {

struct RelaySettings {
    std::size_t bodyLimit = 32 * 1024 * 1024;
    Duration firstByteStreamed = 60s; // a stream that has not begun by then is tried elsewhere
    Duration firstBytePlain = 300s;   // a whole answer may take as long as it is written
    Duration wholeTime = 590s;        // of all attempts to their first byte; the official clients wait 600 s
    std::size_t retries = 2;          // of one request, where nobody else can be asked
    Duration retryWait = 2s;          // that a client is kept waiting for them in all
    std::vector<std::string> sticky;  // [gateway] sticky
};

// What all requests share. Everything here outlives the server.
struct RelayParts {
    const Clock& clock;
    http::Client& client;
    RoutingWatch& routing;
    TokenGuard& tokens;
    Owners& owners;
    Recorder& recorder;
    Metrics& metrics;
    Mirror& mirror;
    ProviderHealth& health;
    Limits& limits;
    Random& random;
    RelaySettings settings;
};

} // namespace drover::gateway
