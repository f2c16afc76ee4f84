// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/EvidenceJson.h"
#include "protocol/journal/JournalFields.h"
#include "protocol/journal/PlanEvents.h"

#include <variant>

namespace drover {
namespace {

struct WriteRotationEvent {
    JsonWriter& json;

    void operator()(const RotationStarted& event) const
    {
        json.field("event", "rotation_started").field("id", event.id).field("target", event.target);
        json.field("current_key", event.currentKey).field("live_keys", event.liveKeys);
        json.field("abort_error_rate", event.abortErrorRate);
        writeRotationPolicy(json, "policy", event.policy);
        json.key("weights").beginObject();
        for (const auto& [id, weight] : event.weights)
            json.field(id, weight);
        json.endObject();
        json.fieldOrNull("name_tag", event.nameTag);
        texts("unresolved", event.unresolved);
        texts("left", event.left);
        json.field("idle", event.idle);
    }
    void operator()(const KeyMinted& event) const { keyed("key_minted", event.keyId).field("name", event.name); }
    void operator()(const MintReconciled& event) const
    {
        json.field("event", "mint_reconciled");
        texts("key_ids", event.keyIds);
    }
    void operator()(const KeyStored& event) const { keyed("key_stored", event.keyId).field("version", event.version); }
    void operator()(const KeyLost& event) const { keyed("key_lost", event.keyId); }
    void operator()(const KeyProven& event) const
    {
        keyed("key_proven", event.keyId);
        texts("regions", event.regions);
    }
    void operator()(const KeyPublished& event) const { keyed("key_published", event.keyId); }
    void operator()(const WeightsServed& event) const
    {
        json.field("event", "weights_served").field("generation", event.generation);
    }
    void operator()(const KeyLooked& event) const
    {
        keyed("key_looked", event.keyId).key("evidence").beginObject();
        writeAttempts(json, event.evidence);
        json.endObject();
    }
    void operator()(const KeyPromoted& event) const { keyed("key_promoted", event.keyId); }
    void operator()(const PromotionReconciled& event) const { keyed("promotion_reconciled", event.keyId); }
    void operator()(const KeyQuiet& event) const { keyed("key_quiet", event.keyId); }
    void operator()(const KeyRevoked& event) const { keyed("key_revoked", event.keyId); }
    void operator()(const PersonNeeded&) const { json.field("event", "person_needed"); }
    void operator()(const StepFailed& event) const
    {
        json.field("event", "step_failed").field("code", errcName(event.code)).field("why", event.why);
    }
    void operator()(const RotationResumed&) const { json.field("event", "rotation_resumed"); }

private:
    JsonWriter& keyed(std::string_view name, std::string_view keyId) const
    {
        return json.field("event", name).field("key_id", keyId);
    }
    void texts(std::string_view name, const std::vector<std::string>& values) const
    {
        json.key(name).beginArray();
        for (const std::string& value : values)
            json.text(value);
        json.endArray();
    }
};

RotationEvent readRotationStarted(JsonFields& fields)
{
    RotationStarted event;
    event.id = fields.text("id");
    event.target = fields.text("target");
    event.currentKey = fields.textOr("current_key", {});
    event.liveKeys = fields.smallCountOr("live_keys", 0);
    event.abortErrorRate = fields.number("abort_error_rate");
    event.policy = readRotationPolicy(fields, "policy");
    fields.each("weights", [&](std::string_view id, JsonFields& weights) { event.weights.emplace(id, weights.number(id)); });
    event.nameTag = fields.textOr("name_tag", {});
    event.unresolved = fields.texts("unresolved");
    event.left = fields.texts("left"); // none in a journal from before there were any
    event.idle = fields.flagOr("idle", false);
    event.at = fields.time("at");
    return event;
}

RotationEvent readKeyLooked(JsonFields& fields)
{
    KeyLooked event;
    event.keyId = fields.text("key_id");
    fields.object("evidence", [&](JsonFields& evidence) { readAttempts(evidence, event.evidence); });
    event.at = fields.time("at");
    return event;
}

RotationEvent readStepFailed(JsonFields& fields)
{
    const auto code = errcFrom(fields.text("code"));
    if (!code)
        fields.fail("code", "no code of an error");
    return StepFailed{code.value_or(Errc::internal), fields.textOr("why", {}), fields.time("at")};
}

RotationEvent readRotationEvent(JsonFields& fields)
{
    const std::string name = fields.text("event");
    if (name == "rotation_started")
        return readRotationStarted(fields);
    if (name == "key_looked")
        return readKeyLooked(fields);
    if (name == "step_failed")
        return readStepFailed(fields);
    if (name == "key_minted")
        return KeyMinted{fields.text("key_id"), fields.text("name"), fields.time("at")};
    if (name == "mint_reconciled")
        return MintReconciled{fields.texts("key_ids"), fields.time("at")};
    if (name == "key_stored")
        return KeyStored{fields.text("key_id"), fields.countOr("version", 0), fields.time("at")};
    if (name == "key_lost")
        return KeyLost{fields.text("key_id"), fields.time("at")};
    if (name == "key_proven")
        return KeyProven{fields.text("key_id"), fields.texts("regions"), fields.time("at")};
    if (name == "key_published")
        return KeyPublished{fields.text("key_id"), fields.time("at")};
    if (name == "weights_served")
        return WeightsServed{fields.count("generation"), fields.time("at")};
    if (name == "key_promoted")
        return KeyPromoted{fields.text("key_id"), fields.time("at")};
    if (name == "promotion_reconciled")
        return PromotionReconciled{fields.textOr("key_id", {}), fields.time("at")};
    if (name == "key_quiet")
        return KeyQuiet{fields.text("key_id"), fields.time("at")};
    if (name == "key_revoked")
        return KeyRevoked{fields.text("key_id"), fields.time("at")};
    if (name == "person_needed")
        return PersonNeeded{fields.time("at")};
    if (name != "rotation_resumed")
        fields.fail("event", "\"" + name + "\" is no event of a rotation");
    return RotationResumed{fields.time("at")};
}

} // namespace

std::string writeEvent(const RotationEvent& event)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject();
    std::visit(WriteRotationEvent{json}, event);
    // Exact: a plan that is replayed must see a step end where it saw it end before.
    json.field("at", formatTimeExact(std::visit([](const auto& one) { return one.at; }, event))).endObject();
    return out;
}

Result<RotationEvent> parseRotationEvent(std::string_view text)
{
    DROVER_TRY(const auto object, parseJsonObject(text));
    JsonFields fields{object};
    RotationEvent event = readRotationEvent(fields);
    if (fields.error())
        return *fields.error();
    return event;
}

} // namespace drover
