// SPDX-License-Identifier: Apache-2.0
#include "gateway/Mirror.h"

namespace drover::gateway {

Mirror::Mirror(http::Loop& loop, http::Client& client, RoutingWatch& routing, Recorder& recorder, Metrics& metrics)
    : loop_(loop), client_(client), routing_(routing), recorder_(recorder), metrics_(metrics)
{
}

void Mirror::offer(MirrorJob job)
{
    if (queue_.size() >= maxWaiting || queuedBytes_ + job.body.size() > maxWaitingBytes) {
        ++metrics_.mirrorDropped;
        return;
    }
    ++metrics_.mirrored;
    queuedBytes_ += job.body.size();
    queue_.push_back(std::move(job));
    if (running_ >= maxRunning)
        return;
    ++running_;
    loop_.spawn(work());
}

void Mirror::clear()
{
    metrics_.mirrorDropped += queue_.size();
    queue_.clear();
    queuedBytes_ = 0;
}

http::Async<void> Mirror::work()
{
    while (!queue_.empty()) {
        MirrorJob job = std::move(queue_.front());
        queue_.pop_front();
        queuedBytes_ -= job.body.size();
        co_await run(std::move(job));
    }
    --running_;
}

bool Mirror::wanted(const MirrorJob& job, const Chosen& who) const
{
    const Serving& now = *routing_.serving();
    const auto& document = now.document();
    return document && now.generation() == job.serving->generation() && document->shadow &&
           document->shadow->target == job.target.target->name && now.keys().find(who.key->id) != nullptr;
}

http::Async<void> Mirror::run(MirrorJob job)
{
    const auto fresh = co_await ask(job, job.target, RequestRole::shadow);
    std::optional<AnswerContent> again;
    if (job.again)
        again = co_await ask(job, job.again, RequestRole::again);
    compare(job, fresh, again);
}

http::Async<std::optional<AnswerContent>> Mirror::ask(const MirrorJob& job, Chosen who, RequestRole role)
{
    RequestLine line;
    line.ts = loop_.clock().now();
    Question question;
    question.method = "POST";
    question.target = job.path;
    question.fields = &job.fields;
    question.body = job.body;
    question.facts = &job.facts;
    question.anthropic = job.anthropic;
    question.split = true;
    question.wantsContent = true;
    question.firstByteTime = job.firstByteTime;
    question.stillWanted = [&] { return wanted(job, who); };
    http::Cancel cancel;
    Call call{client_, loop_.clock(), who};
    if (!question.stillWanted()) {
        ++metrics_.mirrorDropped;
        co_return std::nullopt;
    }
    co_await call.begin(question, cancel);
    if (call.withdrawn()) {
        ++metrics_.mirrorDropped;
        co_return std::nullopt;
    }
    while (call.ok()) {
        const auto piece = co_await call.next();
        if (!piece.has_value()) {
            call.end(ErrorClass::cut);
        } else if (piece->empty()) {
            call.finish();
            break;
        } else {
            call.watch(*piece);
        }
    }
    const AttemptResult& result = call.result();
    recorder_.attempt(job.serving, result, job.facts.model, role, job.facts.stream);
    metrics_.attempt(who.target->name, who.key->shown, result.errorClass, result.firstByteMs);
    line.requestId = job.requestId;
    line.route = routeName(job.route);
    line.model = job.facts.model;
    line.upstreamModel = who.target->modelFor(job.facts.model);
    line.target = who.target->name;
    line.keyId = who.key->id;
    line.status = result.status;
    line.errorClass = result.errorClass;
    line.stream = job.facts.stream;
    line.ttftMs = result.firstByteMs;
    line.latencyMs = result.ms;
    line.inputTokens = result.inputTokens;
    line.cachedTokens = result.cachedTokens;
    line.outputTokens = result.outputTokens;
    line.phase = job.serving->phase();
    line.role = role;
    line.generation = job.serving->generation();
    recorder_.line(line);
    if (!call.ok())
        co_return std::nullopt;
    co_return call.facts().content;
}

void Mirror::compare(const MirrorJob& job, const std::optional<AnswerContent>& fresh,
                     const std::optional<AnswerContent>& again)
{
    if (!fresh)
        return;
    const Agreement agreement = agreementOf(job.legacy, *fresh);
    const Agreement own = again ? agreementOf(job.legacy, *again) : agreement;
    if (agreement == Agreement::unknown || own == Agreement::unknown)
        ++metrics_.mirrorNotCompared;
    if (agreement == Agreement::unknown)
        return;
    PairEvidence pair;
    pair.pairs = 1;
    const bool differs = agreement == Agreement::different;
    pair.diverged = differs ? 1 : 0;
    metrics_.diverged += pair.diverged;
    if (again && own != Agreement::unknown) {
        const bool noise = own == Agreement::different;
        pair.triples = 1;
        pair.onlyNew = differs && !noise ? 1 : 0;
        pair.onlyAgain = noise && !differs ? 1 : 0;
        pair.both = noise && differs ? 1 : 0;
    }
    recorder_.pair(job.serving, job.target.target->name, pair);
}

} // namespace drover::gateway
