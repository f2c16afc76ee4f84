// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "domain/keys/KeyPruning.h"

#include <optional>
#include <string>
#include <vector>

namespace drover::app {

// What would be removed and what stays, each with the reason.
struct PrunePreview {
    std::vector<PruneLine> lines;
    Duration retention{};
    std::string stamp; // of what would be removed; the same as long as that is the same

    std::size_t removals() const;
};
struct PruneDone {
    std::vector<std::string> removed;
    std::optional<Error> error; // what ended it early
};

// Forgets keys that have ended, by planPruning(): out of the store and out of the inventory.
class KeyPruneService {
public:
    explicit KeyPruneService(Ports& ports) : ports_(ports) {}

    // `retention`: in place of the workspace's [retention] requests_days. Writes nothing. Errors: those of the stores, the
    // inventory, the evidence and the policy.
    Task<Result<PrunePreview>> preview(std::optional<Duration> retention = {});
    // Exactly what was seen, each deed in the audit before it is done; holds controller.lock. Errors: refused, with nothing done, where the
    // same look would remove other keys now; busy, naming the controller; as preview().
    Task<Result<PruneDone>> prune(PrunePreview seen);

private:
    Task<Result<std::vector<PruneKey>>> facts();
    Task<Result<void>> forget(PruneLine line);

    Ports& ports_;
};

std::string prunePreviewJson(const PrunePreview& preview, const std::vector<std::string>& removed);

} // namespace drover::app
