// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/ByHand.h"
#include "app/MigrationService.h"
#include "app/Ports.h"
#include "app/Rotations.h"
#include "app/RoutingDesk.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace drover::app {

// Runs the migration's plan in this process. The caller holds controller.lock. One instance, one run at a time.
//   Controller controller{ports};
//   running_ = Pending{controller.start({...}), [](Result<Phase> end) {…}};
// Destroying the Pending stops the run at once, as a kill would: the journal has everything.
class Controller {
public:
    struct StartOptions {
        MigrationPolicy policy;
        std::string legacy = "legacy";
        std::string target = "holysheep";
        std::string reason;
    };

    explicit Controller(Ports& ports);
    ~Controller();

    // A new migration: checks first (a live gateway, a proven key for both targets, consent for mirroring unless the
    // workspace is a sandbox, none running), then drives it to its end: done, rolledBack. Errors: refused with what
    // is missing, and whatever ends a run for good.
    Task<Result<Phase>> start(StartOptions options);
    // Goes on with the latest migration from the journal, whether paused or crashed. Errors: notFound, refused (final).
    Task<Result<Phase>> resume(std::string reason);

    // An order from this process, taken at once (no need for the order box). Errors as MigrationPlan::accepts.
    Result<void> order(OrderVerb verb, std::string actor, std::string reason);
    // Who is asked for a key where the provider has no API to make it, and told to end one. Without it such a rotation is left waiting.
    void askPerson(Person person) { person_ = std::move(person); }
    // A rotation that has a rest of at least longRest before it is left where it stands, for the lock not to be held meanwhile.
    void leaveRests() { leaveRests_ = longRest; }
    // One rotation outside a migration (`rotation run`) under the policy's rotation rules, or the end of the target's interrupted
    // one under its own. `run` is the new one's journal id, or that of an interrupted one, which keeps its own target; empty: any.
    Task<Result<RotationPlan>> rotate(std::string target, MigrationPolicy policy, std::string run = {});

    // Called on this thread after every change and every look; for live views.
    void onStatus(std::function<void(const MigrationStatus&)> callback);
    // The same for rotate().
    void onRotation(std::function<void(const RotationPlan&)> callback);

private:
    class Run;
    Ports& ports_;
    RoutingDesk desk_;
    std::function<void(const MigrationStatus&)> onStatus_;
    std::function<void(const RotationPlan&)> onRotation_;
    std::optional<Person> person_;
    std::optional<Duration> leaveRests_;
    std::unique_ptr<Run> run_;
};

} // namespace drover::app
