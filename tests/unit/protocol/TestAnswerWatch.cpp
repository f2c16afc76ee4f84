// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/openai/AnswerWatch.h"
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
