// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"
#include "app/Together.h"

#include "domain/migration/MigrationPlan.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drover::app {

// A gateway rewrites its acknowledgement every second; three without one and it is taken for gone.
inline constexpr Duration ackLife = 3s;

// Composes and writes the routing document for this process: the migration's intent and the keys' weights come from
// two plans, the document is one. Generations come from the journal's counter. What many rotations ask for at the same time is
// written once for all of them.
class RoutingDesk {
public:
    explicit RoutingDesk(Ports& ports);
    RoutingDesk(const RoutingDesk&) = delete;
    RoutingDesk& operator=(const RoutingDesk&) = delete;

    // Writes the intent (keeping the keys' weights) unless the stored document says it already. Errors: conflict when
    // another writer was there (read again and decide), refused when the stored document is final or marked.
    Task<Result<RoutingDocument>> apply(RoutingIntent intent, std::string migration, std::string target);
    // New weights within a target under a new generation, everything else as it stands; but for the migration's id, which
    // goes where the migration has ended. Several at the same time share one generation, and an error of it.
    Task<Result<RoutingDocument>> setWeights(std::string target, std::map<std::string, double> weights);
    // Same generation, renewal + 1. Errors: conflict when the document is no longer ours.
    Task<Result<RoutingDocument>> renew(std::uint64_t generation);
    // rolled_back with share 0 whatever stands there, by whoever calls, controller or not (contracts: rollback never
    // waits for anyone). Errors: refused once legacy_retired; notFound without a migration.
    Task<Result<RoutingDocument>> rollBack(std::string reason);
    // Acknowledgements no older than 3 s whose generation is at least `generation`; false while any fresh one lags or
    // none is fresh.
    Task<Result<std::optional<std::uint32_t>>> acknowledged(std::uint64_t generation);
    // As publishKeys(); several at the same time are published together.
    Task<Result<void>> publishKeys();

    Task<Result<std::optional<RoutingDocument>>> read();
    // Whether the document is the one that apply() would write for the intent.
    static bool says(const RoutingDocument& document, const RoutingIntent& intent, const std::string& migration);

private:
    struct Weights {
        std::string target;
        std::map<std::string, double> keys;
    };
    Task<Result<RoutingDocument>> writeWeights();
    Task<Result<RoutingDocument>> write(RoutingDocument next, std::optional<RoutingDocument> expected);
    Task<Result<std::uint64_t>> nextGeneration(const std::optional<RoutingDocument>& stored);

    Ports& ports_;
    std::vector<std::weak_ptr<const Weights>> wanted_; // in the order they were asked for; gone where nobody waits for them any more
    Together<Result<RoutingDocument>> weights_;
    Together<Result<void>> keys_;
};

} // namespace drover::app
