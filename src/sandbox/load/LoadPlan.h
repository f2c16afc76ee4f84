// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Ids.h"
#include "base/Time.h"
#include "protocol/usage/Trace.h"

#include <cstdint>
#include <string>
#include <vector>

namespace drover::sandbox {

struct LoadOptions;

// One request to send.
struct LoadItem {
    std::uint64_t number = 0; // from 0
    Duration at{};            // after the start
    bool stream = false;
    std::string user;
    std::string body;         // JSON of /v1/chat/completions
};

// What is sent when: the trace's arrivals, compressed to a mean of `rate` a second and repeated without end. Order
// and token counts are the trace's own; a burst is spread over time where it would exceed the rate by more than a
// quarter, since at a hundredfold speed the trace's bursts would be ten times what it says.
class LoadPlan {
public:
    // `rows` must not be empty.
    LoadPlan(std::vector<TraceRow> rows, const LoadOptions& options, std::uint64_t seed);
    LoadItem next();
    double meanRate() const { return 1e6 / meanGapUs_; }

private:
    std::vector<TraceRow> rows_; // sorted by time
    double scale_ = 1;           // of the trace's time
    double periodUs_ = 0;        // of one repetition, scaled
    double meanGapUs_ = 0;
    double leastGapUs_ = 0;      // 0 where the trace keeps its own time
    double streamShare_;
    std::uint64_t users_;
    std::string model_;
    Random random_;
    std::string prefix_;         // of the users' names
    std::uint64_t number_ = 0;
    double lastUs_ = -1;
};

} // namespace drover::sandbox
