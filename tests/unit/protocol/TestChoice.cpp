// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/routing/Choice.h"
#include "support/TestMain.h"

#include <array>
#include <cmath>
#include <string>
#include <vector>

using namespace drover;

namespace {

std::vector<std::uint64_t> stickies(int count)
{
    std::vector<std::uint64_t> all;
    for (int i = 0; i < count; ++i)
        all.push_back(stickyHash("user-" + std::to_string(i)));
    return all;
}

std::array<Candidate, 2> split(double share)
{
    return {Candidate{saltOf("legacy"), 1 - share}, Candidate{saltOf("holysheep"), share}};
}

} // namespace

class TestChoice : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyShareIsTheConfiguredOne()
    {
        constexpr int n = 40000;
        const auto keys = stickies(n);
        for (const double share : {0.05, 0.25, 0.45, 0.65, 0.85}) {
            int onTarget = 0;
            for (const auto sticky : keys)
                onTarget += choose(sticky, split(share)) == 1 ? 1 : 0;
            const double deviation = std::sqrt(share * (1 - share) / n);
            QVERIFY2(std::abs(double(onTarget) / n - share) < 4 * deviation, qPrintable(QString::number(onTarget)));
        }
    }
    void aRaisedShareMovesKeysToTheTargetOnly()
    {
        for (const auto sticky : stickies(5000))
            if (choose(sticky, split(0.25)) == 1)
                QCOMPARE(choose(sticky, split(0.45)), std::size_t{1});
    }
    void theSameKeyGoesTheSameWay()
    {
        for (const auto sticky : stickies(100))
            QCOMPARE(choose(sticky, split(0.5)), choose(sticky, split(0.5)));
    }
    void zeroWeightIsNeverChosenAndNoWeightIsNobody()
    {
        const std::array<Candidate, 2> none{Candidate{1, 0}, Candidate{2, -1}};
        for (const auto sticky : stickies(1000)) {
            QCOMPARE(choose(sticky, split(0)), std::size_t{0});
            QCOMPARE(choose(sticky, split(1)), std::size_t{1});
            QCOMPARE(choose(sticky, none), std::size_t{2});
        }
    }
    void theSampleHasItsShareAndIsNotTheChoice()
    {
        constexpr int n = 40000;
        int sampled = 0;
        int both = 0;
        for (const auto sticky : stickies(n)) {
            const bool in = inSample(sticky, saltOf("m_1"), 0.2);
            sampled += in ? 1 : 0;
            both += in && choose(sticky, split(0.5)) == 1 ? 1 : 0;
            QVERIFY(inSample(sticky, saltOf("m_1"), 1));
            QVERIFY(!inSample(sticky, saltOf("m_1"), 0));
        }
        QVERIFY2(std::abs(sampled - 8000) < 320, qPrintable(QString::number(sampled)));
        QVERIFY2(std::abs(both - 4000) < 260, qPrintable(QString::number(both)));
    }
};

DROVER_TEST(TestChoice)
#include "TestChoice.moc"
