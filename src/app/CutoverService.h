// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "domain/migration/MigrationFacts.h"
#include "domain/migration/MigrationPlan.h"

#include <optional>

namespace drover::app {

// The distributions on both sides of a migration's cutover; nothing where it has not come to one. `plan` outlives the
// task. Errors: those of the evidence (io, timeout).
Task<Result<std::optional<CutoverComparison>>> compareCutover(Ports& ports, const MigrationPlan& plan, Deadline deadline);

// The same for the workspace's latest migration, from its journal: what the board asks.
class CutoverService {
public:
    explicit CutoverService(Ports& ports) : ports_(ports) {}
    Task<Result<std::optional<CutoverComparison>>> latest();

private:
    Ports& ports_;
};

} // namespace drover::app
