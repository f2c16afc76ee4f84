// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "sandbox/provider/Behaviour.h"
#include "support/TestMain.h"

#include <algorithm>
#include <vector>

using namespace drover::sandbox;

class TestBehaviour : public QObject {
    Q_OBJECT

    struct Rates {
        double errors = 0, variants = 0, p95Ms = 0;
    };
    static Rates measure(Behaviour& behaviour, Side side, std::uint64_t calls, std::uint64_t firstContent = 0)
    {
        Rates rates;
        std::vector<double> times;
        for (std::uint64_t i = 0; i < calls; ++i) {
            const auto fate = behaviour.decide(side, Region::main, firstContent + i, 10);
            rates.errors += fate.kind != Fate::Kind::answer ? 1 : 0;
            rates.variants += fate.variant != 0 ? 1 : 0;
            times.push_back(fate.firstByteMs);
        }
        rates.errors /= double(calls);
        rates.variants /= double(calls);
        std::ranges::nth_element(times, times.begin() + std::ptrdiff_t(calls * 95 / 100));
        rates.p95Ms = times[calls * 95 / 100];
        return rates;
    }

private Q_SLOTS:
    void aRunRepeatsWhateverTheOrder()
    {
        Behaviour forward{*scenarioNamed("diverging"), 7};
        Behaviour backward{*scenarioNamed("diverging"), 7};
        Behaviour other{*scenarioNamed("diverging"), 8};
        std::vector<Fate> first(500), second(500), third(500);
        for (std::size_t i = 0; i < 500; ++i)
            first[i] = forward.decide(Side::holysheep, Region::euWest, i, 10);
        for (std::size_t i = 500; i-- > 0;)
            second[i] = backward.decide(Side::holysheep, Region::euWest, i, 10);
        std::size_t differing = 0;
        for (std::size_t i = 0; i < 500; ++i) {
            third[i] = other.decide(Side::holysheep, Region::euWest, i, 10);
            QCOMPARE(first[i].firstByteMs, second[i].firstByteMs);
            QCOMPARE(first[i].variant, second[i].variant);
            QCOMPARE(int(first[i].kind), int(second[i].kind));
            differing += first[i].firstByteMs != third[i].firstByteMs ? 1 : 0;
        }
        QVERIFY(differing > 490);
    }
    void askingAgainIsAnotherDraw()
    {
        Behaviour behaviour{*scenarioNamed("healthy"), 1};
        const auto once = behaviour.decide(Side::legacy, Region::main, 5, 10);
        const auto again = behaviour.decide(Side::legacy, Region::main, 5, 10);
        QVERIFY(once.firstByteMs != again.firstByteMs);
    }
    void healthyKeepsItsLaws()
    {
        Behaviour behaviour{*scenarioNamed("healthy"), 3};
        const auto legacy = measure(behaviour, Side::legacy, 40000);
        const auto holysheep = measure(behaviour, Side::holysheep, 40000);
        QCOMPARE(legacy.errors, 0.0);
        QVERIFY2(holysheep.errors > 0.0005 && holysheep.errors < 0.0016, qPrintable(QString::number(holysheep.errors)));
        QVERIFY2(holysheep.variants > 0.0013 && holysheep.variants < 0.0028, qPrintable(QString::number(holysheep.variants)));
        QVERIFY2(legacy.p95Ms > 38 && legacy.p95Ms < 42, qPrintable(QString::number(legacy.p95Ms)));
        QVERIFY2(holysheep.p95Ms > 43 && holysheep.p95Ms < 47, qPrintable(QString::number(holysheep.p95Ms)));
        QVERIFY(!behaviour.late());
    }
    void divergingDiffersOnHolysheepAlone()
    {
        Behaviour behaviour{*scenarioNamed("diverging"), 3};
        QVERIFY(measure(behaviour, Side::legacy, 20000).variants < 0.004);
        const auto share = measure(behaviour, Side::holysheep, 20000).variants;
        QVERIFY2(share > 0.046 && share < 0.058, qPrintable(QString::number(share)));
    }
    void lateLawsSetInOnceHolysheepCarriesMost_data()
    {
        QTest::addColumn<QString>("scenario");
        QTest::newRow("degraded") << QStringLiteral("degraded");
        QTest::newRow("slow") << QStringLiteral("slow");
    }
    void lateLawsSetInOnceHolysheepCarriesMost()
    {
        QFETCH(QString, scenario);
        Behaviour behaviour{*scenarioNamed(scenario.toStdString()), 3};
        // Shadow with sample 1: two calls of legacy (one asked again) for one of HolySheep, or one for one.
        for (std::uint64_t i = 0; i < 5000; ++i)
            behaviour.decide(i % 2 == 0 ? Side::legacy : Side::holysheep, Region::main, i, 10);
        // The canary's steps at 5, 25 and 45 %.
        for (std::uint64_t i = 0; i < 3000; ++i)
            behaviour.decide(i % 100 < 5 + (i / 1000) * 20 ? Side::holysheep : Side::legacy, Region::main, 10000 + i, 10);
        QVERIFY(!behaviour.late());
        for (std::uint64_t i = 0; i < 600; ++i)
            behaviour.decide(i * 13 % 100 < 65 ? Side::holysheep : Side::legacy, Region::main, 20000 + i, 10);
        QVERIFY(behaviour.late());
        const auto rates = measure(behaviour, Side::holysheep, 20000, 100000);
        if (scenario == QStringLiteral("degraded"))
            QVERIFY2(rates.errors > 0.074 && rates.errors < 0.086, qPrintable(QString::number(rates.errors)));
        else
            QVERIFY2(rates.p95Ms > 470 && rates.p95Ms < 530, qPrintable(QString::number(rates.p95Ms)));
        QCOMPARE(measure(behaviour, Side::legacy, 5000, 200000).errors, 0.0);
    }
    void anUnknownScenarioNamesTheKnown()
    {
        const auto wrong = scenarioNamed("sunny");
        QVERIFY(!wrong.has_value());
        QVERIFY(wrong.error().what.find("dead-key") != std::string::npos);
    }
};

DROVER_TEST(TestBehaviour)
#include "TestBehaviour.moc"
