// SPDX-License-Identifier: Apache-2.0
#include "gateway/Call.h"

#include "gateway/Dialect.h"

namespace drover::gateway {
namespace {

// Relays leave the last event away, so a reason to finish will do; the first events of a response name its status.
bool isFinal(std::string_view finishReason)
{
    return !finishReason.empty() && finishReason != "in_progress" && finishReason != "queued";
}

} // namespace

Call::Call(http::Client& client, const Clock& clock, Chosen who) : client_(client), clock_(clock), who_(std::move(who))
{
    result_.target = who_.target;
    result_.key = who_.key;
}

double Call::elapsedMs() const
{
    return milliseconds(clock_.steady() - started_);
}

http::Outgoing Call::compose(const Question& question, std::string& renamed) const
{
    const Place& place = who_.target->place(question.anthropic);
    http::Outgoing out;
    out.method = question.method;
    // The OpenAI base ends with the /v1 that the client's path begins with.
    const bool hasVersion = !question.anthropic && place.url.path.ends_with("/v1");
    out.target = place.url.path;
    out.target.append(hasVersion ? question.target.substr(3) : question.target);
    out.fields = *question.fields;
    addCredential(out.fields, *who_.key, question.anthropic);
    out.body = question.body;
    out.firstByteTime = question.firstByteTime;
    out.stillWanted = question.stillWanted;
    const std::string_view model = who_.target->modelFor(question.facts->model);
    if (question.facts->modelSize > 0 && model != question.facts->model) {
        renamed = withModel(question.body, *question.facts, model);
        out.body = renamed;
    }
    return out;
}

http::Async<void> Call::begin(const Question& question, http::Cancel& cancel)
{
    started_ = clock_.steady();
    split_ = question.split;
    if (!who_.key) {
        result_.errorClass = ErrorClass::auth;
        co_return;
    }
    std::string renamed;
    const http::Outgoing outgoing = compose(question, renamed);
    const Target& target = *who_.target;
    auto answer = co_await client_.send(target.place(question.anthropic).url, outgoing, cancel, target.caFile, target.proxy);
    if (!answer.has_value()) {
        withdrawn_ = answer.error().code == Errc::conflict;
        fail(answer.error());
        co_return;
    }
    exchange_ = std::move(*answer);
    result_.status = exchange_->head().status();
    const auto type = exchange_->head().find("content-type").value_or(std::string_view{});
    events_ = type.starts_with("text/event-stream");
    watch_.emplace(events_, question.wantsContent);
    if (result_.status >= 400) {
        co_await readError();
        co_return;
    }
    const auto piece = co_await exchange_->body().next();
    if (!piece.has_value()) {
        fail(piece.error());
        co_return;
    }
    if (piece->empty() && split_) { // a head alone is no answer
        fail({Errc::network, "an empty answer", target.name});
        co_return;
    }
    result_.firstByteMs = elapsedMs();
    first_ = *piece;
    watch_->feed(first_);
    answered_ = true;
    // An error as the first event of a stream: nothing has gone to the client yet.
    const bool failedAtOnce = events_ && watch_->facts().hasError;
    result_.errorClass = failedAtOnce ? ErrorClass::streamError : ErrorClass::ok;
    result_.ms = elapsedMs();
}

http::Async<void> Call::readError()
{
    auto body = co_await exchange_->body().readAll(errorLimit);
    if (!body.has_value()) {
        fail(body.error());
        co_return;
    }
    error_ = std::move(*body);
    // An error told as an event is read as one.
    watch_->feed(error_);
    result_.errorClass = classOfAnswer(result_.status, watch_->finish());
    result_.ms = elapsedMs();
    error_ = scrubbed(error_, *who_.key);
    first_ = error_;
    answered_ = true;
}

void Call::skip(AttemptLine::Skipped why, ErrorClass errorClass)
{
    result_.errorClass = errorClass;
    result_.skipped = why;
}

void Call::fail(const Error& error)
{
    timedOut_ = error.code == Errc::timeout;
    result_.ms = elapsedMs();
    result_.errorClass = error.code == Errc::cancelled || withdrawn_ ? ErrorClass::aborted
                         : error.code == Errc::protocol ? ErrorClass::upstream
                                                        : ErrorClass::network;
}

http::Async<Result<std::string_view>> Call::next()
{
    co_return co_await exchange_->body().next();
}

void Call::finish()
{
    if (result_.status >= 400)
        return;
    const AnswerFacts& facts = watch_->finish();
    result_.ms = elapsedMs();
    result_.inputTokens = facts.inputTokens;
    result_.cachedTokens = facts.cachedTokens;
    result_.outputTokens = facts.outputTokens;
    result_.finishReason = facts.content.finishReason;
    if (events_ && facts.hasError)
        result_.errorClass = ErrorClass::streamError;
    else if (events_ && split_ && !facts.complete && !isFinal(facts.content.finishReason))
        result_.errorClass = ErrorClass::cut;
}

void Call::end(ErrorClass errorClass)
{
    finish();
    result_.ms = elapsedMs();
    result_.errorClass = errorClass;
}

} // namespace drover::gateway
