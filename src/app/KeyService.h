// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"
#include "app/RoutingDesk.h"

#include "domain/keys/KeyRecord.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover::app {

enum class KeyHealth { unproven, healthy, failing, expiring, expired, ended };
std::string_view keyHealthName(KeyHealth health);

// One line of the inventory.
struct KeyRow {
    KeyRecord record;
    std::optional<double> weight;   // within its target, by the routing document; nothing where it is not named
    double share = 0;               // of all requests: the target's share times the weight
    bool sealed = false;            // gateways can have it
    Duration age{};
    std::uint64_t requests = 0;     // seen by the gateways
    std::uint64_t errors = 0;
    std::optional<double> p95;      // ms to the first body byte
    KeyHealth health = KeyHealth::unproven;
};

struct KeyAddition {
    std::string id;                 // "" makes one
    std::string target = "holysheep";
    std::string name;               // what a person calls it; "" = the id
    std::optional<WallTime> expiresAt;
    std::optional<WallTime> createdAt; // where the source knows it; else now
};
struct KeyAdded {
    KeyRecord record;
    std::vector<std::string> warnings; // an unknown prefix and the like
};

// What one place said to the stored copy.
struct KeyPlace {
    std::string region;             // "main", "us-east"
    std::string host;
    int status = 0;                 // 0: no answer
    double ms = 0;
    bool ok = false;
    std::string why;                // for one that is not ok
};
struct KeyProof {
    KeyRecord record;
    std::vector<KeyPlace> places;
    bool proven = false;
};

// The key inventory and what is done with single keys.
class KeyService {
public:
    explicit KeyService(Ports& ports) : ports_(ports), desk_(ports) {}

    Task<Result<std::vector<KeyRow>>> list();
    // Stores the key (check-and-set: an id is used once) and notes it as `added`. Errors: invalidInput (not a key: an
    // id, a client token, white space), conflict (the id or the very key is there already), those of the store.
    Task<Result<KeyAdded>> add(KeyAddition addition, Secret key);
    // The same for a key that lies in the workspace's store already, under its id, without a record of it. Errors: conflict also
    // where the entry is not the one with this fingerprint.
    Task<Result<KeyAdded>> adopt(KeyAddition addition, std::string fingerprint);
    // The key itself, for a person's eyes: `typed` must be its id or its name. In the audit before it is given; without a row there
    // it is not given. Errors: refused (something else was typed), notFound, those of the store and of the audit.
    Task<Result<Secret>> reveal(std::string id, std::string typed);
    // Reads the stored copy back and asks GET /models of the target's base URL and each region with it, again and
    // again for `patience` while it is refused (a fresh key needs to spread). State proven when all said yes. Errors:
    // refused for a key that is out of use (retired, revoked, failed), also if that came about meanwhile.
    Task<Result<KeyProof>> verify(std::string id, Duration patience = Duration{0});
    // Seals every live key for its target's hosts into the routing store, and gives weight 1 to the first proven key
    // of each target that has none.
    Task<Result<void>> publish();

private:
    Task<Result<KeyRecord>> find(std::string id);
    Task<Result<KeyAdded>> examine(KeyAddition addition, const Secret& key);
    Task<Result<void>> noteAdded(const KeyRecord& record);
    Task<Result<KeyPlace>> ask(std::string region, std::string url, const Secret& key);
    Task<Result<void>> giveWeights(std::vector<KeyRecord> live);

    Ports& ports_;
    RoutingDesk desk_;
};

// "0.35" and so on for JSON and tables; what keys list --json prints.
std::string keysJson(const std::vector<KeyRow>& rows);

// "state", "production" and the key-encryption key's: names of the store that are no keys'.
bool isReservedKeyId(std::string_view id);
// Why a text is not the key it is given for, or "" : an id of ours, a client token, white space inside, too short.
std::string whyNoKey(std::string_view text, std::string_view id);
// A warning where the prefix is none that is known for the target ("sk-", "cr_", "hs_", "hsa_"), else "".
std::string prefixWarning(std::string_view text, std::string_view target);

// Notes a state (and when it was proven) without asking anybody; for runners and the sandbox. Errors: notFound, those of the inventory.
Task<Result<void>> noteKeyState(Ports& ports, std::string target, std::string id, KeyState state);

} // namespace drover::app
