// SPDX-License-Identifier: Apache-2.0
#include "gateway/Relay.h"

#include "gateway/ApiPath.h"
#include "gateway/Dialect.h"
#include "gateway/Decision.h"
#include "gateway/ModelScope.h"
#include "protocol/openai/Models.h"

#include <cmath>

namespace drover::gateway {
namespace {

constexpr std::size_t modelListLimit = 4 * 1024 * 1024;

std::int64_t wholeSeconds(Duration wait)
{
    return std::int64_t(std::ceil(seconds(wait)));
}

std::string limitMessage(const std::string& model, Duration wait)
{
    return "Rate limit exceeded for " + model + ". Retry after " + std::to_string(wholeSeconds(wait)) + " s";
}

} // namespace

Relay::Relay(RelayParts& parts, http::Request& request, http::Responder& responder)
    : parts_(parts), request_(request), responder_(responder), arrivedAt_(parts.clock.now()),
      arrived_(parts.clock.steady()), id_(requestIdOf(request.head)), anthropic_(speaksAnthropic(request.head)),
      route_(routeOf(request.head.method(), request.head.path()))
{
    if (id_.empty())
        id_ = uuid7(arrivedAt_, parts.random);
}

double Relay::sinceArrivalMs() const
{
    return milliseconds(parts_.clock.steady() - arrived_);
}

http::Async<void> Relay::run()
{
    const bool admitted = co_await admit();
    if (!admitted) {
        record(nullptr);
        co_return;
    }
    prepare();
    responder_.onClientGone([this] {
        clientLeft_ = true;
        cancel_.fire();
    });
    co_await ask();
    responder_.onClientGone({});
}

http::Async<bool> Relay::admit()
{
    if (!isApiPath(request_.head.path())) {
        co_await refuse(404, "not_found", "there is nothing here; the API is below /v1/");
        co_return false;
    }
    if (!isApiMethod(request_.head.method())) {
        co_await refuse(405, "method_not_allowed", "this method is not relayed");
        co_return false;
    }
    client_ = parts_.tokens.clientOf(request_.head);
    if (!client_) {
        ++parts_.metrics.unauthorized;
        co_await refuse(401, "invalid_api_key", "a valid Drover token is needed, as a Bearer token or in x-api-key");
        co_return false;
    }
    const bool whole = co_await readBody();
    if (!whole)
        co_return false;
    co_return co_await checkScope();
}

http::Async<bool> Relay::readBody()
{
    auto body = co_await request_.body.readAll(parts_.settings.bodyLimit);
    if (body.has_value()) {
        body_ = std::move(*body);
        if (isSplit(route_) || !body_.empty())
            facts_ = readRequest(body_);
        co_return true;
    }
    responder_.closeAfter();
    if (body.error().code == Errc::refused)
        co_await refuse(413, "request_too_large", body.error().what);
    else if (body.error().code == Errc::protocol)
        co_await refuse(400, "invalid_request", body.error().what);
    else
        abandon(); // lost or too slow: nobody is there to answer
    co_return false;
}

void Relay::abandon()
{
    clientLeft_ = true;
    responder_.abort();
}

// The first model the body names that the token may not use. A call with a split that names none has the model "".
std::optional<std::string> Relay::forbiddenModel() const
{
    if (client_->token->models.empty())
        return std::nullopt;
    std::vector<std::string> named;
    if (isSplit(route_))
        named.push_back(facts_.model);
    else
        named = modelsNamed(body_);
    for (std::string& model : named) {
        if (!TokenGuard::mayUse(*client_, model))
            return std::move(model);
    }
    return std::nullopt;
}

http::Async<bool> Relay::checkScope()
{
    const auto forbidden = forbiddenModel();
    if (forbidden) {
        co_await refuse(403, "model_not_allowed", "this token may not use the model \"" + *forbidden + "\"");
        co_return false;
    }
    const auto wait = parts_.tokens.waitFor(*client_);
    if (wait) {
        ++parts_.metrics.limited;
        co_await refuse(429, "rate_limit_exceeded", "this token's requests a minute are used up", wait);
        co_return false;
    }
    co_return true;
}

void Relay::prepare()
{
    sticky_ = stickyOf(request_.head, parts_.settings.sticky, facts_, client_->hash);
    addClientFields(fields_, request_.head);
    question_.method = request_.head.method();
    question_.target = request_.head.target();
    question_.fields = &fields_;
    question_.body = body_;
    question_.facts = &facts_;
    question_.anthropic = anthropic_;
    question_.split = isSplit(route_);
    question_.firstByteTime = facts_.stream ? parts_.settings.firstByteStreamed : parts_.settings.firstBytePlain;
}

http::Async<void> Relay::ask()
{
    asking_.emplace(parts_, question_, Subject{request_.head.path(), id_, route_, sticky_, client_->hash}, cancel_);
    Call* const answer = co_await asking_->run();
    if (answer != nullptr && !clientLeft_) {
        co_await pass(*answer);
        asking_->settle(*answer);
    } else if (!clientLeft_) {
        co_await refuseUnanswered();
    }
    record(answer);
    if (answer != nullptr && answer->ok() && !clientLeft_) {
        learnOwner(*answer);
        mirror(*answer);
    }
}

// Two plain calls: GCC 12 destroys the temporaries of a conditional operand of co_await twice.
http::Async<void> Relay::refuseUnanswered()
{
    const auto& attempts = asking_->attempts();
    const Chosen& last = attempts.empty() ? asking_->first() : attempts.back().call.who();
    const std::string target = last.target ? last.target->name : "default";
    const auto wait = asking_->refusedFor();
    if (wait)
        co_await refuse(429, "rate_limit_exceeded", limitMessage(facts_.model, *wait), wait);
    else if (!asking_->first() && attempts.size() < 2)
        co_await refuse(503, "no_provider_key", "no key of the target " + target + " may be used here");
    else
        co_await refuse(502, "upstream_unreachable", "the target " + target + " did not answer");
}

http::Fields Relay::answerFields(Call& call) const
{
    http::Fields fields;
    addAnswerFields(fields, call.head(), *call.who().key);
    fields.add("X-Request-ID", id_);
    fields.add("X-Drover-Target", call.who().target->name);
    return fields;
}

http::Async<void> Relay::pass(Call& call)
{
    if (!call.ok())
        co_await passWhole(call, call.first());
    else if (route_ == Route::models && !call.who().target->models.empty())
        co_await passModels(call);
    else
        co_await passPieces(call);
}

http::Async<void> Relay::passWhole(Call& call, std::string_view body)
{
    ttftMs_ = sinceArrivalMs();
    const http::Fields fields = answerFields(call);
    const auto sent = co_await responder_.send(call.head().status(), fields, body);
    clientLeft_ = clientLeft_ || !sent.has_value();
}

http::Async<void> Relay::passModels(Call& call)
{
    std::string list(call.first());
    while (true) {
        const auto piece = co_await call.next();
        if (!piece.has_value()) {
            call.end(ErrorClass::cut);
            co_await refuse(502, "upstream_cut", "the list of models was cut");
            co_return;
        }
        if (piece->empty())
            break;
        list.append(*piece);
        if (list.size() > modelListLimit) {
            call.end(ErrorClass::upstream);
            co_await refuse(502, "upstream_error", "the list of models is too long");
            co_return;
        }
    }
    call.finish();
    const Target& target = *call.who().target;
    const auto renamed = openai::renameModels(list, target.models);
    co_await passWhole(call, renamed.has_value() ? *renamed : list); // what is no list goes on as it came
}

http::Async<void> Relay::passPieces(Call& call)
{
    const auto framing = call.head().framing();
    std::optional<std::uint64_t> length;
    if (framing == http::Framing::length || framing == http::Framing::none)
        length = call.head().contentLength();
    responder_.start(call.head().status(), answerFields(call), length);
    std::string_view piece = call.first();
    bool isFirst = true; // begin() has looked at it
    ttftMs_ = sinceArrivalMs();
    while (!piece.empty()) {
        const auto written = co_await responder_.write(piece);
        if (!written.has_value()) {
            clientLeft_ = true;
            break;
        }
        if (!std::exchange(isFirst, false))
            call.watch(piece);
        const auto next = co_await call.next();
        if (!next.has_value()) {
            call.end(clientLeft_ ? ErrorClass::aborted : ErrorClass::cut);
            responder_.abort();
            co_return;
        }
        piece = *next;
    }
    if (clientLeft_) {
        call.end(ErrorClass::aborted);
        co_return;
    }
    call.finish();
    if (call.result().errorClass == ErrorClass::cut) {
        responder_.abort(); // the stream ended too early: the client must not take it for whole
        co_return;
    }
    const auto finished = co_await responder_.finish();
    clientLeft_ = clientLeft_ || !finished.has_value();
}

http::Async<void> Relay::refuse(int status, std::string code, std::string message, std::optional<Duration> wait)
{
    http::Fields fields;
    fields.add("Content-Type", "application/json");
    fields.add("X-Request-ID", id_);
    fields.add("X-Drover-Target", "none");
    if (wait)
        fields.add("Retry-After", std::to_string(wholeSeconds(*wait)));
    const auto sent = co_await responder_.send(status, fields, errorBody(anthropic_, status, code, message, id_));
    clientLeft_ = clientLeft_ || !sent.has_value();
}

// Ids that later calls may name: of responses and conversations, and whatever else a call without a split made.
void Relay::learnOwner(const Call& call)
{
    if (request_.head.method() != "POST" || (isSplit(route_) && route_ != Route::responses))
        return;
    parts_.owners.add(call.facts().id, call.who().target->name);
    parts_.owners.add(call.facts().conversation, call.who().target->name);
}

void Relay::mirror(Call& call)
{
    if (!asking_->mirrorTo() || asking_->attempts().size() > 1)
        return;
    MirrorJob job;
    job.serving = asking_->serving();
    job.target = asking_->mirrorTo();
    job.again = asking_->mirrorAgain();
    job.requestId = id_;
    job.route = route_;
    job.anthropic = anthropic_;
    job.path = request_.head.target();
    addMirrorFields(job.fields, request_.head);
    job.body = std::move(body_);
    job.facts = facts_;
    job.legacy = call.facts().content;
    job.firstByteTime = question_.firstByteTime;
    parts_.mirror.offer(std::move(job));
}

void Relay::recordAttempts()
{
    for (const Attempt& one : asking_->attempts()) {
        const AttemptResult& result = one.call.result();
        const std::string key = result.key ? result.key->shown : "";
        parts_.recorder.attempt(one.serving, result, facts_.model, RequestRole::client, facts_.stream);
        if (result.skipped != AttemptLine::Skipped::no)
            parts_.metrics.skip(result.skipped, result.target->name, key);
        else
            parts_.metrics.attempt(result.target->name, key, result.errorClass, result.firstByteMs);
    }
}

// The call whose answer the client got; where nobody answered, the last one made; null where none was.
void Relay::record(const Call* answer)
{
    RequestLine line;
    line.ts = arrivedAt_;
    line.requestId = id_;
    line.route = routeName(route_);
    line.model = facts_.model;
    line.upstreamModel = facts_.model;
    line.status = responder_.status();
    line.stream = facts_.stream;
    line.ttftMs = ttftMs_;
    line.latencyMs = sinceArrivalMs();
    line.errorClass = asking_ ? ErrorClass::upstream : ErrorClass::client;
    const auto serving = asking_ && asking_->serving() ? asking_->serving() : parts_.routing.serving();
    line.phase = serving->phase();
    line.generation = serving->generation();
    if (asking_)
        recordAsking(answer, line);
    if (clientLeft_)
        line.errorClass = ErrorClass::aborted;
    parts_.recorder.line(line);
    parts_.metrics.request(line.target.empty() ? "none" : line.target, line.errorClass, line.latencyMs);
    if (asking_ && isSplit(route_) && !asking_->bound() && asking_->first().target)
        parts_.recorder.client(serving, asking_->first().target->name, sticky_, countsAsError(line.errorClass));
}

void Relay::recordAsking(const Call* answer, RequestLine& line)
{
    recordAttempts();
    const auto& attempts = asking_->attempts();
    if (answer == nullptr && !attempts.empty())
        answer = &attempts.back().call;
    if (!attempts.empty())
        ++parts_.metrics.relayed;
    if (answer == nullptr) {
        line.target = asking_->first().target ? asking_->first().target->name : "";
        return;
    }
    const AttemptResult& told = answer->result();
    line.target = told.target->name;
    line.keyId = told.key ? told.key->id : "";
    line.upstreamModel = told.target->modelFor(facts_.model);
    line.errorClass = told.errorClass;
    line.inputTokens = told.inputTokens;
    line.cachedTokens = told.cachedTokens;
    line.outputTokens = told.outputTokens;
    if (attempts.size() < 2)
        return;
    for (const Attempt& attempt : attempts) {
        const AttemptResult& one = attempt.call.result();
        line.attempts.push_back({one.target->name, one.key ? one.key->id : "", one.status, one.errorClass, one.ms, one.inputTokens, one.outputTokens, one.skipped});
    }
}

} // namespace drover::gateway
