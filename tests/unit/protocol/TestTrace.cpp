// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/usage/Trace.h"
#include "support/Damage.h"
#include "support/Files.h"
#include "support/TestMain.h"

using namespace drover;

namespace {
constexpr std::string_view header = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
}

class TestTrace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheWholeTraceWeShip()
    {
        const auto rows = parseTrace(test::readFile(DROVER_SOURCE_DIR "/resources/trace/azure-llm-trace-code.csv"));
        QVERIFY2(rows.has_value(), rows.has_value() ? "" : describe(rows.error()).c_str());
        QCOMPARE(rows->size(), std::size_t{8819});
        QCOMPARE(rows->front().contextTokens, 4808U);
        QCOMPARE(rows->front().generatedTokens, 10U);
        QCOMPARE((*rows)[1].at, Duration{52'000});
        QVERIFY(std::ranges::is_sorted(*rows, {}, &TraceRow::at));
    }
    void bothLineEndsAndALastLineWithoutOne()
    {
        const auto rows = parseTrace("TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:17:03.9,1,2\r\n"
                                     "2023-11-16 18:17:04.0,3,4");
        QVERIFY(rows.has_value());
        QCOMPARE(rows->size(), std::size_t{2});
        QCOMPARE((*rows)[1].at, Duration{100'000});
    }
    void aSmallStepBackIsKeptInOrder()
    {
        const auto rows = parseTrace(std::string(header) + "2023-11-16 18:17:04,1,2\n2023-11-16 18:17:03,3,4\n");
        QVERIFY(rows.has_value());
        QCOMPARE((*rows)[1].at, Duration{0});
    }
    void errorsNameTheLine_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("where");
        const auto row = [](const char* body, const char* where) {
            QTest::newRow(body) << QString::fromLatin1(body) << QString::fromLatin1(where);
        };
        row("", "line 2");
        row("2023-11-16 18:17:04,1\n", "line 2");
        row("2023-11-16 18:17:04,1,2,3\n", "line 2");
        row("2023-11-16 18:17:04,1,2\nyesterday,1,2\n", "line 3");
        row("2023-11-16 18:17:04,1,2\n2023-11-16 18:17:04,x,2\n", "line 3");
        row("2023-11-16 18:17:04,-1,2\n", "line 2");
        row("2023-11-16 18:17:04,1,10000001\n", "line 2");
        row("2023-11-16 18:17:04,99999999999999999999,1\n", "line 2");
        row("2023-11-16 18:17:04,1,2\n2023-11-16 18:15:04,1,2\n", "line 3");
    }
    void errorsNameTheLine()
    {
        QFETCH(QString, body);
        QFETCH(QString, where);
        const auto rows = parseTrace(std::string(header) + body.toStdString());
        QVERIFY(!rows.has_value());
        QCOMPARE(QString::fromStdString(rows.error().where), where);
    }
    void anotherHeaderIsRefused()
    {
        QCOMPARE(parseTrace("time,in,out\n").error().where, std::string("line 1"));
        QCOMPARE(parseTrace("").error().where, std::string("line 1"));
    }
    void damagedTracesNeverCrash()
    {
        const std::string text = std::string(header) + "2023-11-16 18:17:03.9799600,4808,10\r\n"
                                                       "2023-11-16 18:17:04.0319600,3180,8\r\n";
        test::feedDamaged(text, [](std::string_view damaged) { (void)parseTrace(damaged).has_value(); });
    }
};

DROVER_TEST(TestTrace)
#include "TestTrace.moc"
