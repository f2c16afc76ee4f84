// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "base/Time.h"
#include "domain/gates/Evidence.h"
#include "domain/gates/Gate.h"
#include "domain/migration/Policy.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace drover {

// Whether trying the same again can help; everything else is an answer, and stays one.
bool mayPass(Errc code);
// Whether it is a no from who was asked: what was asked for has not been done. Of anything else nobody knows.
bool isRefusal(Errc code);

// ---- actions. The runner holds the minted key (a Secret) in memory between MintKey and StoreKey; nothing else does.
struct MintKey {              // → KeyMinted or StepFailed
    std::string name;         // unique: auto-rotate-YYYYMMDD-HHMMSS-TAG; journaled before it is asked for
    std::uint32_t expiresInDays = 30;
    std::uint64_t rateLimit = 10000;
    bool operator==(const MintKey&) const = default;
};
struct ReconcileMint {        // no reply tells what became of a mint: list the provider's keys by name → MintReconciled, or
    std::vector<std::string> names; // StepFailed where the list cannot be read, however long one waits
    bool operator==(const ReconcileMint&) const = default;
};
struct StoreKey {             // check-and-set with expected version 0 → KeyStored, KeyLost or StepFailed
    std::string keyId;
    bool operator==(const StoreKey&) const = default;
};
struct ProveKey {             // read back and ask every region, waiting for propagation → KeyProven or StepFailed
    std::string keyId;
    bool operator==(const ProveKey&) const = default;
};
struct PublishKey {           // sealed into keys.json → KeyPublished
    std::string keyId;
    bool operator==(const PublishKey&) const = default;
};
struct SetWeights {           // within the target; written, and acknowledged by every live gateway → WeightsServed
    std::map<std::string, double> weights;
    bool operator==(const SetWeights&) const = default;
};
struct ObserveKey {           // → KeyLooked at every poll
    std::string keyId;
    bool operator==(const ObserveKey&) const = default;
};
struct PromoteKey {           // the store's `production` entry by check-and-set, the inventory → KeyPromoted
    std::string keyId;
    std::string previous;
    bool operator==(const PromoteKey&) const = default;
};
struct ReconcilePromotion {   // a promotion failed on its way: whom does `production` name? → PromotionReconciled
    std::string keyId;
    bool operator==(const ReconcilePromotion&) const = default;
};
struct AwaitQuiet {           // `until` has come, and nothing has used the key for `unused` → KeyQuiet
    std::string keyId;
    WallTime until{};
    Duration unused{};
    bool operator==(const AwaitQuiet&) const = default;
};
struct RevokeKey {            // taken out of keys.json, ended at the provider, removed from the store → KeyRevoked
    std::string keyId;
    bool operator==(const RevokeKey&) const = default;
};
struct AwaitKey {             // the provider has no API to make keys: a person makes one under the name, and pastes it → KeyMinted,
    std::string name;         // or StepFailed where the person gives up
    bool operator==(const AwaitKey&) const = default;
};
struct AwaitEnd {             // it has none to end keys: a person ends it, and the provider is seen to refuse it → KeyRevoked, or
    std::string keyId;        // StepFailed where the person gives up
    bool operator==(const AwaitEnd&) const = default;
};
struct EndRotation {
    bool done = false;
    bool operator==(const EndRotation&) const = default;
};
using RotationAction = std::variant<MintKey, ReconcileMint, StoreKey, ProveKey, PublishKey, SetWeights, ObserveKey,
                                    PromoteKey, ReconcilePromotion, AwaitQuiet, RevokeKey, AwaitKey, AwaitEnd, EndRotation>;

