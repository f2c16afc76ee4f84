// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/gates/ErrorClass.h"
#include "gateway/Limits.h"
#include "gateway/ProviderHealth.h"
#include "protocol/usage/RequestLine.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drover {
class PrometheusText;
}

namespace drover::gateway {

// Counts since the start, for /metrics. Used on the loop's thread.
class Metrics {
public:
    static constexpr std::array<double, 14> bucketSeconds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                                          1,     2.5,  5,     10,  30,  60,   120};

    void request(const std::string& target, ErrorClass errorClass, double ms);
    void attempt(const std::string& target, const std::string& key, ErrorClass errorClass,
                 std::optional<double> firstByteMs);

    // A target, or one of its keys, that was not asked.
    void skip(AttemptLine::Skipped why, const std::string& target, const std::string& key);

    std::uint64_t requests = 0;
    std::uint64_t relayed = 0; // of those, the ones that a provider was asked: each leaves evidence
    std::uint64_t fallbacks = 0;
    std::uint64_t retries = 0;
    std::uint64_t unauthorized = 0;
    std::uint64_t limited = 0;
    std::uint64_t mirrored = 0;
    std::uint64_t mirrorDropped = 0;
    std::uint64_t diverged = 0;
    std::uint64_t mirrorNotCompared = 0;

    // What others know at the moment of the scrape.
    struct Now {
        std::string gateway;
        std::uint64_t generation = 0;
        bool leaseExpired = false;
        std::optional<double> leaseLeftS;
        std::uint64_t rollbacksRefused = 0;
        bool keysProblem = false;
        std::uint64_t inFlight = 0;
        std::uint64_t connections = 0;
        std::uint64_t mirrorWaiting = 0;
        std::uint64_t logBytesDropped = 0;
        std::uint64_t logFailures = 0;
        bool tlsInFront = false;
        bool draining = false;
        std::map<std::string, double> shares;
        std::vector<ProviderHealth::Line> health;
        std::vector<Limits::Line> limits;
    };
    // The text format of Prometheus, version 0.0.4.
    std::string text(const Now& now) const;

private:
    struct Times {
        std::array<std::uint64_t, bucketSeconds.size() + 1> counts{};
        double sum = 0;
        void record(double ms);
    };
    using TargetClass = std::pair<std::string, ErrorClass>;
    static void appendLimits(PrometheusText& text, const std::vector<Limits::Line>& limits);
    void appendHealth(PrometheusText& text, const std::vector<ProviderHealth::Line>& health) const;
    void appendTimes(std::string& out, std::string_view name, std::string_view help,
                     const std::map<std::string, Times>& times) const;

    std::map<TargetClass, std::uint64_t> requestCounts_;
    std::map<std::pair<std::string, TargetClass>, std::uint64_t> attemptCounts_; // key, (target, class)
    std::map<std::pair<std::string, std::string>, std::uint64_t> breakerSkips_, limitSkips_; // target, key
    std::map<std::string, Times> requestTimes_;
    std::map<std::string, Times> firstByteTimes_;
};

} // namespace drover::gateway
