// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/Bytes.h"

#include "base/Log.h"
#include "sandbox/provider/Text.h"

namespace drover::sandbox {
namespace {

// Anthropic's input_tokens leaves the cache out, unlike OpenAI's.
std::string messageUsage(const Prompt& prompt, std::uint32_t output)
{
    return R"({"input_tokens":)" + std::to_string(prompt.inputTokens - prompt.cachedTokens) +
           R"(,"cache_creation_input_tokens":0,"cache_read_input_tokens":)" + std::to_string(prompt.cachedTokens) +
           R"(,"output_tokens":)" + std::to_string(output) + R"(,"service_tier":"standard"})";
}

std::string_view stopReason(const Prompt& prompt)
{
    if (!prompt.tool.empty())
        return "tool_use";
    return prompt.cutAtLength ? "max_tokens" : "end_turn";
}

std::string toolUse(const AnswerValues& answer, std::string_view input)
{
    std::string out = R"({"type":"tool_use","id":"toolu_)" + answer.id.substr(0, 12) + R"(","name":)";
    appendJsonString(out, answer.prompt.tool);
    return out + R"(,"input":)" + std::string(input) + "}";
}

std::string toolInput(const AnswerValues& answer)
{
    std::string out = R"({"query":)";
    appendJsonString(out, joined(answer.pieces));
    return out + "}";
}

std::string messageFront(const AnswerValues& answer)
{
    std::string out = R"({"id":"msg_)" + answer.id + R"(","type":"message","role":"assistant","model":)";
    appendJsonString(out, answer.prompt.model);
    return out + R"(,"content":)";
}

void appendEvent(std::string& out, std::string_view name, std::string_view members)
{
    out += "event: ";
    out += name;
    out += "\ndata: {\"type\":\"";
    out += name;
    out += '"';
    out += members;
    out += "}\n\n";
}

void appendDelta(std::string& out, const AnswerValues& answer, const std::string& piece)
{
    std::string delta = R"(,"index":0,"delta":{"type":")";
    if (answer.prompt.tool.empty()) {
        delta += R"(text_delta","text":)";
        appendJsonString(delta, piece);
    } else {
        delta += R"(input_json_delta","partial_json":)";
        appendJsonString(delta, toolInput(answer));
    }
    appendEvent(out, "content_block_delta", delta + "}");
}

} // namespace

std::string messageBody(const AnswerValues& answer)
{
    std::string out = messageFront(answer) + "[";
    if (answer.prompt.tool.empty()) {
        out += R"({"type":"text","text":)";
        appendJsonString(out, joined(answer.pieces));
        out += "}";
    } else {
        out += toolUse(answer, toolInput(answer));
    }
    out += R"(],"stop_reason":")" + std::string(stopReason(answer.prompt));
    return out + R"(","stop_sequence":null,"usage":)" + messageUsage(answer.prompt, answer.prompt.outputTokens) + "}";
}

std::vector<std::string> messageEvents(const AnswerValues& answer)
{
    std::vector<std::string> parts(1);
    appendEvent(parts.back(), "message_start",
                R"(,"message":)" + messageFront(answer) + R"([],"stop_reason":null,"stop_sequence":null,"usage":)" +
                    messageUsage(answer.prompt, 1) + "}");
    appendEvent(parts.back(), "content_block_start",
                R"(,"index":0,"content_block":)" +
                    (answer.prompt.tool.empty() ? std::string(R"({"type":"text","text":""})") : toolUse(answer, "{}")));
    appendEvent(parts.back(), "ping", "");
    const auto pieces = answer.prompt.tool.empty() ? answer.pieces.size() : 1;
    for (std::size_t i = 0; i < pieces; ++i) {
        if (i != 0)
            parts.emplace_back();
        appendDelta(parts.back(), answer, answer.pieces[i]);
    }
    appendEvent(parts.back(), "content_block_stop", R"(,"index":0)");
    appendEvent(parts.back(), "message_delta",
                R"(,"delta":{"stop_reason":")" + std::string(stopReason(answer.prompt)) +
                    R"(","stop_sequence":null},"usage":)" + messageUsage(answer.prompt, answer.prompt.outputTokens));
    appendEvent(parts.back(), "message_stop", "");
    return parts;
}

std::string tokenCountBody(const AnswerValues& answer)
{
    return R"({"input_tokens":)" + std::to_string(answer.prompt.inputTokens) + "}";
}

std::string anthropicError(std::string_view type, std::string_view message, std::string_view requestId)
{
    std::string out = R"({"type":"error","error":{"type":)";
    appendJsonString(out, type);
    out += R"(,"message":)";
    appendJsonString(out, message);
    out += R"(},"request_id":)";
    appendJsonString(out, requestId);
    return out + "}";
}

} // namespace drover::sandbox
