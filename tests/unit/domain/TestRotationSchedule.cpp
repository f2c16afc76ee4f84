// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "domain/keys/RotationSchedule.h"
#include "support/TestMain.h"

#include <cstdlib>
#include <ctime>
#include <map>
#include <set>

using namespace drover;

namespace {

using Kind = ScheduleStep::Kind;
using Run = ScheduleSight::Run;

WallTime at(const char* text)
{
    return *parseTime(text);
}

CronTime cron(const char* text)
{
    return *CronTime::parse(text);
}

RotationPolicy daily()
{
    RotationPolicy policy;
    policy.ramp = {{0.1, 20min}, {0.5, 20min}, {1.0, 20min}};
    policy.propagation = 15min;
    policy.overlap = 12h;
    policy.life = std::chrono::days{30};
    return policy;
}

// A workspace and a controller that looks at it, in miniature: facts and journal survive its death, the rest does not.
struct Night {
    std::optional<CronTime> when = cron("02:00");
    RotationPolicy policy = daily();
    ScheduleFacts facts;
    std::map<std::string, Run> journal; // the rotations that have a first entry
    std::string newest;
    std::set<WallTime> dues;            // of the rotations begun
    std::string held;
    std::uint32_t liveKeys = 1;
    int ids = 0;
    int resumed = 0;
    ScheduleStep step;

    // Where the process dies, if it does.
    enum class Death { none, afterFacts, afterFirstEntry, afterEnd };

    ScheduleStep ask(WallTime now)
    {
        ScheduleSight sight;
        sight.now = now;
        if (facts.begun && journal.contains(facts.begun->run))
            sight.begun = journal[facts.begun->run];
        if (!newest.empty() && journal[newest] == Run::open)
            sight.open = newest;
        sight.held = held;
        sight.liveKeys = liveKeys;
        sight.freshRun = "r_" + std::to_string(ids);
        return whatIsDue(when, policy, facts, sight);
    }

    // One look as the agent does it, up to where nothing is left to do.
    void look(WallTime now, Death death = Death::none, bool works = true)
    {
        for (int round = 0; round < 10; ++round) {
            step = ask(now);
            if (step.kind == Kind::idle || step.kind == Kind::wait)
                return;
            if (step.kind == Kind::note) {
                facts = step.facts;
                continue;
            }
            if (step.kind == Kind::begin) {
                facts = step.facts;
                ++ids;
                if (death == Death::afterFacts)
                    return;
                newest = facts.begun->run;
                QVERIFY2(!journal.contains(newest), "a rotation is begun once");
                QVERIFY2(dues.insert(facts.begun->due).second, "one rotation a due time");
                journal[newest] = Run::open;
                if (death == Death::afterFirstEntry)
                    return;
            } else {
                ++resumed;
            }
            journal[newest] = works ? Run::done : Run::failed;
            if (death == Death::afterEnd)
                return;
        }
        QFAIL("it never comes to rest");
    }
};

} // namespace

