// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sandbox/provider/Scenario.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drover::sandbox {

// A model name that asks for a fault: "fault-500", "fault-429", … any status; "fault-reset", "fault-hang",
// "fault-cut", "fault-stream-error". With "-legacy" or "-holysheep" behind it, only that provider obeys.
struct FaultModel {
    enum class Kind { status, reset, hang, cut, streamError };
    Kind kind = Kind::status;
    int status = 500;
};
std::optional<FaultModel> faultModel(std::string_view model, Side side);

// "paced-200x50": 200 events, 50 ms apart, each holding the CLOCK_MONOTONIC nanoseconds at which it was sent.
struct PacedModel {
    std::uint32_t events = 0;
    double everyMs = 0;
};
std::optional<PacedModel> pacedModel(std::string_view model);

} // namespace drover::sandbox
