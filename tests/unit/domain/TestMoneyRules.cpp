// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "domain/money/Cost.h"
#include "support/TestMain.h"

#include <cmath>

using namespace drover;

namespace {

Money usd(const char* amount)
{
    return Money::parse(amount).value();
}

ModelPrice priceOf(const char* model, const char* input, const char* output)
{
    ModelPrice price;
    price.model = model;
    price.input = usd(input);
    price.output = usd(output);
    price.source = "test";
    price.asOf = "2026-07-18";
    return price;
}

PriceBook listBook()
{
    PriceBook book{"list"};
    ModelPrice gpt = priceOf("gpt-4.1", "2", "8");
    gpt.cachedInput = usd("0.5");
    book.add(gpt, {"gpt-4.1-2025-04-14"});
    ModelPrice sonnet = priceOf("claude-sonnet-4-5", "3", "15");
    sonnet.cachedInput = usd("0.3");
    sonnet.cacheWrite = usd("3.75");
    book.add(sonnet);
    return book;
}

} // namespace

class TestMoneyRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsByNameAndAlias()
    {
        const PriceBook book = listBook();
        QCOMPARE(book.find("gpt-4.1-2025-04-14")->model, std::string("gpt-4.1"));
        QVERIFY(book.find("gpt-5") == nullptr);
        PriceBook edited = book;
        edited.add(priceOf("gpt-4.1", "1", "4"));
        QCOMPARE(edited.prices().size(), std::size_t{2});
        QVERIFY(edited.find("gpt-4.1-2025-04-14")->input == usd("1"));
        // A model of its own beats the same word as another's alias.
        edited.add(priceOf("gpt-4.1-2025-04-14", "7", "7"));
        QVERIFY(edited.find("gpt-4.1-2025-04-14")->input == usd("7"));
        QVERIFY(edited.find("gpt-4.1")->input == usd("1"));
    }
    void pricesTheParts()
    {
        const PriceBook book = listBook();
        // 50 M tokens at 80 % input: $160 and $270 (D59), not $12,500.
        const TokenCount month{40'000'000, 0, 0, 10'000'000};
        QVERIFY(costOf(*book.find("gpt-4.1"), month) == usd("160"));
        QVERIFY(costOf(*book.find("claude-sonnet-4-5"), month) == usd("270"));
        // 1 M input of which 600 k read from and 100 k written to the cache.
        const TokenCount cached{1'000'000, 600'000, 100'000, 0};
        QVERIFY(costOf(*book.find("claude-sonnet-4-5"), cached) == usd("1.455"));
        QVERIFY(costOf(*book.find("gpt-4.1"), cached) == usd("1.1")); // no price for writing: the input price
        // More cached than input is a broken log, not a refund.
        QVERIFY(costOf(*book.find("gpt-4.1"), {1'000'000, 5'000'000, 9, 0}) == usd("0.5"));
    }
    void countsBeyondReasonNeitherWrapNorTurnNegative()
    {
        constexpr std::uint64_t most = ~std::uint64_t{0};
        TokenCount sum{most - 1, 1, most, 0};
        sum.add({5, 2, 1, 0});
        QCOMPARE(sum, (TokenCount{most, 3, most, 0}));
        // The dearest price there can be, and more tokens than a signed number holds.
        const ModelPrice price = priceOf("m", "1000000", "1000000");
        const Money highest = usd("1000000") * std::numeric_limits<std::int64_t>::max();
        QVERIFY(costOf(price, {most, 0, 0, 0}) == Money::ofPicos(highest.picos() / 1'000'000));
        QVERIFY(costOf(price, {most, most, most, most}) > usd("0"));
        QVERIFY(costOf(price, {0, 0, 0, std::uint64_t{1} << 63}) > usd("0"));
    }
    void unpricedIsNeverZero()
    {
        const CostSummary sum = costOfUsage(
            listBook(), {{"gpt-4.1", 10, {1'000'000, 0, 0, 0}}, {"secret-model", 90, {5'000'000, 0, 0, 5}}});
        QVERIFY(sum.total == usd("2"));
        QCOMPARE(sum.requests, std::uint64_t{100});
        QCOMPARE(sum.unpricedRequests, std::uint64_t{90});
        QCOMPARE(sum.unpriced(), std::vector<std::string>{"secret-model"});
        QVERIFY(!sum.complete());
        QVERIFY(!sum.models[1].cost);
        QCOMPARE(sum.models[0].source, std::string("test"));
    }
    void knowsTheNameAProviderSellsItUnder()
    {
        const CostSummary sum = costOfUsage(listBook(), {{"our-model", 1, {1'000'000, 0, 0, 0}}}, {{"our-model", "gpt-4.1"}});
        QVERIFY(sum.total == usd("2"));
        QCOMPARE(sum.models[0].model, std::string("our-model"));
    }
    void neverMixesCurrencies()
    {
        PriceBook book = listBook();
        ModelPrice yuan = priceOf("qwen", "1", "1");
        yuan.input = Money::parse("1", "CNY").value();
        yuan.output = yuan.input;
        book.add(yuan);
        const CostSummary sum = costOfUsage(book, {{"gpt-4.1", 1, {1'000'000, 0, 0, 0}}, {"qwen", 1, {1'000'000, 0, 0, 0}}});
        QVERIFY(sum.total == usd("2"));
        QCOMPARE(sum.unpriced(), std::vector<std::string>{"qwen"});
        const CostSummary inYuan = costOfUsage(book, {{"qwen", 1, {1'000'000, 0, 0, 0}}});
        QCOMPARE(inYuan.total.display(), std::string("¥1.00"));
        QVERIFY(!savingOf(sum, inYuan));
    }
    void projectsAMonthOfThirtyDays()
    {
        QVERIFY(*monthlyProjection(usd("1.5"), std::chrono::days{3}) == usd("15"));
        QVERIFY(std::abs(monthlyProjection(usd("0.01"), 1s)->approximate() - 25920) < 1e-6);
        QVERIFY(!monthlyProjection(usd("1"), 0s));
    }
    void comparesOnlyWhatBothBooksPrice()
    {
        PriceBook cheaper{"new"};
        cheaper.add(priceOf("gpt-4.1", "1.5", "6"));
        const std::vector<ModelUsage> usage{{"gpt-4.1", 4, {1'000'000, 0, 0, 1'000'000}},
                                            {"claude-sonnet-4-5", 5, {1'000'000, 0, 0, 0}},
                                            {"gpt-4.1", 6, {1'000'000, 0, 0, 0}}};
        const auto saving = savingOf(costOfUsage(listBook(), usage), costOfUsage(cheaper, usage));
        QVERIFY(saving.has_value());
        QVERIFY(saving->before == usd("12"));
        QVERIFY(saving->after == usd("9"));
        QVERIFY(saving->saved == usd("3"));
        QCOMPARE(*saving->fraction, 0.25);
        QCOMPARE(saving->requests, std::uint64_t{10});
        QCOMPARE(saving->leftOut, std::vector<std::string>{"claude-sonnet-4-5"});
        // The other way round it costs more, and says so.
        QVERIFY(savingOf(costOfUsage(cheaper, usage), costOfUsage(listBook(), usage))->saved == usd("-3"));
        QVERIFY(!savingOf(costOfUsage(PriceBook{"empty"}, usage), costOfUsage(cheaper, usage)));
    }
};

DROVER_TEST(TestMoneyRules)
#include "TestMoneyRules.moc"
