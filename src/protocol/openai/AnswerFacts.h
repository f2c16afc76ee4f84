// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/gates/ErrorClass.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace drover {

class JsonScan;

struct ToolCall {
    std::string name;
    std::string arguments; // JSON text as it came
};

// The parts of an answer that decide whether two answers say the same.
struct AnswerContent {
    std::string text;
    std::string finishReason;
    std::map<std::uint64_t, ToolCall> toolCalls; // by index
};
// Whether they do: finish reason, tool calls (name, arguments in canonical form) and the text, white space folded.
bool sameAnswer(const AnswerContent& a, const AnswerContent& b);

// What is known of an answer, of chat completions, completions, responses, embeddings or messages: the fields say
// which it is, not the path, because relays answer one with the other.
struct AnswerFacts {
    std::optional<std::uint64_t> inputTokens;  // whole input, cache included
    std::optional<std::uint64_t> cachedTokens; // part of the input
    std::optional<std::uint64_t> outputTokens;
    std::string id;                            // "chatcmpl-…", "resp_…", "msg_…"
    std::string conversation;                  // of a response: the id it belongs to
    AnswerContent content;                     // text and tool calls only where they are wanted
    bool hasError = false;                     // an error object instead of, or amid, the answer
    std::string errorType, errorCode, errorMessage;
    bool complete = false;                     // a stream's last event was seen
};

// Reads one JSON text of an answer, whole or one event's data, into what is known already.
class AnswerReader {
public:
    explicit AnswerReader(bool wantsContent) : wantsContent_(wantsContent) {}
    void read(std::string_view json);
    const AnswerFacts& facts() const { return facts_; }
    AnswerFacts& facts() { return facts_; }

private:
    void readTop(JsonScan& scan, int depth);
    void readUsage(JsonScan& scan);
    void readError(JsonScan& scan);
    void readChoice(JsonScan& scan);
    void readMessage(JsonScan& scan);
    void readToolCall(JsonScan& scan, std::uint64_t index);
    void readBlocks(JsonScan& scan);
    void readBlock(JsonScan& scan, std::uint64_t index);
    void readDelta(JsonScan& scan, std::uint64_t index);
    void addText(std::string_view text);

    bool wantsContent_;
    AnswerFacts facts_;
    std::optional<std::uint64_t> baseInput_, cacheRead_, cacheWritten_; // Anthropic counts the three apart
};

// The class of an answer's status and error body (contracts.md): never network, cut, streamError, incompatible or
// aborted, which are no matter of the answer itself.
ErrorClass classOfAnswer(int status, const AnswerFacts& facts);

} // namespace drover
