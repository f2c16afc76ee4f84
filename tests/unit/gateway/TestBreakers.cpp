// SPDX-License-Identifier: Apache-2.0
// What a gateway does about a provider, or a key, that fails every time.
#include <QTest>

#include "Stage.h"
#include "protocol/usage/RequestLine.h"
#include "support/TestMain.h"

#include <algorithm>
#include <future>

using namespace drover;
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

void set(Stage& stage, const std::unique_ptr<Upstream>& upstream, Upstream::Mode mode)
{
    stage.on([&] { upstream->mode = mode; });
}

// Asks until `count` requests have been answered with 200 by `target`; false when one was not.
bool allAnsweredBy(Stage& stage, const std::string& target, int count)
{
    for (int i = 0; i < count; ++i) {
        const auto answer = stage.chat("u" + std::to_string(i));
        if (statusOf(answer) != 200 || answer.target != target)
            return false;
    }
    return true;
}

// Opens for hours of the clock that the test puts forward: no slow machine comes to the end of them by itself.
constexpr BreakerRule slow{.open = 1h, .longestOpen = 100h};
constexpr double leaseS = 1e6; // longer than those

bool isSkipped(const AttemptLine& attempt)
{
    return attempt.skipped == AttemptLine::Skipped::breaker;
}

std::string breakers(Stage& stage)
{
    return stage.get(stage.gateway->adminUrl() + "/admin/routing").body;
}

} // namespace

