// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "http/Client.h"
#include "http/Names.h"
#include "http/Server.h"
#include "http/Tls.h"
#include "support/LoopThread.h"
#include "support/TestCertificate.h"
#include "support/TestMain.h"

#include <QTemporaryDir>

#include <atomic>

using namespace drover;
using namespace drover::http;
using drover::test::eventually;

namespace {

struct Reply {
    Result<int> status = 0;
    std::string body;
    bool reused = false;
    std::optional<Error> bodyError;
};

// A server whose paths misbehave, and a client of it.
class Pair {
public:
    explicit Pair(ServerOptions serverOptions = {}, ClientOptions options = {})
    {
        thread.on([&] {
            server = std::make_unique<Server>(
                thread.loop(), [this](Request& q, Responder& r) { return handle(q, r); }, serverOptions);
            const auto listening = server->listen("127.0.0.1", 0);
            if (!listening.has_value())
                throw std::runtime_error(describe(listening.error()));
            client = std::make_unique<Client>(thread.loop(), options);
        });
    }
    ~Pair() { thread.finish(); }

    Async<void> handle(Request& request, Responder& responder)
    {
        ++requests;
        const std::string path(request.head.path());
        auto body = co_await request.body.readAll(1 << 22);
        if (!body.has_value())
            co_return;
        responder.onClientGone([this] { ++gone; });
        if (path == "/hang") {
            while (!responder.clientGone())
                co_await Loop::sleep(2ms);
            co_return;
        }
        if (path == "/drop-kept" && kept.exchange(true)) {
            responder.abort();
            co_return;
        }
        if (path == "/reset-kept" && kept.exchange(true)) {
            responder.reset();
            co_return;
        }
        if (path == "/cut") {
            responder.start(200, {}, 100);
            const auto written = co_await responder.write("half");
            static_cast<void>(written);
            co_return;
        }
        if (path == "/chunked") {
            responder.start(200, {});
            const auto written = co_await responder.write(*body);
            const auto done = co_await responder.finish();
            static_cast<void>(written);
            static_cast<void>(done);
            co_return;
        }
        const auto sent = co_await responder.send(request.head.method() == "CONNECT" ? 403 : 200, {}, *body);
        static_cast<void>(sent);
    }

    Async<Reply> call(std::string base, std::string target, std::string body, std::string ca, std::string proxy)
    {
        Reply reply;
        const auto url = parseUrl(base);
        Outgoing request;
        request.method = "POST";
        request.target = target;
        request.body = body;
        auto answer = co_await client->send(*url, request, cancel, ca, proxy);
        if (!answer.has_value()) {
            reply.status = answer.error();
            co_return reply;
        }
        reply.status = (*answer)->head().status();
        reply.reused = (*answer)->reused();
        auto all = co_await (*answer)->body().readAll(1 << 22);
        if (all.has_value())
            reply.body = *all;
        else
            reply.bodyError = all.error();
        co_return reply;
    }
    Reply post(std::string target, std::string body = "hello", std::string base = {}, std::string ca = {}, std::string proxy = {})
    {
        if (base.empty())
            base = server->url();
        return thread.run<Reply>([=, this] { return call(base, target, body, ca, proxy); });
    }

    test::LoopThread thread;
    std::unique_ptr<Server> server;
    std::unique_ptr<Client> client;
    Cancel cancel;
    std::atomic<int> requests = 0;
    std::atomic<int> gone = 0;
    std::atomic<bool> kept = false;
};

} // namespace

