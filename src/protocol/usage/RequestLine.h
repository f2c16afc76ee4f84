// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"
#include "domain/gates/ErrorClass.h"
#include "domain/gates/RequestRole.h"
#include "domain/migration/Phase.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

struct AttemptLine {
    std::string target;
    std::string keyId;
    int status = 0;
    ErrorClass errorClass = ErrorClass::ok;
    double ms = 0;
    std::optional<std::uint64_t> inputTokens;
    std::optional<std::uint64_t> outputTokens;
    // Not asked: its breaker was open, or a limit reached; not written where it was asked.
    enum class Skipped { no, breaker, limit };
    Skipped skipped = Skipped::no;
};

// One line of gateway/requests/<gateway id>-<UTC date>.jsonl (contracts.md, "Request log").
struct RequestLine {
    WallTime ts{};               // arrival
    std::string requestId;
    std::string route;           // chat, completions, responses, embeddings, messages, models, other
    std::string model;           // as the client sent it
    std::string upstreamModel;   // written where it differs
    std::string target;
    std::string keyId;
    std::string region;          // "" = null
    int status = 0;              // 0 without an answer
    ErrorClass errorClass = ErrorClass::ok;
    bool stream = false;
    std::optional<double> ttftMs;
    double latencyMs = 0;
    std::optional<std::uint64_t> inputTokens;  // whole input, cache included
    std::optional<std::uint64_t> cachedTokens;
    std::optional<std::uint64_t> outputTokens;
    Phase phase = Phase::idle;
    RequestRole role = RequestRole::client;    // not written for client
    std::vector<AttemptLine> attempts;         // written where there was more than one
    std::uint64_t generation = 0;
};

void appendRequestLine(std::string& out, const RequestLine& line); // ends with \n
// Unknown fields are ignored; more than 10^9 tokens are none that are known. Errors: invalidInput with the field.
Result<RequestLine> parseRequestLine(std::string_view line);

} // namespace drover
