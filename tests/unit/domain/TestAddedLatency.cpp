// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "domain/gates/Gate.h"
#include "support/TestMain.h"

#include <cmath>

using namespace drover;

namespace {

Histogram spread(std::uint64_t n, double from, double to)
{
    Histogram values;
    for (std::uint64_t i = 0; i < n; ++i)
        values.record(from + (to - from) * (double(i) + 0.5) / double(n));
    return values;
}

TargetEvidence plainOnly(Histogram values)
{
    TargetEvidence evidence;
    evidence.firstBytePlain = std::move(values);
    return evidence;
}

TargetEvidence bothKinds(Histogram plain, Histogram streamed)
{
    TargetEvidence evidence;
    evidence.firstBytePlain = std::move(plain);
    evidence.firstByteStreamed = std::move(streamed);
    return evidence;
}

Histogram exponential(Random& random, int n, double mean)
{
    Histogram values;
    for (int i = 0; i < n; ++i)
        values.record(-mean * std::log(1 - random.uniform()));
    return values;
}

} // namespace

class TestAddedLatency : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void needsSeventyTwoASide()
    {
        const auto gate = [](std::uint64_t legacy, std::uint64_t target) {
            return judgeAddedLatency(plainOnly(spread(legacy, 40, 60)), plainOnly(spread(target, 41, 61)), 50);
        };
        QCOMPARE(gate(71, 500).verdict, Verdict::inconclusive);
        QCOMPARE(gate(71, 500).needed, std::uint64_t{1});
        QCOMPARE(gate(500, 71).verdict, Verdict::inconclusive);
        QCOMPARE(gate(72, 72).verdict, Verdict::pass);
        QCOMPARE(gate(72, 72).n, std::uint64_t{72});
        QCOMPARE(gate(0, 0).needed, std::uint64_t{72});
        QVERIFY(std::isinf(gate(500, 71).high));
        QVERIFY(std::isinf(gate(71, 500).low));
        QCOMPARE(gate(500, 30).text, std::string("Only 500 plain answers of legacy and 30 of the new target: the p95 "
                                                 "needs 72 a side, limit 50 ms"));
    }
    void failsWhenSurelySlower()
    {
        // The scenario "slow": p95 from 45 to 500 ms.
        const GateResult gate =
            judgeAddedLatency(plainOnly(spread(300, 20, 46)), plainOnly(spread(300, 200, 520)), 50);
        QCOMPARE(gate.verdict, Verdict::fail);
        QVERIFY(gate.low > 50);
        QVERIFY(std::abs(gate.estimate - 458) < 5);
        QVERIFY(gate.text.find("at least") != std::string::npos);
    }
    void theWorseKindDecides()
    {
        const TargetEvidence legacy = bothKinds(spread(200, 40, 60), spread(200, 10, 20));
        const TargetEvidence slowStreams = bothKinds(spread(200, 40, 60), spread(200, 110, 120));
        const GateResult gate = judgeAddedLatency(legacy, slowStreams, 50);
        QCOMPARE(gate.verdict, Verdict::fail);
        QVERIFY(gate.text.find("streamed") != std::string::npos);
        const TargetEvidence fewStreams = bothKinds(spread(200, 40, 60), spread(40, 10, 20));
        const GateResult few = judgeAddedLatency(legacy, fewStreams, 50);
        QCOMPARE(few.verdict, Verdict::inconclusive);
        QCOMPARE(few.needed, std::uint64_t{32});
    }
    void leavesOutAKindThatIsRareOnBothSides()
    {
        const TargetEvidence legacy = bothKinds(spread(2000, 40, 60), spread(10, 10, 20));
        const TargetEvidence target = bothKinds(spread(2000, 40, 60), spread(10, 900, 990));
        const GateResult gate = judgeAddedLatency(legacy, target, 50);
        QCOMPARE(gate.verdict, Verdict::pass);
        QVERIFY(gate.text.ends_with("(streamed answers are less than 1 % of the traffic and left out)"));
        // 1 % on one side is enough to be judged.
        const TargetEvidence more = bothKinds(spread(2000, 40, 60), spread(30, 900, 990));
        QCOMPARE(judgeAddedLatency(legacy, more, 50).verdict, Verdict::inconclusive);
    }
    void saysWhenNoNumberWouldHelp()
    {
        const GateResult gate =
            judgeAddedLatency(plainOnly(spread(80, 10, 200)), plainOnly(spread(80, 70, 260)), 50);
        QCOMPARE(gate.verdict, Verdict::inconclusive);
        QVERIFY(gate.estimate > 50);
        QCOMPARE(gate.needed, std::uint64_t{0});
        QVERIFY(gate.text.ends_with("the estimate itself is over the limit"));
    }
    void estimatesWhatIsMissing()
    {
        Random random{3};
        const GateResult gate = judgeAddedLatency(plainOnly(exponential(random, 150, 60)),
                                                  plainOnly(exponential(random, 150, 60)), 50);
        QCOMPARE(gate.verdict, Verdict::inconclusive);
        QVERIFY(gate.needed > 50 && gate.needed < 5000);
    }
    void coversTheTrueDifference()
    {
        Random random{4};
        const double truth = (100.0 - 80.0) * -std::log(0.05);
        const int runs = 1000;
        int low = 0;
        int high = 0;
        for (int run = 0; run < runs; ++run) {
            const GateResult gate = judgeAddedLatency(plainOnly(exponential(random, 200, 80)),
                                                      plainOnly(exponential(random, 200, 100)), 50);
            low += gate.low <= truth ? 1 : 0;
            high += gate.high >= truth ? 1 : 0;
        }
        QVERIFY(low >= int(0.95 * runs));
        QVERIFY(high >= int(0.95 * runs));
    }
};

DROVER_TEST(TestAddedLatency)
#include "TestAddedLatency.moc"
