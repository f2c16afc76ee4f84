// SPDX-License-Identifier: Apache-2.0
#include "protocol/openai/AnswerFacts.h"

#include "domain/money/PriceBook.h"
#include "protocol/json/JsonScan.h"
#include "protocol/openai/Errors.h"

#include <algorithm>
#include <array>
#include <span>

namespace drover {
namespace {

void setText(std::string& target, JsonScan& scan)
{
    if (auto text = scan.text())
        target = std::move(*text);
}

void setTokens(std::optional<std::uint64_t>& target, JsonScan& scan)
{
    if (const auto count = scan.count())
        target = *count <= mostTokensOfAnAnswer ? count : std::nullopt;
}

// Arguments come as a string of JSON, or as JSON itself.
std::string argumentsOf(JsonScan& scan)
{
    const char kind = scan.kind();
    if (kind == '"')
        return scan.text().value_or(std::string{});
    const std::string_view raw = scan.raw();
    return kind == '{' || kind == '[' ? std::string(raw) : std::string{};
}

bool isOneOf(std::string_view word, std::span<const std::string_view> words)
{
    return std::ranges::find(words, word) != words.end();
}

// Blocks of a message and output items of a response that call a tool, and those that are not part of what is said.
constexpr auto callTypes = std::to_array<std::string_view>(
    {"tool_use", "server_tool_use", "mcp_tool_use", "function_call", "custom_tool_call", "mcp_call"});
constexpr auto thoughtTypes = std::to_array<std::string_view>({"thinking", "redacted_thinking", "reasoning"});

// Events that end a stream: of messages, and of responses.
bool endsStream(std::string_view type)
{
    constexpr std::array<std::string_view, 4> last{"message_stop", "response.completed", "response.failed",
                                                   "response.incomplete"};
    return isOneOf(type, last);
}

} // namespace

void AnswerReader::read(std::string_view json)
{
    JsonScan scan{json};
    const char kind = scan.kind();
    if (kind == '{')
        readTop(scan, 0);
    if (scan.failed() || (kind != '{' && kind != '\0'))
        lose();
}

void AnswerReader::lose()
{
    lost_ = true;
    facts_.content.comparable = false;
}

// Whether so much more of the content is kept. What it says is known from here on, if nothing of it is lost.
bool AnswerReader::takes(std::size_t bytes)
{
    taken_ += bytes;
    if (taken_ > contentLimit)
        lose();
    facts_.content.comparable = wantsContent_ && !lost_;
    return !lost_;
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
                setTokens(facts_.cachedTokens, value);
        });
    };
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "prompt_tokens" || key == "input_tokens")
            setTokens(baseInput_, value);
        else if (key == "completion_tokens" || key == "output_tokens")
            setTokens(facts_.outputTokens, value);
        else if (key == "cache_read_input_tokens")
            setTokens(cacheRead_, value);
        else if (key == "cache_creation_input_tokens")
            setTokens(cacheWritten_, value);
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
    if (inner.failed())
        lose();
    if (wantsContent_ && text.starts_with('"'))
        addText(JsonScan{text}.text().value_or(std::string{}));
}

// A chat message or its delta.
void AnswerReader::readMessage(JsonScan& scan)
{
    if (!wantsContent_ || scan.kind() != '{')
        return;
    takes(0);
    scan.members([&](std::string_view key, JsonScan& value) {
        const char kind = value.kind();
        if (kind == 'n') {
            value.raw();
        } else if (key == "content" && kind == '[') {
            std::uint64_t at = 0;
            value.items([&](JsonScan& part) { readBlock(part, at++); });
        } else if (key == "content" || key == "refusal") {
            if (kind != '"')
                lose();
            addText(value.text().value_or(std::string{}));
        } else if (key == "tool_calls" && kind == '[') {
            std::uint64_t at = 0;
            value.items([&](JsonScan& call) { readToolCall(call, at++); });
        } else if (key == "function_call" && kind == '{') { // what tool calls were before there could be several
            ToolCall call;
            readFunction(value, call);
            addCall(0, call);
        } else if (key == "audio") {
            lose();
        }
    });
}

void AnswerReader::readToolCall(JsonScan& scan, std::uint64_t index)
{
    ToolCall call;
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "index")
            index = value.count().value_or(index);
        else if ((key == "function" || key == "custom") && value.kind() == '{')
            readFunction(value, call);
    });
    addCall(index, call);
}

void AnswerReader::readFunction(JsonScan& scan, ToolCall& call)
{
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "name")
            setText(call.name, value);
        else if (key == "arguments" || key == "input")
            call.arguments = argumentsOf(value);
    });
}

// Whole contents. The last event of a response repeats what its deltas said, so it replaces them.
void AnswerReader::readBlocks(JsonScan& scan)
{
    if (!wantsContent_ || scan.kind() == 'n')
        return;
    facts_.content.text.clear();
    facts_.content.toolCalls.clear();
    taken_ = 0;
    takes(0);
    if (scan.kind() != '[')
        return readBlock(scan, 0);
    std::uint64_t at = 0;
    scan.items([&](JsonScan& block) { readBlock(block, at++); });
}

// A content block of a message, or an output item of a response.
void AnswerReader::readBlock(JsonScan& scan, std::uint64_t index)
{
    if (!wantsContent_)
        return;
    if (scan.kind() == '"')
        return addText(scan.text().value_or(std::string{}));
    std::string type, text;
    ToolCall call;
    bool says = false;
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "type") {
            setText(type, value);
        } else if (key == "name") {
            setText(call.name, value);
        } else if ((key == "text" || key == "refusal") && value.kind() == '"') {
            setText(text, value);
            says = true;
        } else if (key == "arguments" || key == "input") {
            call.arguments = argumentsOf(value);
        } else if (key == "content" && value.kind() == '[') {
            says = true;
            value.items([&](JsonScan& part) { readBlock(part, index); });
        }
    });
    if (isOneOf(type, callTypes)) {
        if (call.arguments == "{}") // pieces may follow
            call.arguments.clear();
        facts_.content.toolCalls.erase(index);
        addCall(index, call);
    } else if (says) {
        addText(text);
    } else if (!isOneOf(type, thoughtTypes)) {
        lose();
    }
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
            addCall(index, {{}, value.text().value_or(std::string{})});
    });
}

void AnswerReader::addText(std::string_view text)
{
    if (takes(text.size()))
        facts_.content.text.append(text);
}

// A whole call, or the next piece of one.
void AnswerReader::addCall(std::uint64_t index, const ToolCall& piece)
{
    const std::size_t overhead = facts_.content.toolCalls.contains(index) ? 0 : sizeof(ToolCall);
    if (!takes(overhead + piece.name.size() + piece.arguments.size()))
        return;
    auto& known = facts_.content.toolCalls[index];
    known.name += piece.name;
    known.arguments += piece.arguments;
}

ErrorClass classOfAnswer(int status, const AnswerFacts& facts)
{
    return classify(status, facts.errorType, facts.errorCode, facts.errorMessage);
}

} // namespace drover
