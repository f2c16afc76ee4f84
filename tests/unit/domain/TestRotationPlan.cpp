// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "RotationConversation.h"
#include "base/Ids.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

class TestRotationPlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aGoodKeyReplacesTheOldOne()
    {
        Rotation rotation;
        rotation.run();
        QCOMPARE(rotation.plan.outcome(), std::string_view("done"));
        QCOMPARE(rotation.world.live, std::set<std::string>{"k_new1"});
        QCOMPARE(rotation.world.current, std::string("k_new1"));
        QCOMPARE(rotation.plan.name(), std::string("auto-rotate-20260101-000000"));
    }

    void aTargetWithoutRequestsHasNoRamp()
    {
        Rotation rotation{1, {}, {}, true};
        while (!std::holds_alternative<SetWeights>(rotation.action))
            rotation.step();
        QCOMPARE(std::get<SetWeights>(rotation.action).weights, (std::map<std::string, double>{{"k_new1", 1.0}}));
        rotation.step();
        QVERIFY(std::holds_alternative<PromoteKey>(rotation.action));
        rotation.run();
        QCOMPARE(rotation.outcome(), std::string("done"));
        QCOMPARE(rotation.world.live, std::set<std::string>{"k_new1"});
    }

    void aPersonMakesAndEndsKeysWhereTheProviderHasNoApi()
    {
        Rotation rotation;
        const std::string name = rotation.plan.name();
        rotation.feed(PersonNeeded{rotation.clock.now()});
        QCOMPARE(std::get<AwaitKey>(rotation.action).name, name);
        rotation.crash(); // nothing was asked of the provider: the same key is waited for
        QCOMPARE(std::get<AwaitKey>(rotation.action).name, name);
        rotation.step();
        rotation.crash(); // between the paste and the store
        rotation.step();
        QCOMPARE(std::get<AwaitKey>(rotation.action).name, name);
        QVERIFY(rotation.plan.needsPerson());
        while (!std::holds_alternative<RevokeKey>(rotation.action))
            rotation.step();
        QCOMPARE(rotation.world.current, std::string("k_new1"));
        rotation.feed(PersonNeeded{rotation.clock.now()});
        rotation.crash();
        QCOMPARE(std::get<AwaitEnd>(rotation.action).keyId, std::string("k_old"));
        rotation.step();
        QCOMPARE(rotation.outcome(), std::string("done"));
        QCOMPARE(rotation.world.live, std::set<std::string>{"k_new1"});
    }

    void aPersonWhoGivesUpLeavesTheNameToBeLookedFor()
    {
        Rotation rotation;
        const std::string name = rotation.plan.name();
        rotation.feed(PersonNeeded{rotation.clock.now()});
        rotation.fail(Errc::refused, "given up");
        rotation.fail(Errc::refused, "it lists no keys"); // the sweep
        QCOMPARE(rotation.outcome(), std::string("failed"));
        QCOMPARE(rotation.plan.unresolved(), std::vector<std::string>{name});
        Rotation later;
        while (!std::holds_alternative<RevokeKey>(later.action))
            later.step();
        later.feed(PersonNeeded{later.clock.now()});
        later.fail(Errc::refused, "given up");
        QCOMPARE(later.outcome(), std::string("done"));
        QVERIFY(later.plan.why().find("k_old is replaced but not revoked") != std::string::npos);
    }

    void noNameComesTwiceHoweverFastRotationsFollow()
    {
        const WallTime at{std::chrono::seconds{1'800'000'000}};
        std::set<std::string> names;
        for (const char* tag : {"", "x7k2m9", "q0a1b2"}) { // three rotations in one second, each of which mints twice
            RotationStarted started;
            started.policy.ramp = {{1.0, {}}};
            started.nameTag = tag;
            started.at = at;
            RotationPlan plan;
            plan.resume(started);
            names.insert(plan.name());
            plan.resume(StepFailed{Errc::network, "lost", at});
            plan.resume(MintReconciled{{}, at});
            QVERIFY(std::holds_alternative<MintKey>(plan.pending()));
            names.insert(plan.name());
        }
        const std::string second = "auto-rotate-" + formatCompact(at);
        QCOMPARE(names, (std::set<std::string>{second, second + "-2", second + "-x7k2m9", second + "-x7k2m9-2", second + "-q0a1b2",
                                               second + "-q0a1b2-2"}));
    }

    void theRampServesTenFiftyAndAHundredPercent()
    {
        Rotation rotation;
        std::vector<double> weights;
        while (!rotation.over()) {
            if (const auto* set = std::get_if<SetWeights>(&rotation.action))
                weights.push_back(set->weights.at("k_new1"));
            rotation.step();
        }
        QCOMPARE(weights, (std::vector<double>{0.1, 0.5, 1.0}));
    }

    void theOtherKeysKeepTheirWeights_data()
    {
        QTest::addColumn<bool>("bad");
        QTest::newRow("promoted") << false;
        QTest::newRow("undone") << true;
    }
    void theOtherKeysKeepTheirWeights()
    {
        QFETCH(bool, bad);
        Outside world;
        world.live = world.stored = {"k_old", "k_b", "k_eu"};
        // Two keys of one host, and one that is sealed for another alone.
        world.weights = {{"k_old", 0.3}, {"k_b", 0.3}, {"k_eu", 0.4}};
        const auto before = world.weights;
        Rotation rotation{1, world};
        rotation.badKey = bad;
        std::vector<double> shares;
        while (!rotation.over()) {
            if (const auto* set = std::get_if<SetWeights>(&rotation.action); set && set->weights.contains("k_new1")) {
                shares.push_back(set->weights.at("k_new1"));
                QCOMPARE(set->weights.at("k_b"), 0.3);
                QCOMPARE(set->weights.at("k_eu"), 0.4);
                QCOMPARE(set->weights.contains("k_old"), shares.back() < 0.3);
            }
            rotation.step();
        }
        if (bad) {
            QCOMPARE(rotation.outcome(), std::string("failed"));
            QCOMPARE(rotation.world.weights, before);
            return;
        }
        QCOMPARE(shares, (std::vector<double>{0.03, 0.15, 0.3}));
        QCOMPARE(rotation.world.weights, (std::map<std::string, double>{{"k_b", 0.3}, {"k_eu", 0.4}, {"k_new1", 0.3}}));
    }

    void aKeyThatFailsItsRequestsIsNeverPromoted()
    {
        // D24: the playbook promotes a key that fails every request when traffic is low.
        Rotation rotation;
        rotation.badKey = true;
        rotation.run();
        QCOMPARE(rotation.plan.outcome(), std::string_view("failed"));
        QCOMPARE(rotation.world.current, std::string("k_old"));
        QCOMPARE(rotation.world.live, std::set<std::string>{"k_old"});
        QCOMPARE(rotation.world.weights, (std::map<std::string, double>{{"k_old", 1.0}}));
    }

    void aCrashBeforeOrAfterEveryEffectEndsTheSame_data()
    {
        QTest::addColumn<int>("step");
        QTest::addColumn<bool>("effectDone");
        for (int step = 0; step < rotationLength(); ++step) {
            QTest::addRow("before %d", step) << step << false;
            QTest::addRow("after %d, reply lost", step) << step << true;
        }
    }
    void aCrashBeforeOrAfterEveryEffectEndsTheSame()
    {
        QFETCH(int, step);
        QFETCH(bool, effectDone);
        Rotation rotation;
        rotation.run(step);
        if (effectDone)
            (void)rotation.effect();
        rotation.crash();
        rotation.run();
        QCOMPARE(rotation.plan.outcome(), std::string_view("done"));
        QCOMPARE(rotation.world.live.size(), std::size_t{1});
        QCOMPARE(*rotation.world.live.begin(), rotation.world.current);
        QCOMPARE(rotation.world.current, rotation.plan.newKey());
    }

    void crashesAtRandomNeverLoseAKey()
    {
        Random random{7};
        for (int round = 0; round < 2000; ++round) {
            Rotation rotation;
            int crashes = 0;
            for (int i = 0; i < 400 && !rotation.over(); ++i) {
                const double dice = random.uniform();
                if (dice < 0.15 && crashes < 12) {
                    if (random.uniform() < 0.5)
                        (void)rotation.effect();
                    rotation.crash();
                    ++crashes;
                } else {
                    rotation.step();
                }
            }
            QCOMPARE(rotation.plan.outcome(), std::string_view("done"));
            QCOMPARE(rotation.world.live, std::set<std::string>{rotation.world.current});
        }
    }

    void theMinimumOfLiveKeysIsKept()
    {
        Rotation rotation{2};
        rotation.run();
        QCOMPARE(rotation.plan.outcome(), std::string_view("done"));
        QCOMPARE(rotation.world.live, (std::set<std::string>{"k_new1", "k_old"}));
    }

    void anOrphanOfALostReplyIsRevokedAndMintedAnew()
    {
        Rotation rotation;
        (void)rotation.effect(); // minted, the reply lost with the process
        rotation.crash();
        QVERIFY(std::holds_alternative<ReconcileMint>(rotation.action));
        rotation.step();
        QCOMPARE(rotation.action, (RotationAction{RevokeKey{"k_new1"}}));
        rotation.run();
        QCOMPARE(rotation.plan.orphans(), std::vector<std::string>{"k_new1"});
        QCOMPARE(rotation.world.live, std::set<std::string>{"k_new2"});
        QVERIFY(rotation.plan.name().ends_with("-2"));
    }
};

DROVER_TEST(TestRotationPlan)
#include "TestRotationPlan.moc"
