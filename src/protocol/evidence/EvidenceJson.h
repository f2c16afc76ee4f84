// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/gates/Evidence.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"

namespace drover {

// The fields of evidence (docs/evidence.md), written into an object that is open, and read from one. Histograms are
// sparse: [[bucket, count], …].
void writeAttempts(JsonWriter& json, const TargetEvidence& evidence);
void readAttempts(JsonFields& fields, TargetEvidence& evidence);
void writePairs(JsonWriter& json, const PairEvidence& pairs);
PairEvidence readPairs(JsonFields& fields);

} // namespace drover
