// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "domain/keys/KeyRecord.h"

#include <string>
#include <string_view>
#include <vector>

namespace drover::app {

// The name of the workspace's key-encryption keys in its secret store.
inline constexpr const char* kekName = "kek";

// "<kek id> <base64>" lines for a gateway's pipe; made and stored when there is none yet. Errors: of the store.
Task<Result<Secret>> kekLines(Ports& ports);

// Every live key of the inventory, read from the secret store, sealed for its target's hosts, written to keys.json or Redis
// (and nothing else: a key that is no longer live disappears from it). What gateways have already, and is the key that the inventory
// means by its fingerprint, keeps its sealed form without the store being asked; so does a key that the store has lost, with a warning.
// Errors: of the stores; invalidInput for a target's URL.
Task<Result<void>> publishKeys(Ports& ports);

// The hosts a target's keys are sealed for: of openai, anthropic and every region, each once.
Result<std::vector<std::string>> hostsOf(const TargetConfig& target);

// Gives a target without weights in the routing document its best live key with weight 1: current, else the newest
// proven one. Nothing to do where it has some. Errors: notFound where no live key exists.
Task<Result<void>> ensureWeights(Ports& ports, std::string target);

// What a target's issuer is asked with: an admin key of OpenAI's or Anthropic's as drover.toml says; for HolySheep's API that, else
// ADMIN_KEY, else the current key, else HOLYSHEEP_API_KEY (the first mint of an empty inventory); nothing for a person's keys.
// Errors: notFound and those of the reference, naming the setting.
Task<Result<Secret>> issuingCredential(Ports& ports, std::string target, std::string currentKey);

// The store's entry of a target's current key: `production` for holysheep, `production-NAME` for another.
std::string productionName(std::string_view target);
bool isProductionName(std::string_view name);

// That entry {api_key, key_id, promoted_at} by check-and-set (contracts.md); a promotion that happened already is left as it
// is. Errors: conflict, of the store.
Task<Result<void>> writeProduction(Ports& ports, std::string target, std::string keyId);

// The key that it names, "" where none was ever promoted. Errors: of the store.
Task<Result<std::string>> promotedKey(Ports& ports, std::string target);

} // namespace drover::app
