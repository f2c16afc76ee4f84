// SPDX-License-Identifier: Apache-2.0
#include "domain/money/PriceBook.h"

#include <algorithm>
#include <limits>

namespace drover {
namespace {

std::uint64_t sumOrMost(std::uint64_t a, std::uint64_t b)
{
    return b > std::numeric_limits<std::uint64_t>::max() - a ? std::numeric_limits<std::uint64_t>::max() : a + b;
}

std::int64_t signedOrMost(std::uint64_t tokens)
{
    return std::int64_t(std::min(tokens, std::uint64_t(std::numeric_limits<std::int64_t>::max())));
}

} // namespace

void TokenCount::add(const TokenCount& other)
{
    input = sumOrMost(input, other.input);
    cached = sumOrMost(cached, other.cached);
    cacheWrite = sumOrMost(cacheWrite, other.cacheWrite);
    output = sumOrMost(output, other.output);
}

void PriceBook::add(ModelPrice price, const std::vector<std::string>& aliases)
{
    const auto known = byName_.find(price.model);
    const bool replaces = known != byName_.end() && prices_[known->second].model == price.model;
    const std::size_t place = replaces ? known->second : prices_.size();
    // A model's own name goes before an alias of another; among aliases the first stays.
    byName_[price.model] = place;
    for (const std::string& alias : aliases)
        byName_.try_emplace(alias, place);
    if (replaces)
        prices_[place] = std::move(price);
    else
        prices_.push_back(std::move(price));
}

const ModelPrice* PriceBook::find(std::string_view model) const
{
    const auto found = byName_.find(model);
    return found == byName_.end() ? nullptr : &prices_[found->second];
}

Money costOf(const ModelPrice& price, const TokenCount& tokens)
{
    // A log that claims more cached tokens than there was input must not make a negative price.
    const std::uint64_t cached = std::min(tokens.cached, tokens.input);
    const std::uint64_t written = std::min(tokens.cacheWrite, tokens.input - cached);
    const std::uint64_t fresh = tokens.input - cached - written;
    Money sum = price.input.perMillion(signedOrMost(fresh));
    sum += price.cachedInput.value_or(price.input).perMillion(signedOrMost(cached));
    sum += price.cacheWrite.value_or(price.input).perMillion(signedOrMost(written));
    sum += price.output.perMillion(signedOrMost(tokens.output));
    return sum;
}

} // namespace drover
