// SPDX-License-Identifier: Apache-2.0
#include "protocol/openai/AnswerFacts.h"

#include "protocol/json/JsonScan.h"
#include "protocol/openai/Errors.h"
#include "protocol/openai/Errors.h"

#include <algorithm>
#include <array>

namespace drover {
namespace {

void setText(std::string& target, JsonScan& scan)
{
    if (auto text = scan.text())
        target = std::move(*text);
}

template <class T>
void setCount(std::optional<T>& target, JsonScan& scan)
{
    if (auto count = scan.count())
        target = *count;
}

// Events that end a stream: of messages, and of responses.
bool endsStream(std::string_view type)
{
    constexpr std::array<std::string_view, 4> last{"message_stop", "response.completed", "response.failed",
                                                   "response.incomplete"};
    return std::ranges::find(last, type) != last.end();
}

} // namespace

void AnswerReader::read(std::string_view json)
{
    JsonScan scan{json};
    if (scan.kind() == '{')
        readTop(scan, 0);
}

// The outermost object, or the message or response inside an event, which has the same fields.
void AnswerReader::readTop(JsonScan& scan, int depth)
{
    std::uint64_t index = 0;
    std::string type;
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "id" && facts_.id.empty()) {
            setText(facts_.id, value);
        } else if (key == "type") {
            setText(type, value);
        } else if (key == "usage") {
            readUsage(value);
        } else if (key == "error" && value.kind() == '{') {
            facts_.hasError = true;
            readError(value);
        } else if (key == "error" && value.kind() == '"') { // relays: {"error":"…","message":"…"}
            facts_.hasError = true;
            setText(facts_.errorType, value);
        } else if (key == "choices") {
            value.items([&](JsonScan& choice) { readChoice(choice); });
        } else if ((key == "message" || key == "response") && value.kind() == '{' && depth == 0) {
            readTop(value, depth + 1);
        } else if (key == "stop_reason" || (key == "status" && value.kind() == '"')) {
            setText(facts_.content.finishReason, value);
        } else if (key == "index" || key == "output_index") {
            index = value.count().value_or(0);
        } else if (key == "content_block") {
            readBlock(value, index);
        } else if (key == "delta") {
            readDelta(value, index);
        } else if (key == "conversation" && value.kind() == '{') {
            value.members([&](std::string_view name, JsonScan& inner) {
                if (name == "id")
                    setText(facts_.conversation, inner);
            });
        } else if (key == "content" || key == "output") {
            readBlocks(value);
        }
    });
    if (depth > 0)
        return;
    // Responses tell an error of the stream flatly: {"type":"error","code":…,"message":…}.
    if (type == "error" || type == "response.failed")
        facts_.hasError = true;
    if (endsStream(type))
        facts_.complete = true;
}

void AnswerReader::readUsage(JsonScan& scan)
{
    if (scan.kind() != '{')
        return;
    const auto readCached = [&](JsonScan& details) {
        details.members([&](std::string_view key, JsonScan& value) {
            if (key == "cached_tokens")
                setCount(facts_.cachedTokens, value);
        });
    };
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "prompt_tokens" || key == "input_tokens")
            setCount(baseInput_, value);
        else if (key == "completion_tokens" || key == "output_tokens")
            setCount(facts_.outputTokens, value);
        else if (key == "cache_read_input_tokens")
            setCount(cacheRead_, value);
        else if (key == "cache_creation_input_tokens")
            setCount(cacheWritten_, value);
        else if (key == "prompt_tokens_details" || key == "input_tokens_details")
            readCached(value);
    });
    if (cacheRead_)
        facts_.cachedTokens = cacheRead_;
    if (baseInput_)
        facts_.inputTokens = *baseInput_ + cacheRead_.value_or(0) + cacheWritten_.value_or(0);
}

void AnswerReader::readError(JsonScan& scan)
{
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "type")
            setText(facts_.errorType, value);
        else if (key == "code")
            setText(facts_.errorCode, value);
        else if (key == "message")
            setText(facts_.errorMessage, value);
        else if (key == "details" && value.kind() == '{')
            value.members([&](std::string_view name, JsonScan& inner) {
                if (name == "error_code" && facts_.errorCode.empty())
                    setText(facts_.errorCode, inner);
            });
    });
}

