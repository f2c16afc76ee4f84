// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/KeyPruning.h"

#include <algorithm>
#include <map>

namespace drover {
namespace {

// A date tells nothing: a person may have typed it, and the provider may go on accepting the key.
bool hasEnded(const PruneKey& key)
{
    const KeyState state = key.record.state;
    return state == KeyState::revoked || (state == KeyState::failed && !key.stored);
}

WallTime lastTrace(const PruneKey& key)
{
    const KeyRecord& record = key.record;
    return std::max({record.createdAt, record.provenAt.value_or(WallTime{}), record.lastUsedAt.value_or(WallTime{}), key.lastUsed.value_or(WallTime{})});
}

std::string whyKept(const PruneKey& key, WallTime now)
{
    const KeyRecord& record = key.record;
    const std::string state{keyStateName(record.state)};
    if (isLive(record.state))
        return state + ": in use";
    if (!key.holder.empty())
        return state + ", and named by " + key.holder;
    if (record.state == KeyState::added)
        return "never proven: verify it, or end it with `keys revoke " + record.id + "`";
    if (!hasEnded(key) && record.expiresAt && *record.expiresAt <= now)
        return state + ", and expired by its date, which is no proof: `keys revoke " + record.id + "` sees whether the provider refuses it";
    if (!hasEnded(key))
        return state + ", and may still live at the provider: end it with `keys revoke " + record.id + "`";
    return {};
}

} // namespace

std::vector<PruneLine> planPruning(const std::vector<PruneKey>& keys, const PruneRules& rules, WallTime now)
{
    std::vector<PruneLine> lines;
    std::map<std::string, std::vector<std::size_t>> young; // by target: ended, not yet past their time
    std::map<std::string, std::size_t> left;
    for (const PruneKey& key : keys) {
        PruneLine line{key.record, key.stored, false, whyKept(key, now)};
        if (line.why.empty()) {
            const std::string since = "last trace " + formatDate(lastTrace(key));
            line.removes = now - lastTrace(key) > rules.retention;
            line.why = std::string(keyStateName(key.record.state)) + ", " + since +
                       (line.removes ? ": more than " : ": kept for ") + formatDuration(rules.retention) + (line.removes ? " ago" : " after it");
            if (!line.removes)
                young[key.record.target].push_back(lines.size());
        }
        left[key.record.target] += line.removes ? 0 : 1;
        lines.push_back(std::move(line));
    }
    const auto older = [&](std::size_t a, std::size_t b) { return lastTrace(keys[a]) < lastTrace(keys[b]); };
    for (auto& [target, indexes] : young) {
        std::ranges::stable_sort(indexes, older);
        for (const std::size_t index : indexes) {
            if (left[target] <= rules.maxKeys)
                break;
            lines[index].removes = true;
            lines[index].why = std::string(keyStateName(lines[index].record.state)) + ", one of " + std::to_string(left[target]) +
                               " keys left where max_keys is " + std::to_string(rules.maxKeys);
            --left[target];
        }
    }
    for (const auto& [target, count] : left) {
        if (count > 0)
            continue;
        // The newest stays: an empty inventory could not say what there ever was.
        std::optional<std::size_t> newest;
        for (std::size_t i = 0; i < lines.size(); ++i)
            if (lines[i].record.target == target && (!newest || older(*newest, i)))
                newest = i;
        lines[*newest].removes = false;
        lines[*newest].why = std::string(keyStateName(lines[*newest].record.state)) + ", and the last key of target " + target;
    }
    return lines;
}

} // namespace drover
