// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/RotationRound.h"
#include "support/ControllerBench.h"
#include "support/TestMain.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace drover;
using namespace drover::app;
using drover::test::Bench;

namespace {

using End = RoundEntry::End;

// Both targets of the bench with their keys, and more of them without requests.
struct RoundBench : Bench {
    explicit RoundBench(int more)
    {
        for (int i = 0; i < more; ++i) {
            const std::string name = nameOf(i);
            TargetConfig& target = fake.ports.config.targets[name];
            target.name = name;
            target.openai = "https://" + name + ".example/v1";
            target.issuer.kind = TargetConfig::Issuer::Kind::holysheep;
            addKey("k_" + name, name, KeyState::current);
        }
        fake.ports.config.targets["legacy"].issuer.kind = TargetConfig::Issuer::Kind::holysheep;
        serve();
        for (int i = 0; i < more; ++i)
            QVERIFY(drover::test::run(ensureWeights(fake.ports, nameOf(i))).has_value());
        fake.policy.rotation.overlap = 1s;
    }
    static std::string nameOf(int i) { return "team" + std::to_string(i); }
    RotationRound::Options roundOptions(std::size_t atOnce = 4) const { return {fake.policy, atOnce, false}; }
    std::vector<RoundEntry> rotateAll(RotationRound::Options options)
    {
        RotationRound round{fake.ports, std::move(options)};
        const auto entries = drover::test::run(round.run());
        if (entries.has_error())
            qFatal("%s", describe(entries.error()).c_str());
        return *entries;
    }
    std::map<std::string, double> weightsOf(const std::string& target) const { return fake.routing.document->targets.at(target).keys; }
    // One live key, which is current, has the weight and is in the gateways' reach.
    void isRotated(const RoundEntry& entry)
    {
        QVERIFY2(entry.end == End::done, (entry.target + ": " + entry.why).c_str());
        QCOMPARE(weightsOf(entry.target), (std::map<std::string, double>{{entry.keyId, 1.0}}));
        QCOMPARE(stateOf(entry.keyId), KeyState::current);
        QVERIFY(fake.routing.sealed.contains(entry.keyId));
    }
};

std::size_t ends(const std::vector<RoundEntry>& entries, End end)
{
    return std::size_t(std::ranges::count(entries, end, &RoundEntry::end));
}

} // namespace

