// SPDX-License-Identifier: Apache-2.0
#include "base/Ids.h"

#include <bit>
#include <cmath>
#include <numbers>
#include <random>

namespace drover {
namespace {

__extension__ typedef unsigned __int128 UInt128;

// splitmix64 (Steele et al. 2014), the recommended way to fill xoshiro's state.
std::uint64_t splitmix(std::uint64_t& state)
{
    std::uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

} // namespace

Random::Random(std::uint64_t seed)
{
    for (auto& word : state_)
        word = splitmix(seed);
}

Random Random::fromSystem()
{
    std::random_device device;
    return Random{(std::uint64_t{device()} << 32) | device()};
}

Random::result_type Random::operator()()
{
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

double Random::uniform()
{
    return double((*this)() >> 11) * 0x1.0p-53;
}

std::uint64_t Random::below(std::uint64_t bound)
{
    // Lemire's multiply-shift; the bias is below bound / 2^64.
    return std::uint64_t((UInt128((*this)()) * bound) >> 64);
}

double Random::normal()
{
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
}

Random Random::fork(std::string_view purpose) const
{
    return Random{stableHash(purpose, state_[0] ^ std::rotl(state_[3], 17))};
}

std::string uuid7(WallTime now, Random& random)
{
    const auto ms = std::uint64_t(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
    const std::uint64_t high = (ms << 16) | 0x7000 | (random() & 0x0fff);
    const std::uint64_t low = (random() & 0x3fffffffffffffff) | 0x8000000000000000;
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(36);
    for (int i = 0; i < 32; ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            out += '-';
        const std::uint64_t word = i < 16 ? high : low;
        out += digits[(word >> (60 - 4 * (i % 16))) & 15];
    }
    return out;
}

std::string shortId(std::string_view prefix, Random& random)
{
    static constexpr char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
    std::string out{prefix};
    std::uint64_t bits = random();
    for (int i = 0; i < 12; ++i, bits >>= 5)
        out += digits[bits & 31];
    return out;
}

std::string clipId(std::string_view id)
{
    return id.size() <= 8 ? std::string(id) : std::string(id.substr(0, 8)) + "...";
}

std::uint64_t stableHash(std::string_view text, std::uint64_t seed)
{
    std::uint64_t hash = 0xcbf29ce484222325 ^ seed;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return splitmix(hash);
}

} // namespace drover
