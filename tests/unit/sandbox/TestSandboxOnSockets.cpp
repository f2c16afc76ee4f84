// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "http/Client.h"
#include "http/Loop.h"
#include "http/Url.h"
#include "sandbox/Sandbox.h"
#include "sandbox/World.h"
#include "sandbox/json/Json.h"
#include "sandbox/load/LoadRun.h"
#include "support/TestMain.h"

#include <functional>
#include <string>
#include <vector>

using namespace drover;
using namespace drover::sandbox;

namespace {

struct Got {
    int status = 0;      // 0: no answer
    std::string body;
    bool whole = false;
    std::vector<double> piecesMs;
};

// A sandbox and a client on one loop, and a coroutine that plays the test.
class Stage {
public:
    explicit Stage(http::ClientOptions options = {}) : sandbox(loop, quiet("healthy"), 1), client(loop, options)
    {
        const auto listening = sandbox.listen(std::nullopt);
        listens = listening.has_value();
        const auto line = Json::parse(sandbox.firstLine());
        first = line.value_or(Json{});
        key = sandbox.world().legacy.keys().mintAtDashboard("test").key.duplicate();
    }
    static Scenario quiet(const char* name)
    {
        auto scenario = *scenarioNamed(name);
        for (auto& law : scenario.targets) {
            law.errorRate = 0;
            law.latency = {1, 2};
        }
        return scenario;
    }
    // Runs `play` to its end; false when it hangs.
    bool run(const std::function<http::Async<void>(Stage&)>& play)
    {
        const auto whole = [&]() -> http::Async<void> {
            co_await play(*this);
            ended = true;
            loop.stop();
        };
        const auto guard = [&]() -> http::Async<void> {
            co_await http::Loop::sleep(60s);
            loop.stop();
        };
        loop.spawn(whole());
        loop.spawn(guard());
        loop.run();
        return ended;
    }
    http::Async<Got> post(std::string url, std::string body)
    {
        Got got;
        const auto target = *http::parseUrl(url);
        http::Outgoing request;
        request.method = "POST";
        request.target = target.path;
        request.body = body;
        key.reveal([&](std::string_view plain) { request.fields.add("x-api-key", plain); });
        http::Cancel never;
        const auto began = clock.steady();
        auto answer = co_await client.send(target, request, never);
        if (!answer.has_value())
            co_return got;
        got.status = (*answer)->head().status();
        while (true) {
            const auto piece = co_await (*answer)->body().next();
            if (!piece.has_value())
                co_return got;
            if (piece->empty())
                break;
            got.body += *piece;
            got.piecesMs.push_back(milliseconds(clock.steady() - began));
        }
        got.whole = true;
        co_return got;
    }
    http::Async<Got> chat(std::string model, bool stream)
    {
        std::string body = "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":";
        body += stream ? "true}" : "false}";
        return post(*first["targets"]["legacy"]["openai"].asString() + "/chat/completions", std::move(body));
    }

    SystemClock clock;
    http::Loop loop{clock};
    Sandbox sandbox;
    http::Client client;
    Json first;
    Secret key;
    bool listens = false;
    bool ended = false;
};

} // namespace

