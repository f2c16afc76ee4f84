// SPDX-License-Identifier: Apache-2.0
#include "app/RotationRunner.h"

#include "app/Deed.h"
#include "app/KeyEnding.h"
#include "app/KeyPublishing.h"
#include "app/KeyService.h"
#include "app/Retry.h"
#include "app/Rotations.h"
#include "ports/Timer.h"
#include "protocol/routing/Sealing.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <variant>

namespace drover::app {
namespace {

constexpr Duration providerTime = 10s;
constexpr Duration keyStoreTime = 10s;
constexpr int tries = 5;

// How long a provider may be unable to tell what became of a mint.
constexpr Duration reconcileTime = 10min;
constexpr Duration patience = 30s; // between tries of what must be done in the end

// Of the run's random id, enough that no two rotations of one second share it.
std::string nameTagOf(const std::string& run)
{
    return run.substr(run.find('_') + 1, 6);
}

// By its share, or as the other side of a shadow.
bool getsRequests(const RoutingDocument& document, const std::string& target)
{
    const auto found = document.targets.find(target);
    return (found != document.targets.end() && found->second.share > 0) || (document.shadow && document.shadow->target == target);
}

} // namespace

RotationRunner::RotationRunner(Ports& ports, RoutingDesk& desk, Where where)
    : ports_(ports), desk_(desk), where_(std::move(where)), journal_(ports.journal, where_.run, "rotation")
{
}

Task<Result<RotationPlan>> RotationRunner::run()
{
    DROVER_CO_CHECK(co_await journal_.replay());
    DROVER_CO_TRY(RotationEvent event, co_await begin());
    for (;;) {
        DROVER_CO_TRY(RotationAction action, co_await journal_.feed(std::move(event), now()));
        if (onChange_)
            onChange_();
        if (std::holds_alternative<EndRotation>(action))
            co_return plan();
        std::optional<RotationEvent> next = co_await performOrLeave(std::move(action));
        if (!next)
            co_return plan();
        event = std::move(*next);
    }
}

Task<std::optional<RotationEvent>> RotationRunner::performOrLeave(RotationAction action)
{
    const std::optional<WallTime> rests = restsUntil(plan());
    if (rests && where_.leaveRests && *rests >= now() + *where_.leaveRests)
        co_return std::nullopt;
    if (const auto* key = std::get_if<AwaitKey>(&action))
        co_return co_await awaitKey(key->name);
    if (const auto* end = std::get_if<AwaitEnd>(&action))
        co_return co_await awaitEnd(end->keyId);
    co_return co_await perform(std::move(action));
}

Task<Result<RotationEvent>> RotationRunner::begin()
{
    if (plan().state() != RotationState::idle)
        co_return RotationEvent{RotationResumed{now()}};
    DROVER_CO_TRY(const std::vector<KeyRecord> keys, co_await ports_.inventory.keysOf(where_.target));
    RotationStarted started;
    started.id = where_.run;
    started.target = where_.target;
    started.policy = where_.policy;
    started.abortErrorRate = where_.abortErrorRate;
    started.at = now();
    started.nameTag = nameTagOf(where_.run);
    DROVER_CO_TRY(const std::optional<RoutingDocument> document, co_await desk_.read());
    started.idle = !document || !getsRequests(*document, where_.target);
    if (document) {
        const auto weighed = document->targets.find(where_.target);
        if (weighed != document->targets.end())
            started.weights = weighed->second.keys;
    }
    DROVER_CO_CHECK(co_await learnOfBefore(started));
    takeStock(started, keys);
    co_return RotationEvent{std::move(started)};
}

// What the target's rotation before this one could not find out or do, or left behind where it was broken off. Another target's is no concern
// of this one: its provider may be another, and could not tell.
Task<Result<void>> RotationRunner::learnOfBefore(RotationStarted& started)
{
    DROVER_CO_TRY(const std::optional<RotationPlan> before, co_await latestRotation(ports_.journal, started.target));
    if (!before)
        co_return Result<void>{};
    started.left = before->left();
    started.unresolved = before->unresolved();
    if (isOpen(*before) && before->currentKey() != before->newKey())
        started.unresolved.push_back(before->name());
    co_return Result<void>{};
}

// The key that carries traffic; of several the one that is current, or carries most. Of those left, the ones that nobody has ended since.
void RotationRunner::takeStock(RotationStarted& started, const std::vector<KeyRecord>& keys)
{
    using Rank = std::tuple<bool, bool, double>;
    std::optional<Rank> best;
    for (const KeyRecord& key : keys) {
        if (!isLive(key.state))
            continue;
        const auto weight = started.weights.find(key.id);
        const double own = weight == started.weights.end() ? 0 : weight->second;
        const Rank rank{own > 0, key.state == KeyState::current, own};
        if (!best || rank > *best) {
            best = rank;
            started.currentKey = key.id;
        }
    }
    std::erase_if(started.left, [&](const std::string& id) {
        const auto found = std::ranges::find(keys, id, &KeyRecord::id);
        return id == started.currentKey || found == keys.end() || found->state == KeyState::revoked;
    });
    started.liveKeys = std::uint32_t(std::ranges::count_if(keys, [&](const KeyRecord& key) {
        return isLive(key.state) && std::ranges::find(started.left, key.id) == started.left.end();
    }));
}

Task<RotationEvent> RotationRunner::perform(RotationAction action)
{
    if (auto* one = std::get_if<MintKey>(&action))
        return mint(*one);
    if (auto* one = std::get_if<ReconcileMint>(&action))
        return reconcile(one->names);
    if (auto* one = std::get_if<StoreKey>(&action))
        return store(one->keyId);
    if (auto* one = std::get_if<ProveKey>(&action))
        return prove(one->keyId);
    if (auto* one = std::get_if<PublishKey>(&action))
        return publish(one->keyId);
    if (auto* one = std::get_if<SetWeights>(&action))
        return weigh(one->weights);
    if (auto* one = std::get_if<ObserveKey>(&action))
        return observe(one->keyId);
    if (auto* one = std::get_if<PromoteKey>(&action))
        return promote(*one);
    if (std::holds_alternative<ReconcilePromotion>(action))
        return reconcilePromotion();
    if (auto* one = std::get_if<AwaitQuiet>(&action))
        return awaitQuiet(*one);
    return revoke(std::get<RevokeKey>(action).keyId);
}

RotationEvent RotationRunner::failed(const Error& error) const
{
    return StepFailed{error.code, describe(error), now()};
}

// What is done cannot be undone for want of a row in the audit: that is said in the log.
Task<void> RotationRunner::recordDeed(std::string deed, std::string keyId)
{
    const auto recorded = co_await ports_.audit.record(deedNow(ports_, std::move(deed), std::move(keyId), "rotation " + where_.run));
    if (recorded.has_value())
        co_return;
    const std::string text = describe(recorded.error());
    ports_.log.warn("a rotation's deed could not be written to the audit", {{"error", std::string_view{text}}});
}

// ---- mint and store

Task<Result<std::unique_ptr<KeyIssuer>>> RotationRunner::issuer()
{
    DROVER_CO_TRY(Secret credential, co_await issuingCredential(ports_, targetName(), std::string(plan().currentKey())));
    co_return ports_.issuer(target(), std::move(credential));
}

RotationEvent RotationRunner::noApiToMint() const
{
    if (where_.byHand != ByHand::refuse)
        return PersonNeeded{now()};
    return failed({Errc::refused, "this provider has no key API: add a key made on its dashboard", {}});
}

Task<RotationEvent> RotationRunner::mint(MintKey action)
{
    for (int attempt = 0;; ++attempt) {
        auto issuing = co_await issuer();
        Error error;
        if (!issuing.has_value()) {
            // Nothing has left this machine.
            error = issuing.error();
            if (!mayPass(error.code) || attempt == tries)
                co_return failed({Errc::refused, "no key was asked for: " + describe(error), {}});
        } else if (!(*issuing)->canMint()) {
            co_return noApiToMint();
        } else {
            auto minted = co_await (*issuing)->mint(action.name, action.expiresInDays, action.rateLimit, soon(providerTime));
            if (minted.has_value()) {
                minted_.emplace(std::move(*minted));
                co_await recordDeed("key.mint", minted_->id);
                co_return KeyMinted{minted_->id, action.name, now()};
            }
            error = minted.error();
            if (!(*issuing)->canMint()) // that is what the answer said
                co_return noApiToMint();
            // Too many requests is a no that passes. Anything else that is not a no leaves open whether the key exists.
            if (error.code != Errc::rateLimited || attempt == tries)
                co_return failed(error);
        }
        co_await delay(backoff(attempt));
    }
}

// The keys that live at the provider under these names and are in no use here.
Task<Result<std::vector<std::string>>> RotationRunner::strays(const std::vector<std::string>& names)
{
    DROVER_CO_TRY(const std::unique_ptr<KeyIssuer> issuing, co_await issuer());
    const auto listed = co_await issuing->list(soon(providerTime));
    if (listed.has_error() && !issuing->canList()) // waiting does not help
        co_return Error{Errc::refused, listed.error().what, listed.error().where};
    if (listed.has_error())
        co_return listed.error();
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keysOf(targetName()));
    std::vector<std::string> ids;
    for (const IssuedKey& key : *listed) {
        const bool used = std::ranges::any_of(records, [&](const KeyRecord& record) {
            return record.id == key.id && isLive(record.state);
        });
        if (key.active && !used && std::ranges::find(names, key.name) != names.end())
            ids.push_back(key.id);
    }
    co_return ids;
}

