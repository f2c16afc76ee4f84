// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"
#include "domain/gates/Binomial.h"
#include "domain/gates/Evidence.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace drover {

enum class Verdict { pass, fail, inconclusive };
std::string_view verdictName(Verdict verdict);

// One judgement, with everything a report needs to repeat it.
struct GateResult {
    std::string name;           // "error_rate", "added_latency", "divergence"
    Verdict verdict = Verdict::inconclusive;
    double estimate = 0;        // a fraction, or milliseconds for added_latency
    double low = 0;             // ends of the interval named in `text`; an end that cannot be known yet is infinite
    double high = 0;
    double limit = 0;
    std::uint64_t n = 0;        // requests, pairs, or the smaller side
    std::uint64_t needed = 0;   // how many more clean ones are missing for a pass; 0 unless inconclusive, and 0 where
                                // no number of them would do (latency whose estimate is over the limit already)
    std::string text;           // one English sentence with the numbers
    bool operator==(const GateResult&) const = default;
};

// What the gates are sure of, one-sided: an end of an advance gate; each of the two parts of a difference, so that
// the difference has the former; the abort rule.
inline constexpr double gateConfidence = 0.95;
inline constexpr double partConfidence = 0.975;
inline constexpr double abortConfidence = 0.999;
inline constexpr std::uint64_t abortLeastRequests = 100;

// Error rate of the target: pass when the exact (Clopper-Pearson) one-sided 95 % upper bound is below `limit`,
// fail when the one-sided lower bound is above it. 299 clean requests pass 1 %.
GateResult judgeErrorRate(const TargetEvidence& target, double limit);

// Excess divergence over legacy's own noise: estimate (b - c)/n; its ends from exact 97.5 % bounds of b and c.
GateResult judgeDivergence(const PairEvidence& pairs, double limit);

// Difference target - legacy of the p95 of the time to the first body byte, plain and streamed apart; the ends from
// order-statistic bounds (97.5 %) of each p95, so at least 72 requests a side. `needed` beyond these 72 is an estimate
// from the width so far, which shrinks as 1/√n. The worse of the two kinds decides;
// a kind with less than 1 % of the traffic on both sides is left out and said so. Limit in ms.
GateResult judgeAddedLatency(const TargetEvidence& legacy, const TargetEvidence& target, double limitMs);

// The abort rule: at least 100 requests on the step and the one-sided 99.9 % lower bound of the error rate above
// `limit` (0.05). Its verdict is fail (roll back at once) or pass; its name is "abort".
GateResult judgeAbort(const TargetEvidence& target, double limit);

// Clean requests still missing until upperBound(errors, n + missing, confidence) < limit; 0 where none are, the
// greatest number where none would do (a limit of 0).
std::uint64_t cleanMissing(std::uint64_t errors, std::uint64_t n, double limit, double confidence);

} // namespace drover
