// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/RotationPlan.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

namespace drover {
namespace {

constexpr std::array<std::string_view, 13> rotationStateNames{"idle",    "mint",   "store", "prove", "publish", "ramp",  "promote",
                                                              "overlap", "revoke", "undo",  "sweep", "done",    "failed"};

// Mints that nobody answers, one after the other: then the provider is not well.
constexpr std::uint32_t mostUnanswered = 3;

std::string weightText(double share)
{
    char text[32];
    std::snprintf(text, sizeof text, "%g %%", share * 100);
    return text;
}

std::uint32_t wholeDays(Duration time)
{
    return std::uint32_t(std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::days>(time).count()));
}

} // namespace

std::string_view rotationStateName(RotationState state)
{
    return rotationStateNames[std::size_t(state)];
}

RotationAction RotationPlan::resume(const RotationEvent& event)
{
    pending_ = std::visit([this](const auto& one) { return handle(one); }, event);
    return pending_;
}

std::string_view RotationPlan::outcome() const
{
    return state_ == RotationState::done ? "done" : state_ == RotationState::failed ? "failed" : "none";
}

RotationAction RotationPlan::handle(const RotationStarted& event)
{
    if (state_ != RotationState::idle)
        return pending_;
    started_ = event;
    unresolved_ = event.unresolved;
    left_ = event.left;
    served_ = weightsBefore();
    return mint(event.at);
}

RotationAction RotationPlan::mint(WallTime at)
{
    changed();
    state_ = RotationState::mint;
    // Neither the second nor the number of the mint tells this rotation from one of another target, or of another workspace that keeps
    // its keys in the same account: the tag does.
    name_ = "auto-rotate-" + formatCompact(at) + (started_.nameTag.empty() ? "" : "-" + started_.nameTag) +
            (mints_ == 0 ? "" : "-" + std::to_string(mints_ + 1));
    ++mints_;
    note(at, "mint " + name_);
    return MintKey{name_, wholeDays(started_.policy.life), started_.policy.rateLimit};
}

RotationAction RotationPlan::handle(const KeyMinted& event)
{
    const bool pasted = std::holds_alternative<AwaitKey>(pending_);
    if ((!std::holds_alternative<MintKey>(pending_) && !pasted) || state_ != RotationState::mint)
        return pending_; // late, after it was looked for: the look tells of it
    changed();
    pasted_ = pasted;
    state_ = RotationState::store;
    newKey_ = event.keyId;
    why_.clear(); // an earlier mint may have gone unanswered
    note(event.at, pasted ? "a person pasted the key" : "minted");
    return StoreKey{newKey_};
}

RotationAction RotationPlan::mintAgain(WallTime at)
{
    return unanswered_ < mostUnanswered ? mint(at) : end(false, at);
}

RotationAction RotationPlan::handle(const MintReconciled& event)
{
    const bool asked = std::holds_alternative<ReconcileMint>(pending_) || std::holds_alternative<MintKey>(pending_);
    if (!asked)
        return pending_;
    changed();
    std::vector<std::string> orphans = event.keyIds;
    std::erase(orphans, currentKey());
    if (!orphans.empty()) {
        // The provider made it, but its secret was in the reply that was lost: useless, and not to be left alive.
        note(event.at, "found an orphan of a lost reply");
        return revokeOrphans(std::move(orphans));
    }
    if (state_ == RotationState::sweep) {
        unresolved_.clear();
        return close(sweptAfterDone_, event.at);
    }
    // The request never arrived: a new name, since the old one may still be on its way. It is looked for at the end.
    leaveUnresolved(name_);
    return mintAgain(event.at);
}

RotationAction RotationPlan::revokeOrphans(std::vector<std::string> keyIds)
{
    for (const std::string& id : keyIds) {
        if (std::ranges::find(orphans_, id) == orphans_.end())
            orphans_.push_back(id);
    }
    toRevoke_ = std::move(keyIds);
    return RevokeKey{toRevoke_.front()};
}

RotationAction RotationPlan::handle(const KeyLost& event)
{
    if (state_ != RotationState::store || event.keyId != newKey_)
        return pending_;
    changed();
    state_ = RotationState::mint;
    newKey_.clear();
    note(event.at, "the secret was lost before it was stored");
    if (std::exchange(pasted_, false)) // it lives, and who made it can paste it again
        return AwaitKey{name_};
    return revokeOrphans({event.keyId});
}

RotationAction RotationPlan::handle(const KeyStored& event)
{
    if (state_ != RotationState::store || event.keyId != newKey_)
        return pending_;
    changed();
    state_ = RotationState::prove;
    note(event.at, "stored, version " + std::to_string(event.version));
    return ProveKey{newKey_};
}

RotationAction RotationPlan::handle(const KeyProven& event)
{
    if (state_ != RotationState::prove || event.keyId != newKey_)
        return pending_;
    changed();
    state_ = RotationState::publish;
    std::string where;
    for (const auto& region : event.regions)
        where += (where.empty() ? " in " : ", ") + region;
    note(event.at, "proven" + where);
    return PublishKey{newKey_};
}

