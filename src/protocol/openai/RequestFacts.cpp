// SPDX-License-Identifier: Apache-2.0
#include "protocol/openai/RequestFacts.h"

#include "base/Ids.h"
#include "base/Log.h"
#include "protocol/json/JsonScan.h"

#include <algorithm>

namespace drover {
namespace {

// Each place a sticky key may stand in, in the order of contracts.md.
struct StickyPlaces {
    std::string user, metadataUser, cacheKey, conversation, previousResponse;
};

// A conversation is an id or {"id":…}.
std::string readConversation(JsonScan& scan)
{
    if (scan.kind() != '{')
        return scan.text().value_or(std::string{});
    std::string id;
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "id")
            id = value.text().value_or(std::string{});
    });
    return id;
}

// The hash of the first message whose role is user; of an input that is a string, that string's.
std::uint64_t readFirstMessage(JsonScan& scan)
{
    if (scan.kind() != '[')
        return stableHash(scan.raw());
    std::uint64_t hash = 0;
    scan.items([&](JsonScan& item) {
        if (hash != 0 || item.kind() != '{')
            return;
        bool isUser = false;
        std::string_view content;
        item.members([&](std::string_view key, JsonScan& value) {
            if (key == "role")
                isUser = value.text() == "user";
            else if (key == "content")
                content = value.raw();
        });
        if (isUser)
            hash = stableHash(content) | 1;
    });
    return hash;
}

// Nobody's answer is longer than that; what is no number is the provider's to refuse.
std::uint64_t readTokens(JsonScan& scan)
{
    constexpr std::uint64_t most = 1'000'000'000;
    return std::min(scan.count().value_or(0), most);
}

void readMember(std::string_view key, JsonScan& value, RequestFacts& facts, StickyPlaces& places)
{
    if (key == "model" && value.kind() == '"') {
        facts.modelAt = value.position();
        facts.model = value.text().value_or(std::string{});
        facts.modelSize = value.position() - facts.modelAt;
    } else if (key == "stream") {
        facts.stream = value.flag().value_or(false);
    } else if (key == "user") {
        places.user = value.text().value_or(std::string{});
    } else if (key == "metadata" && value.kind() == '{') {
        value.members([&](std::string_view name, JsonScan& inner) {
            if (name == "user_id")
                places.metadataUser = inner.text().value_or(std::string{});
        });
    } else if (key == "max_tokens" || key == "max_completion_tokens" || key == "max_output_tokens") {
        facts.maxTokens = std::max(facts.maxTokens, readTokens(value));
    } else if (key == "prompt_cache_key") {
        places.cacheKey = value.text().value_or(std::string{});
    } else if (key == "conversation") {
        places.conversation = readConversation(value);
    } else if (key == "previous_response_id") {
        places.previousResponse = value.text().value_or(std::string{});
    } else if (key == "messages" || key == "input" || key == "prompt") {
        facts.firstMessage = readFirstMessage(value);
    }
}

} // namespace

std::string_view routeName(Route route)
{
    switch (route) {
    case Route::chat: return "chat";
    case Route::completions: return "completions";
    case Route::responses: return "responses";
    case Route::embeddings: return "embeddings";
    case Route::messages:
    case Route::countTokens: return "messages";
    case Route::models: return "models";
    case Route::other: break;
    }
    return "other";
}

Route routeOf(std::string_view method, std::string_view path)
{
    if (method == "GET" && path == "/v1/models")
        return Route::models;
    if (method != "POST" || !path.starts_with("/v1/"))
        return Route::other;
    path.remove_prefix(4);
    if (path == "chat/completions")
        return Route::chat;
    if (path == "completions")
        return Route::completions;
    if (path == "responses")
        return Route::responses;
    if (path == "embeddings")
        return Route::embeddings;
    if (path == "messages")
        return Route::messages;
    if (path == "messages/count_tokens")
        return Route::countTokens;
    return Route::other;
}

bool isSplit(Route route)
{
    return route != Route::models && route != Route::other;
}

bool isAnthropic(Route route)
{
    return route == Route::messages || route == Route::countTokens;
}

RequestFacts readRequest(std::string_view body)
{
    RequestFacts facts;
    StickyPlaces places;
    JsonScan scan{body};
    if (scan.kind() != '{')
        return facts;
    facts.isObject = scan.members(
        [&](std::string_view key, JsonScan& value) { readMember(key, value, facts, places); });
    if (!facts.isObject)
        return RequestFacts{};
    facts.stateId = places.previousResponse.empty() ? places.conversation : std::move(places.previousResponse);
    for (std::string* place : {&places.user, &places.metadataUser, &places.cacheKey, &places.conversation}) {
        if (!place->empty()) {
            facts.stickyKey = std::move(*place);
            break;
        }
    }
    return facts;
}

std::string withModel(std::string_view body, const RequestFacts& facts, std::string_view model)
{
    std::string changed;
    changed.reserve(body.size() + model.size());
    changed.append(body.substr(0, facts.modelAt));
    appendJsonString(changed, model);
    changed.append(body.substr(facts.modelAt + facts.modelSize));
    return changed;
}

} // namespace drover
