// SPDX-License-Identifier: Apache-2.0
// What a change of the routing means for requests that are under way.
#include <QTest>

#include "Stage.h"
#include "protocol/evidence/EvidenceLine.h"
#include "support/FullPort.h"
#include "support/TestMain.h"

#include <future>

using namespace drover;
using drover::test::Answer;
using drover::test::eventually;
using drover::test::FullPort;
using drover::test::Stage;
using drover::test::Upstream;

namespace {

// HolySheep stands behind a port that lets nobody in yet.
void placeHolysheep(Stage& stage, const FullPort& port)
{
    const std::string host = "127.0.0.1:" + std::to_string(port.port());
    stage.config.targets["holysheep"].openai = "http://" + host + "/v1";
    stage.config.targets["holysheep"].anthropic = "http://" + host;
    stage.writeKeys({{"k_leg", {"sk-legacy-key-0001", {stage.hostOf(*stage.legacy)}}}, {"k_01", {"cr_holy-key-0001", {host}}}});
}

std::uint64_t requestsOf(Stage& stage, const std::unique_ptr<Upstream>& upstream)
{
    return stage.on([&] { return upstream->requests; });
}

} // namespace

class TestChange final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The request waits for its connection; meanwhile a rollback is acknowledged: it must not reach the target.
    void whatIsNotSentYetIsDecidedAnew()
    {
        FullPort port;
        Stage stage;
        placeHolysheep(stage, port);
        stage.route(1, 1, Phase::canary);
        QVERIFY(stage.start().has_value());
        auto asking = std::async(std::launch::async, [&] { return stage.chat("u"); });
        QVERIFY(eventually([&] { return stage.metric("drover_requests_in_flight") == "1"; }));
        stage.route(2, 0, Phase::rolledBack);
        QVERIFY(stage.serves(2));
        port.release();
        QVERIFY(eventually([&] { return !port.look().empty() || asking.wait_for(0s) == std::future_status::ready; }));
        QCOMPARE(port.look(), std::string());
        const Answer answer = asking.get();
        QCOMPARE(answer.status.value(), 200);
        QCOMPARE(answer.target, std::string("legacy"));
        stage.stop();
        QCOMPARE(port.look(), std::string());
        const auto line = parseRequestLine(stage.lines("requests").at(0));
        QCOMPARE(line->generation, std::uint64_t(2));
        QVERIFY(line->attempts.empty());
    }

    void aMirroredCallThatIsNotSentYetIsDropped()
    {
        FullPort port;
        Stage stage;
        placeHolysheep(stage, port);
        auto document = stage.document(1, 0, Phase::shadow);
        document.shadow = ShadowRule{"holysheep", 1, 0};
        stage.route(document);
        QVERIFY(stage.start().has_value());
        QCOMPARE(stage.chat("u").target, std::string("legacy"));
        stage.route(2, 0, Phase::rolledBack);
        QVERIFY(stage.serves(2));
        port.release();
        QVERIFY(eventually([&] { return !port.look().empty() || stage.metric("drover_mirror_dropped_total") == "1"; }));
        stage.stop();
        QCOMPARE(port.look(), std::string());
        QCOMPARE(stage.lines("requests").size(), std::size_t(1));
    }

    // More than may run at a time: those that wait for their turn are dropped, and so are legacy's second answers.
    void mirroredCallsThatWaitAreDropped()
    {
        constexpr std::uint64_t extra = 5;
        Stage stage;
        auto document = stage.document(1, 0, Phase::shadow);
        document.shadow = ShadowRule{"holysheep", 1, 1};
        stage.route(document);
        QVERIFY(stage.start().has_value());
        stage.on([&] { stage.holysheep->mode = Upstream::Mode::hang; });
        for (std::size_t i = 0; i < gateway::Mirror::maxRunning + extra; ++i)
            QCOMPARE(stage.chat(std::to_string(i)).target, std::string("legacy"));
        QVERIFY(eventually([&] { return requestsOf(stage, stage.holysheep) == gateway::Mirror::maxRunning; }));
        auto next = stage.document(2, 0.05, Phase::canary);
        stage.route(next);
        QVERIFY(stage.serves(2));
        stage.on([&] { stage.holysheep->mode = Upstream::Mode::answer; });
        // Each that ran loses its second answer, each that waited both.
        const auto dropped = std::to_string(gateway::Mirror::maxRunning + 2 * extra);
        QVERIFY(eventually([&] { return stage.metric("drover_mirror_dropped_total") == dropped; }));
        QCOMPARE(requestsOf(stage, stage.holysheep), std::uint64_t(gateway::Mirror::maxRunning));
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(gateway::Mirror::maxRunning + extra));
    }

    // Legacy was retired while the target was thinking: its failure is the client's then.
    void nothingFallsBackOnceLegacyIsRetired()
    {
        Stage stage;
        stage.route(1, 1, Phase::cutover);
        QVERIFY(stage.start().has_value());
        stage.on([&] { stage.holysheep->mode = Upstream::Mode::hang; });
        auto asking = std::async(std::launch::async, [&] { return stage.chat("u"); });
        QVERIFY(eventually([&] { return requestsOf(stage, stage.holysheep) == 1; }));
        auto document = stage.document(2, 1, Phase::overlap);
        document.legacyRetired = true;
        stage.route(document);
        QVERIFY(stage.serves(2));
        stage.on([&] { stage.holysheep->mode = Upstream::Mode::fail; });
        const Answer answer = asking.get();
        QCOMPARE(answer.status.value(), 500);
        QCOMPARE(answer.target, std::string("holysheep"));
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(0));
    }

    // Legacy's key was changed while the target was thinking: the fallback takes the new one.
    void aFallbackTakesTheKeyThatIsServedNow()
    {
        Stage stage;
        stage.route(1, 1, Phase::cutover);
        QVERIFY(stage.start().has_value());
        stage.on([&] { stage.holysheep->mode = Upstream::Mode::hang; });
        auto asking = std::async(std::launch::async, [&] { return stage.chat("u"); });
        QVERIFY(eventually([&] { return requestsOf(stage, stage.holysheep) == 1; }));
        stage.writeKeys({{"k_leg2", {"sk-legacy-key-0002", {stage.hostOf(*stage.legacy)}}},
                         {"k_01", {"cr_holy-key-0001", {stage.hostOf(*stage.holysheep)}}}});
        auto document = stage.document(2, 1, Phase::cutover);
        document.targets["legacy"].keys = {{"k_leg2", 1.0}};
        stage.route(document);
        QVERIFY(stage.serves(2));
        stage.on([&] { stage.holysheep->mode = Upstream::Mode::fail; });
        QCOMPARE(asking.get().target, std::string("legacy"));
        QCOMPARE(stage.on([&] { return stage.legacy->byKey["sk-legacy-key-0002"]; }), std::uint64_t(1));
    }

    // Restarted with a key of the document that cannot be opened: legacy is retired, so nobody can answer.
    void aRetirementHoldsThroughARestart()
    {
        Stage stage;
        stage.writeKeys({{"k_leg", {"sk-legacy-key-0001", {stage.hostOf(*stage.legacy)}}}});
        auto document = stage.document(5, 1, Phase::done);
        document.legacyRetired = true;
        stage.route(document);
        QVERIFY(stage.start().has_value());
        QCOMPARE(stage.chat("u").status.value(), 503);
        QCOMPARE(stage.post("/v1/files", "{}").status.value(), 503);
        QCOMPARE(requestsOf(stage, stage.legacy), std::uint64_t(0));
    }

    // A target that lacks a key is a failure of that target like any other: legacy answers, the gates see it.
    void aTargetWithoutAKeyFallsBack()
    {
        Stage stage;
        stage.config.gateway.defaultTarget = "holysheep";
        stage.writeKeys({{"k_leg", {"sk-legacy-key-0001", {stage.hostOf(*stage.legacy)}}}});
        QVERIFY(stage.start().has_value());
        QCOMPARE(stage.chat("u").target, std::string("legacy"));
        const Answer bound = stage.post("/v1/files", "{}");
        QCOMPARE(bound.status.value(), 503);
        QVERIFY(bound.body.find("no_provider_key") != std::string::npos);
        stage.stop();
        std::uint64_t missing = 0;
        for (const auto& text : stage.lines("evidence")) {
            const auto line = parseEvidenceLine(text);
            if (line->kind == EvidenceLine::Kind::attempts && line->target == "holysheep")
                missing += line->attempts.byClass[std::size_t(ErrorClass::auth)];
        }
        QCOMPARE(missing, std::uint64_t(2));
        const auto line = parseRequestLine(stage.lines("requests").at(0));
        QCOMPARE(line->target, std::string("legacy"));
        QCOMPARE(line->attempts.size(), std::size_t(2));
        QCOMPARE(int(line->attempts[0].errorClass), int(ErrorClass::auth));
        QCOMPARE(line->attempts[0].target, std::string("holysheep"));
    }
};

DROVER_TEST(TestChange)
#include "TestChange.moc"
