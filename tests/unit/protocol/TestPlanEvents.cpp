// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "protocol/journal/PlanEvents.h"
#include "support/TestMain.h"

using namespace drover;

namespace {

const WallTime noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 12h + 345678us;

TargetEvidence someEvidence(Random& random)
{
    TargetEvidence evidence;
    for (auto& count : evidence.byClass)
        count = random.below(1000);
    for (int i = 0; i < 50; ++i) {
        evidence.firstBytePlain.record(0.01 + random.uniform() * 500);
        evidence.firstByteStreamed.record(0.01 + random.uniform() * 50);
        evidence.total.record(random.uniform() * 5000);
        evidence.outputTokens.record(double(random.below(900)));
    }
    evidence.finishReasons = {{"stop", 41}, {"tool_calls", 3}, {"odd \"reason\"", 1}};
    evidence.inputTokens = random.below(1'000'000'000'000);
    evidence.cachedTokens = random.below(1000);
    evidence.outputTokensSum = random.below(1'000'000);
    return evidence;
}

MigrationPolicy somePolicy()
{
    MigrationPolicy policy;
    policy.name = "odd";
    policy.shadow = {Duration{604'800'000'000}, 0.2, 0.05, 0.02, 50};
    policy.canary.steps = {{0.05, Duration{172'800'000'000}}, {0.25, Duration{1'500'000}}};
    policy.canary.mirror = true;
    policy.rollbackWindow = 15min;
    policy.overlap = std::chrono::days{7};
    policy.lease = 900s;
    policy.rotation = {true, {{0.1, Duration{1s}}, {1.0, Duration{0}}}, 0.01, 10s, 2s, std::chrono::days{30}, 10000, 5, 1, "0 3 * * 1"};
    return policy;
}

std::vector<MigrationEvent> migrationEvents()
{
    Random random{3};
    StepEvidence evidence{someEvidence(random), someEvidence(random), {100, 3, 90, 2, 1, 4}, 5000, 250, 1, 4000, 200};
    return {MigrationStarted{"m_1", somePolicy(), "legacy", "holysheep", 41, "ann", noon},
            RoutingWritten{42, noon},
            RoutingRefused{"ROLLBACK stands", noon},
            AcksComplete{42, 8, noon},
            Looked{evidence, noon},
            Looked{{}, noon},
            OperatorOrder{OrderVerb::advance, "ann", "because \"so\"", noon},
            OperatorOrder{OrderVerb::rollback, "ann", "", noon},
            RollbackSeen{0, "redis marker", noon},
            ForeignChange{44, "weights", noon},
            GenerationSeen{77, noon},
            LeaseRanOut{noon},
            RotationEnded{false, "k_2", "never accepted", noon},
            Resumed{noon}};
}

std::vector<RotationEvent> rotationEvents()
{
    Random random{4};
    return {RotationStarted{"r_1", "holysheep", somePolicy().rotation, 0.05, "k_1", 2, {{"k_1", 0.7}, {"k_other", 0.1 + 0.2}},
                            "x7k2m9", {"auto-rotate-20261121-120000"}, {"k_left"}, true, noon},
            KeyMinted{"k_2", "auto-rotate-20261122-120000", noon},
            MintReconciled{{}, noon},
            MintReconciled{{"k_2", "k_3"}, noon},
            KeyStored{"k_2", 1, noon},
            KeyLost{"k_2", noon},
            KeyProven{"k_2", {"main", "us-east"}, noon},
            KeyPublished{"k_2", noon},
            WeightsServed{50, noon},
            KeyLooked{"k_2", someEvidence(random), noon},
            KeyPromoted{"k_2", noon},
            PromotionReconciled{"", noon},
            KeyQuiet{"k_1", noon},
            PersonNeeded{noon},
            KeyRevoked{"k_1", noon},
            StepFailed{Errc::unauthorized, "main: answered 401", noon},
            RotationResumed{noon}};
}

} // namespace

class TestPlanEvents : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyMigrationEventReadsBackTheSame()
    {
        for (const auto& event : migrationEvents()) {
            const std::string json = writeEvent(event);
            const auto read = parseMigrationEvent(json);
            QVERIFY2(read.has_value(), json.c_str());
            QVERIFY2(*read == event, json.c_str());
        }
    }
    void everyKindOfEventIsTried()
    {
        std::vector<bool> seen(std::variant_size_v<MigrationEvent>);
        for (const auto& event : migrationEvents())
            seen[event.index()] = true;
        QVERIFY(std::ranges::all_of(seen, [](bool one) { return one; }));
        std::vector<bool> rotation(std::variant_size_v<RotationEvent>);
        for (const auto& event : rotationEvents())
            rotation[event.index()] = true;
        QVERIFY(std::ranges::all_of(rotation, [](bool one) { return one; }));
    }
    void everyRotationEventReadsBackTheSame()
    {
        for (const auto& event : rotationEvents()) {
            const std::string json = writeEvent(event);
            const auto read = parseRotationEvent(json);
            QVERIFY2(read.has_value(), json.c_str());
            QVERIFY2(*read == event, json.c_str());
        }
    }
    void unknownFieldsAreIgnoredAndWrongOnesNamed()
    {
        QVERIFY(parseMigrationEvent(R"({"event":"resumed","at":"2026-11-22T12:00:00Z","new":{"x":1}})").has_value());
        const auto wrong = parseMigrationEvent(R"({"event":"routing_written","generation":"many","at":"2026-11-22T12:00:00Z"})");
        QVERIFY(!wrong.has_value());
        QCOMPARE(wrong.error().where, std::string("generation"));
        QVERIFY(!parseMigrationEvent(R"({"event":"key_minted","at":"2026-11-22T12:00:00Z"})").has_value());
    }
    void damagedTextsAreErrorsNotCrashes()
    {
        Random random{5};
        for (const auto& event : migrationEvents()) {
            const std::string json = writeEvent(event);
            for (int i = 0; i < 50; ++i) {
                std::string damaged = json.substr(0, random.below(json.size()));
                QVERIFY(!parseMigrationEvent(damaged).has_value());
            }
        }
    }
};

DROVER_TEST(TestPlanEvents)
#include "TestPlanEvents.moc"
