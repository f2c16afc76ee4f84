// SPDX-License-Identifier: Apache-2.0
#include "protocol/config/LimitsConfig.h"

#include "protocol/config/CloudConfig.h"

namespace drover {
namespace {

constexpr std::uint64_t mostRequests = 10'000'000;
constexpr std::uint64_t mostTokens = 10'000'000'000;
constexpr Duration longestWait = 60s;

RateRule readRule(TomlFields& fields)
{
    return {double(fields.count("requests", 0, 0, mostRequests)), double(fields.count("tokens", 0, 0, mostTokens))};
}

std::string numberText(double value)
{
    return std::to_string(std::uint64_t(value));
}

std::string ruleText(const RateRule& rule)
{
    return "{ requests = " + numberText(rule.requests) + ", tokens = " + numberText(rule.tokens) + " }";
}

} // namespace

const std::map<std::string, RateRule, std::less<>>& playbookLimits()
{
    static const std::map<std::string, RateRule, std::less<>> table{{"deepseek-v3.2", {800, 50'000}},
                                                                    {"gpt-4.1", {2500, 150'000}},
                                                                    {"claude-sonnet-4.5", {2000, 120'000}},
                                                                    {"gemini-2.5-flash", {3000, 200'000}}};
    return table;
}

RateRule TargetConfig::Limits::of(std::string_view model) const
{
    if (const auto found = models.find(model); found != models.end())
        return found->second;
    if (playbook && playbookLimits().contains(model))
        return playbookLimits().find(model)->second;
    return others.value_or(playbook ? playbookOtherLimit : RateRule{});
}

void readLimits(TomlFields& fields, TargetConfig::Limits& limits)
{
    limits.playbook = fields.word("defaults", {"none", "playbook"}, 1) == 1;
    limits.wait = fields.duration("wait", Duration{0});
    if (limits.wait < Duration{0} || limits.wait > longestWait)
        fields.fail("wait", "0s to 60s was expected: how long a request may be kept for its turn");
    if (fields.has("others"))
        fields.table("others", [&](TomlFields& others) { limits.others = readRule(others); });
    fields.tables("models", [&](const std::string& model, TomlFields& one) { limits.models.emplace(model, readRule(one)); });
}

std::string writeLimits(const TargetConfig& target)
{
    const auto& limits = target.limits;
    if (limits == TargetConfig::Limits{})
        return {};
    const std::string header = "targets." + tomlKey(target.name) + ".limits";
    std::string out = "\n# Requests and tokens a minute, for each key and model. defaults: none, playbook.\n[" + header + "]\n";
    out += std::string("defaults = ") + (limits.playbook ? "\"playbook\"\n" : "\"none\"\n");
    if (limits.wait > Duration{0})
        out += "wait = " + tomlString(formatDuration(limits.wait)) + "\n";
    if (limits.others)
        out += "others = " + ruleText(*limits.others) + "\n";
    if (!limits.models.empty())
        out += "\n[" + header + ".models]\n";
    for (const auto& [model, rule] : limits.models)
        out += tomlKey(model) + " = " + ruleText(rule) + "\n";
    return out;
}

} // namespace drover
