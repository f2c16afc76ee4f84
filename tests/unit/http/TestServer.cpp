// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "http/Server.h"
#include "support/LoopThread.h"
#include "support/RawSocket.h"
#include "support/TestMain.h"

#include <atomic>
#include <memory>
#include <vector>

using namespace drover;
using namespace drover::http;
using drover::test::eventually;
using drover::test::RawSocket;

namespace {

// Echoes bodies; /stream sends three chunks; /hold waits until released; /silent never answers by itself.
class Echo {
public:
    explicit Echo(ServerOptions options = {})
    {
        thread.on([this, options] {
            server = std::make_unique<Server>(
                thread.loop(), [this](Request& q, Responder& r) { return handle(q, r); }, options);
            const auto listening = server->listen("127.0.0.1", 0);
            if (!listening.has_value())
                throw std::runtime_error(describe(listening.error()));
        });
    }
    ~Echo() { thread.finish(); }
    std::uint16_t port() { return server->port(); }

    Async<void> handle(Request& request, Responder& responder)
    {
        ++requests;
        const std::string path(request.head.path());
        if (path == "/hold") {
            responder.onClientGone([this] { ++gone; });
            while (!release && !responder.clientGone())
                co_await Loop::sleep(2ms);
        }
        auto body = co_await request.body.readAll(1 << 20);
        if (!body.has_value()) {
            ++bodyErrors;
            lastError = body.error().code;
            co_return;
        }
        if (path == "/stream") {
            responder.start(200, {});
            for (const char* part : {"one", "two", "three"}) {
                const auto written = co_await responder.write(part);
                if (!written.has_value())
                    co_return;
            }
            const auto done = co_await responder.finish();
            static_cast<void>(done);
            co_return;
        }
        if (path == "/cut" || path == "/cut-open") {
            responder.start(200, {}, path == "/cut" ? std::optional<std::uint64_t>(100) : std::nullopt);
            const auto written = co_await responder.write("half");
            static_cast<void>(written);
            co_return;
        }
        if (path == "/silent")
            co_return;
        Fields fields;
        fields.add("Content-Type", "text/plain");
        const auto sent = co_await responder.send(200, fields, *body);
        static_cast<void>(sent);
    }

    test::LoopThread thread;
    std::unique_ptr<Server> server;
    std::atomic<int> requests = 0;
    std::atomic<int> gone = 0;
    std::atomic<int> bodyErrors = 0;
    std::atomic<Errc> lastError = Errc::internal;
    std::atomic<bool> release = false;
};

ServerOptions quick()
{
    ServerOptions options;
    options.idleTime = 30s;
    options.headTime = 200ms;
    options.bodyTime = 200ms;
    options.bodyLimit = 1000;
    options.headLimit = 2000;
    return options;
}

} // namespace

