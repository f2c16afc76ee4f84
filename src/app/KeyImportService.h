// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/KeyService.h"

#include <string>
#include <string_view>
#include <vector>

namespace drover::app {

// Where keys are brought in from. Nothing is ever written there.
struct KeySource {
    enum class Kind {
        environment, // HOLYSHEEP_API_KEY, OPENAI_API_KEY, ANTHROPIC_API_KEY of this process
        dotenv,      // a .env file
        config,      // the vendor's ~/.holysheep/config.json
        store,       // a secret store with an entry a key, as secret/holysheep/<key id> (the workspace's own too)
    };
    Kind kind = Kind::environment;
    std::string where = {};  // the file, "" for the vendor's own place; the store's kind: "vault"
    std::string only = {};   // the one variable, field or entry that is meant, whatever it looks like; "" = what looks like a key
    std::string target = {}; // whose keys they are; "" = as each is suggested
};

// What may be a key, found in a source.
struct KeyCandidate {
    std::string place;                 // "env HOLYSHEEP_API_KEY", ".env line 3: OPENAI_API_KEY", "vault k_01"
    std::string found;                 // HOLYSHEEP_API_KEY, k_01: what KeySource::only would name
    KeyAddition suggested;             // the caller may change id, target and name before take()
    std::string hint;                  // "****x9Qf"
    std::string fingerprint;
    std::string heldAs;                // the id under which the inventory has this very key; "" for a new one
    std::string problem;               // why it is no key; "" where it can be taken
    std::vector<std::string> warnings;
    bool inOwnStore = false;           // it lies where the workspace keeps its keys: taking it notes it, and writes no copy
    Secret key;

    bool takeable() const { return problem.empty() && heldAs.empty(); }
};
struct KeyHarvest {
    std::vector<KeyCandidate> candidates; // in the source's order
    std::vector<std::string> passedOver;  // names of what does not look like a key; `only` takes one all the same
    std::vector<std::string> warnings;    // of the source: others may read the file
};

// What became of one candidate.
struct KeyTaken {
    std::string place;
    Result<KeyAdded> added;
};

// Brings keys into the inventory in two steps: look, and take what was chosen.
class KeyImportService {
public:
    explicit KeyImportService(Ports& ports) : ports_(ports) {}

    // Writes nothing. An empty source is an empty harvest. Errors: notFound (no such file, or not what `only` names),
    // invalidInput with file and line, timeout, those of the store and of the inventory; unavailable for a source there is not.
    Task<Result<KeyHarvest>> look(KeySource source, Deadline deadline);
    // Stores each through KeyService::add, in order. One that is refused (invalidInput, conflict) hinders no other; after any other
    // error, as of a store that is away, the rest is `cancelled`.
    Task<std::vector<KeyTaken>> take(std::vector<KeyCandidate> chosen);

private:
    struct Found;
    Task<Result<std::vector<Found>>> search(const KeySource& source, KeyHarvest& harvest, Deadline deadline);
    std::vector<Found> ofEnvironment(const KeySource& source) const;
    Task<Result<Secret>> open(std::string file, KeyHarvest& harvest, Deadline deadline);
    Task<Result<std::vector<Found>>> ofDotEnv(const KeySource& source, KeyHarvest& harvest, Deadline deadline);
    Task<Result<std::vector<Found>>> ofConfig(const KeySource& source, KeyHarvest& harvest, Deadline deadline);
    Task<Result<std::vector<Found>>> ofStore(const KeySource& source, KeyHarvest& harvest, Deadline deadline);
    KeyCandidate judge(Found found, const KeySource& source, const std::vector<KeyRecord>& records) const;

    Ports& ports_;
};

// {"candidates":[…],"passed_over":[…],"warnings":[…]}: never a key.
std::string keyHarvestJson(const KeyHarvest& harvest);

} // namespace drover::app
