// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/KeyService.h"
#include "app/RotationRunner.h"
#include "app/Rotations.h"
#include "support/ControllerBench.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::app;
using drover::test::Bench;

namespace {

using Weights = std::map<std::string, double>;
using Ids = std::vector<std::string>;

// A workspace that serves, and one rotation of HolySheep's key.
struct RotationBench : Bench {
    RotationBench() { serve(); }
    RotationPlan rotate(std::string target = "holysheep")
    {
        Controller controller{fake.ports};
        const auto ended = drover::test::run(controller.rotate(std::move(target), fake.policy));
        if (!ended.has_value())
            qFatal("%s", describe(ended.error()).c_str());
        return *ended;
    }
    // Whatever happened, the journal, the inventory, `production` and the weights say the same.
    void isOn(const std::string& id)
    {
        QCOMPARE(weights(), (Weights{{id, 1.0}}));
        QCOMPARE(stateOf(id), KeyState::current);
        QCOMPARE(live(), (Ids{"k_leg", id}));
    }
    // To the ramp, and no further.
    void interrupt()
    {
        Controller controller{fake.ports};
        const Pending running{controller.rotate("holysheep", fake.policy), [](const Result<RotationPlan>&) {}};
        QVERIFY(QTest::qWaitFor([&] { return weights().contains("k_minted1"); }, 20'000));
    }
    int rows() const { return fake.journal.faults.count("append"); }
    // Fails every write from the moment the weights have been divided.
    void breakWrites(Error error)
    {
        errors = 0;
        fake.evidence.onWindow = [this, error = std::move(error), broken = false](const EvidenceQuery&) mutable {
            EvidenceWindow window = traffic();
            if (weights().contains("k_minted1")) {
                window.byKey["k_minted1"] = drover::test::calmTraffic(1000, 900);
                if (!std::exchange(broken, true))
                    fake.routing.faults.always("write", error);
            }
            return window;
        };
    }
};

} // namespace

class TestRotationRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aGoodKeyReplacesTheOldOne()
    {
        RotationBench bench;
        const RotationPlan plan = bench.rotate();
        QCOMPARE(plan.outcome(), std::string_view("done"));
        bench.isOn("k_minted1");
        QCOMPARE(bench.stateOf("k_first"), KeyState::revoked);
    }

    void aLostReplyOfAMintIsLookedUp_data()
    {
        QTest::addColumn<int>("code");
        QTest::newRow("reset") << int(Errc::network);
        QTest::newRow("502") << int(Errc::unavailable);
        QTest::newRow("nonsense") << int(Errc::protocol);
    }
    void aLostReplyOfAMintIsLookedUp()
    {
        QFETCH(int, code);
        RotationBench bench;
        bench.fake.issuers.loseNextReply = true;
        bench.fake.issuers.lostAs = Errc(code);
        for (int i = 0; i < 3; ++i) // and the list is away for a while
            bench.fake.issuers.faults.fail("list", {Errc::unavailable, "503", "provider"});
        const RotationPlan plan = bench.rotate();
        QCOMPARE(plan.outcome(), std::string_view("done"));
        QCOMPARE(plan.orphans(), (Ids{"k_minted1"}));
        bench.isOn("k_minted2");
    }

    void aMintNobodyCanTellOfIsNamedAndFoundByTheNextRotation()
    {
        RotationBench bench;
        bench.fake.issuers.loseNextReply = true;
        bench.fake.issuers.lostAs = Errc::unavailable;
        bench.fake.issuers.faults.always("list", {Errc::unauthorized, "401", "provider"});
        const RotationPlan plan = bench.rotate();
        QCOMPARE(plan.outcome(), std::string_view("failed"));
        QCOMPARE(plan.unresolved(), Ids{plan.name()});
        QVERIFY(plan.why().find(plan.name()) != std::string::npos);
        QCOMPARE(bench.live(), (Ids{"k_leg", "k_first", "k_minted1"}));
        bench.fake.issuers.faults.heal();
        QCOMPARE(bench.rotate().outcome(), std::string_view("done"));
        bench.isOn("k_minted2");
    }

