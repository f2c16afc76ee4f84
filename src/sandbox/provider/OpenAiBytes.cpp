// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/Bytes.h"

#include "base/Log.h"
#include "sandbox/provider/Text.h"

#include <array>

namespace drover::sandbox {
namespace {

std::string_view finishReason(const Prompt& prompt)
{
    if (!prompt.tool.empty())
        return "tool_calls";
    return prompt.cutAtLength ? "length" : "stop";
}

std::string chatUsage(const Prompt& prompt)
{
    return R"({"prompt_tokens":)" + std::to_string(prompt.inputTokens) + R"(,"completion_tokens":)" +
           std::to_string(prompt.outputTokens) + R"(,"total_tokens":)" +
           std::to_string(prompt.inputTokens + prompt.outputTokens) + R"(,"prompt_tokens_details":{"cached_tokens":)" +
           std::to_string(prompt.cachedTokens) + R"(,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}})";
}

std::string toolCalls(const AnswerValues& answer, bool indexed)
{
    std::string out = indexed ? R"([{"index":0,"id":"call_)" : R"([{"id":"call_)";
    out += answer.id.substr(0, 10) + R"(","type":"function","function":{"name":)";
    appendJsonString(out, answer.prompt.tool);
    out += R"(,"arguments":)";
    std::string arguments = "{\"query\":";
    appendJsonString(arguments, joined(answer.pieces));
    appendJsonString(out, arguments + "}");
    return out + "}}]";
}

// {"id":…,"object":…,"created":…,"model":…,"choices": — the front of every chat and completion object.
std::string front(const AnswerValues& answer, std::string_view prefix, std::string_view object)
{
    std::string out = R"({"id":")";
    out += prefix;
    out += answer.id + R"(","object":")";
    out += object;
    out += R"(","created":)" + std::to_string(answer.created) + R"(,"model":)";
    appendJsonString(out, answer.prompt.model);
    return out + R"(,"choices":)";
}

void appendChunk(std::string& out, const std::string& head, std::string_view delta, std::string_view finish, bool usage)
{
    out += "data: ";
    out += head;
    out += R"([{"index":0,"delta":)";
    out += delta;
    out += R"(,"logprobs":null,"finish_reason":)";
    out += finish;
    out += usage ? "}],\"usage\":null}\n\n" : "}]}\n\n";
}

std::string contentDelta(std::string_view text)
{
    std::string delta = R"({"content":)";
    appendJsonString(delta, text);
    return delta + "}";
}

void appendChatEnd(std::string& out, const std::string& head, const Prompt& prompt)
{
    appendChunk(out, head, "{}", "\"" + std::string(finishReason(prompt)) + "\"", prompt.includeUsage);
    if (prompt.includeUsage)
        out += "data: " + head + R"([],"usage":)" + chatUsage(prompt) + "}\n\n";
    out += "data: [DONE]\n\n";
}

} // namespace

std::string chatBody(const AnswerValues& answer)
{
    std::string out = front(answer, "chatcmpl-", "chat.completion");
    out += R"([{"index":0,"message":{"role":"assistant","content":)";
    if (answer.prompt.tool.empty()) {
        appendJsonString(out, joined(answer.pieces));
        out += R"(,"refusal":null)";
    } else {
        out += R"(null,"refusal":null,"tool_calls":)" + toolCalls(answer, false);
    }
    out += R"(},"logprobs":null,"finish_reason":")";
    out += finishReason(answer.prompt);
    out += R"("}],"usage":)" + chatUsage(answer.prompt);
    return out + R"(,"service_tier":"default","system_fingerprint":"fp_sandbox"})";
}

std::vector<std::string> chatEvents(const AnswerValues& answer)
{
    const auto head = front(answer, "chatcmpl-", "chat.completion.chunk");
    const bool usage = answer.prompt.includeUsage;
    std::vector<std::string> parts(1);
    appendChunk(parts.back(), head, R"({"role":"assistant","content":"","refusal":null})", "null", usage);
    if (!answer.prompt.tool.empty()) {
        appendChunk(parts.back(), head, R"({"tool_calls":)" + toolCalls(answer, true) + "}", "null", usage);
    } else {
        for (std::size_t i = 0; i < answer.pieces.size(); ++i) {
            if (i != 0)
                parts.emplace_back();
            appendChunk(parts.back(), head, contentDelta(answer.pieces[i]), "null", usage);
        }
    }
    appendChatEnd(parts.back(), head, answer.prompt);
    return parts;
}

