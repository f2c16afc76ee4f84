// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"
#include "domain/gates/Evidence.h"
#include "domain/gates/Gate.h"
#include "domain/migration/MigrationPlan.h"
#include "domain/money/Cost.h"
#include "report/Language.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drover::report {

// Requests and what became of them, by class.
struct Outcomes {
    std::uint64_t requests = 0;
    std::uint64_t failures = 0; // what counts: for clients an answer that was none, for targets countsAsError()
    std::array<std::uint64_t, errorClassCount> byClass{};
};

// Attempts at one target in all roles, as the gateways counted them.
struct TargetOutcomes {
    std::string target;
    Outcomes attempts;
    std::uint64_t mirrored = 0; // of the attempts: shadow calls and legacy asked again, which no client waited for
    std::optional<std::uint64_t> providerCount; // what the provider itself counted (the sandbox does), if known
};

// Percentiles of one target over a short while; points ascend in time.
struct LatencyPoint {
    WallTime at{};
    double p50 = 0; // ms
    double p95 = 0;
    double p99 = 0;
    std::uint64_t requests = 0;
};
struct LatencySeries {
    std::string target;
    std::vector<LatencyPoint> points;
};

// What was ordered and what was served about a moment; points ascend in time.
struct SharePoint {
    WallTime at{};
    double ordered = 0;            // 0..1
    std::optional<double> served;  // of the requests about then; nothing where there were none
};

// The traffic on either side of the cutover: legacy before it, the new target after it.
struct BeforeAfter {
    TargetEvidence before;
    TargetEvidence after;
};

struct RotationStep {
    WallTime at{};
    std::string what;                // "mint", "store", "prove", "ramp", "promote", "overlap", "revoke", "undo" …
    std::optional<double> weight;    // of the new key within the target, 0..1
    std::string detail;              // one sentence, may be empty
};
struct RotationSummary {
    std::string state = "none";      // done, failed, none
    std::string keyId;               // the new key; never the key itself
    std::string previousKeyId;
    std::string why;                 // for a failed one
    std::vector<RotationStep> steps;
    std::vector<GateDecision> decisions;
};

// The clients' requests of the run on both price books, as if each had answered all of them.
struct MoneySummary {
    Duration window{};               // the time the usage is from
    CostSummary onLegacy;
    CostSummary onTarget;
    std::optional<Money> mirroring;  // what shadow calls and asking legacy again cost besides
};

// Everything the report of one migration says. Filled by app, drawn by the functions below; ids only, no secret.
struct MigrationReport {
    std::string migrationId;         // "m_…"
    std::string workspace;
    std::string policy;
    std::string environment;         // dev, stage, prod; may be empty
    std::string scenario;            // of the sandbox, empty otherwise
    bool simulated = false;          // the providers are the sandbox's: said on top
    std::string legacy = "legacy";
    std::string target = "holysheep";
    WallTime started{};
    std::optional<WallTime> ended;   // nothing while it runs
    WallTime written{};              // when the report was made
    Phase outcome = Phase::idle;     // done, rolled_back, paused, or the phase it is in
    std::optional<Phase> pausedIn;
    std::string why;                 // why it is paused or rolled back, with the numbers
    std::vector<StepRecord> timeline;
    std::vector<GateDecision> decisions;
    Outcomes clients;
    std::vector<TargetOutcomes> upstream;
    RotationSummary rotation;
    std::optional<BeforeAfter> atCutover;
    std::vector<LatencySeries> latency;
    std::vector<SharePoint> shares;
    std::optional<MoneySummary> money;
    std::vector<std::string> notes;  // beside those every report has, as they are
};

// One HTML file with its style and charts inside: it fetches nothing and runs no script.
std::string migrationReportHtml(const MigrationReport& report, Language language);
// The same values for programs.
std::string migrationReportJson(const MigrationReport& report);
// Gate decisions as a table: at, phase, step, share, gate, verdict, estimate, low, high, limit, n, needed, outcome, text.
std::string migrationReportCsv(const MigrationReport& report);

} // namespace drover::report
