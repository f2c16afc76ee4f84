// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/migration/Policy.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"

#include <string_view>

namespace drover {

// A duration in seconds under a name that ends in _s.
void writeSeconds(JsonWriter& json, std::string_view name, Duration value);
Duration readSeconds(JsonFields& fields, std::string_view name);

// Policies as they were when the run began: a later edit of the file does not change a run on its way.
void writePolicy(JsonWriter& json, std::string_view name, const MigrationPolicy& policy);
MigrationPolicy readPolicy(JsonFields& fields, std::string_view name);
void writeRotationPolicy(JsonWriter& json, std::string_view name, const RotationPolicy& policy);
RotationPolicy readRotationPolicy(JsonFields& fields, std::string_view name);

} // namespace drover
