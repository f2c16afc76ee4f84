// SPDX-License-Identifier: Apache-2.0
#include "app/RoutingService.h"

#include "app/Deed.h"
#include "app/MigrationService.h"
#include "protocol/routing/Document.h"

#include <cmath>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration routingDeadline = 10s;

Task<Result<void>> noMigrationRuns(Ports& ports)
{
    DROVER_CO_TRY(const std::optional<std::string> run, co_await ports.journal.latestRun("migration"));
    if (!run)
        co_return Result<void>{};
    DROVER_CO_TRY(const MigrationPlan plan, co_await replayMigration(ports.journal, *run));
    if (!isFinal(plan.phase()) && plan.phase() != Phase::idle)
        co_return Error{Errc::refused,
                        "migration " + plan.id() + " has not ended (" + std::string(phaseName(plan.phase())) +
                            "): it alone moves the shares; roll it back or let it end",
                        "routing"};
    co_return Result<void>{};
}

// What is not named shares the rest in proportion to what it had.
Result<void> spread(RoutingDocument& document, const std::map<std::string, double>& shares)
{
    double named = 0;
    double others = 0;
    for (const auto& [name, share] : shares)
        named += share;
    for (const auto& [name, target] : document.targets)
        if (!shares.contains(name))
            others += target.share;
    const double rest = 1 - named;
    if (rest < -1e-9 || (shares.size() == document.targets.size() && std::abs(rest) > 1e-9))
        return Error{Errc::invalidInput, "the shares do not sum to 1", "SHARE"};
    std::size_t left = document.targets.size() - shares.size();
    for (auto& [name, target] : document.targets) {
        if (const auto given = shares.find(name); given != shares.end())
            target.share = given->second;
        else
            target.share = others > 0 ? rest * target.share / others : rest / double(left);
    }
    return {};
}

} // namespace

Task<Result<std::optional<RoutingDocument>>> RoutingService::show()
{
    co_return co_await desk_.read();
}

Task<Result<RoutingDocument>> RoutingService::set(std::map<std::string, double> shares, std::string reason)
{
    if (reason.empty())
        co_return Error{Errc::invalidInput, "say why: it is kept in the audit", "--reason"};
    DROVER_CO_CHECK(co_await noMigrationRuns(ports_));
    DROVER_CO_TRY(const std::optional<RoutingDocument> stored, co_await desk_.read());
    if (!stored)
        co_return Error{Errc::notFound, "there is no routing document yet: keys add, then keys verify", "routing"};
    RoutingDocument next = *stored;
    for (const auto& [name, share] : shares) {
        if (!ports_.config.targets.contains(name))
            co_return Error{Errc::invalidInput, "drover.toml has no target \"" + name + "\"", "SHARE"};
        if (!(share >= 0 && share <= 1))
            co_return Error{Errc::invalidInput, "a share is between 0 and 1", name};
        next.targets[name];
    }
    DROVER_CO_CHECK(spread(next, shares));
    for (const auto& [name, target] : next.targets)
        if (target.share > 0 && target.keys.empty())
            co_return Error{Errc::refused, "target " + name + " has no key with a weight", name};
    DROVER_CO_TRY(const std::uint64_t highest, co_await ports_.journal.highestGeneration());
    next.generation = std::max(highest, stored->generation) + 1;
    next.migration.clear();
    next.phase = Phase::idle;
    next.step = 0;
    next.leaseS = 0;
    next.shadow.reset();
    next.writer = ports_.process;
    next.writtenAt = ports_.clock.now();
    DROVER_CO_CHECK(co_await ports_.journal.raiseGeneration(next.generation));
    DROVER_CO_CHECK(co_await ports_.routing.write(next, stored, Deadline::in(ports_.clock, routingDeadline)));
    DROVER_CO_CHECK(co_await ports_.audit.record(
        deedNow(ports_, "routing.set", "generation " + std::to_string(next.generation), std::move(reason))));
    co_return next;
}

std::string routingJson(const std::optional<RoutingDocument>& document)
{
    return document ? writeRouting(*document) : std::string{"{\"generation\":0}"};
}

} // namespace drover::app
