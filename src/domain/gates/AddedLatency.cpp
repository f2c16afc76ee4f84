// SPDX-License-Identifier: Apache-2.0
// The added-latency gate, which has more to say than the others: two kinds of answers, two sides, four bounds.
#include "domain/gates/Gate.h"
#include "domain/gates/Text.h"
#include "domain/latency/Quantile.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace drover {
namespace {

constexpr double latencyQuantile = 0.95;
constexpr double leastShareOfTraffic = 0.01;

struct LatencyKind {
    std::string_view name;
    const Histogram& legacy;
    const Histogram& target;
};

bool isRare(const LatencyKind& kind, std::uint64_t legacyTotal, std::uint64_t targetTotal)
{
    const auto below = [](std::uint64_t count, std::uint64_t total) {
        return total == 0 || double(count) < leastShareOfTraffic * double(total);
    };
    return below(kind.legacy.count(), legacyTotal) && below(kind.target.count(), targetTotal);
}

// How many more a side it may take: first the least that bounds need, then a guess from the width, which shrinks
// as 1/√n. 0 where the estimate is over the limit already, so that more of the same cannot pass.
std::uint64_t latencyMissing(const GateResult& gate)
{
    const std::uint64_t least = quantileUpperNeeds(latencyQuantile, partConfidence);
    if (gate.n < least)
        return least - gate.n;
    if (!(gate.estimate < gate.limit))
        return 0;
    const double ratio = (gate.high - gate.estimate) / (gate.limit - gate.estimate);
    const double more = double(gate.n) * (ratio * ratio - 1);
    return std::uint64_t(std::clamp(std::ceil(more), 1.0, 1e12));
}

std::string latencyText(const GateResult& gate, const LatencyKind& kind)
{
    const std::string limit = ", limit " + millisecondsText(gate.limit);
    const std::string which = kind.name.empty() ? "" : std::string(kind.name) + " ";
    const std::uint64_t least = quantileUpperNeeds(latencyQuantile, partConfidence);
    if (gate.n < least)
        return "Only " + countText(kind.legacy.count(), which + "answer") + " of legacy and " +
               std::to_string(kind.target.count()) + " of the new target: the p95 needs " + std::to_string(least) +
               " a side" + limit;
    const bool failed = gate.verdict == Verdict::fail;
    std::string text = "p95 of the first byte, " + which + "answers: " +
                       millisecondsText(kind.target.quantile(latencyQuantile).value_or(0)) + " against " +
                       millisecondsText(kind.legacy.quantile(latencyQuantile).value_or(0)) + " of legacy, " +
                       std::string(failed ? "at least " : "at most ") +
                       millisecondsText(failed ? gate.low : gate.high, failed ? Rounding::down : Rounding::up, gate.limit) +
                       " added with 95 % confidence" + limit;
    if (gate.verdict != Verdict::inconclusive)
        return text;
    if (gate.needed == 0)
        return text + "; the estimate itself is over the limit";
    return text + "; about " + countText(gate.needed, "more answer") + " a side still missing";
}

GateResult judgeKind(const LatencyKind& kind, double limitMs)
{
    constexpr double unknown = std::numeric_limits<double>::infinity();
    const auto bound = [](const Histogram& values, bool upper) {
        return upper ? quantileUpperBound(values, latencyQuantile, partConfidence)
                     : quantileLowerBound(values, latencyQuantile, partConfidence);
    };
    GateResult gate;
    gate.name = "added_latency";
    gate.limit = limitMs;
    gate.n = std::min(kind.legacy.count(), kind.target.count());
    if (gate.n > 0)
        gate.estimate = kind.target.quantile(latencyQuantile).value_or(0) - kind.legacy.quantile(latencyQuantile).value_or(0);
    const auto targetLow = bound(kind.target, false);
    const auto targetHigh = bound(kind.target, true);
    const auto legacyLow = bound(kind.legacy, false);
    const auto legacyHigh = bound(kind.legacy, true);
    gate.low = targetLow && legacyHigh ? *targetLow - *legacyHigh : -unknown;
    gate.high = targetHigh && legacyLow ? *targetHigh - *legacyLow : unknown;
    const bool enough = gate.n >= quantileUpperNeeds(latencyQuantile, partConfidence);
    if (enough && gate.high < limitMs)
        gate.verdict = Verdict::pass;
    else if (enough && gate.low > limitMs)
        gate.verdict = Verdict::fail;
    else
        gate.needed = latencyMissing(gate);
    gate.text = latencyText(gate, kind);
    return gate;
}

// Which of two kinds says more against advancing: fail, then inconclusive (the one that misses more; none that can
// help first), then pass; among equals the one that may add more.
bool isWorse(const GateResult& a, const GateResult& b)
{
    const auto rank = [](const GateResult& gate) {
        return gate.verdict == Verdict::fail ? 2 : gate.verdict == Verdict::inconclusive ? 1 : 0;
    };
    if (rank(a) != rank(b))
        return rank(a) > rank(b);
    if (a.verdict == Verdict::inconclusive && a.needed != b.needed)
        return a.needed == 0 || (b.needed != 0 && a.needed > b.needed);
    return a.high > b.high;
}

} // namespace

GateResult judgeAddedLatency(const TargetEvidence& legacy, const TargetEvidence& target, double limitMs)
{
    const LatencyKind plain{"plain", legacy.firstBytePlain, target.firstBytePlain};
    const LatencyKind streamed{"streamed", legacy.firstByteStreamed, target.firstByteStreamed};
    const std::uint64_t legacyTotal = plain.legacy.count() + streamed.legacy.count();
    const std::uint64_t targetTotal = plain.target.count() + streamed.target.count();
    if (legacyTotal == 0 && targetTotal == 0)
        return judgeKind({"", plain.legacy, plain.target}, limitMs);
    const bool plainIsRare = isRare(plain, legacyTotal, targetTotal);
    const bool streamedIsRare = isRare(streamed, legacyTotal, targetTotal);
    if (plainIsRare || streamedIsRare) {
        const LatencyKind& rare = plainIsRare ? plain : streamed;
        GateResult gate = judgeKind(plainIsRare ? streamed : plain, limitMs);
        if (rare.legacy.count() + rare.target.count() > 0)
            gate.text += " (" + std::string(rare.name) + " answers are less than 1 % of the traffic and left out)";
        return gate;
    }
    GateResult first = judgeKind(plain, limitMs);
    GateResult second = judgeKind(streamed, limitMs);
    return isWorse(second, first) ? second : first;
}

} // namespace drover
