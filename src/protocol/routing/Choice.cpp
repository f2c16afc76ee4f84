// SPDX-License-Identifier: Apache-2.0
#include "protocol/routing/Choice.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cmath>
#include <limits>

namespace drover {
namespace {

// Uniform in (0, 1): never 0, so that the logarithm is finite.
double unit(std::uint64_t bits)
{
    return (double(bits >> 11) + 0.5) * 0x1.0p-53;
}

std::uint64_t mix(std::uint64_t sticky, std::uint64_t salt)
{
    return XXH3_64bits_withSeed(&sticky, sizeof sticky, salt);
}

} // namespace

std::uint64_t saltOf(std::string_view id)
{
    return XXH3_64bits_withSeed(id.data(), id.size(), 0x64726f7665722f31); // "drover/1"
}

std::uint64_t stickyHash(std::string_view stickyKey)
{
    return XXH3_64bits(stickyKey.data(), stickyKey.size());
}

std::size_t choose(std::uint64_t sticky, std::span<const Candidate> candidates)
{
    std::size_t winner = candidates.size();
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (!(candidates[i].weight > 0))
            continue;
        const double score = -std::log(unit(mix(sticky, candidates[i].salt))) / candidates[i].weight;
        if (score < best) {
            best = score;
            winner = i;
        }
    }
    return winner;
}

bool inSample(std::uint64_t sticky, std::uint64_t salt, double share)
{
    return share > 0 && unit(mix(sticky, ~salt)) < share;
}

} // namespace drover
