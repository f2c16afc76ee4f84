// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/ControllerBench.h"
#include "protocol/routing/Sealing.h"
#include "support/Secrets.h"
#include "support/TestMain.h"

#include <deque>
#include <set>

using namespace drover;
using namespace drover::app;
using drover::test::Bench;
using drover::test::ScriptedProvider;

namespace {

using Ids = std::vector<std::string>;

// A provider with no key API at all, and a person who pastes what the test says, one after the other, and then goes away.
struct HandBench : Bench {
    HandBench()
    {
        serve();
        fake.issuers.hasApi = fake.issuers.lists = fake.issuers.revokes = false;
        fake.provider.onModels = [this](const std::string&, const std::string& key) {
            return refused.contains(key) ? ScriptedProvider::refused(401, ErrorClass::auth) : ScriptedProvider::ok();
        };
        fake.evidence.onWindow = [this](const EvidenceQuery&) {
            EvidenceWindow window = traffic();
            for (const KeyRecord& record : fake.inventory.records)
                if (!unweighted(record.id))
                    window.byKey[record.id] = test::calmTraffic(1000);
            return window;
        };
    }
    Person person()
    {
        Person made;
        made.key = [this](const KeyWanted& wanted) -> Result<Secret> {
            asked.push_back(wanted);
            if (pastes.empty())
                return Error{Errc::cancelled, "interrupted", "stdin"};
            const std::string key = pastes.front();
            pastes.pop_front();
            return Secret{key};
        };
        made.end = [this](const EndWanted& wanted) -> Result<void> {
            told.push_back(wanted);
            if (endsAtOnce)
                refused.insert("cr_0123456789_" + wanted.keyId);
            return {};
        };
        return made;
    }
    RotationPlan rotate(bool withPerson = true, std::optional<Person> other = {})
    {
        Controller controller{fake.ports};
        if (withPerson)
            controller.askPerson(other ? *other : person());
        const auto ended = test::run(controller.rotate("holysheep", fake.policy));
        if (!ended.has_value())
            qFatal("%s", describe(ended.error()).c_str());
        return *ended;
    }
    std::string newKey() const { return weights().begin()->first; }

    std::deque<std::string> pastes;
    std::vector<KeyWanted> asked;
    std::vector<EndWanted> told;
    std::set<std::string> refused; // by the provider
    bool endsAtOnce = true;
};

const std::string goodPaste = "cr_made_on_the_dashboard_1";

Task<Result<Secret>> fromTheStore(SecretRef ref, Deadline)
{
    co_return Secret{"from " + ref.name};
}

} // namespace

