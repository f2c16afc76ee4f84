// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "gateway/RoutingWatch.h"
#include "protocol/routing/Document.h"
#include "support/ManualClock.h"
#include "support/TestMain.h"

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>

using namespace drover;
using namespace drover::gateway;

namespace {

class Workspace {
public:
    explicit Workspace(KeySource* keySource = nullptr) : kek(makeKek()), root(folder.path().toStdString())
    {
        config.id = "w_test";
        config.targets["legacy"].openai = "https://api.openai.com/v1";
        config.targets["holysheep"].openai = "https://api.holysheep.ai/v1";
        keys("k_leg", "k_01");
        RoutingWatch::Settings settings;
        settings.folder = root;
        settings.workspace = "w_test";
        settings.keySource = keySource;
        settings.keks.push_back({kek.id, kek.key.duplicate()});
        watch = std::make_unique<RoutingWatch>(clock, log, std::move(settings));
    }

    void keys(const std::string& legacy, const std::string& holysheep, const std::string& host = "api.holysheep.ai")
    {
        SealedKeys sealed;
        sealed[legacy] = sealKey(kek, "w_test", legacy, {"api.openai.com"}, Secret("sk-1"));
        if (!holysheep.empty())
            sealed[holysheep] = sealKey(kek, "w_test", holysheep, {host}, Secret("cr_1"));
        write("keys.json", writeSealedKeys(sealed));
    }
    RoutingDocument document(std::uint64_t generation, double share, Phase phase) const
    {
        RoutingDocument made;
        made.generation = generation;
        made.workspace = "w_test";
        made.migration = "m_1";
        made.phase = phase;
        made.writer = "t/1";
        made.writtenAt = clock.now();
        made.leaseS = hasLease(phase) ? 5 : 0;
        made.targets["legacy"] = {1 - share, {{"k_leg", 1.0}}};
        made.targets["holysheep"] = {share, {{"k_01", 1.0}}};
        return made;
    }
    void route(const RoutingDocument& made) { write("routing.json", writeRouting(made)); }
    void write(const std::string& name, const std::string& text)
    {
        const auto temporary = root / (name + ".tmp");
        std::ofstream(temporary) << text;
        std::filesystem::rename(temporary, root / name);
    }
    Result<void> start()
    {
        auto targets = makeTargets(config);
        return targets.has_value() ? watch->start(*targets) : Result<void>(targets.error());
    }
    // Share of 2000 sticky keys that go to holysheep.
    double served() const
    {
        int there = 0;
        for (std::uint64_t i = 0; i < 2000; ++i)
            there += watch->serving()->chooseTarget(stickyHash(std::to_string(i)))->name == "holysheep" ? 1 : 0;
        return there / 2000.0;
    }

    QTemporaryDir folder;
    test::ManualClock clock;
    Log log{clock, [](std::string_view) {}};
    Kek kek;
    std::filesystem::path root;
    WorkspaceConfig config;
    std::unique_ptr<RoutingWatch> watch;
};

// As Redis is one: keys that come later, or are away.
class ToldKeys final : public KeySource {
public:
    bool changed() override { return isNew; }
    Result<SealedKeys> read() override
    {
        isNew = false;
        return keys;
    }
    std::string place() const override { return "told"; }
    std::string problem() const override { return trouble; }

    SealedKeys keys;
    std::string trouble;
    bool isNew = true;
};

} // namespace

