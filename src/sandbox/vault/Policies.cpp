// SPDX-License-Identifier: Apache-2.0
#include "sandbox/vault/Tokens.h"

#include <algorithm>

namespace drover::sandbox {
namespace {

// What follows `from` up to the closing quote, and where it ends.
std::optional<std::string> nextQuoted(std::string_view text, std::size_t& from)
{
    const auto open = text.find('"', from);
    const auto close = open == std::string_view::npos ? open : text.find('"', open + 1);
    if (close == std::string_view::npos)
        return std::nullopt;
    from = close + 1;
    return std::string(text.substr(open + 1, close - open - 1));
}

constexpr std::string_view defaultPolicy =
    R"(path "auth/token/lookup-self" { capabilities = ["read"] }
path "auth/token/renew-self" { capabilities = ["update"] }
path "auth/token/revoke-self" { capabilities = ["update"] }
path "sys/capabilities-self" { capabilities = ["update"] }
path "cubbyhole/*" { capabilities = ["create", "read", "update", "delete", "list"] })";

} // namespace

VaultPolicies::VaultPolicies()
{
    put("default", defaultPolicy);
}

void VaultPolicies::put(const std::string& name, std::string_view text)
{
    std::vector<Rule> rules;
    std::size_t at = text.find("path");
    while (at != std::string_view::npos) {
        Rule rule;
        if (auto path = nextQuoted(text, at))
            rule.path = *std::move(path);
        const auto end = text.find(']', at);
        if (end == std::string_view::npos)
            break;
        const auto list = text.substr(0, end);
        while (auto capability = nextQuoted(list, at))
            rule.capabilities.insert(*std::move(capability));
        rules.push_back(std::move(rule));
        at = text.find("path", end);
    }
    policies_.insert_or_assign(name, std::move(rules));
}

std::set<std::string> VaultPolicies::capabilities(const std::vector<std::string>& policies, std::string_view path) const
{
    if (std::ranges::find(policies, "root") != policies.end())
        return {"root"};
    // An exact path wins over globs, a longer glob over a shorter; equal ones of several policies add up.
    std::string best;
    bool exact = false;
    std::set<std::string> found;
    for (const auto& name : policies) {
        const auto rules = policies_.find(name);
        if (rules == policies_.end())
            continue;
        for (const auto& rule : rules->second) {
            const bool glob = rule.path.ends_with('*');
            const auto fixed = std::string_view(rule.path).substr(0, rule.path.size() - (glob ? 1 : 0));
            if (glob ? !path.starts_with(fixed) || exact : path != fixed)
                continue;
            if (rule.path != best) {
                if (glob && fixed.size() + 1 < best.size())
                    continue;
                found.clear();
            }
            best = rule.path;
            exact = !glob;
            found.insert(rule.capabilities.begin(), rule.capabilities.end());
        }
    }
    if (found.contains("deny"))
        return {};
    return found;
}

bool VaultPolicies::touches(const std::vector<std::string>& policies, std::string_view mount) const
{
    if (std::ranges::find(policies, "root") != policies.end())
        return true;
    return std::ranges::any_of(policies, [&](const std::string& name) {
        const auto rules = policies_.find(name);
        return rules != policies_.end() && std::ranges::any_of(rules->second, [&](const Rule& rule) {
                   return rule.path.starts_with(mount) && !rule.capabilities.contains("deny");
               });
    });
}

} // namespace drover::sandbox
