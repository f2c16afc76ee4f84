// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "domain/migration/Routing.h"

#include <string>
#include <string_view>

namespace drover {

// Errors: invalidInput; `where` names the field ("targets.holysheep.share"). Checked: format 1, shares sum to 1,
// weights in 0..1, phase known and not paused (a document keeps the phase it was paused in), a lease of at most 10^9 s
// where the phase needs one, a target with a share above 0 has a key.
// Unknown fields are kept at every level and written back.
Result<RoutingDocument> parseRouting(std::string_view json);
std::string writeRouting(const RoutingDocument& document);
Result<void> checkRouting(const RoutingDocument& document);

Result<GatewayAck> parseAck(std::string_view json);
std::string writeAck(const GatewayAck& ack);

} // namespace drover
