// SPDX-License-Identifier: Apache-2.0
#include "app/UsageService.h"

#include "domain/money/Cost.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>
#include <set>
#include <utility>

namespace drover::app {
namespace {

// Some five milliseconds of reading at a time.
constexpr std::size_t usagePart = 256 * 1024;
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

void UsageService::take(std::string_view text)
{
    if (text.empty())
        return;
    const Result<RequestLine> line = parseRequestLine(text);
    if (!line.has_value()) {
        ++unreadable_;
        return;
    }
    const std::string day = formatDate(line->ts);
    UsageGroup& group = groups_[Key{day, line->target, line->model, line->role}];
    group.day = day;
    group.target = line->target;
    group.model = line->model;
    group.role = line->role;
    ++group.requests;
    if (line->errorClass != ErrorClass::ok)
        ++group.errors;
    TokenCount tokens;
    tokens.input = line->inputTokens.value_or(0);
    tokens.cached = line->cachedTokens.value_or(0);
    tokens.output = line->outputTokens.value_or(0);
    group.tokens.add(tokens);
    group.latency.record(line->latencyMs);
    if (line->ttftMs)
        group.ttft.record(*line->ttftMs);
    if (line->role != RequestRole::client)
        return;
    ++servedBy_[line->target];
    first_ = first_ ? std::min(*first_, line->ts) : line->ts;
    last_ = last_ ? std::max(*last_, line->ts) : line->ts;
}

Task<Result<void>> UsageService::takeNew()
{
    DROVER_CO_TRY(const std::vector<WorkspaceFile> files, co_await ports_.files.list("gateway/requests"));
    for (const WorkspaceFile& file : files) {
        if (!file.name.ends_with(".jsonl"))
            continue;
        Position& position = positions_[file.name];
        for (;;) {
            DROVER_CO_TRY(const std::string part, co_await ports_.files.readPart(file.name, position.offset, usagePart));
            if (part.empty())
                break;
            position.offset += part.size();
            position.rest += part;
            std::size_t begin = 0;
            for (std::size_t end; (end = position.rest.find('\n', begin)) != std::string::npos; begin = end + 1)
                take(std::string_view(position.rest).substr(begin, end - begin));
            position.rest.erase(0, begin);
        }
    }
    co_return Result<void>{};
}

Task<Result<UsageSummary>> UsageService::summary(bool allRoles)
{
    DROVER_CO_CHECK(co_await takeNew());
    UsageSummary out;
    std::set<std::string> unpriced;
    for (const auto& [key, group] : groups_) {
        if (!allRoles && group.role != RequestRole::client)
            continue;
        UsageGroup row = group;
        row.cost = costAt(ports_, row.target, row.model, row.tokens);
        if (!row.cost)
            unpriced.insert(row.model);
        out.groups.push_back(std::move(row));
    }
    out.unpriced.assign(unpriced.begin(), unpriced.end());
    co_return out;
}

Task<Result<CostFacts>> UsageService::costs(std::string legacy, std::string target)
{
    DROVER_CO_CHECK(co_await takeNew());
    CostFacts facts;
    facts.legacyBook = bookName(ports_, legacy);
    facts.targetBook = bookName(ports_, target);
    std::map<std::pair<std::string, std::string>, CostLine> lines;
    for (const auto& [key, group] : groups_) {
        if (group.role != RequestRole::client)
            continue;
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
    if (first_ && last_)
        facts.span = *last_ - *first_;
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
    for (const UsageGroup& group : summary.groups) {
        json.beginObject().field("day", group.day).field("target", group.target).field("model", group.model);
        if (allRoles)
            json.field("role", roleName(group.role));
        json.field("requests", group.requests).field("errors", group.errors);
        json.field("input_tokens", group.tokens.input).field("cached_tokens", group.tokens.cached);
        json.field("output_tokens", group.tokens.output).field("cost", group.cost);
        writePercentiles(json, "latency_ms", group.latency);
        writePercentiles(json, "ttft_ms", group.ttft);
        json.endObject();
    }
    json.endArray().key("unpriced").beginArray();
    for (const std::string& model : summary.unpriced)
        json.text(model);
    json.endArray().endObject();
    return out;
}

} // namespace drover::app
