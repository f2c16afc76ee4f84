// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include "domain/migration/MigrationPlan.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace drover::app {

std::string_view orderVerbName(OrderVerb verb);
std::optional<OrderVerb> orderVerbFrom(std::string_view name);

// Whether the plan still stands where it stood when the order was given. Errors: refused, with where it stands now.
Result<void> stillThere(const MigrationPlan& plan, const std::optional<SeenStep>& seen);

// The controller's side of the order box: each order is taken, carried out and then answered, one after another.
class OrderDesk {
public:
    // Ends once what came of the order is in the journal.
    using CarryOut = std::function<Task<Result<void>>(OperatorOrder order, std::optional<SeenStep> seen)>;

    explicit OrderDesk(Ports& ports) : ports_(ports) {}

    // The orders that wait now. One that was given to another migration is refused.
    Task<void> serve(std::string migration, CarryOut carryOut);
    // Whatever waits is answered as refused: nobody may find it later and take it for a new order.
    Task<void> refuseLeft(std::string why);

private:
    Ports& ports_;
};

} // namespace drover::app
