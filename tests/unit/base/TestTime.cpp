// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Clock.h"
#include "base/Ids.h"
#include "base/Log.h"
#include "base/Secret.h"
#include "support/ManualClock.h"
#include "support/TestMain.h"

#include <limits>

using namespace drover;

class TestTime : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatItWrites()
    {
        const auto time = parseTime("2026-11-22T07:34:13.123Z");
        QVERIFY(time.has_value());
        QCOMPARE(formatTime(*time), std::string("2026-11-22T07:34:13.123Z"));
        QCOMPARE(formatCompact(*time), std::string("20261122-073413"));
        QCOMPARE(formatTime(*parseTime("2026-11-22T09:34:13.123456789+02:00")), formatTime(*time));
        QCOMPARE(formatTime(*parseTime("2023-11-16 18:17:03.9799600")), std::string("2023-11-16T18:17:03.979Z"));
    }
    void refusesOtherTexts()
    {
        for (const char* bad : {"", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T24:00:00Z",
                                "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zjunk", "-026-01-01T00:00:00Z"})
            QVERIFY2(!parseTime(bad).has_value(), bad);
    }
    void durationsRoundTrip()
    {
        for (const char* text : {"7d", "48h", "15m", "90s", "1.5s", "250ms", "0s"})
            QCOMPARE(formatDuration(*parseDuration(text)), text == std::string("90s") ? std::string("90s") : std::string(text));
        QCOMPARE(*parseDuration("2"), Duration{2s});
        QVERIFY(!parseDuration("2 weeks").has_value());
        QVERIFY(!parseDuration("-1s").has_value());
    }
    void everyDurationReadsBackTheSame()
    {
        QCOMPARE(formatDuration(Duration{1'234'567'891}), std::string("1234.567891s"));
        QCOMPARE(formatDuration(Duration{250us}), std::string("0.00025s"));
        QCOMPARE(formatDuration(Duration{999'999'999'999'999}), std::string("999999999.999999s"));
        QCOMPARE(formatDuration(-Duration{1'500'001}), std::string("-1.500001s"));
        Random random{3};
        for (int i = 0; i < 2000; ++i) {
            const Duration duration{std::int64_t(random.below(1'000'000'000'000'000) >> random.below(50))};
            QCOMPARE(*parseDuration(formatDuration(duration)), duration);
        }
    }
    void exactTimesReadBackTheSame()
    {
        const auto time = *parseTime("2026-11-22T07:34:13.123Z");
        QCOMPARE(formatTimeExact(time), formatTime(time));
        QCOMPARE(formatTimeExact(time + 5us), std::string("2026-11-22T07:34:13.123005Z"));
        for (const WallTime one : {time + 1us, time + 999us, WallTime{-1us}, WallTime{}})
            QCOMPARE(*parseTime(formatTimeExact(one)), one);
    }
    void secondsThatNoClockHoldsAreTheFarthest()
    {
        QCOMPARE(fromSeconds(1.5), Duration{1500ms});
        QCOMPARE(fromSeconds(-1e-6), Duration{-1us});
        QCOMPARE(fromSeconds(1e300), fromSeconds(9e12));
        QCOMPARE(fromSeconds(-std::numeric_limits<double>::infinity()), -fromSeconds(9e12));
        QCOMPARE(fromSeconds(std::numeric_limits<double>::quiet_NaN()), Duration{0});
    }
    void aDeadlineOnlyShortens()
    {
        test::ManualClock clock;
        const auto whole = Deadline::in(clock, 30s);
        clock.advance(25s);
        QCOMPARE(whole.left(), Duration{5s});
        QCOMPARE(whole.sooner(10s).left(), Duration{5s});
        QCOMPARE(whole.sooner(1s).left(), Duration{1s});
        clock.advance(6s);
        QVERIFY(whole.passed());
    }
    void logLinesAreJsonWhateverTheText()
    {
        test::ManualClock clock;
        std::string out;
        Log log{clock, [&](std::string_view line) { out += line; }};
        log.warn("a \"quoted\"\nline \xff", {{"n", std::int64_t{3}}, {"rate", 0.5}, {"ok", true}});
        QCOMPARE(out, std::string("{\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"level\":\"warn\",\"message\":\"a "
                                  "\\\"quoted\\\"\\nline \xEF\xBF\xBD\",\"n\":3,\"rate\":0.5,\"ok\":true}\n"));
    }
    void secretsAreMaskedAndMoveOnly()
    {
        std::string plain = "cr_0123456789abcdefWXYZ";
        Secret secret = Secret::taking(plain);
        QVERIFY(plain.empty());
        QCOMPARE(secret.hint(), std::string("****WXYZ"));
        QCOMPARE(Secret{"short"}.hint(), std::string("****"));
        Secret moved = std::move(secret);
        QVERIFY(moved.equals(Secret{"cr_0123456789abcdefWXYZ"}));
        QVERIFY(!moved.equals(Secret{"cr_0123456789abcdefWXYz"}));
    }
    void idsHaveTheirForms()
    {
        Random random{1};
        const auto id = uuid7(*parseTime("2026-11-22T07:34:13.123Z"), random);
        QCOMPARE(id.size(), std::size_t{36});
        QCOMPARE(id[14], '7');
        QVERIFY(uuid7(*parseTime("2026-11-22T07:34:13.124Z"), random) > id);
        QCOMPARE(clipId("auto-rotate-20261122"), std::string("auto-rot..."));
        QVERIFY(shortId("w_", random) != shortId("w_", random));
    }
};

DROVER_TEST(TestTime)
#include "TestTime.moc"
