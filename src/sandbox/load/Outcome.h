// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/gates/ErrorClass.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drover::sandbox {

// The class of a whole answer as a client sees it (contracts.md), judged here by itself so that it can bear witness
// against the gateway's own count. A stream without its end is `cut`.
ErrorClass classOfAnswer(int status, bool stream, std::string_view body);

// What the load client counted.
class LoadResult {
public:
    void add(ErrorClass outcome, std::string_view target, double ms, double firstByteMs);
    std::uint64_t requests() const { return requests_; }
    std::uint64_t failures() const { return failures_; }
    // {"requests","failures","by_class":{},"by_target":{},"latency_ms":{"p50","p95","p99"},"ttft_ms":{…},"seconds"};
    // latencies of good answers only, percentiles by nearest rank, null where there was none.
    std::string json(double seconds) const;

private:
    std::uint64_t requests_ = 0;
    std::uint64_t failures_ = 0;
    std::array<std::uint64_t, errorClassCount> byClass_{};
    std::map<std::string, std::uint64_t, std::less<>> byTarget_; // "none" without an answer
    std::vector<float> ms_;
    std::vector<float> firstByteMs_;
};

} // namespace drover::sandbox
