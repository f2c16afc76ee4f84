// SPDX-License-Identifier: Apache-2.0
#include "gateway/Metrics.h"

#include <algorithm>
#include <charconv>

namespace drover::gateway {
namespace {

std::string metricNumber(double value)
{
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    return {digits.data(), std::size_t(end - digits.data())};
}

// Prometheus' escapes for label values.
std::string label(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '\\' || c == '"')
            out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out + "\"";
}

void appendHead(std::string& out, std::string_view name, std::string_view type, std::string_view help)
{
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    out.append(name).append(" ").append(type).append("\n");
}

void appendOne(std::string& out, std::string_view name, std::string_view type, std::string_view help, double value)
{
    appendHead(out, name, type, help);
    out.append(name).append(" ").append(metricNumber(value)).append("\n");
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

void Metrics::appendTimes(std::string& out, std::string_view name, std::string_view help,
                          const std::map<std::string, Times>& times) const
{
    appendHead(out, name, "histogram", help);
    for (const auto& [target, one] : times) {
        const std::string who = "target=" + label(target);
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < one.counts.size(); ++i) {
            sum += one.counts[i];
            const std::string edge = i < bucketSeconds.size() ? metricNumber(bucketSeconds[i]) : "+Inf";
            out.append(name).append("_bucket{").append(who).append(",le=\"").append(edge).append("\"} ");
            out.append(std::to_string(sum)).append("\n");
        }
        out.append(name).append("_sum{").append(who).append("} ").append(metricNumber(one.sum)).append("\n");
        out.append(name).append("_count{").append(who).append("} ").append(std::to_string(sum)).append("\n");
    }
}

std::string Metrics::text(const Now& now) const
{
    std::string out;
    appendHead(out, "drover_requests_total", "counter", "Client requests by the target that answered and the class of the answer.");
    for (const auto& [key, count] : requestCounts_)
        out.append("drover_requests_total{target=").append(label(key.first)).append(",class=")
            .append(label(errorClassName(key.second))).append("} ").append(std::to_string(count)).append("\n");
    appendHead(out, "drover_attempts_total", "counter", "Calls of providers, mirrored ones included, by target, key and class.");
    for (const auto& [key, count] : attemptCounts_)
        out.append("drover_attempts_total{target=").append(label(key.second.first)).append(",key=").append(label(key.first))
            .append(",class=").append(label(errorClassName(key.second.second))).append("} ")
            .append(std::to_string(count)).append("\n");
    appendTimes(out, "drover_request_duration_seconds", "From a client's request to the last byte of its answer.", requestTimes_);
    appendTimes(out, "drover_first_byte_seconds", "From the call of a provider to the first byte of its answer's body.", firstByteTimes_);
    appendOne(out, "drover_fallbacks_total", "counter", "Client requests that legacy answered after another target did not.", double(fallbacks));
    appendOne(out, "drover_unauthorized_total", "counter", "Requests without a valid client token.", double(unauthorized));
    appendOne(out, "drover_limited_total", "counter", "Requests refused for a token's rate.", double(limited));
    appendOne(out, "drover_mirrored_total", "counter", "Client requests mirrored.", double(mirrored));
    appendOne(out, "drover_mirror_dropped_total", "counter", "Mirrored requests dropped for want of room.", double(mirrorDropped));
    appendOne(out, "drover_mirror_diverged_total", "counter", "Mirrored answers that said something else.", double(diverged));
    appendOne(out, "drover_mirror_waiting", "gauge", "Mirrored requests that wait for their turn.", double(now.mirrorWaiting));
    appendOne(out, "drover_rollback_refused_total", "counter", "Times legacy was asked for after its retirement.", double(now.rollbacksRefused));
    appendOne(out, "drover_generation", "gauge", "Generation of the routing document that is served.", double(now.generation));
    appendHead(out, "drover_target_share", "gauge", "Share of sticky keys ordered for a target.");
    for (const auto& [target, share] : now.shares)
        out.append("drover_target_share{target=").append(label(target)).append("} ").append(metricNumber(share)).append("\n");
    appendOne(out, "drover_lease_expired", "gauge", "1 when the lease has run out and new requests go to legacy.", now.leaseExpired ? 1 : 0);
    if (now.leaseLeftS)
        appendOne(out, "drover_lease_left_seconds", "gauge", "What is left of the lease.", *now.leaseLeftS);
    appendOne(out, "drover_requests_in_flight", "gauge", "Client requests that are being answered.", double(now.inFlight));
    appendOne(out, "drover_connections", "gauge", "Open connections of clients.", double(now.connections));
    appendOne(out, "drover_log_dropped_bytes_total", "counter", "Bytes of logs and evidence dropped because the disk was too slow.", double(now.logBytesDropped));
    appendOne(out, "drover_log_failures_total", "counter", "Writes of logs and evidence that failed.", double(now.logFailures));
    appendOne(out, "drover_tls_terminated_in_front", "gauge", "1 when plain HTTP is served beyond loopback because TLS ends in front.", now.tlsInFront ? 1 : 0);
    appendOne(out, "drover_draining", "gauge", "1 when nothing new is accepted.", now.draining ? 1 : 0);
    appendHead(out, "drover_gateway_info", "gauge", "Who this is.");
    out.append("drover_gateway_info{gateway=").append(label(now.gateway)).append(",version=\"" DROVER_VERSION "\"} 1\n");
    return out;
}

} // namespace drover::gateway
