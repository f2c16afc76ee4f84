// SPDX-License-Identifier: Apache-2.0
#include "app/KeyService.h"

#include "ports/Timer.h"

#include "app/Deed.h"
#include "app/KeyPublishing.h"
#include "protocol/routing/Sealing.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration keyStoreDeadline = 20s;
constexpr Duration proofDeadline = 10s;
constexpr Duration proofPause = 300ms;
constexpr Duration expirySoon = std::chrono::hours(24 * 7);

Error noSuchKey(const std::string& id)
{
    return Error{Errc::notFound, "there is no key " + id + " in the inventory", id};
}

// A key that was taken out of use does not come back because the provider still takes it.
Result<void> notEnded(const KeyRecord& record)
{
    if (isLive(record.state) || record.state == KeyState::added)
        return {};
    return Error{Errc::refused,
                 "the key " + record.id + " is out of use (" + std::string(keyStateName(record.state)) +
                     "); add it as a new one to use it again", record.id};
}

std::string whyRefused(const ProviderAnswer& answer)
{
    switch (answer.errorClass) {
    case ErrorClass::auth:
        return "the key is refused (" + std::to_string(answer.status) + ")";
    case ErrorClass::billing:
        return "the account has no credit (" + std::to_string(answer.status) + ")";
    case ErrorClass::rate:
        return "the rate limit is reached (429)";
    default:
        return "it answered " + std::to_string(answer.status);
    }
}

KeyHealth healthOf(const KeyRow& row, WallTime now)
{
    const KeyRecord& record = row.record;
    if (record.state == KeyState::revoked || record.state == KeyState::retired)
        return KeyHealth::ended;
    if (record.expiresAt && *record.expiresAt <= now)
        return KeyHealth::expired;
    if (record.state == KeyState::failed || (row.requests >= 20 && row.errors * 20 > row.requests))
        return KeyHealth::failing;
    if (record.state == KeyState::added)
        return KeyHealth::unproven;
    if (record.expiresAt && *record.expiresAt - now < expirySoon)
        return KeyHealth::expiring;
    return KeyHealth::healthy;
}

void takeEvidence(KeyRow& row, const std::map<std::string, TargetEvidence>& byKey)
{
    const auto found = byKey.find(row.record.id);
    if (found == byKey.end())
        return;
    row.requests = found->second.requests();
    row.errors = found->second.errors();
    Histogram firstByte = found->second.firstBytePlain;
    firstByte.add(found->second.firstByteStreamed);
    row.p95 = firstByte.quantile(0.95);
}

} // namespace

Task<Result<std::vector<KeyRow>>> KeyService::list()
{
    const Deadline deadline = Deadline::in(ports_.clock, keyStoreDeadline);
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    DROVER_CO_TRY(const std::optional<RoutingDocument> document, co_await ports_.routing.read(deadline));
    DROVER_CO_TRY(const SealedKeys sealed, co_await ports_.routing.keys(deadline));
    std::map<std::string, std::map<std::string, TargetEvidence>> evidence;
    std::map<std::string, std::map<std::string, WallTime>> lastUsed;
    for (const auto& [name, target] : ports_.config.targets) {
        EvidenceQuery query; // of any migration, and of none
        query.target = name;
        Result<EvidenceWindow> window = co_await ports_.evidence.window(query, deadline);
        if (window.has_value()) {
            evidence[name] = std::move(window->byKey);
            lastUsed[name] = std::move(window->lastUsed);
        }
    }
    std::vector<KeyRow> rows;
    for (const KeyRecord& record : records) {
        KeyRow row;
        row.record = record;
        row.age = ports_.clock.now() - record.createdAt;
        if (const auto handed = sealed.find(record.id); handed != sealed.end()) {
            row.sealed = true;
            row.record.hosts = handed->second.hosts; // what gateways may do now, not what was wanted once
        }
        if (document) {
            const auto target = document->targets.find(record.target);
            if (target != document->targets.end() && target->second.keys.contains(record.id)) {
                row.weight = target->second.keys.at(record.id);
                row.share = target->second.share * *row.weight;
            }
        }
        takeEvidence(row, evidence[record.target]);
        if (const auto used = lastUsed[record.target].find(record.id); used != lastUsed[record.target].end())
            row.record.lastUsedAt = std::max(record.lastUsedAt.value_or(used->second), used->second);
        row.health = healthOf(row, ports_.clock.now());
        rows.push_back(std::move(row));
    }
    std::ranges::stable_sort(rows, {}, [](const KeyRow& row) {
        return std::tuple{row.record.target, !isLive(row.record.state), row.record.createdAt};
    });
    co_return rows;
}

Task<Result<KeyRecord>> KeyService::find(std::string id)
{
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    const auto found = std::ranges::find(records, id, &KeyRecord::id);
    if (found == records.end())
        co_return noSuchKey(id);
    co_return *found;
}

