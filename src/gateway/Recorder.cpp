// SPDX-License-Identifier: Apache-2.0
#include "gateway/Recorder.h"

#include "protocol/evidence/EvidenceLine.h"

namespace drover::gateway {
namespace {

constexpr Duration lineDelay = 100ms;
constexpr std::size_t lineBytes = 256 * 1024;

std::string_view roleText(RequestRole role)
{
    switch (role) {
    case RequestRole::shadow: return "shadow";
    case RequestRole::again: return "again";
    case RequestRole::client: break;
    }
    return "client";
}

EvidenceLine startLine(EvidenceLine::Kind kind, std::chrono::sys_seconds second, const std::string& gateway,
                       const Serving& serving, const std::string& target)
{
    EvidenceLine line;
    line.kind = kind;
    line.second = second;
    line.gateway = gateway;
    line.generation = serving.generation();
    if (const auto& document = serving.document()) {
        line.migration = document->migration;
        line.phase = document->phase;
        line.step = document->step;
    }
    line.target = target;
    return line;
}

} // namespace

Recorder::Recorder(const Clock& clock, FileWriter& writer, std::filesystem::path folder, std::string gateway)
    : clock_(clock), writer_(writer), folder_(std::move(folder)), gateway_(std::move(gateway)),
      second_(std::chrono::floor<std::chrono::seconds>(clock.now()))
{
}

void Recorder::line(const RequestLine& line)
{
    if (lines_.empty())
        linesSince_ = clock_.steady();
    appendRequestLine(lines_, line);
    if (lines_.size() >= lineBytes)
        flushLines();
}

void Recorder::attempt(const std::shared_ptr<const Serving>& serving, const AttemptResult& result,
                       std::string_view model, RequestRole role, bool stream)
{
    beginSecond();
    auto& counts = attempts_[AttemptKey{serving, result.target->name, std::string(model),
                                        result.key ? result.key->id : std::string{}, role}];
    ++counts.byClass[std::size_t(result.errorClass)];
    if (result.errorClass != ErrorClass::ok)
        return;
    if (result.firstByteMs)
        (stream ? counts.firstByteStreamed : counts.firstBytePlain).record(*result.firstByteMs);
    counts.total.record(result.ms);
    if (result.outputTokens)
        counts.outputTokens.record(double(*result.outputTokens));
    if (!result.finishReason.empty())
        ++counts.finishReasons[result.finishReason];
    counts.inputTokens += result.inputTokens.value_or(0);
    counts.cachedTokens += result.cachedTokens.value_or(0);
    counts.outputTokensSum += result.outputTokens.value_or(0);
}

void Recorder::client(const std::shared_ptr<const Serving>& serving, const std::string& target, std::uint64_t sticky,
                      bool failed)
{
    beginSecond();
    auto& counts = clients_[TargetKey{serving, target}];
    ++counts.requests;
    counts.failures += failed ? 1 : 0;
    counts.sticky.insert(sticky);
}

void Recorder::pair(const std::shared_ptr<const Serving>& serving, const std::string& target, const PairEvidence& pair)
{
    beginSecond();
    pairs_[TargetKey{serving, target}].add(pair);
}

void Recorder::beginSecond()
{
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
    if (now == second_)
        return;
    flushSecond();
    second_ = now;
}

void Recorder::tick()
{
    beginSecond();
    if (!lines_.empty() && clock_.steady() - linesSince_ >= lineDelay)
        flushLines();
}

void Recorder::flush()
{
    flushSecond();
    flushLines();
}

void Recorder::flushLines()
{
    if (lines_.empty())
        return;
    writer_.append(folder_ / "requests" / (gateway_ + "-" + formatDate(clock_.now()) + ".jsonl"), std::move(lines_));
    lines_.clear();
}

void Recorder::flushSecond()
{
    std::string out;
    for (const auto& [key, counts] : attempts_) {
        const auto& [serving, target, model, keyId, role] = key;
        EvidenceLine line = startLine(EvidenceLine::Kind::attempts, second_, gateway_, *serving, target);
        line.model = model;
        line.keyId = keyId;
        line.role = roleText(role);
        line.attempts = counts;
        appendEvidenceLine(out, line);
    }
    for (const auto& [key, counts] : clients_) {
        EvidenceLine line = startLine(EvidenceLine::Kind::clients, second_, gateway_, *key.first, key.second);
        line.role = "client";
        line.requests = counts.requests;
        line.failures = counts.failures;
        line.stickyKeys = counts.sticky.size();
        appendEvidenceLine(out, line);
    }
    for (const auto& [key, pair] : pairs_) {
        EvidenceLine line = startLine(EvidenceLine::Kind::pairs, second_, gateway_, *key.first, key.second);
        line.role = "shadow";
        line.pairs = pair;
        appendEvidenceLine(out, line);
    }
    attempts_.clear();
    clients_.clear();
    pairs_.clear();
    if (!out.empty())
        writer_.append(folder_ / "evidence" / (gateway_ + "-" + formatDate(WallTime{second_}) + ".jsonl"), std::move(out));
}

} // namespace drover::gateway
