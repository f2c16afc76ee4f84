// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/Prompt.h"

#include "base/Ids.h"
#include "sandbox/json/Json.h"

#include <algorithm>
#include <charconv>

namespace drover::sandbox {
namespace {

constexpr std::string_view hintStart = "[tokens in=";
constexpr std::string_view hintMiddle = " out=";

// All texts of a request, in order: strings, and the `text` or `content` of parts and items.
void gatherText(std::string& out, const Json& value)
{
    if (const auto* text = value.asString()) {
        out += *text;
        out += '\n';
    } else if (const auto* items = value.asArray()) {
        for (const auto& item : *items)
            gatherText(out, item);
    } else if (value.asObject() != nullptr) {
        gatherText(out, value["text"]);
        gatherText(out, value["content"]);
        gatherText(out, value["output"]);
    }
}

bool readHint(std::string_view text, Prompt& prompt)
{
    const auto at = text.find(hintStart);
    if (at == std::string_view::npos)
        return false;
    const char* end = text.data() + text.size();
    auto read = std::from_chars(text.data() + at + hintStart.size(), end, prompt.inputTokens);
    if (read.ec != std::errc{} || !std::string_view(read.ptr, end).starts_with(hintMiddle))
        return false;
    read = std::from_chars(read.ptr + hintMiddle.size(), end, prompt.outputTokens);
    return read.ec == std::errc{} && read.ptr != end && *read.ptr == ']';
}

void countTokens(std::string_view text, Prompt& prompt)
{
    if (!readHint(text, prompt)) {
        prompt.inputTokens = std::uint32_t(text.size() / 4 + 4);
        prompt.outputTokens = std::uint32_t(12 + prompt.content % 40);
    }
    // Providers cache prefixes of 1024 tokens and more, in steps of 128; here every fourth prompt has one.
    if (prompt.inputTokens >= 1024 && prompt.content % 4 == 0)
        prompt.cachedTokens = prompt.inputTokens / 2 / 128 * 128;
}

std::string_view inputField(Dialect dialect)
{
    switch (dialect) {
    case Dialect::chat:
    case Dialect::messages:
    case Dialect::countTokens: return "messages";
    case Dialect::completions: return "prompt";
    case Dialect::responses:
    case Dialect::embeddings: break;
    }
    return "input";
}

const Json& firstPresent(const Json& body, std::initializer_list<std::string_view> names)
{
    static const Json nothing;
    for (const auto name : names)
        if (!body[name].isNull())
            return body[name];
    return nothing;
}

void readTool(const Json& body, Prompt& prompt)
{
    const auto* tools = body["tools"].asArray();
    if (tools == nullptr || tools->empty())
        return;
    const auto& first = tools->front();
    const auto& name = first["function"]["name"].isNull() ? first["name"] : first["function"]["name"];
    if (const auto* text = name.asString())
        prompt.tool = *text;
}

} // namespace

std::string tokenHint(std::uint32_t inputTokens, std::uint32_t outputTokens)
{
    return std::string(hintStart) + std::to_string(inputTokens) + std::string(hintMiddle) +
           std::to_string(outputTokens) + "]";
}

Result<Prompt> readPrompt(Dialect dialect, std::string_view text)
{
    const auto body = Json::parse(text);
    if (!body || body->asObject() == nullptr)
        return Error{Errc::invalidInput, "We could not parse the JSON body of your request.", {}};
    Prompt prompt;
    const auto* model = (*body)["model"].asString();
    if (model == nullptr || model->empty())
        return Error{Errc::invalidInput, "you must provide a model parameter", "model"};
    prompt.model = *model;
    const auto field = inputField(dialect);
    const auto& input = (*body)[field];
    if (input.isNull() || (field == "messages" && (input.asArray() == nullptr || input.asArray()->empty())))
        return Error{Errc::invalidInput, "Missing required parameter: '" + std::string(field) + "'.", std::string(field)};
    const auto& limit = firstPresent(*body, {"max_completion_tokens", "max_output_tokens", "max_tokens"});
    if (dialect == Dialect::messages && limit.isNull())
        return Error{Errc::invalidInput, "max_tokens: Field required", "max_tokens"};

    std::string texts;
    gatherText(texts, (*body)["system"]);
    gatherText(texts, (*body)["instructions"]);
    gatherText(texts, input);
    prompt.content = stableHash(texts);
    countTokens(texts, prompt);
    if (const auto most = limit.asInteger(); most && *most >= 0 && *most < std::int64_t(prompt.outputTokens)) {
        prompt.outputTokens = std::uint32_t(*most);
        prompt.cutAtLength = true;
    }
    const auto* stream = (*body)["stream"].asBool();
    prompt.stream = stream != nullptr && *stream;
    if (const auto* user = (*body)["user"].asString(); user != nullptr)
        prompt.user = *user;
    const auto* usage = (*body)["stream_options"]["include_usage"].asBool();
    prompt.includeUsage = usage != nullptr && *usage;
    if (const auto* items = input.asArray(); items != nullptr && dialect == Dialect::embeddings)
        prompt.inputs = std::uint32_t(std::max<std::size_t>(items->size(), 1));
    readTool(*body, prompt);
    return prompt;
}

} // namespace drover::sandbox
