// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/EvidenceJson.h"
#include "protocol/journal/JournalFields.h"
#include "protocol/journal/PlanEvents.h"

#include <algorithm>
#include <array>
#include <variant>

namespace drover {
namespace {

constexpr std::array<std::string_view, 4> orderVerbs{"advance", "pause", "resume", "rollback"};

// One overload an event: its name and fields. The matching reader is below; a round-trip test holds them together.
struct WriteMigrationEvent {
    JsonWriter& json;

    void operator()(const MigrationStarted& event) const
    {
        json.field("event", "migration_started").field("id", event.id).field("legacy", event.legacy);
        json.field("target", event.target).field("last_generation", event.lastGeneration).field("actor", event.actor);
        writePolicy(json, "policy", event.policy);
    }
    void operator()(const RoutingWritten& event) const
    {
        json.field("event", "routing_written").field("generation", event.generation);
    }
    void operator()(const RoutingRefused& event) const { json.field("event", "routing_refused").field("why", event.why); }
    void operator()(const AcksComplete& event) const
    {
        json.field("event", "acks_complete").field("generation", event.generation).field("gateways", event.gateways);
    }
    void operator()(const Looked& event) const
    {
        const StepEvidence& evidence = event.evidence;
        json.field("event", "looked").key("legacy").beginObject();
        writeAttempts(json, evidence.legacy);
        json.endObject().key("target").beginObject();
        writeAttempts(json, evidence.target);
        json.endObject().key("pairs").beginObject();
        writePairs(json, evidence.pairs);
        json.endObject().key("clients").beginObject();
        json.field("requests", evidence.clientRequests).field("requests_on_target", evidence.clientRequestsOnTarget);
        json.field("failures", evidence.clientFailures).field("sticky_keys", evidence.stickyKeys);
        json.field("sticky_keys_on_target", evidence.stickyKeysOnTarget).endObject();
    }
    void operator()(const OperatorOrder& event) const
    {
        json.field("event", "operator_order").field("verb", orderVerbs[std::size_t(event.verb)]);
        json.field("actor", event.actor).field("reason", event.reason);
    }
    void operator()(const RollbackSeen& event) const
    {
        json.field("event", "rollback_seen").field("generation", event.generation).field("by", event.by);
    }
    void operator()(const ForeignChange& event) const
    {
        json.field("event", "foreign_change").field("generation", event.generation).field("what", event.what);
    }
    void operator()(const GenerationSeen& event) const
    {
        json.field("event", "generation_seen").field("generation", event.generation);
    }
    void operator()(const LeaseRanOut&) const { json.field("event", "lease_ran_out"); }
    void operator()(const RotationEnded& event) const
    {
        json.field("event", "rotation_ended").field("done", event.done).field("key_id", event.keyId).field("why", event.why);
    }
    void operator()(const Resumed&) const { json.field("event", "resumed"); }
};

MigrationEvent readStarted(JsonFields& fields)
{
    MigrationStarted event;
    event.id = fields.text("id");
    event.legacy = fields.text("legacy");
    event.target = fields.text("target");
    event.lastGeneration = fields.count("last_generation");
    event.actor = fields.textOr("actor", {});
    event.policy = readPolicy(fields, "policy");
    event.at = fields.time("at");
    return event;
}

MigrationEvent readLooked(JsonFields& fields)
{
    Looked event;
    StepEvidence& evidence = event.evidence;
    fields.object("legacy", [&](JsonFields& side) { readAttempts(side, evidence.legacy); });
    fields.object("target", [&](JsonFields& side) { readAttempts(side, evidence.target); });
    fields.object("pairs", [&](JsonFields& pairs) { evidence.pairs = readPairs(pairs); });
    fields.object("clients", [&](JsonFields& clients) {
        evidence.clientRequests = readRequestCount(clients, "requests");
        evidence.clientRequestsOnTarget = readRequestCount(clients, "requests_on_target");
        evidence.clientFailures = readRequestCount(clients, "failures");
        evidence.stickyKeys = readRequestCount(clients, "sticky_keys");
        evidence.stickyKeysOnTarget = readRequestCount(clients, "sticky_keys_on_target");
    });
    event.at = fields.time("at");
    return event;
}

MigrationEvent readOrder(JsonFields& fields)
{
    OperatorOrder event;
    const std::string verb = fields.text("verb");
    const auto found = std::ranges::find(orderVerbs, verb);
    if (found == orderVerbs.end())
        fields.fail("verb", "advance, pause, resume or rollback was expected");
    else
        event.verb = OrderVerb(found - orderVerbs.begin());
    event.actor = fields.textOr("actor", {});
    event.reason = fields.textOr("reason", {});
    event.at = fields.time("at");
    return event;
}

MigrationEvent readMigrationEvent(JsonFields& fields)
{
    const std::string name = fields.text("event");
    if (name == "migration_started")
        return readStarted(fields);
    if (name == "looked")
        return readLooked(fields);
    if (name == "operator_order")
        return readOrder(fields);
    if (name == "routing_written")
        return RoutingWritten{fields.count("generation"), fields.time("at")};
    if (name == "routing_refused")
        return RoutingRefused{fields.text("why"), fields.time("at")};
    if (name == "acks_complete")
        return AcksComplete{fields.count("generation"), fields.smallCountOr("gateways", 0), fields.time("at")};
    if (name == "rollback_seen")
        return RollbackSeen{fields.count("generation"), fields.textOr("by", {}), fields.time("at")};
    if (name == "foreign_change")
        return ForeignChange{fields.countOr("generation", 0), fields.text("what"), fields.time("at")};
    if (name == "generation_seen")
        return GenerationSeen{fields.count("generation"), fields.time("at")};
    if (name == "lease_ran_out")
        return LeaseRanOut{fields.time("at")};
    if (name == "rotation_ended")
        return RotationEnded{fields.flag("done"), fields.textOr("key_id", {}), fields.textOr("why", {}), fields.time("at")};
    if (name != "resumed")
        fields.fail("event", "\"" + name + "\" is no event of a migration");
    return Resumed{fields.time("at")};
}

} // namespace

std::string writeEvent(const MigrationEvent& event)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject();
    std::visit(WriteMigrationEvent{json}, event);
    // Exact: a plan that is replayed must see a step end where it saw it end before.
    json.field("at", formatTimeExact(std::visit([](const auto& one) { return one.at; }, event))).endObject();
    return out;
}

Result<MigrationEvent> parseMigrationEvent(std::string_view text)
{
    DROVER_TRY(const auto object, parseJsonObject(text));
    JsonFields fields{object};
    MigrationEvent event = readMigrationEvent(fields);
    if (fields.error())
        return *fields.error();
    return event;
}

} // namespace drover
