// SPDX-License-Identifier: Apache-2.0
#include "app/KeyDriftService.h"

#include "app/KeyPublishing.h"
#include "app/KeyService.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/routing/Sealing.h"
#include "protocol/scan/KeyScan.h"

#include <algorithm>
#include <utility>

namespace drover::app {
namespace {

constexpr std::size_t entriesAtOnce = 8;

bool isOver(KeyState state)
{
    return state == KeyState::revoked || state == KeyState::failed;
}

std::string stateWord(const KeyRecord& record)
{
    return std::string(keyStateName(record.state));
}

} // namespace

struct KeyDriftService::Facts {
    std::vector<KeyRecord> records;
    KeyDriftReport report;

    const KeyRecord* find(const std::string& id) const
    {
        const auto found = std::ranges::find(records, id, &KeyRecord::id);
        return found == records.end() ? nullptr : &*found;
    }
    void say(const char* kind, const std::string& id, const std::string& target, std::string text, std::string next)
    {
        report.drifts.push_back({kind, id, target, std::move(text), std::move(next)});
    }
    void say(const char* kind, const KeyRecord& record, std::string text, std::string next)
    {
        say(kind, record.id, record.target, std::move(text), std::move(next));
    }
};

Task<Result<KeyDriftReport>> KeyDriftService::compare(Deadline deadline)
{
    Facts facts;
    DROVER_CO_TRY(facts.records, co_await ports_.inventory.keys());
    facts.report.keys = std::uint32_t(facts.records.size());
    DROVER_CO_CHECK(co_await withStore(facts, deadline));
    DROVER_CO_CHECK(co_await withRouting(facts, deadline));
    for (const auto& [name, target] : ports_.config.targets)
        co_await withProvider(facts, name, deadline);
    co_return std::move(facts.report);
}

// ---- the secret store

Task<Result<void>> KeyDriftService::withStore(Facts& facts, Deadline deadline)
{
    DROVER_CO_TRY(std::vector<std::string> names, co_await ports_.secrets.list(deadline));
    std::erase_if(names, [](const std::string& name) { return isReservedKeyId(name); }); // ours, and no keys of the inventory
    const std::set<std::string> listed{names.begin(), names.end()};
    for (const KeyRecord& record : facts.records) {
        if (record.store != ports_.secrets.kind()) {
            facts.say("other_store", record, "it was stored in " + record.store + ", and the workspace's store is " + ports_.secrets.kind(),
                      "keys import store " + record.store + " brings it over; or set secrets.store back");
        } else if (!listed.contains(record.id) && !isOver(record.state)) {
            facts.say("missing_in_store", record, stateWord(record) + ", but the store has no such entry",
                      isLive(record.state) ? "gateways keep the copy they have; rotation run --target " + record.target + " replaces it"
                                           : "whether it lives at the provider nobody can see: end it on the provider's dashboard");
        } else if (listed.contains(record.id) && isOver(record.state)) {
            facts.say("left_in_store", record, stateWord(record) + ", but its secret lies in the store still",
                      record.state == KeyState::revoked ? "keys prune removes it" : "keys revoke " + record.id + " ends it and removes it");
        }
    }
    for (std::size_t next = 0; next < names.size(); next += entriesAtOnce) {
        const std::size_t end = std::min(next + entriesAtOnce, names.size());
        std::vector<Task<Result<StoredSecret>>> reading;
        for (std::size_t i = next; i < end; ++i)
            reading.push_back(ports_.secrets.read(names[i], deadline));
        const std::vector<Result<StoredSecret>> read = co_await whenAll(std::move(reading));
        for (std::size_t i = next; i < end; ++i) {
            const Result<StoredSecret>& stored = read[i - next];
            if (stored.has_error() && stored.error().code == Errc::notFound)
                continue;
            const bool foreign = stored.has_error() && (stored.error().code == Errc::forbidden || stored.error().code == Errc::invalidInput);
            if (stored.has_error() && !foreign)
                co_return at(names[i], stored.error());
            if (foreign) { // an entry that is not for us to read hides nothing of the others
                facts.report.notCompared.push_back("the store's entry " + names[i] + ": " + describe(stored.error()));
                continue;
            }
            const KeyRecord* record = facts.find(names[i]);
            if (record && !record->fingerprint.empty() && fingerprintOf(stored->value) != record->fingerprint)
                facts.say("other_secret", *record, "the stored key is not the one that was added (" + record->hint + " then, " +
                                                       stored->value.hint() + " now)",
                          "find out who wrote it; keys verify " + record->id + " proves what is stored");
            // Passwords that settings refer to lie there too.
            const bool looksIssued = stored->value.reveal(
                [](std::string_view text) { return !knownKeyPrefix(text).empty() && !text.starts_with("drv_"); });
            if (!record && looksIssued)
                facts.say("unknown_in_store", names[i], {}, "the store has a key (" + stored->value.hint() + ") that the inventory does not know",
                          "keys import store " + ports_.secrets.kind() + " --only " + names[i] + " takes it in");
        }
    }
    for (const auto& [target, config] : ports_.config.targets) {
        DROVER_CO_TRY(const std::string promoted, co_await promotedKey(ports_, target));
        const KeyRecord* current = facts.find(promoted);
        if (!promoted.empty() && (!current || !isLive(current->state)))
            facts.say("production_is_gone", promoted, target,
                      "the store's entry `" + productionName(target) + "` names it, and it is " +
                          (current ? stateWord(*current) : std::string("not in the inventory")),
                      "rotation run --target " + target + " promotes a key anew");
    }
    co_return Result<void>{};
}

// ---- sealed keys and the routing document

Task<Result<void>> KeyDriftService::withRouting(Facts& facts, Deadline deadline)
{
    DROVER_CO_TRY(const SealedKeys sealed, co_await ports_.routing.keys(deadline));
    DROVER_CO_TRY(const std::optional<RoutingDocument> document, co_await ports_.routing.read(deadline));
    for (const auto& [id, value] : sealed) {
        const KeyRecord* record = facts.find(id);
        if (!record)
            facts.say("unknown_sealed", id, {}, "gateways have it, and the inventory does not know it",
                      "keys verify of any key writes keys.json anew, without it");
        else if (!isLive(record->state))
            facts.say("sealed_but_ended", *record, stateWord(*record) + ", but gateways have it still",
                      "keys verify of any key writes keys.json anew, without it");
    }
    for (const KeyRecord& record : facts.records)
        if (isLive(record.state) && !sealed.contains(record.id))
            facts.say("not_sealed", record, stateWord(record) + ", but gateways do not have it", "keys verify " + record.id + " hands it to them");
    if (!document)
        co_return Result<void>{};
    for (const auto& [name, target] : document->targets) {
        for (const auto& [id, weight] : target.keys) {
            const KeyRecord* record = facts.find(id);
            if (!record || !isLive(record->state))
                facts.say("weight_without_key", id, name,
                          "the routing document names it, and it is " + (record ? stateWord(*record) : std::string("not in the inventory")),
                          "keys verify of another key of " + name + " gives that one the weight");
        }
    }
    co_return Result<void>{};
}

// ---- the provider's own list

Task<void> KeyDriftService::withProvider(Facts& facts, std::string target, Deadline deadline)
{
    std::string credential;
    for (const KeyRecord& record : facts.records)
        if (record.target == target && isLive(record.state) && (credential.empty() || record.state == KeyState::current))
            credential = record.id;
    auto asking = issuingCredential(ports_, target, credential);
    Result<Secret> secret = co_await std::move(asking);
    Result<std::vector<IssuedKey>> listed = Error{};
    if (secret.has_value()) {
        const std::unique_ptr<KeyIssuer> issuer = ports_.issuer(ports_.config.targets.at(target), *std::move(secret));
        listed = co_await issuer->list(deadline);
    } else {
        listed = secret.error();
    }
    if (listed.has_error()) {
        facts.report.notCompared.push_back("the provider's list of " + target + ": " + describe(listed.error()));
        co_return;
    }
    const WallTime now = ports_.clock.now();
    std::size_t pasted = 0; // keys here that the provider does not know by their ids: ids of ours
    for (const KeyRecord& record : facts.records) {
        if (record.target != target)
            continue;
        const auto issued = std::ranges::find(*listed, record.id, &IssuedKey::id);
        if (issued == listed->end()) {
            const bool minted = record.name.starts_with("auto-rotate-");
            pasted += !minted && !isOver(record.state) ? 1 : 0;
            if (minted && !isOver(record.state))
                facts.say("deleted_at_provider", record, stateWord(record) + ", but the provider's list has it no more",
                          isLive(record.state) ? "rotation run replaces it" : "keys revoke " + record.id + " notes its end");
            continue;
        }
        const bool expired = issued->expiresAt && *issued->expiresAt <= now;
        if ((!issued->active || expired) && isLive(record.state))
            facts.say(expired ? "expired_at_provider" : "inactive_at_provider", record,
                      stateWord(record) + ", but the provider " + (expired ? "let it expire" : "has ended it"), "rotation run replaces it");
        if (issued->active && !expired && record.state == KeyState::revoked)
            facts.say("alive_at_provider", record, "revoked here, but it lives at the provider", "end it on the provider's dashboard now");
    }
    std::vector<const IssuedKey*> unknown;
    for (const IssuedKey& issued : *listed) {
        const bool lives = issued.active && !(issued.expiresAt && *issued.expiresAt <= now);
        const bool known = std::ranges::any_of(facts.records, [&](const KeyRecord& record) { return record.target == target && record.id == issued.id; });
        if (lives && !known)
            unknown.push_back(&issued);
    }
    if (!unknown.empty() && unknown.size() <= pasted) { // most likely the same keys, and nothing tells
        facts.report.notCompared.push_back("the provider's list of " + target + " has " + std::to_string(unknown.size()) +
                                           " living keys under ids that are not known here, and " + std::to_string(pasted) +
                                           " keys were added here under ids of our own");
        co_return;
    }
    for (const IssuedKey* issued : unknown)
        facts.say("unknown_at_provider", issued->id, target,
                  "it lives at the provider" + (issued->name.empty() ? std::string{} : " as \"" + issued->name + "\"") +
                      ", and the inventory does not know its id" + (pasted > 0 ? "; it may be one that was added under an id of our own" : ""),
                  "find out who uses it; end it on the provider's dashboard, or add it: keys add " + issued->id + " --target " + target);
}

std::string keyDriftJson(const KeyDriftReport& report)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().key("drift").beginArray();
    for (const KeyDrift& drift : report.drifts) {
        json.beginObject().field("kind", drift.kind).field("id", drift.id).fieldOrNull("target", drift.target);
        json.field("text", drift.text).field("next", drift.next).endObject();
    }
    json.endArray().field("keys", report.keys).key("not_compared").beginArray();
    for (const std::string& place : report.notCompared)
        json.text(place);
    json.endArray().endObject();
    return out;
}

} // namespace drover::app
