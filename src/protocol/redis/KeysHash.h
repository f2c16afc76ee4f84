// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/keys/SealedKey.h"
#include "protocol/redis/Redis.h"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The hash holysheep:keys:encrypted: key id -> one sealed key, as a value of keys.json. The playbook's hash carries no workspace,
// so others may have fields in it. Ours is what is sealed with a key-encryption key of this workspace; nothing else is
// read as ours, changed or removed.
namespace drover::redis {

inline constexpr std::string_view keysHash = "holysheep:keys:encrypted";

using RawKeys = std::map<std::string, std::string>; // field -> value as it stands there

std::vector<std::string> readKeysCommand();
// Its reply. Errors: those of errorOf(); protocol.
Result<RawKeys> rawKeysOf(const Reply& reply);
// Those that are sealed keys of Drover's, whoever's; the other fields are left out.
SealedKeys sealedKeysOf(const RawKeys& raw);
// Those sealed with one of these key-encryption keys.
SealedKeys keysOfWorkspace(const RawKeys& raw, const std::set<std::string>& keks);

struct FieldChange {
    std::string field;
    std::optional<std::string> expected; // as it stands there now; nothing: no such field
    std::optional<std::string> next;     // nothing: the field is removed
    bool operator==(const FieldChange&) const = default;
};
// From our keys `expected` to our keys `next`, field by field: what another writer did to other fields stays.
// Errors: conflict, where a field to be changed is neither as expected nor as wanted already; refused, where it is not ours.
Result<std::vector<FieldChange>> changesOf(const RawKeys& stored, const SealedKeys& expected, const SealedKeys& next,
                                           const std::set<std::string>& keks);
// All of them or none, in one script. Without a change it only shows whether one could be made.
std::vector<std::string> changeKeysCommand(std::span<const FieldChange> changes);
// Its reply: whether it was done; false where a field was no longer as expected. Errors: those of errorOf(); protocol.
Result<bool> keysChanged(const Reply& reply);

} // namespace drover::redis
