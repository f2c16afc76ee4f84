// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/openai/AnswerWatch.h"
#include "support/Damage.h"
#include "support/TestMain.h"

#include <QFile>

using namespace drover;

namespace {

std::string fixture(const char* name)
{
    QFile file(QStringLiteral(DROVER_TEST_DATA "/fixtures/") + QLatin1String(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string{};
}

AnswerFacts watched(const std::string& body, bool events, std::size_t piece)
{
    AnswerWatch watch{events, true};
    for (std::size_t at = 0; at < body.size(); at += piece)
        watch.feed(std::string_view(body).substr(at, piece));
    return watch.finish();
}

} // namespace

class TestAnswerWatch final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsUsageInEveryForm_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<int>("input");
        QTest::addColumn<int>("cached");
        QTest::addColumn<int>("output");
        QTest::addColumn<QByteArray>("finish");
        QTest::newRow("chat") << QByteArray("chat-completion.json") << 1842 << 1536 << 17 << QByteArray("stop");
        QTest::newRow("chat stream") << QByteArray("chat-stream-usage.sse") << -2 << -2 << -2 << QByteArray("stop");
        QTest::newRow("no usage") << QByteArray("chat-stream-plain.sse") << -1 << -1 << -1 << QByteArray("stop");
        QTest::newRow("response") << QByteArray("response.json") << -2 << -2 << -2 << QByteArray("completed");
        QTest::newRow("response stream") << QByteArray("response-stream.sse") << -2 << -2 << -2 << QByteArray("completed");
        QTest::newRow("message") << QByteArray("anthropic-message.json") << 118 + 1024 + 4096 << 4096 << -2 << QByteArray("end_turn");
        QTest::newRow("message stream") << QByteArray("anthropic-stream.sse") << -2 << -2 << 14 << QByteArray("end_turn");
        QTest::newRow("embeddings") << QByteArray("embeddings.json") << -2 << -1 << -1 << QByteArray();
    }
    // -1: nothing may be known; -2: something must be.
    void readsUsageInEveryForm()
    {
        QFETCH(QByteArray, file);
        QFETCH(int, input);
        QFETCH(int, cached);
        QFETCH(int, output);
        QFETCH(QByteArray, finish);
        const std::string body = fixture(file.constData());
        QVERIFY(!body.empty());
        const auto fits = [](int expected, const std::optional<std::uint64_t>& found) {
            return expected == -1 ? !found : found && (expected == -2 || *found == std::uint64_t(expected));
        };
        for (const std::size_t piece : {std::size_t(1), std::size_t(7), body.size()}) {
            const auto facts = watched(body, file.endsWith(".sse"), piece);
            QVERIFY2(fits(input, facts.inputTokens), qPrintable(QString::number(facts.inputTokens.value_or(0))));
            QVERIFY2(fits(cached, facts.cachedTokens), qPrintable(QString::number(facts.cachedTokens.value_or(0))));
            QVERIFY2(fits(output, facts.outputTokens), qPrintable(QString::number(facts.outputTokens.value_or(0))));
            QCOMPARE(QByteArray::fromStdString(facts.content.finishReason), finish);
            QVERIFY(facts.complete);
            QVERIFY(!facts.hasError);
        }
    }

    void seesErrorsInsideAStream()
    {
        const auto midway = watched(fixture("chat-stream-midway-error.sse"), true, 11);
        QVERIFY(midway.hasError);
        QVERIFY(!midway.complete);
        const auto overloaded = watched(fixture("anthropic-stream-overloaded.sse"), true, 11);
        QVERIFY(overloaded.hasError);
        QCOMPARE(overloaded.errorType, std::string("overloaded_error"));
        const auto cut = watched(fixture("chat-stream-cut-short.sse"), true, 11);
        QVERIFY(!cut.hasError);
        QVERIFY(!cut.complete);
    }

    void readsAwkwardStreams()
    {
        const auto facts = watched(fixture("chat-stream-awkward.sse"), true, 3);
        QVERIFY(facts.complete);
        QVERIFY(!facts.content.text.empty());
        for (const std::size_t piece : {std::size_t(1), std::size_t(5), std::size_t(1000000)})
            QCOMPARE(watched(fixture("chat-stream-awkward.sse"), true, piece).content.text, facts.content.text);
    }