class TestRotationRound : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyTargetGetsANewKey()
    {
        RoundBench bench{12};
        const auto entries = bench.rotateAll(bench.roundOptions());
        QCOMPARE(entries.size(), std::size_t(14));
        for (const RoundEntry& entry : entries)
            bench.isRotated(entry);
        QCOMPARE(bench.live().size(), std::size_t(14));
        QCOMPARE(bench.fake.routing.sealed.size(), std::size_t(14));
    }

    void onlySoManyCallsAreUnderWayAtATime()
    {
        RoundBench bench{12};
        int now = 0;
        int most = 0;
        bench.fake.provider.slow = [&](bool begins) {
            now += begins ? 1 : -1;
            most = std::max(most, now);
        };
        const auto entries = bench.rotateAll(bench.roundOptions(3));
        QCOMPARE(ends(entries, End::done), entries.size());
        QCOMPARE(most, 3);
    }

    // The document and the sealed keys are written for several at a time.
    void manyRotationsShareTheirWrites()
    {
        RoundBench bench{30};
        bench.fake.routing.slow = 20ms;
        const std::size_t before = bench.fake.routing.history.size();
        const int published = bench.fake.routing.faults.count("writeKeys");
        const auto entries = bench.rotateAll(bench.roundOptions(16));
        QCOMPARE(ends(entries, End::done), entries.size());
        QVERIFY(bench.fake.routing.history.size() - before < entries.size());
        QVERIFY(std::size_t(bench.fake.routing.faults.count("writeKeys") - published) < entries.size());
    }

    void oneThatFailsHoldsUpNoOther()
    {
        RoundBench bench{4};
        bench.fake.provider.onModels = [&bench, inner = bench.fake.provider.onModels](const std::string& url, const std::string& key) {
            const bool fresh = key.find("k_minted") != std::string::npos;
            return url.find("team2") != std::string::npos && fresh ? test::ScriptedProvider::refused(401, ErrorClass::auth) : inner(url, key);
        };
        bench.fake.policy.rotation.propagation = 1s;
        const auto entries = bench.rotateAll(bench.roundOptions());
        QCOMPARE(ends(entries, End::failed), std::size_t(1));
        QCOMPARE(ends(entries, End::done), std::size_t(5));
        for (const RoundEntry& entry : entries) {
            if (entry.end == End::done) {
                bench.isRotated(entry);
                continue;
            }
            QCOMPARE(entry.target, std::string("team2"));
            QVERIFY(entry.why.find("401") != std::string::npos);
            QCOMPARE(bench.weightsOf("team2"), (std::map<std::string, double>{{"k_team2", 1.0}}));
        }
    }

    void whereOnlyAPersonMakesKeysNoneIsBegun()
    {
        RoundBench bench{2};
        bench.fake.ports.config.targets["team1"].issuer.kind = TargetConfig::Issuer::Kind::person;
        const auto entries = bench.rotateAll(bench.roundOptions());
        QCOMPARE(ends(entries, End::byHand), std::size_t(1));
        QCOMPARE(ends(entries, End::done), std::size_t(3));
        QVERIFY(drover::test::run(openRotations(bench.fake.journal))->empty());
        const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(roundJson(entries))).object();
        QCOMPARE(json[QStringLiteral("by_hand")].toInt(), 1);
        QCOMPARE(json[QStringLiteral("done")].toInt(), 3);
        QCOMPARE(json[QStringLiteral("rotations")].toArray().size(), 4);
    }

    void aProviderThatTurnsOutToHaveNoApiIsLeftToAPerson()
    {
        RoundBench bench{1};
        bench.fake.issuers.hasApi = false;
        const auto entries = bench.rotateAll(bench.roundOptions());
        QCOMPARE(ends(entries, End::waitsForPerson), std::size_t(3));
        QVERIFY(entries.front().why.find("dashboard") != std::string::npos);
    }

    void aLongOverlapIsNotWaitedFor()
    {
        RoundBench bench{3};
        bench.fake.policy.rotation.overlap = 12h;
        const auto entries = bench.rotateAll(bench.roundOptions());
        QCOMPARE(ends(entries, End::rests), std::size_t(5));
        QVERIFY(*entries.front().restsUntil > bench.fake.clock.now() + 11h);
        QCOMPARE(bench.live().size(), std::size_t(10)); // the old ones and the new
        // When it is over, who ends what was begun begins nothing.
        bench.fake.clock.advance(13h);
        RotationRound::Options later = bench.roundOptions();
        later.onlyOpen = true;
        const auto ended = bench.rotateAll(later);
        QCOMPARE(ends(ended, End::done), std::size_t(5));
        QCOMPARE(bench.live().size(), std::size_t(5));
        QVERIFY(bench.rotateAll(later).empty());
    }

    void anInterruptedRoundGoesOn()
    {
        RoundBench bench{8};
        {
            bench.fake.provider.slow = [](bool) {};
            RotationRound round{bench.fake.ports, bench.roundOptions(1)};
            std::size_t ended = 0;
            round.onProgress([&](const RotationRound::Progress& now) { ended = now.ended; });
            const Pending running{round.run(), [](const Result<std::vector<RoundEntry>>&) {}};
            QVERIFY(QTest::qWaitFor([&] { return ended >= 3; }, 20'000));
            QVERIFY(ended < 10);
        }
        const auto entries = bench.rotateAll(bench.roundOptions());
        QCOMPARE(ends(entries, End::done), std::size_t(10));
        for (const RoundEntry& entry : entries)
            bench.isRotated(entry);
        QCOMPARE(bench.live().size(), std::size_t(10));
    }

    void aMigrationKeepsItsKeys()
    {
        RoundBench bench{1};
        Controller controller{bench.fake.ports};
        QVERIFY(drover::test::killedWhen(bench.renewed(2), controller.start(bench.options())));
        RotationRound round{bench.fake.ports, bench.roundOptions()};
        const auto refused = drover::test::run(round.run());
        QVERIFY(refused.has_error());
        QCOMPARE(refused.error().code, Errc::refused);
    }

    void aJournalThatCannotBeWrittenIsEachTargetsEnd()
    {
        RoundBench bench{2};
        bench.fake.journal.faults.always("append", {Errc::io, "disk full", "drover.db"});
        const auto entries = bench.rotateAll(bench.roundOptions());
        QCOMPARE(ends(entries, End::broken), std::size_t(4));
        QVERIFY(entries.front().why.find("disk full") != std::string::npos);
        QCOMPARE(bench.live().size(), std::size_t(4));
    }
};

DROVER_TEST(TestRotationRound)
#include "TestRotationRound.moc"
