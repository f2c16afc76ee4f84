// SPDX-License-Identifier: Apache-2.0
#include "protocol/usage/PriceCatalogue.h"

#include "protocol/json/JsonScan.h"

#include <algorithm>

namespace drover {
namespace {

struct PriceRow {
    ModelPrice price;
    std::vector<std::string> aliases;
    std::optional<Money> headline; // HolySheep's one figure
    std::string listModel;         // the maker's model whose list price it equals
    std::string mode;
    bool hasInput = false;
    bool hasOutput = false;
};

// The first thing that was wrong, with its place.
struct PriceReport {
    std::optional<Error> error;
    void fail(std::string where, std::string what)
    {
        if (!error)
            error = Error{Errc::invalidInput, std::move(what), std::move(where)};
    }
};

const Money mostPerMillion = Money::ofPicos(Int128{1'000'000} * 1'000'000'000'000);

std::optional<Money> takeMoney(JsonScan& scan, const std::string& where, PriceReport& report)
{
    if (scan.kind() == 'n') {
        scan.raw();
        return std::nullopt;
    }
    auto money = Money::parse(scan.raw());
    if (!money.has_value()) {
        report.fail(where, "a price as a decimal number was expected");
        return std::nullopt;
    }
    if (money->picos() < 0 || *money > mostPerMillion) {
        report.fail(where, "a price is not negative and at most 1,000,000 a million tokens");
        return std::nullopt;
    }
    return *money;
}

std::string takeString(JsonScan& scan)
{
    return scan.text().value_or(std::string());
}

std::vector<std::string> takeStrings(JsonScan& scan)
{
    std::vector<std::string> all;
    scan.items([&](JsonScan& item) {
        if (auto text = item.text())
            all.push_back(std::move(*text));
    });
    return all;
}

void setPrice(Money& to, bool& given, JsonScan& scan, const std::string& where, PriceReport& report)
{
    const auto money = takeMoney(scan, where, report);
    given = money.has_value();
    to = money.value_or(Money{});
}

PriceRow takeRow(JsonScan& scan, const std::string& place, PriceReport& report)
{
    PriceRow row;
    const bool whole = scan.members([&](std::string_view key, JsonScan& value) {
        const std::string where = place + "." + std::string(key);
        if (key == "model")
            row.price.model = takeString(value);
        else if (key == "provider")
            row.price.provider = takeString(value);
        else if (key == "mode")
            row.mode = takeString(value);
        else if (key == "aliases")
            row.aliases = takeStrings(value);
        else if (key == "source")
            row.price.source = takeString(value);
        else if (key == "as_of")
            row.price.asOf = takeString(value);
        else if (key == "input_usd_per_mtok")
            setPrice(row.price.input, row.hasInput, value, where, report);
        else if (key == "output_usd_per_mtok")
            setPrice(row.price.output, row.hasOutput, value, where, report);
        else if (key == "cached_input_usd_per_mtok")
            row.price.cachedInput = takeMoney(value, where, report);
        else if (key == "cache_write_usd_per_mtok")
            row.price.cacheWrite = takeMoney(value, where, report);
        else if (key == "usd_per_mtok")
            row.headline = takeMoney(value, where, report);
        else if (key == "equals_list_output_of")
            row.listModel = takeString(value);
    });
    if (!whole)
        report.fail(place, "an object was expected");
    else if (row.price.model.empty())
        report.fail(place + ".model", "the field is missing");
    return row;
}

std::vector<PriceRow> takeRows(JsonScan& scan, const std::string& name, PriceReport& report)
{
    std::vector<PriceRow> rows;
    const bool whole = scan.items([&](JsonScan& item) {
        rows.push_back(takeRow(item, name + "[" + std::to_string(rows.size()) + "]", report));
    });
    if (!whole)
        report.fail(name, "a list was expected");
    return rows;
}

bool namesModel(const PriceRow& row, const std::string& name)
{
    return row.price.model == name || std::ranges::find(row.aliases, name) != row.aliases.end();
}

void addHeadline(PriceBooks& books, const PriceRow& row, const std::vector<PriceRow>& models)
{
    const std::string& listed = row.listModel.empty() ? row.price.model : row.listModel;
    const auto list = std::ranges::find_if(models, [&](const PriceRow& model) { return namesModel(model, listed); });
    if (list == models.end() || !row.headline)
        return; // without an input price there is no price
    ModelPrice price = list->price;
    auto aliases = list->aliases;
    aliases.push_back(list->price.model);
    std::erase(aliases, row.price.model);
    price.model = row.price.model;
    price.provider = "holysheep";
    price.output = *row.headline;
    price.source = row.price.source + " (output); input as " + list->price.source;
    books.holysheep.add(std::move(price), aliases);
}

Result<void> addModels(PriceBook& book, const std::vector<PriceRow>& models)
{
    for (std::size_t i = 0; i < models.size(); ++i) {
        const bool hasOutput = models[i].hasOutput || models[i].mode == "embedding"; // which has none to pay for
        if (!models[i].hasInput || !hasOutput)
            return Error{Errc::invalidInput, "input_usd_per_mtok and output_usd_per_mtok are needed",
                         "models[" + std::to_string(i) + "]"};
        book.add(models[i].price, models[i].aliases);
    }
    return {};
}

} // namespace

const PriceBook* PriceBooks::find(std::string_view name) const
{
    return name == legacy.name() ? &legacy : name == holysheep.name() ? &holysheep : nullptr;
}

Result<PriceBooks> parsePriceCatalogue(std::string_view json)
{
    PriceBooks books;
    PriceReport report;
    std::vector<PriceRow> models, headlines;
    std::string format;
    JsonScan scan{json};
    const bool whole = scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "format")
            format = takeString(value);
        else if (key == "compiled")
            books.compiled = takeString(value);
        else if (key == "warnings")
            books.warnings = takeStrings(value);
        else if (key == "models")
            models = takeRows(value, "models", report);
        else if (key == "holysheep")
            value.members([&](std::string_view name, JsonScan& inner) {
                if (name == "headline_prices")
                    headlines = takeRows(inner, "holysheep.headline_prices", report);
            });
    });
    if (report.error)
        return *report.error;
    if (!whole || format != "model-price-catalogue")
        return Error{Errc::invalidInput, "this is no price catalogue", "format"};
    DROVER_CHECK(addModels(books.legacy, models));
    for (const auto& row : headlines)
        addHeadline(books, row, models);
    return books;
}

} // namespace drover
