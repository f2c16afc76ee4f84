// SPDX-License-Identifier: Apache-2.0
#include "domain/gates/Gate.h"

#include "domain/gates/Text.h"

#include <array>
#include <limits>

namespace drover {
namespace {

constexpr std::array<std::string_view, 3> verdictNames{"pass", "fail", "inconclusive"};
constexpr std::uint64_t noNumber = std::numeric_limits<std::uint64_t>::max();

Verdict verdictOf(double low, double high, double limit)
{
    return high < limit ? Verdict::pass : low > limit ? Verdict::fail : Verdict::inconclusive;
}

// The least m for which holds(m), which must stay true once it is true; noNumber when none below 2^40 does.
template <class Holds>
std::uint64_t leastThat(const Holds& holds)
{
    if (holds(0))
        return 0;
    std::uint64_t good = 1;
    while (!holds(good)) {
        if (good >= std::uint64_t{1} << 40)
            return noNumber;
        good *= 2;
    }
    std::uint64_t bad = good / 2;
    while (good - bad > 1) {
        const std::uint64_t middle = bad + (good - bad) / 2;
        (holds(middle) ? good : bad) = middle;
    }
    return good;
}

std::string stillMissing(std::uint64_t needed, std::string_view what)
{
    if (needed == noNumber)
        return "; no number of clean ones can show that";
    return "; " + countText(needed, what) + " without one still missing";
}

std::string errorRateText(const GateResult& gate, std::uint64_t errors)
{
    if (gate.n == 0)
        return "No requests yet, limit " + percentText(gate.limit) + stillMissing(gate.needed, "request");
    std::string text = countText(errors, "error") + " in " + countText(gate.n, "request") + ": ";
    if (gate.verdict == Verdict::fail)
        text += "at least " + percentText(gate.low, Rounding::down, gate.limit);
    else
        text += "at most " + percentText(gate.high, Rounding::up, gate.limit);
    text += " with 95 % confidence, limit " + percentText(gate.limit);
    if (gate.verdict == Verdict::inconclusive)
        text += stillMissing(gate.needed, "request");
    return text;
}

std::string divergenceText(const GateResult& gate, const PairEvidence& pairs)
{
    if (gate.n == 0)
        return "No prompts that legacy was asked twice yet, limit " + percentText(gate.limit) +
               stillMissing(gate.needed, "prompt");
    std::string text = "On " + countText(gate.n, "prompt") + " the new target alone differed " +
                       countText(pairs.onlyNew, "time") + " and legacy's own second answer alone " +
                       countText(pairs.onlyAgain, "time") + ": an excess of " + percentText(gate.estimate) + ", ";
    if (gate.verdict == Verdict::fail)
        text += "at least " + percentText(gate.low, Rounding::down, gate.limit);
    else
        text += "at most " + percentText(gate.high, Rounding::up, gate.limit);
    text += " with 95 % confidence, limit " + percentText(gate.limit);
    if (gate.verdict == Verdict::inconclusive)
        text += stillMissing(gate.needed, "prompt");
    return text;
}

double excessHigh(const PairEvidence& pairs, std::uint64_t n)
{
    return upperBound(pairs.onlyNew, n, partConfidence) - lowerBound(pairs.onlyAgain, n, partConfidence);
}

} // namespace

std::string_view verdictName(Verdict verdict)
{
    return verdictNames[std::size_t(verdict)];
}

std::uint64_t cleanMissing(std::uint64_t errors, std::uint64_t n, double limit, double confidence)
{
    return leastThat([&](std::uint64_t more) { return upperBound(errors, n + more, confidence) < limit; });
}

GateResult judgeErrorRate(const TargetEvidence& target, double limit)
{
    const std::uint64_t errors = target.errors();
    GateResult gate;
    gate.name = "error_rate";
    gate.limit = limit;
    gate.n = target.requests();
    gate.estimate = gate.n == 0 ? 0 : double(errors) / double(gate.n);
    gate.low = lowerBound(errors, gate.n, gateConfidence);
    gate.high = upperBound(errors, gate.n, gateConfidence);
    gate.verdict = verdictOf(gate.low, gate.high, limit);
    if (gate.verdict == Verdict::inconclusive)
        gate.needed = cleanMissing(errors, gate.n, limit, gateConfidence);
    gate.text = errorRateText(gate, errors);
    if (gate.needed == noNumber)
        gate.needed = 0;
    return gate;
}

GateResult judgeDivergence(const PairEvidence& pairs, double limit)
{
    GateResult gate;
    gate.name = "divergence";
    gate.limit = limit;
    gate.n = pairs.triples;
    gate.estimate = gate.n == 0 ? 0 : (double(pairs.onlyNew) - double(pairs.onlyAgain)) / double(gate.n);
    gate.low = lowerBound(pairs.onlyNew, gate.n, partConfidence) - upperBound(pairs.onlyAgain, gate.n, partConfidence);
    gate.high = excessHigh(pairs, gate.n);
    gate.verdict = verdictOf(gate.low, gate.high, limit);
    if (gate.verdict == Verdict::inconclusive)
        gate.needed = leastThat([&](std::uint64_t more) { return excessHigh(pairs, gate.n + more) < limit; });
    gate.text = divergenceText(gate, pairs);
    if (gate.needed == noNumber)
        gate.needed = 0;
    return gate;
}

GateResult judgeAbort(const TargetEvidence& target, double limit)
{
    const std::uint64_t errors = target.errors();
    GateResult gate;
    gate.name = "abort";
    gate.limit = limit;
    gate.n = target.requests();
    gate.estimate = gate.n == 0 ? 0 : double(errors) / double(gate.n);
    gate.low = lowerBound(errors, gate.n, abortConfidence);
    gate.high = upperBound(errors, gate.n, abortConfidence);
    const bool fires = gate.n >= abortLeastRequests && gate.low > limit;
    gate.verdict = fires ? Verdict::fail : Verdict::pass;
    gate.text = countText(errors, "error") + " in " + countText(gate.n, "request") + ": ";
    if (gate.n < abortLeastRequests)
        gate.text += "the abort rule needs " + std::to_string(abortLeastRequests) + " requests to judge";
    else
        gate.text += "at least " + percentText(gate.low, Rounding::down, limit) + " with 99.9 % confidence, abort above " +
                     percentText(limit);
    return gate;
}

} // namespace drover