// Whether it can be taken, and the record it will have. The key outlives the task.
Task<Result<KeyAdded>> KeyService::examine(KeyAddition addition, const Secret& key)
{
    if (addition.id.empty())
        addition.id = shortId("k_", ports_.random);
    if (isReservedKeyId(addition.id))
        co_return Error{Errc::invalidInput, "the key id \"" + addition.id + "\" is reserved", "ID"};
    if (addition.id.find_first_of(" \t/\\\"|") != std::string::npos)
        co_return Error{Errc::invalidInput, "a key id has no spaces, slashes, quotes or bars", "ID"};
    if (!ports_.config.targets.contains(addition.target))
        co_return Error{Errc::invalidInput, "drover.toml has no target \"" + addition.target + "\"", "--target"};
    const std::string why = key.reveal([&](std::string_view text) { return whyNoKey(text, addition.id); });
    if (!why.empty())
        co_return Error{Errc::invalidInput, why, "stdin"};

    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    KeyAdded added;
    added.record.fingerprint = fingerprintOf(key);
    for (const KeyRecord& record : records) {
        if (record.id == addition.id)
            co_return Error{Errc::conflict, "there is a key " + addition.id + " already", "ID"};
        if (record.fingerprint == added.record.fingerprint && record.state != KeyState::revoked)
            co_return Error{Errc::conflict, "this very key is in the inventory already, as " + record.id, "stdin"};
        if (key.reveal([&](std::string_view text) { return text == record.id; }))
            co_return Error{Errc::invalidInput, "this is the id of a key, not the key itself", "stdin"};
    }
    const std::string warning =
        key.reveal([&](std::string_view text) { return prefixWarning(text, addition.target); });
    if (!warning.empty())
        added.warnings.push_back(warning);

    const WallTime now = ports_.clock.now();
    added.record.id = addition.id;
    added.record.target = addition.target;
    added.record.name = addition.name.empty() ? addition.id : addition.name;
    added.record.createdBy = ports_.actor;
    added.record.createdAt = std::min(addition.createdAt.value_or(now), now);
    added.record.expiresAt = addition.expiresAt;
    added.record.hint = key.hint();
    added.record.store = ports_.secrets.kind();
    co_return added;
}

Task<Result<void>> KeyService::noteAdded(const KeyRecord& record)
{
    DROVER_CO_CHECK(co_await ports_.inventory.put(record));
    co_return co_await ports_.audit.record(deedNow(ports_, "key.add", record.id));
}

Task<Result<KeyAdded>> KeyService::add(KeyAddition addition, Secret key)
{
    DROVER_CO_TRY(KeyAdded added, co_await examine(std::move(addition), key));
    StoredSecret entry;
    entry.value = std::move(key);
    entry.notes = {{"created_by", ports_.actor}, {"created_at", formatTime(added.record.createdAt)}};
    DROVER_CO_CHECK(co_await ports_.secrets.write(added.record.id, std::move(entry), 0,
                                                  Deadline::in(ports_.clock, keyStoreDeadline)));
    DROVER_CO_CHECK(co_await noteAdded(added.record));
    co_return added;
}

Task<Result<KeyAdded>> KeyService::adopt(KeyAddition addition, std::string fingerprint)
{
    const std::string id = addition.id;
    DROVER_CO_TRY(const StoredSecret stored, co_await ports_.secrets.read(id, Deadline::in(ports_.clock, keyStoreDeadline)));
    DROVER_CO_TRY(KeyAdded added, co_await examine(std::move(addition), stored.value));
    if (added.record.fingerprint != fingerprint)
        co_return Error{Errc::conflict, "the entry was changed meanwhile", id};
    DROVER_CO_CHECK(co_await noteAdded(added.record));
    co_return added;
}

Task<Result<Secret>> KeyService::reveal(std::string id, std::string typed)
{
    DROVER_CO_TRY(const KeyRecord record, co_await find(id));
    if (typed != record.id && typed != record.name)
        co_return Error{Errc::invalidInput, "that is not the key's id: it is not shown", id};
    DROVER_CO_TRY(StoredSecret stored, co_await ports_.secrets.read(id, Deadline::in(ports_.clock, keyStoreDeadline)));
    DROVER_CO_CHECK(co_await ports_.audit.record(deedNow(ports_, "key.reveal", id)));
    co_return std::move(stored.value);
}

Task<Result<KeyPlace>> KeyService::ask(std::string region, std::string url, const Secret& key)
{
    KeyPlace place;
    place.region = std::move(region);
    DROVER_CO_TRY(place.host, hostOfUrl(url));
    const Result<ProviderAnswer> answer =
        co_await ports_.provider.models(url, key, Deadline::in(ports_.clock, proofDeadline));
    if (!answer.has_value()) {
        place.why = describe(answer.error());
    } else {
        place.status = answer->status;
        place.ms = answer->firstByteMs;
        place.ok = answer->status == 200;
        if (!place.ok)
            place.why = whyRefused(*answer);
    }
    co_return place;
}