class TestServer final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsTheConnection()
    {
        Echo echo;
        RawSocket client(echo.port());
        QVERIFY(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"));
        QVERIFY(client.readUntil("\r\n\r\nabc"));
        QVERIFY(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ndefPOST / HTTP/1.1\r\nHost: a\r\n"
                            "Connection: close\r\nContent-Length: 4\r\n\r\nlast"));
        QVERIFY(client.readToEnd());
        QVERIFY(client.received.find("\r\n\r\ndefHTTP/1.1 200") != std::string::npos);
        QVERIFY(client.received.ends_with("\r\n\r\nlast"));
        QCOMPARE(echo.requests.load(), 3);
    }

    void readsChunkedBodies()
    {
        Echo echo;
        RawSocket client(echo.port());
        QVERIFY(client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n"));
        QVERIFY(client.send("0\r\nTrailer: x\r\n\r\n"));
        QVERIFY(client.readUntil("abc0123456789"));
        QVERIFY(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok"));
        QVERIFY(client.readUntil("\r\n\r\nok"));
    }

    void writesChunkedAndUntilClose()
    {
        Echo echo;
        RawSocket client(echo.port());
        QVERIFY(client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"));
        QVERIFY(client.readUntil("3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n"));
        RawSocket old(echo.port());
        QVERIFY(old.send("GET /stream HTTP/1.0\r\n\r\n"));
        QVERIFY(old.readToEnd());
        QVERIFY(old.received.ends_with("\r\n\r\nonetwothree"));
    }

    void refusesBadRequests_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("smuggling") << QByteArray("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                                   << QByteArray("HTTP/1.1 400");
        QTest::newRow("garbage") << QByteArray("hello\r\n\r\n") << QByteArray("HTTP/1.1 400");
        QTest::newRow("long body") << QByteArray("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n") << QByteArray("HTTP/1.1 413");
        QTest::newRow("long head") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nX: " + QByteArray(3000, 'x') + "\r\n\r\n")
                                   << QByteArray("HTTP/1.1 431");
        QTest::newRow("many fields") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n" + QByteArray("X:y\r\n").repeated(200) + "\r\n")
                                     << QByteArray("HTTP/1.1 431");
    }
    void refusesBadRequests()
    {
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, answer);
        Echo echo{quick()};
        RawSocket client(echo.port());
        QVERIFY(client.send(request.toStdString()));
        QVERIFY(client.readToEnd());
        QVERIFY2(client.received.starts_with(answer.toStdString()), client.received.c_str());
        QCOMPARE(echo.requests.load(), 0);
    }

    void refusesBadChunking_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("no size") << QByteArray("\r\nabc\r\n0\r\n\r\n");
        QTest::newRow("not hex") << QByteArray("zz\r\nabc\r\n0\r\n\r\n");
        QTest::newRow("negative") << QByteArray("-1\r\nabc\r\n0\r\n\r\n");
        QTest::newRow("huge size") << QByteArray("ffffffffffffffff\r\nabc\r\n0\r\n\r\n");
        QTest::newRow("longer than its size") << QByteArray("2\r\nabc\r\n0\r\n\r\n");
        QTest::newRow("bare LF") << QByteArray("3\nabc\n0\n\n\r\n");
    }
    void refusesBadChunking()
    {
        QFETCH(QByteArray, body);
        Echo echo;
        RawSocket client(echo.port());
        QVERIFY(client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body.toStdString()));
        QVERIFY(client.readToEnd());
        QVERIFY(eventually([&] { return echo.bodyErrors == 1; }));
        QCOMPARE(echo.lastError.load(), Errc::protocol);
    }

    void chunkedBodiesHaveTheLimitToo()
    {
        Echo echo{quick()};
        RawSocket client(echo.port());
        QVERIFY(client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'x') + "\r\n0\r\n\r\n"));
        QVERIFY(client.readToEnd());
        QVERIFY(eventually([&] { return echo.lastError == Errc::refused; }));
    }

    void slowHeadsAndBodiesAreCut()
    {
        Echo echo{quick()};
        RawSocket head(echo.port());
        QVERIFY(head.send("GET / HTTP/1.1\r\nHo"));
        QVERIFY(head.readToEnd(5000));
        RawSocket body(echo.port());
        QVERIFY(body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"));
        QVERIFY(body.readToEnd(5000));
        QVERIFY(eventually([&] { return echo.lastError == Errc::timeout; }));
    }

    void answersExpectContinue()
    {
        Echo echo;
        RawSocket client(echo.port());
        QVERIFY(client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
        QVERIFY(client.readUntil("100 Continue\r\n\r\n"));
        QVERIFY(client.send("abc"));
        QVERIFY(client.readUntil("\r\n\r\nabc"));
    }

    void anUnfinishedAnswerIsCut()
    {
        Echo echo;
        RawSocket client(echo.port());
        QVERIFY(client.send("GET /cut HTTP/1.1\r\nHost: a\r\n\r\n"));
        QVERIFY(client.readToEnd());
        QVERIFY(client.received.ends_with("\r\n\r\nhalf"));
        RawSocket silent(echo.port());
        QVERIFY(silent.send("GET /silent HTTP/1.1\r\nHost: a\r\n\r\n"));
        QVERIFY(silent.readToEnd());
        QVERIFY(silent.received.starts_with("HTTP/1.1 500"));
    }

    // To an HTTP/1.0 client the end of the connection is the end of the answer: a cut one must not look whole.
    void aCutAnswerWithoutALengthIsReset()
    {
        Echo echo;
        RawSocket client(echo.port());
        QVERIFY(client.send("GET /cut-open HTTP/1.0\r\n\r\n"));
        QVERIFY(client.readToEnd());
        QVERIFY(client.wasReset);
    }

    void seesTheClientLeave()
    {
        Echo echo;
        RawSocket client(echo.port());
        QVERIFY(client.send("POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"));
        QVERIFY(eventually([&] { return echo.requests == 1; }));
        client.close();
        QVERIFY(eventually([&] { return echo.gone == 1; }));
        RawSocket withUnread(echo.port()); // bytes that nobody reads stand before the end
        QVERIFY(withUnread.send("POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: 300\r\n\r\nabc"));
        QVERIFY(eventually([&] { return echo.requests == 2; }));
        withUnread.close();
        QVERIFY(eventually([&] { return echo.gone == 2; }));
    }

    void oneConnectionTooManyIsTurnedAway()
    {
        ServerOptions options;
        options.maxConnections = 1;
        Echo echo{options};
        RawSocket first(echo.port());
        QVERIFY(first.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"));
        QVERIFY(first.readUntil("abc"));
        RawSocket second(echo.port());
        QVERIFY(second.readToEnd());
        QVERIFY(second.received.starts_with("HTTP/1.1 503"));
    }

    void stopWaitsForWhatIsInFlight()
    {
        Echo echo;
        RawSocket idle(echo.port());
        QVERIFY(idle.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"));
        QVERIFY(idle.readUntil("abc"));
        RawSocket client(echo.port());
        QVERIFY(client.send("POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"));
        QVERIFY(eventually([&] { return echo.requests == 2; }));
        std::atomic<int> stopped = 0;
        echo.thread.on([&] {
            auto stop = [](Server& server, std::atomic<int>& result) -> Async<void> {
                const bool clean = co_await server.stop(20s);
                result = clean ? 1 : 2;
            };
            echo.thread.loop().spawn(stop(*echo.server, stopped));
        });
        QVERIFY(idle.readToEnd());
        QVERIFY(!RawSocket(echo.port()).isOpen());
        QCOMPARE(stopped.load(), 0);
        echo.release = true;
        QVERIFY(client.readToEnd());
        QVERIFY(client.received.ends_with("\r\n\r\nabc"));
        QVERIFY(eventually([&] { return stopped == 1; }));
    }

    // What has reached the kernel when the server stops is answered: in kept connections, in new ones, and in those that
    // nobody has accepted yet.
    void stopAnswersWhatWaitsUnread()
    {
        constexpr int count = 8;
        const std::string request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
        Echo echo;
        std::vector<std::unique_ptr<RawSocket>> clients;
        for (int i = 0; i < count; ++i) {
            clients.push_back(std::make_unique<RawSocket>(echo.port()));
            QVERIFY(clients.back()->send(request));
            QVERIFY(clients.back()->readUntil("\r\n\r\nabc"));
            clients.back()->received.clear();
        }
        std::atomic<int> stopped = 0;
        echo.thread.on([&] { // the loop is held up meanwhile
            auto stop = [](Server& server, std::atomic<int>& result) -> Async<void> {
                const bool clean = co_await server.stop(20s);
                result = clean ? 1 : 2;
            };
            for (int i = 0; i < count; ++i)
                clients.push_back(std::make_unique<RawSocket>(echo.port()));
            for (auto& client : clients)
                client->send(request);
            echo.thread.loop().spawn(stop(*echo.server, stopped));
        });
        for (auto& client : clients) {
            QVERIFY(client->readToEnd());
            QVERIFY2(client->received.starts_with("HTTP/1.1 200"), client->received.c_str());
            QVERIFY(client->received.find("Connection: close\r\n") != std::string::npos);
        }
        QVERIFY(eventually([&] { return stopped == 1; }));
        QCOMPARE(echo.requests.load(), 3 * count);
    }

    void aTakenPortIsSaid()
    {
        Echo echo;
        const auto second = echo.thread.on([&] {
            Server other{echo.thread.loop(), [&](Request& q, Responder& r) { return echo.handle(q, r); }};
            return other.listen("127.0.0.1", echo.port());
        });
        QVERIFY(!second.has_value());
        QCOMPARE(second.error().code, Errc::busy);
    }
};

DROVER_TEST(TestServer)
#include "TestServer.moc"
