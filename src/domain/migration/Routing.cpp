// SPDX-License-Identifier: Apache-2.0
#include "domain/migration/Routing.h"

namespace drover {
namespace {

bool isWhatWasExpected(const std::optional<RoutingDocument>& stored, const std::optional<RoutingDocument>& expected)
{
    if (!stored || !expected)
        return !stored && !expected;
    return stored->generation == expected->generation && stored->renewal == expected->renewal;
}

bool changesMoreThanARenewal(const RoutingDocument& next, const RoutingDocument& stored)
{
    RoutingDocument renewed = stored;
    renewed.renewal = next.renewal;
    renewed.writtenAt = next.writtenAt;
    return next.renewal <= stored.renewal || renewed != next;
}

} // namespace

bool comesAfterItsEnd(const RoutingDocument& next, const RoutingDocument& last)
{
    return isFinal(last.phase) && !next.migration.empty() && next.migration == last.migration;
}

Result<void> mayFollow(const RoutingDocument& next, const std::optional<RoutingDocument>& stored,
                       const std::optional<RoutingDocument>& expected)
{
    if (!isWhatWasExpected(stored, expected)) {
        const std::string there = stored ? "generation " + std::to_string(stored->generation) + ", renewal " +
                                               std::to_string(stored->renewal) + ", by " + stored->writer
                                         : std::string("no document");
        return Error{Errc::conflict, "the routing document was changed by another writer: now " + there, {}};
    }
    if (!stored)
        return {};
    if (comesAfterItsEnd(next, *stored))
        return Error{Errc::refused,
                     "migration " + next.migration + " is " + std::string(phaseName(stored->phase)) +
                         ", and that is final",
                     {}};
    if (next.generation < stored->generation)
        return Error{Errc::refused, "a generation never falls: " + std::to_string(stored->generation) + " is stored", {}};
    if (next.generation == stored->generation && changesMoreThanARenewal(next, *stored))
        return Error{Errc::refused, "a renewal changes nothing but the renewal's number", {}};
    return {};
}

} // namespace drover
