// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "sandbox/json/Json.h"
#include "support/TestMain.h"

using namespace drover::sandbox;

class TestSandboxJson : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesAsGoDoes()
    {
        const auto value = Json::parse(R"( {"z":1,"a":[1.50,true,null],"h":"<a>&\u00e9\ud83d\ude00","z":12345678901234567890} )");
        QVERIFY(value.has_value());
        QCOMPARE(goJson(*value), std::string("{\"a\":[1.50,true,null],\"h\":\"\\u003ca\\u003e\\u0026\xC3\xA9\xF0\x9F\x98\x80\","
                                             "\"z\":12345678901234567890}"));
    }
    void refusesWhatIsNotJson()
    {
        for (const char* bad : {"", "{", "{\"a\":}", "[1,]", "01", "+1", "nul", "\"\n\"", "{a:1}", "1 2", "\xEF\xBB\xBF{}", "1."})
            QVERIFY2(!Json::parse(bad).has_value(), bad);
        QVERIFY(!Json::parse(std::string(1000, '[')).has_value());
    }
    void findsTheEndOfTheFirstValue()
    {
        const auto parsed = Json::parsePrefix(R"({"a":1} trailing)");
        QVERIFY(parsed.has_value());
        QCOMPARE(parsed->end, std::size_t{7});
    }
    void numbersLikeGo()
    {
        QCOMPARE(goNumber(12345678901234567890.0), std::string("12345678901234567000"));
        QCOMPARE(goNumber(1.5), std::string("1.5"));
        QCOMPARE(goNumber(-0.00025), std::string("-0.00025"));
        QCOMPARE(goNumber(0), std::string("0"));
        QCOMPARE(goNumber(42), std::string("42"));
        QCOMPARE(goNumber(1e21), std::string("1e+21"));
    }
};

DROVER_TEST(TestSandboxJson)
#include "TestSandboxJson.moc"
