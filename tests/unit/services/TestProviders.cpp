// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/Folder.h"
#include "support/LoopbackServer.h"
#include "support/Secrets.h"
#include "support/TestMain.h"

#include "services/HolySheepClient.h"
#include "services/ProviderHttp.h"
#include "services/SandboxHttp.h"
#include "services/SecretRefs.h"

#include <sys/stat.h>

using drover::Deadline;
using drover::Errc;
using drover::ErrorClass;
using drover::HolySheepClient;
using drover::HttpClient;
using drover::ProviderHttp;
using drover::Random;
using drover::SandboxHttp;
using drover::Secret;
using drover::SecretRef;
using drover::SecretRefs;
using drover::test::await;
using drover::test::LoopbackRequest;
using drover::test::LoopbackServer;
using namespace std::chrono_literals;
using drover::test::plain;

class TestProviders : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void provesAKeyByItsModels();
    void anErrorStatusOfAProviderIsAnAnswer();
    void asksForACompletion();
    void mintsAKey();
    void neverMintsTwiceWhenTheAnswerIsLost();
    void saysToPasteWhereThereIsNoKeyApi();
    void tellsWhyMintingWasRefused();
    void listsKeys();
    void revokingTwiceIsNoError();
    void refusesAnAnswerWithoutAKey();
    void talksToTheSandbox();
    void resolvesReferences();

private:
    Deadline soon() const { return Deadline::in(clock_, 30s); }
    HolySheepClient client(const LoopbackServer& server)
    {
        return {http_, server.url("/v1"), {}, Secret{"hs_admin_planted"}};
    }
    drover::SystemClock clock_;
    HttpClient http_{clock_, Random{1}};
};

void TestProviders::provesAKeyByItsModels()
{
    LoopbackServer server{
        LoopbackServer::always(200, R"({"object":"list","data":[]})", "X-Request-ID: req_1\r\n")};
    ProviderHttp provider{http_, {}};
    auto key = std::make_unique<Secret>("sk-planted");
    auto task = provider.models(server.url("/v1/"), *key, soon());
    key.reset(); // the task has its own
    const auto answer = await(std::move(task));
    DROVER_VERIFY_OK(answer);
    QCOMPARE(answer->status, 200);
    QVERIFY(answer->errorClass == ErrorClass::ok);
    QCOMPARE(answer->requestId, std::string("req_1"));
    QCOMPARE(answer->host, "127.0.0.1:" + std::to_string(server.port()));
    QCOMPARE(server.requests().front().path, QByteArray("/v1/models"));
    QCOMPARE(server.requests().front().header("authorization"), QByteArray("Bearer sk-planted"));
}

void TestProviders::anErrorStatusOfAProviderIsAnAnswer()
{
    LoopbackServer server{LoopbackServer::always(
        401,
        R"({"error":{"message":"Incorrect API key provided: sk-planted.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}})")};
    ProviderHttp provider{http_, {}};
    const auto answer = await(provider.models(server.url("/v1"), Secret{"sk-planted"}, soon()));
    DROVER_VERIFY_OK(answer);
    QCOMPARE(answer->status, 401);
    QVERIFY(answer->errorClass == ErrorClass::auth);
    QVERIFY(answer->body.find("sk-planted") == std::string::npos);
    server.setHandler(LoopbackServer::always(529, "{}"));
    QVERIFY(await(provider.models(server.url("/v1"), Secret{"sk-planted"}, soon()))->errorClass ==
            ErrorClass::overload);
    QCOMPARE(server.requests().size(), std::size_t{2}); // never tried again
}

void TestProviders::asksForACompletion()
{
    LoopbackServer server{LoopbackServer::always(200, R"({"choices":[]})")};
    ProviderHttp provider{http_, {}};
    const auto answer =
        await(provider.chat(server.url("/v1"), Secret{"sk-planted"}, R"({"model":"m"})", soon()));
    DROVER_VERIFY_OK(answer);
    QCOMPARE(server.requests().front().path, QByteArray("/v1/chat/completions"));
    QCOMPARE(server.requests().front().body, QByteArray(R"({"model":"m"})"));
    QVERIFY(answer->totalMs >= answer->firstByteMs);
}

