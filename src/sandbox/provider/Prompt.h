// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace drover::sandbox {

enum class Dialect { chat, completions, responses, embeddings, messages, countTokens };

// What the simulated providers take from a request body.
struct Prompt {
    std::string model;
    bool stream = false;
    bool includeUsage = false;      // stream_options.include_usage
    std::uint64_t content = 0;      // hash of all texts, not of the model: both providers answer the same
    std::uint32_t inputTokens = 0;
    std::uint32_t cachedTokens = 0; // part of inputTokens
    std::uint32_t outputTokens = 0;
    bool cutAtLength = false;       // the request's limit ends the answer
    std::string tool;               // name of the first tool offered, or empty
    std::string user;               // who asks, or empty
    std::uint32_t inputs = 1;       // embeddings: how many texts
};

// Load writes the size of a prompt instead of the prompt: a text with "[tokens in=4808 out=10]" counts as that many
// tokens. Without it a token is four characters, and the answer has some dozens.
std::string tokenHint(std::uint32_t inputTokens, std::uint32_t outputTokens);

// Errors: invalidInput; `what` is the provider's message, `where` the parameter ("messages"), "" for the whole body.
Result<Prompt> readPrompt(Dialect dialect, std::string_view body);

} // namespace drover::sandbox
