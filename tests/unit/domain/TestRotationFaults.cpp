// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "RotationConversation.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::test;

namespace {

using Names = std::set<std::string>;

// How a rotation ends, seen from outside.
struct End {
    const char* outcome;
    Names live;
    std::string current;
};

void isEnd(const Rotation& rotation, const End& end)
{
    QVERIFY(rotation.over());
    QCOMPARE(rotation.outcome(), std::string(end.outcome));
    QCOMPARE(rotation.world.live, end.live);
    QCOMPARE(rotation.world.current, end.current);
    QVERIFY(rotation.outcome() == "done" || !rotation.plan.why().empty());
}

// The happy conversation, an action a line, with what comes of a failure there.
struct Row {
    const char* action;
    Errc code;
    End before; // the effect did not happen
    End after;  // it did, and the reply was lost
};

const End undone{"failed", {"k_old"}, "k_old"};
const End replaced{"done", {"k_new1"}, "k_new1"};
const End bothStay{"done", {"k_new1", "k_old"}, "k_new1"};

std::vector<Row> withAnOldKey()
{
    const End mintedAnew{"done", {"k_new2"}, "k_new2"};
    return {{"mint", Errc::timeout, replaced, mintedAnew},
            {"store", Errc::sealed, undone, undone},
            {"prove", Errc::unauthorized, undone, undone},
            {"publish", Errc::io, undone, undone},
            {"weigh 10 %", Errc::io, undone, undone},
            {"observe", Errc::internal, undone, undone},
            {"weigh 50 %", Errc::refused, undone, undone},
            {"observe", Errc::internal, undone, undone},
            {"weigh 100 %", Errc::conflict, undone, undone},
            {"observe", Errc::internal, undone, undone},
            {"promote", Errc::timeout, undone, replaced},
            {"await quiet", Errc::io, bothStay, bothStay},
            {"revoke", Errc::network, bothStay, replaced}};
}

std::vector<Row> withNoKey()
{
    const End nothing{"failed", {}, ""};
    const End first{"done", {"k_new1"}, "k_new1"};
    const End leftInPlace{"failed", {"k_new1"}, ""}; // the only key there is
    return {{"mint", Errc::protocol, first, {"done", {"k_new2"}, "k_new2"}},
            {"store", Errc::sealed, nothing, nothing},
            {"prove", Errc::unauthorized, nothing, nothing},
            {"publish", Errc::io, nothing, nothing},
            {"weigh", Errc::io, leftInPlace, leftInPlace},
            {"observe", Errc::internal, leftInPlace, leftInPlace},
            {"promote", Errc::forbidden, leftInPlace, first}};
}

void addRows(const std::vector<Row>& rows)
{
    QTest::addColumn<int>("step");
    QTest::addColumn<bool>("effect");
    for (std::size_t step = 0; step < rows.size(); ++step) {
        QTest::addRow("%d %s, before", int(step), rows[step].action) << int(step) << false;
        QTest::addRow("%d %s, reply lost", int(step), rows[step].action) << int(step) << true;
    }
}

// The target's next rotation, as the runner begins it.
Rotation after(const Rotation& before)
{
    return Rotation{before.plan.start().policy.minKeys, before.world, before.plan.unresolved(), false, before.plan.left(), "next"};
}

void failsAt(Rotation& rotation, const Row& row, int step, bool effect)
{
    rotation.run(step);
    if (effect)
        (void)rotation.effect();
    rotation.fail(row.code);
    // The plan that is rebuilt from the journal stands where this one does, and both go on alike.
    Rotation again = rotation;
    again.crash();
    again.run();
    rotation.run();
    QCOMPARE(again.outcome(), rotation.outcome());
    isEnd(rotation, effect ? row.after : row.before);
}

} // namespace