    void aListThatStaysAwayEndsTheRotation()
    {
        RotationBench bench;
        QObject::connect(&bench.ticking, &QTimer::timeout, &bench.ticking, [&] { bench.fake.clock.advance(60s); });
        bench.fake.issuers.loseNextReply = true;
        bench.fake.issuers.faults.always("list", {Errc::unavailable, "503", "provider"});
        const RotationPlan plan = bench.rotate();
        QCOMPARE(plan.outcome(), std::string_view("failed"));
        QCOMPARE(plan.unresolved(), Ids{plan.name()});
    }

    void aKeyInUseIsNeverRevokedByItsName()
    {
        RotationBench bench;
        bench.fake.issuers.loseNextReply = true;
        bench.fake.issuers.faults.fail("list", {Errc::unauthorized, "401", "provider"});
        QCOMPARE(bench.rotate().outcome(), std::string_view("failed"));
        // Somebody found it on the dashboard and took it into use.
        bench.addKey("k_minted1", "holysheep", KeyState::proven);
        bench.fake.issuers.keys.pop_back();
        QCOMPARE(bench.rotate().outcome(), std::string_view("done"));
        QCOMPARE(bench.live(), (Ids{"k_leg", "k_minted1", "k_minted2"}));
    }

    // A migration waits for nobody: its rotation has a refusal, and the migration goes on.
    void aProviderWithoutAKeyApiIsARefusal()
    {
        RotationBench bench;
        bench.fake.issuers.hasApi = false;
        RoutingDesk desk{bench.fake.ports};
        RotationRunner runner{bench.fake.ports, desk, {.run = "r_1", .policy = bench.fake.policy.rotation}};
        const auto ended = drover::test::run(runner.run());
        QVERIFY(ended.has_value());
        QCOMPARE(ended->outcome(), std::string_view("failed"));
        QVERIFY(ended->unresolved().empty());
        QCOMPARE(bench.fake.issuers.faults.count("list"), 0);
        bench.isOn("k_first");
    }

    void theWeightsOfOtherKeysStay_data()
    {
        QTest::addColumn<bool>("bad");
        QTest::newRow("promoted") << false;
        QTest::newRow("undone") << true;
    }
    void theWeightsOfOtherKeysStay()
    {
        QFETCH(bool, bad);
        RotationBench bench;
        bench.addKey("k_b", "holysheep", KeyState::proven);
        bench.addKey("k_c", "holysheep", KeyState::proven);
        const Weights before{{"k_first", 0.5}, {"k_b", 0.25}, {"k_c", 0.25}};
        QVERIFY(drover::test::run(RoutingDesk{bench.fake.ports}.setWeights("holysheep", before)).has_value());
        if (bad)
            bench.fake.evidence.onWindow = [&](const EvidenceQuery&) {
                EvidenceWindow window = bench.traffic();
                window.byKey["k_minted1"] = drover::test::calmTraffic(1000, 900);
                return window;
            };
        QCOMPARE(bench.rotate().outcome(), std::string_view(bad ? "failed" : "done"));
        QCOMPARE(bench.weights(), bad ? before : (Weights{{"k_minted1", 0.5}, {"k_b", 0.25}, {"k_c", 0.25}}));
        for (const RoutingDocument& document : bench.fake.routing.history) {
            const Weights& keys = document.targets.contains("holysheep") ? document.targets.at("holysheep").keys : Weights{};
            QVERIFY(!keys.contains("k_minted1") || (keys.at("k_b") == 0.25 && keys.at("k_c") == 0.25));
        }
    }

    void weightsThatCannotBeGivenBackEndTheRotation()
    {
        RotationBench bench;
        bench.breakWrites({Errc::invalidInput, "no", "routing.json"});
        const RotationPlan plan = bench.rotate();
        QCOMPARE(plan.outcome(), std::string_view("failed"));
        QVERIFY2(plan.why().find("k_first 50 %") != std::string::npos, plan.why().c_str());
        QVERIFY2(plan.why().find("k_minted1 50 %") != std::string::npos, plan.why().c_str());
        QCOMPARE(bench.live(), (Ids{"k_leg", "k_first", "k_minted1"})); // it carries half of the traffic
        QCOMPARE(bench.weights(), (Weights{{"k_first", 0.5}, {"k_minted1", 0.5}}));
        QVERIFY(bench.rows() < 20);
    }

