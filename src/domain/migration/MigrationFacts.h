// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Money.h"
#include "domain/gates/Evidence.h"
#include "domain/latency/Histogram.h"
#include "domain/migration/MigrationPlan.h"
#include "domain/money/PriceBook.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace drover {

// Everything a report says of one migration, gathered by app/ReportBuilder and drawn by report/. Values only; what is
// absent was not seen. No secret, no prompt, no whole key id where a log would cut it.

struct ChartPoint {             // one bucket of time of one target
    WallTime at{};
    std::string target;
    std::uint64_t requests = 0;  // attempts, mirrored ones too
    std::uint64_t errors = 0;
    std::uint64_t clients = 0;   // clients' requests first sent to this target: the served share
    std::optional<double> p50, p95, p99; // ms to the first body byte
};

struct CostLine {               // one model at one target
    std::string target;
    std::string model;
    std::uint64_t requests = 0;
    TokenCount tokens;
    std::optional<Money> cost;       // on that target's own price book; nothing where it has no price
    std::optional<Money> onLegacy;   // the same tokens on legacy's book
    std::optional<Money> onTarget;   // and on the new target's
};

struct CostFacts {
    std::string currency = "USD";
    std::vector<CostLine> lines;
    Money actual;                    // as the traffic was split
    Money allOnLegacy;               // all of it on legacy's book
    Money allOnTarget;
    std::optional<Money> monthlyOnLegacy; // 30 days at the rate seen; nothing for less than a minute of traffic
    std::optional<Money> monthlyOnTarget;
    Duration span{};                 // the traffic seen covers
    std::vector<std::string> unpriced; // "target model"
    std::string legacyBook, targetBook; // names of the books, with their dates
};

struct RotationFacts {
    std::string state = "none";      // done, failed, none, or the state of a running one
    std::string keyId;
    std::string previousKey;
    std::string why;
    struct Line {
        WallTime at{};
        std::string text;
    };
    std::vector<Line> history;
};

// The traffic before the cutover (legacy, in shadow and canary) and since (the new target), for comparing distributions.
struct CutoverComparison {
    std::string legacy = "legacy";
    std::string target = "holysheep";
    TargetEvidence before;
    TargetEvidence after;
};

struct AuditFact {
    WallTime at{};
    std::string actor, deed, subject, reason;
};

struct MigrationFacts {
    std::string workspace;           // its name
    std::string workspaceId;
    bool sandbox = false;
    std::string scenario;            // of the sandbox, where known
    std::string migration;           // "m_…", "" where none ever ran
    std::string legacy = "legacy";
    std::string target = "holysheep";
    MigrationPolicy policy;
    WallTime made{};                 // when the report was made
    std::optional<WallTime> begun;
    std::optional<WallTime> ended;
    Phase phase = Phase::idle;
    Phase pausedIn = Phase::idle;
    std::string why;                 // why it was paused or rolled back, with the numbers
    std::vector<StepRecord> timeline;
    std::vector<GateDecision> decisions;
    std::vector<GateResult> openGates;   // of the step that is going on
    std::vector<CalendarEntry> planned;  // at the earliest, from `begun`
    RotationFacts rotation;
    // Evidence of the whole run, by target: attempts by class, latencies, lengths, finish reasons.
    std::map<std::string, TargetEvidence> totals;
    std::optional<CutoverComparison> cutover; // nothing where it never came to that
    PairEvidence pairs;
    std::uint64_t clientRequests = 0;
    std::uint64_t clientFailures = 0;
    std::map<std::string, std::uint64_t> servedBy; // answers to clients, by target
    std::vector<ChartPoint> chart;   // ascending
    CostFacts cost;
    std::vector<AuditFact> audit;    // newest last
    // What a reader must know besides what report/ says by itself (repeated looks of the gates, rounding, projection):
    // retired models, a machine too slow …
    std::vector<std::string> notes;
};

} // namespace drover