class TestRotationByHand : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPastedKeyReplacesTheOldOne()
    {
        HandBench bench;
        bench.pastes = {goodPaste};
        const RotationPlan plan = bench.rotate();
        QVERIFY2(plan.outcome() == "done", plan.why().c_str());
        QCOMPARE(bench.asked.size(), std::size_t{1});
        QCOMPARE(bench.asked[0].name, plan.name());
        QCOMPARE(bench.asked[0].dashboard, std::string("the dashboard of api.holysheep.example"));
        QCOMPARE(bench.newKey(), plan.newKey());
        QCOMPARE(test::plain(bench.fake.secrets.entries[plan.newKey()].value), goodPaste);
        QCOMPARE(bench.told[0].keyId, std::string("k_first"));
        QCOMPARE(bench.stateOf("k_first"), KeyState::revoked);
        QVERIFY(!bench.fake.secrets.entries.contains("k_first"));
    }

    void whatIsNoNewKeyIsNotTaken()
    {
        HandBench bench;
        bench.fake.inventory.records[1].fingerprint = fingerprintOf(Secret{"cr_0123456789_k_first"});
        bench.refused.insert("cr_refused_by_the_provider");
        bench.pastes = {"two words are none", "auto-rotate-20260101-000000", "svc_acct_0123456789", "sk-admin-0123456789", "k_first",
                        "cr_0123456789_k_first", "cr_refused_by_the_provider", goodPaste};
        const RotationPlan plan = bench.rotate();
        QVERIFY2(plan.outcome() == "done", plan.why().c_str());
        const char* why[] = {"white space", "id", "id of the provider's", "admin key", "id", "held already", "401"};
        QCOMPARE(bench.asked.size(), std::size(why) + 1);
        for (std::size_t i = 0; i < std::size(why); ++i) {
            const std::string& said = bench.asked[i + 1].refusal;
            QVERIFY2(said.find(why[i]) != std::string::npos, said.c_str());
            QVERIFY2(said.find("0123456789_k_first") == std::string::npos, said.c_str());
        }
    }

    // Nobody is there (an agent), or the person goes away: nothing is lost, and the same key is asked for again.
    void withoutAPersonItWaits()
    {
        HandBench bench;
        const RotationPlan first = bench.rotate(false);
        QVERIFY(first.needsPerson());
        QCOMPARE(first.outcome(), std::string_view("none"));
        QVERIFY(waitsFor(first).find(first.name()) != std::string::npos);
        bench.fake.clock.advance(10s);
        const RotationPlan second = bench.rotate(); // who has nothing to paste
        QVERIFY(second.needsPerson());
        bench.pastes = {goodPaste};
        const RotationPlan third = bench.rotate();
        QVERIFY2(third.outcome() == "done", third.why().c_str());
        QCOMPARE(third.id(), first.id());
        QCOMPARE(bench.asked[1].name, first.name());
    }

    void aKeyThatDiedWithTheProcessIsAskedForAgain()
    {
        HandBench bench;
        bench.pastes = {goodPaste};
        bench.fake.secrets.faults.always("write", {Errc::unavailable, "sealed", "vault"});
        const int before = bench.fake.secrets.faults.count("write");
        {
            Controller controller{bench.fake.ports};
            controller.askPerson(bench.person());
            const Pending running{controller.rotate("holysheep", bench.fake.policy), [](const Result<RotationPlan>&) {}};
            QVERIFY(QTest::qWaitFor([&] { return bench.fake.secrets.faults.count("write") > before; }, 20'000));
        }
        bench.fake.secrets.faults.heal();
        bench.pastes = {goodPaste}; // the same is as goodPaste
        const RotationPlan plan = bench.rotate();
        QVERIFY2(plan.outcome() == "done", plan.why().c_str());
        QCOMPARE(bench.asked[1].name, bench.asked[0].name);
    }

    void anEndIsSeenNeverClaimed()
    {
        HandBench bench;
        bench.pastes = {goodPaste};
        bench.endsAtOnce = false;
        Controller controller{bench.fake.ports};
        controller.askPerson(bench.person());
        std::optional<Result<RotationPlan>> ended;
        const Pending running{controller.rotate("holysheep", bench.fake.policy), [&](Result<RotationPlan> plan) { ended.emplace(std::move(plan)); }};
        QVERIFY(QTest::qWaitFor([&] { return !bench.told.empty(); }, 20'000));
        QVERIFY(bench.waits(60s));
        QVERIFY(!ended);
        QCOMPARE(bench.stateOf("k_first"), KeyState::retired);
        QVERIFY(bench.fake.secrets.entries.contains("k_first"));
        bench.refused.insert("cr_0123456789_k_first");
        QVERIFY(QTest::qWaitFor([&] { return ended.has_value(); }, 20'000));
        QCOMPARE(ended->value().outcome(), std::string_view("done"));
        QCOMPARE(bench.stateOf("k_first"), KeyState::revoked);
        QCOMPARE(bench.told.size(), std::size_t{1});
    }

    // Anthropic's way: no API to make a key, one to list and to end it. The id of what was pasted is found by its name.
    void aPastedKeyTakesTheProvidersId()
    {
        HandBench bench;
        bench.fake.issuers.lists = bench.fake.issuers.revokes = true;
        bench.pastes = {goodPaste};
        Person person = bench.person();
        person.key = [&bench, ask = person.key](const KeyWanted& wanted) {
            bench.fake.issuers.keys.push_back({"apikey_7", wanted.name, true, {}, {}, {}});
            return ask(wanted);
        };
        bench.fake.provider.onModels = [&bench](const std::string&, const std::string& key) {
            const bool dead = key == "cr_0123456789_k_first" && !bench.fake.issuers.keys[1].active;
            return dead ? ScriptedProvider::refused(401, ErrorClass::auth) : ScriptedProvider::ok();
        };
        const RotationPlan plan = bench.rotate(true, person);
        QVERIFY2(plan.outcome() == "done", plan.why().c_str());
        QCOMPARE(plan.newKey(), std::string("apikey_7"));
        QVERIFY(bench.told.empty());
        QCOMPARE(bench.live(), (Ids{"k_leg", "apikey_7"}));
    }

    void whoGivesUpEndsTheRotationAndTheNameIsKept()
    {
        HandBench bench;
        Person gone;
        gone.key = [](const KeyWanted&) { return Result<Secret>{Error{Errc::refused, "given up", {}}}; };
        const RotationPlan plan = bench.rotate(true, gone);
        QCOMPARE(plan.outcome(), std::string_view("failed"));
        QCOMPARE(plan.unresolved(), Ids{plan.name()}); // it may have been made all the same
        QVERIFY2(plan.why().find("given up") != std::string::npos, plan.why().c_str());
        QCOMPARE(bench.weights(), (std::map<std::string, double>{{"k_first", 1.0}}));
    }

    // It was taken and proven, and no store keeps it: it lives, and only the key in hand can tell when no more.
    void aPastedKeyThatNoStoreTookIsNoEndedKey()
    {
        HandBench bench;
        bench.pastes = {goodPaste};
        bench.endsAtOnce = false;
        bench.fake.secrets.faults.always("write", {Errc::forbidden, "you may read, and not create", "vault"});
        Controller controller{bench.fake.ports};
        controller.askPerson(bench.person());
        std::optional<Result<RotationPlan>> ended;
        const Pending running{controller.rotate("holysheep", bench.fake.policy), [&](Result<RotationPlan> plan) { ended.emplace(std::move(plan)); }};
        QVERIFY(QTest::qWaitFor([&] { return ended || !bench.told.empty(); }, 20'000));
        QVERIFY(bench.waits(60s));
        QVERIFY2(!ended, "it answers still");
        QVERIFY(!bench.fake.audit.has("key.revoke"));
        bench.refused.insert(goodPaste);
        QVERIFY(QTest::qWaitFor([&] { return ended.has_value(); }, 20'000));
        QCOMPARE(ended->value().outcome(), std::string_view("failed"));
        QVERIFY(bench.fake.audit.has("key.revoke"));
    }

    // After the process has died nobody has it any more: then it is named, and never called ended.
    void aKeyNobodyHasAnyMoreIsNamed()
    {
        HandBench bench;
        bench.pastes = {goodPaste};
        bench.endsAtOnce = false;
        {
            Controller controller{bench.fake.ports};
            controller.askPerson(bench.person());
            const Pending running{controller.rotate("holysheep", bench.fake.policy), [](const Result<RotationPlan>&) {}};
            QVERIFY(QTest::qWaitFor([&] { return !bench.told.empty(); }, 20'000));
        }
        bench.fake.secrets.entries.erase("k_first"); // by hand
        const RotationPlan plan = bench.rotate();
        QVERIFY2(plan.why().find("nobody can see") != std::string::npos, plan.why().c_str());
        QCOMPARE(bench.stateOf("k_first"), KeyState::retired);
        QVERIFY(!bench.fake.audit.has("key.revoke"));
    }

    // A list that is slow once is asked again: without it the key gets an id by which no API can end it.
    void aListThatIsSlowIsAskedAgain_data()
    {
        QTest::addColumn<bool>("for_good");
        QTest::newRow("once") << false;
        QTest::newRow("for good") << true;
    }
    void aListThatIsSlowIsAskedAgain()
    {
        QFETCH(bool, for_good);
        HandBench bench;
        bench.fake.issuers.lists = true;
        bench.pastes = {goodPaste};
        const Error slow{Errc::timeout, "no answer", "provider"};
        for_good ? bench.fake.issuers.faults.always("list", slow) : bench.fake.issuers.faults.fail("list", slow);
        Person person = bench.person();
        person.key = [&bench, ask = person.key](const KeyWanted& wanted) {
            bench.fake.issuers.keys.push_back({"apikey_7", wanted.name, true, {}, {}, {}});
            return ask(wanted);
        };
        Controller controller{bench.fake.ports};
        controller.askPerson(person);
        const Pending running{controller.rotate("holysheep", bench.fake.policy), [](const Result<RotationPlan>&) {}};
        QVERIFY(QTest::qWaitFor([&] { return bench.fake.audit.has("key.paste"); }, 20'000));
        QCOMPARE(bench.fake.audit.rows.back().subject == "apikey_7", !for_good);
        const bool said = std::ranges::any_of(bench.fake.logLines, [](const std::string& line) { return line.find("gets an id of ours") != line.npos; });
        QCOMPARE(said, for_good);
    }

    // A list that does not exist is not waited for.
    void aListThatIsNotThereIsNotWaitedFor()
    {
        HandBench bench;
        bench.fake.issuers.hasApi = true;
        bench.fake.issuers.loseNextReply = true;
        const RotationPlan plan = bench.rotate(false);
        QCOMPARE(plan.outcome(), std::string_view("failed"));
        QCOMPARE(bench.fake.issuers.faults.count("list"), 1);
        QVERIFY2(plan.why().find(plan.name()) != std::string::npos, plan.why().c_str());
    }

    void eachTargetHasItsOwnEntryOfTheCurrentKey()
    {
        HandBench bench;
        QVERIFY(test::run(writeProduction(bench.fake.ports, "holysheep", "k_first")).has_value());
        QVERIFY(test::run(writeProduction(bench.fake.ports, "legacy", "k_leg")).has_value());
        QCOMPARE(test::run(promotedKey(bench.fake.ports, "holysheep")).value(), std::string("k_first"));
        QCOMPARE(test::run(promotedKey(bench.fake.ports, "legacy")).value(), std::string("k_leg"));
        QVERIFY(bench.fake.secrets.entries.contains("production") && bench.fake.secrets.entries.contains("production-legacy"));
    }

    void aCredentialGoesToItsOwnProviderAlone()
    {
        HandBench bench;
        std::map<std::string, std::string> environment{{"ADMIN_KEY", "hs_admin_0123456789"}};
        bench.fake.ports.environment = [&](const char* name) -> std::optional<Secret> {
            const auto found = environment.find(name);
            return found == environment.end() ? std::nullopt : std::optional<Secret>{Secret{found->second}};
        };
        const auto ask = [&](const char* target) { return test::run(issuingCredential(bench.fake.ports, target, "")); };
        TargetConfig& legacy = bench.fake.ports.config.targets["legacy"];
        QVERIFY(ask("legacy")->empty()); // a person's: HolySheep's admin key is not for them
        QCOMPARE(test::plain(*ask("holysheep")), std::string("hs_admin_0123456789"));
        legacy.issuer.kind = TargetConfig::Issuer::Kind::openai;
        QCOMPARE(ask("legacy").error().where, std::string("targets.legacy.issuer.project"));
        legacy.issuer.project = "proj_1";
        QVERIFY2(ask("legacy").error().where.starts_with("targets.legacy.issuer.admin_key"), ask("legacy").error().where.c_str());
        environment["OPENAI_ADMIN_KEY"] = "sk-admin-0123456789";
        QCOMPARE(test::plain(*ask("legacy")), std::string("sk-admin-0123456789"));
        legacy.issuer.adminKey = {SecretRef::Kind::store, "openai-admin"};
        bench.fake.ports.resolve = fromTheStore;
        QCOMPARE(test::plain(*ask("legacy")), std::string("from openai-admin"));
    }
};

DROVER_TEST(TestRotationByHand)
#include "TestRotationByHand.moc"
