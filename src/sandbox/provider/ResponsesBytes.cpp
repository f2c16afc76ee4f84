// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/Bytes.h"

#include "base/Log.h"
#include "sandbox/provider/Text.h"

namespace drover::sandbox {
namespace {

std::string responseUsage(const Prompt& prompt)
{
    return R"({"input_tokens":)" + std::to_string(prompt.inputTokens) +
           R"(,"input_tokens_details":{"cached_tokens":)" + std::to_string(prompt.cachedTokens) +
           R"(,"cache_write_tokens":0},"output_tokens":)" + std::to_string(prompt.outputTokens) +
           R"(,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":)" +
           std::to_string(prompt.inputTokens + prompt.outputTokens) + "}";
}

std::string outputItem(const AnswerValues& answer, bool done)
{
    std::string out = R"({"id":"msg_)" + answer.id + R"(","type":"message","status":")";
    out += done ? "completed" : "in_progress";
    out += R"(","role":"assistant","content":[)";
    if (done) {
        out += R"({"type":"output_text","text":)";
        appendJsonString(out, joined(answer.pieces));
        out += R"(,"annotations":[]})";
    }
    return out + "]}";
}

std::string responseObject(const AnswerValues& answer, bool done)
{
    std::string out = R"({"id":"resp_)" + answer.id + R"(","object":"response","created_at":)" +
                      std::to_string(answer.created) + R"(,"status":")";
    const std::string_view status = !done ? "in_progress" : answer.prompt.cutAtLength ? "incomplete" : "completed";
    out += status;
    out += R"(","error":null,"incomplete_details":)";
    out += done && answer.prompt.cutAtLength ? R"({"reason":"max_output_tokens"})" : "null";
    out += R"(,"model":)";
    appendJsonString(out, answer.prompt.model);
    out += R"(,"output":[)" + (done ? outputItem(answer, true) : std::string()) + R"(],"usage":)";
    return out + (done ? responseUsage(answer.prompt) : std::string("null")) + R"(,"metadata":{}})";
}

// Numbers the events, as `sequence_number` wants.
class ResponseEvents {
public:
    explicit ResponseEvents(const AnswerValues& answer) : item_("msg_" + answer.id) {}

    std::string event(std::string_view type, std::string_view members)
    {
        std::string out = "event: ";
        out += type;
        out += "\ndata: {\"type\":\"";
        out += type;
        out += "\",";
        out += members;
        return out + R"(,"sequence_number":)" + std::to_string(number_++) + "}\n\n";
    }
    std::string place() const { return R"("item_id":")" + item_ + R"(","output_index":0,"content_index":0,)"; }

private:
    std::string item_;
    int number_ = 0;
};

} // namespace

std::string responseBody(const AnswerValues& answer)
{
    return responseObject(answer, true);
}

std::vector<std::string> responseEvents(const AnswerValues& answer)
{
    ResponseEvents events{answer};
    std::string quoted;
    appendJsonString(quoted, joined(answer.pieces));
    std::vector<std::string> parts(1);
    auto& start = parts.front();
    start = events.event("response.created", R"("response":)" + responseObject(answer, false));
    start += events.event("response.in_progress", R"("response":)" + responseObject(answer, false));
    start += events.event("response.output_item.added", R"("output_index":0,"item":)" + outputItem(answer, false));
    start += events.event("response.content_part.added",
                          events.place() + R"("part":{"type":"output_text","text":"","annotations":[]})");
    for (std::size_t i = 0; i < answer.pieces.size(); ++i) {
        if (i != 0)
            parts.emplace_back();
        std::string delta = events.place() + R"("delta":)";
        appendJsonString(delta, answer.pieces[i]);
        parts.back() += events.event("response.output_text.delta", delta + R"(,"logprobs":[])");
    }
    auto& end = parts.back();
    end += events.event("response.output_text.done", events.place() + R"("text":)" + quoted);
    end += events.event("response.content_part.done",
                        events.place() + R"("part":{"type":"output_text","text":)" + quoted + R"(,"annotations":[]})");
    end += events.event("response.output_item.done", R"("output_index":0,"item":)" + outputItem(answer, true));
    end += events.event(answer.prompt.cutAtLength ? "response.incomplete" : "response.completed",
                        R"("response":)" + responseObject(answer, true));
    return parts;
}

} // namespace drover::sandbox
