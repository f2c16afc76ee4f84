// SPDX-License-Identifier: Apache-2.0
#include "app/RoutingDesk.h"

#include "app/KeyPublishing.h"

#include <algorithm>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration storeDeadline = 5s;

// Rolled back by whoever was faster; a key's weights may have been changed on top of it since, under no migration id.
bool saysRolledBack(const RoutingDocument& document, const RoutingIntent& intent, const std::string& migration)
{
    return document.phase == Phase::rolledBack &&
           (document.migration == migration || (document.migration.empty() && document.generation >= intent.generation));
}

} // namespace

RoutingDesk::RoutingDesk(Ports& ports)
    : ports_(ports), weights_([this] { return writeWeights(); }), keys_([&ports] { return app::publishKeys(ports); })
{
}

bool RoutingDesk::says(const RoutingDocument& document, const RoutingIntent& intent, const std::string& migration)
{
    return document.generation == intent.generation && document.migration == migration &&
           document.phase == intent.phase && document.step == intent.step;
}

Task<Result<std::optional<RoutingDocument>>> RoutingDesk::read()
{
    return ports_.routing.read(Deadline::in(ports_.clock, storeDeadline));
}

Task<Result<RoutingDocument>> RoutingDesk::write(RoutingDocument next, std::optional<RoutingDocument> expected)
{
    // A renewal keeps the generation and with it the writer, whichever process renews: nothing else of it may change.
    const bool renews = expected && expected->generation == next.generation;
    if (!renews) {
        next.workspace = ports_.config.id;
        next.writer = ports_.process;
    }
    next.writtenAt = ports_.clock.now();
    // The counter first: after a crash in between, the generation is skipped, never given twice.
    DROVER_CO_CHECK(co_await ports_.journal.raiseGeneration(next.generation));
    DROVER_CO_CHECK(
        co_await ports_.routing.write(next, std::move(expected), Deadline::in(ports_.clock, storeDeadline)));
    co_return next;
}

Task<Result<std::uint64_t>> RoutingDesk::nextGeneration(const std::optional<RoutingDocument>& stored)
{
    DROVER_CO_TRY(const std::uint64_t highest, co_await ports_.journal.highestGeneration());
    co_return std::max(highest, stored ? stored->generation : 0) + 1;
}

Task<Result<RoutingDocument>> RoutingDesk::apply(RoutingIntent intent, std::string migration, std::string target)
{
    DROVER_CO_TRY(const std::optional<RoutingDocument> stored, co_await read());
    if (stored && says(*stored, intent, migration))
        co_return *stored; // the reply was lost, the effect was not
    if (stored && intent.phase == Phase::rolledBack && saysRolledBack(*stored, intent, migration))
        co_return *stored; // somebody was faster with the same order
    if (stored && stored->generation >= intent.generation)
        co_return Error{Errc::conflict,
                        "the routing document is at generation " + std::to_string(stored->generation) + " already", {}};
    RoutingDocument next = stored.value_or(RoutingDocument{});
    next.generation = intent.generation;
    next.migration = std::move(migration);
    next.phase = intent.phase;
    next.step = intent.step;
    next.leaseS = seconds(intent.lease);
    next.targets["legacy"].share = 1 - intent.share;
    next.targets[target].share = intent.share;
    next.shadow.reset();
    if (intent.sample > 0)
        next.shadow = ShadowRule{target, intent.sample, intent.again};
    co_return co_await write(std::move(next), stored);
}

Task<Result<RoutingDocument>> RoutingDesk::setWeights(std::string target, std::map<std::string, double> weights)
{
    const auto wanted = std::make_shared<const Weights>(Weights{std::move(target), std::move(weights)});
    wanted_.push_back(wanted);
    co_return co_await weights_.run();
}

Task<Result<RoutingDocument>> RoutingDesk::writeWeights()
{
    std::vector<std::shared_ptr<const Weights>> wanted;
    for (const std::weak_ptr<const Weights>& one : std::exchange(wanted_, {})) {
        if (auto alive = one.lock())
            wanted.push_back(std::move(alive));
    }
    DROVER_CO_TRY(const std::optional<RoutingDocument> stored, co_await read());
    RoutingDocument next = stored.value_or(RoutingDocument{});
    if (!stored)
        next.targets["legacy"].share = 1;
    bool changes = !stored;
    for (const auto& one : wanted) {
        const auto [at, added] = next.targets.try_emplace(one->target);
        changes = changes || added || at->second.keys != one->keys;
        at->second.keys = one->keys;
    }
    if (!changes)
        co_return *stored;
    // A migration that has ended has no later document of its own; phase and shares stay as it left them.
    if (isFinal(next.phase))
        next.migration.clear();
    DROVER_CO_TRY(next.generation, co_await nextGeneration(stored));
    co_return co_await write(std::move(next), stored);
}

Task<Result<RoutingDocument>> RoutingDesk::renew(std::uint64_t generation)
{
    DROVER_CO_TRY(const std::optional<RoutingDocument> stored, co_await read());
    if (!stored || stored->generation != generation)
        co_return Error{Errc::conflict, "another generation stands in the routing document", {}};
    RoutingDocument next = *stored;
    ++next.renewal;
    co_return co_await write(std::move(next), stored);
}

Task<Result<RoutingDocument>> RoutingDesk::rollBack(std::string reason)
{
    // Another writer may come in between; whoever orders a rollback must win, so it tries again at once.
    for (int attempt = 0;; ++attempt) {
        DROVER_CO_TRY(const std::optional<RoutingDocument> stored, co_await read());
        if (stored && stored->phase == Phase::rolledBack)
            co_return *stored;
        if (!stored || (stored->migration.empty() && !isFinal(stored->phase)))
            co_return Error{Errc::notFound, "no migration was ever started here", {}};
        if (stored->legacyRetired)
            co_return Error{Errc::refused,
                            "the legacy keys are retired: restore a legacy key first (keys add), then roll back", {}};
        if (stored->phase == Phase::done)
            co_return Error{Errc::refused, "the migration is done; start a new one to move traffic back", {}};
        RoutingDocument next = *stored;
        DROVER_CO_TRY(next.generation, co_await nextGeneration(stored));
        next.phase = Phase::rolledBack;
        next.step = 0;
        next.leaseS = 0;
        next.shadow.reset();
        for (auto& [name, share] : next.targets)
            share.share = name == "legacy" ? 1 : 0;
        Result<RoutingDocument> written = co_await write(std::move(next), stored);
        if (written.has_value()) {
            ports_.log.warn("rollback", {{"reason", std::string_view{reason}},
                                         {"generation", std::int64_t(written->generation)}});
            co_return written;
        }
        if (written.error().code != Errc::conflict || attempt == 20)
            co_return written.error();
    }
}

Task<Result<std::optional<std::uint32_t>>> RoutingDesk::acknowledged(std::uint64_t generation)
{
    DROVER_CO_TRY(const std::vector<GatewayAck> acks,
                  co_await ports_.routing.acks(Deadline::in(ports_.clock, storeDeadline)));
    const WallTime oldest = ports_.clock.now() - ackLife;
    std::uint32_t serving = 0;
    for (const GatewayAck& ack : acks) {
        if (ack.at < oldest)
            continue;
        if (ack.generation < generation)
            co_return std::optional<std::uint32_t>{};
        ++serving;
    }
    if (serving == 0)
        co_return std::optional<std::uint32_t>{};
    co_return std::optional<std::uint32_t>{serving};
}

Task<Result<void>> RoutingDesk::publishKeys()
{
    return keys_.run();
}

} // namespace drover::app
