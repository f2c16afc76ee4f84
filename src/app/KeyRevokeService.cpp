// SPDX-License-Identifier: Apache-2.0
#include "app/KeyRevokeService.h"

#include "app/Deed.h"
#include "app/KeyEnding.h"
#include "app/KeyPublishing.h"
#include "app/MigrationService.h"
#include "ports/Timer.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration revokeLookTime = 10s;
constexpr Duration gatewayPoll = 100ms;

Error notNow(std::string why, const std::string& id)
{
    return Error{Errc::refused, std::move(why), id};
}

} // namespace

Task<Result<KeyRecord>> KeyRevokeService::find(std::string id)
{
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    const auto found = std::ranges::find(records, id, &KeyRecord::id);
    if (found == records.end())
        co_return Error{Errc::notFound, "there is no key " + id + " in the inventory", id};
    if (!ports_.config.targets.contains(found->target))
        co_return Error{Errc::invalidInput, "drover.toml has no target \"" + found->target + "\"", "targets." + found->target};
    co_return *found;
}

// Neither what traffic goes to nor what a rotation has in its hands.
Task<Result<void>> KeyRevokeService::freeOfWork(KeyRecord record)
{
    if (record.state == KeyState::current || record.state == KeyState::ramping)
        co_return notNow("the key is " + std::string(keyStateName(record.state)) + ": `droverctl rotation run` replaces it and revokes it at the end",
                     record.id);
    DROVER_CO_TRY(const std::optional<RoutingDocument> document, co_await desk_.read());
    if (document) {
        for (const auto& [name, target] : document->targets) {
            const auto weight = target.keys.find(record.id);
            if (weight != target.keys.end() && weight->second > 0)
                co_return notNow("the key has a weight of " + std::to_string(int(weight->second * 100 + 0.5)) + " % of the requests to " + name +
                                 ": `droverctl rotation run` replaces it and revokes it at the end",
                             record.id);
        }
    }
    DROVER_CO_TRY(const std::string promoted, co_await promotedKey(ports_, record.target));
    if (promoted == record.id && isLive(record.state))
        co_return notNow("the store's entry `" + productionName(record.target) + "` names this key: `droverctl rotation run` replaces it", record.id);
    DROVER_CO_TRY(const std::vector<RotationPlan> open, co_await openRotations(ports_.journal));
    for (const RotationPlan& plan : open)
        if (worksWith(plan, record.id))
            co_return notNow("rotation " + plan.id() + " has not ended and works with this key: `droverctl rotation resume --target " +
                                 plan.start().target + "`",
                             record.id);
    co_return Result<void>{};
}

// D4: the inventory is never emptied.
Task<Result<void>> KeyRevokeService::leavesEnough(KeyRecord record)
{
    if (!isLive(record.state))
        co_return Result<void>{};
    DROVER_CO_TRY(const MigrationPolicy policy, ports_.policy(ports_.config.policy));
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    const auto left = std::ranges::count_if(records, [&](const KeyRecord& other) {
        return other.target == record.target && other.id != record.id && isLive(other.state);
    });
    const std::uint32_t least = std::max(policy.rotation.minKeys, 1U);
    if (left < std::int64_t{least})
        co_return notNow("target " + record.target + " would have " + std::to_string(left) + " live keys, and at least " + std::to_string(least) +
                         " must remain: add and verify another one first",
                     record.id);
    co_return Result<void>{};
}

Task<Result<void>> KeyRevokeService::mayRevoke(std::string id)
{
    DROVER_CO_TRY(const KeyRecord record, co_await find(std::move(id)));
    if (record.state == KeyState::revoked)
        co_return Result<void>{};
    DROVER_CO_CHECK(co_await freeOfWork(record));
    co_return co_await leavesEnough(record);
}

// Every gateway that lives serves the generation or a later one.
Task<Result<void>> KeyRevokeService::untilServed(std::uint64_t generation, Duration patience)
{
    const Deadline enough = Deadline::in(ports_.clock, patience);
    for (;;) {
        DROVER_CO_TRY(const std::vector<GatewayAck> acks, co_await ports_.routing.acks(Deadline::in(ports_.clock, revokeLookTime)));
        const auto late = std::ranges::find_if(acks, [&](const GatewayAck& ack) {
            return ports_.clock.now() - ack.at <= ackLife && ack.generation < generation;
        });
        if (late == acks.end())
            co_return Result<void>{};
        if (enough.passed())
            co_return Error{Errc::timeout, "gateway " + late->gateway + " still serves generation " + std::to_string(late->generation) +
                                               ", which may use the key; the document is at " + std::to_string(generation),
                            late->gateway};
        co_await delay(gatewayPoll);
    }
}

