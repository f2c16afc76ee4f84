// SPDX-License-Identifier: Apache-2.0
#include "protocol/journal/JournalFields.h"

namespace drover {
namespace {

void writeSteps(JsonWriter& json, std::string_view name, const std::vector<CanaryStep>& steps)
{
    json.key(name).beginArray();
    for (const CanaryStep& step : steps) {
        json.beginObject().field("share", step.share);
        writeSeconds(json, "time_s", step.time);
        json.endObject();
    }
    json.endArray();
}

std::vector<CanaryStep> readSteps(JsonFields& fields, std::string_view name)
{
    std::vector<CanaryStep> steps;
    fields.list(name, [&](JsonFields& step) { steps.push_back({step.number("share"), readSeconds(step, "time_s")}); });
    return steps;
}

} // namespace

void writeSeconds(JsonWriter& json, std::string_view name, Duration value)
{
    json.field(name, seconds(value));
}

Duration readSeconds(JsonFields& fields, std::string_view name)
{
    return fromSeconds(fields.numberOr(name, 0));
}

void writeRotationPolicy(JsonWriter& json, std::string_view name, const RotationPolicy& policy)
{
    json.key(name).beginObject().field("after_cutover", policy.afterCutover);
    writeSteps(json, "ramp", policy.ramp);
    json.field("error_rate", policy.errorRateLimit);
    writeSeconds(json, "propagation_s", policy.propagation);
    writeSeconds(json, "overlap_s", policy.overlap);
    writeSeconds(json, "life_s", policy.life);
    json.field("rate_limit", policy.rateLimit).field("max_keys", policy.maxKeys).field("min_keys", policy.minKeys);
    json.field("schedule", policy.schedule);
    json.endObject();
}

RotationPolicy readRotationPolicy(JsonFields& fields, std::string_view name)
{
    RotationPolicy policy;
    fields.object(name, [&](JsonFields& rotation) {
        policy.afterCutover = rotation.flagOr("after_cutover", false);
        policy.ramp = readSteps(rotation, "ramp");
        policy.errorRateLimit = rotation.number("error_rate");
        policy.propagation = readSeconds(rotation, "propagation_s");
        policy.overlap = readSeconds(rotation, "overlap_s");
        policy.life = readSeconds(rotation, "life_s");
        policy.rateLimit = rotation.countOr("rate_limit", policy.rateLimit);
        policy.maxKeys = rotation.smallCountOr("max_keys", policy.maxKeys);
        policy.minKeys = rotation.smallCountOr("min_keys", policy.minKeys);
        policy.schedule = rotation.textOr("schedule", policy.schedule);
    });
    return policy;
}

void writePolicy(JsonWriter& json, std::string_view name, const MigrationPolicy& policy)
{
    json.key(name).beginObject().field("name", policy.name);
    json.key("shadow").beginObject();
    writeSeconds(json, "time_s", policy.shadow.time);
    json.field("sample", policy.shadow.sample).field("again", policy.shadow.again);
    json.field("divergence", policy.shadow.divergenceLimit).field("added_latency_ms", policy.shadow.addedLatencyLimitMs);
    json.endObject();
    json.key("canary").beginObject();
    writeSteps(json, "steps", policy.canary.steps);
    json.field("error_rate", policy.canary.errorRateLimit).field("added_latency_ms", policy.canary.addedLatencyLimitMs);
    json.field("mirror", policy.canary.mirror).endObject();
    json.field("abort_error_rate", policy.abortErrorRate);
    writeSeconds(json, "rollback_window_s", policy.rollbackWindow);
    writeSeconds(json, "overlap_s", policy.overlap);
    writeSeconds(json, "lease_s", policy.lease);
    writeRotationPolicy(json, "rotation", policy.rotation);
    json.endObject();
}

MigrationPolicy readPolicy(JsonFields& fields, std::string_view name)
{
    MigrationPolicy policy;
    fields.object(name, [&](JsonFields& whole) {
        policy.name = whole.text("name");
        whole.object("shadow", [&](JsonFields& shadow) {
            policy.shadow.time = readSeconds(shadow, "time_s");
            policy.shadow.sample = shadow.number("sample");
            policy.shadow.again = shadow.number("again");
            policy.shadow.divergenceLimit = shadow.number("divergence");
            policy.shadow.addedLatencyLimitMs = shadow.number("added_latency_ms");
        });
        whole.object("canary", [&](JsonFields& canary) {
            policy.canary.steps = readSteps(canary, "steps");
            policy.canary.errorRateLimit = canary.number("error_rate");
            policy.canary.addedLatencyLimitMs = canary.number("added_latency_ms");
            policy.canary.mirror = canary.flagOr("mirror", false);
        });
        policy.abortErrorRate = whole.number("abort_error_rate");
        policy.rollbackWindow = readSeconds(whole, "rollback_window_s");
        policy.overlap = readSeconds(whole, "overlap_s");
        policy.lease = readSeconds(whole, "lease_s");
        policy.rotation = readRotationPolicy(whole, "rotation");
    });
    return policy;
}

} // namespace drover
