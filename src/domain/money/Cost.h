// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Money.h"
#include "base/Time.h"
#include "domain/money/PriceBook.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace drover {

// What was asked of one model.
struct ModelUsage {
    std::string model;            // the name the client sent
    std::uint64_t requests = 0;
    TokenCount tokens;
    bool operator==(const ModelUsage&) const = default;
};

struct ModelCost {
    std::string model;
    std::uint64_t requests = 0;
    TokenCount tokens;
    std::optional<Money> cost;    // nothing where no price is known: never 0
    std::string source;           // of the price, "litellm@00035b69"
    std::string asOf;             // "2026-07-18"
};

// Usage on one price book. What has no price stands apart and is in no sum.
struct CostSummary {
    std::string book;
    Money total;                  // of the models that have a price
    std::vector<ModelCost> models; // in the order of the usage
    std::uint64_t requests = 0;   // all of them
    std::uint64_t unpricedRequests = 0;

    std::vector<std::string> unpriced() const; // models without a price, sorted
    bool complete() const { return unpricedRequests == 0; }
};

// `renamed`: the name under which the book's provider sells a model, where it is not the client's. The summary is in
// the currency of the first price that is used; a model priced in another one counts as unpriced.
CostSummary costOfUsage(const PriceBook& book, const std::vector<ModelUsage>& usage,
                        const std::map<std::string, std::string>& renamed = {});

// A month of 30 days at the rate seen: observed · 30 d / window. Nothing for an empty window.
inline constexpr Duration projectionMonth = std::chrono::days{30};
std::optional<Money> monthlyProjection(const Money& observed, Duration window);

// The same usage on two books, on the models that both have a price for.
struct Saving {
    Money before;
    Money after;
    Money saved;                  // before - after; negative where the change costs more
    std::optional<double> fraction; // saved / before; nothing where before is 0
    std::uint64_t requests = 0;   // compared
    std::vector<std::string> leftOut; // models without a price in one of the books, sorted
};
// Nothing where the two are in different currencies, or no model is priced in both.
std::optional<Saving> savingOf(const CostSummary& before, const CostSummary& after);

} // namespace drover
