// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sandbox/provider/Prompt.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drover::sandbox {

// What goes into an answer's bytes, whatever the dialect.
struct AnswerValues {
    const Prompt& prompt;
    const std::vector<std::string>& pieces;
    std::string id;             // without the dialect's prefix
    std::int64_t created = 0;   // Unix seconds
};

// OpenAI's chat completions (protocols.md 1).
std::string chatBody(const AnswerValues& answer);
// The whole stream in parts, one for each piece of text; the last also holds the end, with usage where it was asked.
std::vector<std::string> chatEvents(const AnswerValues& answer);
std::string completionBody(const AnswerValues& answer);
std::vector<std::string> completionEvents(const AnswerValues& answer);
std::string embeddingsBody(const AnswerValues& answer);
std::string modelsBody(std::int64_t created);
// OpenAI's Responses.
std::string responseBody(const AnswerValues& answer);
std::vector<std::string> responseEvents(const AnswerValues& answer);
// Anthropic's Messages (protocols.md 2).
std::string messageBody(const AnswerValues& answer);
std::vector<std::string> messageEvents(const AnswerValues& answer);
std::string tokenCountBody(const AnswerValues& answer);

// One event of a paced stream and what ends it.
std::string pacedEvent(Dialect dialect, const AnswerValues& answer, std::string_view content);
std::string pacedEnd(Dialect dialect, const AnswerValues& answer);
// What a stream of the dialect holds when an error comes inside a 200.
std::string streamError(Dialect dialect);

// Error bodies.
std::string openAiError(std::string_view message, std::string_view type, std::string_view param, std::string_view code);
std::string anthropicError(std::string_view type, std::string_view message, std::string_view requestId);
// The error body for a status, in the dialect's form and the provider's usual words.
std::string errorBody(Dialect dialect, int status, std::string_view requestId);

} // namespace drover::sandbox