    void toolCallsAreComparedByMeaning()
    {
        const auto facts = watched(fixture("chat-completion-tool-call.json"), false, 100);
        QCOMPARE(facts.content.finishReason, std::string("tool_calls"));
        QVERIFY(!facts.content.toolCalls.empty());
        AnswerContent a{"hello  world", "stop", {{0, {"f", R"({"a":1,"b":[1,2]})"}}}};
        AnswerContent b{" hello\nworld ", "stop", {{0, {"f", R"({ "b":[1,2], "a":1 })"}}}};
        QVERIFY(sameAnswer(a, b));
        b.toolCalls[0].arguments = R"({"b":[2,1],"a":1})";
        QVERIFY(!sameAnswer(a, b));
        b = a;
        b.finishReason = "length";
        QVERIFY(!sameAnswer(a, b));
        b = a;
        b.text = "hello worlds";
        QVERIFY(!sameAnswer(a, b));
    }

    void whatCannotBeReadIsNoAgreement()
    {
        const auto plain = [](const std::string& body) { return watched(body, false, 1 << 16).content; };
        const auto chat = [](const std::string& message) {
            return R"({"choices":[{"index":0,"finish_reason":"stop","message":)" + message + "}]}";
        };
        const AnswerContent good = plain(chat(R"({"content":"yes"})"));
        QVERIFY(good.comparable);
        const std::string longText(AnswerWatch::keepLimit, 'x');
        for (const std::string& body :
             {chat("{\"content\":\"" + longText + "\"}"), std::string("<html>busy</html>"), std::string("{}"), std::string(),
              chat(R"({"content":"yes"})").substr(0, 60), std::string(R"({"choices":[]})"), chat(R"({"content":{"odd":1}})"),
              chat(R"({"content":"yes","audio":{"id":"a"}})"), chat(R"({"content":[{"type":"image","url":"x"}]})"),
              std::string(R"({"type":"message","stop_reason":"end_turn","content":[{"type":"odd_block","data":1}]})"),
              std::string(R"({"output":[{"type":"image_generation_call","result":"x"}],"status":"completed"})"),
              fixture("embeddings.json")}) {
            const AnswerContent content = plain(body);
            QVERIFY2(!content.comparable, body.substr(0, 100).c_str());
            QCOMPARE(agreementOf(content, content), Agreement::unknown);
            QCOMPARE(agreementOf(content, good), Agreement::different);
            QCOMPARE(agreementOf(good, content), Agreement::different);
        }
        AnswerWatch unasked{false, false};
        unasked.feed(chat(R"({"content":"yes"})"));
        QVERIFY(!unasked.finish().content.comparable);
    }
    void whatIsTooLongInAStreamIsNoAgreement()
    {
        const auto delta = [](const std::string& text) { return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n"; };
        const std::string end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"completion_tokens\":7}}\n\ndata: [DONE]\n\n";
        const std::string longText(AnswerWatch::keepLimit, 'x');
        const std::string half(AnswerWatch::keepLimit / 2 + 1, 'x');
        for (const std::size_t piece : {std::size_t{1} << 16, std::size_t{1} << 30}) {
            QVERIFY(watched(delta("a") + end, true, piece).content.comparable);
            QVERIFY(watched(delta(half) + end, true, piece).content.comparable);
            for (const std::string& stream : {delta("a") + delta(longText) + end, delta(half) + delta(half) + end,
                                              "data: {\"choices\":\ndata: " + longText + "\ndata: []}\n\n" + delta("a") + end,
                                              delta("a") + "data: {broken\n\n" + end}) {
                const auto facts = watched(stream, true, piece);
                QVERIFY(!facts.content.comparable);
                QVERIFY(facts.content.text.size() <= AnswerReader::contentLimit);
                // What does not hang on the content is read on.
                QCOMPARE(facts.content.finishReason, std::string("stop"));
                QCOMPARE(facts.outputTokens, std::optional<std::uint64_t>{7});
                QVERIFY(facts.complete);
            }
        }
    }
    void everyFormOfAnAnswerIsComparable()
    {
        for (const char* name : {"chat-completion.json", "chat-completion-tool-call.json", "chat-stream-usage.sse", "chat-stream-plain.sse",
                                 "chat-stream-awkward.sse", "response.json", "response-stream.sse", "anthropic-message.json",
                                 "anthropic-stream.sse"})
            QVERIFY2(watched(fixture(name), std::string_view(name).ends_with(".sse"), 7).content.comparable, name);
        const auto chat = [](const std::string& message) {
            return watched(R"({"choices":[{"message":)" + message + R"(,"finish_reason":"stop"}]})", false, 50).content;
        };
        const AnswerContent text = chat(R"({"role":"assistant","content":"a b","tool_calls":null,"audio":null})");
        QVERIFY(sameAnswer(chat(R"({"content":[{"type":"text","text":"a "},{"type":"text","text":"b"}]})"), text));
        QVERIFY(sameAnswer(chat(R"({"content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"a b"}]})"), text));
        QVERIFY(!sameAnswer(chat(R"({"content":[{"type":"text","text":"a c"}]})"), text));
        const auto function = [&](const std::string& name, const std::string& value) {
            return "{\"name\":\"" + name + "\",\"arguments\":" + value + "}";
        };
        const std::string quoted = "\"{\\\"x\\\":1}\"";
        const AnswerContent call = chat(R"({"content":null,"tool_calls":[{"type":"function","function":)" + function("f", quoted) + "}]}");
        QVERIFY(sameAnswer(chat(R"({"content":null,"function_call":)" + function("f", quoted) + "}"), call));
        QVERIFY(sameAnswer(chat(R"({"tool_calls":[{"function":)" + function("f", R"({"x":1})") + "}]}"), call));
        QVERIFY(!sameAnswer(chat(R"({"content":null,"function_call":)" + function("g", quoted) + "}"), call));
        QVERIFY(!sameAnswer(chat(R"({"content":null,"function_call":)" + function("f", R"({"x":2})") + "}"), call));
        QVERIFY(!sameAnswer(chat(R"({"content":null})"), call));
        const AnswerContent custom = chat(R"({"tool_calls":[{"type":"custom","custom":{"name":"f","input":"go"}}]})");
        QCOMPARE(custom.toolCalls.at(0).arguments, std::string("go"));
        const std::string pieces = "data: {\"choices\":[{\"delta\":{\"function_call\":{\"name\":\"f\",\"arguments\":\"\"}}}]}\n\n"
                                   "data: {\"choices\":[{\"delta\":{\"function_call\":{\"arguments\":\"{\\\"x\\\":1}\"}}}]}\n\n"
                                   "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
        QVERIFY(sameAnswer(watched(pieces, true, 9).content, call));
        const auto message = [](const std::string& blocks) {
            return watched(R"({"type":"message","stop_reason":"end_turn","content":)" + blocks + "}", false, 50).content;
        };
        QVERIFY(sameAnswer(message(R"([{"type":"redacted_thinking","data":"x"},{"type":"text","text":"a"}])"), message("\"a\"")));
        QVERIFY(message("[]").comparable);
        const auto output = [](const std::string& items) { return watched(R"({"status":"completed","output":)" + items + "}", false, 50).content; };
        QVERIFY(sameAnswer(output(R"([{"type":"reasoning","summary":[]},{"type":"message","content":[{"type":"output_text","text":"a"}]}])"),
                           output(R"([{"type":"message","content":[{"type":"output_text","text":"a"}]}])")));
        QVERIFY(!sameAnswer(output(R"([{"type":"message","content":[{"type":"refusal","refusal":"no"}]}])"), output(R"([{"type":"message","content":[]}])")));
    }

