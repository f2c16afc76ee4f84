// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"
#include "domain/migration/Phase.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace drover {

struct TargetShare {
    double share = 0;
    std::map<std::string, double> keys; // key id -> weight within the target
    std::string extra{};                // unknown fields as a JSON object text, or empty; so in each of these
    bool operator==(const TargetShare&) const = default;
};

struct ShadowRule {
    std::string target;
    double sample = 0;
    double again = 0;
    std::string extra{};
    bool operator==(const ShadowRule&) const = default;
};

// The routing document (contracts.md): what every gateway obeys. Parsing keeps unknown fields in `extra`, and
// serialising writes them back.
struct RoutingDocument {
    std::uint64_t generation = 0;
    std::string workspace;
    std::string migration;          // "" where none runs or ran; also for weights changed after one has ended
    Phase phase = Phase::idle;
    std::uint32_t step = 0;
    WallTime writtenAt{};
    std::string writer;             // "host/pid"
    double leaseS = 0;              // 0 outside canary and cutover
    std::uint64_t renewal = 0;
    bool legacyRetired = false;
    std::map<std::string, TargetShare> targets;
    std::optional<ShadowRule> shadow;
    std::string extra;              // unknown top-level fields as a JSON object text, or empty
    bool operator==(const RoutingDocument&) const = default;
};

// Whether `next` would follow the end of its own migration: rolled_back and done are final for a migration id, so no
// store writes such a document and no gateway obeys it, not even with the same phase. What still has to change after an
// end, the keys' weights, is written under no migration id.
bool comesAfterItsEnd(const RoutingDocument& next, const RoutingDocument& last);

// What every routing store asks of a write of a sound document: `next` may follow `stored`, which is what is there now.
// Errors: conflict (`expected` is not what is stored), refused (comesAfterItsEnd; a generation that falls; the same
// generation with anything but `renewal` and `writtenAt` changed, the writer among it).
Result<void> mayFollow(const RoutingDocument& next, const std::optional<RoutingDocument>& stored,
                       const std::optional<RoutingDocument>& expected);

// What a gateway has acknowledged: gateway/acks/<id>.json.
struct GatewayAck {
    std::string gateway;
    std::uint64_t generation = 0;
    std::uint64_t renewal = 0;
    WallTime at{};                  // when this file was written: rewritten every second, so a live one is fresh
    std::string listen;             // URL
    std::string admin;              // URL
    std::string control;            // path of the socket
    std::int64_t pid = 0;
    bool leaseExpired = false;
    std::string refusedKey;         // a key it could not open: why it does not serve the newest generation
    std::uint64_t inFlight = 0;
    std::uint64_t requests = 0;     // of clients since it started: grows while evidence stands still = evidence is lost
    bool operator==(const GatewayAck&) const = default;
};

} // namespace drover
