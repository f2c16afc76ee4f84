// SPDX-License-Identifier: Apache-2.0
#include "SampleFacts.h"

#include "base/Ids.h"

#include <cmath>

namespace drover::test {
namespace {

struct Stage {
    Phase phase;
    std::uint32_t step;
    double share;
    int seconds;
};

constexpr Stage stages[] = {{Phase::shadow, 0, 0, 16},    {Phase::canary, 1, 0.05, 14},  {Phase::canary, 2, 0.25, 6},
                            {Phase::canary, 3, 0.45, 5},  {Phase::canary, 4, 0.65, 4},   {Phase::canary, 5, 0.85, 4},
                            {Phase::cutover, 0, 1.0, 8}, {Phase::overlap, 0, 1.0, 9}};

WallTime sampleStart()
{
    return parseTime("2026-11-22T13:05:10.250Z").value();
}

void serve(MigrationFacts& facts, Random& random, const std::string& target, std::uint64_t requests, double errorRate)
{
    TargetEvidence& seen = facts.totals[target];
    const double scale = target == "legacy" ? 24 : 17;
    for (std::uint64_t i = 0; i < requests; ++i) {
        const bool failed = random.uniform() < errorRate;
        ++seen.byClass[std::size_t(failed ? ErrorClass::upstream : ErrorClass::ok)];
        if (failed)
            continue;
        const double first = scale * std::exp(0.35 * random.normal());
        (i % 2 == 0 ? seen.firstBytePlain : seen.firstByteStreamed).record(first);
        seen.total.record(first * 3);
        seen.outputTokens.record(20 + double(random.below(180)));
        ++seen.finishReasons[random.uniform() < 0.93 ? "stop" : random.uniform() < 0.6 ? "length" : "tool_calls"];
    }
}

ChartPoint pointOf(Random& random, WallTime at, const std::string& target, std::uint64_t clients, std::uint64_t mirrored)
{
    const double scale = target == "legacy" ? 24 : 17;
    const double wave = scale * (1 + 0.08 * random.normal());
    ChartPoint point{at, target, clients + mirrored, 0, clients, {}, {}, {}};
    if (point.requests > 0) {
        point.p50 = wave;
        point.p95 = wave * (1.75 + 0.1 * random.normal());
        point.p99 = wave * (2.3 + 0.25 * std::abs(random.normal()));
    }
    return point;
}

void addMoney(MigrationFacts& facts)
{
    CostFacts& cost = facts.cost;
    const auto usd = [](const char* amount) { return Money::parse(amount).value(); };
    cost.legacyBook = "OpenAI list prices, 2026-07-18";
    cost.targetBook = "HolySheep <playbook>, 2026-11-22";
    cost.span = 66s;
    cost.lines = {{"legacy", "gpt-4.1", 9'120, {18'400'000, 0, 0, 251'000}, usd("38.808"), usd("38.808"), usd("34.9272")},
                  {"holysheep", "gpt-4.1", 10'480, {21'020'000, 1'200'000, 0, 288'100}, usd("40.10"), usd("42.5448"), usd("40.10")},
                  {"legacy", "in-house-7b", 12, {4'000, 0, 0, 900}, std::nullopt, std::nullopt, std::nullopt}};
    cost.actual = usd("78.908");
    cost.allOnLegacy = usd("81.3528");
    cost.allOnTarget = usd("75.0272");
    cost.monthlyOnLegacy = cost.allOnLegacy.scaled(39272.7);
    cost.monthlyOnTarget = cost.allOnTarget.scaled(39272.7);
    cost.unpriced = {"legacy in-house-7b"};
}

void addRotation(MigrationFacts& facts, WallTime at)
{
    facts.rotation.state = "done";
    facts.rotation.keyId = "k_9f3m2q7x1b4d";
    facts.rotation.previousKey = "k_01";
    for (const char* what : {"minted auto-rotate-20261122-130602", "stored", "proven in us-east, us-west, eu-west, ap-south",
                             "weight 10 %", "weight 50 %", "weight 100 %", "promoted", "old key revoked"})
        facts.rotation.history.push_back({at += 1s, what});
}

TargetEvidence step(std::uint64_t ok, std::uint64_t failed, double scale, Random& random)
{
    MigrationFacts part;
    serve(part, random, scale > 20 ? "legacy" : "holysheep", ok, 0);
    TargetEvidence seen = part.totals.begin()->second;
    seen.byClass[std::size_t(ErrorClass::upstream)] += failed;
    return seen;
}

void decide(MigrationFacts& facts, Random& random, const Stage& stage, WallTime at)
{
    if (stage.phase == Phase::overlap)
        return;
    const TargetEvidence legacy = step(500, 0, 24, random);
    if (stage.phase == Phase::shadow) {
        const GateResult latency = judgeAddedLatency(legacy, step(400, 0, 17, random), 50);
        facts.decisions.push_back({at - 9s, Phase::shadow, 0, 0, {judgeDivergence({900, 4, 71, 0, 0, 1}, 0.02), latency}, "wait"});
        facts.decisions.push_back({at - 4s, Phase::shadow, 0, 0, {judgeDivergence({1500, 7, 140, 0, 0, 1}, 0.02), latency}, "wait"});
        facts.decisions.push_back({at, Phase::shadow, 0, 0, {judgeDivergence({2210, 9, 231, 0, 1, 1}, 0.02), latency}, "advance"});
        return;
    }
    const TargetEvidence target = step(412, 0, 17, random);
    facts.decisions.push_back({at, stage.phase, stage.step, stage.share,
                               {judgeErrorRate(target, 0.01), judgeAddedLatency(legacy, target, 50)}, "advance"});
}

void rollBack(MigrationFacts& facts, Random& random, WallTime at)
{
    const GateResult abort = judgeAbort(step(150, 24, 17, random), 0.05);
    facts.decisions.push_back({at, Phase::canary, 3, 0.45, {abort}, "rollback"});
    facts.timeline.back().ended = at;
    facts.timeline.push_back({Phase::rolledBack, 0, 0, 16, at, at + 400ms, std::nullopt});
    facts.why = abort.text;
}

void pauseIn(MigrationFacts& facts, Random& random, WallTime at)
{
    const TargetEvidence slow = step(412, 9, 17, random);
    const GateResult gate = judgeErrorRate(slow, 0.01);
    facts.decisions.push_back({at, Phase::canary, 3, 0.45, {gate}, "hold"});
    facts.openGates = {gate};
    facts.pausedIn = Phase::canary;
    facts.why = "A gate is still failed after 20 s: " + gate.text;
}

} // namespace

MigrationFacts sampleFacts(Phase outcome)
{
    Random random{20261122};
    MigrationFacts facts;
    facts.workspace = "demo & <rehearsal>";
    facts.sandbox = true;
    facts.scenario = outcome == Phase::done ? "healthy" : "degraded";
    facts.migration = "m_3k7q9x2m4p1z";
    facts.policy.name = "rehearsal";
    facts.phase = outcome;
    facts.begun = sampleStart();
    WallTime at = sampleStart();
    std::uint64_t generation = 11;
    for (const Stage& stage : stages) {
        const WallTime end = at + std::chrono::seconds{stage.seconds};
        facts.planned.push_back({stage.phase == Phase::canary ? "canary " + std::to_string(int(stage.share * 100 + 0.5)) + " %"
                                                              : std::string(phaseName(stage.phase)),
                                 at - 500ms, stage.share});
        facts.timeline.push_back({stage.phase, stage.step, stage.share, generation++, at, at + 300ms, end});
        for (WallTime second = at; second < end; second += 1s) {
            const auto mirrored = stage.phase == Phase::shadow ? std::uint64_t{60} : std::uint64_t{0};
            const auto onTarget = std::uint64_t(std::llround(300 * stage.share + 6 * random.normal() * (stage.share > 0 && stage.share < 1 ? 1 : 0)));
            facts.chart.push_back(pointOf(random, second, "legacy", 300 - onTarget, 0));
            facts.chart.push_back(pointOf(random, second, "holysheep", onTarget, mirrored));
            serve(facts, random, "legacy", 300 - onTarget, 0.001);
            serve(facts, random, "holysheep", onTarget + mirrored, 0.001);
            facts.servedBy["legacy"] += 300 - onTarget;
            facts.servedBy["holysheep"] += onTarget;
            facts.clientRequests += 300;
        }
        at = end;
        if (stage.step == 3 && outcome == Phase::rolledBack) {
            rollBack(facts, random, at);
            break;
        }
        if (stage.step == 3 && outcome == Phase::paused) {
            facts.timeline.back().ended.reset();
            pauseIn(facts, random, at);
            break;
        }
        decide(facts, random, stage, at);
    }
    if (outcome == Phase::done) {
        facts.timeline.push_back({Phase::done, 0, 1, generation, at, at + 300ms, std::nullopt});
        addRotation(facts, at - 9s);
        serve(facts, random, "legacy", 0, 0);
        facts.cutover = CutoverComparison{"legacy", "holysheep", facts.totals["legacy"], facts.totals["holysheep"]};
    }
    if (outcome != Phase::paused)
        facts.ended = at + 1s;
    facts.made = at + 2s;
    facts.pairs = {2210, 9, 231, 0, 1, 1};
    addMoney(facts);
    facts.audit = {{sampleStart(), "rotation-service", "migrate start", facts.migration, "rehearsal \"one\""},
                   {at, "rotation-service", "migrate end", facts.migration, ""}};
    facts.notes = {"gpt-4.1 is past the retirement date its maker names."};
    return facts;
}

} // namespace drover::test
