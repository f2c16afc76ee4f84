// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "domain/gates/Binomial.h"
#include "support/TestMain.h"

#include <cmath>

using namespace drover;

class TestBinomial : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void boundsAreThoseOfAnExactCalculation_data()
    {
        // Found by bisection of the binomial sum with 60 decimal digits.
        QTest::addColumn<quint64>("errors");
        QTest::addColumn<quint64>("n");
        QTest::addColumn<double>("confidence");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::newRow("10 of 100") << quint64{10} << quint64{100} << 0.975 << 0.049004689221 << 0.176222597740;
        QTest::newRow("1 of 20") << quint64{1} << quint64{20} << 0.975 << 0.001265089498 << 0.248732762772;
        QTest::newRow("3 of 412") << quint64{3} << quint64{412} << 0.95 << 0.001987543845 << 0.018711231672;
        QTest::newRow("12 of 100") << quint64{12} << quint64{100} << 0.999 << 0.041911028974 << 0.250373600132;
        QTest::newRow("250 of 400") << quint64{250} << quint64{400} << 0.95 << 0.583337619358 << 0.665278089444;
        QTest::newRow("0 of 10") << quint64{0} << quint64{10} << 0.975 << 0.0 << 1 - std::pow(0.025, 0.1);
        QTest::newRow("10 of 10") << quint64{10} << quint64{10} << 0.975 << std::pow(0.025, 0.1) << 1.0;
        QTest::newRow("nothing") << quint64{0} << quint64{0} << 0.95 << 0.0 << 1.0;
    }
    void boundsAreThoseOfAnExactCalculation()
    {
        QFETCH(quint64, errors);
        QFETCH(quint64, n);
        QFETCH(double, confidence);
        QFETCH(double, low);
        QFETCH(double, high);
        QVERIFY(std::abs(lowerBound(errors, n, confidence) - low) < 1e-11);
        QVERIFY(std::abs(upperBound(errors, n, confidence) - high) < 1e-11);
    }
    void staysExactAtTheSizesOfProduction()
    {
        // 12 million requests a day: the normal approximation is good there, so the two must agree closely.
        const std::uint64_t n = 12'000'000;
        const double rate = 0.004;
        const double width = 1.6448536269514722 * std::sqrt(rate * (1 - rate) / double(n));
        QVERIFY(std::abs(upperBound(48'000, n, 0.95) - (rate + width)) < 1e-6);
        QVERIFY(std::abs(lowerBound(48'000, n, 0.95) - (rate - width)) < 1e-6);
    }
    void tailsAddUpToOne()
    {
        for (const std::uint64_t k : {1, 7, 50, 99, 100})
            QVERIFY(std::abs(binomialAtMost(k - 1, 100, 0.3) + binomialAtLeast(k, 100, 0.3) - 1) < 1e-12);
        QCOMPARE(binomialAtLeast(0, 5, 0.0), 1.0);
        QCOMPARE(binomialAtLeast(1, 5, 0.0), 0.0);
        QCOMPARE(binomialAtLeast(6, 5, 1.0), 0.0);
        QCOMPARE(binomialAtMost(4, 5, 1.0), 0.0);
        QCOMPARE(binomialAtMost(5, 5, 1.0), 1.0);
    }
};

DROVER_TEST(TestBinomial)
#include "TestBinomial.moc"