    void streamsSayWhatTheirWholeAnswersSay()
    {
        const auto text = [](const char* name) { return watched(fixture(name), std::string_view(name).ends_with(".sse"), 7).content.text; };
        QCOMPARE(text("chat-stream-usage.sse"), std::string("Traffic is at 45 %, holding for 24 h."));
        QCOMPARE(text("chat-stream-plain.sse"), text("chat-stream-usage.sse"));
        QCOMPARE(text("anthropic-stream.sse"), text("chat-stream-usage.sse"));
        QCOMPARE(text("chat-stream-awkward.sse"), std::string("\xE7\xBE\x8A\xE7\xBE\xA4 \xF0\x9F\x90\x91"));
        QCOMPARE(text("chat-stream-cut-short.sse"), std::string("Traffic is"));
        QCOMPARE(text("anthropic-message.json"), text("chat-completion.json"));
        QVERIFY(sameAnswer(watched(fixture("response.json"), false, 7).content,
                           watched(fixture("response-stream.sse"), true, 7).content));
    }

    void exactCountsOfTheStreams()
    {
        const auto chat = watched(fixture("chat-stream-usage.sse"), true, 7);
        QCOMPARE(chat.inputTokens, std::optional<std::uint64_t>{38});
        QCOMPARE(chat.outputTokens, std::optional<std::uint64_t>{10});
        const auto message = watched(fixture("anthropic-stream.sse"), true, 7);
        QCOMPARE(message.inputTokens, std::optional<std::uint64_t>{25 + 2048});
        QCOMPARE(message.cachedTokens, std::optional<std::uint64_t>{2048});
        const auto response = watched(fixture("response-stream.sse"), true, 7);
        QCOMPARE(response.inputTokens, std::optional<std::uint64_t>{21});
        QCOMPARE(response.outputTokens, std::optional<std::uint64_t>{74});
    }

