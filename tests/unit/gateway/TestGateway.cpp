// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "Stage.h"
#include "protocol/routing/Document.h"
#include "support/RawSocket.h"
#include "support/TestMain.h"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace drover;
using drover::test::Answer;
using drover::test::classCount;
using drover::test::eventually;
using drover::test::evidenceOf;
using drover::test::Stage;
using drover::test::Upstream;

namespace {

std::uint16_t portOf(const std::string& url)
{
    return std::uint16_t(std::stoi(url.substr(url.rfind(':') + 1)));
}

} // namespace

class TestGateway final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void passesACallOn()
    {
        Stage stage;
        QVERIFY(stage.start().has_value());
        const Answer answer = stage.post("/v1/chat/completions?x=1", "{\"model\":\"gpt-4.1\",\"messages\":[]}", {}, "X-Request-ID:mine-1");
        QCOMPARE(answer.status.value(), 200);
        QCOMPARE(answer.target, std::string("legacy"));
        QCOMPARE(answer.requestId, std::string("mine-1"));
        QCOMPARE(answer.upstreamId, std::string("up-1"));
        QVERIFY(answer.body.find("hello") != std::string::npos);
        stage.on([&] {
            QCOMPARE(stage.legacy->lastTarget, std::string("/v1/chat/completions?x=1"));
            QCOMPARE(stage.legacy->byKey["sk-legacy-key-0001"], std::uint64_t(1));
            for (const auto& name : stage.legacy->fieldNames)
                QVERIFY2(!http::sameName(name, "cookie") && !http::sameName(name, "openai-organization") &&
                             !http::sameName(name, "x-private") && !http::sameName(name, "x-api-key"), name.c_str());
        });
    }

    void splitsAndSticks()
    {
        Stage stage;
        stage.route(1, 0.3, Phase::canary);
        QVERIFY(stage.start().has_value());
        std::map<std::string, std::string> first;
        for (int i = 0; i < 200; ++i)
            first[std::to_string(i)] = stage.chat(std::to_string(i)).target;
        const auto there = std::count_if(first.begin(), first.end(), [](const auto& one) { return one.second == "holysheep"; });
        QVERIFY2(there > 30 && there < 95, qPrintable(QString::number(there)));
        stage.route(2, 0.6, Phase::canary);
        QVERIFY(stage.serves(2));
        for (const auto& [user, target] : first) {
            const std::string now = stage.chat(user).target;
            QVERIFY(target != "holysheep" || now == "holysheep"); // none moves back
        }
    }

    void streamsInOrderByteForByte()
    {
        Stage stage;
        QVERIFY(stage.start().has_value());
        const Answer answer = stage.chat("u", true);
        QCOMPARE(answer.status.value(), 200);
        std::string expected;
        for (int i = 0; i < 5; ++i)
            expected += "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + std::to_string(i) + "\"},\"finish_reason\":null}]}\n\n";
        expected += "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        QCOMPARE(answer.body, expected);
    }

    void fallsBackBeforeTheFirstByte_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("expected");
        const auto row = [](const char* name, Upstream::Mode mode, int status, ErrorClass expected) {
            QTest::newRow(name) << int(mode) << status << int(expected);
        };
        row("500", Upstream::Mode::fail, 500, ErrorClass::upstream);
        row("401", Upstream::Mode::fail, 401, ErrorClass::auth);
        row("402", Upstream::Mode::fail, 402, ErrorClass::billing);
        row("429", Upstream::Mode::fail, 429, ErrorClass::rate);
        row("529", Upstream::Mode::fail, 529, ErrorClass::overload);
        row("404", Upstream::Mode::fail, 404, ErrorClass::incompatible);
        row("drop", Upstream::Mode::drop, 0, ErrorClass::network);
        row("hang", Upstream::Mode::hang, 0, ErrorClass::network);
        row("head, then silence", Upstream::Mode::headOnly, 200, ErrorClass::network);
        row("nothing in it", Upstream::Mode::empty, 200, ErrorClass::network);
        row("error event", Upstream::Mode::errorEvent, 200, ErrorClass::streamError);
    }
    void fallsBackBeforeTheFirstByte()
    {
        QFETCH(int, mode);
        QFETCH(int, status);
        QFETCH(int, expected);
        // Short only where nothing comes: a slow machine must not make the others late.
        const bool silent = Upstream::Mode(mode) == Upstream::Mode::hang || Upstream::Mode(mode) == Upstream::Mode::headOnly;
        gateway::RelaySettings relay;
        relay.firstByteStreamed = silent ? Duration{1s} : 30s;
        Stage stage{relay};
        stage.route(1, 1, Phase::cutover);
        QVERIFY(stage.start().has_value());
        stage.on([&] {
            stage.holysheep->mode = Upstream::Mode(mode);
            stage.holysheep->status = status;
        });
        const Answer answer = stage.chat("u", true);
        QCOMPARE(answer.status.value(), 200);
        QCOMPARE(answer.target, std::string("legacy"));
        QVERIFY(answer.body.ends_with("data: [DONE]\n\n"));
        stage.stop();
        QCOMPARE(classCount(evidenceOf(stage, "holysheep", "client"), ErrorClass(expected)), std::uint64_t(1));
        QCOMPARE(classCount(evidenceOf(stage, "legacy", "client"), ErrorClass::ok), std::uint64_t(1));
        const auto lines = stage.lines("requests");
        QCOMPARE(lines.size(), std::size_t(1));
        const auto line = parseRequestLine(lines[0]);
        QVERIFY(line.has_value());
        QCOMPARE(line->target, std::string("legacy"));
        QCOMPARE(line->attempts.size(), std::size_t(2));
        QCOMPARE(int(line->attempts[0].errorClass), expected);
    }

    void whatBothRefuseIsTheClientsOwn()
    {
        Stage stage;
        stage.route(1, 1, Phase::canary);
        QVERIFY(stage.start().has_value());
        stage.on([&] {
            stage.holysheep->mode = stage.legacy->mode = Upstream::Mode::fail;
            stage.holysheep->status = stage.legacy->status = 400;
        });
        const Answer answer = stage.chat("u");
        QCOMPARE(answer.status.value(), 400);
        QVERIFY(answer.body.find("sk-secret") == std::string::npos);
        stage.stop();
        QCOMPARE(classCount(evidenceOf(stage, "holysheep", "client"), ErrorClass::client), std::uint64_t(1));
        QCOMPARE(classCount(evidenceOf(stage, "holysheep", "client"), ErrorClass::incompatible), std::uint64_t(0));
    }

    void aBegunStreamIsCutAndCounted()
    {
        Stage stage;
        stage.route(1, 1, Phase::canary);
        QVERIFY(stage.start().has_value());
        stage.on([&] { stage.holysheep->mode = Upstream::Mode::cutStream; });
        const Answer answer = stage.chat("u", true);
        QCOMPARE(answer.target, std::string("holysheep"));
        QVERIFY(answer.cut.has_value());
        stage.stop();
        QCOMPARE(classCount(evidenceOf(stage, "holysheep", "client"), ErrorClass::cut), std::uint64_t(1));
    }

    void aClientThatLeavesIsSeenUpstream()
    {
        Stage stage;
        QVERIFY(stage.start().has_value());
        stage.on([&] { stage.legacy->mode = Upstream::Mode::hang; });
        std::string token;
        stage.token.token.reveal([&](std::string_view bytes) { token = bytes; });
        const std::string body = "{\"model\":\"m\",\"messages\":[]}";
        test::RawSocket client(portOf(stage.gateway->listenUrl()));
        QVERIFY(client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token +
                            "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
        QVERIFY(eventually([&] { return stage.on([&] { return stage.legacy->requests; }) == 1; }));
        client.close();
        QVERIFY(eventually([&] { return stage.on([&] { return stage.legacy->left; }) == 1; }));
        stage.stop();
        QCOMPARE(classCount(evidenceOf(stage, "legacy", "client"), ErrorClass::aborted), std::uint64_t(1));
    }

    void aClientThatLeavesAStreamIsSeenUpstreamToo()
    {
        Stage stage;
        QVERIFY(stage.start().has_value());
        stage.on([&] {
            stage.legacy->events = 100000;
            stage.legacy->pause = 1ms;
        });
        std::string token;
        stage.token.token.reveal([&](std::string_view bytes) { token = bytes; });
        const std::string body = "{\"model\":\"m\",\"stream\":true,\"messages\":[]}";
        test::RawSocket client(portOf(stage.gateway->listenUrl()));
        QVERIFY(client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token +
                            "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
        QVERIFY(client.readUntil("data: "));
        client.close();
        QVERIFY(eventually([&] { return stage.on([&] { return stage.legacy->left; }) == 1; }));
        stage.stop();
        QCOMPARE(classCount(evidenceOf(stage, "legacy", "client"), ErrorClass::aborted), std::uint64_t(1));
    }

    void theLeaseSendsNewRequestsToLegacy()
    {
        Stage stage;
        stage.route(1, 1, Phase::cutover, 900);
        QVERIFY(stage.start().has_value());
        stage.clock.advance(890s);
        QCOMPARE(stage.chat("u").target, std::string("holysheep"));
        stage.clock.advance(11s);
        QCOMPARE(stage.chat("u").target, std::string("legacy"));
        stage.route(1, 1, Phase::cutover, 900, 9);
        QVERIFY(eventually([&] { return stage.get(stage.gateway->adminUrl() + "/admin/routing").body.find("\"renewal\":9,") != std::string::npos; }));
        QCOMPARE(stage.chat("u").target, std::string("legacy")); // a late renewal does not bring the share back
        stage.route(2, 1, Phase::cutover, 900, 10);
        QVERIFY(stage.serves(2));
        QCOMPARE(stage.chat("u").target, std::string("holysheep"));
    }

    // Half a response is no answer: its status so far is not a reason to finish.
    void aResponseThatStopsInProgressIsCut()
    {
        Stage stage;
        QVERIFY(stage.start().has_value());
        stage.on([&] { stage.legacy->mode = Upstream::Mode::halfResponse; });
        const Answer answer = stage.post("/v1/responses", "{\"model\":\"m\",\"stream\":true,\"input\":\"x\"}");
        QVERIFY(answer.cut.has_value());
        stage.stop();
        QCOMPARE(classCount(evidenceOf(stage, "legacy", "client"), ErrorClass::cut), std::uint64_t(1));
    }

    void aKeyIsSwappedWithoutARestart()
    {
        Stage stage;
        stage.route(1, 1, Phase::overlap);
        QVERIFY(stage.start().has_value());
        QCOMPARE(stage.chat("u").status.value(), 200);
        stage.writeKeys({{"k_leg", {"sk-legacy-key-0001", {stage.hostOf(*stage.legacy)}}},
                         {"k_01", {"cr_holy-key-0001", {stage.hostOf(*stage.holysheep)}}},
                         {"k_02", {"cr_holy-key-0002", {stage.hostOf(*stage.holysheep)}}}});
        auto next = stage.document(2, 1, Phase::overlap);
        next.targets["holysheep"].keys = {{"k_02", 1.0}};
        stage.route(next);
        QVERIFY(stage.serves(2));
        QCOMPARE(stage.chat("u").target, std::string("holysheep"));
        QCOMPARE(stage.on([&] { return stage.holysheep->byKey["cr_holy-key-0002"]; }), std::uint64_t(1));
    }

    void speaksAnthropicToo()
    {
        Stage stage;
        QVERIFY(stage.start().has_value());
        const Answer answer = stage.post("/v1/messages", "{\"model\":\"claude\",\"max_tokens\":5,\"messages\":[]}");
        QCOMPARE(answer.status.value(), 200);
        stage.on([&] {
            QCOMPARE(stage.legacy->lastTarget, std::string("/v1/messages"));
            const auto& names = stage.legacy->fieldNames;
            QVERIFY(std::find(names.begin(), names.end(), "x-api-key") != names.end());
            QVERIFY(std::find(names.begin(), names.end(), "Authorization") == names.end());
        });
    }

    void modelsAreRenamed()
    {
        Stage stage;
        stage.config.targets["legacy"].models = {{"gpt-4.1", "m-up"}};
        QVERIFY(stage.start().has_value());
        std::string token;
        stage.token.token.reveal([&](std::string_view bytes) { token = bytes; });
        const Answer models = stage.get(stage.gateway->listenUrl() + "/v1/models", token);
        QVERIFY(models.body.find("gpt-4.1") != std::string::npos);
        QVERIFY(models.body.find("m-up") == std::string::npos);
        // A list too long to be renamed is not passed on in part.
        stage.on([&] { stage.legacy->models = std::string(5 * 1024 * 1024, ' '); });
        QCOMPARE(stage.get(stage.gateway->listenUrl() + "/v1/models", token).status.value(), 502);
        QCOMPARE(stage.chat("u").status.value(), 200);
        QVERIFY(stage.on([&] { return stage.legacy->lastBody; }).find("\"model\":\"m-up\"") != std::string::npos);
    }

    void stateStaysWhereItIs()
    {
        Stage stage;
        stage.route(1, 1, Phase::overlap);
        QVERIFY(stage.start().has_value());
        stage.on([&] { stage.legacy->responseId = "resp_8"; });
        QCOMPARE(stage.post("/v1/responses", "{\"model\":\"m\",\"input\":\"x\"}").target, std::string("holysheep"));
        stage.route(2, 0, Phase::canary);
        QVERIFY(stage.serves(2));
        QCOMPARE(stage.post("/v1/responses", "{\"model\":\"m\",\"previous_response_id\":\"resp_7\"}").target, std::string("holysheep"));
        QCOMPARE(stage.post("/v1/responses", "{\"model\":\"m\",\"previous_response_id\":\"resp_unknown\"}").target, std::string("legacy"));
        QCOMPARE(stage.post("/v1/responses/resp_7/cancel", "{}").target, std::string("holysheep"));
        QCOMPARE(stage.post("/v1/files", "{}").target, std::string("legacy"));
        stage.stop(); // another gateway of the workspace knows it too
        QVERIFY(stage.start().has_value());
        QCOMPARE(stage.post("/v1/responses/resp_7/cancel", "{}").target, std::string("holysheep"));
    }

    void drainLetsAStreamEnd()
    {
        Stage stage;
        QVERIFY(stage.start().has_value());
        stage.on([&] {
            stage.legacy->events = 30;
            stage.legacy->pause = 10ms;
        });
        std::thread stopper([&] {
            eventually([&] { return stage.on([&] { return stage.legacy->requests; }) == 1; });
            stage.on([&] { stage.gateway->drain(); });
        });
        const Answer answer = stage.chat("u", true);
        stopper.join();
        QVERIFY(answer.body.ends_with("data: [DONE]\n\n"));
        QVERIFY(!answer.cut);
        QVERIFY(eventually([&] { return stage.drained.load(); }));
        QVERIFY(!stage.chat("u").status.has_value());
        stage.stop();
        QVERIFY(!std::filesystem::exists(stage.root / "gateway" / "acks" / "g_test.json"));
        QCOMPARE(stage.lines("requests").size(), std::size_t(1));
    }

    void theAdminListenerOnlyTells()
    {
        Stage stage;
        stage.route(3, 0.5, Phase::canary, 900);
        QVERIFY(stage.start().has_value());
        const std::string admin = stage.gateway->adminUrl();
        QCOMPARE(stage.get(admin + "/healthz").status.value(), 200);
        QCOMPARE(stage.get(admin + "/readyz").status.value(), 200);
        for (const char* path : {"/routing-status", "/admin/routing"})
            QVERIFY(stage.get(admin + path).body.find("\"generation\":3,") != std::string::npos);
        QVERIFY(stage.get(admin + "/metrics").body.find("drover_generation 3\n") != std::string::npos);
        QVERIFY(stage.get(admin + "/metrics").body.find("key-0001") == std::string::npos);
        test::RawSocket other(portOf(admin));
        QVERIFY(other.send("GET /metrics HTTP/1.1\r\nHost: evil.example.com\r\n\r\n"));
        QVERIFY(other.readUntil("HTTP/1.1 421"));
        test::RawSocket post(portOf(admin));
        QVERIFY(post.send("POST /admin/routing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"));
        QVERIFY(post.readUntil("HTTP/1.1 405"));
        struct stat about {};
        QVERIFY(::stat((stage.root / "gateway" / "g_test.sock").c_str(), &about) == 0);
        QCOMPARE(int(about.st_mode & 0777), 0600);
    }

    void acknowledgesWhatItServes()
    {
        Stage stage;
        stage.route(3, 0.5, Phase::canary, 900, 7);
        QVERIFY(stage.start().has_value());
        const auto ack = [&] {
            std::ifstream in(stage.root / "gateway" / "acks" / "g_test.json");
            const std::string text{std::istreambuf_iterator<char>(in), {}};
            auto parsed = parseAck(text);
            return parsed.has_value() ? *parsed : GatewayAck{};
        };
        QVERIFY(eventually([&] { return ack().generation == 3; }));
        const GatewayAck first = ack();
        QCOMPARE(first.gateway, std::string("g_test"));
        QCOMPARE(first.renewal, std::uint64_t(7));
        QCOMPARE(first.listen, stage.gateway->listenUrl());
        QVERIFY(!first.leaseExpired);
        QVERIFY(eventually([&] { return ack().at > first.at; })); // a live one is fresh
        stage.route(3, 0.5, Phase::canary, 900, 8);
        QVERIFY(eventually([&] { return ack().renewal == 8; }));
        stage.clock.advance(901s);
        QVERIFY(eventually([&] { return ack().leaseExpired; }));
        stage.route(4, 0.5, Phase::canary);
        QVERIFY(eventually([&] { return ack().generation == 4; }));
        QVERIFY(!ack().leaseExpired);
    }

    void plainHttpBeyondLoopbackNeedsConsent()
    {
        Stage stage;
        stage.config.targets["legacy"].openai = "http://api.example.com/v1";
        const auto started = stage.start();
        QVERIFY(!started.has_value());
        QVERIFY(started.error().where.find("targets.legacy.openai") != std::string::npos);
    }

    void knownKeysAreInNoFile()
    {
        Stage stage;
        stage.route(1, 0.5, Phase::canary);
        QVERIFY(stage.start().has_value());
        for (int i = 0; i < 20; ++i)
            QCOMPARE(stage.chat(std::to_string(i)).status.value(), 200);
        stage.stop();
        std::string token;
        stage.token.token.reveal([&](std::string_view bytes) { token = bytes; });
        for (const char* name : {"requests", "evidence", "acks", "owners"}) {
            for (const auto& line : stage.lines(name)) {
                QVERIFY(line.find("key-0001") == std::string::npos);
                QVERIFY(line.find(token) == std::string::npos);
            }
        }
        for (const auto& line : stage.logged)
            QVERIFY(line.find("key-0001") == std::string::npos && line.find(token) == std::string::npos);
    }
};

DROVER_TEST(TestGateway)
#include "TestGateway.moc"
