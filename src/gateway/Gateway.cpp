// SPDX-License-Identifier: Apache-2.0
#include "gateway/Gateway.h"

#include "gateway/Dialect.h"
#include "gateway/Retention.h"
#include "http/Url.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/routing/Document.h"

#include <unistd.h>

namespace drover::gateway {
namespace {

constexpr Duration lookEvery = 50ms;      // a revocation holds within 250 ms
constexpr Duration acknowledgeEvery = 1s;
constexpr Duration mirrorGrace = 2s;      // for mirrored calls that run when the drain ends

std::unique_ptr<RedisKeySource> redisKeys(http::Loop& loop, Log& log, GatewaySettings& settings)
{
    if (!settings.redis)
        return nullptr;
    std::set<std::string> keks;
    for (const Kek& kek : settings.keks)
        keks.insert(kek.id);
    return std::make_unique<RedisKeySource>(loop, log, std::move(*settings.redis), std::move(keks));
}

RoutingWatch::Settings watchSettings(const std::filesystem::path& folder, GatewaySettings& settings, KeySource* keys)
{
    RoutingWatch::Settings out;
    out.keySource = keys;
    out.folder = folder;
    out.workspace = settings.config.id;
    out.keks = std::move(settings.keks);
    out.defaultTarget = settings.config.gateway.defaultTarget;
    return out;
}

} // namespace

Gateway::Gateway(http::Loop& loop, const Clock& clock, Log& log, GatewaySettings settings)
    : loop_(loop), clock_(clock), log_(log), settings_(std::move(settings)),
      folder_(settings_.configFile.parent_path() / "gateway"), random_(Random::fromSystem()), ackWriter_(log), writer_(log),
      redisKeys_(redisKeys(loop, log, settings_)), routing_(clock, log, watchSettings(folder_, settings_, redisKeys_.get())), tokens_(clock, log, folder_ / "tokens.json"),
      owners_(writer_, folder_ / "owners", settings_.id), recorder_(clock, writer_, folder_, settings_.id),
      health_(clock, log, settings_.breaker), limits_(clock), client_(loop, settings_.client), mirror_(loop, client_, routing_, recorder_, metrics_),
      parts_{clock, client_, routing_, tokens_, owners_, recorder_, metrics_, mirror_, health_, limits_, random_, settings_.relay},
      admin_(metrics_, {[this] { return now(); }, [this] { return routingJson(); }, [this] { return notReady(); }}),
      server_(loop, [this](http::Request& q, http::Responder& r) { return answer(q, r); }, serverOptions()),
      adminServer_(loop, [this](http::Request& q, http::Responder& r) { return admin_.handle(q, r); }),
      control_(loop, [this](std::string_view command) { return control(command); }),
      self_(std::make_shared<Gateway*>(this))
{
    parts_.settings.sticky = settings_.config.gateway.sticky;
}

Gateway::~Gateway()
{
    *self_ = nullptr;
    recorder_.flush();
}

Result<void> Gateway::start()
{
    DROVER_TRY(auto targets, makeTargets(settings_.config));
    if (redisKeys_) {
        DROVER_CHECK(redisKeys_->begin());
    }
    DROVER_CHECK(routing_.start(std::move(targets)));
    DROVER_CHECK(tokens_.start());
    owners_.load(clock_.now());
    DROVER_CHECK(listen());
    DROVER_CHECK(control_.listen(folder_ / (settings_.id + ".sock")));
    started_ = true;
    writeAck();
    if (redisKeys_)
        redisKeys_->follow();
    loop_.spawn(tickForever(self_));
    return {};
}

Result<void> Gateway::listen()
{
    auto clients = http::parseHostPort(settings_.listen);
    if (!clients.has_value())
        return at("gateway.listen", std::move(clients).error());
    auto admins = http::parseHostPort(settings_.adminListen);
    if (!admins.has_value())
        return at("gateway.admin_listen", std::move(admins).error());
    if (!http::isLoopbackHost(clients->host) && !settings_.server.tls) {
        tlsInFront_ = settings_.config.gateway.tls == "terminated-in-front";
        if (!tlsInFront_)
            return Error{Errc::invalidInput,
                         "plain HTTP is served on loopback only; set gateway.tls = \"terminated-in-front\" where TLS "
                         "ends in front of the gateway",
                         "gateway.listen: " + settings_.listen};
        log_.warn("plain HTTP is served beyond loopback: TLS must end in front", {{"listen", settings_.listen}});
    }
    DROVER_CHECK(server_.listen(clients->host, clients->port));
    DROVER_CHECK(adminServer_.listen(admins->host, admins->port));
    admin_.allow(admins->host, adminServer_.port());
    return {};
}

http::Async<void> Gateway::answer(http::Request& request, http::Responder& responder)
{
    Relay relay{parts_, request, responder};
    co_await relay.run();
}

http::ServerOptions Gateway::serverOptions()
{
    http::ServerOptions options = settings_.server;
    options.refusal = [this](const http::Head& head, int status, std::string_view why, http::Fields& fields, std::string& body) {
        refuseEarly(head, status, why, fields, body);
    };
    return options;
}

void Gateway::refuseEarly(const http::Head& head, int status, std::string_view why, http::Fields& fields, std::string& body)
{
    RequestLine line;
    line.ts = clock_.now();
    line.requestId = requestIdOf(head);
    if (line.requestId.empty())
        line.requestId = uuid7(line.ts, random_);
    line.route = routeName(routeOf(head.method(), head.path()));
    line.status = status;
    line.errorClass = ErrorClass::client;
    line.phase = routing_.serving()->phase();
    line.generation = routing_.serving()->generation();
    recorder_.line(line);
    metrics_.request("none", line.errorClass, 0);
    fields.add("X-Request-ID", line.requestId);
    fields.add("X-Drover-Target", "none");
    body = errorBody(speaksAnthropic(head), status, status == 413 ? "request_too_large" : "invalid_request", why, line.requestId);
}

http::Async<void> Gateway::tickForever(std::shared_ptr<Gateway*> self)
{
    while (*self != nullptr) {
        (*self)->tick();
        co_await http::Loop::sleep(lookEvery);
    }
}

void Gateway::tick()
{
    const bool changed = routing_.look();
    tokens_.look();
    owners_.look();
    recorder_.tick();
    if (const std::string today = formatDate(clock_.now()); today != cleaned_) {
        cleaned_ = today;
        writer_.run([folder = folder_, kept = settings_.config.retention, now = clock_.now()] {
            removeOldLogs(folder, kept, now);
        });
    }
    if (changed) {
        health_.keep(routing_.serving()->keys());
        limits_.keep(routing_.serving()->keys());
    }
    if (changed || clock_.steady() - acknowledged_ >= acknowledgeEvery)
        writeAck();
}

void Gateway::writeAck()
{
    acknowledged_ = clock_.steady();
    GatewayAck ack;
    ack.gateway = settings_.id;
    ack.generation = routing_.serving()->generation();
    ack.renewal = routing_.lease().renewal();
    ack.listen = server_.url();
    ack.admin = adminServer_.url();
    ack.control = (folder_ / (settings_.id + ".sock")).string();
    ack.pid = ::getpid();
    ack.leaseExpired = routing_.lease().expired();
    ack.refusedKey = routing_.refusedKey();
    ack.inFlight = server_.inFlight();
    ack.requests = metrics_.relayed;
    // Stamped when it is written: a slow disk must not make an old word look fresh.
    ackWriter_.replaceLatest(folder_ / "acks" / (settings_.id + ".json"), [ack = std::move(ack), &clock = clock_]() mutable {
        ack.at = clock.now();
        return drover::writeAck(ack);
    });
}

void Gateway::drain()
{
    if (draining_)
        return;
    draining_ = true;
    log_.info("draining", {{"in_flight", std::int64_t(server_.inFlight())}});
    loop_.spawn(finishDrain(self_));
}

// Streams in flight end by themselves; only then are the last lines written and the acknowledgement taken back.
http::Async<void> Gateway::finishDrain(std::shared_ptr<Gateway*> self)
{
    Gateway& gateway = **self;
    gateway.mirror_.clear();
    const bool clean = co_await gateway.server_.stop(gateway.settings_.drainTime);
    const Deadline grace = Deadline::in(gateway.clock_, mirrorGrace);
    while (gateway.mirror_.running() > 0 && !grace.passed())
        co_await http::Loop::sleep(10ms);
    *self = nullptr; // no acknowledgement comes after this
    gateway.recorder_.flush();
    gateway.control_.close();
    // After the last lines, and after the last acknowledgement.
    gateway.writer_.run([file = gateway.folder_ / "acks" / (gateway.settings_.id + ".json"), &acks = gateway.ackWriter_] {
        acks.run([file] {
            std::error_code ignored;
            std::filesystem::remove(file, ignored);
        });
    });
    gateway.log_.info(clean ? "drained" : "drained; what was in flight for too long was cut", {});
    if (gateway.onDrained_)
        gateway.onDrained_();
}

} // namespace drover::gateway
