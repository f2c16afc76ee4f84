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
// and token counts are the trace's own. At a hundredfold speed its bursts would be ten times the rate and its lulls
// whole seconds without a request, so gaps are kept between 0.8 and 10 mean ones. Without a rate the trace keeps its
// own time.
class LoadPlan {
public:
    // `rows` must not be empty.
    LoadPlan(std::vector<TraceRow> rows, const LoadOptions& options, std::uint64_t seed);
    LoadItem next();

private:
    std::vector<TraceRow> rows_; // sorted by time
    std::vector<double> atUs_;   // when each leaves, after the start of its repetition
    double periodUs_ = 0;        // of one repetition
    double streamShare_;
    std::uint64_t users_;
    std::string model_;
    Random random_;
    std::string prefix_;         // of the users' names
    std::uint64_t number_ = 0;
};

} // namespace drover::sandbox
