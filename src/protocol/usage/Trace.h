// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace drover {

// One request of a trace: when, after its first, and how many tokens.
struct TraceRow {
    Duration at{};
    std::uint32_t contextTokens = 0;
    std::uint32_t generatedTokens = 0;
};

// The Azure LLM trace's CSV: header TIMESTAMP,ContextTokens,GeneratedTokens; CRLF or LF. Errors: invalidInput with
// "line n" in `where` (no header, not a number, above 10,000,000 tokens, time going back by more than a minute).
Result<std::vector<TraceRow>> parseTrace(std::string_view csv);

} // namespace drover
