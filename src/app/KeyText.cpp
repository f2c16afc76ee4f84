// SPDX-License-Identifier: Apache-2.0
#include "app/KeyService.h"

#include "app/KeyPublishing.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>
#include <array>

namespace drover::app {
namespace {

struct KnownPrefix {
    std::string_view prefix;
    std::string_view target;
};
// hs_ and hsa_ are the playbook's, cr_ is what the vendor's own command line takes.
constexpr std::array<KnownPrefix, 4> knownPrefixes{
    {{"sk-", "legacy"}, {"cr_", "holysheep"}, {"hs_", "holysheep"}, {"hsa_", "holysheep"}}};

} // namespace

std::string_view keyHealthName(KeyHealth health)
{
    constexpr std::array<std::string_view, 6> names{"unproven", "healthy", "failing", "expiring", "expired", "ended"};
    return names[std::size_t(health)];
}

bool isReservedKeyId(std::string_view id)
{
    return id == "state" || isProductionName(id) || id == kekName;
}

std::string whyNoKey(std::string_view text, std::string_view id)
{
    if (text.empty())
        return "no key was given";
    if (text.find_first_of(" \t\r\n") != std::string_view::npos)
        return "a key is one word: this has white space in it";
    if (text == id)
        return "this is the id, not the key: the id and the secret look swapped";
    if (text.starts_with("k_") || text.starts_with("key_") || text.starts_with("auto-rotate-"))
        return "this looks like a key's id, not like the key itself: the secret is shown once, when a key is made";
    if (text.starts_with("svc_acct_") || text.starts_with("apikey_") || text.starts_with("proj_"))
        return "this is an id of the provider's, not a key: the secret is shown once, when a key is made";
    if (text.starts_with("sk-admin-") || text.starts_with("sk-ant-admin"))
        return "this is an admin key: it makes and ends keys, and no model answers to it";
    if (text.starts_with("drv_"))
        return "this is a Drover client token, not a provider's key";
    if (text.starts_with("http://") || text.starts_with("https://"))
        return "this is an address, not a key";
    if (text.size() < 12)
        return "this is too short to be a key";
    if (std::ranges::any_of(text, [](char c) { return c < 0x21 || c > 0x7e; }))
        return "a key has only letters, digits and punctuation";
    return {};
}

std::string prefixWarning(std::string_view text, std::string_view target)
{
    const KnownPrefix* known = nullptr;
    for (const KnownPrefix& candidate : knownPrefixes)
        if (text.starts_with(candidate.prefix))
            known = &candidate;
    if (!known)
        return "the key begins with none of the known prefixes (sk-, cr_, hs_, hsa_); it is taken as it is: verify it";
    const bool fits = known->target == target;
    if (!fits && (target == "legacy" || target == "holysheep"))
        return "keys that begin with " + std::string(known->prefix) + " belong to " + std::string(known->target) +
               " as a rule, not to " + std::string(target);
    return {};
}

std::string keysJson(const std::vector<KeyRow>& rows)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().key("keys").beginArray();
    for (const KeyRow& row : rows) {
        const KeyRecord& record = row.record;
        json.beginObject().field("id", record.id).field("target", record.target).field("name", record.name);
        json.field("state", keyStateName(record.state)).field("health", keyHealthName(row.health));
        json.field("hint", record.hint).field("store", record.store).field("created_by", record.createdBy);
        json.field("created_at", record.createdAt).field("expires_at", record.expiresAt);
        json.field("last_used_at", record.lastUsedAt).field("proven_at", record.provenAt);
        json.field("age_s", double(std::int64_t(seconds(row.age))));
        json.field("weight", row.weight).field("share", row.share).field("sealed", row.sealed);
        json.field("requests", row.requests).field("errors", row.errors).field("p95_ms", row.p95);
        json.endObject();
    }
    json.endArray().endObject();
    return out;
}

} // namespace drover::app
