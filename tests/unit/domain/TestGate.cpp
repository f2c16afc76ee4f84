// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "domain/gates/Gate.h"
#include "domain/gates/Text.h"
#include "support/TestMain.h"

#include <cmath>

using namespace drover;

namespace {

TargetEvidence seen(std::uint64_t ok, std::uint64_t failed, ErrorClass how = ErrorClass::upstream)
{
    TargetEvidence evidence;
    evidence.byClass[std::size_t(ErrorClass::ok)] = ok;
    evidence.byClass[std::size_t(how)] += failed;
    return evidence;
}

PairEvidence pairsOf(std::uint64_t triples, std::uint64_t onlyNew, std::uint64_t onlyAgain)
{
    PairEvidence pairs;
    pairs.pairs = pairs.triples = triples;
    pairs.onlyNew = onlyNew;
    pairs.onlyAgain = onlyAgain;
    return pairs;
}

// The chance that the gate answers `verdict` at one look at n requests when the true error rate is `rate`.
double chanceOf(Verdict verdict, std::uint64_t n, double rate, double limit)
{
    double chance = 0;
    for (std::uint64_t errors = 0; errors <= n; ++errors) {
        if (judgeErrorRate(seen(n - errors, errors), limit).verdict == verdict)
            chance += binomialAtMost(errors, n, rate) - (errors == 0 ? 0 : binomialAtMost(errors - 1, n, rate));
    }
    return chance;
}

} // namespace

