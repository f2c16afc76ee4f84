// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "domain/keys/KeyRecord.h"
#include "domain/keys/SealedKey.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace drover::app {

// A difference between what two places say of one key.
struct KeyDrift {
    std::string kind;   // "missing_in_store", see docs/keys.md
    std::string id;     // of the key, or of the store's entry
    std::string target; // "" where nobody knows
    std::string text;   // what differs
    std::string next;   // what to do
};
struct KeyDriftReport {
    std::vector<KeyDrift> drifts;
    std::uint32_t keys = 0;              // of the inventory, looked at
    std::vector<std::string> notCompared; // places that could not be asked, with the reason
};
std::string keyDriftJson(const KeyDriftReport& report);

// Compares the inventory with the secret store, the providers' own lists, the sealed keys and the routing document. Changes nothing.
class KeyDriftService {
public:
    explicit KeyDriftService(Ports& ports) : ports_(ports) {}
    // A provider without a list, or that cannot be asked, is no error: it is among notCompared. Errors: those of inventory, store and
    // routing store; timeout.
    Task<Result<KeyDriftReport>> compare(Deadline deadline);

private:
    struct Facts;
    Task<Result<void>> withStore(Facts& facts, Deadline deadline);
    Task<Result<void>> withRouting(Facts& facts, Deadline deadline);
    Task<void> withProvider(Facts& facts, std::string target, Deadline deadline);

    Ports& ports_;
};

} // namespace drover::app
