// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "http/Fields.h"
#include "http/Head.h"
#include "http/Url.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::http;

class TestHead final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsARequest()
    {
        Head head;
        const std::string text = "POST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nX-Two:  b c \r\n\r\n";
        QVERIFY(head.parseRequest(text).has_value());
        QCOMPARE(head.method(), std::string_view("POST"));
        QCOMPARE(head.path(), std::string_view("/v1/chat/completions"));
        QCOMPARE(head.find("x-two").value(), std::string_view("b c"));
        QCOMPARE(head.framing(), Framing::length);
        QCOMPARE(head.contentLength(), std::uint64_t(12));
        QVERIFY(head.keepAlive());
    }

    void refusesWhatTwoReadersMightReadApart_data()
    {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<int>("status");
        QTest::newRow("both framings") << QByteArray("Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n") << 400;
        QTest::newRow("two lengths") << QByteArray("Host: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n") << 400;
        QTest::newRow("same length twice") << QByteArray("Host: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n") << 400;
        QTest::newRow("length list") << QByteArray("Host: a\r\nContent-Length: 3, 3\r\n") << 400;
        QTest::newRow("signed length") << QByteArray("Host: a\r\nContent-Length: +3\r\n") << 400;
        QTest::newRow("length overflow") << QByteArray("Host: a\r\nContent-Length: 99999999999999999999\r\n") << 400;
        QTest::newRow("gzip coding") << QByteArray("Host: a\r\nTransfer-Encoding: gzip, chunked\r\n") << 501;
        QTest::newRow("chunked twice") << QByteArray("Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") << 400;
        QTest::newRow("space before colon") << QByteArray("Host: a\r\nContent-Length : 3\r\n") << 400;
        QTest::newRow("folded line") << QByteArray("Host: a\r\nX-A: b\r\n c\r\n") << 400;
        QTest::newRow("bare LF") << QByteArray("Host: a\r\nX-A: b\nContent-Length: 3\r\n") << 400;
        QTest::newRow("bare CR") << QByteArray("Host: a\r\nX-A: b\rc\r\n") << 400;
        QTest::newRow("no host") << QByteArray("X-A: b\r\n") << 400;
        QTest::newRow("two hosts") << QByteArray("Host: a\r\nHost: b\r\n") << 400;
    }
    void refusesWhatTwoReadersMightReadApart()
    {
        QFETCH(QByteArray, lines);
        QFETCH(int, status);
        Head head;
        const auto parsed = head.parseRequest("POST / HTTP/1.1\r\n" + lines.toStdString() + "\r\n");
        QVERIFY(!parsed.has_value());
        QCOMPARE(head.rejectStatus(), status);
    }

    void refusesOtherVersions()
    {
        Head head;
        QVERIFY(!head.parseRequest("GET / HTTP/2.0\r\nHost: a\r\n\r\n").has_value());
        QCOMPARE(head.rejectStatus(), 505);
        QVERIFY(!head.parseRequest("GET  / HTTP/1.1\r\nHost: a\r\n\r\n").has_value());
        QCOMPARE(head.rejectStatus(), 400);
    }

    void knowsHowAnAnswerEnds()
    {
        Head head;
        QVERIFY(head.parseAnswer("HTTP/1.1 200 OK\r\n\r\n", "GET").has_value());
        QCOMPARE(head.framing(), Framing::untilClose);
        QVERIFY(!head.keepAlive());
        QVERIFY(head.parseAnswer("HTTP/1.1 204\r\n\r\n", "GET").has_value());
        QCOMPARE(head.framing(), Framing::none);
        QVERIFY(head.parseAnswer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD").has_value());
        QCOMPARE(head.framing(), Framing::none);
        QVERIFY(head.parseAnswer("HTTP/1.0 429 Too Many\r\nContent-Length: 5\r\n\r\n", "POST").has_value());
        QCOMPARE(head.status(), 429);
        QVERIFY(!head.keepAlive());
    }

    void findsTheEndAcrossReads()
    {
        std::size_t searched = 0;
        QCOMPARE(Head::lengthIn("GET / HTTP/1.1\r\n\r", searched), std::size_t(0));
        QCOMPARE(Head::lengthIn("GET / HTTP/1.1\r\n\r\nrest", searched), std::size_t(18));
    }

    void aValueCannotBeginALine()
    {
        Fields fields;
        fields.add("X-A", "b\r\nX-Evil: c");
        QCOMPARE(QByteArray::fromStdString(fields.text()), QByteArray("X-A: b  X-Evil: c\r\n"));
        QVERIFY(fields.has("x-a"));
        QVERIFY(!fields.has("x-evil"));
    }

    void readsUrls()
    {
        const auto url = parseUrl("https://api.holysheep.ai/v1/");
        QVERIFY(url.has_value());
        QVERIFY(url->tls);
        QCOMPARE(url->path, std::string("/v1"));
        QCOMPARE(url->authority(), std::string("api.holysheep.ai"));
        QCOMPARE(parseUrl("http://127.0.0.1:8080")->authority(), std::string("127.0.0.1:8080"));
        QVERIFY(parseUrl("http://[::1]:80/v1")->isLoopback());
        QVERIFY(!parseUrl("http://127.0.0.1.example.com")->isLoopback());
        QVERIFY(!parseUrl("ftp://a").has_value());
        QVERIFY(!parseUrl("http://user@host/").has_value());
        QVERIFY(!parseUrl("http://a:99999").has_value());
        QCOMPARE(parseHostPort("[::1]:0")->host, std::string("::1"));
        QVERIFY(!parseHostPort("localhost").has_value());
    }
};

DROVER_TEST(TestHead)
#include "TestHead.moc"