class TestGate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanRequestsNeededAreThePlaybooks()
    {
        QCOMPARE(cleanMissing(0, 0, 0.01, 0.95), std::uint64_t{299});
        QCOMPARE(cleanMissing(0, 0, 0.05, 0.95), std::uint64_t{59});
        QCOMPARE(cleanMissing(0, 0, 0.02, 0.95), std::uint64_t{149});
        QCOMPARE(cleanMissing(0, 299, 0.01, 0.95), std::uint64_t{0});
        QCOMPARE(cleanMissing(1, 0, 0.01, 0.95), std::uint64_t{473});
        QCOMPARE(cleanMissing(0, 0, 0.0, 0.95), ~std::uint64_t{0});
    }
    void passesOnTheTwoHundredAndNinetyNinthCleanRequest()
    {
        const GateResult before = judgeErrorRate(seen(298, 0), 0.01);
        QCOMPARE(before.verdict, Verdict::inconclusive);
        QCOMPARE(before.needed, std::uint64_t{1});
        const GateResult gate = judgeErrorRate(seen(299, 0), 0.01);
        QCOMPARE(gate.verdict, Verdict::pass);
        QCOMPARE(gate.n, std::uint64_t{299});
        QCOMPARE(gate.needed, std::uint64_t{0});
        QVERIFY(gate.high < 0.01 && gate.low == 0 && gate.estimate == 0);
    }
    void missingOnesAreExactlyWhatIsMissing()
    {
        for (const std::uint64_t errors : {0, 1, 4}) {
            const GateResult gate = judgeErrorRate(seen(400, errors), 0.012);
            if (gate.verdict != Verdict::inconclusive)
                continue;
            QCOMPARE(judgeErrorRate(seen(400 + gate.needed, errors), 0.012).verdict, Verdict::pass);
            QCOMPARE(judgeErrorRate(seen(400 + gate.needed - 1, errors), 0.012).verdict, Verdict::inconclusive);
        }
    }
    void saysTheNumbersInOneSentence()
    {
        QCOMPARE(judgeErrorRate(seen(412, 0), 0.01).text,
                 std::string("0 errors in 412 requests: at most 0.73 % with 95 % confidence, limit 1 %"));
        QCOMPARE(judgeErrorRate(seen(298, 0), 0.01).text,
                 std::string("0 errors in 298 requests: at most 1.01 % with 95 % confidence, limit 1 %; 1 request "
                             "without one still missing"));
        // 299 clean requests bound the rate by 0.9969 %: 1 % in two decimals, which would not be below the limit.
        QCOMPARE(judgeErrorRate(seen(299, 0), 0.01).text,
                 std::string("0 errors in 299 requests: at most 0.997 % with 95 % confidence, limit 1 %"));
        QCOMPARE(judgeErrorRate(seen(920, 80), 0.01).text,
                 std::string("80 errors in 1,000 requests: at least 6.63 % with 95 % confidence, limit 1 %"));
        QCOMPARE(judgeErrorRate({}, 0.01).text,
                 std::string("No requests yet, limit 1 %; 299 requests without one still missing"));
    }
    void neverCountsTheClientsOwnFaults()
    {
        TargetEvidence evidence = seen(299, 50, ErrorClass::client);
        evidence.byClass[std::size_t(ErrorClass::aborted)] = 50;
        QCOMPARE(judgeErrorRate(evidence, 0.01), judgeErrorRate(seen(299, 0), 0.01));
        for (const ErrorClass how : {ErrorClass::auth, ErrorClass::billing, ErrorClass::rate, ErrorClass::overload,
                                     ErrorClass::network, ErrorClass::cut, ErrorClass::streamError, ErrorClass::incompatible})
            QCOMPARE(judgeErrorRate(seen(270, 30, how), 0.01).verdict, Verdict::fail);
    }
    void aDeadKeyAtLowTrafficNeverPasses()
    {
        // D24: with "more than 100 requests or it counts as 0", 30 requests a minute promote a key that fails all.
        for (std::uint64_t n = 0; n <= 100; ++n) {
            QVERIFY(judgeErrorRate(seen(0, n, ErrorClass::auth), 0.05).verdict != Verdict::pass);
            QVERIFY(judgeErrorRate(seen(0, n, ErrorClass::auth), 0.01).verdict != Verdict::pass);
        }
        QCOMPARE(judgeErrorRate(seen(0, 2, ErrorClass::auth), 0.05).verdict, Verdict::fail);
        QCOMPARE(judgeAbort(seen(0, 100, ErrorClass::auth), 0.05).verdict, Verdict::fail);
        // A key that fails 6 % passes a limit of 5 % at one look in less than one case in twenty, at any traffic.
        for (const std::uint64_t n : {30, 60, 100, 600})
            QVERIFY(chanceOf(Verdict::pass, n, 0.06, 0.05) < 0.05);
    }
    void oneLookIsWrongInAtMostOneCaseInTwenty()
    {
        for (const std::uint64_t n : {100, 299, 500, 1500}) {
            QVERIFY(chanceOf(Verdict::fail, n, 0.01, 0.01) <= 0.05);
            QVERIFY(chanceOf(Verdict::pass, n, 0.01, 0.01) <= 0.05);
        }
        // And it has power: 0.1 % errors pass 1 % at 1,500 requests nearly always, 3 % fail.
        QVERIFY(chanceOf(Verdict::pass, 1500, 0.001, 0.01) > 0.99);
        QVERIFY(chanceOf(Verdict::fail, 1500, 0.03, 0.01) > 0.99);
    }
    void abortNeedsAHundredRequests()
    {
        for (std::uint64_t n = 0; n < 100; ++n)
            QCOMPARE(judgeAbort(seen(0, n), 0.05).verdict, Verdict::pass);
        QCOMPARE(judgeAbort(seen(0, 100), 0.05).verdict, Verdict::fail);
        // 13 of 100 can still be 4.79 % (99.9 %), 14 of 100 no longer 5 %.
        QCOMPARE(judgeAbort(seen(87, 13), 0.05).verdict, Verdict::pass);
        QCOMPARE(judgeAbort(seen(86, 14), 0.05).verdict, Verdict::fail);
        QCOMPARE(judgeAbort(seen(86, 14), 0.05).text,
                 std::string("14 errors in 100 requests: at least 5.41 % with 99.9 % confidence, abort above 5 %"));
        QCOMPARE(judgeAbort(seen(3, 0), 0.05).text,
                 std::string("0 errors in 3 requests: the abort rule needs 100 requests to judge"));
    }
    void divergenceTakesLegacysOwnNoiseAway()
    {
        // 2 % of each side's answers differ by noise alone: no excess, whatever the plain divergence says.
        const GateResult gate = judgeDivergence(pairsOf(5000, 100, 100), 0.02);
        QCOMPARE(gate.verdict, Verdict::pass);
        QCOMPARE(gate.estimate, 0.0);
        QVERIFY(gate.low < 0 && gate.high > 0);
        QCOMPARE(judgeDivergence(pairsOf(1000, 60, 2), 0.02).verdict, Verdict::fail);
        const GateResult few = judgeDivergence(pairsOf(100, 0, 0), 0.02);
        QCOMPARE(few.verdict, Verdict::inconclusive);
        QCOMPARE(few.needed, std::uint64_t{83}); // 183 clean ones: 0.025^(1/183) > 0.98
        QCOMPARE(judgeDivergence(pairsOf(183, 0, 0), 0.02).verdict, Verdict::pass);
        QCOMPARE(judgeDivergence({}, 0.02).needed, std::uint64_t{183});
        QCOMPARE(few.text, std::string("On 100 prompts the new target alone differed 0 times and legacy's own second "
                                       "answer alone 0 times: an excess of 0 %, at most 3.63 % with 95 % confidence, "
                                       "limit 2 %; 83 prompts without one still missing"));
    }
    void divergenceCoversTheInjectedExcess_data()
    {
        QTest::addColumn<double>("excess");
        for (const double excess : {0.0, 0.01, 0.02, 0.05})
            QTest::addRow("%g %%", excess * 100) << excess;
    }
    void divergenceCoversTheInjectedExcess()
    {
        QFETCH(double, excess);
        Random random{std::uint64_t(excess * 1000) + 7};
        const double noise = 0.03;
        const int runs = 1000;
        int coveredLow = 0;
        int coveredHigh = 0;
        for (int run = 0; run < runs; ++run) {
            PairEvidence pairs = pairsOf(400, 0, 0);
            for (int i = 0; i < 400; ++i) {
                const double draw = random.uniform();
                pairs.onlyNew += draw < noise + excess ? 1 : 0;
                pairs.onlyAgain += draw > 1 - noise ? 1 : 0;
            }
            const GateResult gate = judgeDivergence(pairs, 0.02);
            coveredLow += gate.low <= excess ? 1 : 0;
            coveredHigh += gate.high >= excess ? 1 : 0;
        }
        QVERIFY(coveredLow >= int(0.95 * runs));
        QVERIFY(coveredHigh >= int(0.95 * runs));
    }
    void numbersAreNeverRoundedToTheBetterSide()
    {
        QCOMPARE(percentText(0.00721, Rounding::up), std::string("0.73 %"));
        QCOMPARE(percentText(0.00729, Rounding::down), std::string("0.72 %"));
        QCOMPARE(percentText(0.07), std::string("7 %"));
        QCOMPARE(percentText(0.07, Rounding::up), std::string("7 %"));
        QCOMPARE(percentText(-0.000001), std::string("0 %"));
        QCOMPARE(percentText(0.0099999, Rounding::up, 0.01), std::string("0.99999 %"));
        QCOMPARE(millisecondsText(123.4), std::string("123 ms"));
        QCOMPARE(millisecondsText(12.34), std::string("12.3 ms"));
        QCOMPARE(millisecondsText(-1.234, Rounding::up), std::string("-1.23 ms"));
        QCOMPARE(millisecondsText(49.97, Rounding::up, 50), std::string("49.97 ms"));
        QCOMPARE(millisecondsText(250.2, Rounding::down, 250), std::string("250.2 ms"));
        QCOMPARE(millisecondsText(9.996, Rounding::up, 10), std::string("9.996 ms"));
        QCOMPARE(countText(1234567, "request"), std::string("1,234,567 requests"));
        QCOMPARE(countText(1, "request"), std::string("1 request"));
    }
    void noBoundReadsLikeTheLimitItIsApartFrom()
    {
        for (int tenths = 1; tenths < 1000; ++tenths) { // whole percents among them
            const double limit = tenths / 1000.0;
            for (const double distance : {1e-3, 1e-5, 1e-6, 2e-7}) {
                const std::string below = percentText(limit - distance, Rounding::up, limit);
                const std::string above = percentText(limit + distance, Rounding::down, limit);
                QVERIFY2(std::stod(below) < tenths / 10.0, (below + ", limit " + percentText(limit)).c_str());
                QVERIFY2(std::stod(above) > tenths / 10.0, (above + ", limit " + percentText(limit)).c_str());
            }
        }
    }
    void aPassNeverSaysThatItsBoundIsTheLimit()
    {
        for (int percent = 1; percent < 100; ++percent) {
            const double limit = percent / 100.0;
            // The first pass on clean requests lies as near to the limit as any.
            TargetEvidence evidence;
            evidence.byClass[std::size_t(ErrorClass::ok)] = cleanMissing(0, 0, limit, gateConfidence);
            const GateResult gate = judgeErrorRate(evidence, limit);
            QCOMPARE(gate.verdict, Verdict::pass);
            const auto text = percentText(limit);
            QVERIFY2(gate.text.find("at most " + text + " with") == std::string::npos, gate.text.c_str());
            QVERIFY2(gate.text.ends_with("limit " + text), gate.text.c_str());
        }
    }
};

DROVER_TEST(TestGate)
#include "TestGate.moc"
