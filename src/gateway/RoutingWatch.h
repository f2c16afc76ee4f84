// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Log.h"
#include "base/Result.h"
#include "gateway/KeySource.h"
#include "gateway/Lease.h"
#include "gateway/Serving.h"
#include "gateway/WatchedFile.h"
#include "protocol/routing/Sealing.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drover::gateway {

// Follows gateway/routing.json and the sealed keys, and keeps the generation that is served. A lower generation is
// ignored; of the same one only a renewal is taken; one whose keys cannot all be opened waits, named, while the last
// good one goes on.
class RoutingWatch {
public:
    struct Settings {
        std::filesystem::path folder; // gateway/ of the workspace
        std::string workspace;        // its id
        std::vector<Kek> keks;
        std::string defaultTarget = "legacy";
        KeySource* keySource = nullptr; // null: keys.json of the folder. Outlives this
    };

    RoutingWatch(const Clock& clock, Log& log, Settings settings);

    // The first look. Errors: invalidInput naming file and field: a broken document or keys.json is not started with.
    Result<void> start(Targets targets);
    // Asks the files again; call it every 50 ms or so. Whether anything changed (generation, renewal, keys, lease).
    bool look();
    // Another drover.toml. Errors: invalidInput; then the old settings stay.
    Result<void> reconfigure(Targets targets, std::string defaultTarget);

    // What requests are decided by.
    const std::shared_ptr<const Serving>& serving() const { return serving_; }
    Lease& lease() { return lease_; }
    // New requests go to legacy though the document says otherwise.
    bool leaseExpired();
    // Nothing may go to legacy: by the document that is served, or by the one that waits where none is served yet.
    bool legacyRetired() const;
    // A key that keeps a newer generation from being served, or "".
    const std::string& refusedKey() const { return refusedKey_; }
    // What is wrong with where the sealed keys come from, or "".
    std::string keysProblem() const { return source_->problem(); }
    // Times that lease or rolled_back asked for legacy after its retirement.
    std::uint64_t rollbacksRefused() const { return rollbacksRefused_; }

private:
    Result<void> readKeys();
    Result<void> readDocument(bool first);
    bool mayFollow(const RoutingDocument& next);
    Result<void> serve(std::optional<RoutingDocument> document);
    Result<void> rebuild();
    bool noteLease();

    const Clock& clock_;
    Log& log_;
    Settings settings_;
    Targets targets_;
    WatchedFile routingFile_;
    FileKeySource keysFile_;
    KeySource* source_;
    std::shared_ptr<const Keyring> keys_;
    std::shared_ptr<const Serving> serving_;
    std::optional<RoutingDocument> waiting_; // read, but a key of it cannot be opened, or a target is not set up, yet
    std::string refusedKey_;
    Lease lease_;
    bool leaseWasExpired_ = false;
    std::uint64_t rollbacksRefused_ = 0;
};

} // namespace drover::gateway
