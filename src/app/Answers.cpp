// SPDX-License-Identifier: Apache-2.0
#include "app/Answers.h"

#include "app/ByHand.h"
#include "protocol/json/JsonWriter.h"

#include <utility>

namespace drover::app {
namespace {

void writeToken(JsonWriter& json, const ClientToken& token)
{
    json.field("name", token.name).field("sha256", token.sha256);
    json.key("models").beginArray();
    for (const std::string& model : token.models)
        json.text(model);
    json.endArray();
    if (token.requestsPerMinute > 0)
        json.field("rpm", token.requestsPerMinute);
    else
        json.key("rpm").null();
    json.field("expires", token.expires).field("created", token.created);
}

void writeKey(JsonWriter& json, const KeyRecord& record)
{
    json.field("id", record.id).field("target", record.target).field("name", record.name);
    json.field("state", keyStateName(record.state)).field("hint", record.hint).field("store", record.store);
    json.field("proven_at", record.provenAt).field("expires_at", record.expiresAt);
}

void writeErrorFields(JsonWriter& json, const Error& error)
{
    json.beginObject().field("code", errcName(error.code)).field("message", error.what);
    json.fieldOrNull("where", error.where).endObject();
}

} // namespace

std::string tokensJson(const std::vector<ClientToken>& tokens)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().key("tokens").beginArray();
    for (const ClientToken& token : tokens) {
        json.beginObject();
        writeToken(json, token);
        json.endObject();
    }
    json.endArray().endObject();
    return out;
}

std::string tokenCreatedJson(const TokenCreated& created)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject();
    created.token.reveal([&](std::string_view token) { json.field("token", token); });
    writeToken(json, created.record);
    json.endObject();
    return out;
}

std::string keyAddedJson(const KeyAdded& added)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject();
    writeKey(json, added.record);
    json.key("warnings").beginArray();
    for (const std::string& warning : added.warnings)
        json.text(warning);
    json.endArray().endObject();
    return out;
}

std::string keyProofJson(const KeyProof& proof)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject();
    writeKey(json, proof.record);
    json.field("proven", proof.proven).key("places").beginArray();
    for (const KeyPlace& place : proof.places) {
        json.beginObject().field("region", place.region).field("host", place.host).field("status", place.status);
        json.field("ms", roundedMs(place.ms)).field("ok", place.ok).fieldOrNull("why", place.why).endObject();
    }
    json.endArray().endObject();
    return out;
}

std::string findingsJson(const std::vector<ConfigService::Finding>& findings)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().key("findings").beginArray();
    for (const ConfigService::Finding& finding : findings) {
        json.beginObject().field("level", finding.isError ? "error" : "notice");
        json.field("where", finding.where).field("message", finding.what).endObject();
    }
    json.endArray().endObject();
    return out;
}

std::string rotationJson(const RotationPlan& plan)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().fieldOrNull("id", plan.id()).field("state", rotationStateName(plan.state()));
    json.field("outcome", plan.outcome()).fieldOrNull("key_id", plan.newKey());
    json.fieldOrNull("previous_key", plan.start().currentKey).fieldOrNull("why", plan.why());
    json.fieldOrNull("waits_for", waitsFor(plan));
    json.key("history").beginArray();
    for (const RotationPlan::Line& line : plan.history())
        json.beginObject().field("at", line.at).field("text", line.text).endObject();
    json.endArray().endObject();
    return out;
}

std::string auditJson(const std::vector<AuditEntry>& entries)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().key("entries").beginArray();
    for (const AuditEntry& entry : entries) {
        json.beginObject().field("sequence", entry.sequence).field("at", entry.at).field("actor", entry.actor);
        json.field("deed", entry.deed).field("subject", entry.subject).fieldOrNull("reason", entry.reason);
        json.field("hash", entry.hash).endObject();
    }
    json.endArray().endObject();
    return out;
}

std::string loginJson(const SecretsService::Login& login)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().field("store", login.store).field("until", login.until).field("kept", !login.notKept.has_value()).endObject();
    return out;
}

std::string namesJson(std::string_view name, const std::vector<std::string>& values)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().key(name).beginArray();
    for (const std::string& value : values)
        json.text(value);
    json.endArray().endObject();
    return out;
}

std::string textsJson(const std::vector<std::pair<std::string, std::string>>& fields)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject();
    for (const auto& [name, value] : fields)
        json.field(name, std::string_view(value));
    json.endObject();
    return out;
}

std::string failureJson(const Error& error)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().key("error");
    writeErrorFields(json, error);
    json.endObject();
    return out;
}

std::string withError(std::string document, const Error& error)
{
    while (!document.empty() && (document.back() == '\n' || document.back() == ' '))
        document.pop_back();
    if (document.size() < 3 || document.back() != '}')
        return failureJson(error);
    document.pop_back();
    document += ",\"error\":";
    JsonWriter json{document};
    writeErrorFields(json, error);
    document += '}';
    return document;
}

} // namespace drover::app
