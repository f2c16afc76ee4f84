// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/gates/ErrorClass.h"

#include <cstddef>
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
    bool comparable = true; // all that was said is here; false where it was not asked for, too long or in no form known here
};
// Whether they do: finish reason, tool calls (name, arguments by their value) and the text, white space folded. Of an
// answer that is comparable and one that is not it is known that they differ; of two that are not, nothing.
enum class Agreement { same, different, unknown };
Agreement agreementOf(const AnswerContent& a, const AnswerContent& b);
inline bool sameAnswer(const AnswerContent& a, const AnswerContent& b)
{
    return agreementOf(a, b) == Agreement::same;
}

// What is known of an answer, of chat completions, completions, responses, embeddings or messages: the fields say
// which it is, not the path, because relays answer one with the other.
struct AnswerFacts {
    // Unknown also where the answer claims more than 10^9.
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
    static constexpr std::size_t contentLimit = 4 * 1024 * 1024;

    explicit AnswerReader(bool wantsContent) : wantsContent_(wantsContent) { facts_.content.comparable = false; }
    void read(std::string_view json);
    // A part of the answer will not come here: what it says is not known whole.
    void lose();
    const AnswerFacts& facts() const { return facts_; }
    AnswerFacts& facts() { return facts_; }

private:
    void readTop(JsonScan& scan, int depth);
    void readUsage(JsonScan& scan);
    void readError(JsonScan& scan);
    void readChoice(JsonScan& scan);
    void readMessage(JsonScan& scan);
    void readToolCall(JsonScan& scan, std::uint64_t index);
    void readFunction(JsonScan& scan, ToolCall& call);
    void readBlocks(JsonScan& scan);
    void readBlock(JsonScan& scan, std::uint64_t index);
    void readDelta(JsonScan& scan, std::uint64_t index);
    void addText(std::string_view text);
    void addCall(std::uint64_t index, const ToolCall& piece);
    bool takes(std::size_t bytes);

    bool wantsContent_;
    bool lost_ = false;
    std::size_t taken_ = 0; // bytes of content
    AnswerFacts facts_;
    std::optional<std::uint64_t> baseInput_, cacheRead_, cacheWritten_; // Anthropic counts the three apart
};

// The class of an answer's status and error body (contracts.md): never network, cut, streamError, incompatible or
// aborted, which are no matter of the answer itself.
ErrorClass classOfAnswer(int status, const AnswerFacts& facts);

} // namespace drover
