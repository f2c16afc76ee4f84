// SPDX-License-Identifier: Apache-2.0
// What goes to a provider in a minute with one key, for one model; and what becomes of the rest.
#include <QTest>

#include "Stage.h"
#include "protocol/usage/RequestLine.h"
#include "support/TestMain.h"

#include <future>

using namespace drover;
using drover::test::Answer;
using drover::test::classCount;
using drover::test::eventually;
using drover::test::evidenceOf;
using drover::test::Stage;
using drover::test::statusOf;
using drover::test::Upstream;

namespace {

std::uint64_t requestsOf(Stage& stage, const std::unique_ptr<Upstream>& upstream)
{
    return stage.on([&] { return upstream->requests; });
}

// That many seconds, less what the test has taken meanwhile.
bool isAbout(const std::string& retryAfter, int expected)
{
    const int told = std::stoi("0" + retryAfter);
    return told <= expected + 1 && told >= expected - 8;
}

Answer ask(Stage& stage, const std::string& user, const std::string& model, int maxTokens = 0)
{
    return stage.post("/v1/chat/completions", R"({"model":")" + model + R"(","user":")" + user + R"(","max_tokens":)" + std::to_string(maxTokens) +
                                                  R"(,"messages":[{"role":"user","content":"hi"}]})");
}

} // namespace

