// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "domain/keys/RotationPlan.h"
#include "support/ManualClock.h"
#include "support/TestMain.h"

#include <set>

using namespace drover;

namespace {

TargetEvidence keyTraffic(std::uint64_t requests, std::uint64_t errors)
{
    TargetEvidence evidence;
    evidence.byClass[std::size_t(ErrorClass::ok)] = requests - errors;
    evidence.byClass[std::size_t(ErrorClass::auth)] = errors;
    return evidence;
}

// A provider, a secret store and gateways in miniature. The invariants are checked here, outside the plan.
struct Outside {
    std::set<std::string> live{"k_old"};   // at the provider
    std::map<std::string, std::string> names; // id -> name
    std::set<std::string> stored{"k_old"};
    std::string current = "k_old";
    std::map<std::string, double> weights{{"k_old", 1.0}};
    bool secretInMemory = false;
    int minted = 0;
};

struct Rotation {
    explicit Rotation(std::uint32_t minKeys = 1)
    {
        RotationStarted started;
        started.id = "r_1";
        started.policy.ramp = {{0.1, Duration{1s}}, {0.5, Duration{1s}}, {1.0, Duration{1s}}};
        started.policy.errorRateLimit = 0.01;
        started.policy.life = std::chrono::days{30};
        started.policy.overlap = 2s;
        started.policy.minKeys = minKeys;
        started.currentKey = "k_old";
        started.liveKeys = 1;
        started.at = clock.now();
        feed(started);
    }

    void feed(const RotationEvent& event)
    {
        const auto before = plan.revision();
        action = plan.resume(event);
        if (plan.revision() != before)
            journal.push_back(event);
        check();
    }

    void check() const
    {
        QVERIFY2(world.live.contains(world.current), "the current key is alive at the provider");
        QVERIFY2(world.stored.contains(world.current), "and its secret is in the store");
        double sum = 0;
        for (const auto& [id, weight] : world.weights) {
            sum += weight;
            QVERIFY2(weight <= 0 || world.live.contains(id), "no weight on a dead key");
        }
        QCOMPARE(sum, 1.0);
    }

    // The effect of the pending action, without telling the plan.
    RotationEvent effect()
    {
        const auto now = clock.now();
        if (const auto* one = std::get_if<MintKey>(&action)) {
            const std::string id = "k_new" + std::to_string(++world.minted);
            world.live.insert(id);
            world.names[id] = one->name;
            world.secretInMemory = true;
            return KeyMinted{id, one->name, now};
        }
        if (const auto* one = std::get_if<ReconcileMint>(&action)) {
            for (const auto& [id, name] : world.names) {
                if (name == one->name && world.live.contains(id))
                    return MintReconciled{id, now};
            }
            return MintReconciled{{}, now};
        }
        if (const auto* one = std::get_if<StoreKey>(&action)) {
            if (world.stored.contains(one->keyId))
                return KeyStored{one->keyId, 1, now};
            if (!world.secretInMemory)
                return KeyLost{one->keyId, now};
            world.stored.insert(one->keyId);
            return KeyStored{one->keyId, 1, now};
        }
        if (const auto* one = std::get_if<ProveKey>(&action))
            return KeyProven{one->keyId, {"main", "us-east"}, now};
        if (const auto* one = std::get_if<PublishKey>(&action))
            return KeyPublished{one->keyId, now};
        if (const auto* one = std::get_if<SetWeights>(&action)) {
            world.weights = one->weights;
            return WeightsServed{++generation, now};
        }
        if (const auto* one = std::get_if<ObserveKey>(&action))
            return KeyLooked{one->keyId, keyTraffic(600, badKey ? 500 : 0), now};
        if (const auto* one = std::get_if<PromoteKey>(&action)) {
            world.current = one->keyId;
            return KeyPromoted{one->keyId, now};
        }
        if (const auto* one = std::get_if<AwaitQuiet>(&action)) {
            clock.advance(3s);
            return KeyQuiet{one->keyId, clock.now()};
        }
        const auto& revoke = std::get<RevokeKey>(action);
        world.live.erase(revoke.keyId);
        world.stored.erase(revoke.keyId);
        return KeyRevoked{revoke.keyId, now};
    }

    bool over() const { return std::holds_alternative<EndRotation>(action); }
    void step()
    {
        clock.advance(2s);
        feed(effect());
    }
    void run(int limit = 60)
    {
        while (limit-- > 0 && !over())
            step();
    }
    // A new process: the memory is gone, the journal is there.
    void crash()
    {
        world.secretInMemory = false;
        plan = RotationPlan{};
        for (const auto& event : journal)
            plan.resume(event);
        feed(RotationResumed{clock.now()});
    }

    test::ManualClock clock;
    RotationPlan plan;
    RotationAction action;
    std::vector<RotationEvent> journal;
    Outside world;
    std::uint64_t generation = 50;
    bool badKey = false;
};

int rotationLength()
{
    Rotation rotation;
    int steps = 0;
    for (; !rotation.over(); ++steps)
        rotation.step();
    return steps;
}

} // namespace

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

    void everyStepMayFail_data()
    {
        QTest::addColumn<int>("step");
        for (int step = 0; step < rotationLength(); ++step)
            QTest::addRow("step %d", step) << step;
    }
    void everyStepMayFail()
    {
        QFETCH(int, step);
        Rotation rotation;
        rotation.run(step);
        rotation.feed(StepFailed{Errc::network, "no answer", rotation.clock.now()});
        rotation.run();
        QVERIFY(rotation.over());
        // Whatever happened, no key is alive that the plan does not know.
        for (const auto& id : rotation.world.live) {
            const auto& orphans = rotation.plan.orphans();
            const bool known = id == "k_old" || id == rotation.plan.newKey() ||
                               std::find(orphans.begin(), orphans.end(), id) != orphans.end();
            QVERIFY2(known, id.c_str());
        }
        // Where the new key is gone, the old one carries everything. (A promotion that could not be written leaves both
        // alive: the store's pointer may say either.)
        if (rotation.world.live == std::set<std::string>{"k_old"})
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
