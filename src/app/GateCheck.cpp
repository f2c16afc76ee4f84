// SPDX-License-Identifier: Apache-2.0
#include "app/GateCheck.h"

#include "protocol/evidence/EvidenceLine.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>

namespace drover::app {

Result<std::vector<GateResult>> checkGates(std::string_view lines, const MigrationPolicy& policy,
                                           const std::string& legacy, const std::string& target)
{
    StepEvidence evidence;
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
        if (line->kind == EvidenceLine::Kind::pairs && line->target == target)
            evidence.pairs.add(line->pairs);
        if (line->kind != EvidenceLine::Kind::attempts)
            continue;
        if (line->target == legacy)
            evidence.legacy.add(line->attempts);
        else if (line->target == target)
            evidence.target.add(line->attempts);
    }
    if (number == 0)
        return Error{Errc::invalidInput, "no evidence was given: pass the lines of gateway/evidence/*.jsonl", "stdin"};
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
