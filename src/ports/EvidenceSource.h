// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"

#include "base/Clock.h"
#include "base/Result.h"
#include "domain/gates/Evidence.h"
#include "domain/latency/Histogram.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace drover {

struct EvidenceQuery {
    std::optional<std::string> migration; // "" = outside of any; nothing = whichever
    std::uint64_t fromGeneration = 0; // lines of this generation and later
    // When that generation was first written: files of earlier days need not be read for it.
    std::optional<WallTime> from;
    std::uint64_t toGeneration = ~std::uint64_t{0};
    std::string legacy = "legacy";
    std::string target = "holysheep";
};

struct EvidenceWindow {
    StepEvidence step;
    std::map<std::string, TargetEvidence> byKey; // of `target`
    // The newest second in which an attempt with a key of `target` ended, whatever came of it, and whatever generation,
    // migration and role it was of.
    std::map<std::string, WallTime> lastUsed;
    std::optional<WallTime> newest;              // the newest second of which anything at all was seen
};

// One point of a chart.
struct LatencyPoint {
    WallTime at{};
    std::string target;
    Histogram firstByte;
    Histogram total;
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    std::uint64_t clients = 0; // clients' requests first sent to this target
};

// What the gateways recorded.
class EvidenceSource {
public:
    virtual ~EvidenceSource() = default;
    // What was seen under the query's generations. Cheap to call again and again: only new lines are read.
    virtual Task<Result<EvidenceWindow>> window(EvidenceQuery query, Deadline deadline) = 0;
    // Client and shadow attempts in buckets of `bucket`, by target, from `from` on, ascending.
    virtual Task<Result<std::vector<LatencyPoint>>> series(WallTime from, Duration bucket, Deadline deadline) = 0;
};

} // namespace drover
