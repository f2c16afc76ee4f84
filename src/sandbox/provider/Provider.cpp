// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/Provider.h"

#include "sandbox/provider/FaultModel.h"
#include "sandbox/provider/Text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace drover::sandbox {
namespace {

struct AnswerRoute {
    std::string_view path;
    Dialect dialect;
};
constexpr std::array<AnswerRoute, 6> answerRoutes{{
    {"/v1/chat/completions", Dialect::chat},
    {"/v1/completions", Dialect::completions},
    {"/v1/responses", Dialect::responses},
    {"/v1/embeddings", Dialect::embeddings},
    {"/v1/messages", Dialect::messages},
    {"/v1/messages/count_tokens", Dialect::countTokens},
}};

// Below this, two parts of a stream go out in one write: a timer and a packet each would cost more than they show.
constexpr double leastGapMs = 3;

std::optional<Dialect> dialectOf(std::string_view path)
{
    const auto found = std::ranges::find(answerRoutes, path, &AnswerRoute::path);
    if (found == answerRoutes.end())
        return std::nullopt;
    return found->dialect;
}

std::int64_t unixSeconds(const Clock& clock)
{
    return std::chrono::floor<std::chrono::seconds>(clock.now()).time_since_epoch().count();
}

std::string plainBody(Dialect dialect, const AnswerValues& values)
{
    switch (dialect) {
    case Dialect::completions: return completionBody(values);
    case Dialect::responses: return responseBody(values);
    case Dialect::embeddings: return embeddingsBody(values);
    case Dialect::messages: return messageBody(values);
    case Dialect::countTokens: return tokenCountBody(values);
    case Dialect::chat: break;
    }
    return chatBody(values);
}

std::vector<std::string> streamParts(Dialect dialect, const AnswerValues& values)
{
    switch (dialect) {
    case Dialect::completions: return completionEvents(values);
    case Dialect::responses: return responseEvents(values);
    case Dialect::messages: return messageEvents(values);
    default: break;
    }
    return chatEvents(values);
}

bool canStream(Dialect dialect)
{
    return dialect != Dialect::embeddings && dialect != Dialect::countTokens;
}

Reply brokenReply(Dialect dialect, const FaultModel& fault, const std::string& id)
{
    Reply reply = jsonReply(fault.status, errorBody(dialect, fault.status, "req_" + id));
    if (fault.kind == FaultModel::Kind::reset)
        reply.end = Reply::End::reset;
    else if (fault.kind == FaultModel::Kind::hang)
        reply.end = Reply::End::hang;
    return reply;
}

// Cuts a good answer in the middle, or puts an error event there.
void spoil(Reply& reply, Dialect dialect, FaultModel::Kind kind)
{
    if (kind == FaultModel::Kind::cut) {
        reply.end = Reply::End::cut;
        auto& last = reply.parts.back();
        last.resize(last.size() / 2);
    } else if (reply.stream) {
        auto& first = reply.parts.front();
        // Keep whole events of the first half, then the error; nothing comes after it.
        const auto end = first.rfind("\n\n", first.size() / 2);
        first.resize(end == std::string::npos ? 0 : end + 2);
        first += streamError(dialect);
        reply.parts.resize(1);
    }
}

} // namespace

Reply jsonReply(int status, std::string body)
{
    Reply reply;
    reply.status = status;
    reply.parts.push_back(std::move(body));
    return reply;
}

Provider::Provider(Side side, std::uint64_t seed, Behaviour& behaviour, Ledger& ledger, const Clock& clock)
    : side_(side),
      behaviour_(behaviour),
      ledger_(ledger),
      clock_(clock),
      keys_(side, seed + std::uint64_t(side), clock),
      admin_(keys_, clock),
      deadKeys_(behaviour.scenario().deadKeys),
      ids_(Random{seed}.fork(sideName(side)))
{}

Reply Provider::reply(const Call& call)
{
    Reply reply;
    if (faults_.down[std::size_t(call.region)]) {
        reply.end = Reply::End::reset;
        return reply;
    }
    if (faults_.hang) {
        reply.end = Reply::End::hang;
        return reply;
    }
    if (side_ == Side::legacy && faults_.mint != ProviderFaults::Mint::absent && Admin::isItsPath(call.path)) {
        reply = admin_.answer(call, [this] { return faults_.losesMint(); });
        addHeaders(reply, Dialect::chat, hexId(ids_(), ids_()), nullptr);
        record(call, reply, {}, false);
        return reply;
    }
    auto* key = keys_.accept(call.credential, call.region);
    if (key == nullptr)
        return refused(call);
    if (const auto dialect = dialectOf(call.path); dialect && call.method == "POST")
        return answerCall(call, *dialect, *key);
    const auto keyId = key->id;
    if (call.path == "/v1/models" && call.method == "GET")
        reply = jsonReply(200, modelsBody(unixSeconds(clock_)));
    else if (side_ == Side::holysheep && call.path.starts_with("/v1/keys"))
        reply = keyCall(call);
    else if (side_ == Side::holysheep && call.path == "/v1/config/revert" && call.method == "POST")
        reply = jsonReply(200, R"({"status":"accepted"})"); // what the playbook sends (A46); nothing follows from it
    else
        reply = jsonReply(404, errorBody(Dialect::chat, 404, {}));
    addHeaders(reply, Dialect::chat, hexId(ids_(), ids_()), nullptr);
    record(call, reply, keyId, false);
    return reply;
}

