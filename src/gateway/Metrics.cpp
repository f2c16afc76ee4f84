// SPDX-License-Identifier: Apache-2.0
#include "gateway/Metrics.h"

#include "protocol/prometheus/TextFormat.h"

#include <algorithm>

namespace drover::gateway {
namespace {

void sampleOne(PrometheusText& text, std::string_view name, std::string_view type, std::string_view help, double value)
{
    text.begin(name, type, help);
    text.sample(value);
}

} // namespace

void Metrics::Times::record(double ms)
{
    const double seconds = ms / 1000;
    const auto place = std::lower_bound(bucketSeconds.begin(), bucketSeconds.end(), seconds);
    ++counts[std::size_t(place - bucketSeconds.begin())];
    sum += seconds;
}

void Metrics::request(const std::string& target, ErrorClass errorClass, double ms)
{
    ++requests;
    ++requestCounts_[{target, errorClass}];
    requestTimes_[target].record(ms);
}

void Metrics::attempt(const std::string& target, const std::string& key, ErrorClass errorClass,
                      std::optional<double> firstByteMs)
{
    ++attemptCounts_[{key, {target, errorClass}}];
    if (firstByteMs)
        firstByteTimes_[target].record(*firstByteMs);
}

void Metrics::skip(AttemptLine::Skipped why, const std::string& target, const std::string& key)
{
    ++(why == AttemptLine::Skipped::limit ? limitSkips_ : breakerSkips_)[{target, key}];
}

void Metrics::appendTimes(std::string& out, std::string_view name, std::string_view help,
                          const std::map<std::string, Times>& times) const
{
    PrometheusText text{out};
    text.begin(name, "histogram", help);
    for (const auto& [target, spent] : times)
        text.histogram({{"target", target}}, bucketSeconds, spent.counts, spent.sum);
}

void Metrics::appendHealth(PrometheusText& text, const std::vector<ProviderHealth::Line>& health) const
{
    text.begin("drover_breaker_state", "gauge", "0 closed, 1 half-open, 2 open; of a target's host, and of each key.");
    for (const auto& one : health) {
        const double state = one.state == Breaker::State::closed ? 0 : one.state == Breaker::State::halfOpen ? 1 : 2;
        text.sample({{"target", one.target}, {"host", one.host}, {"key", one.key}}, state);
    }
    text.begin("drover_breaker_skips_total", "counter", "Attempts that were not made because the breaker of the target or key was open.");
    for (const auto& [whom, count] : breakerSkips_)
        text.sample({{"target", whom.first}, {"key", whom.second}}, double(count));
    text.begin("drover_limit_skips_total", "counter", "Attempts that were not made because a limit of the key was reached.");
    for (const auto& [whom, count] : limitSkips_)
        text.sample({{"target", whom.first}, {"key", whom.second}}, double(count));
}

void Metrics::appendLimits(PrometheusText& text, const std::vector<Limits::Line>& limits)
{
    text.begin("drover_limit", "gauge", "Requests and tokens a minute that may go, by target, key and model.");
    for (const auto& one : limits) {
        text.sample({{"target", one.target}, {"key", one.key}, {"model", one.model}, {"of", "requests"}}, one.rule.requests);
        text.sample({{"target", one.target}, {"key", one.key}, {"model", one.model}, {"of", "tokens"}}, one.rule.tokens);
    }
    text.begin("drover_limit_used", "gauge", "What went, or has its place, in the last minute of it.");
    for (const auto& one : limits) {
        text.sample({{"target", one.target}, {"key", one.key}, {"model", one.model}, {"of", "requests"}}, one.requestsUsed);
        text.sample({{"target", one.target}, {"key", one.key}, {"model", one.model}, {"of", "tokens"}}, one.tokensUsed);
    }
}

std::string Metrics::text(const Now& now) const
{
    std::string out;
    PrometheusText text{out};
    text.begin("drover_requests_total", "counter", "Client requests by the target that answered and the class of the answer.");
    for (const auto& [key, count] : requestCounts_)
        text.sample({{"target", key.first}, {"class", errorClassName(key.second)}}, double(count));
    text.begin("drover_attempts_total", "counter", "Calls of providers, mirrored ones included, by target, key and class.");
    for (const auto& [key, count] : attemptCounts_)
        text.sample({{"target", key.second.first}, {"key", key.first}, {"class", errorClassName(key.second.second)}},
                    double(count));
    appendTimes(out, "drover_request_duration_seconds", "From a client's request to the last byte of its answer.", requestTimes_);
    appendTimes(out, "drover_first_byte_seconds", "From the call of a provider to the first byte of its answer's body.", firstByteTimes_);
    sampleOne(text, "drover_fallbacks_total", "counter", "Client requests that were tried on legacy after another target failed them.", double(fallbacks));
    sampleOne(text, "drover_retries_total", "counter", "Calls of providers made again after a wait, because nobody else could be asked.", double(retries));
    appendHealth(text, now.health);
    appendLimits(text, now.limits);
    sampleOne(text, "drover_unauthorized_total", "counter", "Requests without a valid client token.", double(unauthorized));
    sampleOne(text, "drover_limited_total", "counter", "Requests refused for a token's rate.", double(limited));
    sampleOne(text, "drover_mirrored_total", "counter", "Client requests mirrored.", double(mirrored));
    sampleOne(text, "drover_mirror_dropped_total", "counter", "Mirrored requests dropped for want of room, or because the routing changed before their turn.", double(mirrorDropped));
    sampleOne(text, "drover_mirror_diverged_total", "counter", "Mirrored answers that said something else.", double(diverged));
    sampleOne(text, "drover_mirror_not_compared_total", "counter", "Mirrored answers left out: neither side could be read whole.", double(mirrorNotCompared));
    sampleOne(text, "drover_mirror_waiting", "gauge", "Mirrored requests that wait for their turn.", double(now.mirrorWaiting));
    sampleOne(text, "drover_rollback_refused_total", "counter", "Times legacy was asked for after its retirement.", double(now.rollbacksRefused));
    sampleOne(text, "drover_keys_stale", "gauge", "1 while the sealed keys cannot be had from Redis and the last ones serve.", now.keysProblem ? 1 : 0);
    sampleOne(text, "drover_generation", "gauge", "Generation of the routing document that is served.", double(now.generation));
    text.begin("drover_target_share", "gauge", "Share of sticky keys ordered for a target.");
    for (const auto& [target, share] : now.shares)
        text.sample({{"target", target}}, share);
    sampleOne(text, "drover_lease_expired", "gauge", "1 when the lease has run out and new requests go to legacy.", now.leaseExpired ? 1 : 0);
    if (now.leaseLeftS)
        sampleOne(text, "drover_lease_left_seconds", "gauge", "What is left of the lease.", *now.leaseLeftS);
    sampleOne(text, "drover_requests_in_flight", "gauge", "Client requests that are being answered.", double(now.inFlight));
    sampleOne(text, "drover_connections", "gauge", "Open connections of clients.", double(now.connections));
    sampleOne(text, "drover_log_dropped_bytes_total", "counter", "Bytes of logs and evidence dropped because the disk was too slow.", double(now.logBytesDropped));
    sampleOne(text, "drover_log_failures_total", "counter", "Writes of logs and evidence that failed.", double(now.logFailures));
    sampleOne(text, "drover_tls_terminated_in_front", "gauge", "1 when plain HTTP is served beyond loopback because TLS ends in front.", now.tlsInFront ? 1 : 0);
    sampleOne(text, "drover_draining", "gauge", "1 when nothing new is accepted.", now.draining ? 1 : 0);
    text.begin("drover_gateway_info", "gauge", "Who this is.");
    text.sample({{"gateway", now.gateway}, {"version", DROVER_VERSION}}, 1);
    return out;
}

} // namespace drover::gateway