// ---- events
struct RotationStarted {
    std::string id;                  // "r_…"
    std::string target = "holysheep";
    RotationPolicy policy;
    double abortErrorRate = 0.05;
    std::string currentKey;          // the proven key in use; "" in an empty inventory
    std::uint32_t liveKeys = 0;      // proven keys of the target before the rotation, without those left
    std::map<std::string, double> weights; // of all its keys as they stand; the rotation divides currentKey's alone
    std::string nameTag;                   // in every name it asks for; no other rotation has it. "": a journal from before there were tags
    std::vector<std::string> unresolved;   // names an earlier rotation asked for, and nobody could say what came of it
    std::vector<std::string> left;         // ids of keys that an earlier rotation was to end and could not; not in liveKeys
    bool idle = false;                     // no request goes to the target: a ramp could show nothing
    WallTime at{};
    bool operator==(const RotationStarted&) const = default;
};
struct KeyMinted {
    std::string keyId;
    std::string name;
    WallTime at{};
    bool operator==(const KeyMinted&) const = default;
};
struct MintReconciled {              // the keys that live at the provider under the names, and are in no use here
    std::vector<std::string> keyIds;
    WallTime at{};
    bool operator==(const MintReconciled&) const = default;
};
struct KeyStored {
    std::string keyId;
    std::uint64_t version = 0;
    WallTime at{};
    bool operator==(const KeyStored&) const = default;
};
struct KeyLost {                     // minted, but the secret died with the process before it was stored
    std::string keyId;
    WallTime at{};
    bool operator==(const KeyLost&) const = default;
};
struct KeyProven {
    std::string keyId;
    std::vector<std::string> regions;
    WallTime at{};
    bool operator==(const KeyProven&) const = default;
};
struct KeyPublished {
    std::string keyId;
    WallTime at{};
    bool operator==(const KeyPublished&) const = default;
};
struct WeightsServed {
    std::uint64_t generation = 0;    // evidence of the new weights: this generation and later
    WallTime at{};
    bool operator==(const WeightsServed&) const = default;
};
struct KeyLooked {
    std::string keyId;
    TargetEvidence evidence;         // of that key alone, since evidenceFrom()
    WallTime at{};
    bool operator==(const KeyLooked&) const = default;
};
struct KeyPromoted {
    std::string keyId;
    WallTime at{};
    bool operator==(const KeyPromoted&) const = default;
};
struct PromotionReconciled {
    std::string keyId;               // whom `production` names, "" for nobody
    WallTime at{};
    bool operator==(const PromotionReconciled&) const = default;
};
struct KeyQuiet {
    std::string keyId;
    WallTime at{};
    bool operator==(const KeyQuiet&) const = default;
};
struct KeyRevoked {
    std::string keyId;
    WallTime at{};
    bool operator==(const KeyRevoked&) const = default;
};
struct PersonNeeded {                // there is no API for the pending mint or revocation, and nothing was done
    WallTime at{};
    bool operator==(const PersonNeeded&) const = default;
};
struct StepFailed {                  // the pending action cannot be done; retrying was the runner's business
    Errc code = Errc::internal;
    std::string why;
    WallTime at{};
    bool operator==(const StepFailed&) const = default;
};
struct RotationResumed {
    WallTime at{};
    bool operator==(const RotationResumed&) const = default;
};
using RotationEvent = std::variant<RotationStarted, KeyMinted, MintReconciled, KeyStored, KeyLost, KeyProven, KeyPublished,
                                   WeightsServed, KeyLooked, KeyPromoted, PromotionReconciled, KeyQuiet, KeyRevoked,
                                   PersonNeeded, StepFailed, RotationResumed>;

// sweep: before the end, what came of mints that nobody answered is looked for once more.
enum class RotationState { idle, mint, store, prove, publish, ramp, promote, overlap, revoke, undo, sweep, done, failed };
std::string_view rotationStateName(RotationState state);

// One key rotation as a value: intent → mint → store → prove → publish → ramp under the error gate → promote →
// overlap → retire by proof of disuse → revoke. A target without requests has no ramp: its new key was proven, gets the whole
// weight at once, and is promoted when the gateways know it. Any failure before the promotion goes back: every key gets the weight it
// had, the new one is revoked, state failed. Pure, like MigrationPlan, and journaled in the same way.
//
// A mint without an answer is looked up, never repeated under the same name; whether a promotion happened, `production`
// tells. Where the provider has no API for it, a person makes the key and pastes it, or ends it: the rotation waits, through
// restarts, for as long as that takes. Weights that cannot be given back are tried for as long as that can help; else the rotation ends as failed with
// both keys alive, and names them.
//
// A key that should have been ended and could not, since the store or the provider would not have it, is left to the target's next rotation: that
// one takes its share of the requests over with the current key's, and ends it after the current key, once nothing uses it.
//
// Invariants (tests walk them): a proven current key at all times; no minted key lost or unknown; a revoked key is
// never current; never fewer live keys than policy.minKeys.
class RotationPlan {
public:
    RotationAction resume(const RotationEvent& event);