// Fails a rotation at every step, before and after the step's effect, and compares what lives on with what must.
class TestRotationFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyStepMayFail_data() { addRows(withAnOldKey()); }
    void everyStepMayFail()
    {
        QFETCH(int, step);
        QFETCH(bool, effect);
        QCOMPARE(int(withAnOldKey().size()), rotationLength());
        Rotation rotation;
        failsAt(rotation, withAnOldKey()[std::size_t(step)], step, effect);
        const std::map<std::string, double> all{{rotation.world.current, 1.0}};
        QCOMPARE(rotation.world.weights, all);
    }

    void everyStepMayFailWhereThereIsNoKey_data() { addRows(withNoKey()); }
    void everyStepMayFailWhereThereIsNoKey()
    {
        QFETCH(int, step);
        QFETCH(bool, effect);
        QCOMPARE(int(withNoKey().size()), rotationLength(Outside::empty()));
        Rotation rotation{1, Outside::empty()};
        failsAt(rotation, withNoKey()[std::size_t(step)], step, effect);
    }

    void onlyARefusalEndsAtTheMint_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<bool>("refusal");
        for (const Errc code : {Errc::unauthorized, Errc::forbidden, Errc::quota, Errc::invalidInput, Errc::refused,
                                Errc::notFound, Errc::rateLimited})
            QTest::addRow("%s", std::string(errcName(code)).c_str()) << int(code) << true;
        for (const Errc code : {Errc::network, Errc::timeout, Errc::unavailable, Errc::protocol, Errc::io, Errc::conflict,
                                Errc::internal, Errc::cancelled})
            QTest::addRow("%s", std::string(errcName(code)).c_str()) << int(code) << false;
    }
    void onlyARefusalEndsAtTheMint()
    {
        QFETCH(int, code);
        QFETCH(bool, refusal);
        Rotation rotation;
        rotation.fail(Errc(code));
        QCOMPARE(rotation.over(), refusal);
        if (refusal)
            isEnd(rotation, undone);
        else
            QCOMPARE(rotation.action, (RotationAction{ReconcileMint{{"auto-rotate-20260101-000000"}}}));
    }

    void aMintThatArrivesLateIsFoundBeforeTheEnd()
    {
        Rotation rotation;
        rotation.fail(Errc::unavailable, "502");
        rotation.step(); // the list does not have it
        QVERIFY(std::get<MintKey>(rotation.action).name.ends_with("-2"));
        QCOMPARE(rotation.plan.unresolved(), std::vector<std::string>{"auto-rotate-20260101-000000"});
        rotation.run(5);
        rotation.world.live.insert("k_late"); // it was on its way all the time
        rotation.world.names["k_late"] = "auto-rotate-20260101-000000";
        rotation.run();
        isEnd(rotation, replaced);
        QCOMPARE(rotation.plan.orphans(), std::vector<std::string>{"k_late"});
        QVERIFY(rotation.plan.unresolved().empty());
    }

    void aListThatCannotBeReadEndsByNamingTheMint()
    {
        Rotation rotation;
        (void)rotation.effect();
        rotation.fail(Errc::timeout);
        rotation.fail(Errc::unavailable, "503"); // for as long as the runner has patience
        isEnd(rotation, {"failed", {"k_new1", "k_old"}, "k_old"});
        QCOMPARE(rotation.plan.unresolved(), std::vector<std::string>{rotation.plan.name()});
        QVERIFY2(rotation.plan.why().find(rotation.plan.name()) != std::string::npos, rotation.plan.why().c_str());
        // The next rotation finds it.
        Rotation next{1, rotation.world, rotation.plan.unresolved()};
        next.world.minted = 5;
        next.run();
        isEnd(next, {"done", {"k_new6"}, "k_new6"});
    }

    void aProviderThatNeverAnswersIsNotAskedForEver()
    {
        Rotation rotation;
        for (int asked = 0; asked < 20 && !rotation.over(); ++asked) {
            if (std::holds_alternative<MintKey>(rotation.action))
                rotation.fail(Errc::timeout);
            else
                rotation.step();
        }
        isEnd(rotation, undone);
        QVERIFY(rotation.plan.name().ends_with("-3"));
    }

    void anOrphanThatCannotBeRevokedIsNamedAndLookedForAgain()
    {
        Rotation rotation;
        (void)rotation.effect();
        rotation.fail(Errc::timeout);
        rotation.step();
        QCOMPARE(rotation.action, (RotationAction{RevokeKey{"k_new1"}}));
        rotation.fail(Errc::unavailable);
        rotation.step(); // found again before the end
        QCOMPARE(rotation.action, (RotationAction{RevokeKey{"k_new1"}}));
        rotation.fail(Errc::unavailable);
        isEnd(rotation, {"failed", {"k_new1", "k_old"}, "k_old"});
        QVERIFY(rotation.plan.why().find("k_new1") != std::string::npos);
        QCOMPARE(rotation.plan.orphans(), std::vector<std::string>{"k_new1"});
        QCOMPARE(rotation.plan.unresolved(), std::vector<std::string>{rotation.plan.name()});
    }

    void weightsThatCannotBeGivenBackEndWithBothKeysNamed()
    {
        Rotation rotation;
        rotation.badKey = true;
        while (!std::holds_alternative<ObserveKey>(rotation.action))
            rotation.step();
        rotation.step();
        QCOMPARE(rotation.action, (RotationAction{SetWeights{{{"k_old", 1.0}}}}));
        // What may pass changes nothing: no row of the journal, and the same action, which the runner takes its time for.
        const auto rows = rotation.journal.size();
        for (const Errc code : {Errc::io, Errc::timeout, Errc::conflict})
            rotation.fail(code);
        QCOMPARE(rotation.journal.size(), rows);
        QCOMPARE(rotation.action, (RotationAction{SetWeights{{{"k_old", 1.0}}}}));
        rotation.fail(Errc::invalidInput, "it will not have it");
        isEnd(rotation, {"failed", {"k_new1", "k_old"}, "k_old"}); // the new one still has its share: not revoked
        const std::string why = rotation.plan.why();
        QVERIFY2(why.find("k_new1 10 %") != std::string::npos && why.find("k_old 90 %") != std::string::npos, why.c_str());
        // The next rotation takes over what it has of the requests, and ends it.
        Rotation next = after(rotation);
        QCOMPARE(next.plan.start().currentKey, std::string("k_old"));
        while (!std::holds_alternative<ObserveKey>(next.action))
            next.step();
        QCOMPARE(next.world.weights, (std::map<std::string, double>{{"k_old", 0.9}, {"k_new2", 0.1}}));
        next.run();
        isEnd(next, {"done", {"k_new2"}, "k_new2"});
    }

    void whatIsReplacedAndNotRevokedIsTheNextRotationsToEnd()
    {
        Rotation rotation;
        while (!std::holds_alternative<RevokeKey>(rotation.action))
            rotation.step();
        rotation.fail(Errc::unauthorized);
        isEnd(rotation, bothStay);
        QCOMPARE(rotation.plan.left(), std::vector<std::string>{"k_old"});
        Rotation next = after(rotation);
        while (!std::holds_alternative<AwaitQuiet>(next.action))
            next.step();
        QCOMPARE(std::get<AwaitQuiet>(next.action).keyId, std::string("k_new1")); // its own first, with its overlap
        next.step();
        Rotation refused = next; // one that cannot be ended holds up no other
        next.step();
        const auto left = std::get<AwaitQuiet>(next.action);
        QCOMPARE(left.keyId, std::string("k_old"));
        QCOMPARE(left.until, next.clock.now()); // its overlap was that of its own rotation
        QCOMPARE(left.unused, Duration{2s});
        next.run();
        isEnd(next, {"done", {"k_new2"}, "k_new2"});
        QVERIFY(next.plan.left().empty());
        refused.fail(Errc::forbidden);
        refused.run();
        isEnd(refused, {"done", {"k_new1", "k_new2"}, "k_new2"});
        QCOMPARE(refused.plan.left(), std::vector<std::string>{"k_new1"});
    }

    // Two must live: what was left goes, since the old one and the new one remain.
    void whatIsLeftDoesNotCountForTheMinimum()
    {
        Outside world;
        world.live = world.stored = world.proven = {"k_left", "k_old"};
        Rotation two{2, world, {}, false, {"k_left"}};
        two.run();
        isEnd(two, {"done", {"k_new1", "k_old"}, "k_new1"});
        QVERIFY(two.plan.left().empty());
        Rotation three{3, world, {}, false, {"k_left"}};
        three.run();
        isEnd(three, {"done", {"k_left", "k_new1", "k_old"}, "k_new1"});
        QCOMPARE(three.plan.left(), std::vector<std::string>{"k_left"});
    }

    void aPromotionThatIsHalfDoneIsBroughtToItsEnd()
    {
        Rotation rotation;
        while (!std::holds_alternative<PromoteKey>(rotation.action))
            rotation.step();
        (void)rotation.effect(); // `production` names it, the inventory does not
        rotation.fail(Errc::io);
        QCOMPARE(rotation.action, (RotationAction{ReconcilePromotion{"k_new1"}}));
        const auto rows = rotation.journal.size();
        rotation.fail(Errc::network); // not to be read just now
        QCOMPARE(rotation.journal.size(), rows);
        rotation.step();
        QCOMPARE(rotation.action, (RotationAction{PromoteKey{"k_new1", "k_old"}}));
        QCOMPARE(rotation.plan.currentKey(), std::string_view("k_new1"));
        Rotation stubborn = rotation;
        rotation.run();
        isEnd(rotation, replaced);
        // Where the inventory will not take it, the promotion is a fact all the same.
        stubborn.fail(Errc::newerSchema);
        isEnd(stubborn, bothStay);
        QVERIFY(stubborn.plan.why().find("inventory") != std::string::npos);
    }

    void whereNobodyCanTellWhoIsPromotedBothKeysStay()
    {
        Rotation rotation;
        while (!std::holds_alternative<PromoteKey>(rotation.action))
            rotation.step();
        rotation.fail(Errc::unauthorized);
        rotation.fail(Errc::unauthorized);
        isEnd(rotation, {"failed", {"k_new1", "k_old"}, "k_old"});
        QVERIFY(rotation.plan.why().find("k_new1") != std::string::npos);
        Rotation next = after(rotation);
        QCOMPARE(next.plan.start().currentKey, std::string("k_new1")); // the gateways serve that one
        next.run();
        isEnd(next, {"done", {"k_new2"}, "k_new2"});
    }
};

DROVER_TEST(TestRotationFaults)
#include "TestRotationFaults.moc"
