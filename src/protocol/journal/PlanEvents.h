// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Result.h"
#include "domain/keys/RotationPlan.h"
#include "domain/migration/MigrationPlan.h"

#include <string>
#include <string_view>

namespace drover {

// The journal's form of the two plans' events: one JSON object with "event" = the type's name in snake_case
// ("migration_started", "looked", …) and its fields; times RFC 3339, durations in _s, histograms sparse. Unknown
// fields are ignored. Errors: invalidInput naming the field.
std::string writeEvent(const MigrationEvent& event);
std::string writeEvent(const RotationEvent& event);
Result<MigrationEvent> parseMigrationEvent(std::string_view json);
Result<RotationEvent> parseRotationEvent(std::string_view json);

} // namespace drover