class TestRoutingWatch final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Each dialect calls its own host: without a key for one of them the generation is not served.
    void everyDialectNeedsAKey()
    {
        Workspace at;
        at.config.targets["holysheep"].anthropic = "https://anthropic.holysheep.ai";
        at.route(at.document(1, 0.5, Phase::canary));
        QVERIFY(at.start().has_value());
        QCOMPARE(at.watch->refusedKey(), std::string("k_01"));
        QCOMPARE(at.watch->serving()->generation(), std::uint64_t(0));
        SealedKeys sealed;
        sealed["k_leg"] = sealKey(at.kek, "w_test", "k_leg", {"api.openai.com"}, Secret("sk-1"));
        sealed["k_01"] = sealKey(at.kek, "w_test", "k_01", {"api.holysheep.ai", "anthropic.holysheep.ai"}, Secret("cr_1"));
        at.write("keys.json", writeSealedKeys(sealed));
        QVERIFY(at.watch->look());
        QCOMPARE(at.watch->serving()->generation(), std::uint64_t(1));
    }

    // A generation that this drover.toml does not fit waits, and is served as soon as another one does.
    void aGenerationWaitsForItsTarget()
    {
        Workspace place;
        place.config.targets.erase("holysheep");
        place.route(place.document(5, 0, Phase::idle));
        QVERIFY(place.start().has_value());
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(5));
        place.route(place.document(6, 0.5, Phase::canary));
        place.watch->look();
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(5));
        place.config.targets["holysheep"].openai = "https://api.holysheep.ai/v1";
        QVERIFY(place.watch->reconfigure(*makeTargets(place.config), "legacy").has_value());
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(6));
    }

    // A restart that cannot open a key of the document still knows from it that nothing may go to legacy.
    void aRetirementHoldsBeforeItsDocumentIsServed()
    {
        Workspace place;
        place.keys("k_leg", "");
        auto made = place.document(5, 1, Phase::done);
        made.legacyRetired = true;
        place.route(made);
        QVERIFY(place.start().has_value());
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(0));
        QVERIFY(place.watch->legacyRetired());
    }

    void vanishedKeysLeaveTheLast()
    {
        Workspace place;
        QVERIFY(place.start().has_value());
        std::filesystem::remove(place.root / "keys.json");
        place.watch->look();
        place.route(place.document(5, 0.25, Phase::canary));
        place.watch->look();
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(5));
    }

    void keysOfAnotherSourceCountInsteadOfTheFile()
    {
        ToldKeys told;
        Workspace place(&told);
        told.trouble = "Redis is away";
        place.route(place.document(5, 0.25, Phase::canary));
        QVERIFY(place.start().has_value()); // keys.json is there, and does not count
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(0));
        QVERIFY(!place.watch->refusedKey().empty());
        QVERIFY(place.watch->serving()->keys().keys().empty());
        QCOMPARE(place.watch->keysProblem(), std::string("Redis is away"));
        told.keys["k_leg"] = sealKey(place.kek, "w_test", "k_leg", {"api.openai.com"}, Secret("sk-1"));
        told.keys["k_01"] = sealKey(place.kek, "w_test", "k_01", {"api.holysheep.ai"}, Secret("cr_1"));
        QVERIFY(!place.watch->look());
        told.isNew = true;
        told.trouble.clear();
        QVERIFY(place.watch->look());
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(5));
        QVERIFY(place.watch->keysProblem().empty());
    }

    void withoutADocumentAllGoesToTheDefault()
    {
        Workspace place;
        QVERIFY(place.start().has_value());
        QCOMPARE(place.served(), 0.0);
        const auto serving = place.watch->serving();
        const auto target = serving->chooseTarget(7);
        QCOMPARE(target->name, std::string("legacy"));
        // Any key sealed for its host will do, and no other.
        QCOMPARE(serving->chooseKey(*target, false, 7)->id, std::string("k_leg"));
    }

    void followsGenerationsUpwards()
    {
        Workspace place;
        place.route(place.document(5, 0.25, Phase::canary));
        QVERIFY(place.start().has_value());
        QVERIFY(std::abs(place.served() - 0.25) < 0.05);
        place.route(place.document(6, 0.5, Phase::canary));
        QVERIFY(place.watch->look());
        QVERIFY(std::abs(place.served() - 0.5) < 0.05);
        place.route(place.document(4, 1, Phase::cutover));
        place.watch->look();
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(6));
        QVERIFY(!place.watch->look());
    }

    void ofItsOwnGenerationOnlyARenewalIsTaken()
    {
        Workspace place;
        place.route(place.document(5, 0.25, Phase::canary));
        QVERIFY(place.start().has_value());
        auto forged = place.document(5, 1, Phase::canary);
        forged.renewal = 3;
        place.route(forged);
        place.watch->look();
        QVERIFY(place.served() < 0.5);
        QCOMPARE(place.watch->lease().renewal(), std::uint64_t(3));
    }

    void theLeaseRunsOutAndALateRenewalIsTooLate()
    {
        Workspace place;
        auto made = place.document(5, 0.25, Phase::canary);
        place.route(made);
        QVERIFY(place.start().has_value());
        place.clock.advance(4900ms);
        QVERIFY(!place.watch->leaseExpired());
        made.renewal = 1;
        place.route(made);
        place.watch->look();
        place.clock.advance(4900ms);
        place.clock.jump(std::chrono::hours(5)); // the calendar is no matter
        QVERIFY(!place.watch->leaseExpired());
        place.clock.advance(200ms);
        QVERIFY(place.watch->leaseExpired());
        made.renewal = 2;
        place.route(made);
        place.watch->look();
        QVERIFY(place.watch->leaseExpired());
        place.route(place.document(6, 0.25, Phase::canary));
        place.watch->look();
        QVERIFY(!place.watch->leaseExpired());
        place.route(place.document(7, 1, Phase::overlap));
        place.watch->look();
        place.clock.advance(std::chrono::hours(100));
        QVERIFY(!place.watch->leaseExpired());
    }

    // A gateway that starts in the middle of a lease cannot know that it has not run out; only the date of the document
    // or a renewal tells.
    void aLeaseOlderThanItselfIsProvenByARenewal()
    {
        Workspace place;
        auto made = place.document(5, 0.25, Phase::canary);
        place.route(made);
        place.clock.jump(5s);
        QVERIFY(place.start().has_value());
        QVERIFY(place.watch->leaseExpired());
        QCOMPARE(place.watch->lease().left().value(), Duration{0});
        made.renewal = 1;
        place.route(made);
        place.watch->look();
        QVERIFY(!place.watch->leaseExpired());
        place.clock.advance(5s);
        QVERIFY(place.watch->leaseExpired());
        made.renewal = 2;
        place.route(made);
        place.watch->look();
        QVERIFY(place.watch->leaseExpired()); // it has run out before our eyes
    }

    void aGenerationWaitsForItsKey()
    {
        Workspace place;
        place.route(place.document(5, 0.25, Phase::canary));
        QVERIFY(place.start().has_value());
        auto next = place.document(6, 0.5, Phase::canary);
        next.targets["holysheep"].keys = {{"k_01", 0.9}, {"k_02", 0.1}};
        place.route(next);
        place.watch->look();
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(5));
        QCOMPARE(place.watch->refusedKey(), std::string("k_02"));
        SealedKeys sealed;
        sealed["k_leg"] = sealKey(place.kek, "w_test", "k_leg", {"api.openai.com"}, Secret("sk-1"));
        sealed["k_01"] = sealKey(place.kek, "w_test", "k_01", {"api.holysheep.ai"}, Secret("cr_1"));
        sealed["k_02"] = sealKey(place.kek, "w_test", "k_02", {"api.holysheep.ai"}, Secret("cr_2"));
        place.write("keys.json", writeSealedKeys(sealed));
        QVERIFY(place.watch->look());
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(6));
        QVERIFY(place.watch->refusedKey().empty());
    }

    void aKeyGoesOnlyToTheHostsItIsSealedFor()
    {
        Workspace place;
        place.keys("k_leg", "k_01", "evil.example.com");
        place.route(place.document(5, 0.25, Phase::canary));
        QVERIFY(place.start().has_value());
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(0));
        QCOMPARE(place.watch->refusedKey(), std::string("k_01"));
        QCOMPARE(place.served(), 0.0);
    }

    void aBrokenDocumentIsNotStartedWith()
    {
        Workspace place;
        place.write("routing.json", "{\"format\":1,\"generation\":\"x\"}");
        const auto started = place.start();
        QVERIFY(!started.has_value());
        QCOMPARE(started.error().code, Errc::invalidInput);
        QVERIFY(started.error().where.find("routing.json") != std::string::npos);
        QVERIFY(started.error().where.find("generation") != std::string::npos);
    }

    void aBrokenDocumentLaterLeavesTheLast()
    {
        Workspace place;
        place.route(place.document(5, 0.25, Phase::canary));
        QVERIFY(place.start().has_value());
        place.write("routing.json", "nonsense");
        place.watch->look();
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(5));
        std::filesystem::remove(place.root / "routing.json");
        place.watch->look();
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(5));
    }

    void rolledBackIsFinalForAMigration()
    {
        Workspace place;
        place.route(place.document(5, 0, Phase::rolledBack));
        QVERIFY(place.start().has_value());
        place.route(place.document(6, 0.5, Phase::canary));
        place.watch->look();
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(5));
        // Nor with the phase it ended in; what still changes then, a key's weights, comes under no migration.
        auto weights = place.document(6, 0, Phase::rolledBack);
        place.route(weights);
        place.watch->look();
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(5));
        weights.migration.clear();
        place.route(weights);
        place.watch->look();
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(6));
        auto other = place.document(7, 0.5, Phase::canary);
        other.migration = "m_2";
        place.route(other);
        place.watch->look();
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(7));
    }

    void afterTheRetirementNothingGoesBack()
    {
        Workspace place;
        auto made = place.document(5, 1, Phase::done);
        made.legacyRetired = true;
        place.route(made);
        QVERIFY(place.start().has_value());
        QCOMPARE(place.watch->serving()->defaultTarget()->name, std::string("holysheep"));
        auto back = place.document(6, 0, Phase::rolledBack);
        back.migration = "m_2";
        place.route(back);
        place.watch->look();
        QCOMPARE(place.watch->serving()->generation(), std::uint64_t(5));
        QCOMPARE(place.watch->rollbacksRefused(), std::uint64_t(1));
    }
};

DROVER_TEST(TestRoutingWatch)
#include "TestRoutingWatch.moc"
