// SPDX-License-Identifier: Apache-2.0
#include "protocol/redis/KeysHash.h"

#include "protocol/routing/Sealing.h"

#include <utility>

namespace drover::redis {
namespace {

// ARGV: field, "=" and the value expected there or "" for none, "=" and the next value or "" to remove it. Sets come before
// removals: a Redis that is out of memory refuses the first set, before anything is done. Without a change the rights to
// make one are tried on a field without a name, which nobody sees: a script is one step.
constexpr std::string_view changeScript = R"(
for i = 1, #ARGV, 3 do
  local stored = redis.call('HGET', KEYS[1], ARGV[i])
  if ARGV[i + 1] == '' then
    if stored then return 0 end
  elseif stored ~= string.sub(ARGV[i + 1], 2) then
    return 0
  end
end
for i = 1, #ARGV, 3 do
  if ARGV[i + 2] ~= '' then redis.call('HSET', KEYS[1], ARGV[i], string.sub(ARGV[i + 2], 2)) end
end
for i = 1, #ARGV, 3 do
  if ARGV[i + 2] == '' then redis.call('HDEL', KEYS[1], ARGV[i]) end
end
if #ARGV == 0 and not redis.call('HGET', KEYS[1], '') then
  redis.call('HDEL', KEYS[1], '')
  redis.call('HSET', KEYS[1], '', '')
  redis.call('HDEL', KEYS[1], '')
end
return 1
)";

const SealedKey* find(const SealedKeys& keys, const std::string& id)
{
    const auto found = keys.find(id);
    return found == keys.end() ? nullptr : &found->second;
}

bool same(const SealedKey* one, const SealedKey* other)
{
    return one == nullptr || other == nullptr ? one == other : *one == *other;
}

std::string argument(const std::optional<std::string>& value)
{
    return value ? "=" + *value : std::string();
}

std::string placeOf(const std::string& id)
{
    return std::string(keysHash) + ": " + id;
}

} // namespace

std::vector<std::string> readKeysCommand()
{
    return {"HGETALL", std::string(keysHash)};
}

Result<RawKeys> rawKeysOf(const Reply& reply)
{
    if (reply.isError())
        return errorOf(reply);
    if (reply.kind != Reply::Kind::list || reply.items.size() % 2 != 0)
        return Error{Errc::protocol, "Redis answered HGETALL with something else than fields and values", std::string(keysHash)};
    RawKeys raw;
    for (std::size_t i = 0; i < reply.items.size(); i += 2)
        raw.emplace(reply.items[i].text, reply.items[i + 1].text);
    return raw;
}

SealedKeys sealedKeysOf(const RawKeys& raw)
{
    SealedKeys keys;
    for (const auto& [id, text] : raw)
        if (auto key = parseSealedKey(text); key.has_value())
            keys.emplace(id, std::move(*key));
    return keys;
}

SealedKeys keysOfWorkspace(const RawKeys& raw, const std::set<std::string>& keks)
{
    SealedKeys keys = sealedKeysOf(raw);
    std::erase_if(keys, [&](const auto& entry) { return !keks.contains(entry.second.kek); });
    return keys;
}

Result<std::vector<FieldChange>> changesOf(const RawKeys& stored, const SealedKeys& expected, const SealedKeys& next,
                                           const std::set<std::string>& keks)
{
    const SealedKeys ours = keysOfWorkspace(stored, keks);
    std::set<std::string> ids;
    for (const SealedKeys* keys : {&expected, &next})
        for (const auto& entry : *keys)
            ids.insert(entry.first);
    std::vector<FieldChange> changes;
    for (const std::string& id : ids) {
        const SealedKey* const before = find(expected, id);
        const SealedKey* const after = find(next, id);
        const SealedKey* const now = find(ours, id);
        if (same(before, after) || same(now, after))
            continue; // nothing to do, or done already: by us, where the reply was lost
        const auto raw = stored.find(id);
        if (now == nullptr && raw != stored.end())
            return Error{Errc::refused,
                         "this field is not sealed with a key-encryption key of this workspace, and another workspace or router may "
                         "need it: one migration uses a Redis at a time. Give this workspace a Redis or database of its own, or remove "
                         "the field (HDEL) if nobody does",
                         placeOf(id)};
        if (!same(now, before))
            return Error{Errc::conflict, "another writer has changed this key in Redis meanwhile", placeOf(id)};
        FieldChange change;
        change.field = id;
        if (raw != stored.end())
            change.expected = raw->second;
        if (after != nullptr)
            change.next = writeSealedKey(*after);
        changes.push_back(std::move(change));
    }
    return changes;
}

std::vector<std::string> changeKeysCommand(std::span<const FieldChange> changes)
{
    std::vector<std::string> words{"EVAL", std::string(changeScript), "1", std::string(keysHash)};
    for (const FieldChange& change : changes)
        words.insert(words.end(), {change.field, argument(change.expected), argument(change.next)});
    return words;
}

Result<bool> keysChanged(const Reply& reply)
{
    if (reply.isError())
        return errorOf(reply);
    if (reply.kind != Reply::Kind::integer)
        return Error{Errc::protocol, "Redis answered the script with something else than a number", std::string(keysHash)};
    return reply.integer == 1;
}

} // namespace drover::redis
