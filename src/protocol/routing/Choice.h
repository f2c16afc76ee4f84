// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace drover {

// Where one sticky key goes: weighted rendezvous hashing (Schindelhauer and Schomaker 2005): each candidate's score
// is -ln(u)/weight with u from XXH3(sticky key, candidate); the least wins. Every share is the configured one, and
// raising one weight moves sticky keys only to that candidate (D23, D31, D35). Weights ≤ 0 are never chosen.
struct Candidate {
    std::uint64_t salt = 0; // saltOf(id), computed once a generation
    double weight = 0;
};
std::uint64_t saltOf(std::string_view id);
// 64 bits for a sticky key (XXH3).
std::uint64_t stickyHash(std::string_view stickyKey);
// Index of the winner, or candidates.size() where no weight is positive.
std::size_t choose(std::uint64_t sticky, std::span<const Candidate> candidates);
// Whether a request is in a sample of the given share: uniform in the hash, independent of choose().
bool inSample(std::uint64_t sticky, std::uint64_t salt, double share);

} // namespace drover