std::string completionBody(const AnswerValues& answer)
{
    std::string out = front(answer, "cmpl-", "text_completion") + R"([{"index":0,"text":)";
    appendJsonString(out, joined(answer.pieces));
    out += R"(,"logprobs":null,"finish_reason":")" + std::string(answer.prompt.cutAtLength ? "length" : "stop");
    return out + R"("}],"usage":)" + chatUsage(answer.prompt) + "}";
}

std::vector<std::string> completionEvents(const AnswerValues& answer)
{
    const auto head = front(answer, "cmpl-", "text_completion");
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < answer.pieces.size(); ++i) {
        const bool last = i + 1 == answer.pieces.size();
        std::string part = "data: " + head + R"([{"index":0,"text":)";
        appendJsonString(part, answer.pieces[i]);
        part += R"(,"logprobs":null,"finish_reason":)";
        part += last ? (answer.prompt.cutAtLength ? "\"length\"" : "\"stop\"") : "null";
        parts.push_back(part + "}]}\n\n");
    }
    if (answer.prompt.includeUsage)
        parts.back() += "data: " + head + R"([],"usage":)" + chatUsage(answer.prompt) + "}\n\n";
    parts.back() += "data: [DONE]\n\n";
    return parts;
}

std::string embeddingsBody(const AnswerValues& answer)
{
    std::string out = R"({"object":"list","data":[)";
    for (std::uint32_t i = 0; i < answer.prompt.inputs; ++i) {
        if (i != 0)
            out += ',';
        out += R"({"object":"embedding","index":)" + std::to_string(i) + R"(,"embedding":[)";
        for (unsigned d = 0; d < 4; ++d) {
            const auto bits = (answer.prompt.content >> (d * 8)) + i;
            out += (d == 0 ? "0." : ",0.") + std::to_string(1000 + bits % 9000);
        }
        out += "]}";
    }
    out += R"(],"model":)";
    appendJsonString(out, answer.prompt.model);
    const auto tokens = std::to_string(answer.prompt.inputTokens);
    return out + R"(,"usage":{"prompt_tokens":)" + tokens + R"(,"total_tokens":)" + tokens + "}}";
}

std::string modelsBody(std::int64_t created)
{
    // The playbook's four (A24) and the legacy names that map on to them.
    constexpr std::array<std::string_view, 8> models{"gpt-4.1",           "gpt-4.1-mini",     "gpt-4o",
                                                     "claude-sonnet-4.5", "gemini-2.5-flash", "deepseek-v3.2",
                                                     "gpt-4o-mini",       "text-embedding-3-small"};
    std::string out = R"({"object":"list","data":[)";
    for (const auto model : models) {
        if (out.back() != '[')
            out += ',';
        out += R"({"id":")";
        out += model;
        out += R"(","object":"model","created":)" + std::to_string(created) + R"(,"owned_by":"sandbox"})";
    }
    return out + "]}";
}

std::string openAiError(std::string_view message, std::string_view type, std::string_view param, std::string_view code)
{
    const auto orNull = [](std::string& out, std::string_view text) {
        if (text.empty())
            out += "null";
        else
            appendJsonString(out, text);
    };
    std::string out = R"({"error":{"message":)";
    appendJsonString(out, message);
    out += R"(,"type":)";
    appendJsonString(out, type);
    out += R"(,"param":)";
    orNull(out, param);
    out += R"(,"code":)";
    orNull(out, code);
    return out + "}}";
}

std::string pacedEvent(Dialect dialect, const AnswerValues& answer, std::string_view content)
{
    if (dialect == Dialect::messages) {
        std::string out = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                          "{\"type\":\"text_delta\",\"text\":";
        appendJsonString(out, content);
        return out + "}}\n\n";
    }
    std::string out;
    appendChunk(out, front(answer, "chatcmpl-", "chat.completion.chunk"), contentDelta(content), "null",
                answer.prompt.includeUsage);
    return out;
}

std::string pacedEnd(Dialect dialect, const AnswerValues& answer)
{
    if (dialect == Dialect::messages)
        return "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    std::string out;
    appendChatEnd(out, front(answer, "chatcmpl-", "chat.completion.chunk"), answer.prompt);
    return out;
}

} // namespace drover::sandbox
