// SPDX-License-Identifier: Apache-2.0
#include <QPointer>
#include <QTest>
#include <QTimer>

#include "support/Await.h"
#include "support/LoopbackServer.h"
#include "support/TestMain.h"

#include "services/HttpClient.h"

using drover::Deadline;
using drover::Errc;
using drover::HttpClient;
using drover::HttpRequest;
using drover::HttpResponse;
using drover::Random;
using drover::Result;
using drover::RetryPolicy;
using drover::Secret;
using drover::test::await;
using drover::test::LoopbackRequest;
using drover::test::LoopbackServer;
using namespace std::chrono_literals;

namespace {

HttpRequest to(const std::string& url, const std::string& method = "GET", const std::string& body = {})
{
    HttpRequest request;
    request.url = url;
    request.method = method;
    request.body = body;
    return request;
}

HttpRequest withKey(HttpRequest request)
{
    request.secretHeaders.push_back({"Authorization", "Bearer ", Secret{"sk-planted-secret"}});
    return request;
}

RetryPolicy quick(RetryPolicy policy)
{
    policy.first = 1ms;
    policy.most = 2ms;
    return policy;
}

LoopbackServer::Handler hangUp()
{
    return [](const LoopbackRequest&, QTcpSocket& socket) { socket.abort(); };
}

} // namespace

class TestHttpClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sendsWhatItIsGiven();
    void anErrorStatusIsAnAnswer();
    void aHangingServerEndsWithTheDeadline();
    void aSlowBodyEndsWithTheDeadline();
    void destroyingTheTaskDropsTheConnection();
    void asManyAreUnderWayAsAreAskedFor();
    void aPostIsNeverSentTwiceByItself();
    void aLostAnswerIsAskedForAgainOnlyWhereThatIsSafe();
    void aRefusedConnectionMayAlwaysBeTriedAgain();
    void retryAfterIsObeyed();
    void a429WithoutRetryAfterIsAnAnswer();
    void givesUpWhenTheWaitIsLongerThanTheDeadline();
    void tellsACutBody();
    void tellsGarbage();
    void takesNoMoreThanItsLimit();
    void refusesPlainHttpToOtherMachines();
    void followsARedirectToTheSameHost();
    void neverCarriesASecretToAnotherHost();
    void endsARedirectLoop();
    void noErrorShowsASecret();
    void measuresTheFirstByte();
    void namesAnUnreadableCaFile();
    void sendsNothingThroughAProxyToThisMachine();

private:
    Result<HttpResponse> send(HttpRequest request, drover::Duration limit = 30s)
    {
        return await(client_.send(std::move(request), Deadline::in(clock_, limit)));
    }
    drover::SystemClock clock_;
    HttpClient client_{clock_, Random{1}};
};

void TestHttpClient::sendsWhatItIsGiven()
{
    LoopbackServer server{LoopbackServer::always(201, R"({"a":1})", "X-Request-ID: r1\r\n")};
    auto request = withKey(to(server.url("/v1/keys?x=1"), "POST", "{\"b\":2}"));
    request.headers = {{"Content-Type", "application/json"}};
    const auto response = send(std::move(request));
    DROVER_VERIFY_OK(response);
    QCOMPARE(response->status, 201);
    QCOMPARE(response->body, std::string(R"({"a":1})"));
    QCOMPARE(std::string(response->header("x-request-id")), std::string("r1"));
    const auto& seen = server.requests().front();
    QCOMPARE(seen.method, QByteArray("POST"));
    QCOMPARE(seen.path, QByteArray("/v1/keys?x=1"));
    QCOMPARE(seen.body, QByteArray("{\"b\":2}"));
    QCOMPARE(seen.header("authorization"), QByteArray("Bearer sk-planted-secret"));
    QCOMPARE(seen.header("content-type"), QByteArray("application/json"));
    DROVER_VERIFY_OK(send(to(server.url("/x"), "LIST")));
    DROVER_VERIFY_OK(send(to(server.url("/x"), "DELETE")));
    QCOMPARE(server.requests()[1].method, QByteArray("LIST"));
    QCOMPARE(server.requests()[2].method, QByteArray("DELETE"));
}

