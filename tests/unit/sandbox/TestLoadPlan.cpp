// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "sandbox/Options.h"
#include "sandbox/json/Json.h"
#include "sandbox/load/LoadPlan.h"
#include "sandbox/load/Outcome.h"
#include "sandbox/provider/Prompt.h"
#include "support/TestMain.h"

#include <set>
#include <vector>

using namespace drover;
using namespace drover::sandbox;

class TestLoadPlan : public QObject {
    Q_OBJECT

    // A burst of 50 at once, then one each 10 s: as the real trace, only worse.
    static std::vector<TraceRow> bursty()
    {
        std::vector<TraceRow> rows;
        for (std::uint32_t i = 0; i < 50; ++i)
            rows.push_back({Duration{i}, 4000 + i, 10});
        for (std::uint32_t i = 1; i <= 50; ++i)
            rows.push_back({i * Duration{10s}, 100 + i, 20});
        return rows;
    }
    static LoadOptions options(double rate, std::uint64_t users = 0)
    {
        LoadOptions made;
        made.rate = rate;
        made.streamShare = 0.5;
        made.users = users;
        return made;
    }

private Q_SLOTS:
    void keepsTheRateAndSpreadsBursts()
    {
        LoadPlan plan{bursty(), options(100), 1};
        std::vector<Duration> sent;
        for (int i = 0; i < 2000; ++i)
            sent.push_back(plan.next().at);
        QVERIFY(std::abs(seconds(sent.back()) - 20) < 0.2);
        Duration longest{};
        for (std::size_t i = 1; i < sent.size(); ++i) {
            QVERIFY(sent[i] - sent[i - 1] >= 7999us);
            longest = std::max(longest, sent[i] - sent[i - 1]);
        }
        QVERIFY2(longest > 11ms && longest <= 100ms, qPrintable(QString::number(milliseconds(longest))));
    }
    void keepsTheTracesOwnTimeWithoutARate()
    {
        LoadPlan plan{bursty(), options(0), 1};
        QCOMPARE(plan.next().at, Duration{0});
        QCOMPARE(plan.next().at, Duration{1});
        for (int i = 2; i < 50; ++i)
            plan.next();
        const auto first = plan.next();
        QVERIFY(first.at > 9900ms && first.at <= 10s);
    }
    void theProviderReadsTheTracesTokensFromThePrompt()
    {
        LoadPlan plan{bursty(), options(100), 1};
        for (std::uint32_t i = 0; i < 50; ++i) {
            const auto item = plan.next();
            const auto prompt = readPrompt(Dialect::chat, item.body);
            QVERIFY(prompt.has_value());
            QCOMPARE(prompt->inputTokens, 4000 + i);
            QCOMPARE(prompt->outputTokens, 10U);
            QCOMPARE(prompt->stream, item.stream);
            QCOMPARE(prompt->includeUsage, item.stream);
        }
    }
    void eachRequestIsAUserOfItsOwnOrOneOfN()
    {
        LoadPlan alone{bursty(), options(100), 1};
        std::set<std::string> users;
        for (int i = 0; i < 500; ++i)
            users.insert(alone.next().user);
        QCOMPARE(users.size(), std::size_t{500});
        LoadPlan shared{bursty(), options(100, 7), 1};
        users.clear();
        for (int i = 0; i < 500; ++i)
            users.insert(shared.next().user);
        QCOMPARE(users.size(), std::size_t{7});
        QVERIFY(LoadPlan(bursty(), options(100), 2).next().user != LoadPlan(bursty(), options(100), 3).next().user);
    }
    void judgesAnswers()
    {
        QCOMPARE(int(classOfAnswer(200, false, "{}")), int(ErrorClass::ok));
        QCOMPARE(int(classOfAnswer(200, true, "data: {}\n\ndata: [DONE]\n\n")), int(ErrorClass::ok));
        QCOMPARE(int(classOfAnswer(200, true, "data: {}\n\n")), int(ErrorClass::cut));
        QCOMPARE(int(classOfAnswer(200, true, "data: {}\n\ndata: {\"error\":{}}\n\n")), int(ErrorClass::streamError));
        QCOMPARE(int(classOfAnswer(429, false, "{\"error\":{\"code\":\"insufficient_quota\"}}")), int(ErrorClass::billing));
        QCOMPARE(int(classOfAnswer(429, false, "")), int(ErrorClass::rate));
        QCOMPARE(int(classOfAnswer(503, false, "is overloaded")), int(ErrorClass::overload));
        QCOMPARE(int(classOfAnswer(503, false, "")), int(ErrorClass::upstream));
        QCOMPARE(int(classOfAnswer(404, false, "")), int(ErrorClass::client));
    }
    void theResultIsTheContracts()
    {
        LoadResult result;
        for (int i = 1; i <= 100; ++i)
            result.add(ErrorClass::ok, i <= 5 ? "holysheep" : "legacy", i, 1);
        result.add(ErrorClass::cut, "legacy", 500, 1);
        result.add(ErrorClass::client, "legacy", 1, 1);
        const auto json = Json::parse(result.json(2.5));
        QVERIFY(json.has_value());
        QCOMPARE(*(*json)["requests"].asInteger(), 102);
        QCOMPARE(*(*json)["failures"].asInteger(), 2);
        QCOMPARE(*(*json)["by_class"]["cut"].asInteger(), 1);
        QCOMPARE(*(*json)["by_target"]["holysheep"].asInteger(), 5);
        QCOMPARE(*(*json)["latency_ms"]["p50"].asDouble(), 50.0);
        QCOMPARE(*(*json)["latency_ms"]["p99"].asDouble(), 99.0);
        QVERIFY(Json::parse(LoadResult{}.json(0)).has_value());
    }
    void optionsNameWhatIsWrong()
    {
        using Arguments = std::vector<std::string_view>;
        const auto load = readLoadOptions(Arguments{"--trace", "t.csv", "--target=http://127.0.0.1:1/v1", "--rate", "400"});
        QVERIFY(load.has_value());
        QCOMPARE(load->rate, 400.0);
        QCOMPARE(readLoadOptions(Arguments{"--trace", "t.csv"}).error().where, std::string("--target"));
        QCOMPARE(readLoadOptions(Arguments{"--rate", "fast"}).error().where, std::string("--rate"));
        QCOMPARE(readLoadOptions(Arguments{"--rate"}).error().where, std::string("--rate"));
        QCOMPARE(readLoadOptions(Arguments{"--speed", "1"}).error().where, std::string("--speed"));
        QCOMPARE(readLoadOptions(Arguments{"--stream-share", "1.5"}).error().where, std::string("--stream-share"));
        QCOMPARE(readSandboxOptions(Arguments{"--workspace", "w"}).error().where, std::string("--scenario"));
        QCOMPARE(readSandboxOptions(Arguments{"--workspace", "w", "--scenario", "fine"}).error().where, std::string("--scenario"));
        QVERIFY(readSandboxOptions(Arguments{"--workspace", "w", "--scenario", "slow", "--port-base", "0"}).has_value());
        const auto based = [](std::string_view base) {
            return readSandboxOptions(Arguments{"--workspace", "w", "--scenario", "slow", "--port-base", base}).has_value();
        };
        QVERIFY(based("65525") && !based("65526")); // eleven ports
        const auto later = readSandboxOptions(Arguments{"--workspace", "w", "--scenario", "slow", "--vault-version", "1.14.3"});
        QVERIFY(later.has_value() && later->vaultVersion.since(14, 3));
        QCOMPARE(readSandboxOptions(Arguments{"--workspace", "w", "--scenario", "slow", "--vault-version", "new"}).error().where,
                 std::string("--vault-version"));
        const auto half = readSandboxOptions(Arguments{"--workspace", "w", "--scenario", "slow", "--cloud-key", "k.pem"});
        QCOMPARE(half.error().where, std::string("--cloud-certificate"));
    }
};

DROVER_TEST(TestLoadPlan)
#include "TestLoadPlan.moc"
