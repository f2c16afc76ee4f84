// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "domain/migration/Routing.h"
#include "gateway/Keyring.h"
#include "gateway/Targets.h"
#include "protocol/routing/Choice.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover::gateway {

// Whom to ask with which key; both outlive the request.
struct Chosen {
    std::shared_ptr<const Target> target;
    std::shared_ptr<const OpenKey> key;
    explicit operator bool() const { return target && key; }
};

// One generation of the routing, ready to decide by: targets, keys and weights put together. Immutable; a new
// generation, keyring or configuration makes a new one, and requests under way keep theirs.
class Serving {
public:
    // `document` is empty where there is none: then everything goes to `defaultTarget`.
    // Errors: invalidInput, when a target with a share is not in drover.toml; notFound with the key id in `where`, when
    // a named key cannot be opened, or none of a target's keys may go to one of its hosts (each dialect has its own).
    static Result<std::shared_ptr<const Serving>> make(std::optional<RoutingDocument> document, const Targets& targets,
                                                       std::shared_ptr<const Keyring> keys,
                                                       const std::string& defaultTarget);

    const std::optional<RoutingDocument>& document() const { return document_; }
    std::uint64_t generation() const { return document_ ? document_->generation : 0; }
    Phase phase() const { return document_ ? document_->phase : Phase::idle; }
    bool legacyRetired() const { return document_ && document_->legacyRetired; }

    // Whom the shares give this sticky key; the default target where nothing has a share.
    std::shared_ptr<const Target> chooseTarget(std::uint64_t sticky) const;
    // The key of this target for the call, by weight among those sealed for its host; null where there is none.
    // Where the document weighs none of them (a fallback to a target without a share), any that fits.
    std::shared_ptr<const OpenKey> chooseKey(const Target& target, bool anthropic, std::uint64_t sticky) const;
    Chosen choose(std::shared_ptr<const Target> target, bool anthropic, std::uint64_t sticky) const;
    // The same among those of its keys that `fits` says yes to; only the sticky keys of the others move.
    Chosen choose(std::shared_ptr<const Target> target, bool anthropic, std::uint64_t sticky,
                  const std::function<bool(const OpenKey&)>& fits) const;

    std::shared_ptr<const Target> find(std::string_view name) const;
    std::shared_ptr<const Target> legacy() const { return find("legacy"); }
    std::shared_ptr<const Target> defaultTarget() const { return default_; }
    const Keyring& keys() const { return *keys_; }

private:
    struct Weighed {
        std::shared_ptr<const OpenKey> key;
        double weight = 0;
    };
    struct Row {
        std::shared_ptr<const Target> target;
        std::vector<Weighed> keys;
        // The candidates of keys for both hosts of the target, by index into `keys`.
        std::vector<Candidate> openai, anthropic;
    };
    const Row* rowOf(const Target& target) const;
    static Result<Row> makeRow(const std::string& name, const TargetShare& share, const Targets& targets,
                               const Keyring& keys);
    void addIdleRows(const Targets& targets);

    std::optional<RoutingDocument> document_;
    std::shared_ptr<const Keyring> keys_;
    std::shared_ptr<const Target> default_;
    std::vector<Row> rows_;
    std::vector<Candidate> shares_; // by index into rows_
};

} // namespace drover::gateway
