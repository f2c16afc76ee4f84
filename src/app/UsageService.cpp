// SPDX-License-Identifier: Apache-2.0
#include "app/UsageService.h"

#include "domain/money/Cost.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>
#include <set>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration usageDeadline = 30s;
constexpr Duration projectable = 1min;

const ModelPrice* priceFor(const Ports& ports, const std::string& target, const std::string& model)
{
    const auto book = ports.books.find(target);
    if (book == ports.books.end())
        return nullptr;
    // The provider sells it under its own name.
    const auto config = ports.config.targets.find(target);
    if (config != ports.config.targets.end()) {
        const auto renamed = config->second.models.find(model);
        if (renamed != config->second.models.end())
            if (const ModelPrice* price = book->second.find(renamed->second))
                return price;
    }
    return book->second.find(model);
}

std::optional<Money> costAt(const Ports& ports, const std::string& target, const std::string& model,
                            const TokenCount& tokens)
{
    const ModelPrice* price = priceFor(ports, target, model);
    if (!price)
        return std::nullopt;
    return costOf(*price, tokens);
}

std::string_view roleName(RequestRole role)
{
    switch (role) {
    case RequestRole::shadow:
        return "shadow";
    case RequestRole::again:
        return "again";
    case RequestRole::client:
        break;
    }
    return "client";
}

void writePercentiles(JsonWriter& json, std::string_view name, const Histogram& histogram)
{
    json.key(name).beginObject();
    json.field("p50", histogram.quantile(0.50)).field("p95", histogram.quantile(0.95));
    json.field("p99", histogram.quantile(0.99)).endObject();
}

std::string bookName(const Ports& ports, const std::string& target)
{
    const auto book = ports.books.find(target);
    return book == ports.books.end() ? std::string{} : book->second.name();
}

} // namespace

Task<Result<std::vector<UsageGroup>>> UsageService::groups(bool allRoles, UsageSpan span)
{
    UsageQuery query;
    query.allRoles = allRoles;
    query.from = span.from;
    query.to = span.to;
    co_return co_await ports_.usage.groups(std::move(query), Deadline::in(ports_.clock, usageDeadline));
}

Task<Result<UsageSummary>> UsageService::summary(bool allRoles)
{
    DROVER_CO_TRY(std::vector<UsageGroup> seen, co_await groups(allRoles));
    UsageSummary out;
    std::set<std::string> unpriced;
    for (UsageGroup& group : seen) {
        UsageLine line;
        line.cost = costAt(ports_, group.target, group.model, group.tokens);
        if (!line.cost)
            unpriced.insert(group.model);
        line.seen = std::move(group);
        out.groups.push_back(std::move(line));
    }
    out.unpriced.assign(unpriced.begin(), unpriced.end());
    co_return out;
}

Task<Result<std::map<std::string, std::uint64_t>>> UsageService::servedBy(UsageSpan span)
{
    DROVER_CO_TRY(const std::vector<UsageGroup> seen, co_await groups(false, span));
    std::map<std::string, std::uint64_t> out;
    for (const UsageGroup& group : seen)
        out[group.target] += group.requests;
    co_return out;
}

Task<Result<CostFacts>> UsageService::costs(std::string legacy, std::string target, UsageSpan span)
{
    DROVER_CO_TRY(const std::vector<UsageGroup> seen, co_await groups(false, span));
    CostFacts facts;
    facts.legacyBook = bookName(ports_, legacy);
    facts.targetBook = bookName(ports_, target);
    std::map<std::pair<std::string, std::string>, CostLine> lines;
    std::optional<WallTime> first;
    WallTime last{};
    for (const UsageGroup& group : seen) {
        first = first ? std::min(*first, group.first) : group.first;
        last = std::max(last, group.last);
        CostLine& line = lines[{group.target, group.model}];
        line.target = group.target;
        line.model = group.model;
        line.requests += group.requests;
        line.tokens.add(group.tokens);
    }
    for (auto& [key, line] : lines) {
        line.cost = costAt(ports_, line.target, line.model, line.tokens);
        line.onLegacy = costAt(ports_, legacy, line.model, line.tokens);
        line.onTarget = costAt(ports_, target, line.model, line.tokens);
        if (!line.cost)
            facts.unpriced.push_back(line.target + ' ' + line.model);
        // Only what both books know is compared; the rest is named.
        if (line.cost && line.onLegacy && line.onTarget) {
            facts.actual += *line.cost;
            facts.allOnLegacy += *line.onLegacy;
            facts.allOnTarget += *line.onTarget;
        }
        facts.lines.push_back(line);
    }
    if (first)
        facts.span = last - *first;
    if (facts.span >= projectable) {
        facts.monthlyOnLegacy = monthlyProjection(facts.allOnLegacy, facts.span);
        facts.monthlyOnTarget = monthlyProjection(facts.allOnTarget, facts.span);
    }
    co_return facts;
}

std::string usageJson(const UsageSummary& summary, bool allRoles)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().key("groups").beginArray();
    for (const UsageLine& line : summary.groups) {
        const UsageGroup& group = line.seen;
        json.beginObject().field("day", group.day).field("target", group.target).field("model", group.model);
        if (allRoles)
            json.field("role", roleName(group.role));
        json.field("requests", group.requests).field("errors", group.errors);
        json.field("input_tokens", group.tokens.input).field("cached_tokens", group.tokens.cached);
        json.field("output_tokens", group.tokens.output).field("cost", line.cost);
        writePercentiles(json, "latency_ms", group.latency);
        writePercentiles(json, "ttft_ms", group.firstByte);
        json.endObject();
    }
    json.endArray().key("unpriced").beginArray();
    for (const std::string& model : summary.unpriced)
        json.text(model);
    json.endArray().endObject();
    return out;
}

} // namespace drover::app
