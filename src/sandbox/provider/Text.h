// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace drover::sandbox {

// The answer to a prompt in pieces, as a stream sends them; joined they are the text. The same for the same content
// and variant, whoever is asked; another variant always gives another text. `tokens` only bounds the length: at most
// 24 words, since usage says what was generated and nobody reads it.
std::vector<std::string> answerPieces(std::uint64_t content, std::uint64_t variant, std::uint32_t tokens);
std::string joined(const std::vector<std::string>& pieces);

// "3f2a…": 24 hex digits from two numbers, for ids.
std::string hexId(std::uint64_t a, std::uint64_t b);

} // namespace drover::sandbox
