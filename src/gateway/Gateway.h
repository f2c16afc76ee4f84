// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Clock.h"
#include "base/Ids.h"
#include "base/Log.h"
#include "base/Result.h"
#include "gateway/Admin.h"
#include "gateway/ControlSocket.h"
#include "gateway/FileWriter.h"
#include "gateway/Limits.h"
#include "gateway/Metrics.h"
#include "gateway/Mirror.h"
#include "gateway/Owners.h"
#include "gateway/ProviderHealth.h"
#include "gateway/Recorder.h"
#include "gateway/RedisKeySource.h"
#include "gateway/Relay.h"
#include "gateway/RoutingWatch.h"
#include "gateway/TokenGuard.h"
#include "http/Client.h"
#include "http/Loop.h"
#include "http/Server.h"
#include "protocol/config/WorkspaceConfig.h"
#include "protocol/routing/Sealing.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drover::gateway {

struct GatewaySettings {
    std::filesystem::path configFile; // drover.toml; read again on reload
    WorkspaceConfig config;
    std::string id;
    std::string listen;               // host:port
    std::string adminListen;
    std::vector<Kek> keks;
    std::optional<RedisSource> redis; // has the sealed keys; without it keys.json has
    RelaySettings relay;
    BreakerRule breaker;
    http::ServerOptions server;
    http::ClientOptions client;
    Duration drainTime = 10min;       // what is in flight then is cut
};

// One gateway: everything it is made of, started and ended in order. Used on the loop's thread.
class Gateway {
public:
    Gateway(http::Loop& loop, const Clock& clock, Log& log, GatewaySettings settings);
    ~Gateway();

    // Reads the workspace and listens. Errors: invalidInput naming file and field, busy, io.
    Result<void> start();
    // Accepts nothing more, lets what is in flight end, writes what is left; then onDrained's function runs.
    void drain();
    void onDrained(std::function<void()> done) { onDrained_ = std::move(done); }

    // {"program":"drover-gateway","id","listen","admin","control"}
    std::string firstLine() const;
    std::string listenUrl() const { return server_.url(); }
    std::string adminUrl() const { return adminServer_.url(); }

private:
    Result<void> listen();
    void tick();
    static http::Async<void> tickForever(std::shared_ptr<Gateway*> self);
    static http::Async<void> finishDrain(std::shared_ptr<Gateway*> self);
    http::Async<void> answer(http::Request& request, http::Responder& responder);
    // What the server refuses by itself, in the dialect of the path, with its line in the log.
    void refuseEarly(const http::Head& head, int status, std::string_view why, http::Fields& fields, std::string& body);
    http::ServerOptions serverOptions();
    void writeAck();
    std::string control(std::string_view command);
    Result<void> reload();
    std::string routingJson();
    std::string notReady();
    Metrics::Now now();

    http::Loop& loop_;
    const Clock& clock_;
    Log& log_;
    GatewaySettings settings_;
    std::filesystem::path folder_; // gateway/ of the workspace
    Random random_;
    Metrics metrics_;
    FileWriter ackWriter_; // apart, so that no log delays an acknowledgement; outlives writer_, whose last job uses it
    FileWriter writer_;
    std::unique_ptr<RedisKeySource> redisKeys_; // null: keys.json
    RoutingWatch routing_;
    TokenGuard tokens_;
    Owners owners_;
    Recorder recorder_;
    ProviderHealth health_;
    Limits limits_;
    http::Client client_;
    Mirror mirror_;
    RelayParts parts_;
    Admin admin_;
    http::Server server_;
    http::Server adminServer_;
    ControlSocket control_;
    std::shared_ptr<Gateway*> self_; // null once this is gone: what still runs on the loop looks there
    std::function<void()> onDrained_;
    SteadyTime acknowledged_{};
    std::string cleaned_; // the date on which old logs were removed last
    bool tlsInFront_ = false;
    bool started_ = false;
    bool draining_ = false;
};

} // namespace drover::gateway
