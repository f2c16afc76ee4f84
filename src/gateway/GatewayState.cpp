// SPDX-License-Identifier: Apache-2.0
// What a gateway says of itself, and what it is told through its socket.
#include "gateway/Gateway.h"

#include "protocol/json/JsonWriter.h"

#include <fstream>
#include <sstream>
#include <unistd.h>

namespace drover::gateway {

namespace {

void appendBreakers(JsonWriter& json, const std::vector<ProviderHealth::Line>& lines)
{
    json.key("breakers").beginArray();
    for (const auto& one : lines) {
        json.beginObject().field("target", one.target).fieldOrNull("host", one.host).fieldOrNull("key", one.key);
        json.field("state", breakerStateName(one.state)).field("failures", one.failures).field("outcomes", one.outcomes);
        json.fieldOrNull("class", one.failures > 0 ? errorClassName(one.last) : std::string_view{});
        json.field("probe_in_s", seconds(one.wait)).endObject();
    }
    json.endArray();
}

void appendLimits(JsonWriter& json, const std::vector<Limits::Line>& lines)
{
    json.key("limits").beginArray();
    for (const auto& one : lines) {
        json.beginObject().field("target", one.target).field("key", one.key).field("model", one.model);
        json.field("requests", one.rule.requests).field("requests_used", one.requestsUsed);
        json.field("tokens", one.rule.tokens).field("tokens_used", one.tokensUsed).endObject();
    }
    json.endArray();
}

} // namespace

std::string Gateway::firstLine() const
{
    std::string out;
    JsonWriter{out}.beginObject().field("program", "drover-gateway").field("id", settings_.id)
        .field("listen", server_.url()).field("admin", adminServer_.url())
        .field("control", (folder_ / (settings_.id + ".sock")).string()).endObject();
    return out;
}

std::string Gateway::notReady()
{
    if (draining_)
        return "draining";
    const std::string because = routing_.keysProblem().empty() ? std::string() : ": " + routing_.keysProblem();
    if (!routing_.refusedKey().empty())
        return "a key of the newest generation cannot be opened" + because;
    if (routing_.serving()->keys().keys().empty())
        return "there is no provider key" + because;
    return {};
}

Metrics::Now Gateway::now()
{
    Metrics::Now now;
    now.gateway = settings_.id;
    now.generation = routing_.serving()->generation();
    now.leaseExpired = routing_.lease().expired();
    if (const auto left = routing_.lease().left())
        now.leaseLeftS = seconds(*left);
    now.rollbacksRefused = routing_.rollbacksRefused();
    now.keysProblem = !routing_.keysProblem().empty();
    now.inFlight = server_.inFlight();
    now.connections = server_.connections();
    now.mirrorWaiting = mirror_.waiting();
    now.logBytesDropped = writer_.droppedBytes();
    now.logFailures = writer_.failures();
    now.tlsInFront = tlsInFront_;
    now.draining = draining_;
    now.health = health_.lines();
    now.limits = limits_.lines();
    if (const auto& document = routing_.serving()->document()) {
        for (const auto& [target, share] : document->targets)
            now.shares.emplace(target, share.share);
    }
    return now;
}

std::string Gateway::routingJson()
{
    const auto& serving = *routing_.serving();
    const auto& document = serving.document();
    std::string out;
    JsonWriter json{out};
    json.beginObject().field("gateway", settings_.id).field("generation", serving.generation());
    json.field("renewal", routing_.lease().renewal()).fieldOrNull("migration", document ? document->migration : "");
    json.field("phase", phaseName(serving.phase())).field("step", document ? document->step : 0U);
    json.key("targets").beginObject();
    if (document) {
        for (const auto& [name, share] : document->targets) {
            json.key(name).beginObject().field("share", share.share).key("keys").beginObject();
            for (const auto& [id, weight] : share.keys)
                json.field(clipId(id), weight);
            json.endObject().endObject();
        }
    }
    json.endObject().field("default", serving.defaultTarget() ? serving.defaultTarget()->name : std::string{});
    json.field("legacy_retired", serving.legacyRetired());
    if (const auto left = routing_.lease().left())
        json.key("lease").beginObject().field("lease_s", document->leaseS).field("left_s", seconds(*left))
            .field("expired", routing_.lease().expired()).endObject();
    else
        json.key("lease").null();
    json.fieldOrNull("refused_key", clipId(routing_.refusedKey())).fieldOrNull("keys_problem", routing_.keysProblem());
    json.field("draining", draining_);
    appendBreakers(json, health_.lines());
    appendLimits(json, limits_.lines());
    json.field("in_flight", server_.inFlight()).field("requests", metrics_.requests).endObject();
    return out;
}

std::string Gateway::control(std::string_view command)
{
    std::string out;
    JsonWriter json{out};
    if (command == "status")
        return routingJson();
    if (command == "drain") {
        drain();
        json.beginObject().field("ok", true).field("in_flight", server_.inFlight()).endObject();
        return out;
    }
    if (command == "reload") {
        const auto done = reload();
        json.beginObject().field("ok", done.has_value());
        if (!done.has_value())
            json.field("error", describe(done.error()));
        json.endObject();
        return out;
    }
    json.beginObject().field("ok", false).field("error", "the commands are drain, reload and status").endObject();
    return out;
}

// Targets, model maps, default and sticky headers of drover.toml anew; addresses stay.
Result<void> Gateway::reload()
{
    std::ifstream in(settings_.configFile);
    std::stringstream text;
    text << in.rdbuf();
    if (!in)
        return Error{Errc::io, "cannot be read", settings_.configFile.string()};
    DROVER_TRY(auto config, parseConfig(text.str(), settings_.configFile.filename().string()));
    DROVER_TRY(auto targets, makeTargets(config));
    DROVER_CHECK(routing_.reconfigure(std::move(targets), config.gateway.defaultTarget));
    parts_.settings.sticky = config.gateway.sticky;
    settings_.config = std::move(config);
    log_.info("reloaded", {});
    return {};
}

} // namespace drover::gateway
