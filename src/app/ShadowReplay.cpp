// SPDX-License-Identifier: Apache-2.0
#include "app/ShadowReplay.h"

#include "app/SettingsService.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/openai/AnswerFacts.h"

#include <algorithm>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration replayDeadline = 120s;
constexpr Duration replayStore = 20s;

std::string chatBody(std::string_view prompt, std::string_view model)
{
    std::string body;
    JsonWriter json{body};
    json.beginObject().field("model", model).key("messages").beginArray();
    json.beginObject().field("role", "user").field("content", prompt).endObject();
    json.endArray().endObject();
    return body;
}

// A line that is JSON: a chat body goes as it is (never streamed), {"prompt":…} becomes one.
Result<std::string> bodyOfJson(std::string_view line, std::string_view model)
{
    DROVER_TRY(const auto object, parseJsonObject(line));
    JsonFields fields{object};
    if (fields.find("messages")) {
        if (fields.flagOr("stream", false))
            return Error{Errc::invalidInput, "streamed prompts cannot be replayed: leave \"stream\" out", "stream"};
        if (fields.find("model"))
            return std::string(line);
        std::string body{line.substr(0, line.find('{') + 1)};
        body += "\"model\":";
        appendJsonString(body, model);
        body += ',';
        body += line.substr(line.find('{') + 1);
        return body;
    }
    const std::optional<std::string> prompt = fields.maybeText("prompt");
    if (!prompt || prompt->empty())
        return Error{Errc::invalidInput, "neither \"messages\" nor \"prompt\" is there", "prompt"};
    return chatBody(*prompt, fields.textOr("model", model));
}

struct Said {
    bool ok = false;
    std::string why;
    AnswerContent content;
    ProviderAnswer answer;
};

Said saidBy(const Result<ProviderAnswer>& answer, std::string_view who)
{
    Said said;
    if (!answer.has_value()) {
        said.why = std::string(who) + ": " + describe(answer.error());
        return said;
    }
    said.answer = *answer;
    if (answer->status != 200) {
        said.why = std::string(who) + " answered " + std::to_string(answer->status) + " (" +
                   std::string(errorClassName(answer->errorClass)) + ")";
        return said;
    }
    AnswerReader reader{true};
    reader.read(answer->body);
    said.ok = !reader.facts().hasError;
    said.content = std::move(reader.facts().content);
    return said;
}

std::string difference(const AnswerContent& a, const AnswerContent& b)
{
    if (a.finishReason != b.finishReason)
        return "finish reason " + a.finishReason + " and " + b.finishReason;
    return a.toolCalls.size() != b.toolCalls.size() || !a.toolCalls.empty() ? "tool calls" : "text";
}

void count(TargetEvidence& evidence, const Said& said)
{
    ++evidence.byClass[std::size_t(said.answer.errorClass)];
    if (!said.ok)
        return;
    evidence.firstBytePlain.record(said.answer.firstByteMs);
    evidence.total.record(said.answer.totalMs);
}

ReplayRow compare(const Said& legacy, const Said& again, const Said& target, PairEvidence& pairs)
{
    ReplayRow row;
    row.legacyMs = legacy.answer.totalMs;
    row.againMs = again.answer.totalMs;
    row.targetMs = target.answer.totalMs;
    for (const Said* said : {&legacy, &again, &target})
        if (!said->ok && row.why.empty())
            row.why = said->why;
    row.answered = legacy.ok && again.ok && target.ok;
    if (!row.answered)
        return row;
    const Agreement agreement = agreementOf(legacy.content, target.content);
    const Agreement own = agreementOf(legacy.content, again.content);
    if (agreement == Agreement::unknown || own == Agreement::unknown) {
        row.answered = false;
        row.why = "the answers are in no form that can be compared";
        return row;
    }
    row.diverged = agreement == Agreement::different;
    row.noise = own == Agreement::different;
    if (row.diverged)
        row.why = difference(legacy.content, target.content);
    ++pairs.pairs;
    ++pairs.triples;
    pairs.diverged += row.diverged ? 1U : 0U;
    pairs.onlyNew += row.diverged && !row.noise ? 1U : 0U;
    pairs.onlyAgain += row.noise && !row.diverged ? 1U : 0U;
    pairs.both += row.diverged && row.noise ? 1U : 0U;
    return row;
}

} // namespace

