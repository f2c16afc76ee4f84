// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/Behaviour.h"

#include "base/Ids.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace drover::sandbox {
namespace {

constexpr std::size_t mostRemembered = 1'000'000;
constexpr double z95 = 1.6448536269514722; // the 95 % quantile of the normal law

std::uint64_t mixed(std::uint64_t a, std::uint64_t b)
{
    // The finaliser of SplitMix64 over both words.
    std::uint64_t z = a + 0x9E3779B97F4A7C15ULL * (b + 1);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

double latencyFrom(const LatencyLaw& law, Random& random)
{
    const double sigma = std::log(law.p95Ms / law.p50Ms) / z95;
    return law.p50Ms * std::exp(sigma * random.normal());
}

Fate errorFate(double pick)
{
    Fate fate;
    fate.kind = pick < 0.25 ? Fate::Kind::reset : Fate::Kind::error;
    fate.status = pick < 0.5 ? 500 : pick < 0.75 ? 503 : 529;
    return fate;
}

} // namespace

Behaviour::Behaviour(Scenario scenario, std::uint64_t seed)
    : scenario_(std::move(scenario)), seed_(seed), laws_(scenario_.targets)
{
    window_.assign(std::max<std::uint32_t>(scenario_.onsetWindow, 1), Side::legacy);
}

void Behaviour::watchOnset(Side side)
{
    if (late_ || !scenario_.late)
        return;
    Side& oldest = window_[next_];
    holysheepCalls_ -= oldest == Side::holysheep ? 1 : 0;
    holysheepCalls_ += side == Side::holysheep ? 1 : 0;
    oldest = side;
    next_ = (next_ + 1) % window_.size();
    if (double(holysheepCalls_) > scenario_.onsetShare * double(window_.size())) {
        late_ = true;
        law(Side::holysheep) = *scenario_.late;
    }
}

std::uint64_t Behaviour::draw(Side side, std::uint64_t content)
{
    auto& asked = asked_[std::size_t(side)];
    if (asked.size() >= mostRemembered)
        asked.clear();
    const auto ordinal = asked[content]++;
    return mixed(mixed(seed_, content), (std::uint64_t(ordinal) << 8) + std::uint64_t(side));
}

Fate Behaviour::decide(Side side, Region region, std::uint64_t content, std::uint32_t outputTokens)
{
    watchOnset(side);
    const auto& law = laws_[std::size_t(side)];
    Random random{draw(side, content)};
    // Every number is drawn whatever the law, so that a change of one rate does not shift the others.
    const double firstByteMs = latencyFrom(law.latency, random) + law.regionMs[std::size_t(region)];
    const double luck = random.uniform();
    const double pick = random.uniform();
    const double taste = random.uniform();
    const auto variant = random() | 1;

    Fate fate = luck < law.errorRate ? errorFate(pick) : Fate{};
    fate.firstByteMs = firstByteMs;
    fate.generationMs = std::min(double(outputTokens) * scenario_.tokenMs, scenario_.generationCapMs);
    if (taste < law.noise + law.divergence)
        fate.variant = variant;
    return fate;
}

} // namespace drover::sandbox
