// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "gui/KeyRotation.h"

#include "protocol/config/WorkspaceConfig.h"
#include "support/ControllerBench.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

namespace {

// A workspace that serves, and the console's rotation of its keys.
struct Stage : Bench {
    Stage()
    {
        serve();
        fake.ports.lockController = [this]() -> Result<std::unique_ptr<Subscription>> {
            struct Lock final : Subscription {
                explicit Lock(bool& held) : held_(held) { held_ = true; }
                ~Lock() override { held_ = false; }
                bool& held_;
            };
            if (locked)
                return Error{Errc::busy, "held by host/2", "controller.lock"};
            return std::unique_ptr<Subscription>{std::make_unique<Lock>(locked)};
        };
    }
    gui::RotationNews news(const char* target = "holysheep") { return *run(rotation.news(target)); }
    // Whether the plan comes to such a state in time.
    template <class Condition>
    bool comesTo(Condition reached)
    {
        return QTest::qWaitFor([&] { return reached(news()); }, 20'000);
    }

    bool locked = false;
    gui::KeyRotation rotation{fake.ports};
};

} // namespace

class TestKeyRotation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itGoesToItsEndUnderTheLock()
    {
        Stage stage;
        QVERIFY(!stage.news().plan); // no key was ever rotated
        QVERIFY(run(stage.rotation.rotate("holysheep")).has_value());
        QVERIFY(stage.locked);
        QVERIFY(stage.news().here);
        const Result<void> again = run(stage.rotation.rotate("holysheep"));
        QVERIFY(again.has_error());
        QCOMPARE(again.error().code, Errc::busy);
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return !news.here; }));
        QVERIFY(!stage.locked);
        QCOMPARE(stage.news().plan->outcome(), std::string_view("done"));
        QCOMPARE(stage.stateOf("k_minted1"), KeyState::current);
    }

    void aLongOverlapIsNotWaitedForWithTheLock()
    {
        Stage stage;
        stage.fake.policy.rotation.overlap = 12h;
        QVERIFY(run(stage.rotation.rotate("holysheep")).has_value());
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return news.restsUntil().has_value(); }));
        QVERIFY(!stage.locked);
        QVERIFY(stage.news().open());
        QCOMPARE(stage.stateOf("k_first"), KeyState::overlap);
        stage.fake.clock.advance(13h);
        QVERIFY(run(stage.rotation.rotate("holysheep")).has_value()); // the same one goes on
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return !news.open(); }));
        QCOMPARE(stage.stateOf("k_first"), KeyState::revoked);
        QCOMPARE(stage.fake.issuers.minted, std::uint64_t(1));
    }

    void stoppedHereItGoesOnLater()
    {
        Stage stage;
        QVERIFY(run(stage.rotation.rotate("holysheep")).has_value());
        QVERIFY(stage.comesTo([&](const gui::RotationNews&) { return stage.weights().contains("k_minted1"); }));
        stage.rotation.stopHere();
        QVERIFY(!stage.locked);
        QVERIFY(!stage.news().here);
        QVERIFY(stage.news().open());
        QVERIFY(run(stage.rotation.rotate("holysheep")).has_value());
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return !news.open(); }));
        QCOMPARE(stage.news().plan->start().target, std::string("holysheep"));
        QCOMPARE(stage.news().plan->outcome(), std::string_view("done"));
    }

    void whatKeepsItFromBeginningIsSaid()
    {
        Stage stage;
        stage.locked = true; // by somebody else
        Result<void> begun = run(stage.rotation.rotate("holysheep"));
        QVERIFY(begun.has_error());
        QCOMPARE(begun.error().code, Errc::busy);
        stage.locked = false;
        stage.fake.secrets.faults.always("check", {Errc::locked, "the login keyring is locked", "keychain"});
        begun = run(stage.rotation.rotate("holysheep"));
        QCOMPARE(begun.error().code, Errc::locked);
        stage.fake.secrets.faults.heal();
        begun = run(stage.rotation.rotate("nowhere"));
        QVERIFY(QTest::qWaitFor([&] { return stage.news("nowhere").ended.has_value(); }, 20'000));
        QCOMPARE(stage.news("nowhere").ended->code, Errc::invalidInput);
        QVERIFY(!stage.news().ended); // it was not of this one
        QVERIFY(!stage.locked);
        QVERIFY(!stage.news().plan);
    }

    // As when the dialog is closed a moment after the click.
    void whoAskedMayGoBeforeItHasBegun()
    {
        Stage stage;
        {
            const Pending asked{stage.rotation.rotate("holysheep"), [](const Result<void>&) {}};
            QVERIFY(QTest::qWaitFor([&] { return stage.rotation.here(); }));
        }
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return news.plan && !news.open(); }));
        QCOMPARE(stage.stateOf("k_minted1"), KeyState::current);
        stage.fake.secrets.faults.always("check", {Errc::locked, "the login keyring is locked", "keychain"});
        {
            const Pending asked{stage.rotation.rotate("holysheep"), [](const Result<void>&) {}};
            QVERIFY(QTest::qWaitFor([&] { return stage.rotation.here(); }));
        }
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return news.ended.has_value(); }));
        QCOMPARE(stage.news().ended->code, Errc::locked);
        QVERIFY(!stage.news().here);
    }

    void asWithASecondClickOneBegins()
    {
        Stage stage;
        std::vector<Errc> failures;
        const auto end = [&](const Result<void>& begun) {
            if (begun.has_error())
                failures.push_back(begun.error().code);
        };
        stage.fake.issuers.hasApi = false;
        const Pending first{stage.rotation.rotate("holysheep"), end};
        const Pending second{stage.rotation.giveUp("holysheep"), end}; // must not be heard by the first
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return news.plan && news.plan->needsPerson() && !news.here; }));
        QCOMPARE(failures, std::vector<Errc>{Errc::busy});
        QVERIFY(stage.news().open());
    }

    void whatOthersBroughtToItsEndBrokeOffNowhere()
    {
        Stage stage;
        QVERIFY(run(stage.rotation.rotate("holysheep")).has_value());
        QVERIFY(stage.comesTo([&](const gui::RotationNews&) { return stage.weights().contains("k_minted1"); }));
        stage.fake.journal.faults.always("append", {Errc::io, "the disk is full", "drover.db"});
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return news.ended.has_value(); }));
        QVERIFY(!stage.locked);
        stage.fake.journal.faults.heal();
        app::Controller agent(stage.fake.ports);
        QVERIFY(run(agent.rotate("holysheep", stage.fake.policy)).has_value());
        QCOMPARE(stage.news().plan->outcome(), std::string_view("done"));
        QVERIFY(!stage.news().ended);
    }

    void aPersonMakesTheKeyWhereNobodyElseCan()
    {
        Stage stage;
        stage.fake.issuers.hasApi = false;
        QVERIFY(run(stage.rotation.rotate("holysheep")).has_value());
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return !news.here; }));
        QVERIFY(stage.news().plan->needsPerson());
        QVERIFY(!stage.news().dashboard.empty());
        QVERIFY(!stage.locked); // whoever is asked may take his time
        QVERIFY(run(stage.rotation.paste("holysheep", Secret{"short"})).has_value());
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return !news.refusal.empty(); }));
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return !news.here; }));
        QVERIFY(stage.news().plan->needsPerson()); // it waits on
        QVERIFY(run(stage.rotation.paste("holysheep", Secret{"cr_pasted_0123456789"})).has_value());
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return news.plan && !news.plan->newKey().empty(); }));
        QVERIFY(stage.news().refusal.empty());
    }

    void whatOneTargetWaitsForHoldsUpNoOther()
    {
        Stage stage;
        stage.fake.issuers.hasApi = false;
        QVERIFY(run(stage.rotation.rotate("legacy")).has_value());
        QVERIFY(QTest::qWaitFor([&] { return !stage.news("legacy").here; }, 20'000));
        QVERIFY(stage.news("legacy").plan->needsPerson());
        QVERIFY(!stage.news().plan); // HolySheep's key was never rotated
        stage.fake.issuers.hasApi = true;
        QVERIFY(run(stage.rotation.rotate("holysheep")).has_value());
        QVERIFY(stage.news("legacy").here); // what runs here is shown, whoever was asked for
        const auto open = run(stage.rotation.open());
        QCOMPARE(open->size(), std::size_t(2));
        QVERIFY(open->front().here && open->front().plan.start().target == "holysheep");
        QVERIFY(!open->back().here && open->back().plan.start().target == "legacy");
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return !news.here; }));
        QCOMPARE(stage.news().plan->outcome(), std::string_view("done"));
        QVERIFY(stage.news("legacy").plan->needsPerson());
        QVERIFY(stage.news("legacy").open());
    }

    void whoGivesUpGoesBack()
    {
        Stage stage;
        stage.fake.issuers.hasApi = false;
        QVERIFY(run(stage.rotation.rotate("holysheep")).has_value());
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return !news.here; }));
        QVERIFY(run(stage.rotation.giveUp("holysheep")).has_value());
        QVERIFY(stage.comesTo([](const gui::RotationNews& news) { return !news.open(); }));
        QCOMPARE(stage.news().plan->outcome(), std::string_view("failed"));
        QCOMPARE(stage.stateOf("k_first"), KeyState::current);
    }

    void aScheduleThatCannotBeKeptIsRefused()
    {
        Stage stage;
        stage.fake.files.files["drover.toml"] = writeConfig(stage.fake.ports.config);
        stage.fake.policy.rotation.life = std::chrono::days{30};
        QVERIFY(run(stage.rotation.schedule("03:30")).has_value());
        QCOMPARE(stage.news().schedule->when, std::string("03:30"));
        const Result<void> refused = run(stage.rotation.schedule("tomorrow"));
        QVERIFY(refused.has_error());
        QCOMPARE(refused.error().code, Errc::invalidInput);
        QCOMPARE(stage.news().schedule->when, std::string("03:30"));
    }
};

DROVER_TEST(TestKeyRotation)
#include "TestKeyRotation.moc"