class TestClient final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsAndReusesConnections()
    {
        Pair pair;
        const auto first = pair.post("/");
        QCOMPARE(first.status.value(), 200);
        QCOMPARE(first.body, std::string("hello"));
        QVERIFY(!first.reused);
        const auto second = pair.post("/chunked", std::string(100000, 'x'));
        QVERIFY(second.reused);
        QCOMPARE(second.body.size(), std::size_t(100000));
        QVERIFY(pair.post("/").reused);
        QCOMPARE(pair.thread.on([&] { return pair.server->connections(); }), std::size_t(1));
    }

    void asksAgainOnceWhenAStaleConnectionFails()
    {
        ClientOptions options;
        options.staleAfter = 0s;
        Pair pair{{}, options};
        QCOMPARE(pair.post("/drop-kept").status.value(), 200);
        // The second call finds the kept connection, which the server drops; the new connection is dropped too.
        const auto second = pair.post("/drop-kept");
        QVERIFY(!second.status.has_value());
        QCOMPARE(second.status.error().code, Errc::network);
        QCOMPARE(pair.requests.load(), 3);
    }

    // A server that had the whole request and resets or closes is a failure to be counted, not one to be asked again.
    void doesNotHideAReset_data()
    {
        QTest::addColumn<std::string>("path");
        QTest::newRow("reset") << std::string("/reset-kept");
        QTest::newRow("end") << std::string("/drop-kept");
    }
    void doesNotHideAReset()
    {
        QFETCH(std::string, path);
        Pair pair;
        QCOMPARE(pair.post(path).status.value(), 200);
        const auto second = pair.post(path);
        QVERIFY(!second.status.has_value());
        QCOMPARE(second.status.error().code, Errc::network);
        QCOMPARE(pair.requests.load(), 2);
    }

    void withoutResendNothingIsWrittenTwice()
    {
        ClientOptions options;
        options.resend = false;
        Pair pair{{}, options};
        QVERIFY(!pair.post("/").reused);
        QVERIFY(pair.post("/").reused);
        pair.kept = true;
        QVERIFY(!pair.post("/drop-kept").status.has_value());
        QCOMPARE(pair.requests.load(), 3);
    }

    void withoutResendAStaleConnectionIsNotUsed()
    {
        ClientOptions options;
        options.resend = false;
        options.staleAfter = 0s;
        Pair pair{{}, options};
        QCOMPARE(pair.post("/").status.value(), 200);
        const auto second = pair.post("/");
        QCOMPARE(second.status.value(), 200);
        QVERIFY(!second.reused);
    }

    void aCutAnswerIsAnError()
    {
        Pair pair;
        const auto reply = pair.post("/cut");
        QCOMPARE(reply.status.value(), 200);
        QVERIFY(reply.bodyError.has_value());
        QCOMPARE(reply.bodyError->code, Errc::network);
    }

    void waitsOnlySoLong()
    {
        ClientOptions options;
        options.firstByteTime = 100ms;
        Pair pair{{}, options};
        const auto reply = pair.post("/hang");
        QCOMPARE(reply.status.error().code, Errc::timeout);
        QVERIFY(eventually([&] { return pair.gone == 1; }));
    }

    void aRefusedConnectionIsANetworkError()
    {
        Pair pair;
        const auto reply = pair.post("/", "x", "http://127.0.0.1:1");
        QCOMPARE(reply.status.error().code, Errc::network);
    }

    // The system's lookup cannot be ended; those who wait for it can.
    void aLookupHasADeadlineAndCanBeCancelled()
    {
        ClientOptions options;
        options.connectTime = 100ms;
        Pair pair{{}, options};
        pair.thread.on([&] { pair.thread.loop().names().setLookup([](const std::string&, auto) {}); });
        QCOMPARE(pair.post("/", "x", "http://nowhere.invalid:1").status.error().code, Errc::timeout);
        options.connectTime = 60s;
        pair.thread.on([&] {
            pair.client = std::make_unique<Client>(pair.thread.loop(), options);
            pair.thread.loop().names().setLookup([&](const std::string&, auto) {
                pair.thread.loop().post([&] { pair.cancel.fire(); });
            });
        });
        QCOMPARE(pair.post("/", "x", "http://elsewhere.invalid:1").status.error().code, Errc::cancelled);
    }

    void localhostNeedsNoNameServer()
    {
        Pair pair;
        pair.thread.on([&] { pair.thread.loop().names().setLookup([](const std::string&, auto) {}); });
        const std::string port = std::to_string(pair.server->port());
        QCOMPARE(pair.post("/", "x", "http://localhost:" + port).status.value(), 200);
        QCOMPARE(pair.post("/", "x", "http://holysheep.localhost:" + port).status.value(), 200);
    }

    void theLastGoodAddressesStay_data()
    {
        QTest::addColumn<bool>("hangs");
        QTest::newRow("hangs") << true;
        QTest::newRow("fails") << false;
    }
    void theLastGoodAddressesStay()
    {
        QFETCH(bool, hangs);
        Pair pair;
        const std::string base = "http://provider.invalid:" + std::to_string(pair.server->port());
        pair.thread.on([&] {
            pair.thread.loop().names().setLookup([](const std::string&, auto done) {
                done(http::Names::Addresses{boost::asio::ip::address_v4::loopback()});
            });
        });
        QCOMPARE(pair.post("/", "x", base).status.value(), 200);
        pair.thread.on([&] {
            pair.thread.loop().names().setLookup([hangs](const std::string&, auto done) {
                if (!hangs)
                    done(Error{Errc::network, "no name server", {}});
            });
            pair.client = std::make_unique<Client>(pair.thread.loop()); // no kept connection
        });
        QCOMPARE(pair.post("/", "x", base).status.value(), 200);
        QCOMPARE(pair.requests.load(), 2);
    }

    void cancelReachesTheServer()
    {
        Pair pair;
        pair.thread.on([&] {
            auto later = [](Pair& p) -> Async<void> {
                while (p.requests == 0)
                    co_await Loop::sleep(2ms);
                p.cancel.fire();
            };
            pair.thread.loop().spawn(later(pair));
        });
        const auto reply = pair.post("/hang");
        QCOMPARE(reply.status.error().code, Errc::cancelled);
        QVERIFY(eventually([&] { return pair.gone == 1; }));
    }

    void tlsIsVerified()
    {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        QVERIFY(test::makeCertificate(path + "/cert.pem", path + "/key.pem"));
        ServerOptions options;
        auto tls = TlsContext::forServer(path + "/cert.pem", path + "/key.pem");
        QVERIFY(tls.has_value());
        options.tls = *tls;
        Pair pair{options};
        const std::string base = "https://localhost:" + std::to_string(pair.server->port());
        const auto good = pair.post("/", std::string(50000, 'y'), base, path + "/cert.pem");
        QVERIFY2(good.status.has_value(), good.status.has_value() ? "" : describe(good.status.error()).c_str());
        QCOMPARE(good.body.size(), std::size_t(50000));
        QVERIFY(pair.post("/chunked", "abc", base, path + "/cert.pem").reused);
        // Not signed by the system's authorities; and a name the certificate does not carry.
        QCOMPARE(pair.post("/", "x", base).status.error().code, Errc::network);
        const std::string other = "https://127.0.0.2:" + std::to_string(pair.server->port());
        QVERIFY(!pair.post("/", "x", other, path + "/cert.pem").status.has_value());
        QCOMPARE(pair.requests.load(), 2);
    }

    void aProxyThatRefusesIsSaid()
    {
        Pair pair;
        const auto reply = pair.post("/", "x", "https://api.example.com", {}, pair.server->url());
        QVERIFY(!reply.status.has_value());
        QCOMPARE(reply.status.error().code, Errc::network);
        QCOMPARE(pair.requests.load(), 1);
    }
};

DROVER_TEST(TestClient)
#include "TestClient.moc"
