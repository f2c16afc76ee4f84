// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonScan.h"
#include "protocol/openai/RequestFacts.h"
#include "support/Damage.h"
#include "support/Files.h"
#include "support/TestMain.h"

using namespace drover;

class TestRequestFacts final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatRoutingNeeds()
    {
        const auto facts = readRequest(" {\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"hi \\\"}{\"}],\n"
                                       "\"model\" : \"gpt-4.1\", \"stream\":true, \"metadata\":{\"user_id\":\"m\"},"
                                       "\"prompt_cache_key\":\"c\"} ");
        QVERIFY(facts.isObject);
        QCOMPARE(facts.model, std::string("gpt-4.1"));
        QVERIFY(facts.stream);
        QCOMPARE(facts.stickyKey, std::string("m"));
        QVERIFY(facts.firstMessage != 0);
        QVERIFY(facts.stateId.empty());
    }

    void theFirstUserMessageCounts()
    {
        const auto one = readRequest("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}]}");
        const auto two = readRequest("{\"messages\":[{\"content\":\"a\",\"role\":\"user\"},{\"role\":\"assistant\",\"content\":\"c\"}]}");
        const auto other = readRequest("{\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]}");
        QCOMPARE(one.firstMessage, two.firstMessage);
        QVERIFY(one.firstMessage != other.firstMessage);
    }

    void whatAnAnswerMayHave()
    {
        QCOMPARE(readRequest("{\"max_tokens\":50}").maxTokens, std::uint64_t(50));
        QCOMPARE(readRequest("{\"max_tokens\":50,\"max_completion_tokens\":70}").maxTokens, std::uint64_t(70));
        QCOMPARE(readRequest("{\"max_output_tokens\":9}").maxTokens, std::uint64_t(9));
        QCOMPARE(readRequest("{\"max_tokens\":\"50\"}").maxTokens, std::uint64_t(0));
        QCOMPARE(readRequest("{\"max_tokens\":-3}").maxTokens, std::uint64_t(0));
        QCOMPARE(readRequest("{\"max_tokens\":9999999999}").maxTokens, std::uint64_t(1'000'000'000));
    }
    void findsStateOfAProvider()
    {
        QCOMPARE(readRequest("{\"previous_response_id\":\"resp_1\",\"input\":\"x\"}").stateId, std::string("resp_1"));
        QCOMPARE(readRequest("{\"conversation\":{\"id\":\"conv_1\"}}").stateId, std::string("conv_1"));
        const auto text = readRequest("{\"conversation\":\"conv_2\",\"user\":\"u\"}");
        QCOMPARE(text.stateId, std::string("conv_2"));
        QCOMPARE(text.stickyKey, std::string("u"));
    }

    void renamesTheModelAndNothingElse()
    {
        const std::string body = "{\"a\":\"model\",\"x\":{\"model\":\"inner\"},\"mod\\u0065l\": \"gpt-4.1\" ,\"z\":1}";
        const auto facts = readRequest(body);
        QCOMPARE(facts.model, std::string("gpt-4.1"));
        QCOMPARE(withModel(body, facts, "deep\"seek"),
                 std::string("{\"a\":\"model\",\"x\":{\"model\":\"inner\"},\"mod\\u0065l\": \"deep\\\"seek\" ,\"z\":1}"));
    }

    void brokenBodiesAreNoObject_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("array") << QByteArray("[]");
        QTest::newRow("open") << QByteArray("{\"model\":\"a\"");
        QTest::newRow("open string") << QByteArray("{\"model\":\"a");
        QTest::newRow("no colon") << QByteArray("{\"model\" \"a\"}");
        QTest::newRow("comma") << QByteArray("{\"model\":\"a\",}");
        QTest::newRow("deep") << QByteArray(100000, '{');
    }
    void brokenBodiesAreNoObject()
    {
        QFETCH(QByteArray, body);
        const auto facts = readRequest(body.toStdString());
        QVERIFY(!facts.isObject);
        QVERIFY(facts.model.empty());
    }

    // Whatever a real parser accepts as an object, the scan accepts and sees the same model in.
    void agreesWithARealParserOnDamagedBodies()
    {
        int both = 0;
        test::feedDamaged(test::readData("requests/chat.json"), [&](std::string_view text) {
            const auto facts = readRequest(text);
            const std::string changed = facts.modelSize > 0 ? withModel(text, facts, "other") : std::string(text);
            const auto real = parseJsonObject(text);
            if (!real.has_value())
                return;
            ++both;
            QVERIFY2(facts.isObject, std::string(text).c_str());
            QVERIFY2(parseJsonObject(changed).has_value(), changed.c_str());
            const auto* model = real->if_contains("model");
            if (model != nullptr && model->is_string())
                QCOMPARE(facts.model, std::string(viewOf(model->get_string())));
        }, 5000);
        QVERIFY(both > 100);
    }

    void unescapes()
    {
        QCOMPARE(unescapeJson("a\\n\\u00e9\\ud83d\\ude00\\/\\ud800x"), std::string("a\n\xc3\xa9\xf0\x9f\x98\x80/\xef\xbf\xbdx"));
    }

    void knowsTheRoutes()
    {
        QCOMPARE(routeOf("POST", "/v1/chat/completions"), Route::chat);
        QCOMPARE(routeOf("POST", "/v1/messages/count_tokens"), Route::countTokens);
        QCOMPARE(routeOf("GET", "/v1/models"), Route::models);
        QCOMPARE(routeOf("GET", "/v1/chat/completions"), Route::other);
        QCOMPARE(routeOf("POST", "/v1/files"), Route::other);
        QVERIFY(isSplit(Route::responses));
        QVERIFY(!isSplit(Route::models));
    }
};

DROVER_TEST(TestRequestFacts)
#include "TestRequestFacts.moc"
