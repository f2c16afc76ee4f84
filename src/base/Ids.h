// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Time.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace drover {

// Random 64-bit numbers from a seed (xoshiro256**, Blackman and Vigna 2018): the same seed gives the same run.
// Satisfies std::uniform_random_bit_generator. Not for secrets: those come from libsodium.
class Random {
public:
    using result_type = std::uint64_t;

    explicit Random(std::uint64_t seed);
    // Seeded by the system, for ids and jitter.
    static Random fromSystem();

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return ~std::uint64_t{0}; }
    result_type operator()();
    // Uniform in [0, 1).
    double uniform();
    // Uniform in [0, bound); bound > 0.
    std::uint64_t below(std::uint64_t bound);
    // Normal with mean 0 and deviation 1.
    double normal();
    // A generator of its own for one purpose, so that one consumer more does not shift all others.
    Random fork(std::string_view purpose) const;

private:
    std::uint64_t state_[4];
};

// A UUIDv7 (RFC 9562): 48 bits of milliseconds, then random bits. Sorts by time.
std::string uuid7(WallTime now, Random& random);
// "w_", "m_" … and 12 characters of Crockford base32 (60 random bits).
std::string shortId(std::string_view prefix, Random& random);
// What logs may show of an id (acceptance A96): the first 8 characters, then "..." if there were more.
std::string clipId(std::string_view id);
// FNV-1a and a finaliser: a stable hash for seeds and buckets, not against adversaries.
std::uint64_t stableHash(std::string_view text, std::uint64_t seed = 0);

} // namespace drover
