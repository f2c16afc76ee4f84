// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "domain/money/PriceBook.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

// The books of one price catalogue (resources/prices/model-prices.json). Amounts are taken from the text as decimals,
// never through binary floating point.
struct PriceBooks {
    PriceBook legacy{"legacy"};       // the makers' list prices
    PriceBook holysheep{"holysheep"}; // the playbook's headline prices as output prices; see parsePriceCatalogue()
    std::string compiled;             // date of the catalogue
    std::vector<std::string> warnings;

    // "legacy" or "holysheep"; nullptr for anything else.
    const PriceBook* find(std::string_view name) const;
};

// Errors: invalidInput with the field ("models[3].input_usd_per_mtok"), also for a price above 1,000,000.
//
// The playbook gives one figure a model for HolySheep without saying of what, and each equals the maker's list price
// of output. It is taken as the price of output, and input and cache are taken from the maker's row; `source` says so.
Result<PriceBooks> parsePriceCatalogue(std::string_view json);

// The text of the catalogue that every program carries in itself, as "model-prices".
std::optional<std::string_view> builtinPrices(std::string_view name);

} // namespace drover
