// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"
#include "app/RoutingDesk.h"

#include <map>
#include <optional>
#include <string>

namespace drover::app {

// The routing document as an operator sees and, outside migrations, sets it.
class RoutingService {
public:
    explicit RoutingService(Ports& ports) : ports_(ports), desk_(ports) {}
    // Nothing where none was ever written.
    Task<Result<std::optional<RoutingDocument>>> show();
    // New shares under a new generation; targets that are not named keep what is left, in proportion. Audited.
    // Errors: invalidInput (a share outside 0..1, an unknown target, no reason), refused (a migration runs, or a target
    // has no key).
    Task<Result<RoutingDocument>> set(std::map<std::string, double> shares, std::string reason);

private:
    Ports& ports_;
    RoutingDesk desk_;
};

// The document's own form (contracts.md), or {"generation":0} where there is none.
std::string routingJson(const std::optional<RoutingDocument>& document);

} // namespace drover::app
