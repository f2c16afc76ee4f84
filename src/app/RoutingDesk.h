// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "domain/migration/MigrationPlan.h"

#include <map>
#include <optional>
#include <string>

namespace drover::app {

// A gateway rewrites its acknowledgement every second; three without one and it is taken for gone.
inline constexpr Duration ackLife = 3s;

// Composes and writes the routing document for this process: the migration's intent and the keys' weights come from
// two plans, the document is one. Serialises its own writes; generations come from the journal's counter.
class RoutingDesk {
public:
    explicit RoutingDesk(Ports& ports) : ports_(ports) {}

    // Writes the intent (keeping the keys' weights) unless the stored document says it already. Errors: conflict when
    // another writer was there (read again and decide), refused when the stored document is final or marked.
    Task<Result<RoutingDocument>> apply(RoutingIntent intent, std::string migration, std::string target);
    // New weights within a target under a new generation, everything else as it stands; but for the migration's id, which
    // goes where the migration has ended.
    Task<Result<RoutingDocument>> setWeights(std::string target, std::map<std::string, double> weights);
    // Same generation, renewal + 1. Errors: conflict when the document is no longer ours.
    Task<Result<RoutingDocument>> renew(std::uint64_t generation);
    // rolled_back with share 0 whatever stands there, by whoever calls, controller or not (contracts: rollback never
    // waits for anyone). Errors: refused once legacy_retired; notFound without a migration.
    Task<Result<RoutingDocument>> rollBack(std::string reason);
    // Acknowledgements no older than 3 s whose generation is at least `generation`; false while any fresh one lags or
    // none is fresh.
    Task<Result<std::optional<std::uint32_t>>> acknowledged(std::uint64_t generation);

    Task<Result<std::optional<RoutingDocument>>> read();
    // Whether the document is the one that apply() would write for the intent.
    static bool says(const RoutingDocument& document, const RoutingIntent& intent, const std::string& migration);

private:
    Task<Result<RoutingDocument>> write(RoutingDocument next, std::optional<RoutingDocument> expected);
    Task<Result<std::uint64_t>> nextGeneration(const std::optional<RoutingDocument>& stored);

    Ports& ports_;
};

} // namespace drover::app
