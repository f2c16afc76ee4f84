// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "domain/keys/SecretVersions.h"
#include "support/TestMain.h"

#include <map>
#include <optional>
#include <set>

using namespace drover;
using namespace std::chrono_literals;

namespace {

const WallTime start = WallTime{} + std::chrono::hours(24 * 20'000);

// A keychain, its index, and writers who may die anywhere.
struct World {
    struct Writer {
        SecretVersion begun;
        bool stored = false;
    };

    std::uint64_t pick(std::uint64_t below) { return std::uint64_t(random.uniform() * double(below)) % below; }

    void beginOne()
    {
        const std::uint64_t expected = pick(4) == 0 ? pick(versions.last() + 2) : versions.current();
        const auto begun = versions.begin("k", expected, now);
        QCOMPARE(begun.has_value(), expected == versions.current());
        if (!begun.has_value())
            return;
        QVERIFY2(!everUsed.contains(begun->entry), "an entry is given once");
        everUsed.insert(begun->entry);
        writers.push_back({*begun});
    }
    void goOn()
    {
        if (writers.empty())
            return;
        const auto at = writers.begin() + std::ptrdiff_t(pick(writers.size()));
        if (!at->stored) {
            if (now < at->begun.begun + SecretVersions::settleTime) { // a store's call ends long before
                entries.insert(at->begun.entry);
                at->stored = true;
            }
            return;
        }
        const std::uint64_t before = versions.current();
        const auto promoted = versions.promote(at->begun.number);
        const bool wasNext = at->begun.replaces == before || at->begun.number == before;
        QVERIFY(!promoted.has_value() || wasNext);
        if (promoted.has_error()) {
            entries.erase(at->begun.entry);
            versions.drop(at->begun.number);
        }
        writers.erase(at);
    }
    void die()
    {
        if (!writers.empty())
            writers.erase(writers.begin() + std::ptrdiff_t(pick(writers.size())));
    }
    void settle()
    {
        for (const SecretVersion& open : versions.unsettled()) {
            if (!entries.contains(open.entry))
                continue;
            QVERIFY(versions.promote(open.number).has_value());
            return;
        }
    }
    void tidy()
    {
        for (const SecretVersion& old : versions.superfluous(now)) {
            QVERIFY(old.number != versions.current());
            entries.erase(old.entry);
            versions.drop(old.number);
        }
    }
    void check() const
    {
        const SecretVersion* current = versions.find(versions.current());
        QCOMPARE(current != nullptr, versions.current() != 0);
        if (current != nullptr)
            QVERIFY2(entries.contains(current->entry), "what is current is there");
        std::set<std::string> known;
        for (const SecretVersion& one : versions.all())
            QVERIFY2(known.insert(one.entry).second, "no two versions share an entry");
        for (const std::string& entry : entries) {
            const bool ofAWriter = std::ranges::any_of(writers, [&](const Writer& one) { return one.begun.entry == entry; });
            QVERIFY2(known.contains(entry) || ofAWriter, "no entry is forgotten");
        }
    }

    Random random{1};
    WallTime now = start;
    SecretVersions versions;
    std::set<std::string> entries; // in the keychain
    std::set<std::string> everUsed;
    std::vector<Writer> writers;
};

} // namespace

class TestSecretVersions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aWriteReplacesWhatItExpects()
    {
        SecretVersions versions;
        const auto first = versions.begin("k_01", 0, start);
        QCOMPARE(first->entry, std::string("k_01@1"));
        QCOMPARE(versions.current(), std::uint64_t(0)); // begun is not written
        QVERIFY(versions.promote(1).has_value());
        QVERIFY(versions.promote(1).has_value()); // said twice
        QCOMPARE(versions.begin("k_01", 0, start).error().code, Errc::conflict);
        QCOMPARE(versions.begin("k_01", 1, start)->number, std::uint64_t(2));
        QVERIFY(versions.promote(2).has_value());
        QCOMPARE(versions.current(), std::uint64_t(2));
    }
    void ofTwoAtOnceOneWins()
    {
        SecretVersions versions;
        QCOMPARE(versions.begin("k", 0, start)->number, std::uint64_t(1));
        QCOMPARE(versions.begin("k", 0, start)->number, std::uint64_t(2));
        QVERIFY(versions.promote(2).has_value());
        const auto lost = versions.promote(1);
        QCOMPARE(lost.error().code, Errc::conflict);
        QVERIFY(lost.error().what.find("version 2, not 0") != std::string::npos);
        QCOMPARE(versions.current(), std::uint64_t(2));
    }
    void aWriteWhoseVersionWasTakenAwayIsAConflict()
    {
        SecretVersions versions;
        QVERIFY(versions.begin("k", 0, start).has_value());
        versions.drop(1);
        QCOMPARE(versions.promote(1).error().code, Errc::conflict);
        QCOMPARE(versions.begin("k", 0, start)->number, std::uint64_t(2)); // no number twice
    }
    void theOneBeforeTheCurrentStays()
    {
        SecretVersions versions;
        for (std::uint64_t number = 1; number <= 4; ++number) {
            QVERIFY(versions.begin("k", number - 1, start).has_value());
            QVERIFY(versions.promote(number).has_value());
        }
        const auto old = versions.superfluous(start);
        QCOMPARE(old.size(), std::size_t(2));
        QCOMPARE(old[1].number, std::uint64_t(2));
    }
    void aWriteUnderWayIsLeftAlone()
    {
        SecretVersions versions;
        QVERIFY(versions.begin("k", 0, start).has_value());
        QVERIFY(versions.begin("k", 0, start).has_value());
        QVERIFY(versions.promote(2).has_value());
        QVERIFY(versions.superfluous(start + 9min).empty());
        QCOMPARE(versions.superfluous(start + 10min).size(), std::size_t(1));
        QVERIFY(versions.unsettled().empty()); // the loser will never be current
    }
    void onlyWhatIsNewerIsAdopted()
    {
        SecretVersions versions;
        QVERIFY(versions.adopt({3, "k", 0, start}));
        QCOMPARE(versions.current(), std::uint64_t(3));
        QVERIFY(!versions.adopt({3, "k@3", 0, start}));
        QVERIFY(versions.adopt({5, "k@5", 0, start}));
        QCOMPARE(versions.begin("k", 5, start)->number, std::uint64_t(6));
    }
    void whatIsKeptComesBackTheSame()
    {
        SecretVersions versions;
        QVERIFY(versions.begin("k", 0, start).has_value());
        QVERIFY(versions.promote(1).has_value());
        QVERIFY(versions.begin("k", 1, start).has_value());
        const SecretVersions again{versions.last(), versions.current(), {versions.all().rbegin(), versions.all().rend()}};
        QCOMPARE(again.all(), versions.all());
        QCOMPARE(again.unsettled().size(), std::size_t(1));
    }
    // Whatever order writers come, die and are settled in: nothing is overwritten, lost or forgotten.
    void noOrderLosesASecret()
    {
        for (std::uint64_t seed = 1; seed <= 300; ++seed) {
            World world;
            world.random = Random{seed};
            for (int step = 0; step < 120; ++step) {
                switch (world.pick(8)) {
                case 0:
                case 1: world.beginOne(); break;
                case 2:
                case 3:
                case 4: world.goOn(); break;
                case 5: world.die(); break;
                case 6: world.settle(); break;
                default: world.tidy();
                }
                world.now += world.pick(10) == 0 ? Duration{11min} : Duration{1s};
                world.check();
                if (QTest::currentTestFailed()) {
                    qWarning("seed %d, step %d", int(seed), step);
                    return;
                }
            }
            // All writers gone, and time for the last to be taken away: two versions at most are left.
            world.writers.clear();
            world.settle();
            world.now += 11min;
            world.tidy();
            world.check();
            QVERIFY(world.entries.size() <= 2);
            QVERIFY(world.versions.all().size() <= 2);
        }
    }
};

DROVER_TEST(TestSecretVersions)
#include "TestSecretVersions.moc"
