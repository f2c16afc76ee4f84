// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Money.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

// Prices of one model, per million tokens, with where they are from. Absent = the source lists none.
struct ModelPrice {
    std::string model;
    std::string provider;
    Money input;
    std::optional<Money> cachedInput;
    std::optional<Money> cacheWrite;
    Money output;
    std::string source;   // "litellm@00035b69", "playbook L12"
    std::string asOf;     // "2026-07-18"
};

// Nobody's answer has so many tokens: a provider or a log that says more said no count.
inline constexpr std::uint64_t mostTokensOfAnAnswer = 1'000'000'000;

// Tokens of one or many requests. `input` is the whole input, cache included, whatever the dialect.
struct TokenCount {
    std::uint64_t input = 0;
    std::uint64_t cached = 0;      // read from the cache, part of input
    std::uint64_t cacheWrite = 0;  // written to the cache, part of input
    std::uint64_t output = 0;

    void add(const TokenCount& other); // stays at the greatest number rather than beginning anew at 0
    bool operator==(const TokenCount&) const = default;
};

class PriceBook {
public:
    explicit PriceBook(std::string name = {}) : name_(std::move(name)) {}
    const std::string& name() const { return name_; }
    // A model that is there already gets the new price. All amounts of one price must be of one currency.
    void add(ModelPrice price, const std::vector<std::string>& aliases = {});
    // By name or alias; nothing where the book has no price: never taken as 0.
    const ModelPrice* find(std::string_view model) const;
    const std::vector<ModelPrice>& prices() const { return prices_; }

private:
    std::string name_;
    std::vector<ModelPrice> prices_;
    std::map<std::string, std::size_t, std::less<>> byName_;
};

// Exact for prices up to 10^6 a million tokens, which is the most parsePriceCatalogue() takes:
// (input - cached - cacheWrite)·input + cached·cachedInput + cacheWrite·cacheWrite + output·output. Where a cache price is
// absent the input price holds.
Money costOf(const ModelPrice& price, const TokenCount& tokens);

} // namespace drover
