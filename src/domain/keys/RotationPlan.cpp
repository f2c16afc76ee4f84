// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/RotationPlan.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

namespace drover {
namespace {

constexpr std::array<std::string_view, 12> rotationStateNames{"idle",    "mint",    "store",  "prove", "publish", "ramp",
                                                              "promote", "overlap", "revoke", "undo",  "done",    "failed"};

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
    return mint(event.at);
}

RotationAction RotationPlan::mint(WallTime at)
{
    changed();
    state_ = RotationState::mint;
    // The second is in the name; a second mint of one rotation needs a name of its own all the same.
    name_ = "auto-rotate-" + formatCompact(at) + (mints_ == 0 ? "" : "-" + std::to_string(mints_ + 1));
    ++mints_;
    note(at, "mint " + name_);
    return MintKey{name_, wholeDays(started_.policy.life), started_.policy.rateLimit};
}

RotationAction RotationPlan::handle(const KeyMinted& event)
{
    if (state_ != RotationState::mint)
        return pending_;
    changed();
    state_ = RotationState::store;
    newKey_ = event.keyId;
    note(event.at, "minted");
    return StoreKey{newKey_};
}

RotationAction RotationPlan::handle(const MintReconciled& event)
{
    if (state_ != RotationState::mint)
        return pending_;
    if (event.keyId.empty())
        return mint(event.at); // the request never arrived: a new name, since the old one may still be on its way
    // The provider made it, but its secret was in the reply that was lost: useless, and not to be left alive.
    changed();
    orphans_.push_back(event.keyId);
    note(event.at, "found an orphan of a lost reply");
    return RevokeKey{event.keyId};
}

RotationAction RotationPlan::handle(const KeyLost& event)
{
    if (state_ != RotationState::store || event.keyId != newKey_)
        return pending_;
    changed();
    state_ = RotationState::mint;
    orphans_.push_back(newKey_);
    newKey_.clear();
    note(event.at, "the secret was lost before it was stored");
    return RevokeKey{event.keyId};
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
    // With no key before it there is nothing to ramp against: the whole weight at once.
    const bool alone = started_.currentKey.empty();
    weight_ = alone ? 1 : started_.policy.ramp[step].share;
    rampBegan_.reset();
    judgedAt_.reset();
    return SetWeights{weights(weight_)};
}

std::map<std::string, double> RotationPlan::weights(double newShare) const
{
    std::map<std::string, double> out;
    if (!started_.currentKey.empty() && newShare < 1)
        out[started_.currentKey] = 1 - newShare;
    if (!newKey_.empty() && newShare > 0)
        out[newKey_] = newShare;
    return out;
}

RotationAction RotationPlan::handle(const WeightsServed& event)
{
    if (!std::holds_alternative<SetWeights>(pending_))
        return pending_;
    changed();
    evidenceFrom_ = event.generation;
    if (state_ == RotationState::undo)
        return RevokeKey{newKey_};
    rampBegan_ = event.at;
    note(event.at, weightText(weight_) + " of the target's requests");
    return ObserveKey{newKey_};
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
    state_ = RotationState::promote;
    return PromoteKey{newKey_, started_.currentKey};
}

RotationAction RotationPlan::handle(const KeyPromoted& event)
{
    if (state_ != RotationState::promote || event.keyId != newKey_)
        return pending_;
    changed();
    promoted_ = true;
    note(event.at, "promoted");
    // Live now: the keys before and the new one. Revoking the old one must leave the minimum.
    if (started_.currentKey.empty() || started_.liveKeys < started_.policy.minKeys) {
        if (!started_.currentKey.empty())
            note(event.at, "the old key stays: the policy keeps at least " + std::to_string(started_.policy.minKeys) +
                               " live keys");
        return end(true, event.at);
    }
    state_ = RotationState::overlap;
    return AwaitQuiet{started_.currentKey, event.at + started_.policy.overlap};
}

RotationAction RotationPlan::handle(const KeyQuiet& event)
{
    if (state_ != RotationState::overlap || event.keyId != started_.currentKey)
        return pending_;
    changed();
    state_ = RotationState::revoke;
    note(event.at, "the old key is no longer used");
    return RevokeKey{started_.currentKey};
}

RotationAction RotationPlan::handle(const KeyRevoked& event)
{
    if (!std::holds_alternative<RevokeKey>(pending_) || std::get<RevokeKey>(pending_).keyId != event.keyId)
        return pending_;
    changed();
    switch (state_) {
    case RotationState::mint:
        note(event.at, "revoked the orphan");
        return mint(event.at);
    case RotationState::undo:
        note(event.at, "revoked the new key");
        return end(false, event.at);
    case RotationState::revoke:
        note(event.at, "revoked the old key");
        return end(true, event.at);
    default: return pending_;
    }
}

RotationAction RotationPlan::undo(std::string why, WallTime at)
{
    changed();
    why_ = std::move(why);
    note(at, why_);
    const bool weighted = weight_ > 0;
    state_ = RotationState::undo;
    weight_ = 0;
    // Nothing to go back to: a lone new key that turns bad is left in place rather than leaving no key at all.
    if (started_.currentKey.empty() && published_)
        return end(false, at);
    if (weighted)
        return SetWeights{weights(0)};
    return RevokeKey{newKey_};
}

RotationAction RotationPlan::handle(const StepFailed& event)
{
    if (state_ == RotationState::idle || state_ == RotationState::done || state_ == RotationState::failed)
        return pending_;
    if (std::holds_alternative<MintKey>(pending_) || std::holds_alternative<ReconcileMint>(pending_)) {
        changed();
        why_ = event.why;
        note(event.at, event.why);
        return end(false, event.at); // nothing was made
    }
    if (promoted_ || std::holds_alternative<PromoteKey>(pending_)) {
        // The new key works and carries the traffic. What is left undone is named, not undone.
        changed();
        why_ = event.why;
        note(event.at, event.why);
        return end(promoted_, event.at);
    }
    if (state_ == RotationState::undo || std::holds_alternative<RevokeKey>(pending_)) {
        changed();
        why_ += (why_.empty() ? "" : "; ") + event.why;
        if (std::holds_alternative<SetWeights>(pending_))
            return pending_; // the old key must get its weight back before anything else
        orphans_.push_back(std::get<RevokeKey>(pending_).keyId);
        note(event.at, "could not be revoked: " + event.why);
        return end(false, event.at);
    }
    return undo(event.why, event.at);
}

RotationAction RotationPlan::handle(const RotationResumed&)
{
    // The reply of a mint may be lost: ask the provider before anything is made again.
    if (const auto* asked = std::get_if<MintKey>(&pending_))
        return ReconcileMint{asked->name};
    return pending_;
}

RotationAction RotationPlan::end(bool done, WallTime at)
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
