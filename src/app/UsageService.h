// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"
#include "ports/WorkspaceFiles.h"

#include "domain/latency/Histogram.h"
#include "domain/migration/MigrationFacts.h"
#include "domain/money/PriceBook.h"
#include "protocol/usage/RequestLine.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace drover::app {

// One line of `usage summary`.
struct UsageGroup {
    std::string day;                 // UTC date of ts
    std::string target;
    std::string model;
    RequestRole role = RequestRole::client;
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;        // class other than ok
    TokenCount tokens;
    std::optional<Money> cost;       // nothing where no price is known
    Histogram latency;
    Histogram ttft;
};
struct UsageSummary {
    std::vector<UsageGroup> groups;  // sorted by day, target, model, role
    std::vector<std::string> unpriced; // models without a price, each once
};
std::string usageJson(const UsageSummary& summary, bool allRoles); // contracts.md

// Reads the gateways' request log. Keeps where it was and what it counted, so that a call again reads new lines only;
// lines that cannot be read are counted, not fatal. A part at a time: the event loop stays free.
class UsageService {
public:
    UsageService(Ports& ports) : ports_(ports) {}
    Task<Result<UsageSummary>> summary(bool allRoles);
    // What the traffic cost as it was split, and on each of the two books; since `from` (a request's ts) or ever.
    Task<Result<CostFacts>> costs(std::string legacy = "legacy", std::string target = "holysheep");
    std::uint64_t unreadable() const { return unreadable_; }
    // Answers to clients by target; for the report.
    const std::map<std::string, std::uint64_t>& servedBy() const { return servedBy_; }

private:
    struct Position {
        std::uint64_t offset = 0;
        std::string rest;            // an unfinished last line
    };
    using Key = std::tuple<std::string, std::string, std::string, RequestRole>;

    Task<Result<void>> takeNew();
    void take(std::string_view line);

    Ports& ports_;
    std::map<std::string, Position> positions_;
    std::map<Key, UsageGroup> groups_;
    std::map<std::string, std::uint64_t> servedBy_;
    std::optional<WallTime> first_, last_; // client requests
    std::uint64_t unreadable_ = 0;
};

} // namespace drover::app
