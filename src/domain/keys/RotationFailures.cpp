// SPDX-License-Identifier: Apache-2.0
// RotationPlan: what becomes of a step that failed.
#include "domain/keys/RotationPlan.h"

#include <algorithm>

namespace drover {
namespace {

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

} // namespace

bool mayPass(Errc code)
{
    return code == Errc::network || code == Errc::timeout || code == Errc::unavailable || code == Errc::rateLimited ||
           code == Errc::conflict || code == Errc::io || code == Errc::busy;
}

bool isRefusal(Errc code)
{
    return code == Errc::unauthorized || code == Errc::forbidden || code == Errc::notFound || code == Errc::quota ||
           code == Errc::invalidInput || code == Errc::rateLimited || code == Errc::refused;
}

RotationAction RotationPlan::handle(const StepFailed& event)
{
    switch (state_) {
    case RotationState::idle:
    case RotationState::done:
    case RotationState::failed: return pending_;
    case RotationState::mint: return toEnd() != nullptr ? revokeFailed(event) : mintFailed(event);
    case RotationState::promote: return promotionFailed(event);
    case RotationState::sweep: return sweepFailed(event);
    case RotationState::overlap:
    case RotationState::revoke: return notRetired(event.why, event.at);
    case RotationState::undo: break;
    default: return undo(event.why, event.at);
    }
    if (toEnd() != nullptr)
        return revokeFailed(event);
    // The old key must get its weight back before anything else; and where that is no use, the new one must live on.
    if (mayPass(event.code))
        return pending_;
    blame("the weights could not be given back: " + event.why + "; both keys stay, the gateways serve " + servedText(), event.at);
    leave(newKey_); // gateways may have more than they acknowledged: the next rotation sees which one serves, and ends the other
    leaveTheOld();
    return end(false, event.at);
}

// The new key works and carries the traffic. What is left undone is named, not undone, and the next rotation's to do.
RotationAction RotationPlan::notRetired(std::string why, WallTime at)
{
    const std::string keyId = toRetire_.front();
    blame(keyId + (keyId == started_.currentKey ? " is replaced but not revoked: " : " is left from an earlier rotation and not revoked: ") + why, at);
    toRetire_.erase(toRetire_.begin());
    return retireNext(at);
}

RotationAction RotationPlan::mintFailed(const StepFailed& event)
{
    if (std::holds_alternative<ReconcileMint>(pending_)) {
        leaveUnresolved(name_);
        blame("whether the provider made " + name_ + " could not be told: " + event.why, event.at);
        return close(false, event.at);
    }
    if (std::holds_alternative<AwaitKey>(pending_)) { // the person may have made it all the same
        leaveUnresolved(name_);
        blame("no key was pasted: " + event.why, event.at);
        return end(false, event.at);
    }
    why_.clear(); // of an earlier one
    blame(event.why, event.at);
    if (isRefusal(event.code))
        return end(false, event.at); // nothing was made
    ++unanswered_;
    return ReconcileMint{{name_}};
}

// Of the new key, which did not do, or of an orphan.
RotationAction RotationPlan::revokeFailed(const StepFailed& event)
{
    const std::string keyId = *toEnd();
    if (std::ranges::find(orphans_, keyId) == orphans_.end())
        orphans_.push_back(keyId);
    if (keyId == newKey_)
        leave(keyId); // it has a record
    leaveUnresolved(name_);
    blame(keyId + " could not be revoked: " + event.why, event.at);
    return end(false, event.at);
}

RotationAction RotationPlan::promotionFailed(const StepFailed& event)
{
    if (std::holds_alternative<ReconcilePromotion>(pending_)) {
        if (mayPass(event.code))
            return pending_;
        blame("whether " + newKey_ + " was promoted could not be told: " + event.why + "; both keys stay, the gateways serve " +
                  servedText(),
              event.at);
        leave(newKey_);
        leaveTheOld();
        return end(false, event.at);
    }
    if (!promoted_) {
        blame(event.why, event.at);
        return ReconcilePromotion{newKey_};
    }
    blame(newKey_ + " is promoted, but the inventory does not say so: " + event.why, event.at);
    leaveTheOld();
    return end(true, event.at);
}

RotationAction RotationPlan::sweepFailed(const StepFailed& event)
{
    if (toEnd() != nullptr)
        blame(*toEnd() + " could not be revoked: " + event.why, event.at);
    else
        blame("whether the provider made " + listed(unresolved_) + " could not be told: " + event.why, event.at);
    return close(sweptAfterDone_, event.at);
}

} // namespace drover