class TestRotationSchedule : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aStartIsNoReasonToRotate()
    {
        Night night;
        night.look(at("2026-03-01T02:00:00Z"));
        QCOMPARE(night.step.kind, Kind::idle);
        QCOMPARE(night.step.next, std::optional{at("2026-03-02T02:00:00Z")});
        for (int start = 0; start < 50; ++start) // a crash loop
            night.look(at("2026-03-01T02:00:00Z") + start * 1min);
        QVERIFY(night.dues.empty());
        night.look(at("2026-03-02T02:00:00Z"));
        QCOMPARE(night.dues, std::set{at("2026-03-02T02:00:00Z")});
        QCOMPARE(night.facts.last->done, true);
        night.look(at("2026-03-02T02:00:00Z"));
        QCOMPARE(night.dues.size(), std::size_t(1));
    }

    // A year of an agent that looks every few minutes, in a zone with summer time, away for some nights, dying at every
    // point of its work and started anew: one rotation a due time.
    void oneRotationADueTimeThroughAYear()
    {
        ::setenv("TZ", "Europe/Berlin", 1);
        ::tzset();
        Random random{5};
        Night night;
        const WallTime begin = at("2026-01-01T12:00:00Z");
        std::size_t deaths = 0;
        for (WallTime now = begin; now <= begin + 365 * 24h; now += 5min) {
            const auto day = std::chrono::floor<std::chrono::days>(now - begin).count();
            if (day % 50 >= 10 && day % 50 <= 12) // three nights away
                continue;
            const auto death = Night::Death(random.below(4));
            night.look(now, death, random.below(3) > 0);
            deaths += death != Night::Death::none && night.facts.begun ? 1 : 0;
        }
        QCOMPARE(night.dues.size(), std::size_t(365 - 8 * 2)); // of three missed nights one is made up
        QVERIFY(deaths > 100);
        QVERIFY(night.resumed > 50);
        for (const char* change : {"2026-03-29", "2026-10-25"}) // the nights the clocks of Berlin are changed
            QVERIFY(night.dues.contains(at((std::string(change) + "T02:00:00Z").c_str())));
        ::unsetenv("TZ");
        ::tzset();
    }

    void aMissedNightIsMadeUpOnce()
    {
        Night night;
        night.look(at("2026-05-01T12:00:00Z"));
        night.look(at("2026-05-05T09:00:00Z")); // four nights later
        QCOMPARE(night.dues, std::set{at("2026-05-05T02:00:00Z")});
        night.look(at("2026-05-05T09:01:00Z"));
        QCOMPARE(night.dues.size(), std::size_t(1));
        night.look(at("2026-05-06T02:00:00Z"));
        QCOMPARE(night.dues.size(), std::size_t(2));
    }

    void aClockThatJumpsMakesOneRotationAndDoesNotStopTheSchedule()
    {
        Night night;
        night.look(at("2026-05-01T12:00:00Z"));
        night.look(at("2027-05-01T12:00:00Z")); // a year ahead
        QCOMPARE(night.dues, std::set{at("2027-05-01T02:00:00Z")});
        night.look(at("2026-05-01T13:00:00Z")); // and back
        QCOMPARE(night.step.kind, Kind::idle);
        QCOMPARE(night.dues.size(), std::size_t(1));
        night.look(at("2026-05-02T02:00:00Z"));
        QVERIFY(night.dues.contains(at("2026-05-02T02:00:00Z")));
        // Half an hour back, over the very moment.
        night.look(at("2026-05-02T01:45:00Z"));
        night.look(at("2026-05-02T02:00:00Z"));
        QCOMPARE(night.dues.size(), std::size_t(2));
    }

    // The same due time a second time, after a clock that was far ahead: its rotation has an id of its own.
    void aDueTimeThatComesAgainIsNoRunOfTheFirst()
    {
        Night night;
        night.look(at("2026-05-01T12:00:00Z"));
        night.look(at("2026-05-20T02:00:00Z"));
        night.look(at("2026-05-10T12:00:00Z"));
        QCOMPARE(night.facts.handled, std::optional{at("2026-05-10T12:00:00Z")});
        night.dues.clear();
        night.look(at("2026-05-20T02:00:00Z"));
        QCOMPARE(night.dues.size(), std::size_t(1));
    }

    void aFailedRotationIsTriedAgainAtTheNextMoment()
    {
        Night night;
        night.look(at("2026-05-01T12:00:00Z"));
        night.look(at("2026-05-02T02:00:00Z"), Night::Death::none, false);
        QCOMPARE(night.facts.last->done, false);
        for (int minute = 1; minute < 24 * 60; ++minute)
            night.look(at("2026-05-02T02:00:00Z") + minute * 1min);
        QCOMPARE(night.dues.size(), std::size_t(1));
        night.look(at("2026-05-03T02:00:00Z"));
        QCOMPARE(night.dues.size(), std::size_t(2));
    }

    void anInterruptedOneGoesOnAndIsNoNewOne()
    {
        Night night;
        night.look(at("2026-05-01T12:00:00Z"));
        night.look(at("2026-05-02T02:00:00Z"), Night::Death::afterFirstEntry);
        night.look(at("2026-05-02T07:00:00Z"));
        QCOMPARE(night.resumed, 1);
        QCOMPARE(night.dues.size(), std::size_t(1));
        QCOMPARE(night.facts.handled, std::optional{at("2026-05-02T02:00:00Z")});
        // Of somebody else's, by hand.
        night.newest = "r_hand";
        night.journal["r_hand"] = Run::open;
        night.look(at("2026-05-02T08:00:00Z"));
        QCOMPARE(night.resumed, 2);
        QCOMPARE(night.dues.size(), std::size_t(1));
    }

    void aRotationInItsOverlapIsLeftAlone()
    {
        ScheduleSight sight;
        sight.now = at("2026-05-02T04:00:00Z");
        sight.open = "r_1";
        sight.openRests = at("2026-05-02T15:00:00Z");
        const ScheduleStep rests = whatIsDue(cron("02:00"), daily(), {}, sight);
        QCOMPARE(rests.kind, Kind::wait);
        QCOMPARE(rests.why, std::string("the rotation r_1 is in its overlap until 2026-05-02T15:00:00.000Z"));
        sight.now = *sight.openRests;
        QCOMPARE(whatIsDue(cron("02:00"), daily(), {}, sight).kind, Kind::resume);
    }

    void whileKeysMayNotChangeItWaits()
    {
        Night night;
        night.look(at("2026-05-01T12:00:00Z"));
        night.held = "migration m_1 is in canary";
        night.look(at("2026-05-02T02:00:00Z"));
        QCOMPARE(night.step.kind, Kind::wait);
        QCOMPARE(night.step.why, night.held);
        night.look(at("2026-05-04T02:00:00Z"));
        night.held.clear();
        night.look(at("2026-05-04T10:00:00Z"));
        QCOMPARE(night.dues, std::set{at("2026-05-04T02:00:00Z")});
    }

    void noKeyIsMintedAboveTheMaximum()
    {
        Night night;
        night.look(at("2026-05-01T12:00:00Z"));
        night.liveKeys = 5;
        night.look(at("2026-05-02T02:00:00Z"));
        QCOMPARE(night.step.kind, Kind::wait);
        QVERIFY2(night.step.why.starts_with("5 keys are alive + 1 new = 6, and max_keys is 5"), night.step.why.c_str());
        night.liveKeys = 4;
        night.look(at("2026-05-02T02:05:00Z"));
        QCOMPARE(night.dues.size(), std::size_t(1));
    }

    void aNewScheduleBeginsNow()
    {
        Night night;
        night.look(at("2026-05-01T12:00:00Z"));
        night.when = cron("11:00"); // an hour ago
        night.look(at("2026-05-01T12:00:30Z"));
        QVERIFY(night.dues.empty());
        night.when.reset(); // off
        night.look(at("2026-05-02T12:00:00Z"));
        QCOMPARE(night.step, (ScheduleStep{Kind::idle, night.facts, {}, {}, {}, {}}));
        night.when = cron("13:00");
        night.look(at("2026-05-02T12:30:00Z"));
        night.look(at("2026-05-02T13:00:00Z"));
        QCOMPARE(night.dues, std::set{at("2026-05-02T13:00:00Z")});
        // Turned off between the intent and its first entry.
        night.look(at("2026-05-03T13:00:00Z"), Night::Death::afterFacts);
        night.when.reset();
        night.look(at("2026-05-03T13:01:00Z"));
        QVERIFY(!night.facts.begun);
        QCOMPARE(night.dues.size(), std::size_t(1));
    }

    void contradictionsAreRefusedWithTheArithmetic_data()
    {
        QTest::addColumn<QString>("when");
        QTest::addColumn<int>("overlapHours");
        QTest::addColumn<int>("lifeDays");
        QTest::addColumn<QString>("says");
        QTest::newRow("daily") << "02:00" << 12 << 30 << "";
        QTest::newRow("weekly") << "0 2 * * 1" << 12 << 30 << "";
        QTest::newRow("weekly, 5 days") << "0 2 * * 1" << 5 * 24 << 30 << "";
        // The playbook's own numbers (D5): daily, a life of 30 days, at most 5 keys.
        QTest::newRow("D5") << "02:00" << 30 * 24 << 31
                            << "a rotation takes up to 30d 1h 15m (15m until every region knows the key + 1h of ramp + 30d of overlap), but "
                               "\"02:00\" comes again after 1d; 1 current key + 30 in overlap + 1 new = 32 keys would be alive, and "
                               "max_keys is 5";
        QTest::newRow("two days") << "02:00" << 48 << 30
                                  << "a rotation takes up to 2d 1h 15m (15m until every region knows the key + 1h of ramp + 2d of overlap), but "
                                     "\"02:00\" comes again after 1d; 1 current key + 2 in overlap + 1 new = 4 keys would be alive, but "
                                     "rotations go one after another";
        QTest::newRow("monthly") << "0 2 1 * *" << 12 << 30
                                 << "a key of 30d would expire before it is replaced: \"0 2 1 * *\" may come again after 31d only, and a "
                                    "rotation takes up to 13h 15m (15m until every region knows the key + 1h of ramp + 12h of overlap): 31d "
                                    "13h 15m in all";
        QTest::newRow("two hours on weekdays") << "0 2,4 * * 1-5" << 0 << 30 << "";
        QTest::newRow("hourly") << "0 * * * *" << 0 << 30
                                << "a rotation takes up to 1h 15m (15m until every region knows the key + 1h of ramp + 0s of overlap), but "
                                   "\"0 * * * *\" comes again after 1h; 1 current key + 0 in overlap + 1 new = 2 keys would be alive, but "
                                   "rotations go one after another";
    }
    void contradictionsAreRefusedWithTheArithmetic()
    {
        QFETCH(QString, when);
        QFETCH(int, overlapHours);
        QFETCH(int, lifeDays);
        QFETCH(QString, says);
        RotationPolicy policy = daily();
        policy.overlap = std::chrono::hours{overlapHours};
        policy.life = std::chrono::days{lifeDays};
        const Result<void> fits = checkSchedule(cron(when.toStdString().c_str()), policy);
        QCOMPARE(fits.has_value() ? QString() : QString::fromStdString(fits.error().what), says);
        if (!fits.has_value())
            QCOMPARE(fits.error().code, Errc::invalidInput);
    }

    void knowsTheLongestGap_data()
    {
        QTest::addColumn<QString>("when");
        QTest::addColumn<int>("hours");
        QTest::newRow("daily") << "02:00" << 24;
        QTest::newRow("twice a day") << "0 2,5 * * *" << 21;
        QTest::newRow("night to night") << "0 1,2,20 * * *" << 18;
        QTest::newRow("weekdays") << "0 2 * * 1-5" << 72;
        QTest::newRow("monthly") << "0 2 1 * *" << 31 * 24;
        QTest::newRow("29 February") << "0 0 29 2 *" << (4 * 365 + 1) * 24;
    }
    void knowsTheLongestGap()
    {
        QFETCH(QString, when);
        QFETCH(int, hours);
        QCOMPARE(cron(when.toStdString().c_str()).longestGap(), Duration{std::chrono::hours{hours}});
    }
};

DROVER_TEST(TestRotationSchedule)
#include "TestRotationSchedule.moc"
