// SPDX-License-Identifier: Apache-2.0
#include "protocol/routing/Document.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"

#include <cmath>

namespace drover {
namespace {

// Sums of shares are compared with this slack: they are written as decimals.
constexpr double shareSlack = 1e-6;
// The longest duration a policy can have; far above it seconds no longer fit a clock.
constexpr double longestLease = 1e9;

Error routingError(std::string where, std::string what)
{
    return Error{Errc::invalidInput, std::move(what), std::move(where)};
}

bool isFraction(double value)
{
    return value >= 0 && value <= 1;
}

TargetShare readShare(JsonFields& fields)
{
    TargetShare share;
    share.share = fields.number("share");
    fields.each("keys", [&](std::string_view id, JsonFields& keys) { share.keys.emplace(id, keys.number(id)); });
    share.extra = fields.others({"share", "keys"});
    return share;
}

ShadowRule readShadow(JsonFields& fields)
{
    return {fields.text("target"), fields.numberOr("sample", 0), fields.numberOr("again", 0),
            fields.others({"target", "sample", "again"})};
}

void writeShare(JsonWriter& json, const TargetShare& share)
{
    json.beginObject().field("share", share.share).key("keys").beginObject();
    for (const auto& [id, weight] : share.keys)
        json.field(id, weight);
    json.endObject().membersOf(share.extra).endObject();
}

Result<void> checkShare(const std::string& name, const TargetShare& target)
{
    const std::string place = "targets." + name;
    if (!isFraction(target.share))
        return routingError(place + ".share", "a share is between 0 and 1");
    double weights = 0;
    for (const auto& [id, weight] : target.keys) {
        if (!isFraction(weight))
            return routingError(place + ".keys." + id, "a weight is between 0 and 1");
        weights += weight;
    }
    if (target.share > 0 && !(weights > 0))
        return routingError(place + ".keys", "the target has a share but no key with a weight above 0");
    return {};
}

Result<void> checkShadow(const RoutingDocument& document)
{
    if (!document.shadow)
        return {};
    if (!document.targets.contains(document.shadow->target))
        return routingError("shadow.target", "\"" + document.shadow->target + "\" is not among the targets");
    if (!isFraction(document.shadow->sample))
        return routingError("shadow.sample", "a share is between 0 and 1");
    if (!isFraction(document.shadow->again))
        return routingError("shadow.again", "a share is between 0 and 1");
    return {};
}

} // namespace

Result<RoutingDocument> parseRouting(std::string_view json)
{
    DROVER_TRY(const auto object, parseJsonObject(json));
    JsonFields fields{object};
    if (fields.count("format") != 1)
        fields.fail("format", "this Drover reads format 1");
    RoutingDocument document;
    document.generation = fields.count("generation");
    document.workspace = fields.text("workspace");
    document.migration = fields.textOr("migration", {});
    const std::string phase = fields.text("phase");
    if (const auto known = phaseFrom(phase))
        document.phase = *known;
    else
        fields.fail("phase", "\"" + phase + "\" is no phase");
    document.step = fields.smallCountOr("step", 0);
    document.writtenAt = fields.maybeTime("written_at").value_or(WallTime{});
    document.writer = fields.textOr("writer", {});
    document.leaseS = fields.numberOr("lease_s", 0);
    document.renewal = fields.countOr("renewal", 0);
    document.legacyRetired = fields.flagOr("legacy_retired", false);
    fields.each("targets", [&](std::string_view name, JsonFields& targets) {
        if (!targets.object(name, [&](JsonFields& one) { document.targets.emplace(name, readShare(one)); }))
            targets.fail(name, "an object was expected");
    });
    fields.object("shadow", [&](JsonFields& shadow) { document.shadow = readShadow(shadow); });
    document.extra = fields.others({"format", "generation", "workspace", "migration", "phase", "step", "written_at",
                                    "writer", "lease_s", "renewal", "legacy_retired", "targets", "shadow"});
    if (fields.error())
        return *fields.error();
    DROVER_CHECK(checkRouting(document));
    return document;
}

std::string writeRouting(const RoutingDocument& document)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().field("format", 1).field("generation", document.generation);
    json.field("workspace", document.workspace).fieldOrNull("migration", document.migration);
    json.field("phase", phaseName(document.phase)).field("step", document.step);
    json.field("written_at", document.writtenAt).field("writer", document.writer);
    json.field("lease_s", document.leaseS > 0 ? std::optional(document.leaseS) : std::nullopt);
    json.field("renewal", document.renewal).field("legacy_retired", document.legacyRetired);
    json.key("targets").beginObject();
    for (const auto& [name, share] : document.targets) {
        json.key(name);
        writeShare(json, share);
    }
    json.endObject().key("shadow");
    if (document.shadow) {
        json.beginObject().field("target", document.shadow->target).field("sample", document.shadow->sample);
        json.field("again", document.shadow->again).membersOf(document.shadow->extra).endObject();
    } else {
        json.null();
    }
    json.membersOf(document.extra).endObject();
    return out;
}

Result<void> checkRouting(const RoutingDocument& document)
{
    double shares = 0;
    for (const auto& [name, target] : document.targets) {
        DROVER_CHECK(checkShare(name, target));
        shares += target.share;
    }
    if (document.targets.empty())
        return routingError("targets", "no target is named");
    if (std::abs(shares - 1) > shareSlack)
        return routingError("targets", "the shares add up to " + std::to_string(shares) + ", not to 1");
    if (document.phase == Phase::paused)
        return routingError("phase", "while paused a document keeps the phase it was paused in");
    if (!(document.leaseS >= 0 && document.leaseS <= longestLease))
        return routingError("lease_s", "a lease is not negative and at most 1000000000 s");
    if (hasLease(document.phase) && !(document.leaseS > 0))
        return routingError("lease_s", "the phase " + std::string(phaseName(document.phase)) + " needs a lease");
    return checkShadow(document);
}

Result<GatewayAck> parseAck(std::string_view json)
{
    DROVER_TRY(const auto object, parseJsonObject(json));
    JsonFields fields{object};
    GatewayAck ack;
    ack.gateway = fields.text("gateway");
    ack.generation = fields.count("generation");
    ack.renewal = fields.countOr("renewal", 0);
    ack.at = fields.time("at");
    ack.listen = fields.textOr("listen", {});
    ack.admin = fields.textOr("admin", {});
    ack.control = fields.textOr("control", {});
    ack.pid = std::int64_t(fields.countOr("pid", 0));
    ack.leaseExpired = fields.flagOr("lease_expired", false);
    ack.refusedKey = fields.textOr("refused_key", {});
    ack.inFlight = fields.countOr("in_flight", 0);
    ack.requests = fields.countOr("requests", 0);
    if (fields.error())
        return *fields.error();
    return ack;
}

std::string writeAck(const GatewayAck& ack)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().field("gateway", ack.gateway).field("generation", ack.generation);
    json.field("renewal", ack.renewal).field("at", ack.at).fieldOrNull("listen", ack.listen);
    json.fieldOrNull("admin", ack.admin).fieldOrNull("control", ack.control).field("pid", ack.pid);
    json.field("lease_expired", ack.leaseExpired).fieldOrNull("refused_key", ack.refusedKey);
    json.field("in_flight", ack.inFlight).field("requests", ack.requests).endObject();
    return out;
}

} // namespace drover
