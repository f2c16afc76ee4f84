// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace drover {

// The calls a gateway tells apart; the names of `route` in the request log.
enum class Route { chat, completions, responses, embeddings, messages, countTokens, models, other };
// "chat", "messages", … ; count_tokens is logged as "messages".
std::string_view routeName(Route route);
// By method and path ("/v1/chat/completions"). GET /v1/models is models; GET /v1/responses/{id} is other.
Route routeOf(std::string_view method, std::string_view path);
// Whether the traffic split decides the target: chat, completions, responses, embeddings, messages, countTokens.
bool isSplit(Route route);
// Whether errors are told in Anthropic's dialect.
bool isAnthropic(Route route);

// What routing needs of a request's body, of whichever dialect, read in one pass without a tree.
struct RequestFacts {
    bool isObject = false;      // false: not a JSON object; nothing else is known
    std::string model;
    std::size_t modelAt = 0;    // where the model's value stands in the body, with its quotes
    std::size_t modelSize = 0;  // 0 = there is none
    bool stream = false;
    std::string stickyKey;      // user, metadata.user_id, prompt_cache_key or conversation, the first of these
    std::string stateId;        // previous_response_id, or conversation: an id that one provider issued
    std::uint64_t maxTokens = 0; // max_completion_tokens, max_output_tokens or max_tokens, the greatest; 0 = none
    std::uint64_t firstMessage = 0; // hash of the first user message or input, 0 = none
};
RequestFacts readRequest(std::string_view body);

// The body with another model in it. `facts` must be of this body.
std::string withModel(std::string_view body, const RequestFacts& facts, std::string_view model);

} // namespace drover
