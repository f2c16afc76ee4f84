// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"
#include "app/Rotations.h"
#include "app/RoutingDesk.h"

#include "domain/keys/RotationPlan.h"
#include "domain/migration/MigrationPlan.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drover::app {

// `migrate status` (contracts.md) as a value; the live board draws it.
struct MigrationStatus {
    std::string id;                    // "" where none ever ran
    Phase phase = Phase::idle;
    Phase pausedIn = Phase::idle;
    std::uint32_t step = 0;
    std::uint32_t steps = 0;
    double shareConfigured = 0;
    std::optional<double> shareServed;      // by requests, since the step began
    std::optional<double> shareServedKeys;  // by sticky keys
    std::uint64_t generation = 0;
    std::string controller;            // "host/pid", "" where none is alive
    struct Lease {
        Duration length{};
        Duration left{};
        bool expired = false;
    };
    std::optional<Lease> lease;
    std::vector<GateResult> gates;     // on the evidence so far
    std::string nextAction;
    std::optional<WallTime> notBefore;
    std::optional<WallTime> holdingSince;
    std::string why;
    std::string policy;
    std::vector<StepRecord> timeline;
    std::vector<GateDecision> decisions;
    std::vector<CalendarEntry> calendar;
    StepEvidence evidence;             // of the step
    std::uint32_t gateways = 0;        // alive
    std::uint32_t gatewaysServing = 0; // of those, on this generation
    struct Rotation {
        std::string state;             // rotationStateName, or "none"
        std::string outcome;           // "done", "failed", "none"
        std::string keyId;
        double weight = 0;
        std::string why;
        std::vector<RotationPlan::Line> history;
    } rotation;
};

// The contract's JSON.
std::string statusJson(const MigrationStatus& status);

// What a person may order, whoever is the controller: the console, the command line and the agent all use this.
class MigrationService {
public:
    explicit MigrationService(Ports& ports) : ports_(ports), desk_(ports) {}

    // From the journal, the routing document, the acknowledgements and the evidence. `controllerAlive`: the lock is
    // held by somebody (its holder), or "".
    Task<Result<MigrationStatus>> status(std::string controller);
    // Places an order in drover.db and waits until the controller has answered. Rollback writes the routing document
    // itself, and that it holds no longer hangs on anything: then the controller takes note, or this process where there
    // is none. `seen` is what the person had before their eyes:
    // an order for another step is refused. Errors: refused (with the controller's words), unavailable (no controller
    // is alive), timeout (the order is withdrawn: nobody will take it later).
    Task<Result<void>> order(OrderVerb verb, std::string reason, std::string controller, Deadline deadline,
                             std::optional<SeenStep> seen = {});

private:
    Task<Result<void>> rollBack(std::string reason, std::string controller, Deadline deadline);
    Task<Result<void>> leave(OrderVerb verb, std::string reason, std::string controller, Deadline deadline,
                             std::optional<SeenStep> seen);
    Task<Result<void>> answerTo(std::uint64_t id, std::string controller, Deadline deadline);

    Ports& ports_;
    RoutingDesk desk_;
};

// Replays a run's journal. Errors: io, invalidInput (a journal entry that cannot be read names its sequence).
Task<Result<MigrationPlan>> replayMigration(Journal& journal, std::string id);
// The same, after a rollback that was ordered while nobody was the controller has been journaled. The caller holds
// controller.lock. `by`: who ordered it; "" = whoever wrote the document.
Task<Result<MigrationPlan>> noteRollback(Ports& ports, std::string id, std::string by = {});

} // namespace drover::app