// Only the first of several choices (n > 1) is taken: in a stream they come in turns, in an order of their own.
void AnswerReader::readChoice(JsonScan& scan)
{
    std::uint64_t index = 0;
    std::string_view message, text;
    std::optional<std::string> reason;
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "index")
            index = value.count().value_or(0);
        else if (key == "finish_reason")
            reason = value.text();
        else if (key == "message" || key == "delta")
            message = value.raw();
        else if (key == "text")
            text = value.raw();
    });
    if (index != 0)
        return;
    if (reason)
        facts_.content.finishReason = std::move(*reason);
    JsonScan inner{message};
    readMessage(inner);
    if (wantsContent_)
        addText(JsonScan{text}.text().value_or(std::string{}));
}

// A chat message or its delta.
void AnswerReader::readMessage(JsonScan& scan)
{
    if (!wantsContent_ || scan.kind() != '{')
        return;
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "content" || key == "refusal") {
            addText(value.text().value_or(std::string{}));
        } else if (key == "tool_calls" && value.kind() == '[') {
            std::uint64_t at = 0;
            value.items([&](JsonScan& call) { readToolCall(call, at++); });
        }
    });
}

void AnswerReader::readToolCall(JsonScan& scan, std::uint64_t index)
{
    ToolCall call;
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "index")
            index = value.count().value_or(index);
        else if (key == "function" && value.kind() == '{')
            value.members([&](std::string_view name, JsonScan& inner) {
                if (name == "name")
                    setText(call.name, inner);
                else if (name == "arguments")
                    setText(call.arguments, inner);
            });
    });
    auto& known = facts_.content.toolCalls[index];
    known.name += call.name;
    known.arguments += call.arguments;
}

// Whole contents. The last event of a response repeats what its deltas said, so it replaces them.
void AnswerReader::readBlocks(JsonScan& scan)
{
    if (scan.kind() != '[' || !wantsContent_)
        return;
    facts_.content.text.clear();
    facts_.content.toolCalls.clear();
    std::uint64_t at = 0;
    scan.items([&](JsonScan& block) { readBlock(block, at++); });
}

// A content block of a message, or an output item of a response.
void AnswerReader::readBlock(JsonScan& scan, std::uint64_t index)
{
    if (!wantsContent_ || scan.kind() != '{')
        return;
    std::string type, name, text, arguments;
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "type")
            setText(type, value);
        else if (key == "name")
            setText(name, value);
        else if (key == "text")
            setText(text, value);
        else if (key == "arguments")
            setText(arguments, value);
        else if (key == "input" && value.kind() == '{')
            arguments = value.raw();
        else if (key == "content" && value.kind() == '[')
            value.items([&](JsonScan& part) { readBlock(part, index); });
    });
    if (type == "tool_use" || type == "function_call")
        facts_.content.toolCalls[index] = {name, arguments == "{}" ? std::string{} : arguments};
    else
        addText(text);
}

// Of a message's block (text, input_json), of the message (stop_reason) or of a response's text (a string).
void AnswerReader::readDelta(JsonScan& scan, std::uint64_t index)
{
    if (scan.kind() == '"') {
        if (wantsContent_)
            addText(scan.text().value_or(std::string{}));
        return;
    }
    if (scan.kind() != '{')
        return;
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "stop_reason")
            setText(facts_.content.finishReason, value);
        else if (key == "text" && wantsContent_)
            addText(value.text().value_or(std::string{}));
        else if (key == "partial_json" && wantsContent_)
            facts_.content.toolCalls[index].arguments += value.text().value_or(std::string{});
    });
}

void AnswerReader::addText(std::string_view text)
{
    facts_.content.text.append(text);
}

ErrorClass classOfAnswer(int status, const AnswerFacts& facts)
{
    return classify(status, facts.errorType, facts.errorCode, facts.errorMessage);
}

} // namespace drover