Result<std::vector<std::string>> readPrompts(std::string_view text, std::string_view model)
{
    std::vector<std::string> bodies;
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        begin = end + 1;
        ++number;
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
            line.remove_suffix(1);
        while (!line.empty() && (line.front() == ' ' || line.front() == '\t'))
            line.remove_prefix(1);
        if (line.empty())
            continue;
        if (line.front() != '{') {
            bodies.push_back(chatBody(line, model));
            continue;
        }
        Result<std::string> body = bodyOfJson(line, model);
        if (!body.has_value())
            return at("line " + std::to_string(number), body.error());
        bodies.push_back(std::move(*body));
    }
    if (bodies.empty())
        return Error{Errc::invalidInput, "there is no prompt in it", "--prompts"};
    return bodies;
}

Task<Result<Secret>> ShadowReplay::keyOf(std::string target)
{
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    const KeyRecord* best = nullptr;
    for (const KeyRecord& record : records)
        if (record.target == target && isLive(record.state) && (!best || record.state == KeyState::current))
            best = &record;
    if (!best)
        co_return Error{Errc::notFound, "no proven key of target " + target + ": keys add, then keys verify", target};
    const std::string id = best->id;
    DROVER_CO_TRY(StoredSecret stored, co_await ports_.secrets.read(id, Deadline::in(ports_.clock, replayStore)));
    co_return std::move(stored.value);
}

Task<Result<ReplayResult>> ShadowReplay::run(ReplayOptions options)
{
    DROVER_CO_TRY(const std::vector<std::string> bodies, readPrompts(options.prompts, options.model));
    ConsentService consent{ports_};
    DROVER_CO_CHECK(co_await consent.require(options.target));
    for (const std::string* name : {&options.legacy, &options.target}) {
        const auto found = ports_.config.targets.find(*name);
        if (found == ports_.config.targets.end() || found->second.openai.empty())
            co_return Error{Errc::invalidInput, "the target has no address", "targets." + *name + ".openai"};
    }
    const std::string legacyUrl = ports_.config.targets.at(options.legacy).openai;
    const std::string targetUrl = ports_.config.targets.at(options.target).openai;
    DROVER_CO_TRY(const Secret legacyKey, co_await keyOf(options.legacy));
    DROVER_CO_TRY(const Secret targetKey, co_await keyOf(options.target));

    ReplayResult result;
    TargetEvidence legacyEvidence;
    TargetEvidence targetEvidence;
    for (const std::string& body : bodies) {
        // One after the other: replay must not push a provider into its rate limit.
        const Result<ProviderAnswer> first =
            co_await ports_.provider.chat(legacyUrl, legacyKey, body, Deadline::in(ports_.clock, replayDeadline));
        const Result<ProviderAnswer> second =
            co_await ports_.provider.chat(legacyUrl, legacyKey, body, Deadline::in(ports_.clock, replayDeadline));
        const Result<ProviderAnswer> other =
            co_await ports_.provider.chat(targetUrl, targetKey, body, Deadline::in(ports_.clock, replayDeadline));
        const Said legacy = saidBy(first, options.legacy);
        const Said again = saidBy(second, options.legacy);
        const Said target = saidBy(other, options.target);
        count(legacyEvidence, legacy);
        count(targetEvidence, target);
        ReplayRow row = compare(legacy, again, target, result.pairs);
        row.line = result.rows.size() + 1;
        result.rows.push_back(std::move(row));
        if (progress_)
            progress_(result.rows.size(), bodies.size());
    }
    result.gates.push_back(judgeDivergence(result.pairs, options.divergenceLimit));
    result.gates.push_back(judgeAddedLatency(legacyEvidence, targetEvidence, options.addedLatencyLimitMs));
    co_return result;
}

std::string replayJson(const ReplayResult& result)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().field("prompts", result.rows.size()).key("pairs").beginObject();
    json.field("compared", result.pairs.triples).field("diverged", result.pairs.diverged);
    json.field("only_new", result.pairs.onlyNew).field("only_again", result.pairs.onlyAgain);
    json.field("both", result.pairs.both).endObject();
    json.key("gates").beginArray();
    for (const GateResult& gate : result.gates) {
        json.beginObject().field("name", gate.name).field("verdict", verdictName(gate.verdict));
        json.field("estimate", gate.estimate).field("low", gate.low).field("high", gate.high);
        json.field("limit", gate.limit).field("n", gate.n).field("needed", gate.needed).field("text", gate.text);
        json.endObject();
    }
    json.endArray().key("rows").beginArray();
    for (const ReplayRow& row : result.rows) {
        json.beginObject().field("prompt", row.line).field("answered", row.answered).field("diverged", row.diverged);
        json.field("noise", row.noise).fieldOrNull("why", row.why).field("legacy_ms", roundedMs(row.legacyMs));
        json.field("again_ms", roundedMs(row.againMs)).field("target_ms", roundedMs(row.targetMs)).endObject();
    }
    json.endArray().endObject();
    return out;
}

} // namespace drover::app