Reply Provider::refused(const Call& call)
{
    const auto dialect = dialectOf(call.path).value_or(Dialect::chat);
    const auto id = hexId(ids_(), ids_());
    Reply reply;
    if (side_ == Side::holysheep) {
        // The relay's form: `error` is a string (acceptance 6.1).
        const bool odd = !call.credential.starts_with("cr_");
        reply = jsonReply(401, odd ? R"({"error":"Invalid API key format","message":"API key format is invalid"})"
                                   : R"({"error":"Invalid API key","message":"The API key is not known or not active"})");
    } else if (dialect == Dialect::messages || dialect == Dialect::countTokens) {
        reply = jsonReply(401, anthropicError("authentication_error", "invalid x-api-key", "req_" + id));
    } else {
        reply = jsonReply(401, openAiError("Incorrect API key provided. You can find your API key on the dashboard.",
                                           "invalid_request_error", {}, "invalid_api_key"));
    }
    addHeaders(reply, dialect, id, nullptr);
    record(call, reply, {}, false);
    return reply;
}

bool Provider::overLimit()
{
    const auto minute = unixSeconds(clock_) / 60;
    if (minute != std::exchange(minute_, minute))
        used_ = 0;
    return ++used_ > behaviour_.scenario().rateLimit && faults_.limits;
}

Reply Provider::answerCall(const Call& call, Dialect dialect, IssuedKeyState& key)
{
    const auto id = hexId(ids_(), ids_());
    const auto keyId = key.id;
    ++key.requests;
    Reply reply;
    auto read = readPrompt(dialect, call.body);
    if (!read.has_value()) {
        const auto& error = read.error();
        reply = jsonReply(400, dialect == Dialect::messages || dialect == Dialect::countTokens
                                   ? anthropicError("invalid_request_error", error.what, "req_" + id)
                                   : openAiError(error.what, "invalid_request_error", error.where, {}));
        addHeaders(reply, dialect, id, nullptr);
        record(call, reply, keyId, true);
        return reply;
    }
    auto& prompt = *read;
    prompt.stream = prompt.stream && canStream(dialect);
    const auto fate = behaviour_.decide(side_, call.region, prompt.content, prompt.outputTokens);
    const auto fault = faultModel(prompt.model, side_);
    if (overLimit()) {
        reply = jsonReply(429, errorBody(dialect, 429, "req_" + id));
    } else if (fault && fault->kind != FaultModel::Kind::cut && fault->kind != FaultModel::Kind::streamError) {
        reply = brokenReply(dialect, *fault, id);
    } else if (const auto pace = pacedModel(prompt.model); pace && prompt.stream) {
        reply = paced(dialect, prompt, pace->events, pace->everyMs, id);
    } else if (!fault && fate.kind != Fate::Kind::answer) {
        reply = jsonReply(fate.status, errorBody(dialect, fate.status, "req_" + id));
        reply.end = fate.kind == Fate::Kind::reset ? Reply::End::reset : Reply::End::complete;
        reply.delayMs = fate.firstByteMs;
    } else {
        reply = answered(dialect, prompt, fate, id);
        if (fault)
            spoil(reply, dialect, fault->kind);
    }
    addHeaders(reply, dialect, id, &prompt);
    record(call, reply, keyId, true, prompt.user);
    return reply;
}

Reply Provider::answered(Dialect dialect, const Prompt& prompt, const Fate& fate, const std::string& id)
{
    const auto pieces = answerPieces(prompt.content, fate.variant, prompt.outputTokens);
    const AnswerValues values{prompt, pieces, id, unixSeconds(clock_)};
    Reply reply;
    reply.stream = prompt.stream;
    if (!reply.stream) {
        reply.delayMs = fate.firstByteMs + fate.generationMs;
        reply.parts.push_back(plainBody(dialect, values));
        return reply;
    }
    reply.contentType = "text/event-stream";
    reply.delayMs = fate.firstByteMs;
    reply.parts = streamParts(dialect, values);
    if (reply.parts.size() > 1)
        reply.gapMs = fate.generationMs / double(reply.parts.size() - 1);
    if (reply.gapMs < leastGapMs && reply.parts.size() > 1) {
        reply.parts = {joined(reply.parts)};
        reply.gapMs = 0;
    }
    return reply;
}

Reply Provider::paced(Dialect dialect, const Prompt& prompt, std::uint32_t events, double everyMs,
                      const std::string& id)
{
    Reply reply;
    reply.stream = true;
    reply.contentType = "text/event-stream";
    reply.pacedEvents = events;
    reply.pacedMs = everyMs;
    const auto created = unixSeconds(clock_);
    reply.pacedEvent = [dialect, prompt, id, created](std::int64_t ns) {
        return pacedEvent(dialect, {prompt, {}, id, created}, std::to_string(ns) + " ");
    };
    reply.parts.push_back(pacedEnd(dialect, {prompt, {}, id, created}));
    return reply;
}

void Provider::record(const Call& call, const Reply& reply, const std::string& keyId, bool counted, const std::string& user)
{
    LedgerEntry entry;
    entry.ns = std::chrono::nanoseconds{clock_.steady().time_since_epoch()}.count();
    entry.side = side_;
    entry.region = call.region;
    entry.keyId = keyId;
    entry.path = call.path;
    entry.status = reply.end == Reply::End::reset || reply.end == Reply::End::hang ? 0 : reply.status;
    entry.stream = reply.stream;
    entry.user = user;
    ledger_.add(std::move(entry), counted);
}

} // namespace drover::sandbox
