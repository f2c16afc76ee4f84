// SPDX-License-Identifier: Apache-2.0
#include "protocol/usage/RequestLine.h"

#include "base/Log.h"
#include "domain/money/PriceBook.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"

#include <array>
#include <charconv>

namespace drover {
namespace {

constexpr std::array<std::string_view, 3> roleNames{"client", "shadow", "again"};

constexpr std::array<std::string_view, 3> skippedNames{"", "breaker", "limit"};

// Written by hand, with the names as literals: every request of a gateway passes here.
template <class T>
void putNumber(std::string& out, T value)
{
    char digits[40];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

template <class T>
void putOptional(std::string& out, std::string_view name, const std::optional<T>& value)
{
    out += name;
    if (value)
        putNumber(out, *value);
    else
        out += "null";
}

void putText(std::string& out, std::string_view name, std::string_view value)
{
    out += name;
    appendJsonString(out, value);
}

void putTextOrNull(std::string& out, std::string_view name, std::string_view value)
{
    if (value.empty())
        out.append(name).append("null");
    else
        putText(out, name, value);
}

void putAttempt(std::string& out, const AttemptLine& attempt)
{
    putText(out, R"({"target":)", attempt.target);
    putTextOrNull(out, R"(,"key_id":)", attempt.keyId);
    out += R"(,"status":)";
    putNumber(out, attempt.status);
    out.append(R"(,"class":")").append(errorClassName(attempt.errorClass)).append(R"(","ms":)");
    putNumber(out, roundedMs(attempt.ms));
    if (attempt.skipped != AttemptLine::Skipped::no)
        out.append(R"(,"skipped":")").append(skippedNames[std::size_t(attempt.skipped)]).append("\"");
    putOptional(out, R"(,"input_tokens":)", attempt.inputTokens);
    putOptional(out, R"(,"output_tokens":)", attempt.outputTokens);
    out += '}';
}

ErrorClass readClass(JsonFields& fields, std::string_view name)
{
    const std::string text = fields.text(name);
    const auto known = errorClassFrom(text);
    if (!known)
        fields.fail(name, "\"" + text + "\" is no class of errors");
    return known.value_or(ErrorClass::ok);
}

int readStatus(JsonFields& fields)
{
    const auto status = fields.countOr("status", 0);
    if (status > 999)
        fields.fail("status", "no HTTP status");
    return status > 999 ? 0 : int(status);
}

RequestRole readRole(JsonFields& fields)
{
    const auto text = fields.maybeText("role");
    if (!text)
        return RequestRole::client;
    for (std::size_t i = 0; i < roleNames.size(); ++i)
        if (*text == roleNames[i])
            return RequestRole(i);
    fields.fail("role", "client, shadow or again was expected");
    return RequestRole::client;
}

// What no answer can have had is taken as unknown; the request itself still counts.
std::optional<std::uint64_t> readTokens(JsonFields& fields, std::string_view name)
{
    const auto tokens = fields.maybeCount(name);
    return tokens && *tokens <= mostTokensOfAnAnswer ? tokens : std::nullopt;
}

AttemptLine::Skipped readSkipped(JsonFields& fields)
{
    const std::string text = fields.textOr("skipped", {});
    for (std::size_t i = 0; i < skippedNames.size(); ++i)
        if (text == skippedNames[i])
            return AttemptLine::Skipped(i);
    fields.fail("skipped", "breaker or limit was expected");
    return AttemptLine::Skipped::no;
}

AttemptLine readAttempt(JsonFields& fields)
{
    AttemptLine attempt;
    attempt.target = fields.text("target");
    attempt.keyId = fields.textOr("key_id", {});
    attempt.status = readStatus(fields);
    attempt.errorClass = readClass(fields, "class");
    attempt.ms = fields.numberOr("ms", 0);
    attempt.skipped = readSkipped(fields);
    attempt.inputTokens = readTokens(fields, "input_tokens");
    attempt.outputTokens = readTokens(fields, "output_tokens");
    return attempt;
}

Phase readPhase(JsonFields& fields)
{
    const auto text = fields.maybeText("phase");
    const auto phase = text ? phaseFrom(*text) : std::optional(Phase::idle);
    if (!phase)
        fields.fail("phase", "\"" + *text + "\" is no phase");
    return phase.value_or(Phase::idle);
}

} // namespace

void appendRequestLine(std::string& out, const RequestLine& line)
{
    out.append(R"({"ts":")").append(formatTime(line.ts)).append("\"");
    putText(out, R"(,"request_id":)", line.requestId);
    putText(out, R"(,"route":)", line.route);
    putTextOrNull(out, R"(,"model":)", line.model);
    if (!line.upstreamModel.empty() && line.upstreamModel != line.model)
        putText(out, R"(,"upstream_model":)", line.upstreamModel);
    putTextOrNull(out, R"(,"target":)", line.target);
    putTextOrNull(out, R"(,"key_id":)", line.keyId);
    putTextOrNull(out, R"(,"region":)", line.region);
    out += R"(,"status":)";
    putNumber(out, line.status);
    out.append(R"(,"class":")").append(errorClassName(line.errorClass)).append("\"");
    out += line.stream ? R"(,"stream":true)" : R"(,"stream":false)";
    putOptional(out, R"(,"ttft_ms":)", line.ttftMs ? std::optional(roundedMs(*line.ttftMs)) : std::nullopt);
    out += R"(,"latency_ms":)";
    putNumber(out, roundedMs(line.latencyMs));
    putOptional(out, R"(,"input_tokens":)", line.inputTokens);
    putOptional(out, R"(,"cached_tokens":)", line.cachedTokens);
    putOptional(out, R"(,"output_tokens":)", line.outputTokens);
    out.append(R"(,"phase":")").append(phaseName(line.phase)).append(R"(","generation":)");
    putNumber(out, line.generation);
    if (line.role != RequestRole::client)
        out.append(R"(,"role":")").append(roleNames[std::size_t(line.role)]).append("\"");
    if (line.attempts.size() > 1) {
        out += R"(,"attempts":[)";
        for (std::size_t i = 0; i < line.attempts.size(); ++i) {
            if (i > 0)
                out += ',';
            putAttempt(out, line.attempts[i]);
        }
        out += ']';
    }
    out += "}\n";
}

Result<RequestLine> parseRequestLine(std::string_view text)
{
    DROVER_TRY(const auto object, parseJsonObject(text));
    JsonFields fields{object};
    RequestLine line;
    line.ts = fields.time("ts");
    line.requestId = fields.textOr("request_id", {});
    line.route = fields.textOr("route", "other");
    line.model = fields.textOr("model", {});
    line.upstreamModel = fields.textOr("upstream_model", {});
    line.target = fields.textOr("target", {});
    line.keyId = fields.textOr("key_id", {});
    line.region = fields.textOr("region", {});
    line.status = readStatus(fields);
    line.errorClass = readClass(fields, "class");
    line.stream = fields.flagOr("stream", false);
    line.ttftMs = fields.maybeNumber("ttft_ms");
    line.latencyMs = fields.numberOr("latency_ms", 0);
    line.inputTokens = readTokens(fields, "input_tokens");
    line.cachedTokens = readTokens(fields, "cached_tokens");
    line.outputTokens = readTokens(fields, "output_tokens");
    line.phase = readPhase(fields);
    line.role = readRole(fields);
    line.generation = fields.countOr("generation", 0);
    fields.list("attempts", [&](JsonFields& one) { line.attempts.push_back(readAttempt(one)); });
    if (fields.error())
        return *fields.error();
    return line;
}

} // namespace drover