void TestProviders::mintsAKey()
{
    LoopbackServer server{LoopbackServer::always(
        201,
        R"({"key_id":"k_1","api_key":"hsa_new","created_at":"2026-11-22T07:00:00Z","expires_at":"2026-12-22T07:00:00Z"})")};
    auto issuer = client(server);
    QVERIFY(issuer.canMint());
    const auto minted = await(issuer.mint("auto-rotate-20261122-070000", 30, 10000, soon()));
    DROVER_VERIFY_OK(minted);
    QCOMPARE(minted->id, std::string("k_1"));
    QCOMPARE(minted->name, std::string("auto-rotate-20261122-070000"));
    QCOMPARE(plain(minted->key), std::string("hsa_new"));
    QCOMPARE(drover::formatTime(*minted->expiresAt), std::string("2026-12-22T07:00:00.000Z"));
    const auto& seen = server.requests().front();
    QCOMPARE(seen.method + seen.path, QByteArray("POST/v1/keys"));
    QCOMPARE(seen.header("authorization"), QByteArray("Bearer hs_admin_planted"));
    QCOMPARE(seen.body,
             QByteArray(R"({"name":"auto-rotate-20261122-070000","expires_in_days":30,"rate_limit":10000})"));
}

void TestProviders::neverMintsTwiceWhenTheAnswerIsLost()
{
    LoopbackServer server{[](const LoopbackRequest&, QTcpSocket& socket) { socket.abort(); }};
    auto issuer = client(server);
    const auto minted = await(issuer.mint("n", 30, 1, soon()));
    QCOMPARE(int(minted.error().code), int(Errc::network));
    QCOMPARE(server.requests().size(), std::size_t{1});
    QVERIFY(issuer.canMint());
}

void TestProviders::saysToPasteWhereThereIsNoKeyApi()
{
    LoopbackServer server{LoopbackServer::always(404, "<html>not found</html>")};
    auto issuer = client(server);
    const auto minted = await(issuer.mint("n", 30, 1, soon()));
    QCOMPARE(int(minted.error().code), int(Errc::unavailable));
    QVERIFY(minted.error().what.find("keys add") != std::string::npos);
    QVERIFY(!issuer.canMint());
    HolySheepClient nobody{http_, server.url("/v1"), {}, Secret{}};
    QVERIFY(!nobody.canMint());
    QCOMPARE(int(await(nobody.mint("n", 30, 1, soon())).error().code), int(Errc::unavailable));
    QCOMPARE(server.requests().size(), std::size_t{1});
}

void TestProviders::tellsWhyMintingWasRefused()
{
    const std::vector<std::pair<int, Errc>> cases{{401, Errc::unauthorized}, {403, Errc::forbidden},
                                                  {402, Errc::quota},        {429, Errc::rateLimited},
                                                  {400, Errc::invalidInput}, {500, Errc::unavailable},
                                                  {413, Errc::invalidInput}, {408, Errc::timeout},
                                                  {409, Errc::conflict},     {502, Errc::unavailable}};
    for (const auto& [status, code] : cases) {
        LoopbackServer server{
            LoopbackServer::always(status, R"({"error":{"message":"no, hs_admin_planted"}})")};
        auto issuer = client(server);
        const auto minted = await(issuer.mint("n", 30, 1, soon()));
        QCOMPARE(int(minted.error().code), int(code));
        QVERIFY(minted.error().what.find("planted") == std::string::npos);
        QVERIFY(issuer.canMint());
    }
}

void TestProviders::listsKeys()
{
    LoopbackServer server{LoopbackServer::always(
        200,
        R"({"object":"list","data":[{"key_id":"k_1","name":"a","active":false,"created_at":"2026-11-22T07:00:00Z",)"
        R"("expires_at":null,"last_used_at":"2026-11-22T08:00:00Z"},{"key_id":"k_2"}]})")};
    auto issuer = client(server);
    const auto keys = await(issuer.list(soon()));
    DROVER_VERIFY_OK(keys);
    QCOMPARE(keys->size(), std::size_t{2});
    QVERIFY(!keys->front().active && !keys->front().expiresAt.has_value() &&
            keys->front().lastUsedAt.has_value());
    QVERIFY(keys->back().active);
}

