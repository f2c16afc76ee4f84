// SPDX-License-Identifier: Apache-2.0
#include "domain/money/Cost.h"

#include <algorithm>
#include <set>

namespace drover {
namespace {

const ModelPrice* priceFor(const PriceBook& book, const std::string& model,
                           const std::map<std::string, std::string>& renamed)
{
    const auto other = renamed.find(model);
    return book.find(other == renamed.end() ? model : other->second);
}

// Several lines of one model (days, targets) as one.
std::map<std::string, ModelCost, std::less<>> pricedByModel(const CostSummary& summary)
{
    std::map<std::string, ModelCost, std::less<>> byModel;
    for (const ModelCost& line : summary.models) {
        const auto [place, fresh] = byModel.try_emplace(line.model, line);
        if (fresh)
            continue;
        ModelCost& sum = place->second;
        sum.requests += line.requests;
        if (sum.cost && line.cost)
            *sum.cost += *line.cost;
        else
            sum.cost.reset();
    }
    return byModel;
}

} // namespace

std::vector<std::string> CostSummary::unpriced() const
{
    std::set<std::string> names;
    for (const ModelCost& line : models) {
        if (!line.cost)
            names.insert(line.model);
    }
    return {names.begin(), names.end()};
}

CostSummary costOfUsage(const PriceBook& book, const std::vector<ModelUsage>& usage,
                        const std::map<std::string, std::string>& renamed)
{
    CostSummary summary;
    summary.book = book.name();
    bool currencyKnown = false;
    for (const ModelUsage& used : usage) {
        ModelCost line{used.model, used.requests, used.tokens, std::nullopt, {}, {}};
        const ModelPrice* price = priceFor(book, used.model, renamed);
        if (price != nullptr && !currencyKnown) {
            summary.total = Money::ofPicos(0, price->input.currency());
            currencyKnown = true;
        }
        if (price != nullptr && price->input.currency() == summary.total.currency()) {
            line.cost = costOf(*price, used.tokens);
            line.source = price->source;
            line.asOf = price->asOf;
            summary.total += *line.cost;
        } else {
            summary.unpricedRequests += used.requests;
        }
        summary.requests += used.requests;
        summary.models.push_back(std::move(line));
    }
    return summary;
}

std::optional<Money> monthlyProjection(const Money& observed, Duration window)
{
    if (window <= Duration{0})
        return std::nullopt;
    return observed.scaled(seconds(projectionMonth) / seconds(window));
}

std::optional<Saving> savingOf(const CostSummary& before, const CostSummary& after)
{
    if (before.total.currency() != after.total.currency())
        return std::nullopt;
    const auto costsAfter = pricedByModel(after);
    Saving saving;
    saving.before = saving.after = Money::ofPicos(0, before.total.currency());
    bool any = false;
    for (const auto& [model, cost] : pricedByModel(before)) {
        const auto other = costsAfter.find(model);
        if (!cost.cost || other == costsAfter.end() || !other->second.cost) {
            saving.leftOut.push_back(model);
            continue;
        }
        any = true;
        saving.before += *cost.cost;
        saving.after += *other->second.cost;
        saving.requests += cost.requests;
    }
    if (!any)
        return std::nullopt;
    saving.saved = saving.before - saving.after;
    if (!saving.before.isZero())
        saving.fraction = saving.saved.approximate() / saving.before.approximate();
    return saving;
}

} // namespace drover