Task<Result<KeyProof>> KeyService::verify(std::string id, Duration patience)
{
    KeyProof proof;
    DROVER_CO_TRY(proof.record, co_await find(id));
    DROVER_CO_CHECK(notEnded(proof.record));
    const auto target = ports_.config.targets.find(proof.record.target);
    if (target == ports_.config.targets.end() || target->second.openai.empty())
        co_return Error{Errc::invalidInput, "the target has no address", "targets." + proof.record.target + ".openai"};
    // The stored copy is what gateways will get, so the stored copy is what is proven.
    DROVER_CO_TRY(const StoredSecret stored,
                  co_await ports_.secrets.read(id, Deadline::in(ports_.clock, keyStoreDeadline)));
    std::map<std::string, std::string> places = target->second.regions;
    places.emplace("main", target->second.openai);
    const Deadline enough = Deadline::in(ports_.clock, patience);
    for (;;) {
        proof.places.clear();
        proof.proven = true;
        for (const auto& [region, url] : places) {
            DROVER_CO_TRY(KeyPlace place, co_await ask(region, url, stored.value));
            proof.proven = proof.proven && place.ok;
            proof.places.push_back(std::move(place));
        }
        if (proof.proven || enough.passed())
            break;
        co_await delay(proofPause);
    }
    std::string outcome = "refused";
    if (proof.proven) {
        outcome = "proven";
        // Asking took a while: a runner may have moved the key on, and what it made of it stands.
        // The stored copy is the key from now on, also where somebody has written another one there.
        Inventory::Change prove = [at = ports_.clock.now(), fingerprint = fingerprintOf(stored.value),
                                   hint = stored.value.hint()](KeyRecord& record) -> Result<void> {
            DROVER_CHECK(notEnded(record));
            record.provenAt = at;
            record.fingerprint = fingerprint;
            record.hint = hint;
            if (!isLive(record.state))
                record.state = KeyState::proven;
            return {};
        };
        DROVER_CO_TRY(proof.record, co_await ports_.inventory.change(proof.record.target, id, std::move(prove)));
    }
    // One that was refused keeps its state: it may only be young; a person or a runner decides.
    DROVER_CO_CHECK(co_await ports_.audit.record(deedNow(ports_, "key.verify", id, outcome)));
    co_return proof;
}

Task<Result<void>> KeyService::publish()
{
    DROVER_CO_TRY(std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    std::erase_if(records, [](const KeyRecord& record) { return !isLive(record.state); });
    if (records.empty())
        co_return Result<void>{};
    DROVER_CO_CHECK(co_await publishKeys(ports_));
    co_return co_await giveWeights(std::move(records));
}

Task<Result<void>> KeyService::giveWeights(std::vector<KeyRecord> live)
{
    // The current one first, then the oldest.
    std::ranges::stable_sort(live, {}, [](const KeyRecord& key) { return std::pair{key.state != KeyState::current, key.createdAt}; });
    std::map<std::string, std::vector<std::string>> byTarget;
    for (const KeyRecord& record : live)
        byTarget[record.target].push_back(record.id);
    // Legacy first: without a key for all the traffic there is nothing to write a document for.
    std::vector<std::string> order{"legacy"};
    for (const auto& [target, ids] : byTarget)
        if (target != "legacy")
            order.push_back(target);
    for (const std::string& target : order) {
        DROVER_CO_TRY(const std::optional<RoutingDocument> document, co_await desk_.read());
        if (!byTarget.contains(target)) {
            if (!document)
                co_return Result<void>{};
            continue;
        }
        std::map<std::string, double> weights;
        if (document && document->targets.contains(target))
            weights = document->targets.at(target).keys;
        const std::vector<std::string>& ids = byTarget.at(target);
        const bool served = std::ranges::any_of(weights, [&](const auto& entry) {
            return entry.second > 0 && std::ranges::find(ids, entry.first) != ids.end();
        });
        if (served)
            continue;
        std::map<std::string, double> first{{ids.front(), 1.0}};
        DROVER_CO_CHECK(co_await desk_.setWeights(target, std::move(first)));
    }
    co_return Result<void>{};
}

Task<Result<void>> noteKeyState(Ports& ports, std::string target, std::string id, KeyState state)
{
    Inventory::Change change = [state, at = ports.clock.now()](KeyRecord& record) -> Result<void> {
        record.state = state;
        if (state == KeyState::proven)
            record.provenAt = at;
        return {};
    };
    DROVER_CO_CHECK(co_await ports.inventory.change(std::move(target), std::move(id), std::move(change)));
    co_return Result<void>{};
}

} // namespace drover::app