RotationAction RotationPlan::handle(const KeyPublished& event)
{
    if (state_ != RotationState::publish || event.keyId != newKey_)
        return pending_;
    published_ = true;
    note(event.at, "published to the gateways");
    return ramp(0, event.at);
}

RotationAction RotationPlan::ramp(std::uint32_t step, WallTime)
{
    changed();
    state_ = RotationState::ramp;
    rampStep_ = step;
    weight_ = atOnce() ? 1 : started_.policy.ramp[step].share;
    rampBegan_.reset();
    judgedAt_.reset();
    return SetWeights{weights(weight_)};
}

double RotationPlan::ownWeight() const
{
    const auto weightOf = [&](const std::string& id) {
        const auto found = started_.weights.find(id);
        return found == started_.weights.end() ? 0 : found->second;
    };
    double own = weightOf(started_.currentKey);
    for (const std::string& id : started_.left)
        own += weightOf(id);
    return own <= 0 ? 1 : own;
}

std::map<std::string, double> RotationPlan::weights(double newShare) const
{
    std::map<std::string, double> out;
    // The others keep theirs, keys for other hosts among them. Where the current key had none, nothing else is of use.
    if (started_.weights.contains(started_.currentKey))
        out = started_.weights;
    out.erase(started_.currentKey);
    for (const std::string& id : started_.left)
        out.erase(id);
    if (!alone() && newShare < 1)
        out[started_.currentKey] = ownWeight() * (1 - newShare);
    if (newShare > 0)
        out[newKey_] = ownWeight() * newShare;
    return out;
}

std::map<std::string, double> RotationPlan::weightsBefore() const
{
    if (!started_.weights.empty() || alone())
        return started_.weights;
    return {{started_.currentKey, 1.0}};
}

std::string RotationPlan::servedText() const
{
    std::string text;
    for (const auto& [id, weight] : served_)
        text += (text.empty() ? "" : ", ") + id + " " + weightText(weight);
    return text;
}

RotationAction RotationPlan::handle(const WeightsServed& event)
{
    if (!std::holds_alternative<SetWeights>(pending_))
        return pending_;
    changed();
    served_ = std::get<SetWeights>(pending_).weights;
    evidenceFrom_ = event.generation;
    if (state_ == RotationState::undo)
        return RevokeKey{newKey_};
    if (started_.idle) {
        note(event.at, "no request goes to the target, so there is no ramp");
        return promote();
    }
    rampBegan_ = event.at;
    note(event.at, weightText(newWeight()) + " of the target's requests");
    return ObserveKey{newKey_};
}

RotationAction RotationPlan::promote()
{
    state_ = RotationState::promote;
    return PromoteKey{newKey_, started_.currentKey};
}

GateResult RotationPlan::gateOn(const TargetEvidence& evidence) const
{
    return judgeErrorRate(evidence, started_.policy.errorRateLimit);
}

RotationAction RotationPlan::handle(const KeyLooked& event)
{
    if (!std::holds_alternative<ObserveKey>(pending_) || event.keyId != newKey_)
        return pending_;
    const GateResult abort = judgeAbort(event.evidence, started_.abortErrorRate);
    if (abort.verdict == Verdict::fail)
        return undo(abort.text, event.at);
    const std::uint64_t size = event.evidence.requests();
    const bool due = event.at >= *rampBegan_ + started_.policy.ramp[rampStep_].time &&
                     (!judgedAt_ || size >= std::max(*judgedAt_ + 1, *judgedAt_ + (*judgedAt_ + 1) / 2));
    if (!due)
        return pending_;
    changed();
    judgedAt_ = size;
    const GateResult gate = gateOn(event.evidence);
    if (gate.verdict == Verdict::fail)
        return undo(gate.text, event.at);
    if (gate.verdict == Verdict::inconclusive)
        return pending_;
    note(event.at, gate.text);
    if (weight_ < 1 && rampStep_ + 1 < started_.policy.ramp.size())
        return ramp(rampStep_ + 1, event.at);
    return promote();
}

RotationAction RotationPlan::handle(const PromotionReconciled& event)
{
    if (!std::holds_alternative<ReconcilePromotion>(pending_))
        return pending_;
    if (event.keyId != newKey_)
        return undo(why_, event.at);
    changed();
    promoted_ = true; // the pointer is the promotion; what is left of it is done again
    why_.clear();
    return PromoteKey{newKey_, started_.currentKey};
}

RotationAction RotationPlan::handle(const KeyPromoted& event)
{
    if (!std::holds_alternative<PromoteKey>(pending_) || event.keyId != newKey_)
        return pending_;
    changed();
    promoted_ = true;
    promotedAt_ = event.at;
    note(event.at, "promoted");
    if (sparesTheOld() && !alone())
        note(event.at, "the old key stays: the policy keeps at least " + std::to_string(started_.policy.minKeys) + " live keys");
    leaveTheOld();
    // With the new one, enough must live without those that were left, too.
    toRetire_ = started_.liveKeys + 1 < started_.policy.minKeys ? std::vector<std::string>{} : left_;
    // Last come those of earlier rotations: nothing waits for them.
    std::ranges::stable_partition(toRetire_, [&](const std::string& id) { return id == started_.currentKey; });
    return retireNext(event.at);
}