class TestBreakers final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDeadTargetIsNotAskedAnyMore()
    {
        Stage stage;
        stage.breaker = slow;
        stage.route(1, 1, Phase::canary, leaseS);
        QVERIFY(stage.start().has_value());
        set(stage, stage.holysheep, Upstream::Mode::fail);
        QVERIFY(allAnsweredBy(stage, "legacy", 50));
        QCOMPARE(requestsOf(stage, stage.holysheep), std::uint64_t(20));
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(50));
        QVERIFY2(breakers(stage).find("\"state\":\"open\",\"failures\":20,\"outcomes\":20,\"class\":\"upstream\"") != std::string::npos, breakers(stage).c_str());
        QCOMPARE(stage.metric("drover_breaker_skips_total{target=\"holysheep\",key=\"k_01\"}"), std::string("30"));
        QCOMPARE(stage.metric("drover_fallbacks_total"), std::string("50"));
        QVERIFY(std::ranges::any_of(stage.logged, [](const std::string& line) { return line.find("a breaker opened") != std::string::npos; }));
        stage.stop();
        // Its gates see an outage, not twenty failures: what was not asked counts as what failed before.
        QCOMPARE(classCount(evidenceOf(stage, "holysheep", "client"), ErrorClass::upstream), std::uint64_t(50));
        QCOMPARE(classCount(evidenceOf(stage, "legacy", "client"), ErrorClass::ok), std::uint64_t(50));
        std::size_t skipped = 0;
        for (const auto& text : stage.lines("requests")) {
            const auto line = parseRequestLine(text);
            QCOMPARE(line->attempts.size(), std::size_t(2));
            QCOMPARE(line->attempts[0].errorClass, ErrorClass::upstream);
            QCOMPARE(line->attempts[0].status, isSkipped(line->attempts[0]) ? 0 : 500);
            QVERIFY(!isSkipped(line->attempts[1]));
            skipped += isSkipped(line->attempts[0]) ? 1 : 0;
        }
        QCOMPARE(skipped, std::size_t(30));
    }

    void itComesBackByProbes()
    {
        Stage stage;
        stage.breaker = slow;
        stage.route(1, 1, Phase::canary, leaseS);
        QVERIFY(stage.start().has_value());
        set(stage, stage.holysheep, Upstream::Mode::drop);
        QVERIFY(allAnsweredBy(stage, "legacy", 25));
        const auto asked = requestsOf(stage, stage.holysheep);
        stage.clock.advance(1h);
        QVERIFY(allAnsweredBy(stage, "legacy", 5)); // one probe, which fails
        QVERIFY(requestsOf(stage, stage.holysheep) > asked);
        const auto probed = requestsOf(stage, stage.holysheep);
        set(stage, stage.holysheep, Upstream::Mode::answer);
        stage.clock.advance(1h);
        QVERIFY(allAnsweredBy(stage, "legacy", 1)); // doubled: two hours
        QCOMPARE(requestsOf(stage, stage.holysheep), probed);
        stage.clock.advance(1h);
        QVERIFY(allAnsweredBy(stage, "holysheep", 30));
        QVERIFY(breakers(stage).find("\"state\":\"open\"") == std::string::npos);
        QVERIFY(std::ranges::any_of(stage.logged, [](const std::string& line) { return line.find("a breaker closed") != std::string::npos; }));
    }

    // A stream that has begun well is a probe that succeeded, however long it runs.
    void aLongStreamDoesNotHoldTheProbe()
    {
        Stage stage;
        stage.breaker = slow;
        stage.route(1, 1, Phase::canary, leaseS);
        QVERIFY(stage.start().has_value());
        set(stage, stage.holysheep, Upstream::Mode::fail);
        QVERIFY(allAnsweredBy(stage, "legacy", 20));
        set(stage, stage.holysheep, Upstream::Mode::answer);
        stage.on([&] { stage.holysheep->pause = 1h; });
        stage.clock.advance(1h);
        auto streaming = std::async(std::launch::async, [&] { return stage.chat("long", true); });
        QVERIFY(eventually([&] { return stage.metric("drover_requests_in_flight") == "1" && breakers(stage).find("\"state\":\"half_open\"") != std::string::npos; }));
        QVERIFY(eventually([&] { return stage.chat("next").target == "holysheep"; }));
        QVERIFY(allAnsweredBy(stage, "holysheep", 5));
        QCOMPARE(stage.metric("drover_requests_in_flight"), std::string("1"));
        stage.stop(); // cuts it
        QVERIFY(streaming.get().cut.has_value());
    }

    void withNobodyElseItIsAskedAllTheSame()
    {
        gateway::RelaySettings settings;
        settings.retries = 0;
        Stage stage(settings);
        stage.breaker = slow;
        stage.route(1, 0, Phase::canary);
        QVERIFY(stage.start().has_value());
        set(stage, stage.legacy, Upstream::Mode::fail);
        for (int i = 0; i < 30; ++i)
            QCOMPARE(statusOf(stage.chat("u")), 500);
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(30));
        QVERIFY(breakers(stage).find("\"state\":\"open\"") != std::string::npos);
        set(stage, stage.legacy, Upstream::Mode::answer);
        QVERIFY(allAnsweredBy(stage, "legacy", 5));
        QVERIFY(breakers(stage).find("\"state\":\"open\"") == std::string::npos);
    }

    // Of two keys one is refused: after twenty refusals the other one serves its share, and legacy is not needed.
    void aKeyThatIsRefusedIsNotUsedAnyMore()
    {
        Stage stage;
        stage.breaker = slow;
        stage.writeKeys({{"k_leg", {"sk-legacy-key-0001", {stage.hostOf(*stage.legacy)}}},
                         {"k_01", {"cr_holy-key-0001", {stage.hostOf(*stage.holysheep)}}},
                         {"k_02", {"cr_holy-key-0002", {stage.hostOf(*stage.holysheep)}}}});
        auto document = stage.document(1, 1, Phase::canary);
        document.targets["holysheep"].keys = {{"k_01", 0.5}, {"k_02", 0.5}};
        stage.route(document);
        QVERIFY(stage.start().has_value());
        stage.on([&] { stage.holysheep->badKey = "cr_holy-key-0002"; });
        const auto refusals = [&] { return stage.on([&] { return stage.holysheep->byKey["cr_holy-key-0002"]; }); };
        for (int i = 0; refusals() < 20 && i < 500; ++i)
            QCOMPARE(statusOf(stage.chat("u" + std::to_string(i))), 200);
        QCOMPARE(refusals(), std::uint64_t(20));
        const auto ofLegacy = requestsOf(stage, stage.legacy);
        QCOMPARE(ofLegacy, std::uint64_t(20));
        QVERIFY(allAnsweredBy(stage, "holysheep", 100));
        QCOMPARE(requestsOf(stage, stage.legacy), ofLegacy);
        QCOMPARE(refusals(), std::uint64_t(20));
        const auto skips = stage.metric("drover_breaker_skips_total{target=\"holysheep\",key=\"k_02\"}");
        QVERIFY2(std::stoi("0" + skips) > 20 && std::stoi("0" + skips) < 80, skips.c_str());
        stage.stop();
        // The key pays for what it was not asked; the target's own breaker stays as it is.
        QCOMPARE(classCount(evidenceOf(stage, "holysheep", "client"), ErrorClass::auth), std::uint64_t(20 + std::stoi(skips)));
    }

    void keysThatAreGoneAreForgotten()
    {
        Stage stage;
        stage.breaker = slow;
        stage.route(1, 1, Phase::canary, leaseS);
        QVERIFY(stage.start().has_value());
        QVERIFY(allAnsweredBy(stage, "holysheep", 1));
        QVERIFY(breakers(stage).find("\"key\":\"k_01\"") != std::string::npos);
        stage.writeKeys({{"k_leg", {"sk-legacy-key-0001", {stage.hostOf(*stage.legacy)}}}, {"k_09", {"cr_holy-key-0009", {stage.hostOf(*stage.holysheep)}}}});
        auto document = stage.document(2, 1, Phase::canary);
        document.targets["holysheep"].keys = {{"k_09", 1.0}};
        stage.route(document);
        QVERIFY(stage.serves(2));
        QVERIFY(eventually([&] { return breakers(stage).find("\"key\":\"k_01\"") == std::string::npos; }));
    }
};

DROVER_TEST(TestBreakers)
#include "TestBreakers.moc"
