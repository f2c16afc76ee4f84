// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/EvidenceLine.h"

#include "protocol/evidence/EvidenceJson.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>
#include <array>

namespace drover {
namespace {

constexpr std::array<std::string_view, 3> evidenceKinds{"attempts", "pairs", "clients"};

// A line of another role would be taken for traffic.
constexpr std::array<std::string_view, 3> evidenceRoles{"client", "shadow", "again"};

void readHead(JsonFields& fields, EvidenceLine& line)
{
    const std::string kind = fields.text("kind");
    const auto known = std::ranges::find(evidenceKinds, kind);
    if (known == evidenceKinds.end())
        fields.fail("kind", "attempts, pairs or clients was expected");
    else
        line.kind = EvidenceLine::Kind(known - evidenceKinds.begin());
    line.second = fields.time("second");
    line.gateway = fields.textOr("gateway", {});
    line.generation = fields.countOr("generation", 0);
    line.migration = fields.textOr("migration", {});
    const std::string phase = fields.textOr("phase", "idle");
    if (const auto found = phaseFrom(phase))
        line.phase = *found;
    else
        fields.fail("phase", "\"" + phase + "\" is no phase");
    line.step = fields.smallCountOr("step", 0);
    line.target = fields.text("target");
    line.model = fields.textOr("model", {});
    line.keyId = fields.textOr("key_id", {});
    line.role = fields.textOr("role", "client");
    if (std::ranges::find(evidenceRoles, line.role) == evidenceRoles.end())
        fields.fail("role", "client, shadow or again was expected");
}

} // namespace

void appendEvidenceLine(std::string& out, const EvidenceLine& line)
{
    JsonWriter json{out};
    json.beginObject().field("second", line.second).field("kind", evidenceKinds[std::size_t(line.kind)]);
    json.field("gateway", line.gateway).field("generation", line.generation);
    json.fieldOrNull("migration", line.migration).field("phase", phaseName(line.phase)).field("step", line.step);
    json.field("target", line.target).fieldOrNull("model", line.model).fieldOrNull("key_id", line.keyId);
    json.fieldOrNull("role", line.role);
    switch (line.kind) {
    case EvidenceLine::Kind::attempts: writeAttempts(json, line.attempts); break;
    case EvidenceLine::Kind::pairs: writePairs(json, line.pairs); break;
    case EvidenceLine::Kind::clients:
        json.field("requests", line.requests).field("sticky_keys", line.stickyKeys).field("failures", line.failures);
        break;
    }
    json.endObject();
    out += '\n';
}

Result<EvidenceLine> parseEvidenceLine(std::string_view text)
{
    DROVER_TRY(const auto object, parseJsonObject(text));
    JsonFields fields{object};
    EvidenceLine line;
    readHead(fields, line);
    switch (line.kind) {
    case EvidenceLine::Kind::attempts: readAttempts(fields, line.attempts); break;
    case EvidenceLine::Kind::pairs: line.pairs = readPairs(fields); break;
    case EvidenceLine::Kind::clients:
        line.requests = readRequestCount(fields, "requests");
        line.stickyKeys = readRequestCount(fields, "sticky_keys");
        line.failures = readRequestCount(fields, "failures");
        break;
    }
    if (fields.error())
        return *fields.error();
    return line;
}

} // namespace drover
