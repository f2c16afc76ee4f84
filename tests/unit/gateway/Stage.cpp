// SPDX-License-Identifier: Apache-2.0
#include "Stage.h"

#include "http/Url.h"
#include "protocol/evidence/EvidenceLine.h"
#include "protocol/json/JsonScan.h"
#include "protocol/openai/RequestFacts.h"
#include "protocol/routing/Document.h"

#include <fstream>

namespace drover::test {
namespace {

void writeFile(const std::filesystem::path& file, const std::string& text)
{
    std::filesystem::create_directories(file.parent_path());
    const auto temporary = file.string() + ".tmp";
    std::ofstream(temporary) << text;
    std::filesystem::rename(temporary, file);
}

} // namespace

Upstream::Upstream(http::Loop& loop)
{
    server = std::make_unique<http::Server>(loop, [this](http::Request& q, http::Responder& r) { return handle(q, r); });
    if (!server->listen("127.0.0.1", 0).has_value())
        throw std::runtime_error("no port");
}

http::Async<void> Upstream::handle(http::Request& request, http::Responder& responder)
{
    ++requests;
    lastTarget = request.head.target();
    for (const auto& field : request.head.fields())
        fieldNames.emplace_back(field.name);
    const auto authorization = request.head.find("authorization");
    ++byKey[authorization ? std::string(authorization->substr(7)) : std::string(request.head.find("x-api-key").value_or("none"))];
    auto body = co_await request.body.readAll(1 << 24);
    if (!body.has_value())
        co_return;
    lastBody = *body;
    responder.onClientGone([this] { ++left; });
    const RequestFacts facts = readRequest(*body);
    http::Fields fields;
    fields.add("Content-Type", "application/json").add("x-request-id", "up-1");
    if (mode == Mode::hang) {
        while (mode == Mode::hang && !responder.clientGone())
            co_await http::Loop::sleep(2ms);
        if (responder.clientGone())
            co_return;
    }
    if (mode == Mode::headOnly) {
        fields.add("Content-Type", "text/event-stream");
        responder.start(200, fields);
        const auto sent = co_await responder.flush();
        while (sent.has_value() && !responder.clientGone())
            co_await http::Loop::sleep(2ms);
        co_return;
    }
    if (mode == Mode::empty) {
        const auto sent = co_await responder.send(200, fields, {});
        static_cast<void>(sent);
        co_return;
    }
    if (mode == Mode::halfResponse) {
        http::Fields events;
        events.add("Content-Type", "text/event-stream");
        responder.start(200, events);
        const auto sent = co_await responder.write(
            "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"status\":\"in_progress\"}}\n\n");
        const auto done = co_await responder.finish();
        static_cast<void>(sent);
        static_cast<void>(done);
        co_return;
    }
    if (mode == Mode::drop) {
        responder.abort();
        co_return;
    }
    if (!badKey.empty() && authorization && authorization->ends_with(badKey)) {
        const auto sent = co_await responder.send(401, fields, R"({"error":{"message":"Incorrect API key","code":"invalid_api_key"}})");
        static_cast<void>(sent);
        co_return;
    }
    if (mode == Mode::fail && failures != 0) {
        failures -= failures > 0 ? 1 : 0;
        if (!failField.empty())
            fields.add(failField.substr(0, failField.find(':')), failField.substr(failField.find(':') + 2));
        const auto sent = co_await responder.send(status, fields, failBody);
        static_cast<void>(sent);
        co_return;
    }
    if (request.head.path() == "/v1/models") {
        const auto sent = co_await responder.send(200, fields, models);
        static_cast<void>(sent);
        co_return;
    }
    if (request.head.path() == "/v1/responses") {
        const auto sent = co_await responder.send(200, fields, R"({"id":")" + responseId + R"(","object":"response","status":"completed","output":[]})");
        static_cast<void>(sent);
        co_return;
    }
    co_await answer(responder, facts.stream);
}

http::Async<void> Upstream::answer(http::Responder& responder, bool stream)
{
    http::Fields fields;
    fields.add("x-request-id", "up-1");
    if (!stream) {
        fields.add("Content-Type", "application/json");
        for (const auto& [name, value] : answerFields)
            fields.add(name, value);
        const auto sent = co_await responder.send(
            200, fields,
            R"({"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":")" + text +
                R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":3,"total_tokens":14}})");
        static_cast<void>(sent);
        co_return;
    }
    fields.add("Content-Type", "text/event-stream");
    responder.start(200, fields);
    if (mode == Mode::errorEvent) {
        const auto told = co_await responder.write("data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n");
        const auto done = co_await responder.finish();
        static_cast<void>(told);
        static_cast<void>(done);
        co_return;
    }
    for (int i = 0; i < events; ++i) {
        const auto sent = co_await responder.write("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + std::to_string(i) + "\"},\"finish_reason\":null}]}\n\n");
        if (!sent.has_value()) {
            left += responder.clientGone() ? 0 : 1; // else it was told so, and has counted
            co_return;
        }
        co_await http::Loop::sleep(pause);
        if (mode == Mode::cutStream && i == 1) {
            responder.abort();
            co_return;
        }
    }
    const auto last = co_await responder.write("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    const auto done = co_await responder.finish();
    static_cast<void>(last);
    static_cast<void>(done);
}

Stage::Stage(gateway::RelaySettings relay)
    : log(clock, [this](std::string_view line) { logged.emplace_back(line); }), root(folder.path().toStdString()),
      kek(makeKek()), token(mintToken("test", clock.now())), relaySettings(std::move(relay))
{
    thread.on([this] {
        legacy = std::make_unique<Upstream>(thread.loop());
        holysheep = std::make_unique<Upstream>(thread.loop());
        client = std::make_unique<http::Client>(thread.loop());
    });
    config.id = "w_test";
    config.targets["legacy"].openai = "http://" + hostOf(*legacy) + "/v1";
    config.targets["legacy"].anthropic = "http://" + hostOf(*legacy);
    config.targets["holysheep"].openai = "http://" + hostOf(*holysheep) + "/v1";
    config.targets["holysheep"].anthropic = "http://" + hostOf(*holysheep);
    writeKeys({{"k_leg", {"sk-legacy-key-0001", {hostOf(*legacy)}}}, {"k_01", {"cr_holy-key-0001", {hostOf(*holysheep)}}}});
    writeTokens({token.record});
}

Stage::~Stage()
{
    stop();
    thread.finish();
}

Result<void> Stage::start()
{
    return thread.on([this] {
        gateway::GatewaySettings settings;
        settings.configFile = root / "drover.toml";
        settings.config = config;
        settings.id = "g_test";
        settings.listen = "127.0.0.1:0";
        settings.adminListen = "127.0.0.1:0";
        settings.keks.push_back({kek.id, kek.key.duplicate()});
        settings.relay = relaySettings;
        settings.breaker = breaker;
        settings.drainTime = 2s;
        drained = false;
        gateway = std::make_unique<gateway::Gateway>(thread.loop(), clock, log, std::move(settings));
        gateway->onDrained([this] { drained = true; });
        auto started = gateway->start();
        if (!started.has_value())
            gateway.reset();
        return started;
    });
}

void Stage::stop()
{
    if (!gateway)
        return;
    on([this] { gateway->drain(); });
    if (!eventually([this] { return drained.load(); }))
        throw std::runtime_error("the gateway did not drain");
    on([this] { gateway.reset(); });
}

RoutingDocument Stage::document(std::uint64_t generation, double share, Phase phase) const
{
    RoutingDocument document;
    document.generation = generation;
    document.workspace = "w_test";
    document.migration = "m_test";
    document.phase = phase;
    document.step = 1;
    document.writtenAt = clock.now();
    document.writer = "test/1";
    document.leaseS = hasLease(phase) ? 900 : 0;
    document.targets["legacy"] = {1 - share, {{"k_leg", 1.0}}};
    document.targets["holysheep"] = {share, {{"k_01", 1.0}}};
    return document;
}

void Stage::route(std::uint64_t generation, double share, Phase phase, double leaseS, std::uint64_t renewal)
{
    RoutingDocument made = document(generation, share, phase);
    if (leaseS > 0)
        made.leaseS = leaseS;
    made.renewal = renewal;
    route(made);
}

void Stage::route(const RoutingDocument& made)
{
    writeFile(root / "gateway" / "routing.json", writeRouting(made));
}

bool Stage::serves(std::uint64_t generation)
{
    return eventually([&] {
        const Answer told = get(gateway->adminUrl() + "/admin/routing");
        return told.body.find("\"generation\":" + std::to_string(generation) + ",") != std::string::npos;
    });
}

void Stage::writeKeys(const std::map<std::string, std::pair<std::string, std::vector<std::string>>>& keys)
{
    SealedKeys sealed;
    for (const auto& [id, key] : keys)
        sealed[id] = sealKey(kek, "w_test", id, key.second, Secret(key.first));
    writeFile(root / "gateway" / "keys.json", writeSealedKeys(sealed));
}

void Stage::writeTokens(const std::vector<ClientToken>& tokens)
{
    ClientTokens all;
    for (const auto& one : tokens)
        all[one.sha256] = one;
    writeFile(root / "gateway" / "tokens.json", drover::writeTokens(all));
}

http::Async<Answer> Stage::call(std::string method, std::string url, std::string body, http::Fields fields)
{
    Answer answer;
    const std::size_t path = url.find('/', 8);
    const auto base = http::parseUrl(url.substr(0, path));
    http::Outgoing request;
    request.method = method;
    request.target = url.substr(path);
    request.body = body;
    request.fields = fields;
    http::Cancel cancel;
    auto told = co_await client->send(*base, request, cancel);
    if (!told.has_value()) {
        answer.status = told.error();
        co_return answer;
    }
    const auto& head = (*told)->head();
    answer.status = head.status();
    answer.target = head.find("x-drover-target").value_or("");
    answer.requestId = head.find("x-request-id").value_or("");
    answer.retryAfter = head.find("retry-after").value_or("");
    answer.upstreamId = head.find("x-drover-upstream-request-id").value_or("");
    while (true) {
        const auto piece = co_await (*told)->body().next();
        if (!piece.has_value())
            answer.cut = piece.error().code;
        if (!piece.has_value() || piece->empty())
            break;
        answer.body.append(*piece);
    }
    co_return answer;
}

Answer Stage::post(std::string path, std::string body, std::string with, std::string more)
{
    http::Fields fields;
    if (with.empty())
        token.token.reveal([&](std::string_view bytes) { with = bytes; });
    fields.add("Authorization", "Bearer " + with).add("Content-Type", "application/json");
    fields.add("Cookie", "a=b").add("OpenAI-Organization", "org-1").add("X-Private", "p");
    if (!more.empty())
        fields.add(more.substr(0, more.find(':')), more.substr(more.find(':') + 1));
    const std::string url = gateway->listenUrl() + path;
    return thread.run<Answer>([=, this] { return call("POST", url, body, fields); });
}

Answer Stage::chat(const std::string& user, bool stream)
{
    return post("/v1/chat/completions", R"({"model":"gpt-4.1","user":")" + user + R"(","stream":)" + (stream ? "true" : "false") +
                                            R"(,"messages":[{"role":"user","content":"hi"}]})");
}

Answer Stage::get(std::string url, std::string with)
{
    http::Fields fields;
    if (!with.empty())
        fields.add("Authorization", "Bearer " + with);
    return thread.run<Answer>([=, this] { return call("GET", url, {}, fields); });
}

std::string Stage::metric(const std::string& name)
{
    const std::string all = get(gateway->adminUrl() + "/metrics").body;
    const std::size_t found = all.find("\n" + name + " ");
    if (found == std::string::npos)
        return {};
    const std::size_t begin = found + name.size() + 2;
    return all.substr(begin, all.find('\n', begin) - begin);
}

std::vector<std::string> Stage::lines(const std::string& name)
{
    std::vector<std::string> all;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(root / "gateway" / name, failed)) {
        std::ifstream in(entry.path());
        std::string line;
        while (std::getline(in, line))
            all.push_back(line);
    }
    return all;
}

TargetEvidence evidenceOf(Stage& stage, const std::string& target, const std::string& role)
{
    TargetEvidence sum;
    for (const auto& text : stage.lines("evidence")) {
        const auto line = parseEvidenceLine(text);
        if (line.has_value() && line->kind == EvidenceLine::Kind::attempts && line->target == target && line->role == role)
            sum.add(line->attempts);
    }
    return sum;
}

std::uint64_t classCount(const TargetEvidence& evidence, ErrorClass one)
{
    return evidence.byClass[std::size_t(one)];
}

} // namespace drover::test