class TestLimits final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsTooMuchIsSentAwayForAsLongAsItTakes()
    {
        Stage stage;
        stage.config.targets["legacy"].limits.models["gpt-4.1"] = {3, 0};
        stage.route(1, 0, Phase::canary);
        QVERIFY(stage.start().has_value());
        for (int i = 0; i < 3; ++i)
            QCOMPARE(statusOf(ask(stage, "u" + std::to_string(i), "gpt-4.1")), 200);
        stage.clock.advance(20s);
        const Answer refused = ask(stage, "u4", "gpt-4.1");
        QCOMPARE(statusOf(refused), 429);
        QVERIFY2(isAbout(refused.retryAfter, 40), refused.retryAfter.c_str());
        QVERIFY2(refused.body.find("Rate limit exceeded for gpt-4.1. Retry after " + refused.retryAfter + " s") != std::string::npos, refused.body.c_str());
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(3));
        QCOMPARE(statusOf(ask(stage, "u4", "gpt-4.1-mini")), 200); // no rule for it
        QCOMPARE(stage.metric("drover_limit_used{target=\"legacy\",key=\"k_leg\",model=\"gpt-4.1\",of=\"requests\"}"), std::string("4"));
        stage.clock.advance(40s);
        QCOMPARE(statusOf(ask(stage, "u4", "gpt-4.1")), 200); // it waited its Retry-After
        stage.stop();
        std::size_t refusals = 0;
        for (const auto& text : stage.lines("requests")) {
            const auto line = parseRequestLine(text);
            if (line->status == 200)
                continue;
            ++refusals;
            QCOMPARE(line->status, 429);
            QCOMPARE(line->errorClass, ErrorClass::rate);
            QCOMPARE(line->target, std::string("legacy"));
        }
        QCOMPARE(refusals, std::size_t(1));
    }

    void inAnthropicsDialectToo()
    {
        Stage stage;
        stage.config.targets["legacy"].limits.others = RateRule{1, 0};
        stage.route(1, 0, Phase::canary);
        QVERIFY(stage.start().has_value());
        const auto message = [&](const std::string& user) {
            return stage.post("/v1/messages", R"({"model":"claude-sonnet-4.5","max_tokens":5,"metadata":{"user_id":")" + user + R"("},"messages":[]})");
        };
        QCOMPARE(statusOf(message("a")), 200);
        const Answer refused = message("b");
        QCOMPARE(statusOf(refused), 429);
        QVERIFY2(refused.body.find("\"type\":\"rate_limit_error\"") != std::string::npos, refused.body.c_str());
        QVERIFY(!refused.retryAfter.empty());
    }

    // The client does not see it, and the canary pays: it could not carry this load.
    void whatATargetMayNotHaveGoesToLegacy()
    {
        Stage stage;
        stage.config.targets["holysheep"].limits.models["gpt-4.1"] = {5, 0};
        stage.route(1, 1, Phase::canary);
        QVERIFY(stage.start().has_value());
        for (int i = 0; i < 12; ++i)
            QCOMPARE(stage.chat("u" + std::to_string(i)).target, std::string(i < 5 ? "holysheep" : "legacy"));
        QCOMPARE(stage.metric("drover_limit_skips_total{target=\"holysheep\",key=\"k_01\"}"), std::string("7"));
        stage.stop();
        QCOMPARE(classCount(evidenceOf(stage, "holysheep", "client"), ErrorClass::rate), std::uint64_t(7));
        const auto line = parseRequestLine(stage.lines("requests").back());
        QCOMPARE(line->errorClass, ErrorClass::ok);
        QCOMPARE(line->attempts[0].skipped, AttemptLine::Skipped::limit);
    }

    void anotherKeyTakesItsPart()
    {
        Stage stage;
        stage.writeKeys({{"k_leg", {"sk-legacy-key-0001", {stage.hostOf(*stage.legacy)}}},
                         {"k_01", {"cr_holy-key-0001", {stage.hostOf(*stage.holysheep)}}},
                         {"k_02", {"cr_holy-key-0002", {stage.hostOf(*stage.holysheep)}}}});
        auto document = stage.document(1, 1, Phase::canary);
        document.targets["holysheep"].keys = {{"k_01", 0.9}, {"k_02", 0.1}};
        stage.route(document);
        stage.config.targets["holysheep"].limits.models["gpt-4.1"] = {10, 0};
        QVERIFY(stage.start().has_value());
        for (int i = 0; i < 20; ++i)
            QCOMPARE(stage.chat("u" + std::to_string(i)).target, std::string("holysheep"));
        QCOMPARE(stage.chat("one more").target, std::string("legacy"));
        QCOMPARE(stage.on([&] { return stage.holysheep->byKey["cr_holy-key-0002"]; }), std::uint64_t(10));
        stage.stop();
        QCOMPARE(classCount(evidenceOf(stage, "holysheep", "client"), ErrorClass::rate), std::uint64_t(1));
    }

    void aRequestMayBeKeptForItsTurn()
    {
        Stage stage;
        stage.config.targets["legacy"].limits.models["gpt-4.1"] = {1, 0};
        stage.config.targets["legacy"].limits.wait = 60s;
        stage.route(1, 0, Phase::canary);
        QVERIFY(stage.start().has_value());
        QCOMPARE(statusOf(stage.chat("a")), 200);
        auto waiting = std::async(std::launch::async, [&] { return stage.chat("b"); });
        QVERIFY(eventually([&] { return stage.metric("drover_limit_used{target=\"legacy\",key=\"k_leg\",model=\"gpt-4.1\",of=\"requests\"}") == "2"; }));
        QCOMPARE(statusOf(stage.chat("c")), 429); // more than 60 s
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(1));
        stage.clock.advance(60s);
        QCOMPARE(statusOf(waiting.get()), 200);
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(2));
    }

    // What it may cost counts until what it did cost is known: 14 tokens.
    void tokensAreCountedAsTheyWere()
    {
        Stage stage;
        stage.config.targets["legacy"].limits.models["gpt-4.1"] = {0, 1000};
        stage.route(1, 0, Phase::canary);
        QVERIFY(stage.start().has_value());
        for (int i = 0; i < 5; ++i)
            QCOMPARE(statusOf(ask(stage, "u" + std::to_string(i), "gpt-4.1", 800)), 200);
        QCOMPARE(stage.metric("drover_limit_used{target=\"legacy\",key=\"k_leg\",model=\"gpt-4.1\",of=\"tokens\"}"), std::string("70"));
        QCOMPARE(statusOf(ask(stage, "big", "gpt-4.1", 950)), 429);
    }

    void theProvidersHeadersAreBelieved_data()
    {
        QTest::addColumn<QStringList>("fields");
        QTest::addColumn<int>("wait");
        const QString soon = QString::fromStdString(formatTime(std::chrono::floor<std::chrono::seconds>(SystemClock{}.now()) + 30s));
        QTest::newRow("plain, in Unix seconds") << QStringList{QStringLiteral("X-RateLimit-Limit: 100"), QStringLiteral("X-RateLimit-Remaining: 0"),
                                                               QStringLiteral("X-RateLimit-Reset: 30")} << 30;
        QTest::newRow("OpenAI, a duration") << QStringList{QStringLiteral("x-ratelimit-limit-requests: 6"), QStringLiteral("x-ratelimit-remaining-requests: 0"),
                                                           QStringLiteral("x-ratelimit-reset-requests: 59.3s")} << 10;
        QTest::newRow("Anthropic, a moment") << QStringList{QStringLiteral("anthropic-ratelimit-requests-limit: 3"),
                                                            QStringLiteral("anthropic-ratelimit-requests-remaining: 0"),
                                                            QStringLiteral("anthropic-ratelimit-requests-reset: ") + soon} << 20;
    }

    void theProvidersHeadersAreBelieved()
    {
        QFETCH(QStringList, fields);
        QFETCH(int, wait);
        Stage stage;
        stage.config.targets["legacy"].limits.others = RateRule{1000, 0};
        stage.route(1, 0, Phase::canary);
        QVERIFY(stage.start().has_value());
        stage.on([&] {
            for (const QString& field : fields)
                stage.legacy->answerFields.emplace_back(field.section(QLatin1String(": "), 0, 0).toStdString(), field.section(QLatin1String(": "), 1).toStdString());
        });
        QCOMPARE(statusOf(stage.chat("a")), 200);
        const Answer held = stage.chat("b");
        QCOMPARE(statusOf(held), 429);
        QVERIFY2(isAbout(held.retryAfter, wait), held.retryAfter.c_str());
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(1));
    }

    void ofAStormOf429OnlyTheFirstIsSent()
    {
        Stage stage;
        stage.config.targets["legacy"].limits.others = RateRule{1000, 0};
        stage.route(1, 0, Phase::canary);
        QVERIFY(stage.start().has_value());
        stage.on([&] {
            stage.legacy->mode = Upstream::Mode::fail;
            stage.legacy->status = 429;
            stage.legacy->failField = "Retry-After: 20";
        });
        QCOMPARE(stage.chat("a").retryAfter, std::string("20")); // the provider's own
        for (int i = 0; i < 10; ++i) {
            const Answer refused = stage.chat("b" + std::to_string(i));
            QCOMPARE(statusOf(refused), 429);
            QVERIFY2(isAbout(refused.retryAfter, 20), refused.retryAfter.c_str());
        }
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(1));
    }

    void withoutARuleNothingIsHeld()
    {
        Stage stage;
        stage.route(1, 0, Phase::canary);
        QVERIFY(stage.start().has_value());
        stage.on([&] { stage.legacy->answerFields = {{"X-RateLimit-Limit", "1"}, {"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "30"}}; });
        for (int i = 0; i < 5; ++i)
            QCOMPARE(statusOf(stage.chat("u")), 200);
    }
};

DROVER_TEST(TestLimits)
#include "TestLimits.moc"
