// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/usage/PriceCatalogue.h"
#include "support/Damage.h"
#include "support/TestMain.h"

using namespace drover;

namespace {

PriceBooks shipped()
{
    return parsePriceCatalogue(builtinPrices("model-prices").value()).value();
}

Money usd(const char* amount)
{
    return Money::parse(amount).value();
}

std::string catalogue(const std::string& row)
{
    return "{\"format\":\"model-price-catalogue\",\"models\":[{\"model\":\"a\",\"input_usd_per_mtok\":1,"
           "\"output_usd_per_mtok\":2}," + row + "]}";
}

} // namespace

class TestPriceCatalogue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theShippedCatalogueHasTheMakersPrices()
    {
        const auto books = shipped();
        QCOMPARE(books.compiled, std::string("2026-11-22"));
        QCOMPARE(books.legacy.prices().size(), std::size_t{76});
        const auto* model = books.legacy.find("gpt-4o-2024-08-06");
        QVERIFY(model != nullptr);
        QCOMPARE(model->model, std::string("gpt-4o"));
        QVERIFY(model->input == usd("2.5"));
        QVERIFY(model->cachedInput.value() == usd("1.25"));
        QVERIFY(!model->cacheWrite.has_value());
        QVERIFY(model->output == usd("10"));
        QCOMPARE(model->source, std::string("litellm@00035b69"));
        QVERIFY(books.legacy.find("text-embedding-3-small")->output.isZero());
        QVERIFY(books.legacy.find("no-such-model") == nullptr);
    }
    void holysheepHasThePlaybooksFourAndNoOther()
    {
        const auto books = shipped();
        QCOMPARE(books.holysheep.prices().size(), std::size_t{4});
        QVERIFY(books.holysheep.find("gpt-4.1")->output == usd("8"));
        QVERIFY(books.holysheep.find("claude-sonnet-4-5")->output == usd("15"));
        QVERIFY(books.holysheep.find("gemini-2.5-flash")->output == usd("2.5"));
        QVERIFY(books.holysheep.find("deepseek-v3.2")->output == usd("0.42"));
        QVERIFY(books.holysheep.find("gpt-4.1-2025-04-14")->output == usd("8"));
        QCOMPARE(books.holysheep.find("deepseek-chat"), books.holysheep.find("deepseek-v3.2"));
        QVERIFY(books.holysheep.find("gpt-4o") == nullptr);
        QVERIFY(books.holysheep.find("gpt-4.1")->input == books.legacy.find("gpt-4.1")->input);
        QCOMPARE(books.find("holysheep"), &books.holysheep);
        QCOMPARE(books.find("other"), static_cast<const PriceBook*>(nullptr));
    }
    void amountsAreTakenAsDecimals()
    {
        const auto books = parsePriceCatalogue(catalogue("{\"model\":\"b\",\"input_usd_per_mtok\":0.1000000000001e0,\"output_usd_per_mtok\":1}"));
        QVERIFY(!books.has_value());
        const auto exact = parsePriceCatalogue(catalogue("{\"model\":\"b\",\"input_usd_per_mtok\":0.100000000001,\"output_usd_per_mtok\":1}"));
        QVERIFY(exact->legacy.find("b")->input.picos() == 100000000001);
    }
    void errorsNameTheField()
    {
        const auto where = [](const std::string& row) { return parsePriceCatalogue(catalogue(row)).error().where; };
        QCOMPARE(where("{\"model\":\"b\",\"input_usd_per_mtok\":\"1\"}"), std::string("models[1].input_usd_per_mtok"));
        QCOMPARE(where("{\"model\":\"b\",\"output_usd_per_mtok\":-1}"), std::string("models[1].output_usd_per_mtok"));
        QCOMPARE(where("{\"model\":\"b\",\"output_usd_per_mtok\":null,\"input_usd_per_mtok\":1}"), std::string("models[1]"));
        QCOMPARE(where("{\"model\":\"b\",\"input_usd_per_mtok\":1000000.000001}"), std::string("models[1].input_usd_per_mtok"));
        QCOMPARE(where("{\"model\":\"b\",\"cached_input_usd_per_mtok\":999999999999999999999999}"),
                 std::string("models[1].cached_input_usd_per_mtok"));
        QVERIFY(parsePriceCatalogue(catalogue("{\"model\":\"b\",\"input_usd_per_mtok\":1000000,\"output_usd_per_mtok\":0}")).has_value());
        QCOMPARE(where("{\"input_usd_per_mtok\":1}"), std::string("models[1].model"));
        QCOMPARE(where("7"), std::string("models[1]"));
        QCOMPARE(parsePriceCatalogue("{}").error().where, std::string("format"));
        QCOMPARE(parsePriceCatalogue("").error().code, Errc::invalidInput);
    }
    void damagedCataloguesNeverCrash()
    {
        const std::string text(builtinPrices("model-prices").value().substr(0, 6000));
        test::feedDamaged(text, [](std::string_view damaged) { (void)parsePriceCatalogue(damaged).has_value(); }, 500);
        test::feedDamaged(builtinPrices("model-prices").value(),
                          [](std::string_view damaged) { (void)parsePriceCatalogue(damaged).has_value(); }, 100);
    }
};

DROVER_TEST(TestPriceCatalogue)
#include "TestPriceCatalogue.moc"
