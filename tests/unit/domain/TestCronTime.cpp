// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "domain/keys/CronTime.h"
#include "support/TestMain.h"

#include <set>

using namespace drover;

namespace {

WallTime at(const char* text)
{
    return *parseTime(text);
}

CronTime cron(const char* text)
{
    return *CronTime::parse(text);
}

} // namespace

class TestCronTime : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void comesWhenCrontabSaysSo_data()
    {
        QTest::addColumn<QString>("when");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QString>("next");
        const auto row = [](const char* when, const char* after, const char* next) {
            QTest::newRow(when) << QString::fromLatin1(when) << QString::fromLatin1(after) << QString::fromLatin1(next);
        };
        row("02:00", "2026-11-25T01:59:59Z", "2026-11-25T02:00:00.000Z");
        row("0 2 * * *", "2026-11-25T02:00:00Z", "2026-11-26T02:00:00.000Z");
        row("*/15 * * * *", "2026-12-31T23:46:00Z", "2027-01-01T00:00:00.000Z");
        row("30 1,13 * * 1-5", "2026-11-27T13:30:00Z", "2026-11-30T01:30:00.000Z"); // Friday to Monday
        row("0 0 29 2 *", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00.000Z");
        row("0 0 13 * 5", "2026-11-13T00:00:00Z", "2026-11-20T00:00:00.000Z"); // either day is enough
        row("0 0 * * 7", "2026-11-25T00:00:00Z", "2026-11-29T00:00:00.000Z");  // 7 is Sunday
        row("5/20 6 1 */3 *", "2026-11-25T00:00:00Z", "2027-01-01T06:05:00.000Z");
        row("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00.000Z");
    }
    void comesWhenCrontabSaysSo()
    {
        QFETCH(QString, when);
        QFETCH(QString, after);
        QFETCH(QString, next);
        const CronTime time = *CronTime::parse(when.toStdString());
        const WallTime from = *parseTime(after.toStdString());
        QCOMPARE(QString::fromStdString(formatTime(time.nextAfter(from))), next);
    }

    void saysWhichFieldIsWrong_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("hour") << "0 24 * * *" << "the hour \"24\"";
        QTest::newRow("word") << "0 two * * *" << "the hour \"two\"";
        QTest::newRow("range") << "0 2 * * 5-1" << "day of the week";
        QTest::newRow("step") << "*/0 * * * *" << "minute";
        QTest::newRow("empty part") << "0 2,, * * *" << "the hour";
        QTest::newRow("too few") << "0 2 * *" << "five fields";
        QTest::newRow("never") << "0 0 30 2 *" << "never comes";
        QTest::newRow("no time") << "25:00" << "five fields";
        QTest::newRow("empty") << "" << "five fields";
    }
    void saysWhichFieldIsWrong()
    {
        QFETCH(QString, text);
        QFETCH(QString, says);
        const auto parsed = CronTime::parse(text.toStdString());
        QVERIFY(parsed.has_error());
        QCOMPARE(parsed.error().code, Errc::invalidInput);
        QVERIFY2(QString::fromStdString(parsed.error().what).contains(says), parsed.error().what.c_str());
    }

    // nextAfter and lastBetween are each other's mirror, at any moment of many years.
    void lookingBackFindsWhatLookingForwardFound()
    {
        Random random{11};
        for (const char* when : {"0 2 * * *", "*/7 3-5 * * *", "0 0 29 2 *", "15 4 1,15 * 3"}) {
            const CronTime time = cron(when);
            for (int i = 0; i < 300; ++i) {
                const WallTime from = at("2026-01-01T00:00:00Z") + Duration{std::int64_t(random.uniform() * 1e6 * 86400 * 365 * 6)};
                const WallTime next = time.nextAfter(from);
                QVERIFY(next > from);
                QCOMPARE(time.lastBetween(from, next), std::optional{next});
                QCOMPARE(time.lastBetween(from, next - 1us), std::optional<WallTime>{});
                QCOMPARE(time.lastBetween(next, next), std::optional<WallTime>{});
            }
        }
    }

    void knowsItsShortestGap()
    {
        QCOMPARE(cron("02:00").shortestGap(), Duration{24h});
        QCOMPARE(cron("0 2 * * 1").shortestGap(), Duration{7 * 24h});
        QCOMPARE(cron("0 2,5 * * *").shortestGap(), Duration{3h});
        QCOMPARE(cron("* * * * *").shortestGap(), Duration{1min});
        QCOMPARE(cron("0 0 1 1 *").shortestGap(), Duration{365 * 24h});
    }

    // A year of an agent that looks every minute, is away for some nights and is started anew every few hours: one run a
    // due time, several missed nights made up once, none for a start.
    void oneRunADueTimeThroughAYear()
    {
        const CronTime time = cron("02:00");
        const WallTime begin = at("2026-01-01T12:00:00Z");
        std::optional<WallTime> handled = begin; // what the first start has noted
        std::set<WallTime> runs;
        const auto away = [&](WallTime now) {
            const auto day = std::chrono::floor<std::chrono::days>(now - begin).count();
            return day % 50 == 10 || day % 50 == 11 || day % 50 == 12; // three nights
        };
        for (WallTime now = begin; now < begin + 365 * 24h; now += 1min) {
            if (away(now))
                continue;
            const ScheduleDue due = dueOf(time, handled, now);
            if (!due.due)
                continue;
            QVERIFY(runs.insert(*due.due).second);
            handled = due.due;
        }
        // 365 nights; each of the eight absences of three days misses three, and makes up one.
        QCOMPARE(runs.size(), std::size_t(365 - 8 * 2));
    }

    void aFirstStartAndAClockThatJumpsMakeNoRun()
    {
        const CronTime time = cron("02:00");
        QVERIFY(!dueOf(time, std::nullopt, at("2026-03-29T02:30:00Z")).due);
        QCOMPARE(dueOf(time, std::nullopt, at("2026-03-29T02:30:00Z")).next, at("2026-03-30T02:00:00Z"));
        // Europe's change of the clocks is at 01:00 UTC: it moves nothing.
        QCOMPARE(dueOf(time, at("2026-03-28T02:00:00Z"), at("2026-03-29T02:00:00Z")).due, std::optional{at("2026-03-29T02:00:00Z")});
        // A clock set back by an hour after the run: the same night is not due again.
        const ScheduleDue again = dueOf(time, at("2026-05-01T02:00:00Z"), at("2026-05-01T01:30:00Z"));
        QVERIFY(!again.due && !again.clockWentBack);
        // A clock that was a year ahead: said, so that the schedule does not stand still for that year.
        const ScheduleDue year = dueOf(time, at("2027-05-01T02:00:00Z"), at("2026-05-01T02:00:00Z"));
        QVERIFY(!year.due && year.clockWentBack);
    }
};

DROVER_TEST(TestCronTime)
#include "TestCronTime.moc"
