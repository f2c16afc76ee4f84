// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/gates/Evidence.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"

#include <cstdint>
#include <string_view>

namespace drover {

// The fields of evidence (docs/evidence.md), written into an object that is open, and read from one. Histograms are
// sparse: [[bucket, count], …].
void writeAttempts(JsonWriter& json, const TargetEvidence& evidence);
void readAttempts(JsonFields& fields, TargetEvidence& evidence);
void writePairs(JsonWriter& json, const PairEvidence& pairs);
// Refused besides what is no count: more that differ than were asked twice, more asked twice than mirrored.
PairEvidence readPairs(JsonFields& fields);
// A count of requests, at most 10^12; 0 where it is absent.
std::uint64_t readRequestCount(JsonFields& fields, std::string_view name);

} // namespace drover