void TestHttpClient::anErrorStatusIsAnAnswer()
{
    for (const int status : {400, 401, 403, 404, 409, 418, 500, 501, 502, 529}) {
        LoopbackServer server{LoopbackServer::always(status, "{}", "WWW-Authenticate: Basic realm=x\r\n")};
        const auto response = send(to(server.url()));
        DROVER_VERIFY_OK(response);
        QCOMPARE(response->status, status);
        QCOMPARE(response->body, std::string("{}"));
        QCOMPARE(server.requests().size(), std::size_t{1});
    }
}

void TestHttpClient::aHangingServerEndsWithTheDeadline()
{
    LoopbackServer server{[](const LoopbackRequest&, QTcpSocket&) {}};
    const auto response = send(to(server.url()), 50ms);
    QVERIFY(!response.has_value());
    QCOMPARE(int(response.error().code), int(Errc::timeout));
    QCOMPARE(response.error().where, std::string("127.0.0.1"));
    QTRY_COMPARE(server.disconnections(), 1);
}

void TestHttpClient::aSlowBodyEndsWithTheDeadline()
{
    LoopbackServer server{[](const LoopbackRequest&, QTcpSocket& socket) {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
    }};
    QCOMPARE(int(send(to(server.url()), 100ms).error().code), int(Errc::timeout));
}

void TestHttpClient::destroyingTheTaskDropsTheConnection()
{
    LoopbackServer server{[](const LoopbackRequest&, QTcpSocket&) {}};
    bool called = false;
    {
        drover::Pending pending{client_.send(to(server.url()), Deadline::in(clock_, 30s)),
                                [&](Result<HttpResponse>) { called = true; }};
        QTRY_COMPARE(server.requests().size(), std::size_t{1});
    }
    QTRY_COMPARE(server.disconnections(), 1);
    QVERIFY(!called);
}

// None waits for another's answer: each comes when all have arrived.
void TestHttpClient::asManyAreUnderWayAsAreAskedFor()
{
    constexpr int many = 40;
    std::vector<QPointer<QTcpSocket>> arrived;
    LoopbackServer server{[&arrived](const LoopbackRequest&, QTcpSocket& socket) {
        arrived.emplace_back(&socket);
        if (arrived.size() < many)
            return;
        for (const auto& one : std::exchange(arrived, {}))
            one->write(LoopbackServer::answer(200, "{}"));
    }};
    HttpClient client{clock_, Random{1}};
    for (int round = 1; round <= 2; ++round) {
        std::vector<drover::Task<Result<HttpResponse>>> all;
        for (int i = 0; i < many; ++i)
            all.push_back(client.send(to(server.url()), Deadline::in(clock_, 20s)));
        for (const auto& answered : await(drover::whenAll(std::move(all))))
            DROVER_VERIFY_OK(answered);
        QCOMPARE(server.connections(), many); // in the second round they are used again
    }
}

void TestHttpClient::aPostIsNeverSentTwiceByItself()
{
    LoopbackServer server{hangUp()};
    auto request = to(server.url(), "POST", "{}");
    request.retry = quick(RetryPolicy::once());
    const auto response = send(std::move(request));
    QVERIFY(!response.has_value());
    QCOMPARE(int(response.error().code), int(Errc::network));
    QCOMPARE(server.requests().size(), std::size_t{1});
    // Nor on a connection that was used before.
    int served = 0;
    server.setHandler([&served](const LoopbackRequest&, QTcpSocket& socket) {
        if (++served == 1)
            socket.write(LoopbackServer::answer(200, "{}"));
        else
            socket.abort();
    });
    DROVER_VERIFY_OK(send(to(server.url(), "POST", "{}")));
    QVERIFY(!send(to(server.url(), "POST", "{}")).has_value());
    QCOMPARE(served, 2);
}

void TestHttpClient::aLostAnswerIsAskedForAgainOnlyWhereThatIsSafe()
{
    int served = 0;
    LoopbackServer server{[&served](const LoopbackRequest&, QTcpSocket& socket) {
        if (++served == 1)
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        else
            socket.write(LoopbackServer::answer(200, "good"));
        if (served == 1)
            socket.disconnectFromHost();
    }};
    auto request = to(server.url());
    request.retry = quick(RetryPolicy::idempotent());
    QCOMPARE(send(std::move(request)).value().body, std::string("good"));
    QCOMPARE(served, 2);
}