class TestSandboxOnSockets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theFirstLineNamesEveryAddress()
    {
        Stage stage;
        QVERIFY(stage.listens);
        const auto& holysheep = stage.first["targets"]["holysheep"];
        QCOMPARE(*stage.first["program"].asString(), std::string("drover-sandbox"));
        for (const char* region : {"us-east", "us-west", "eu-west", "ap-south"})
            QVERIFY(holysheep["regions"][region].asString()->ends_with("/v1"));
        QVERIFY(stage.first["targets"]["legacy"]["openai"].asString()->ends_with("/v1"));
        QVERIFY(!stage.first["targets"]["legacy"]["anthropic"].asString()->ends_with("/v1"));
        QVERIFY(stage.first["vault"].asString() != nullptr);
        QVERIFY(stage.first["control"].asString() != nullptr);
        for (const char* cloud : {"aws", "gcp", "azure"})
            QVERIFY(stage.first["cloud"][cloud].asString()->starts_with("http://127.0.0.1:"));
        QVERIFY(stage.first["smtp"].isNull());
    }
    void answersPlainAndStreamed()
    {
        Stage stage;
        Got plain, stream;
        QVERIFY(stage.run([&](Stage& on) -> http::Async<void> {
            plain = co_await on.chat("gpt-4.1", false);
            stream = co_await on.chat("gpt-4.1", true);
        }));
        QCOMPARE(plain.status, 200);
        QVERIFY(Json::parse(plain.body).has_value());
        QVERIFY(stream.whole);
        QVERIFY(stream.body.ends_with("data: [DONE]\n\n"));
    }
    void faultsAreSeenByTheClient()
    {
        Stage stage;
        Got reset, cut, cutStream, broken, after;
        QVERIFY(stage.run([&](Stage& on) -> http::Async<void> {
            reset = co_await on.chat("fault-reset", false);
            cut = co_await on.chat("fault-cut", false);
            cutStream = co_await on.chat("fault-cut", true);
            broken = co_await on.chat("fault-stream-error", true);
            after = co_await on.chat("gpt-4.1", false);
        }));
        QCOMPARE(reset.status, 0);
        QCOMPARE(cut.status, 200);
        QVERIFY(!cut.whole);
        QVERIFY(!cut.body.empty());
        QVERIFY(!cutStream.whole);
        QVERIFY(cutStream.body.find("data: ") != std::string::npos);
        QVERIFY(broken.whole);
        QVERIFY(broken.body.find("\ndata: {\"error\"") != std::string::npos);
        QVERIFY(broken.body.find("[DONE]") == std::string::npos);
        QCOMPARE(after.status, 200);
    }
    void aHungCallEndsWhenTheClientLeaves()
    {
        http::ClientOptions impatient;
        impatient.firstByteTime = 100ms;
        Stage stage{impatient};
        Got hung;
        QVERIFY(stage.run([&](Stage& on) -> http::Async<void> {
            hung = co_await on.chat("fault-hang", false);
            co_await on.sandbox.stop(); // would wait for a call that still hangs
        }));
        QCOMPARE(hung.status, 0);
    }
    void pacedEventsLeaveOneByOne()
    {
        Stage stage;
        Got paced;
        QVERIFY(stage.run([&](Stage& on) -> http::Async<void> { paced = co_await on.chat("paced-10x20", true); }));
        QVERIFY(paced.whole);
        QVERIFY2(paced.piecesMs.size() >= 5, "the events came in one burst");
        QVERIFY(paced.piecesMs.back() >= 9 * 20);
    }
    void loadCountsWhatItGot()
    {
        Stage stage;
        LoadOptions options;
        options.rate = 500;
        options.seconds = 0.5;
        options.streamShare = 0.5;
        std::vector<TraceRow> rows;
        for (std::uint32_t i = 0; i < 50; ++i)
            rows.push_back({i * Duration{100ms}, 100 + i, 5 + i});
        const auto target = *http::parseUrl(*stage.first["targets"]["legacy"]["openai"].asString());
        LoadRun load{stage.loop, options, LoadPlan{rows, options, 1}, target, stage.key.duplicate()};
        load.start();
        stage.loop.run();
        const auto result = Json::parse(load.result());
        QVERIFY(result.has_value());
        const auto requests = *(*result)["requests"].asInteger();
        QVERIFY2(requests > 100, load.result().c_str());
        QCOMPARE(*(*result)["failures"].asInteger(), 0);
        QCOMPARE(stage.sandbox.world().ledger.count(Side::legacy).requests, std::uint64_t(requests));
    }
    void loadCountsARefusedTokenAndNeverAsksTwice()
    {
        Stage stage;
        LoadOptions options;
        options.rate = 200;
        options.seconds = 0.3;
        const auto target = *http::parseUrl(*stage.first["targets"]["legacy"]["openai"].asString());
        LoadRun load{stage.loop, options, LoadPlan{{{Duration{0}, 1, 1}}, options, 1}, target, Secret{"sk-wrong"}};
        load.start();
        stage.loop.run();
        const auto result = *Json::parse(load.result());
        const auto requests = *result["requests"].asInteger();
        QVERIFY(requests > 10);
        QCOMPARE(*result["failures"].asInteger(), requests);
        QCOMPARE(*result["by_class"]["auth"].asInteger(), requests);
        QCOMPARE(stage.sandbox.world().ledger.count(Side::legacy).refused, std::uint64_t(requests));
    }
    // What hangs at the end is a failure, not forgotten; each was sent exactly once.
    void loadCountsWhatHangs()
    {
        Stage stage;
        LoadOptions options;
        options.rate = 200;
        options.seconds = 0.2;
        options.model = "fault-hang";
        options.patience = 0.2;
        const auto target = *http::parseUrl(*stage.first["targets"]["legacy"]["openai"].asString());
        LoadRun load{stage.loop, options, LoadPlan{{{Duration{0}, 1, 1}}, options, 1}, target, stage.key.duplicate()};
        load.start();
        stage.loop.run();
        const auto result = *Json::parse(load.result());
        const auto requests = *result["requests"].asInteger();
        QVERIFY(requests > 10);
        QCOMPARE(*result["failures"].asInteger(), requests);
        QCOMPARE(*result["by_class"]["network"].asInteger(), requests);
        QCOMPARE(stage.sandbox.world().ledger.count(Side::legacy).requests, std::uint64_t(requests));
    }
    void vaultSpeaksOverHttp()
    {
        Stage stage;
        Got refused;
        QVERIFY(stage.run([&](Stage& on) -> http::Async<void> {
            refused = co_await on.post(*on.first["vault"].asString() + "/v1/secret/data/x", "{\"data\":{}}");
        }));
        QCOMPARE(refused.status, 400);
        QVERIFY(refused.body.find("missing client token") != std::string::npos);
    }
    void aBusyPortIsNamed()
    {
        Stage stage;
        const auto url = *http::parseUrl(*stage.first["targets"]["legacy"]["openai"].asString());
        Sandbox second{stage.loop, Stage::quiet("healthy"), 1};
        const auto refused = second.listen(url.port);
        QVERIFY(!refused.has_value());
        QCOMPARE(int(refused.error().code), int(Errc::busy));
        QVERIFY(refused.error().where.find(std::to_string(url.port)) != std::string::npos);
    }
};

DROVER_TEST(TestSandboxOnSockets)
#include "TestSandboxOnSockets.moc"
