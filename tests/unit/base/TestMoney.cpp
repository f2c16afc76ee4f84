// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Money.h"
#include "support/TestMain.h"

using namespace drover;

namespace {
Money usd(const char* amount)
{
    return Money::parse(amount).value();
}
} // namespace

class TestMoney : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void printsTheContractForm()
    {
        QCOMPARE(usd("12.345678").amount(), std::string("12.345678"));
        QCOMPARE(usd("7").amount(), std::string("7.00"));
        QCOMPARE(usd("-0.5").amount(), std::string("-0.50"));
        QCOMPARE(usd("0.0000005").amount(), std::string("0.00")); // half to even
        QCOMPARE(usd("0.0000015").amount(), std::string("0.000002"));
    }
    void displaysForPeople()
    {
        QCOMPARE(usd("1234567.891").display(), std::string("$1,234,567.89"));
        QCOMPARE(usd("-0.0123").display(), std::string("-$0.0123"));
        QCOMPARE(Money::parse("7.3", "CNY").value().display(), std::string("¥7.30"));
        QCOMPARE(Money::parse("7.3", "EUR").value().display(), std::string("7.30 EUR"));
    }
    void refusesWhatIsNoAmount()
    {
        for (const char* bad : {"", ".", "1.", ".5", "1e3", "0.1234567890123", "NaN", "1,000", "--1", " 1"})
            QVERIFY2(!Money::parse(bad).has_value(), bad);
    }
    void isExactPerToken()
    {
        // 0.028 USD a million tokens, 12 million requests of one token: no rounding anywhere.
        Money sum;
        for (int i = 0; i < 1000; ++i)
            sum += usd("0.028").perMillion(1);
        QVERIFY(sum.picos() == 28'000'000);
        QVERIFY(usd("8").perMillion(1'000'000) == usd("8"));
    }
};

DROVER_TEST(TestMoney)
#include "TestMoney.moc"
