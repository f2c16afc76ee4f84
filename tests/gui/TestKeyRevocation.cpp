// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "gui/KeyRevocation.h"

#include "app/KeyService.h"
#include "support/TestMain.h"
#include "support/fakes/FakePorts.h"

using namespace drover;
using namespace drover::test;

namespace {

// Two keys of HolySheep's beside the one in use, and a gateway that has not let go of them yet.
struct Stage {
    FakePorts fake;
    app::KeyService keys{fake.ports};
    gui::KeyRevocation revocation{fake.ports};

    Stage()
    {
        for (const char* id : {"k_leg1", "k_01", "k_02", "k_03"})
            if (run(keys.add({id, id == std::string("k_leg1") ? "legacy" : "holysheep", {}, {}, {}}, Secret{std::string("cr_0123456789abcdefghijklm") + id})).has_error() || run(keys.verify(id)).has_error())
                qFatal("a key could not be added");
        if (run(keys.publish()).has_error() || run(app::noteKeyState(fake.ports, "holysheep", "k_01", KeyState::current)).has_error())
            qFatal("the stage could not be set up");
        fake.routing.document->targets.at("holysheep").keys = {{"k_01", 1.0}, {"k_02", 0.0}, {"k_03", 0.0}};
        fake.issuers.keys = {{"k_02", "spare", true, {}, {}, {}}};
        fake.provider.onModels = [this](const std::string&, const std::string& key) {
            const bool ended = key.ends_with("k_02") && !fake.issuers.keys.front().active;
            return ended ? ScriptedProvider::refused(401, ErrorClass::auth) : ScriptedProvider::ok();
        };
        fake.routing.addGateway("gw-1", fake.clock.now());
    }
    KeyState state(const char* id) const { return fake.inventory.find(id)->state; }
    bool comesToRest()
    {
        return QTest::qWaitFor([&] { return revocation.underWay().empty(); }, 20'000);
    }
};

} // namespace

class TestKeyRevocation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whoAskedMayGoAndWhoAsksAgainHearsOfTheEnd()
    {
        Stage stage;
        bool told = false;
        {
            const Pending asking{stage.revocation.revoke("k_02", "leaked"), [&](const Result<void>&) { told = true; }};
            QVERIFY(QTest::qWaitFor([&] { return stage.revocation.underWay() == "k_02"; }, 20'000));
        }
        QCOMPARE(stage.revocation.underWay(), std::string("k_02")); // its window is gone
        const Result<void> other = run(stage.revocation.revoke("k_03", "leaked"));
        QCOMPARE(other.error().code, Errc::busy);
        QCOMPARE(other.error().where, std::string("k_02"));
        std::optional<Result<void>> end;
        const Pending again{stage.revocation.revoke("k_02", {}), [&](Result<void> ended) { end.emplace(std::move(ended)); }};
        stage.fake.routing.ackBy = &stage.fake.clock; // now the gateway follows
        QVERIFY(QTest::qWaitFor([&] { return end.has_value(); }, 20'000));
        QVERIFY2(end->has_value(), end->has_error() ? describe(end->error()).c_str() : "");
        QVERIFY(!told);
        QVERIFY(stage.revocation.underWay().empty());
        QCOMPARE(stage.state("k_02"), KeyState::revoked);
        QCOMPARE(stage.fake.issuers.faults.count("revoke"), 1);
        QCOMPARE(stage.fake.audit.rows.back().reason, std::string("leaked")); // of whoever ordered it
    }

    void whyItFailedIsToldAndAnotherMayFollow()
    {
        Stage stage;
        stage.fake.routing.ackBy = &stage.fake.clock;
        QCOMPARE(run(stage.revocation.revoke("k_01", "leaked")).error().code, Errc::refused); // in use
        QVERIFY(stage.comesToRest());
        const Result<void> spare = run(stage.revocation.revoke("k_02", "leaked"));
        QVERIFY2(spare.has_value(), spare.has_error() ? describe(spare.error()).c_str() : "");
    }
};

DROVER_TEST(TestKeyRevocation)
#include "TestKeyRevocation.moc"