Task<RotationEvent> RotationRunner::reconcile(std::vector<std::string> names)
{
    const WallTime until = now() + reconcileTime;
    for (int attempt = 0;; ++attempt) {
        auto found = co_await strays(names);
        if (found.has_value())
            co_return MintReconciled{std::move(*found), now()};
        const Errc code = found.error().code;
        if ((isRefusal(code) && !mayPass(code)) || now() >= until)
            co_return failed(found.error());
        co_await delay(backoff(attempt, patience));
    }
}

Task<RotationEvent> RotationRunner::store(std::string keyId)
{
    KeyRecord record;
    record.id = keyId;
    record.target = targetName();
    record.name = plan().name();
    record.createdBy = ports_.actor;
    record.store = ports_.secrets.kind();
    for (int attempt = 0;; ++attempt) {
        auto stored = co_await ports_.secrets.read(keyId, soon(keyStoreTime));
        if (stored.has_value()) { // an earlier write of ours; nobody else knows the id
            record.createdAt = minted_ ? minted_->createdAt : now();
            record.expiresAt = minted_ ? minted_->expiresAt : std::nullopt;
            record.hint = stored->value.hint();
            record.fingerprint = fingerprintOf(stored->value);
            if (auto put = co_await ports_.inventory.put(record); put.has_error())
                co_return failed(put.error());
            const std::uint64_t version = stored->version;
            minted_.reset();
            co_return KeyStored{keyId, version, now()};
        }
        if (stored.error().code == Errc::notFound && !minted_)
            co_return KeyLost{keyId, now()};
        if (stored.error().code == Errc::notFound) {
            StoredSecret value{minted_->key.duplicate(),
                               {{"created_by", ports_.actor}, {"created_at", formatTime(minted_->createdAt)}},
                               0};
            auto written = co_await ports_.secrets.write(keyId, std::move(value), 0, soon(keyStoreTime));
            if (written.has_value())
                continue; // and read it back: what counts is the stored copy
            stored = written.error();
        }
        if (!mayPass(stored.error().code) || attempt == tries)
            co_return failed(stored.error());
        co_await delay(backoff(attempt));
    }
}

