// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider/Scenario.h"

#include <algorithm>

namespace drover::sandbox {
namespace {

constexpr std::array<std::string_view, sideCount> sideNames{"legacy", "holysheep"};
constexpr std::array<std::string_view, regionCount> regionNames{"main", "us-east", "us-west", "eu-west", "ap-south"};

Scenario healthyScenario()
{
    Scenario scenario;
    scenario.name = "healthy";
    auto& legacy = scenario.targets[std::size_t(Side::legacy)];
    // Legacy never fails by itself: its errors would reach the clients, and no scenario is about that.
    legacy.latency = {.p50Ms = 25, .p95Ms = 40};
    auto& holysheep = scenario.targets[std::size_t(Side::holysheep)];
    holysheep.latency = {.p50Ms = 28, .p95Ms = 45};
    holysheep.regionMs = {0, 0, 8, 14, 25};
    holysheep.errorRate = 0.001;
    return scenario;
}

} // namespace

std::string_view sideName(Side side)
{
    return sideNames[std::size_t(side)];
}

std::optional<Side> sideFrom(std::string_view name)
{
    const auto found = std::ranges::find(sideNames, name);
    if (found == sideNames.end())
        return std::nullopt;
    return Side(found - sideNames.begin());
}

std::string_view regionName(Region region)
{
    return regionNames[std::size_t(region)];
}

std::optional<Region> regionFrom(std::string_view name)
{
    const auto found = std::ranges::find(regionNames, name);
    if (found == regionNames.end())
        return std::nullopt;
    return Region(found - regionNames.begin());
}

const std::vector<std::string_view>& scenarioNames()
{
    static const std::vector<std::string_view> names{"healthy", "degraded", "slow", "diverging", "dead-key"};
    return names;
}

Result<Scenario> scenarioNamed(std::string_view name)
{
    const auto& names = scenarioNames();
    if (std::ranges::find(names, name) == names.end())
        return Error{Errc::invalidInput,
                     "unknown scenario \"" + std::string(name) +
                         "\": it is one of healthy, degraded, slow, diverging, dead-key",
                     "--scenario"};
    Scenario scenario = healthyScenario();
    scenario.name = name;
    auto& holysheep = scenario.targets[std::size_t(Side::holysheep)];
    if (name == "degraded") {
        scenario.late = holysheep;
        scenario.late->errorRate = 0.08;
    } else if (name == "slow") {
        scenario.late = holysheep;
        scenario.late->latency = {.p50Ms = 180, .p95Ms = 500};
    } else if (name == "diverging") {
        holysheep.divergence = 0.05;
    } else if (name == "dead-key") {
        scenario.deadKeys = true;
    }
    return scenario;
}

} // namespace drover::sandbox
