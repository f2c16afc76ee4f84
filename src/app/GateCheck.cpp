// SPDX-License-Identifier: Apache-2.0
#include "app/GateCheck.h"

#include "protocol/evidence/EvidenceSums.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace drover::app {
namespace {

using StepPlace = std::tuple<std::string, Phase, std::uint32_t>; // migration, phase, step

} // namespace

Result<std::vector<GateResult>> checkGates(std::string_view lines, const MigrationPolicy& policy,
                                           const std::string& legacy, const std::string& target)
{
    std::map<StepPlace, EvidenceSums> steps;
    std::pair<std::uint64_t, StepPlace> newest;
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < lines.size();) {
        const std::size_t end = std::min(lines.find('\n', begin), lines.size());
        const std::string_view text = lines.substr(begin, end - begin);
        begin = end + 1;
        ++number;
        if (text.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        const Result<EvidenceLine> line = parseEvidenceLine(text);
        if (!line.has_value())
            return at("line " + std::to_string(number), line.error());
        const StepPlace place{line->migration, line->phase, line->step};
        newest = steps.empty() ? std::pair{line->generation, place} : std::max(newest, std::pair{line->generation, place});
        steps[place].add(*line);
    }
    if (steps.empty())
        return Error{Errc::invalidInput, "no evidence was given: pass the lines of gateway/evidence/*.jsonl", "stdin"};
    StepEvidence evidence;
    steps[newest.second].addTo(evidence, legacy, target);
    std::vector<GateResult> gates{judgeErrorRate(evidence.target, policy.canary.errorRateLimit),
                                  judgeAddedLatency(evidence.legacy, evidence.target, policy.canary.addedLatencyLimitMs)};
    if (evidence.pairs.pairs > 0)
        gates.push_back(judgeDivergence(evidence.pairs, policy.shadow.divergenceLimit));
    return gates;
}

Verdict worstOf(const std::vector<GateResult>& gates)
{
    Verdict worst = Verdict::pass;
    for (const GateResult& gate : gates) {
        if (gate.verdict == Verdict::fail)
            return Verdict::fail;
        if (gate.verdict == Verdict::inconclusive)
            worst = Verdict::inconclusive;
    }
    return worst;
}

std::string gatesJson(const std::vector<GateResult>& gates)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().field("verdict", verdictName(worstOf(gates))).key("gates").beginArray();
    for (const GateResult& gate : gates) {
        json.beginObject().field("name", gate.name).field("verdict", verdictName(gate.verdict));
        json.field("estimate", gate.estimate).field("low", gate.low).field("high", gate.high);
        json.field("limit", gate.limit).field("n", gate.n).field("needed", gate.needed).field("text", gate.text);
        json.endObject();
    }
    json.endArray().endObject();
    return out;
}

} // namespace drover::app
