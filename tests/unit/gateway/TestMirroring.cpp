// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "Stage.h"
#include "protocol/evidence/EvidenceLine.h"
#include "protocol/openai/AnswerWatch.h"
#include "protocol/routing/Document.h"
#include "support/TestMain.h"

using namespace drover;
using drover::test::classCount;
using drover::test::eventually;
using drover::test::evidenceOf;
using drover::test::Stage;
using drover::test::Upstream;

// Requests that are sent to the other target as well, and to legacy again.
class TestMirroring final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void mirrorsAndCompares()
    {
        Stage stage;
        auto document = stage.document(1, 0, Phase::shadow);
        document.shadow = ShadowRule{"holysheep", 1, 1};
        stage.route(document);
        QVERIFY(stage.start().has_value());
        QCOMPARE(stage.chat("a").target, std::string("legacy"));
        QVERIFY(eventually([&] { return stage.on([&] { return stage.legacy->requests; }) == 2; }));
        stage.on([&] { stage.holysheep->text = "something else"; });
        QCOMPARE(stage.chat("b", false).target, std::string("legacy"));
        QVERIFY(eventually([&] { return stage.on([&] { return stage.legacy->requests; }) == 4; }));
        // The last record of a mirrored call comes after its answer.
        QVERIFY(eventually([&] {
            return stage.get(stage.gateway->adminUrl() + "/metrics").body.find("drover_mirror_diverged_total 1") != std::string::npos;
        }));
        stage.stop();
        PairEvidence pairs;
        for (const auto& text : stage.lines("evidence")) {
            const auto line = parseEvidenceLine(text);
            if (line.has_value() && line->kind == EvidenceLine::Kind::pairs)
                pairs.add(line->pairs);
        }
        QCOMPARE(pairs.pairs, std::uint64_t(2));
        QCOMPARE(pairs.triples, std::uint64_t(2));
        QCOMPARE(pairs.onlyNew, std::uint64_t(1));
        QCOMPARE(pairs.onlyAgain, std::uint64_t(0));
        QCOMPARE(classCount(evidenceOf(stage, "holysheep", "shadow"), ErrorClass::ok), std::uint64_t(2));
        QCOMPARE(classCount(evidenceOf(stage, "legacy", "again"), ErrorClass::ok), std::uint64_t(2));
        QCOMPARE(stage.lines("requests").size(), std::size_t(6));
    }

    // A provider that knows the key would repeat its first answer, which says nothing of the second.
    void mirroredCallsCarryNoIdempotencyKey()
    {
        Stage stage;
        auto document = stage.document(1, 0, Phase::shadow);
        document.shadow = ShadowRule{"holysheep", 1, 1};
        stage.route(document);
        QVERIFY(stage.start().has_value());
        const std::string body = R"({"model":"m","messages":[]})";
        for (const char* field : {"Idempotency-Key:a1", "X-Idempotency-Key:a2"})
            QCOMPARE(stage.post("/v1/chat/completions", body, {}, field).status.value(), 200);
        QVERIFY(eventually([&] { return stage.on([&] { return stage.legacy->requests + stage.holysheep->requests; }) == 6; }));
        const auto carried = [&](const std::unique_ptr<Upstream>& upstream) {
            return stage.on([&] {
                return std::ranges::count_if(upstream->fieldNames, [](const auto& name) {
                    return http::sameName(name, "idempotency-key") || http::sameName(name, "x-idempotency-key");
                });
            });
        };
        QCOMPARE(int(carried(stage.legacy)), 2); // the clients' own
        QCOMPARE(int(carried(stage.holysheep)), 0);
    }

    void answersThatCannotBeReadAreCountedAndNotTakenForAgreement()
    {
        Stage stage;
        auto document = stage.document(1, 0, Phase::shadow);
        document.shadow = ShadowRule{"holysheep", 1, 1};
        stage.route(document);
        QVERIFY(stage.start().has_value());
        const auto sees = [&](const std::string& line) {
            return eventually([&] { return stage.get(stage.gateway->adminUrl() + "/metrics").body.find("\n" + line + "\n") != std::string::npos; });
        };
        stage.on([&] {
            stage.legacy->text = std::string(AnswerWatch::keepLimit, 'x');
            stage.holysheep->text = std::string(AnswerWatch::keepLimit, 'y');
        });
        QCOMPARE(stage.chat("a").target, std::string("legacy"));
        QVERIFY(sees("drover_mirror_not_compared_total 1"));
        stage.on([&] { stage.legacy->text = "short"; });
        QCOMPARE(stage.chat("b").target, std::string("legacy"));
        QVERIFY(sees("drover_mirror_diverged_total 1"));
        stage.stop();
        PairEvidence pairs;
        for (const auto& text : stage.lines("evidence")) {
            const auto line = parseEvidenceLine(text);
            if (line.has_value() && line->kind == EvidenceLine::Kind::pairs)
                pairs.add(line->pairs);
        }
        QCOMPARE(pairs, (PairEvidence{1, 1, 1, 1, 0, 0}));
    }
};

DROVER_TEST(TestMirroring)
#include "TestMirroring.moc"
