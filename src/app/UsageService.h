// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "domain/migration/MigrationFacts.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace drover::app {

// One line of `usage summary`: what was counted, and what it cost.
struct UsageLine {
    UsageGroup seen;
    std::optional<Money> cost;         // on the target's own book; nothing where no price is known
};
struct UsageSummary {
    std::vector<UsageLine> groups;     // sorted by day, target, model, role
    std::vector<std::string> unpriced; // models without a price, each once
};
std::string usageJson(const UsageSummary& summary, bool allRoles); // contracts.md

// A part of the request log, by arrival; empty = all of it.
struct UsageSpan {
    std::optional<WallTime> from, to;
};

// What the gateways' request log adds up to, in requests and in money.
class UsageService {
public:
    explicit UsageService(Ports& ports) : ports_(ports) {}
    Task<Result<UsageSummary>> summary(bool allRoles);
    // What the clients' traffic cost as it was split, and what all of it would cost on each of the two books.
    Task<Result<CostFacts>> costs(std::string legacy = "legacy", std::string target = "holysheep", UsageSpan span = {});
    // Answers to clients, by target.
    Task<Result<std::map<std::string, std::uint64_t>>> servedBy(UsageSpan span = {});

private:
    Task<Result<std::vector<UsageGroup>>> groups(bool allRoles, UsageSpan span = {});

    Ports& ports_;
};

} // namespace drover::app
