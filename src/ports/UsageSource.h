// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"

#include "base/Clock.h"
#include "base/Result.h"
#include "domain/gates/RequestRole.h"
#include "domain/latency/Histogram.h"
#include "domain/money/PriceBook.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drover {

// One row of `usage summary`: the requests of a day, target, model and role.
struct UsageGroup {
    std::string day;      // UTC date of arrival, "2026-11-22"
    std::string target;
    std::string model;    // the name the client sent
    RequestRole role = RequestRole::client;
    std::uint64_t requests = 0;
    std::uint64_t errors = 0; // class other than ok
    TokenCount tokens;
    Histogram latency;    // ms
    Histogram firstByte;  // ms; only where the log has one
    WallTime first{}, last{}; // arrivals
};

struct UsageQuery {
    bool allRoles = false; // false: what clients asked, without mirrored calls
    std::optional<std::string> fromDay, toDay; // inclusive
    std::optional<WallTime> from, to; // of arrival, inclusive; the log is read anew for it: for reports
};

// What the gateways' request logs add up to.
class UsageSource {
public:
    virtual ~UsageSource() = default;
    // Sorted by day, target, model, role. Takes in what is new in the logs first.
    virtual Task<Result<std::vector<UsageGroup>>> groups(UsageQuery query, Deadline deadline) = 0;
};

} // namespace drover
