// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/Text.h"

#include "base/Ids.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace drover::sandbox {
namespace {

constexpr std::array<std::string_view, 32> answerWords{
    "the",    "herd",  "moves",  "north", "over",   "open",  "ground", "and",    "each", "rider", "keeps",
    "watch",  "until", "the",    "river", "is",     "near",  "slow",   "water",  "then", "turns", "east",
    "before", "night", "counts", "again", "finds",  "every", "one",    "rested", "fed",  "ready"};
constexpr std::uint32_t mostWords = 24;
constexpr std::size_t wordsAPiece = 8;

} // namespace

std::vector<std::string> answerPieces(std::uint64_t content, std::uint64_t variant, std::uint32_t tokens)
{
    Random random{content};
    const auto words = std::clamp<std::uint32_t>(tokens, 1, mostWords);
    std::vector<std::string> pieces;
    for (std::uint32_t i = 0; i < words; ++i) {
        if (i % wordsAPiece == 0)
            pieces.emplace_back();
        auto& piece = pieces.back();
        if (i != 0)
            piece += ' ';
        piece += answerWords[random.below(answerWords.size())];
    }
    if (variant != 0)
        pieces.front().insert(0, "Otherwise " + std::to_string(variant % 1000) + ": ");
    return pieces;
}

std::string joined(const std::vector<std::string>& pieces)
{
    std::string text;
    for (const auto& piece : pieces)
        text += piece;
    return text;
}

std::string hexId(std::uint64_t a, std::uint64_t b)
{
    std::array<char, 33> text{};
    std::snprintf(text.data(), text.size(), "%016llx%08llx", static_cast<unsigned long long>(a),
                  static_cast<unsigned long long>(b & 0xFFFFFFFFULL));
    return text.data();
}

} // namespace drover::sandbox