void TestProviders::revokingTwiceIsNoError()
{
    int served = 0;
    LoopbackServer server{[&served](const LoopbackRequest&, QTcpSocket& socket) {
        socket.write(LoopbackServer::answer(++served == 1 ? 200 : 404, "{}"));
    }};
    auto issuer = client(server);
    DROVER_VERIFY_OK(await(issuer.revoke("k_1/../x", soon())));
    DROVER_VERIFY_OK(await(issuer.revoke("k_1", soon())));
    QCOMPARE(server.requests().front().method + server.requests().front().path,
             QByteArray("DELETE/v1/keys/k_1%2F..%2Fx"));
}

void TestProviders::refusesAnAnswerWithoutAKey()
{
    for (const auto* body :
         {"", "[]", "{}", R"({"key_id":"k","api_key":""})", R"({"key_id":7,"api_key":"x"})"}) {
        LoopbackServer server{LoopbackServer::always(200, body)};
        auto issuer = client(server);
        QCOMPARE(int(await(issuer.mint("n", 1, 1, soon())).error().code), int(Errc::protocol));
    }
}

void TestProviders::talksToTheSandbox()
{
    LoopbackServer server{[](const LoopbackRequest& request, QTcpSocket& socket) {
        socket.write(
            request.path == "/keys"
                ? LoopbackServer::answer(201, R"({"key_id":"k_1","api_key":"sk-made"})")
                : LoopbackServer::answer(
                      200,
                      R"({"legacy":{"requests":7,"by_key":{"k_1":3}},"holysheep":{"requests":0,"by_key":{}}})"));
    }};
    SandboxHttp sandbox{http_};
    const auto key = await(sandbox.mint(server.url(), "legacy", soon()));
    DROVER_VERIFY_OK(key);
    QCOMPARE(key->id + plain(key->key), std::string("k_1sk-made"));
    QCOMPARE(server.requests().front().body, QByteArray(R"({"target":"legacy"})"));
    const auto counts = await(sandbox.counts(server.url(), soon()));
    DROVER_VERIFY_OK(counts);
    QCOMPARE(counts->targets.at("legacy").requests, std::uint64_t{7});
    QCOMPARE(counts->targets.at("legacy").byKey.at("k_1"), std::uint64_t{3});
    QCOMPARE(counts->targets.at("holysheep").requests, std::uint64_t{0});
}

void TestProviders::resolvesReferences()
{
    const drover::test::Folder folder;
    ::chmod(folder.write("key", "sk-file\n").c_str(), 0600);
    ::chmod(folder.write("open", "sk-open\n").c_str(), 0640);
    const SecretRefs refs{nullptr, folder.path(), [](const std::string& name) {
                              return name == "KEY" ? std::optional<std::string>{"sk-env"} : std::nullopt;
                          }};
    const auto get = [&](SecretRef::Kind kind, const std::string& name) {
        return await(refs.resolve(SecretRef{kind, name}, soon()));
    };
    QCOMPARE(plain(get(SecretRef::Kind::environment, "KEY").value()), std::string("sk-env"));
    QCOMPARE(int(get(SecretRef::Kind::environment, "NONE").error().code), int(Errc::notFound));
    QCOMPARE(plain(get(SecretRef::Kind::file, "key").value()), std::string("sk-file"));
    QCOMPARE(plain(get(SecretRef::Kind::file, (folder / "key").string()).value()), std::string("sk-file"));
    QCOMPARE(int(get(SecretRef::Kind::file, "open").error().code), int(Errc::forbidden));
    QCOMPARE(int(get(SecretRef::Kind::file, "none").error().code), int(Errc::notFound));
    QCOMPARE(int(get(SecretRef::Kind::store, "x").error().code), int(Errc::unavailable));
    QCOMPARE(int(get(SecretRef::Kind::none, "").error().code), int(Errc::invalidInput));
}

DROVER_TEST(TestProviders)
#include "TestProviders.moc"
