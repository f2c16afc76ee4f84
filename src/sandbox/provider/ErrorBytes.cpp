// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/Bytes.h"

#include <algorithm>
#include <array>

namespace drover::sandbox {
namespace {

struct ErrorWords {
    int status;
    std::string_view message;      // both dialects
    std::string_view openAiType;
    std::string_view openAiCode;
    std::string_view anthropicType;
};

constexpr std::array<ErrorWords, 8> errorWords{{
    {400, "The request is not valid.", "invalid_request_error", "", "invalid_request_error"},
    {402, "Insufficient balance.", "insufficient_quota", "insufficient_quota", "billing_error"},
    {404, "Unknown request URL.", "invalid_request_error", "unknown_url", "not_found_error"},
    {405, "Method not allowed.", "invalid_request_error", "method_not_supported", "invalid_request_error"},
    {429, "Rate limit reached. Please try again later.", "requests", "rate_limit_exceeded", "rate_limit_error"},
    {500, "The server had an error while processing your request. Sorry about that!", "server_error", "", "api_error"},
    {503, "The engine is currently overloaded, please try again later", "service_unavailable_error",
     "server_is_overloaded", "overloaded_error"},
    {529, "Overloaded", "overloaded_error", "", "overloaded_error"},
}};

bool speaksAnthropic(Dialect dialect)
{
    return dialect == Dialect::messages || dialect == Dialect::countTokens;
}

} // namespace

std::string errorBody(Dialect dialect, int status, std::string_view requestId)
{
    const auto found = std::ranges::find(errorWords, status, &ErrorWords::status);
    const auto& words = found != errorWords.end() ? *found : errorWords[5];
    if (speaksAnthropic(dialect))
        return anthropicError(words.anthropicType, words.message, requestId);
    return openAiError(words.message, words.openAiType, {}, words.openAiCode);
}

std::string streamError(Dialect dialect)
{
    if (speaksAnthropic(dialect))
        return "event: error\ndata: " + anthropicError("overloaded_error", "Overloaded", "req_stream") + "\n\n";
    return "data: " + errorBody(dialect, 500, {}) + "\n\n";
}

} // namespace drover::sandbox
