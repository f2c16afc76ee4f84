// SPDX-License-Identifier: Apache-2.0
// How a rotation ends a key: out of the gateways' reach, at the provider or by a person, and never claimed before it is seen.
#include "app/KeyEnding.h"
#include "app/Retry.h"
#include "app/RotationRunner.h"
#include "ports/Timer.h"
#include "protocol/openai/Errors.h"

#include <algorithm>

namespace drover::app {
namespace {

constexpr Duration endingTime = 10s;
constexpr Duration secretTime = 10s;
constexpr Duration lookPause = 5s; // between looks at a key that a person is to end
constexpr int endingTries = 5;

} // namespace

// Replaced by the new key, or by that of an earlier rotation which could not end it.
bool RotationRunner::isReplaced(const std::string& keyId) const
{
    const RotationStarted& start = plan().start();
    return keyId == start.currentKey || std::ranges::find(start.left, keyId) != start.left.end();
}

// A key whose id came from the provider's API; one that a person pasted, or that was here before, may have an id of ours.
bool RotationRunner::idIsProviders(const std::string& keyId) const
{
    return !isReplaced(keyId) && !(plan().pasted() && keyId == plan().newKey());
}

Task<Result<bool>> RotationRunner::end(std::string keyId)
{
    EndingKey ending;
    ending.id = keyId;
    ending.target = targetName();
    ending.credential = plan().currentKey();
    ending.propagation = policy().propagation;
    ending.idIsProviders = idIsProviders(keyId);
    if (minted_ && minted_->id == keyId)
        ending.inHand.emplace(minted_->key.duplicate());
    return endAtProvider(ports_, desk_, std::move(ending));
}

// Whether an earlier life saw it refused: that is noted before its secret goes.
Task<Result<bool>> RotationRunner::isNotedAsEnded(std::string keyId)
{
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keysOf(targetName()));
    co_return std::ranges::any_of(records, [&](const KeyRecord& record) {
        return record.id == keyId && record.state == KeyState::revoked;
    });
}

// A key that the provider was seen to refuse. Noted first: without the secret nobody could see it again.
Task<Result<void>> RotationRunner::forget(std::string keyId)
{
    DROVER_CO_CHECK(co_await setState(keyId, KeyState::revoked));
    DROVER_CO_CHECK(co_await forgetSecret(ports_, keyId));
    co_await recordDeed("key.revoke", keyId);
    co_return Result<void>{};
}

// Somebody may have given the replaced key a weight again, or made the first document with it: then it is in use.
Task<Result<void>> RotationRunner::isOutOfUse(std::string keyId)
{
    DROVER_CO_TRY(const std::optional<RoutingDocument> document, co_await desk_.read());
    if (!document || !document->targets.contains(targetName()))
        co_return Result<void>{};
    const auto& weights = document->targets.at(targetName()).keys;
    const auto found = weights.find(keyId);
    if (found != weights.end() && found->second > 0)
        co_return Error{Errc::refused, "the routing document gives it a weight", keyId};
    co_return Result<void>{};
}

// Until the provider refuses it, a key is retired (no gateway uses it) and no more.
Task<RotationEvent> RotationRunner::revoke(std::string keyId)
{
    const bool replaced = isReplaced(keyId);
    for (int attempt = 0;; ++attempt) {
        Result<void> result;
        Result<bool> ended = co_await isNotedAsEnded(keyId);
        if (replaced && ended.has_value() && !*ended)
            result = co_await isOutOfUse(keyId);
        if (result.has_value() && ended.has_value() && !*ended) {
            result = co_await setState(keyId, replaced ? KeyState::retired : KeyState::failed);
            if (result.has_value())
                ended = co_await end(keyId);
        }
        if (result.has_value() && ended.has_value() && !*ended)
            co_return noApiToEnd(keyId);
        if (ended.has_error())
            result = ended.error();
        if (result.has_value())
            result = co_await forget(keyId);
        if (result.has_value())
            co_return KeyRevoked{keyId, now()};
        if (!mayPass(result.error().code) || attempt == endingTries)
            co_return failed(result.error());
        co_await delay(backoff(attempt));
    }
}

RotationEvent RotationRunner::noApiToEnd(const std::string& keyId) const
{
    if (where_.byHand != ByHand::refuse)
        return PersonNeeded{now()};
    return failed({Errc::refused, "this provider has no API to end keys: end it on its dashboard", keyId});
}

Task<EndWanted> RotationRunner::endWanted(std::string keyId)
{
    EndWanted wanted{targetName(), keyId, {}, {}, dashboardOf(target())};
    const auto records = co_await ports_.inventory.keysOf(targetName());
    if (records.has_error())
        co_return wanted;
    const auto found = std::ranges::find(*records, keyId, &KeyRecord::id);
    if (found != records->end()) {
        wanted.name = found->name;
        wanted.hint = found->hint;
    }
    co_return wanted;
}

// Whether the provider says no to the key: to the stored copy, or to the one in hand that no store took. Where there is neither, its list
// tells, if it has one. Errors: refused where nobody can see it; those of stores and provider.
Task<Result<bool>> RotationRunner::isRefused(std::string keyId)
{
    DROVER_CO_TRY(const bool noted, co_await isNotedAsEnded(keyId));
    if (noted)
        co_return true;
    auto stored = co_await ports_.secrets.read(keyId, soon(secretTime));
    if (!stored.has_value() && stored.error().code != Errc::notFound)
        co_return stored.error();
    if (!stored.has_value() && (!minted_ || minted_->id != keyId)) {
        DROVER_CO_TRY(const std::unique_ptr<KeyIssuer> issuing, co_await issuer());
        co_return co_await hasEndedByList(*issuing, keyId, idIsProviders(keyId), soon(endingTime));
    }
    const Secret copy = stored.has_value() ? std::move(stored->value) : minted_->key.duplicate();
    const auto answer = co_await ports_.provider.models(target().openai, copy, soon(endingTime));
    if (!answer.has_value())
        co_return answer.error();
    co_return refusesKey(answer->status, answer->body);
}

// Never taken on anybody's word: it is ended when the provider refuses it.
Task<std::optional<RotationEvent>> RotationRunner::awaitEnd(std::string keyId)
{
    for (int attempt = 0;; ++attempt) {
        Result<bool> refused = co_await isRefused(keyId);
        if (refused.has_value() && *refused) {
            const Result<void> forgotten = co_await forget(keyId);
            if (forgotten.has_value())
                co_return KeyRevoked{keyId, now()};
            if (!mayPass(forgotten.error().code))
                co_return failed(forgotten.error());
        } else if (refused.has_error() && !mayPass(refused.error().code)) {
            co_return failed(refused.error());
        }
        if (where_.byHand != ByHand::ask)
            co_return std::nullopt;
        if (attempt == 0) {
            const EndWanted wanted = co_await endWanted(keyId);
            const Result<void> told = where_.person.end(wanted);
            if (told.has_error() && told.error().code == Errc::refused)
                co_return failed(told.error());
            if (told.has_error())
                co_return std::nullopt;
        }
        co_await delay(backoff(attempt, lookPause));
    }
}

} // namespace drover::app