    void countsThatNoAnswerHasAreUnknown()
    {
        const auto used = [](const std::string& usage) { return watched(R"({"usage":{)" + usage + "}}", false, 20); };
        const auto wild = used(R"("input_tokens":18446744073709551615,"cache_read_input_tokens":1,"output_tokens":1000000001)");
        QVERIFY(!wild.inputTokens.has_value());
        QVERIFY(!wild.outputTokens.has_value());
        QCOMPARE(used(R"("prompt_tokens":1.5e3)").inputTokens, std::optional<std::uint64_t>{1500});
        QCOMPARE(used(R"("prompt_tokens":7.9)").inputTokens, std::optional<std::uint64_t>{7});
        for (const char* none : {R"("prompt_tokens":-5)", R"("prompt_tokens":1e30)", R"("prompt_tokens":1e400)", R"("prompt_tokens":null)"})
            QVERIFY2(!used(none).inputTokens.has_value(), none);
    }
    void toolCallsOfAStreamArePutTogether()
    {
        const std::string stream =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}}]}\n\n"
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"x\\\" \"}}]}}]}\n\n"
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\": 1}\"}}]}}]}\n\n"
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
        const AnswerContent expected{"", "tool_calls", {{0, {"f", "{\"x\":1}"}}}};
        QVERIFY(sameAnswer(watched(stream, true, 3).content, expected));
        const std::string blocks =
            "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"name\":\"f\",\"input\":{}}}\n\n"
            "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"x\\\":\"}}\n\n"
            "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"1}\"}}\n\n"
            "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_calls\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n";
        QVERIFY(sameAnswer(watched(blocks, true, 3).content, expected));
    }

    void theFirstOfSeveralChoicesCounts()
    {
        const std::string stream = "data: {\"choices\":[{\"delta\":{\"content\":\"b\"},\"index\":1,\"finish_reason\":\"length\"}]}\n\n"
                                   "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\",\"index\":0}]}\n\n";
        const auto content = watched(stream, true, 5).content;
        QCOMPARE(content.text, std::string("a"));
        QCOMPARE(content.finishReason, std::string("stop"));
        QCOMPARE(watched("{\"choices\":[{\"text\":\"t\",\"finish_reason\":\"stop\"}]}", false, 5).content.text, std::string("t"));
    }

    void theFormsOfEventStreams()
    {
        const auto text = [](const std::string& stream, std::size_t piece) { return watched(stream, true, piece).content.text; };
        const std::string part = "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}";
        for (const std::size_t piece : {std::size_t(1), std::size_t(3), std::size_t(1000)}) {
            QCOMPARE(text("data: " + part + "\r\rdata:" + part + "\r\n\r\n: comment\n\ndata: " + part + "\n\n", piece), std::string("aaa"));
            QCOMPARE(text("event: x\nid: 1\ndata: " + part + "\n\ndata: " + part + "\n", piece), std::string("a"));
        }
    }

    void damagedAnswersNeverCrashAndPiecesDoNotMatter()
    {
        for (const char* name : {"chat-stream-usage.sse", "chat-stream-awkward.sse", "response-stream.sse", "anthropic-stream.sse"})
            test::feedDamaged(fixture(name), [](std::string_view damaged) {
                const std::string text(damaged);
                const auto one = watched(text, true, 1);
                const auto many = watched(text, true, 1000000);
                QCOMPARE(one.content.text, many.content.text);
                QCOMPARE(one.complete, many.complete);
                QCOMPARE(one.content.comparable, many.content.comparable);
            }, 300);
        for (const char* name : {"chat-completion.json", "chat-completion-tool-call.json", "response.json", "embeddings.json",
                                 "anthropic-message.json"})
            test::feedDamaged(fixture(name), [](std::string_view text) { (void)watched(std::string(text), false, 100); }, 1000);
    }

    void classesErrors_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<int>("expected");
        const auto row = [](int status, const char* file, ErrorClass expected) {
            QTest::newRow(file) << status << QByteArray(file) << int(expected);
        };
        row(400, "error-400-context.json", ErrorClass::client);
        row(401, "error-401-invalid-key.json", ErrorClass::auth);
        row(403, "error-403-region.json", ErrorClass::auth);
        row(404, "error-404-model.json", ErrorClass::client);
        row(429, "error-429-rate-limit.json", ErrorClass::rate);
        row(429, "error-429-quota.json", ErrorClass::billing);
        row(500, "error-500.json", ErrorClass::upstream);
        row(502, "error-502-proxy.html", ErrorClass::upstream);
        row(503, "error-503-overloaded.json", ErrorClass::overload);
        row(529, "anthropic-error-529.json", ErrorClass::overload);
        row(429, "anthropic-error-429.json", ErrorClass::rate);
    }
    void classesErrors()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, file);
        QFETCH(int, expected);
        const std::string body = fixture(file.constData());
        QVERIFY(!body.empty());
        QCOMPARE(int(classOfAnswer(status, watched(body, false, 50))), expected);
    }
};

DROVER_TEST(TestAnswerWatch)
#include "TestAnswerWatch.moc"
