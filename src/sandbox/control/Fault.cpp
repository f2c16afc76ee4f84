// SPDX-License-Identifier: Apache-2.0
#include "sandbox/control/Fault.h"

#include "sandbox/World.h"

#include <functional>
#include <map>
#include <string>

namespace drover::sandbox {
namespace {

Error wrongField(std::string_view field, std::string_view wanted)
{
    return Error{Errc::invalidInput, "is not " + std::string(wanted), std::string(field)};
}

// Works on copies, so that a wrong field leaves everything as it was.
struct ProviderLevers {
    TargetLaw law;
    ProviderFaults faults;
    bool deadKeys = false;
};

using Lever = std::function<Result<void>(ProviderLevers&, const Json&)>;

Result<void> setNumber(double& number, const Json& value, std::string_view field, double least, double most)
{
    const auto given = value.asDouble();
    if (!given || *given < least || *given > most)
        return wrongField(field, "a number from " + std::to_string(least) + " to " + std::to_string(most));
    number = *given;
    return {};
}

Result<void> setFlag(bool& flag, const Json& value, std::string_view field)
{
    const auto* given = value.asBool();
    if (given == nullptr)
        return wrongField(field, "true or false");
    flag = *given;
    return {};
}

Result<void> setDown(ProviderLevers& levers, const Json& value, bool down)
{
    const auto* name = value.asString();
    const auto region = name != nullptr ? regionFrom(*name) : std::nullopt;
    if (!region)
        return wrongField(down ? "down" : "up", "main, us-east, us-west, eu-west or ap-south");
    levers.faults.down[std::size_t(*region)] = down;
    return {};
}

Result<void> setMint(ProviderLevers& levers, const Json& value)
{
    const std::string name = value.asString() != nullptr ? *value.asString() : std::string();
    if (name == "fine")
        levers.faults.mint = ProviderFaults::Mint::fine;
    else if (name == "lost")
        levers.faults.mint = ProviderFaults::Mint::lost;
    else if (name == "lost_once")
        levers.faults.mint = ProviderFaults::Mint::lostOnce;
    else if (name == "absent")
        levers.faults.mint = ProviderFaults::Mint::absent;
    else
        return wrongField("mint", "fine, lost, lost_once or absent");
    return {};
}

const std::map<std::string_view, Lever>& providerLevers()
{
    constexpr double longestMs = 600'000;
    static const std::map<std::string_view, Lever> levers{
        {"hang", [](auto& to, const auto& v) { return setFlag(to.faults.hang, v, "hang"); }},
        {"down", [](auto& to, const auto& v) { return setDown(to, v, true); }},
        {"up", [](auto& to, const auto& v) { return setDown(to, v, false); }},
        {"error_rate", [](auto& to, const auto& v) { return setNumber(to.law.errorRate, v, "error_rate", 0, 1); }},
        {"noise", [](auto& to, const auto& v) { return setNumber(to.law.noise, v, "noise", 0, 1); }},
        {"divergence", [](auto& to, const auto& v) { return setNumber(to.law.divergence, v, "divergence", 0, 1); }},
        {"p50_ms", [](auto& to, const auto& v) { return setNumber(to.law.latency.p50Ms, v, "p50_ms", 0.001, longestMs); }},
        {"p95_ms", [](auto& to, const auto& v) { return setNumber(to.law.latency.p95Ms, v, "p95_ms", 0.001, longestMs); }},
        {"dead_keys", [](auto& to, const auto& v) { return setFlag(to.deadKeys, v, "dead_keys"); }},
        {"mint", [](auto& to, const auto& v) { return setMint(to, v); }},
        {"rate_limits", [](auto& to, const auto& v) { return setFlag(to.faults.limits, v, "rate_limits"); }},
    };
    return levers;
}

Result<void> applyToProvider(World& world, Side side, const Json::Object& fields)
{
    auto& provider = world.provider(side);
    ProviderLevers levers{world.behaviour.law(side), provider.faults(), provider.deadKeys()};
    for (const auto& [name, value] : fields) {
        if (name == "target")
            continue;
        const auto lever = providerLevers().find(name);
        if (lever == providerLevers().end())
            return wrongField(name, "a field of a fault");
        DROVER_CHECK(lever->second(levers, value));
    }
    if (levers.law.latency.p95Ms < levers.law.latency.p50Ms)
        return wrongField("p95_ms", "at least p50_ms");
    world.behaviour.law(side) = levers.law;
    provider.faults() = levers.faults;
    provider.setDeadKeys(levers.deadKeys);
    return {};
}

Result<void> applyToVault(World& world, const std::string& wish)
{
    if (wish == "seal" || wish == "unseal")
        world.vault.setSealed(wish == "seal");
    else if (wish == "hang" || wish == "answer")
        world.vaultHangs = wish == "hang";
    else
        return wrongField("vault", "seal, unseal, hang or answer");
    return {};
}

} // namespace

Result<void> applyFault(World& world, const Json& fault)
{
    const auto* fields = fault.asObject();
    if (fields == nullptr)
        return wrongField("body", "a JSON object");
    if (const auto* wish = fault["vault"].asString())
        return applyToVault(world, *wish);
    const auto* name = fault["target"].asString();
    const auto side = name != nullptr ? sideFrom(*name) : std::nullopt;
    if (!side)
        return wrongField("target", "legacy or holysheep");
    return applyToProvider(world, *side, *fields);
}

} // namespace drover::sandbox