bool RotationPlan::sparesTheOld() const
{
    // Live after the promotion: the keys before and the new one. Revoking the old one must leave the minimum.
    return started_.liveKeys < started_.policy.minKeys;
}

RotationAction RotationPlan::retireNext(WallTime at)
{
    if (toRetire_.empty())
        return end(true, at);
    state_ = RotationState::overlap;
    const std::string& id = toRetire_.front();
    // A key that was left had its overlap; that nothing uses it any more must be seen all the same.
    return AwaitQuiet{id, id == started_.currentKey ? promotedAt_ + started_.policy.overlap : at, started_.policy.overlap};
}

RotationAction RotationPlan::handle(const KeyQuiet& event)
{
    if (state_ != RotationState::overlap || event.keyId != toRetire_.front())
        return pending_;
    changed();
    state_ = RotationState::revoke;
    const bool old = event.keyId == started_.currentKey;
    note(event.at, old ? "the old key is no longer used" : event.keyId + ", which an earlier rotation left, is not used");
    return RevokeKey{event.keyId};
}

RotationAction RotationPlan::handle(const KeyRevoked& event)
{
    if (toEnd() == nullptr || *toEnd() != event.keyId)
        return pending_;
    changed();
    std::erase(left_, event.keyId);
    switch (state_) {
    case RotationState::mint:
    case RotationState::sweep:
        note(event.at, "revoked the orphan");
        std::erase(toRevoke_, event.keyId);
        if (!toRevoke_.empty())
            return RevokeKey{toRevoke_.front()};
        if (state_ == RotationState::mint)
            return mintAgain(event.at);
        unresolved_.clear();
        return close(sweptAfterDone_, event.at);
    case RotationState::undo:
        note(event.at, "revoked the new key");
        return end(false, event.at);
    case RotationState::revoke:
        note(event.at, event.keyId == started_.currentKey ? "revoked the old key" : "revoked " + event.keyId);
        std::erase(toRetire_, event.keyId);
        return retireNext(event.at);
    default: return pending_;
    }
}

const std::string* RotationPlan::toEnd() const
{
    if (const auto* revoke = std::get_if<RevokeKey>(&pending_))
        return &revoke->keyId;
    const auto* await = std::get_if<AwaitEnd>(&pending_);
    return await == nullptr ? nullptr : &await->keyId;
}

RotationAction RotationPlan::handle(const PersonNeeded& event)
{
    if (std::holds_alternative<MintKey>(pending_)) {
        changed();
        note(event.at, "the provider has no API to make keys: waits for one made on its dashboard under the name " + name_);
        return AwaitKey{name_};
    }
    const auto* revoke = std::get_if<RevokeKey>(&pending_);
    if (revoke == nullptr)
        return pending_;
    changed();
    note(event.at, "the provider has no API to end keys: waits until " + revoke->keyId + " is ended on its dashboard");
    return AwaitEnd{revoke->keyId};
}

RotationAction RotationPlan::undo(std::string why, WallTime at)
{
    changed();
    why_ = std::move(why);
    note(at, why_);
    const bool weighted = weight_ > 0;
    state_ = RotationState::undo;
    // Nothing to go back to: a lone new key that turns bad is left in place rather than leaving no key at all.
    if (alone() && published_)
        return end(false, at);
    weight_ = 0;
    if (weighted)
        return SetWeights{weightsBefore()};
    return RevokeKey{newKey_};
}

void RotationPlan::blame(std::string why, WallTime at)
{
    changed();
    note(at, why);
    why_ += (why_.empty() ? "" : "; ") + std::move(why);
}

void RotationPlan::leaveUnresolved(const std::string& name)
{
    if (std::ranges::find(unresolved_, name) == unresolved_.end())
        unresolved_.push_back(name);
}

void RotationPlan::leave(const std::string& keyId)
{
    if (!keyId.empty() && std::ranges::find(left_, keyId) == left_.end())
        left_.push_back(keyId);
}

void RotationPlan::leaveTheOld()
{
    if (!sparesTheOld())
        leave(started_.currentKey);
}

// ---- resumption and end

RotationAction RotationPlan::handle(const RotationResumed&)
{
    // The reply of a mint may be lost: ask the provider before anything is made again.
    if (!std::holds_alternative<MintKey>(pending_))
        return pending_;
    changed();
    return ReconcileMint{{name_}};
}

RotationAction RotationPlan::end(bool done, WallTime at)
{
    if (unresolved_.empty())
        return close(done, at);
    changed();
    state_ = RotationState::sweep;
    sweptAfterDone_ = done;
    return ReconcileMint{unresolved_};
}

RotationAction RotationPlan::close(bool done, WallTime at)
{
    changed();
    state_ = done ? RotationState::done : RotationState::failed;
    note(at, done ? "done" : "failed");
    return EndRotation{done};
}

void RotationPlan::note(WallTime at, std::string text)
{
    history_.push_back({at, std::move(text)});
}

} // namespace drover
