// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/RotationSchedule.h"
#include "protocol/config/Toml.h"
#include "protocol/config/WorkspaceConfig.h"

#include <charconv>

namespace drover {
namespace {

std::string percentOf(double share)
{
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, share * 100, std::chars_format::general, 6).ptr;
    return std::string(digits, end) + " %";
}

// A share limit that can be passed at all: above 0 and below 1.
double readLimit(TomlFields& fields, std::string_view name, double otherwise)
{
    const double value = fields.fraction(name, otherwise);
    if (!(value > 0 && value < 1))
        fields.fail(name, "a limit is above 0 and below 1, not " + percentOf(value));
    return value;
}

double readLatencyLimit(TomlFields& fields, double otherwise)
{
    const double value = fields.number("added_latency_limit_ms", otherwise);
    if (!(value > 0 && value <= 60'000))
        fields.fail("added_latency_limit_ms", "a limit in milliseconds from above 0 to 60000 was expected");
    return value;
}

// Steps of rising shares; `last` is what the last one may be at most (exclusive for a canary, inclusive for a ramp).
std::vector<CanaryStep> readSteps(TomlFields& fields, std::string_view name, bool mayEndAtOne)
{
    std::vector<CanaryStep> steps;
    fields.list(name, [&](TomlFields& item) {
        item.require("share");
        item.require("time");
        const CanaryStep step{item.fraction("share", 0), item.duration("time", {})};
        if (!(step.share > 0))
            item.fail("share", "a step of 0 % moves nothing; leave it out");
        if (step.share >= 1 && !mayEndAtOne)
            item.fail("share", "100 % is the cutover and no step of the canary");
        if (!steps.empty() && !(step.share > steps.back().share))
            item.fail("share", "the steps must rise, but " + percentOf(step.share) + " comes after " +
                                   percentOf(steps.back().share));
        steps.push_back(step);
    });
    if (steps.empty())
        fields.fail(name, "at least one step {share, time} was expected");
    else if (mayEndAtOne && steps.back().share != 1)
        fields.fail(name, "the last step must be 1 (100 %), not " + percentOf(steps.back().share));
    return steps;
}

void readShadowPolicy(TomlFields& fields, ShadowPolicy& shadow)
{
    fields.require("time");
    shadow.time = fields.duration("time", {});
    shadow.sample = fields.fraction("sample", shadow.sample);
    shadow.again = fields.fraction("again", shadow.again);
    shadow.divergenceLimit = readLimit(fields, "divergence_limit", shadow.divergenceLimit);
    shadow.addedLatencyLimitMs = readLatencyLimit(fields, shadow.addedLatencyLimitMs);
    if (!(shadow.sample > 0))
        fields.fail("sample", "with a sample of 0 the shadow would see nothing");
    if (!(shadow.again > 0))
        fields.fail("again", "with an again of 0 the divergence could not be judged: it is compared with legacy's own");
}

void readCanaryPolicy(TomlFields& fields, CanaryPolicy& canary)
{
    canary.steps = readSteps(fields, "steps", false);
    canary.errorRateLimit = readLimit(fields, "error_rate_limit", canary.errorRateLimit);
    canary.addedLatencyLimitMs = readLatencyLimit(fields, canary.addedLatencyLimitMs);
    canary.mirror = fields.flag("mirror", canary.mirror);
}

// A policy that names a schedule must be able to keep it; one that does not may still be for `rotation run` alone.
void readSchedule(TomlFields& fields, RotationPolicy& rotation)
{
    if (!fields.has("schedule"))
        return;
    rotation.schedule = fields.text("schedule", {});
    if (rotation.schedule == "off")
        return;
    const Result<CronTime> when = CronTime::parse(rotation.schedule);
    const Result<void> fits = when.has_value() ? checkSchedule(*when, rotation) : Result<void>{when.error()};
    if (fits.has_error())
        fields.fail("schedule", fits.error().what);
}

void readRotationPolicy(TomlFields& fields, RotationPolicy& rotation)
{
    rotation.afterCutover = fields.flag("after_cutover", rotation.afterCutover);
    rotation.ramp = readSteps(fields, "ramp", true);
    rotation.errorRateLimit = readLimit(fields, "error_rate_limit", rotation.errorRateLimit);
    rotation.propagation = fields.duration("propagation", rotation.propagation);
    rotation.overlap = fields.duration("overlap", rotation.overlap);
    rotation.life = fields.duration("life", rotation.life);
    rotation.rateLimit = fields.count("rate_limit", rotation.rateLimit, 1, 1'000'000'000);
    rotation.maxKeys = std::uint32_t(fields.count("max_keys", rotation.maxKeys, 2, 1000));
    rotation.minKeys = std::uint32_t(fields.count("min_keys", rotation.minKeys, 1, 1000));
    if (rotation.minKeys >= rotation.maxKeys)
        fields.fail("min_keys", std::to_string(rotation.minKeys) + " keys at least and " +
                                    std::to_string(rotation.maxKeys) + " at most leave no room to rotate");
    if (rotation.life <= rotation.overlap)
        fields.fail("life", "a key of " + formatDuration(rotation.life) + " would expire within its overlap of " +
                                formatDuration(rotation.overlap));
    readSchedule(fields, rotation);
}

Duration readNeeded(TomlFields& root, std::string_view table, std::string_view key)
{
    Duration value{};
    root.require(table);
    root.table(table, [&](TomlFields& fields) {
        fields.require(key);
        value = fields.duration(key, {});
    });
    return value;
}

void checkPolicy(TomlFields& root, const MigrationPolicy& policy)
{
    if (!(policy.abortErrorRate > policy.canary.errorRateLimit))
        root.fail("abort", "the abort at " + percentOf(policy.abortErrorRate) + " must lie above the gate at " +
                               percentOf(policy.canary.errorRateLimit));
    if (policy.lease < Duration{1s})
        root.fail("lease", "a lease of at least 1s was expected, not " + formatDuration(policy.lease));
}

} // namespace

Result<MigrationPolicy> parsePolicy(std::string_view toml, std::string_view file)
{
    DROVER_TRY(const auto tree, parseToml(toml, file));
    TomlReport report{std::string(file), {}, {}};
    TomlFields root{tree, {}, report};
    MigrationPolicy policy;
    root.require("name");
    policy.name = root.text("name", {});
    for (const std::string_view table : {"shadow", "canary", "rotation"})
        root.require(table);
    root.table("shadow", [&](TomlFields& fields) { readShadowPolicy(fields, policy.shadow); });
    root.table("canary", [&](TomlFields& fields) { readCanaryPolicy(fields, policy.canary); });
    root.table("abort", [&](TomlFields& fields) { policy.abortErrorRate = readLimit(fields, "error_rate", policy.abortErrorRate); });
    policy.rollbackWindow = readNeeded(root, "cutover", "rollback_window");
    policy.overlap = readNeeded(root, "overlap", "time");
    policy.lease = readNeeded(root, "lease", "time");
    root.table("rotation", [&](TomlFields& fields) { readRotationPolicy(fields, policy.rotation); });
    checkPolicy(root, policy);
    // A misspelt limit must not pass for its default.
    const auto unknown = unusedKeys(tree, report);
    if (!report.error && !unknown.empty())
        report.error = Error{Errc::invalidInput, "there is no such setting in a policy",
                             report.file + ":" + std::to_string(unknown.front().line) + ": " + unknown.front().path};
    if (report.error)
        return *report.error;
    return policy;
}

} // namespace drover
