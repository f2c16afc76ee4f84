// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "domain/latency/Quantile.h"
#include "support/TestMain.h"

#include <cmath>

using namespace drover;

namespace {

struct Coverage {
    double low = 0;
    double high = 0;
};

// How often the bounds of the p95 of n exponential values lie on the right side of the true one.
Coverage coverageOf(int n, int runs, std::uint64_t seed)
{
    Random random{seed};
    const double truth = -100 * std::log(0.05);
    Coverage held;
    for (int run = 0; run < runs; ++run) {
        Histogram values;
        for (int i = 0; i < n; ++i)
            values.record(-100 * std::log(1 - random.uniform()));
        held.low += *quantileLowerBound(values, 0.95, 0.975) <= truth ? 1 : 0;
        held.high += *quantileUpperBound(values, 0.95, 0.975) >= truth ? 1 : 0;
    }
    return {held.low / runs, held.high / runs};
}

} // namespace

class TestQuantile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void knowsHowManyValuesABoundNeeds()
    {
        QCOMPARE(quantileUpperNeeds(0.95, 0.975), std::uint64_t{72});
        QCOMPARE(quantileUpperNeeds(0.95, 0.95), std::uint64_t{59}); // the playbook's "any bound on p95: 59"
        QVERIFY(!quantileUpperRank(71, 0.95, 0.975));
        QCOMPARE(*quantileUpperRank(72, 0.95, 0.975), std::uint64_t{72});
        QVERIFY(!quantileLowerRank(0, 0.95, 0.975));
        QVERIFY(!quantileLowerRank(1, 0.95, 0.975));
        QCOMPARE(*quantileLowerRank(2, 0.95, 0.975), std::uint64_t{1});
    }
    void ranksAreTheTightestThatHold()
    {
        // n = 100, q = 0.95: P(X ≤ 98) = 0.9629, P(X ≤ 99) = 0.9941; P(X ≥ 90) = 0.9885, P(X ≥ 91) = 0.9718.
        QCOMPARE(*quantileUpperRank(100, 0.95, 0.975), std::uint64_t{100});
        QCOMPARE(*quantileUpperRank(100, 0.95, 0.96), std::uint64_t{99});
        QCOMPARE(*quantileLowerRank(100, 0.95, 0.975), std::uint64_t{90});
        QCOMPARE(*quantileLowerRank(100, 0.95, 0.97), std::uint64_t{91});
    }
    void coversTheTrueQuantile_data()
    {
        QTest::addColumn<int>("n");
        for (const int n : {72, 100, 300, 1000})
            QTest::addRow("%d values", n) << n;
    }
    void coversTheTrueQuantile()
    {
        QFETCH(int, n);
        const int runs = 2000;
        const Coverage held = coverageOf(n, runs, std::uint64_t(n));
        // Three deviations of a binomial proportion below 97.5 %.
        const double least = 0.975 - 3 * std::sqrt(0.975 * 0.025 / runs);
        QVERIFY2(held.low >= least, qPrintable(QString::number(held.low)));
        QVERIFY2(held.high >= least, qPrintable(QString::number(held.high)));
        // Nor is it idle: bounds that always hold say nothing. At small n the ranks are coarse.
        if (n >= 300)
            QVERIFY(held.low < 0.9995 && held.high < 0.9995);
    }
};

DROVER_TEST(TestQuantile)
#include "TestQuantile.moc"