void TestHttpClient::aRefusedConnectionMayAlwaysBeTriedAgain()
{
    auto server = std::make_unique<LoopbackServer>(LoopbackServer::always(200, "{}"));
    const auto url = server->url();
    server.reset();
    auto request = withKey(to(url, "POST", "{}"));
    request.retry = quick(RetryPolicy::once());
    const auto response = send(std::move(request));
    QCOMPARE(int(response.error().code), int(Errc::network));
    QCOMPARE(response.error().what, std::string("connection refused"));
}

void TestHttpClient::retryAfterIsObeyed()
{
    int served = 0;
    LoopbackServer server{[&served](const LoopbackRequest&, QTcpSocket& socket) {
        socket.write(++served < 3
                         ? LoopbackServer::answer(served == 1 ? 429 : 503, "{}", "Retry-After: 0.02\r\n")
                         : LoopbackServer::answer(200, "{}"));
    }};
    auto request = to(server.url(), "POST", "{}");
    request.retry = quick(RetryPolicy::once());
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(send(std::move(request)).value().status, 200);
    QVERIFY(timer.elapsed() >= 39);
    QCOMPARE(served, 3);
}

void TestHttpClient::a429WithoutRetryAfterIsAnAnswer()
{
    LoopbackServer server{LoopbackServer::always(429, R"({"error":{"code":"insufficient_quota"}})")};
    auto request = to(server.url());
    request.retry = quick(RetryPolicy::idempotent());
    QCOMPARE(send(std::move(request)).value().status, 429);
    QCOMPARE(server.requests().size(), std::size_t{1});
}

void TestHttpClient::givesUpWhenTheWaitIsLongerThanTheDeadline()
{
    LoopbackServer server{LoopbackServer::always(503, "{}", "Retry-After: 3600\r\n")};
    auto request = to(server.url());
    request.retry = RetryPolicy::idempotent();
    QCOMPARE(send(std::move(request)).value().status, 503);
    QCOMPARE(server.requests().size(), std::size_t{1});
}

void TestHttpClient::tellsACutBody()
{
    LoopbackServer server{[](const LoopbackRequest&, QTcpSocket& socket) {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
        socket.disconnectFromHost();
    }};
    const auto response = send(to(server.url(), "POST", "{}"));
    QVERIFY(!response.has_value());
    QCOMPARE(int(response.error().code), int(Errc::network));
}

void TestHttpClient::tellsGarbage()
{
    LoopbackServer server{[](const LoopbackRequest&, QTcpSocket& socket) {
        socket.write("SSH-2.0-OpenSSH_9.2\r\n\r\n");
        socket.disconnectFromHost();
    }};
    const auto response = send(to(server.url(), "POST", "{}"));
    QVERIFY(!response.has_value());
    QVERIFY(response.error().code == Errc::protocol || response.error().code == Errc::network);
}

void TestHttpClient::takesNoMoreThanItsLimit()
{
    LoopbackServer server{LoopbackServer::always(200, QByteArray(5000, 'x'))};
    auto request = to(server.url());
    request.limit = 4999;
    QCOMPARE(int(send(std::move(request)).error().code), int(Errc::protocol));
    request = to(server.url());
    request.limit = 5000;
    QCOMPARE(send(std::move(request)).value().body.size(), std::size_t{5000});
}

void TestHttpClient::refusesPlainHttpToOtherMachines()
{
    for (const auto* url : {"http://example.com/v1", "http://127.0.0.1.example.com/", "ftp://127.0.0.1/",
                            "https://", "x", "https://user:pass@127.0.0.1/"}) {
        const auto response = send(withKey(to(url)));
        QVERIFY(!response.has_value());
        QCOMPARE(int(response.error().code), int(Errc::invalidInput));
    }
    QVERIFY(drover::isLoopbackHost("localhost") && drover::isLoopbackHost("127.1.2.3") &&
            drover::isLoopbackHost("[::1]"));
    QVERIFY(!drover::isLoopbackHost("10.0.0.1") && !drover::isLoopbackHost("localhost.example.com"));
}

