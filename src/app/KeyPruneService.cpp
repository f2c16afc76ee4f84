// SPDX-License-Identifier: Apache-2.0
#include "app/KeyPruneService.h"

#include "app/Deed.h"
#include "app/KeyPublishing.h"
#include "app/Rotations.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/routing/Base64.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration pruneLookTime = 20s;

std::string stampOf(const std::vector<PruneLine>& lines)
{
    std::string all;
    for (const PruneLine& line : lines)
        if (line.removes)
            all += line.record.target + ' ' + line.record.id + ' ' + std::string(keyStateName(line.record.state)) + ' ' +
                   line.record.fingerprint + '\n';
    return toHex(sha256(all)).substr(0, 12);
}

std::string whoNames(const KeyRecord& record, const std::optional<RoutingDocument>& document, const std::string& promoted,
                     const std::vector<RotationPlan>& open)
{
    if (document)
        for (const auto& [name, target] : document->targets)
            if (target.keys.contains(record.id))
                return "the routing document";
    if (promoted == record.id)
        return "the store's entry `" + productionName(record.target) + "`";
    const bool rotating = std::ranges::any_of(open, [&](const RotationPlan& plan) { return worksWith(plan, record.id); });
    return rotating ? "a rotation that has not ended" : "";
}

} // namespace

std::size_t PrunePreview::removals() const
{
    return std::size_t(std::ranges::count_if(lines, &PruneLine::removes));
}

Task<Result<std::vector<PruneKey>>> KeyPruneService::facts()
{
    const Deadline deadline = Deadline::in(ports_.clock, pruneLookTime);
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    DROVER_CO_TRY(const std::vector<std::string> listed, co_await ports_.secrets.list(deadline));
    const std::set<std::string> stored{listed.begin(), listed.end()};
    DROVER_CO_TRY(const std::optional<RoutingDocument> document, co_await ports_.routing.read(deadline));
    DROVER_CO_TRY(const std::vector<RotationPlan> open, co_await openRotations(ports_.journal));
    std::map<std::string, std::map<std::string, WallTime>> lastUsed;
    std::map<std::string, std::string> promoted; // target -> key
    for (const auto& [name, target] : ports_.config.targets) {
        EvidenceQuery query;
        query.target = name;
        DROVER_CO_TRY(EvidenceWindow window, co_await ports_.evidence.window(query, deadline));
        lastUsed[name] = std::move(window.lastUsed);
        DROVER_CO_TRY(promoted[name], co_await promotedKey(ports_, name));
    }
    std::vector<PruneKey> keys;
    for (const KeyRecord& record : records) {
        PruneKey key;
        key.record = record;
        key.stored = stored.contains(record.id) || record.store != ports_.secrets.kind(); // in another store: who knows
        key.holder = whoNames(record, document, promoted[record.target], open);
        if (const auto used = lastUsed[record.target].find(record.id); used != lastUsed[record.target].end())
            key.lastUsed = used->second;
        keys.push_back(std::move(key));
    }
    co_return keys;
}

Task<Result<PrunePreview>> KeyPruneService::preview(std::optional<Duration> retention)
{
    DROVER_CO_TRY(const MigrationPolicy policy, ports_.policy(ports_.config.policy));
    DROVER_CO_TRY(const std::vector<PruneKey> keys, co_await facts());
    PrunePreview made;
    made.retention = retention.value_or(std::chrono::hours(24) * ports_.config.retention.requestsDays);
    made.lines = planPruning(keys, {made.retention, policy.rotation.maxKeys}, ports_.clock.now());
    made.stamp = stampOf(made.lines);
    co_return made;
}

// The secret first: a record without one is found again, a secret without a record is not.
Task<Result<void>> KeyPruneService::forget(PruneLine line)
{
    const std::string& id = line.record.id;
    DROVER_CO_CHECK(co_await ports_.audit.record(deedNow(ports_, "key.prune", id, line.why)));
    if (line.stored) {
        const Result<void> removed = co_await ports_.secrets.remove(id, Deadline::in(ports_.clock, pruneLookTime));
        if (removed.has_error() && removed.error().code != Errc::notFound)
            co_return at("key " + id, removed.error());
    }
    co_return co_await ports_.inventory.erase(line.record.target, id);
}

Task<Result<PruneDone>> KeyPruneService::prune(PrunePreview seen)
{
    std::unique_ptr<Subscription> lock;
    if (ports_.lockController) {
        DROVER_CO_TRY(lock, ports_.lockController());
    }
    DROVER_CO_TRY(const PrunePreview now, co_await preview(seen.retention));
    if (now.stamp != seen.stamp)
        co_return Error{Errc::refused, "the inventory has changed since it was looked at: look again (`droverctl keys prune`)", seen.stamp};
    PruneDone done;
    for (const PruneLine& line : now.lines) {
        if (!line.removes)
            continue;
        const Result<void> forgotten = co_await forget(line);
        if (forgotten.has_error()) {
            done.error = forgotten.error();
            break;
        }
        done.removed.push_back(line.record.id);
    }
    co_return done;
}

std::string prunePreviewJson(const PrunePreview& preview, const std::vector<std::string>& removed)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().field("stamp", preview.stamp).field("retention_s", double(std::int64_t(seconds(preview.retention))));
    json.key("keys").beginArray();
    for (const PruneLine& line : preview.lines) {
        json.beginObject().field("id", line.record.id).field("target", line.record.target).field("state", keyStateName(line.record.state));
        json.field("stored", line.stored).field("removes", line.removes).field("why", line.why).endObject();
    }
    json.endArray().key("removed").beginArray();
    for (const std::string& id : removed)
        json.text(id);
    json.endArray().endObject();
    return out;
}

} // namespace drover::app
