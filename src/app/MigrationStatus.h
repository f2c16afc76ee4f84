// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/MigrationService.h"

#include <optional>
#include <string>
#include <vector>

namespace drover::app {

// What a status is made of.
struct StatusSources {
    const MigrationPlan& plan;
    const RotationPlan* rotation = nullptr;
    const EvidenceWindow& evidence;
    const std::optional<RoutingDocument>& document;
    const std::vector<GatewayAck>& acks;
    std::string controller;
    WallTime now{};
};
MigrationStatus composeStatus(const StatusSources& sources);

// The journal id of the rotation that belongs to a migration: the same after every crash.
std::string rotationRunOf(const std::string& migration);

// {"error":{"code","message","where"}}
std::string errorJson(const Error& error);

} // namespace drover::app