void TestHttpClient::followsARedirectToTheSameHost()
{
    LoopbackServer server{[](const LoopbackRequest& request, QTcpSocket& socket) {
        socket.write(request.path == "/a" ? LoopbackServer::answer(307, {}, "Location: /b\r\n")
                                          : LoopbackServer::answer(200, "there"));
    }};
    QCOMPARE(send(withKey(to(server.url("/a")))).value().body, std::string("there"));
    QCOMPARE(send(withKey(to(server.url("/a"), "POST", "x"))).value().body, std::string("there"));
    QCOMPARE(server.requests().back().body, QByteArray("x"));
    QCOMPARE(server.requests().back().header("authorization"), QByteArray("Bearer sk-planted-secret"));
}

void TestHttpClient::neverCarriesASecretToAnotherHost()
{
    LoopbackServer other{LoopbackServer::always(200, "other")};
    LoopbackServer server{
        LoopbackServer::always(302, {}, "Location: " + QByteArray::fromStdString(other.url("/x")) + "\r\n")};
    const auto response = send(withKey(to(server.url())));
    QVERIFY(!response.has_value());
    QCOMPARE(int(response.error().code), int(Errc::refused));
    QVERIFY(other.requests().empty());
    QCOMPARE(send(to(server.url())).value().body, std::string("other")); // without one it may
    LoopbackServer outside{LoopbackServer::always(302, {}, "Location: http://example.com/\r\n")};
    QCOMPARE(int(send(to(outside.url())).error().code), int(Errc::invalidInput));
}

void TestHttpClient::endsARedirectLoop()
{
    LoopbackServer server{LoopbackServer::always(302, {}, "Location: /\r\n")};
    QCOMPARE(send(to(server.url())).value().status, 302);
    QVERIFY(server.requests().size() <= 4);
}

void TestHttpClient::noErrorShowsASecret()
{
    LoopbackServer server{hangUp()};
    for (const auto& url :
         {server.url("/v1/x"), std::string("http://example.com/"), std::string("https://127.0.0.1:1/")}) {
        const auto response = send(withKey(to(url)), 5s);
        QVERIFY(!response.has_value());
        QVERIFY(drover::describe(response.error()).find("planted") == std::string::npos);
    }
    const Secret key{"sk-planted-secret"};
    const Secret tiny{"abc"};
    QCOMPARE(drover::scrubbed("a sk-planted-secret b sk-planted-secretc abc", {&key, &tiny}),
             std::string("a **** b ****c abc"));
}

void TestHttpClient::measuresTheFirstByte()
{
    LoopbackServer server{[](const LoopbackRequest&, QTcpSocket& socket) {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
        QTimer::singleShot(20, &socket, [&socket] { socket.write("a"); });
        QTimer::singleShot(60, &socket, [&socket] { socket.write("b"); });
    }};
    const auto response = send(to(server.url())).value();
    QVERIFY2(response.firstByteMs >= 19, qPrintable(QString::number(response.firstByteMs)));
    QVERIFY2(response.totalMs >= response.firstByteMs + 20, qPrintable(QString::number(response.totalMs)));
}

void TestHttpClient::namesAnUnreadableCaFile()
{
    auto request = to("https://127.0.0.1:1/");
    request.route.caFile = "/nowhere.pem";
    const auto response = send(std::move(request));
    QCOMPARE(int(response.error().code), int(Errc::invalidInput));
    QCOMPARE(response.error().where, std::string("/nowhere.pem"));
}

void TestHttpClient::sendsNothingThroughAProxyToThisMachine()
{
    LoopbackServer proxy{LoopbackServer::always(200, "proxy")};
    LoopbackServer server{LoopbackServer::always(200, "server")};
    auto request = to(server.url());
    request.route.proxy = proxy.url();
    QCOMPARE(send(std::move(request)).value().body, std::string("server"));
    // https goes to it, with CONNECT and without the secret.
    request = withKey(to("https://api.holysheep.invalid/v1/models"));
    request.route.proxy = proxy.url();
    QVERIFY(!send(std::move(request), 300ms).has_value());
    QVERIFY(!proxy.requests().empty());
    QCOMPARE(proxy.requests().front().method, QByteArray("CONNECT"));
    QVERIFY(!proxy.requests().front().head.contains("planted"));
}

DROVER_TEST(TestHttpClient)
#include "TestHttpClient.moc"
