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

// When the step's first generation was written, or when the migration began: no evidence of it is older.
WallTime evidenceBegan(const MigrationPlan& plan);

// Whether the document ended the migration and the plan does not know it yet: a rollback waits for nobody.
bool hasRolledBack(const MigrationPlan& plan, const RoutingDocument& document);

// The journal id of the rotation that belongs to a migration: the same after every crash.
std::string rotationRunOf(const std::string& migration);

// {"error":{"code","message","where"}}
std::string errorJson(const Error& error);

} // namespace drover::app
