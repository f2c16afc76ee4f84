// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QTemporaryDir>

#include "base/Log.h"
#include "domain/gates/Evidence.h"
#include "gateway/Gateway.h"
#include "http/Client.h"
#include "http/Server.h"
#include "protocol/routing/Sealing.h"
#include "protocol/routing/Tokens.h"
#include "support/LoopThread.h"

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace drover::test {

// The system's clock, which the test can put forward: a lease runs out when it says so.
class ShiftedClock final : public Clock {
public:
    WallTime now() const override { return system_.now() + Duration{jumped_.load()}; }
    SteadyTime steady() const override { return system_.steady() + Duration{shift_.load()}; }
    void advance(Duration by) { shift_ += by.count(); }
    void jump(Duration by) { jumped_ += by.count(); } // the calendar alone

private:
    SystemClock system_;
    std::atomic<Duration::rep> shift_ = 0, jumped_ = 0;
};

// A provider that does what the test says. Its fields are the loop's: read and write them inside Stage::on().
struct Upstream {
    enum class Mode { answer, fail, hang, drop, headOnly, empty, halfResponse, cutStream, errorEvent };

    explicit Upstream(http::Loop& loop);
    http::Async<void> handle(http::Request& request, http::Responder& responder);
    http::Async<void> answer(http::Responder& responder, bool stream);

    std::unique_ptr<http::Server> server;
    Mode mode = Mode::answer;         // a request that hangs goes on when this changes
    int status = 500;                 // of Mode::fail
    int failures = -1;                // of Mode::fail, before it answers; -1: for ever
    std::string failField;            // "Name: value", of Mode::fail
    std::string failBody = R"({"error":{"message":"no, sk-secret-0123456789abcdef","type":"x","code":"y"}})";
    std::string badKey;               // is refused with 401
    std::vector<std::pair<std::string, std::string>> answerFields; // of a plain answer, besides its own
    std::string text = "hello";
    std::string responseId = "resp_7";
    std::string models = R"({"object":"list","data":[{"id":"m-up","object":"model"}]})";
    int events = 5;
    Duration pause = 1ms;             // between two events
    std::uint64_t requests = 0;
    std::uint64_t left = 0;           // clients that went away before the answer's end
    std::map<std::string, std::uint64_t> byKey;
    std::vector<std::string> fieldNames; // all that ever came
    std::string lastBody, lastTarget;
};

struct Answer {
    Result<int> status = 0;
    std::string body;
    std::string target;      // X-Drover-Target
    std::string requestId;
    std::string upstreamId;
    std::string retryAfter;
    std::optional<Errc> cut; // the body's error
};
inline int statusOf(const Answer& answer) // 0 where there is none
{
    return answer.status.has_value() ? *answer.status : 0;
}

// A workspace, two providers and one gateway, all on one loop.
class Stage {
public:
    explicit Stage(gateway::RelaySettings relay = {});
    ~Stage();

    // Starts the gateway (after the routing was written).
    Result<void> start();
    // Drains it, so that all it recorded is in its files.
    void stop();

    template <class F>
    auto on(F job)
    {
        return thread.on(std::move(job));
    }

    // Writes gateway/routing.json; holysheep's share, in the given phase.
    void route(std::uint64_t generation, double share, Phase phase, double leaseS = 0, std::uint64_t renewal = 0);
    void route(const RoutingDocument& document);
    RoutingDocument document(std::uint64_t generation, double share, Phase phase) const;
    // Waits until the gateway serves it.
    bool serves(std::uint64_t generation);
    void writeKeys(const std::map<std::string, std::pair<std::string, std::vector<std::string>>>& keys);
    void writeTokens(const std::vector<ClientToken>& tokens);
    std::string hostOf(const Upstream& upstream) const { return "127.0.0.1:" + std::to_string(upstream.server->port()); }

    Answer post(std::string path, std::string body, std::string token = {}, std::string more = {});
    // The value of a line of /metrics, "" where there is none.
    std::string metric(const std::string& name);
    Answer chat(const std::string& user, bool stream = false);
    Answer get(std::string url, std::string token = {});
    std::vector<std::string> lines(const std::string& folder);

    LoopThread thread;
    ShiftedClock clock;
    std::vector<std::string> logged;
    Log log;
    QTemporaryDir folder;
    std::filesystem::path root;
    Kek kek;
    MintedToken token;
    std::unique_ptr<Upstream> legacy, holysheep;
    WorkspaceConfig config;
    gateway::RelaySettings relaySettings;
    BreakerRule breaker;
    std::atomic<bool> drained = false;
    std::unique_ptr<gateway::Gateway> gateway;
    std::unique_ptr<http::Client> client;

private:
    http::Async<Answer> call(std::string method, std::string url, std::string body, http::Fields fields);
};

// Sums of the evidence of one target and role.
TargetEvidence evidenceOf(Stage& stage, const std::string& target, const std::string& role);
std::uint64_t classCount(const TargetEvidence& evidence, ErrorClass one);

} // namespace drover::test
