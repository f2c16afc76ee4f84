// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "domain/gates/Gate.h"
#include "domain/migration/Policy.h"

#include <string>
#include <string_view>
#include <vector>

namespace drover::app {

// Evidence lines (docs/evidence.md), as gateways write them, under the gates of a policy: the error rate, the added
// latency, and the divergence where there are pairs. Counted as the controller counts them, and of one step as there:
// the newest in the lines, the one of the highest generation; lines of other steps and migrations are read and left out.
// Errors: invalidInput with "line n".
Result<std::vector<GateResult>> checkGates(std::string_view lines, const MigrationPolicy& policy,
                                           const std::string& legacy, const std::string& target);
// {"gates":[…],"verdict":"pass|fail|inconclusive"}
std::string gatesJson(const std::vector<GateResult>& gates);
Verdict worstOf(const std::vector<GateResult>& gates);

} // namespace drover::app
