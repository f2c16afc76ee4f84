// SPDX-License-Identifier: Apache-2.0
#include "app/GatewayService.h"

#include "ports/Timer.h"

#include "app/Deed.h"
#include "app/KeyPublishing.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration gatewayDeadline = 20s;
constexpr Duration drainDeadline = 30s;
constexpr Duration aliveFor = 3s;

std::string stateOf(const GatewayStatus& status)
{
    if (!status.alive)
        return "gone";
    if (!status.ack.refusedKey.empty())
        return "cannot open " + clipId(status.ack.refusedKey);
    if (status.ack.leaseExpired)
        return "lease expired";
    return status.serving ? "serving" : "behind";
}

} // namespace

Task<Result<Started<GatewayProcess>>> GatewayService::start(GatewayStart options)
{
    const Deadline deadline = Deadline::in(ports_.clock, gatewayDeadline);
    DROVER_CO_TRY(const SealedKeys sealed, co_await ports_.routing.keys(deadline));
    if (sealed.empty())
        co_return Error{Errc::notFound, "no key was sealed yet: keys add ID --target legacy, then keys verify ID",
                        ports_.redisLogin ? "holysheep:keys:encrypted" : "gateway/keys.json"};
    DROVER_CO_TRY(Secret lines, co_await kekLines(ports_));
    if (ports_.redisLogin) {
        DROVER_CO_TRY(options.redis, co_await ports_.redisLogin(deadline));
    }
    options.workspace = ports_.folder;
    DROVER_CO_TRY(Started<GatewayProcess> started,
                  co_await processes_.gateway(std::move(options), std::move(lines), deadline));
    for (;;) {
        DROVER_CO_TRY(const std::vector<GatewayStatus> all, co_await status());
        const auto mine =
            std::ranges::find(all, started.info.id, [](const GatewayStatus& one) { return one.ack.gateway; });
        if (mine != all.end() && mine->serving)
            break;
        if (deadline.passed()) {
            const std::string state = mine == all.end() ? "it acknowledges nothing" : mine->state;
            co_return Error{Errc::timeout, "the gateway does not serve the routing document: " + state, started.info.id};
        }
        co_await delay(50ms);
    }
    DROVER_CO_CHECK(co_await ports_.audit.record(deedNow(ports_, "gateway.start", started.info.id, "at " + started.info.listen)));
    ports_.log.info("gateway_started", {{"gateway", started.info.id}, {"listen", started.info.listen}});
    co_return started;
}

Task<Result<std::vector<GatewayStatus>>> GatewayService::status()
{
    const Deadline deadline = Deadline::in(ports_.clock, gatewayDeadline);
    DROVER_CO_TRY(const std::vector<GatewayAck> acks, co_await ports_.routing.acks(deadline));
    DROVER_CO_TRY(const std::optional<RoutingDocument> document, co_await ports_.routing.read(deadline));
    std::vector<GatewayStatus> out;
    for (const GatewayAck& ack : acks) {
        GatewayStatus status;
        status.ack = ack;
        status.generation = document ? document->generation : 0;
        status.alive = ports_.clock.now() - ack.at <= aliveFor;
        status.serving = status.alive && ack.generation >= status.generation;
        status.state = stateOf(status);
        out.push_back(std::move(status));
    }
    std::ranges::sort(out, {}, [](const GatewayStatus& one) { return std::pair{!one.alive, one.ack.gateway}; });
    co_return out;
}

Task<Result<std::vector<std::string>>> GatewayService::stop(std::string id)
{
    DROVER_CO_TRY(const std::vector<GatewayStatus> all, co_await status());
    std::vector<std::string> stopped;
    for (const GatewayStatus& one : all) {
        if (!one.alive || (!id.empty() && one.ack.gateway != id))
            continue;
        DROVER_CO_CHECK(co_await processes_.stopGateway(one.ack.control, one.ack.pid,
                                                        Deadline::in(ports_.clock, drainDeadline)));
        DROVER_CO_CHECK(co_await ports_.audit.record(deedNow(ports_, "gateway.stop", one.ack.gateway)));
        stopped.push_back(one.ack.gateway);
    }
    if (stopped.empty())
        co_return Error{Errc::notFound, id.empty() ? "no gateway is running" : "no gateway " + id + " is running", id};
    co_return stopped;
}

std::string gatewaysJson(const std::vector<GatewayStatus>& gateways)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().key("gateways").beginArray();
    for (const GatewayStatus& one : gateways) {
        json.beginObject().field("id", one.ack.gateway).field("state", one.state).field("alive", one.alive);
        json.field("serving", one.serving).field("generation", one.ack.generation).field("renewal", one.ack.renewal);
        json.field("at", one.ack.at).fieldOrNull("listen", one.ack.listen).fieldOrNull("admin", one.ack.admin);
        json.fieldOrNull("control", one.ack.control).field("pid", one.ack.pid);
        json.field("lease_expired", one.ack.leaseExpired).fieldOrNull("refused_key", one.ack.refusedKey);
        json.field("in_flight", one.ack.inFlight).endObject();
    }
    json.endArray().endObject();
    return out;
}

} // namespace drover::app