Task<Result<void>> KeyRevokeService::takeFromGateways(KeyRecord record, std::string reason, Duration patience)
{
    DROVER_CO_TRY(std::optional<RoutingDocument> document, co_await desk_.read());
    if (document) {
        // Named without a weight: gateways would look for it in vain.
        std::map<std::string, double> weights;
        if (const auto target = document->targets.find(record.target); target != document->targets.end())
            weights = target->second.keys;
        if (weights.erase(record.id) > 0) {
            DROVER_CO_TRY(document, co_await desk_.setWeights(record.target, std::move(weights)));
        }
        DROVER_CO_CHECK(co_await untilServed(document->generation, patience));
    }
    DROVER_CO_CHECK(co_await ports_.audit.record(deedNow(ports_, "key.retire", record.id, std::move(reason))));
    Inventory::Change retire = [seen = record.state](KeyRecord& there) -> Result<void> {
        if (there.state != seen)
            return Error{Errc::conflict, "the key has become " + std::string(keyStateName(there.state)) + " meanwhile", there.id};
        if (there.state != KeyState::failed)
            there.state = KeyState::retired;
        return {};
    };
    DROVER_CO_CHECK(co_await ports_.inventory.change(record.target, record.id, std::move(retire)));
    co_return Result<void>{};
}

// Another key of the target to ask the provider with.
Task<Result<std::string>> KeyRevokeService::credentialBeside(KeyRecord record)
{
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    std::string best;
    for (const KeyRecord& other : records) {
        if (other.target != record.target || other.id == record.id || !isLive(other.state))
            continue;
        if (best.empty() || other.state == KeyState::current)
            best = other.id;
    }
    co_return best;
}

Task<Result<KeyRecord>> KeyRevokeService::revoke(std::string id, std::string reason, Duration patience)
{
    std::unique_ptr<Subscription> lock;
    if (ports_.lockController) {
        DROVER_CO_TRY(lock, ports_.lockController());
    }
    DROVER_CO_TRY(const KeyRecord record, co_await find(id));
    if (record.state == KeyState::revoked) {
        DROVER_CO_CHECK(co_await forgetSecret(ports_, record.id)); // where an earlier run was broken off
        co_return record;
    }
    DROVER_CO_CHECK(co_await freeOfWork(record));
    DROVER_CO_CHECK(co_await leavesEnough(record));
    // Without the store nothing could be proven: better nothing is begun.
    DROVER_CO_CHECK(co_await ports_.secrets.check(Deadline::in(ports_.clock, revokeLookTime)));
    DROVER_CO_CHECK(co_await takeFromGateways(record, reason, patience));
    EndingKey ending;
    ending.id = record.id;
    ending.target = record.target;
    DROVER_CO_TRY(ending.credential, co_await credentialBeside(record));
    ending.propagation = patience;
    ending.endedByHand = true;
    const Result<bool> ended = co_await endAtProvider(ports_, desk_, std::move(ending));
    if (ended.has_error()) {
        Error error = ended.error();
        error.what += "; no gateway uses it any more (retired): then `droverctl keys revoke " + record.id + "` again";
        co_return error;
    }
    // Noted before the secret goes: without the secret nobody could see again that the provider refuses it.
    Inventory::Change revoked = [](KeyRecord& there) -> Result<void> {
        there.state = KeyState::revoked;
        return {};
    };
    DROVER_CO_TRY(const KeyRecord done, co_await ports_.inventory.change(record.target, record.id, std::move(revoked)));
    warnUnlessNoted(ports_, "a revocation could not be written to the audit", record.id,
                    co_await ports_.audit.record(deedNow(ports_, "key.revoke", record.id, std::move(reason))));
    DROVER_CO_CHECK(co_await forgetSecret(ports_, record.id));
    co_return done;
}

} // namespace drover::app