    const std::string& id() const { return started_.id; }
    const RotationStarted& start() const { return started_; }
    RotationState state() const { return state_; }
    // The rotation's answer in contracts: "done", "failed", or "none" while it runs.
    std::string_view outcome() const;
    const std::string& newKey() const { return newKey_; }
    const std::string& name() const { return name_; }
    bool pasted() const { return pasted_; } // the new key
    std::string_view currentKey() const { return promoted_ ? newKey_ : started_.currentKey; }
    double newWeight() const { return weight_ * ownWeight(); } // of the target's requests
    std::uint32_t rampStep() const { return rampStep_; } // 0-based
    std::uint64_t evidenceFrom() const { return evidenceFrom_; }
    std::uint64_t revision() const { return revision_; }
    const std::string& why() const { return why_; }
    const RotationAction& pending() const { return pending_; }
    bool needsPerson() const { return std::holds_alternative<AwaitKey>(pending_) || std::holds_alternative<AwaitEnd>(pending_); }
    const std::vector<std::string>& orphans() const { return orphans_; } // minted, of no use, to be revoked or revoked
    // Names of mints whose key may live at the provider, unknown or not to be revoked; the next rotation looks again.
    const std::vector<std::string>& unresolved() const { return unresolved_; }
    // Ids of keys with a record that live and are to be ended: by this rotation while it runs, by the next one once it is over.
    const std::vector<std::string>& left() const { return left_; }
    struct Line {
        WallTime at{};
        std::string text; // "proven in us-east, eu-west", for the report
    };
    const std::vector<Line>& history() const { return history_; }
    GateResult gateOn(const TargetEvidence& evidence) const;

private:
    RotationAction handle(const RotationStarted& event);
    RotationAction handle(const KeyMinted& event);
    RotationAction handle(const MintReconciled& event);
    RotationAction handle(const KeyStored& event);
    RotationAction handle(const KeyLost& event);
    RotationAction handle(const KeyProven& event);
    RotationAction handle(const KeyPublished& event);
    RotationAction handle(const WeightsServed& event);
    RotationAction handle(const KeyLooked& event);
    RotationAction handle(const KeyPromoted& event);
    RotationAction handle(const PromotionReconciled& event);
    RotationAction handle(const KeyQuiet& event);
    RotationAction handle(const KeyRevoked& event);
    RotationAction handle(const PersonNeeded& event);
    RotationAction handle(const StepFailed& event);
    RotationAction handle(const RotationResumed& event);

    RotationAction mint(WallTime at);
    RotationAction mintAgain(WallTime at);
    RotationAction mintFailed(const StepFailed& event);
    RotationAction revokeFailed(const StepFailed& event);
    RotationAction promotionFailed(const StepFailed& event);
    RotationAction sweepFailed(const StepFailed& event);
    RotationAction ramp(std::uint32_t step, WallTime at);
    RotationAction promote();
    RotationAction retireNext(WallTime at);
    RotationAction notRetired(std::string why, WallTime at);
    RotationAction undo(std::string why, WallTime at);
    RotationAction end(bool done, WallTime at);   // after a last look for what may have been minted
    RotationAction close(bool done, WallTime at); // without
    const std::string* toEnd() const; // the key that is to be revoked now, by whomever
    RotationAction revokeOrphans(std::vector<std::string> keyIds);
    bool alone() const { return started_.currentKey.empty(); }
    bool sparesTheOld() const; // ending it would leave fewer keys than the policy's minimum
    void leave(const std::string& keyId);
    void leaveTheOld(); // where it may be ended
    bool atOnce() const { return alone() || started_.idle; } // there is nothing to ramp against
    double ownWeight() const; // what the current key and those left had of the target's requests
    std::map<std::string, double> weights(double newShare) const;
    std::map<std::string, double> weightsBefore() const;
    std::string servedText() const;
    void leaveUnresolved(const std::string& name);
    void blame(std::string why, WallTime at);
    void note(WallTime at, std::string text);
    void changed() { ++revision_; }

    RotationStarted started_;
    RotationState state_ = RotationState::idle;
    std::string name_;
    std::string newKey_;
    bool pasted_ = false; // the new key, by a person, who can do it again
    bool published_ = false;
    bool promoted_ = false;
    double weight_ = 0;
    std::uint32_t rampStep_ = 0;
    std::uint32_t mints_ = 0;
    std::uint32_t unanswered_ = 0;
    bool sweptAfterDone_ = false;
    std::map<std::string, double> served_; // the weights the gateways acknowledged last
    std::uint64_t evidenceFrom_ = 0;
    std::uint64_t revision_ = 0;
    std::optional<WallTime> rampBegan_;
    std::optional<std::uint64_t> judgedAt_;
    std::string why_;
    std::vector<std::string> orphans_;
    std::vector<std::string> toRevoke_;   // of those, still to be revoked
    std::vector<std::string> unresolved_;
    std::vector<std::string> left_;
    std::vector<std::string> toRetire_; // of those, the ones whose turn comes in this rotation
    WallTime promotedAt_{};
    std::vector<Line> history_;
    RotationAction pending_ = EndRotation{};
};

} // namespace drover
