// SPDX-License-Identifier: Apache-2.0
#include <QTest>
#include <QRegularExpression>

#include "gateway/Lease.h"
#include "gateway/Metrics.h"
#include "support/ManualClock.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::gateway;

class TestMetrics final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsByTargetAndClass()
    {
        Metrics metrics;
        metrics.request("legacy", ErrorClass::ok, 12);
        metrics.request("legacy", ErrorClass::ok, 700);
        metrics.request("holy\"sheep", ErrorClass::cut, 200000);
        metrics.attempt("legacy", "k_1", ErrorClass::ok, 3.0);
        const std::string text = metrics.text({});
        const auto has = [&](const std::string& line) { return text.find(line + "\n") != std::string::npos; };
        QVERIFY(has("drover_requests_total{target=\"legacy\",class=\"ok\"} 2"));
        QVERIFY(has("drover_requests_total{target=\"holy\\\"sheep\",class=\"cut\"} 1"));
        QVERIFY(has("drover_attempts_total{target=\"legacy\",key=\"k_1\",class=\"ok\"} 1"));
        QVERIFY(has("drover_request_duration_seconds_bucket{target=\"legacy\",le=\"0.025\"} 1"));
        QVERIFY(has("drover_request_duration_seconds_bucket{target=\"legacy\",le=\"+Inf\"} 2"));
        QVERIFY(has("drover_request_duration_seconds_bucket{target=\"holy\\\"sheep\",le=\"120\"} 0"));
        QVERIFY(has("drover_request_duration_seconds_count{target=\"legacy\"} 2"));
        QVERIFY(has("drover_first_byte_seconds_bucket{target=\"legacy\",le=\"0.005\"} 1"));
        QVERIFY(text.find("drover_lease_left_seconds") == std::string::npos);
    }

    void everyFamilyHasHelpAndType()
    {
        Metrics metrics;
        Metrics::Now now;
        now.leaseLeftS = 4.5;
        const QStringList lines = QString::fromStdString(metrics.text(now)).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QStringList known;
        for (const auto& line : lines) {
            if (line.startsWith(QLatin1String("# TYPE ")))
                known << line.section(QLatin1Char(' '), 2, 2);
            else if (!line.startsWith(QLatin1Char('#')))
                QVERIFY2(known.contains(line.section(QRegularExpression(QStringLiteral("[ {]")), 0, 0)), qPrintable(line));
        }
        QVERIFY(lines.contains(QStringLiteral("drover_lease_left_seconds 4.5")));
    }

    void aLeaseWithoutLengthIsNone()
    {
        test::ManualClock clock;
        Lease lease{clock};
        QVERIFY(!lease.left());
        RoutingDocument document;
        document.phase = Phase::shadow;
        document.leaseS = 5;
        lease.begin(document);
        clock.advance(10s);
        QVERIFY(!lease.expired());
        document.phase = Phase::canary;
        lease.begin(document);
        clock.advance(3s);
        QCOMPARE(*lease.left(), Duration(2s));
        QVERIFY(lease.renew(1));
        QCOMPARE(*lease.left(), Duration(5s));
        QVERIFY(!lease.renew(1));
        clock.advance(5s);
        QVERIFY(lease.expired());
        QVERIFY(!lease.renew(2)); // noted, but too late
        QCOMPARE(lease.renewal(), std::uint64_t(2));
        QVERIFY(lease.expired());
    }
};

DROVER_TEST(TestMetrics)
#include "TestMetrics.moc"