    void weightsThatCannotBeGivenBackYetAreTriedQuietly()
    {
        RotationBench bench;
        bench.breakWrites({Errc::io, "disk", "routing.json"});
        Controller controller{bench.fake.ports};
        std::optional<Result<RotationPlan>> ended;
        const Pending running{controller.rotate("holysheep", bench.fake.policy),
                              [&](Result<RotationPlan> plan) { ended.emplace(std::move(plan)); }};
        const int before = bench.fake.routing.faults.count("write");
        QVERIFY(QTest::qWaitFor([&] { return bench.fake.routing.faults.count("write") >= before + 3; }, 20'000));
        const int rows = bench.rows();
        QVERIFY(QTest::qWaitFor([&] { return bench.fake.routing.faults.count("write") >= before + 4; }, 20'000));
        QCOMPARE(bench.rows(), rows);
        QVERIFY(!ended);
        bench.fake.routing.faults.heal();
        QVERIFY(QTest::qWaitFor([&] { return ended.has_value(); }, 20'000));
        QCOMPARE(ended->value().outcome(), std::string_view("failed"));
        bench.isOn("k_first");
    }

    void aPromotionThatFailsHalfwayIsBroughtToItsEnd()
    {
        RotationBench bench;
        // More often than one try of the promotion takes.
        bench.fake.inventory.onPut = [left = 7](const KeyRecord& record) mutable -> std::optional<Error> {
            if (record.state != KeyState::current || left-- <= 0)
                return std::nullopt;
            return Error{Errc::io, "disk", "drover.db"};
        };
        const RotationPlan plan = bench.rotate();
        QCOMPARE(plan.outcome(), std::string_view("done"));
        QCOMPARE(bench.fake.secrets.entries["production"].notes["key_id"], std::string("k_minted1"));
        bench.isOn("k_minted1");
    }

    void aPromotionThatIsRefusedGoesBack()
    {
        RotationBench bench;
        bench.fake.secrets.faults.refuse("write production", {Errc::forbidden, "no right", "vault"});
        const RotationPlan plan = bench.rotate();
        QCOMPARE(plan.outcome(), std::string_view("failed"));
        QVERIFY(!bench.fake.secrets.entries.contains("production"));
        bench.isOn("k_first");
    }

    // Of the provider, which will not end the old key, or of the store, which cannot say whom it names: both keys live on, and the next
    // rotation ends the one that it did not replace itself.
    void whatCouldNotBeEndedIsTheNextRotationsToEnd_data()
    {
        QTest::addColumn<bool>("promoted");
        QTest::newRow("not revoked") << true;
        QTest::newRow("in doubt") << false;
    }
    void whatCouldNotBeEndedIsTheNextRotationsToEnd()
    {
        QFETCH(bool, promoted);
        RotationBench bench;
        if (promoted) {
            bench.fake.issuers.faults.always("revoke", {Errc::forbidden, "403", "provider"});
        } else {
            bench.fake.secrets.faults.refuse("write production", {Errc::unauthorized, "the token has expired", "vault"});
            bench.fake.secrets.faults.refuse("read production", {Errc::unauthorized, "the token has expired", "vault"});
        }
        const RotationPlan plan = bench.rotate();
        QCOMPARE(plan.outcome(), std::string_view(promoted ? "done" : "failed"));
        QCOMPARE(plan.left(), promoted ? Ids{"k_first"} : (Ids{"k_minted1", "k_first"}));
        QCOMPARE(bench.weights(), (Weights{{"k_minted1", 1.0}}));
        bench.fake.issuers.faults.heal();
        bench.fake.secrets.faults.heal();
        const RotationPlan next = bench.rotate();
        QCOMPARE(next.outcome(), std::string_view("done"));
        QCOMPARE(next.start().left, Ids{"k_first"});
        bench.isOn("k_minted2");
        QCOMPARE(bench.stateOf("k_first"), KeyState::revoked);
        QCOMPARE(bench.stateOf("k_minted1"), KeyState::revoked);
        QVERIFY(!bench.fake.secrets.entries.contains("k_first"));
        QVERIFY(drover::test::run(latestRotation(bench.fake.ports.journal, "holysheep"))->value().left().empty()); // as the journal tells it
    }

    // A workspace with keys of one provider only: there is no routing document before the old provider has a key.
    void whereNoGatewayServesThereIsNothingToDivide()
    {
        RotationBench bench;
        bench.fake.routing.document.reset();
        QCOMPARE(bench.rotate().outcome(), std::string_view("done"));
        QCOMPARE(bench.rotate().outcome(), std::string_view("done"));
        QVERIFY(!bench.fake.routing.document);
        QCOMPARE(bench.stateOf("k_first"), KeyState::revoked);
        QCOMPARE(bench.stateOf("k_minted1"), KeyState::revoked);
        QCOMPARE(bench.stateOf("k_minted2"), KeyState::current);
    }

    // Nobody may have used it yet.
    void aKeyThatHasAWeightAgainIsNotEnded()
    {
        RotationBench bench;
        bench.fake.policy.rotation.overlap = 20s;
        bench.fake.evidence.onWindow = [&](const EvidenceQuery&) {
            EvidenceWindow window = bench.traffic();
            if (!bench.weights().contains("k_first")) // the ramp is over
                bench.fake.routing.document->targets.at("holysheep").keys = {{"k_first", 0.5}, {"k_minted1", 0.5}};
            window.lastUsed.erase("k_first");
            return window;
        };
        const RotationPlan plan = bench.rotate();
        QCOMPARE(plan.outcome(), std::string_view("done"));
        QVERIFY2(plan.why().find("k_first is replaced but not revoked") != std::string::npos, plan.why().c_str());
        QCOMPARE(plan.left(), Ids{"k_first"});
        QVERIFY(isLive(bench.stateOf("k_first")));
        bench.fake.evidence.onWindow = [&](const EvidenceQuery&) { return bench.traffic(); };
        QCOMPARE(bench.rotate().outcome(), std::string_view("done")); // takes over what it has
        bench.isOn("k_minted2");
    }

    void whatAPersonHasEndedInBetweenIsNotEndedAgain()
    {
        RotationBench bench;
        bench.fake.issuers.faults.always("revoke", {Errc::forbidden, "403", "provider"});
        QCOMPARE(bench.rotate().left(), Ids{"k_first"});
        bench.fake.issuers.faults.heal();
        std::ranges::find(bench.fake.issuers.keys, "k_first", &IssuedKey::id)->active = false;
        QVERIFY(drover::test::run(noteKeyState(bench.fake.ports, "holysheep", "k_first", KeyState::revoked)).has_value());
        const RotationPlan next = bench.rotate();
        QCOMPARE(next.outcome(), std::string_view("done"));
        QVERIFY(next.start().left.empty());
        bench.isOn("k_minted2");
    }

    void aKeyIsRevokedOnlyWhenNothingUsesItAnyMore()
    {
        RotationBench bench;
        bench.fake.policy.rotation.overlap = 20s;
        // A long stream of the first key ends late, under a generation of long ago, and with an answer no gate counts.
        std::optional<WallTime> ends;
        bench.fake.evidence.onWindow = [&](const EvidenceQuery&) {
            EvidenceWindow window = bench.traffic();
            if (!bench.weights().contains("k_first") && !ends)
                ends = bench.fake.clock.now() + 15s;
            if (ends && bench.fake.clock.now() >= *ends)
                window.lastUsed["k_first"] = *ends;
            return window;
        };
        const RotationPlan plan = bench.rotate();
        QCOMPARE(plan.outcome(), std::string_view("done"));
        const auto quiet = std::ranges::find_if(plan.history(), [](const RotationPlan::Line& line) {
            return line.text == "the old key is no longer used";
        });
        QVERIFY(quiet != plan.history().end());
        QVERIFY(quiet->at >= *ends + 20s);
    }

    void anInterruptedOneGoesOnUnderItsOwnPolicy()
    {
        RotationBench bench;
        bench.interrupt();
        bench.fake.policy.rotation.overlap = 1000h;
        QCOMPARE(bench.rotate().outcome(), std::string_view("done"));
        bench.isOn("k_minted1");
    }

    // Of each target one rotation may be open, and none waits for another's.
    void eachTargetHasItsOwnRotation()
    {
        RotationBench bench;
        bench.interrupt();
        bench.fake.evidence.onWindow = [&](const EvidenceQuery& query) {
            EvidenceWindow window = bench.traffic();
            for (const auto& [id, weight] : bench.fake.routing.document->targets.at(query.target).keys)
                window.byKey[id] = drover::test::calmTraffic(1000);
            return window;
        };
        const RotationPlan legacy = bench.rotate("legacy");
        QVERIFY2(legacy.outcome() == "done", legacy.why().c_str());
        QCOMPARE(legacy.start().target, std::string("legacy"));
        QCOMPARE(legacy.start().currentKey, std::string("k_leg"));
        const auto open = drover::test::run(openRotations(bench.fake.journal)).value();
        QCOMPARE(open.size(), std::size_t(1));
        QCOMPARE(open.front().start().target, std::string("holysheep"));
        bench.fake.evidence.onWindow = [&](const EvidenceQuery&) { return bench.traffic(); };
        const RotationPlan own = bench.rotate();
        QVERIFY2(own.outcome() == "done", own.why().c_str());
        QCOMPARE(own.id(), open.front().id());
        QCOMPARE(bench.weights(), (Weights{{"k_minted1", 1.0}}));
        QVERIFY(legacy.name() != own.name());
        QVERIFY2(own.name().ends_with('-' + own.id().substr(2, 6)), own.name().c_str());
    }

    // An empty list of one provider says nothing of a key that another made.
    void whatOneTargetLeftBehindIsNotForgottenByAnother()
    {
        RotationBench bench;
        bench.fake.issuers.loseNextReply = true;
        bench.fake.issuers.faults.always("list", {Errc::unauthorized, "401", "provider"});
        const RotationPlan lost = bench.rotate("legacy");
        QCOMPARE(lost.unresolved(), Ids{lost.name()});
        bench.fake.issuers.faults.heal();
        const std::vector<IssuedKey> legacys = std::exchange(bench.fake.issuers.keys, {{"k_first", "k_first", true, {}, {}, {}}});
        QCOMPARE(bench.rotate().outcome(), std::string_view("done")); // whose provider knows nothing of it
        bench.fake.issuers.keys.insert(bench.fake.issuers.keys.end(), legacys.begin(), legacys.end());
        bench.fake.issuers.faults.always("mint", {Errc::forbidden, "no", "provider"});
        const RotationPlan later = bench.rotate("legacy");
        QCOMPARE(later.start().unresolved, Ids{lost.name()});
        QCOMPARE(later.orphans(), Ids{"k_minted1"});
    }

    // Without the secret nobody could see the refusal again: first the note, then the secret goes.
    void anEndThatCannotBeNotedKeepsTheSecret()
    {
        RotationBench bench;
        bench.fake.inventory.onPut = [](const KeyRecord& record) -> std::optional<Error> {
            if (record.state != KeyState::revoked)
                return std::nullopt;
            return Error{Errc::invalidInput, "no", "drover.db"};
        };
        const RotationPlan plan = bench.rotate();
        QVERIFY2(plan.why().find("not revoked") != std::string::npos, plan.why().c_str());
        QCOMPARE(bench.stateOf("k_first"), KeyState::retired);
        QVERIFY(bench.fake.secrets.entries.contains("k_first"));
        QVERIFY(!bench.fake.audit.has("key.revoke"));
    }

    // Somebody removed the old key's entry by hand, and the provider does not list it: it may live under another id.
    void aKeyWithoutACopyIsNotTakenForEnded()
    {
        RotationBench bench;
        bench.fake.issuers.keys[1].id = "its-own-id";
        bench.fake.evidence.onWindow = [&](const EvidenceQuery&) {
            bench.fake.secrets.entries.erase("k_first");
            return bench.traffic();
        };
        const RotationPlan plan = bench.rotate();
        QVERIFY2(plan.why().find("nobody can see") != std::string::npos, plan.why().c_str());
        QCOMPARE(bench.stateOf("k_first"), KeyState::retired);
        QVERIFY(!bench.fake.audit.has("key.revoke"));
        QCOMPARE(bench.weights(), (Weights{{"k_minted1", 1.0}}));
    }
};

DROVER_TEST(TestRotationRun)
#include "TestRotationRun.moc"
