// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/ControllerBench.h"
#include "app/Agent.h"
#include "protocol/journal/PlanEvents.h"
#include "support/TestMain.h"

#include <memory>
#include <set>

using namespace drover;
using namespace drover::app;
using drover::test::Bench;

namespace {

using Ids = std::vector<std::string>;

// A workspace that serves, with a schedule and a controller.lock that agents fight over.
struct AgentBench : Bench {
    AgentBench()
    {
        serve();
        setSchedule("02:00");
        fake.ports.lockController = [this]() -> Result<std::unique_ptr<Subscription>> {
            if (locked)
                return Error{Errc::busy, "host/2 is the controller", "controller.lock"};
            struct Held final : Subscription {
                explicit Held(bool& one) : flag(one) { flag = true; }
                ~Held() override { flag = false; }
                bool& flag;
            };
            return std::unique_ptr<Subscription>{std::make_unique<Held>(locked)};
        };
    }
    void setSchedule(std::string when)
    {
        fake.ports.config.rotationSchedule = std::move(when);
        fake.files.files["drover.toml"] = writeConfig(fake.ports.config);
    }
    // One look of a new process.
    Result<void> look()
    {
        Agent agent{fake.ports, {.once = true, .poll = Duration{10'000}}};
        const Result<void> did = drover::test::run(agent.run());
        last = agent.rotated();
        return did;
    }
    // To just after the next 02:00.
    void nightPasses()
    {
        const auto day = std::chrono::floor<std::chrono::days>(fake.clock.now());
        WallTime due = day + 2h;
        if (due <= fake.clock.now())
            due += 24h;
        fake.clock.jump(due - fake.clock.now() + 1s);
    }
    std::size_t minted() const
    {
        return std::size_t(std::ranges::count_if(fake.issuers.keys, [](const IssuedKey& key) { return key.name.starts_with("auto-rotate"); }));
    }
    std::set<std::string> runs() const
    {
        std::set<std::string> ids;
        for (const JournalEntry& line : fake.journal.lines)
            if (line.kind == "rotation")
                ids.insert(line.run);
        return ids;
    }
    bool saidInLog(std::string_view text) const
    {
        return std::ranges::any_of(fake.logLines, [&](const std::string& line) { return line.find(text) != line.npos; });
    }

    bool locked = false;
    std::vector<Agent::Rotated> last;
};

} // namespace

class TestAgent : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void startsMakeNoRotationAndANightMakesOne()
    {
        AgentBench bench;
        for (int start = 0; start < 5; ++start)
            QVERIFY(bench.look().has_value());
        QVERIFY(bench.runs().empty());
        bench.nightPasses();
        QVERIFY(bench.look().has_value());
        QCOMPARE(bench.last.size(), std::size_t(1));
        QCOMPARE(bench.last.front().outcome, std::string("done"));
        QCOMPARE(bench.live(), (Ids{"k_leg", "k_minted1"}));
        for (int start = 0; start < 5; ++start)
            QVERIFY(bench.look().has_value());
        QCOMPARE(bench.runs().size(), std::size_t(1));
        QVERIFY(bench.saidInLog("proven in"));
        QVERIFY(bench.saidInLog("nothing is due; the next rotation comes at 2026-01-02T02:00:00"));
    }

    void severalMissedNightsAreMadeUpOnce()
    {
        AgentBench bench;
        QVERIFY(bench.look().has_value());
        for (int night = 0; night < 4; ++night)
            bench.nightPasses();
        QVERIFY(bench.look().has_value());
        QVERIFY(bench.look().has_value());
        QCOMPARE(bench.runs().size(), std::size_t(1));
    }

    void anAgentThatStaysRotatesEachNight()
    {
        AgentBench bench;
        Agent agent{bench.fake.ports, {.once = false, .poll = Duration{10'000}}};
        const Pending running{agent.run(), [](const Result<void>&) { QFAIL("an agent does not end by itself"); }};
        QVERIFY(QTest::qWaitFor([&] { return bench.fake.audit.facts.contains("rotation.schedule"); }, 20'000));
        for (std::size_t night = 1; night <= 3; ++night) {
            bench.nightPasses();
            QVERIFY(QTest::qWaitFor([&] { return agent.rotated().size() == night && !bench.locked; }, 20'000));
        }
        QCOMPARE(bench.minted(), std::size_t(3));
        QCOMPARE(bench.live(), (Ids{"k_leg", "k_minted3"}));
    }

    void twoAgentsAtOnceFinishOneRotation()
    {
        AgentBench bench;
        QVERIFY(bench.look().has_value());
        bench.nightPasses();
        Ports second = bench.portsOf("host/3");
        second.lockController = bench.fake.ports.lockController;
        Agent one{bench.fake.ports, {.once = false, .poll = Duration{10'000}}};
        Agent two{second, {.once = false, .poll = Duration{10'000}}};
        const Pending first{one.run(), [](const Result<void>&) {}};
        const Pending other{two.run(), [](const Result<void>&) {}};
        const auto said = [&](std::string_view text) {
            return std::ranges::count_if(bench.fake.logLines, [&](const std::string& line) { return line.find(text) != line.npos; });
        };
        const auto before = said("nothing is due"); // by the look above
        QVERIFY(QTest::qWaitFor([&] { return said("nothing is due") == before + 2; }, 20'000));
        QCOMPARE(one.rotated().size() + two.rotated().size(), std::size_t(1));
        QCOMPARE(bench.minted(), std::size_t(1));
        QCOMPARE(said("there is something to do, and it waits"), 1);
        QVERIFY(bench.saidInLog("host/2 is the controller"));
    }

    void anInterruptedRotationGoesOnAndIsNoSecondOne()
    {
        AgentBench bench;
        QVERIFY(bench.look().has_value());
        bench.nightPasses();
        {
            Agent agent{bench.fake.ports, {.once = false, .poll = Duration{10'000}}};
            const Pending running{agent.run(), [](const Result<void>&) {}};
            QVERIFY(QTest::qWaitFor([&] { return bench.weights().contains("k_minted1"); }, 20'000));
        }
        QVERIFY2(!bench.locked, "whoever ends gives the lock back");
        QVERIFY(bench.look().has_value());
        QCOMPARE(bench.last.front().outcome, std::string("done"));
        QVERIFY(bench.look().has_value());
        QCOMPARE(bench.runs().size(), std::size_t(1));
        QCOMPARE(bench.minted(), std::size_t(1));
    }

    // Half a day of overlap is not half a day without anybody else as the controller.
    void theLockIsFreeWhileTheOverlapPasses()
    {
        AgentBench bench;
        bench.fake.policy.rotation.overlap = 12h;
        QVERIFY(bench.look().has_value());
        bench.nightPasses();
        QVERIFY(bench.look().has_value());
        QVERIFY(bench.last.empty());
        QVERIFY(!bench.locked);
        QCOMPARE(bench.weights(), (std::map<std::string, double>{{"k_minted1", 1.0}}));
        QCOMPARE(bench.live(), (Ids{"k_leg", "k_first", "k_minted1"}));
        QVERIFY(bench.look().has_value());
        QVERIFY(bench.saidInLog("is in its overlap until"));
        QVERIFY(bench.last.empty());
        bench.fake.clock.jump(13h);
        QVERIFY(bench.look().has_value());
        QCOMPARE(bench.last.size(), std::size_t(1));
        QCOMPARE(bench.last.front().outcome, std::string("done"));
        QCOMPARE(bench.live(), (Ids{"k_leg", "k_minted1"}));
        QCOMPARE(bench.runs().size(), std::size_t(1));
    }

    // Killed after the intent was kept and before the rotation's first entry: begun under the same id.
    void anIntentWithoutItsRotationIsBegunOnce()
    {
        AgentBench bench;
        QVERIFY(bench.look().has_value());
        bench.nightPasses();
        bench.fake.journal.faults.fail("append", {Errc::io, "disk", "drover.db"});
        QVERIFY(bench.look().has_error());
        const std::string kept = bench.fake.audit.facts["rotation.schedule"];
        QVERIFY(bench.look().has_value());
        QCOMPARE(bench.runs().size(), std::size_t(1));
        QVERIFY2(kept.find(*bench.runs().begin()) != kept.npos, kept.c_str());
    }

    void aFailedRotationIsNotTriedAgainBeforeTheNextNight()
    {
        AgentBench bench;
        QVERIFY(bench.look().has_value());
        bench.fake.issuers.faults.always("mint", {Errc::forbidden, "no right", "provider"});
        bench.nightPasses();
        for (int start = 0; start < 5; ++start)
            QVERIFY(bench.look().has_value());
        QCOMPARE(bench.runs().size(), std::size_t(1));
        bench.fake.issuers.faults.heal();
        bench.nightPasses();
        QVERIFY(bench.look().has_value());
        QCOMPARE(bench.runs().size(), std::size_t(2));
        QCOMPARE(bench.last.front().outcome, std::string("done"));
    }

    // Nobody is asked: it is left as it is, said, and no other begins before it has ended.
    void aRotationThatWaitsForAPersonIsLeftToThem()
    {
        AgentBench bench;
        QVERIFY(bench.look().has_value());
        bench.fake.issuers.hasApi = false;
        for (int night = 0; night < 3; ++night) {
            bench.nightPasses();
            QVERIFY(bench.look().has_value());
        }
        QCOMPARE(bench.runs().size(), std::size_t(1));
        QVERIFY(bench.last.empty());
        QCOMPARE(bench.fake.issuers.faults.count("mint"), 1);
        ScheduleService schedule{bench.fake.ports};
        const auto view = drover::test::run(schedule.look());
        QVERIFY(view.has_value());
        QVERIFY2(view->step.why.find("waits for a key named auto-rotate-") != std::string::npos, view->step.why.c_str());
    }

    // What a person has to do for another target may take them weeks; the night goes on without it.
    void anotherTargetsRotationHoldsUpNoSchedule()
    {
        AgentBench bench;
        QVERIFY(bench.look().has_value());
        bench.fake.issuers.hasApi = false;
        Controller controller{bench.fake.ports};
        const auto left = drover::test::run(controller.rotate("legacy", bench.fake.policy));
        QVERIFY(left.has_value() && left->needsPerson());
        bench.fake.issuers.hasApi = true;
        bench.nightPasses();
        QVERIFY(bench.look().has_value());
        QCOMPARE(bench.last.size(), std::size_t(1));
        QCOMPARE(bench.last.front().outcome, std::string("done"));
        QVERIFY(bench.last.front().run != left->id());
        QVERIFY(bench.saidInLog("of target legacy waits for a key named"));
        ScheduleService schedule{bench.fake.ports};
        const auto view = drover::test::run(schedule.look());
        QCOMPARE(view->others.size(), std::size_t(1));
        QCOMPARE(view->others.front().run, left->id());
        QVERIFY(scheduleJson(*view, "").find("\"others\":[{\"run\":\"" + left->id()) != std::string::npos);
    }

    // One that needs nobody is brought to its end.
    void anotherTargetsRotationIsBroughtToItsEnd()
    {
        AgentBench bench;
        QVERIFY(bench.look().has_value());
        {
            Controller controller{bench.fake.ports};
            const Pending running{controller.rotate("legacy", bench.fake.policy), [](const Result<RotationPlan>&) {}};
            QVERIFY(QTest::qWaitFor([&] { return !bench.runs().empty(); }, 20'000));
        }
        bench.fake.evidence.onWindow = [&](const EvidenceQuery& query) {
            EvidenceWindow window = bench.traffic();
            for (const auto& [id, weight] : bench.fake.routing.document->targets.at(query.target).keys)
                window.byKey[id] = drover::test::calmTraffic(1000);
            return window;
        };
        QVERIFY(bench.look().has_value());
        QCOMPARE(bench.last.size(), std::size_t(1));
        QCOMPARE(bench.last.front().outcome, std::string("done"));
        QCOMPARE(bench.runs().size(), std::size_t(1));
        QCOMPARE(bench.live(), (Ids{"k_first", "k_minted1"}));
    }

    void withoutTheStoreNoneIsBegunAndNoneIsLost()
    {
        AgentBench bench;
        QVERIFY(bench.look().has_value());
        bench.nightPasses();
        bench.fake.secrets.faults.always("check", {Errc::locked, "the keyring is locked: unlock it", "keychain"});
        QCOMPARE(bench.look().error().code, Errc::locked);
        Agent agent{bench.fake.ports, {.once = false, .poll = Duration{10'000}}};
        const Pending running{agent.run(), [](const Result<void>&) {}};
        QVERIFY(QTest::qWaitFor([&] { return bench.fake.secrets.faults.count("check") >= 4; }, 20'000));
        QVERIFY(bench.runs().empty());
        bench.fake.secrets.faults.heal();
        QVERIFY(QTest::qWaitFor([&] { return agent.rotated().size() == 1; }, 20'000));
        QCOMPARE(agent.rotated().front().outcome, std::string("done"));
    }

    void aMigrationThatRunsIsWaitedFor()
    {
        AgentBench bench;
        QVERIFY(bench.look().has_value());
        MigrationStarted started;
        started.id = "m_1";
        started.policy = bench.fake.policy;
        started.legacy = "legacy";
        started.target = "holysheep";
        started.at = bench.fake.clock.now();
        bench.fake.journal.lines.push_back({100, "m_1", "migration", writeEvent(MigrationEvent{started}), started.at});
        bench.nightPasses();
        QVERIFY(bench.look().has_value());
        QVERIFY(bench.runs().empty());
        QVERIFY(bench.saidInLog("waits: migration m_1 has not ended"));
        bench.fake.journal.lines.pop_back();
        QVERIFY(bench.look().has_value());
        QCOMPARE(bench.runs().size(), std::size_t(1));
    }

    void aScheduleThatCannotBeKeptIsRefused()
    {
        AgentBench bench;
        bench.fake.policy.rotation.overlap = std::chrono::days{2};
        const Result<void> did = bench.look();
        QCOMPARE(did.error().code, Errc::invalidInput);
        QVERIFY2(did.error().what.find("comes again after 1d") != std::string::npos, did.error().what.c_str());
        ScheduleService schedule{bench.fake.ports};
        QCOMPARE(drover::test::run(schedule.set("0 2 * * *")).error().code, Errc::invalidInput);
        QVERIFY(drover::test::run(schedule.set("0 2 * * 1")).has_value());
        QVERIFY(bench.look().has_value());
        QVERIFY(bench.fake.audit.has("config.set"));
    }

    void aNewScheduleIsNoReasonToRotate()
    {
        AgentBench bench;
        QVERIFY(bench.look().has_value());
        bench.nightPasses();
        bench.setSchedule("01:00");
        QVERIFY(bench.look().has_value());
        QVERIFY(bench.runs().empty());
        bench.setSchedule("off");
        bench.nightPasses();
        QVERIFY(bench.look().has_value());
        QVERIFY(bench.runs().empty());
    }
};

DROVER_TEST(TestAgent)
#include "TestAgent.moc"