// ---- prove and publish

Task<Result<void>> RotationRunner::proveAt(std::string baseUrl, std::string region, std::string keyId, WallTime until)
{
    for (int attempt = 0;; ++attempt) {
        DROVER_CO_TRY(const StoredSecret stored, co_await ports_.secrets.read(keyId, soon(keyStoreTime)));
        auto answer = co_await ports_.provider.models(baseUrl, stored.value, soon(providerTime));
        if (answer.has_value() && answer->status == 200)
            co_return Result<void>{};
        Error error = answer.has_value() ? Error{Errc::unauthorized, "answered " + std::to_string(answer->status), {}}
                                         : answer.error();
        error = at(region, std::move(error));
        // A fresh key may be refused until every edge knows it (OpenAI: minutes; D12).
        if (now() >= until)
            co_return error;
        co_await delay(backoff(attempt));
    }
}

Task<RotationEvent> RotationRunner::prove(std::string keyId)
{
    const WallTime until = now() + policy().propagation;
    std::vector<std::string> names{"main"};
    std::vector<Task<Result<void>>> proofs;
    proofs.push_back(proveAt(target().openai, "main", keyId, until));
    for (const auto& [region, url] : target().regions) {
        names.push_back(region);
        proofs.push_back(proveAt(url, region, keyId, until));
    }
    const std::vector<Result<void>> results = co_await whenAll(std::move(proofs));
    for (const Result<void>& result : results) {
        if (result.has_error())
            co_return failed(result.error());
    }
    if (auto set = co_await setState(keyId, KeyState::proven); set.has_error())
        co_return failed(set.error());
    co_return KeyProven{keyId, std::move(names), now()};
}

Task<RotationEvent> RotationRunner::publish(std::string keyId)
{
    for (int attempt = 0;; ++attempt) {
        auto published = co_await desk_.publishKeys();
        if (published.has_value())
            co_return KeyPublished{keyId, now()};
        if (!mayPass(published.error().code) || attempt == tries)
            co_return failed(published.error());
        co_await delay(backoff(attempt));
    }
}

// ---- weights and evidence

