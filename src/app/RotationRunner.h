// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/ByHand.h"
#include "app/PlanJournal.h"
#include "app/Ports.h"
#include "app/RoutingDesk.h"

#include <functional>
#include <optional>
#include <string>

namespace drover::app {

// Carries out one RotationPlan: the only class that mints, stores, proves, weighs and revokes. Each deed is looked up
// outside before it is done again after a crash. Destroying the task of run() stops it at once.
class RotationRunner {
public:
    struct Where {
        std::string run;        // journal id, "r_…"
        std::string target = "holysheep";
        RotationPolicy policy;
        double abortErrorRate = 0.05;
        Duration poll{200'000}; // between looks
        ByHand byHand = ByHand::refuse;
        Person person = {};     // for ByHand::ask
        std::optional<Duration> leaveRests = {}; // an overlap that goes on for so long or longer is not waited for; nothing: any is
    };

    RotationRunner(Ports& ports, RoutingDesk& desk, Where where);

    // From where the journal of `run` ends (or from the beginning) to the end, or to where it is left: it waits for a person who is not
    // there (outcome() "none" and needsPerson()), or rests (restsUntil()). Errors: only what keeps the journal from being written or read; a failed
    // rotation is a plan with outcome() "failed".
    Task<Result<RotationPlan>> run();
    // Where the plan stands, for live views.
    const RotationPlan& plan() const { return journal_.plan(); }
    // Called after every change.
    void onChange(std::function<void()> callback) { onChange_ = std::move(callback); }

private:
    Task<Result<RotationEvent>> begin();
    Task<Result<void>> learnOfBefore(RotationStarted& started);
    static void takeStock(RotationStarted& started, const std::vector<KeyRecord>& keys);
    Task<RotationEvent> perform(RotationAction action);
    // Nothing where the rotation is left as it stands.
    Task<std::optional<RotationEvent>> performOrLeave(RotationAction action);
    Task<std::optional<RotationEvent>> awaitKey(std::string name);
    Task<std::optional<RotationEvent>> awaitEnd(std::string keyId);
    Task<Result<MintedKey>> pasted(Secret key, std::string name);
    Task<std::vector<IssuedKey>> listedForPaste();
    Task<Result<void>> acceptedByProvider(const Secret& key);
    Task<EndWanted> endWanted(std::string keyId);
    Task<Result<bool>> isRefused(std::string keyId);
    Task<Result<bool>> isNotedAsEnded(std::string keyId);
    bool isReplaced(const std::string& keyId) const;
    // Errors: refused where a gateway could send requests with it; those of the routing store.
    Task<Result<void>> isOutOfUse(std::string keyId);
    bool idIsProviders(const std::string& keyId) const;
    Task<RotationEvent> mint(MintKey action);
    Task<RotationEvent> reconcile(std::vector<std::string> names);
    Task<Result<std::vector<std::string>>> strays(const std::vector<std::string>& names);
    Task<RotationEvent> store(std::string keyId);
    Task<RotationEvent> prove(std::string keyId);
    Task<RotationEvent> publish(std::string keyId);
    Task<RotationEvent> weigh(std::map<std::string, double> weights);
    Task<RotationEvent> observe(std::string keyId);
    Task<RotationEvent> promote(PromoteKey action);
    Task<RotationEvent> reconcilePromotion();
    Task<RotationEvent> awaitQuiet(AwaitQuiet action);
    Task<RotationEvent> revoke(std::string keyId);
    Task<Result<bool>> end(std::string keyId); // false: there is no API for it
    Task<Result<void>> forget(std::string keyId);

    Task<Result<std::unique_ptr<KeyIssuer>>> issuer();
    Task<Result<void>> proveAt(std::string baseUrl, std::string region, std::string keyId, WallTime until);
    Task<void> recordDeed(std::string deed, std::string keyId);
    Task<Result<void>> setState(std::string keyId, KeyState state);
    Task<Result<void>> markPromoted(PromoteKey action);
    Task<Result<EvidenceWindow>> evidence();
    RotationEvent failed(const Error& error) const;
    RotationEvent noApiToMint() const;
    RotationEvent noApiToEnd(const std::string& keyId) const;
    Deadline soon(Duration time) const { return Deadline::in(ports_.clock, time); }
    WallTime now() const { return ports_.clock.now(); }
    // An interrupted rotation goes on with the target and the policy it began with.
    bool begun() const { return plan().state() != RotationState::idle; }
    const std::string& targetName() const { return begun() ? plan().start().target : where_.target; }
    const RotationPolicy& policy() const { return begun() ? plan().start().policy : where_.policy; }
    const TargetConfig& target() const { return ports_.config.targets.at(targetName()); }

    Ports& ports_;
    RoutingDesk& desk_;
    Where where_;
    RotationJournal journal_;
    std::optional<MintedKey> minted_; // between mint and store: the one place the secret is
    std::function<void()> onChange_;
};

} // namespace drover::app