Task<RotationEvent> RotationRunner::weigh(std::map<std::string, double> weights)
{
    // Without a document no gateway serves anything, so there is nothing to divide; the first one is made with the old provider's first key.
    const auto document = co_await desk_.read();
    if (document.has_value() && !*document)
        co_return WeightsServed{0, now()};
    // Before the new key goes, the others have their weights back, however long that takes.
    const bool undoing = plan().state() == RotationState::undo;
    std::optional<std::uint64_t> generation;
    for (int attempt = 0; !generation; ++attempt) {
        auto written = co_await desk_.setWeights(targetName(), weights);
        if (written.has_value()) {
            generation = written->generation;
            break;
        }
        const std::string text = describe(written.error());
        if (!mayPass(written.error().code) || (!undoing && attempt == tries * 4))
            co_return failed(written.error());
        ports_.log.warn("the keys' weights could not be written; trying again", {{"error", std::string_view{text}}});
        co_await delay(backoff(attempt, undoing ? patience : 2s));
    }
    for (;;) {
        auto serving = co_await desk_.acknowledged(*generation);
        if (serving.has_value() && serving->has_value())
            co_return WeightsServed{*generation, now()};
        co_await delay(where_.poll / 4);
    }
}

Task<Result<EvidenceWindow>> RotationRunner::evidence()
{
    EvidenceQuery query; // in a migration, between two, or after one has ended: generations tell, whatever they were of
    query.fromGeneration = plan().evidenceFrom();
    query.from = plan().start().at;
    query.target = targetName();
    return ports_.evidence.window(std::move(query), soon(keyStoreTime));
}

Task<RotationEvent> RotationRunner::observe(std::string keyId)
{
    for (;;) {
        co_await delay(where_.poll);
        auto seen = co_await evidence();
        if (seen.has_value())
            co_return KeyLooked{keyId, std::move(seen->byKey[keyId]), now()};
    }
}

Task<RotationEvent> RotationRunner::awaitQuiet(AwaitQuiet action)
{
    for (;;) {
        const auto seen = co_await evidence();
        const auto quietSince = [&]() -> WallTime {
            const auto last = seen->lastUsed.find(action.keyId);
            return last == seen->lastUsed.end() ? WallTime{} : last->second + action.unused;
        };
        if (seen.has_value() && now() >= action.until && now() >= quietSince())
            co_return KeyQuiet{action.keyId, now()};
        co_await delay(where_.poll);
    }
}

// ---- promote and revoke

// An orphan has no record.
Task<Result<void>> RotationRunner::setState(std::string keyId, KeyState state)
{
    Result<void> noted = co_await noteKeyState(ports_, targetName(), std::move(keyId), state);
    if (noted.has_error() && noted.error().code == Errc::notFound)
        co_return Result<void>{};
    co_return noted;
}

Task<Result<void>> RotationRunner::markPromoted(PromoteKey action)
{
    DROVER_CO_CHECK(co_await setState(action.keyId, KeyState::current));
    if (!action.previous.empty()) {
        DROVER_CO_CHECK(co_await setState(action.previous, KeyState::overlap));
    }
    co_return Result<void>{};
}

// Whatever is done next depends on it, so it is asked for as long as an answer may come.
Task<RotationEvent> RotationRunner::reconcilePromotion()
{
    for (int attempt = 0;; ++attempt) {
        auto promoted = co_await promotedKey(ports_, targetName());
        if (promoted.has_value())
            co_return PromotionReconciled{std::move(*promoted), now()};
        if (!mayPass(promoted.error().code))
            co_return failed(promoted.error());
        co_await delay(backoff(attempt, patience));
    }
}

Task<RotationEvent> RotationRunner::promote(PromoteKey action)
{
    for (int attempt = 0;; ++attempt) {
        auto promoted = co_await writeProduction(ports_, targetName(), action.keyId);
        if (promoted.has_value())
            break;
        if (!mayPass(promoted.error().code) || attempt == tries)
            co_return failed(promoted.error());
        co_await delay(backoff(attempt));
    }
    for (int attempt = 0;; ++attempt) {
        auto marked = co_await markPromoted(action);
        if (marked.has_value())
            break;
        if (!mayPass(marked.error().code) || attempt == tries)
            co_return failed(marked.error());
        co_await delay(backoff(attempt));
    }
    co_await recordDeed("key.promote", action.keyId);
    const std::string shown = clipId(action.keyId);
    ports_.log.info("promotion", {{"key_id", std::string_view{shown}}, {"target", std::string_view{targetName()}}});
    co_return KeyPromoted{action.keyId, now()};
}

} // namespace drover::app
