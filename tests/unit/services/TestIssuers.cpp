// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/LoopbackServer.h"
#include "support/Secrets.h"
#include "support/TestMain.h"

#include "sandbox/World.h"
#include "services/AnthropicIssuer.h"
#include "services/DashboardIssuer.h"
#include "services/HolySheepClient.h"
#include "services/OpenAiIssuer.h"

#include <algorithm>

using namespace drover;
using drover::test::await;
using drover::test::LoopbackRequest;
using drover::test::LoopbackServer;
using drover::test::plain;
using namespace std::chrono_literals;

namespace {

// The sandbox's legacy provider behind a loopback server of the test's own thread. Pages have at most `most` entries.
struct LegacyProvider {
    SystemClock clock;
    sandbox::World world{*sandbox::scenarioNamed("healthy"), 1, clock};
    std::size_t most = 100;
    LoopbackServer server{[this](const LoopbackRequest& request, QTcpSocket& socket) { answer(request, socket); }};

    void answer(const LoopbackRequest& request, QTcpSocket& socket)
    {
        const std::string method = request.method.toStdString(), body = request.body.toStdString(), target = request.path.toStdString();
        const auto mark = std::min(target.find('?'), target.size());
        std::string query = target.substr(std::min(mark + 1, target.size()));
        for (const std::string limit : {"limit=1000", "limit=100"})
            if (query.starts_with(limit))
                query.replace(0, limit.size(), "limit=" + std::to_string(most));
        std::string key = request.header("x-api-key").toStdString();
        if (key.empty())
            key = request.header("authorization").mid(7).toStdString();
        const std::string path = target.substr(0, mark);
        const auto reply = world.legacy.reply({sandbox::Region::main, method, path, key, body, query});
        if (reply.end == sandbox::Reply::End::reset)
            return socket.abort();
        socket.write(LoopbackServer::answer(reply.status, QByteArray::fromStdString(reply.parts.at(0))));
    }
    std::size_t alive() const
    {
        return std::size_t(std::ranges::count_if(world.legacy.keys().list(), [](const auto& key) { return !key.revoked; }));
    }
};

const IssuedKey* named(const std::vector<IssuedKey>& keys, const std::string& name)
{
    const auto found = std::ranges::find(keys, name, &IssuedKey::name);
    return found == keys.end() ? nullptr : &*found;
}

} // namespace

class TestIssuers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void openAiMintsListsAndEndsAKey()
    {
        LegacyProvider provider;
        auto issuer = openAi(provider);
        QVERIFY(issuer.canMint());
        const auto minted = await(issuer.mint("auto-rotate-1", 30, 1, soon()));
        DROVER_VERIFY_OK(minted);
        QVERIFY(minted->id.starts_with("svc_acct_"));
        QVERIFY(plain(minted->key).starts_with("sk-"));
        const auto person = provider.world.legacy.keys().mintAtDashboard("a person's");
        auto listed = await(issuer.list(soon()));
        DROVER_VERIFY_OK(listed);
        QCOMPARE(listed->size(), std::size_t{2});
        QCOMPARE(named(*listed, "auto-rotate-1")->id, minted->id);
        QVERIFY(!named(*listed, "auto-rotate-1")->lastUsedAt);
        QCOMPARE(named(*listed, "a person's")->id, person.state.id);
        plainUse(provider, minted->key);
        listed = await(issuer.list(soon()));
        QVERIFY(named(*listed, "auto-rotate-1")->lastUsedAt.has_value());
        for (const std::string& id : {minted->id, person.state.id, minted->id, std::string("k_ours")})
            DROVER_VERIFY_OK(await(issuer.revoke(id, soon()))); // what is gone, or never was, is ended
        QCOMPARE(provider.alive(), std::size_t{0});
        QVERIFY(await(issuer.list(soon()))->empty());
    }

    void aLostReplyIsFoundAgainByItsName()
    {
        LegacyProvider provider;
        auto issuer = openAi(provider);
        provider.world.legacy.faults().mint = sandbox::ProviderFaults::Mint::lost;
        QCOMPARE(int(await(issuer.mint("auto-rotate-1", 30, 1, soon())).error().code), int(Errc::network));
        QCOMPARE(provider.server.requests().size(), std::size_t{1}); // never sent twice
        const auto listed = await(issuer.list(soon()));
        DROVER_VERIFY_OK(listed);
        const IssuedKey* orphan = named(*listed, "auto-rotate-1");
        QVERIFY(orphan != nullptr && orphan->active);
        DROVER_VERIFY_OK(await(issuer.revoke(orphan->id, soon())));
        QCOMPARE(provider.alive(), std::size_t{0});
    }

    void everyPageIsRead()
    {
        LegacyProvider provider;
        provider.most = 2;
        auto openAiIssuer = openAi(provider);
        for (int i = 0; i < 5; ++i)
            DROVER_VERIFY_OK(await(openAiIssuer.mint("auto-" + std::to_string(i), 30, 1, soon())));
        QCOMPARE(await(openAiIssuer.list(soon()))->size(), std::size_t{5});
        QCOMPARE(await(anthropic(provider).list(soon()))->size(), std::size_t{5});
    }

    void aListThatGoesInACircleEnds()
    {
        LoopbackServer server{LoopbackServer::always(200, R"({"data":[{"id":"a","status":"active"}],"has_more":true,"last_id":"a"})")};
        OpenAiIssuer first{http_, server.url("/v1"), {}, "proj_1", Secret{"sk-admin-planted"}};
        AnthropicIssuer second{http_, server.url(), {}, Secret{"sk-ant-admin-planted"}};
        QCOMPARE(int(await(first.list(soon())).error().code), int(Errc::protocol));
        QCOMPARE(int(await(second.list(soon())).error().code), int(Errc::protocol));
        QCOMPARE(server.requests().size(), std::size_t{4});
    }

    void errorsAreToldApartAndSayWhatToDo_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("401") << 401 << int(Errc::unauthorized) << "refuses the admin key";
        QTest::newRow("403") << 403 << int(Errc::forbidden) << "admin key";
        QTest::newRow("404") << 404 << int(Errc::notFound) << "admin key";
        QTest::newRow("429") << 429 << int(Errc::rateLimited) << "try again in 3600 s";
        QTest::newRow("500") << 500 << int(Errc::unavailable) << "";
        QTest::newRow("503") << 503 << int(Errc::unavailable) << "try again in 3600 s";
    }
    void errorsAreToldApartAndSayWhatToDo()
    {
        QFETCH(int, status);
        QFETCH(int, code);
        QFETCH(QString, says);
        LoopbackServer server{LoopbackServer::always(status, R"({"error":{"message":"no, sk-admin-planted"}})", "Retry-After: 3600\r\n")};
        OpenAiIssuer first{http_, server.url("/v1"), {}, "proj_1", Secret{"sk-admin-planted"}};
        AnthropicIssuer second{http_, server.url(), {}, Secret{"sk-admin-planted"}};
        const Error errors[] = {await(first.mint("n", 1, 1, soon())).error(), await(first.list(soon())).error(),
                                await(second.list(soon())).error()};
        for (const Error& error : errors) {
            QCOMPARE(int(error.code), code);
            QVERIFY2(error.what.find(says.toStdString()) != std::string::npos, error.what.c_str());
            QVERIFY2(error.what.find("planted") == std::string::npos, error.what.c_str());
            QCOMPARE(error.where, "127.0.0.1:" + std::to_string(server.port()));
        }
        // Of a key that is to end, 404 means that it is gone.
        const auto revoked = await(first.revoke("svc_acct_1", soon()));
        QCOMPARE(revoked.has_value() ? 404 : int(revoked.error().code), status == 404 ? 404 : code);
    }

    void everyCallHasADeadline()
    {
        LoopbackServer server{[](const LoopbackRequest&, QTcpSocket&) {}};
        OpenAiIssuer issuer{http_, server.url("/v1"), {}, "proj_1", Secret{"sk-admin-planted"}};
        QCOMPARE(int(await(issuer.mint("n", 1, 1, Deadline::in(clock_, 100ms))).error().code), int(Errc::timeout));
        QCOMPARE(int(await(issuer.list(Deadline::in(clock_, 100ms))).error().code), int(Errc::timeout));
    }

    void anthropicEndsAKeySoThatItCanComeBack()
    {
        LegacyProvider provider;
        const auto made = provider.world.legacy.keys().mintAtDashboard("auto-rotate-1");
        auto issuer = anthropic(provider);
        QVERIFY(!issuer.canMint() && issuer.canList() && issuer.canRevoke());
        QCOMPARE(int(await(issuer.mint("n", 1, 1, soon())).error().code), int(Errc::unavailable));
        QVERIFY(provider.server.requests().empty());
        QVERIFY(await(issuer.list(soon()))->front().active);
        DROVER_VERIFY_OK(await(issuer.revoke(made.state.id, soon())));
        QVERIFY(!await(issuer.list(soon()))->front().active);
        QCOMPARE(provider.server.requests().back().header("anthropic-version"), QByteArray("2023-06-01"));
        QCOMPARE(statusSet(provider), QByteArray(R"({"status":"inactive"})"));
        DROVER_VERIFY_OK(await(issuer.revoke(made.state.id, soon()))); // twice: left as it is
        QCOMPARE(posts(provider), 1);
        DROVER_VERIFY_OK(await(issuer.revoke("k_ours", soon())));
        // Archived by a person in between: not brought back to inactive.
        const auto other = provider.world.legacy.keys().mintAtDashboard("other");
        provider.world.legacy.keys().revoke(other.state.id);
        DROVER_VERIFY_OK(await(issuer.revoke(other.state.id, soon())));
        QCOMPARE(posts(provider), 1);
    }

    void aWrongAdminKeyIsNamed()
    {
        LegacyProvider provider;
        const auto key = provider.world.legacy.keys().mintAtDashboard("an ordinary one");
        OpenAiIssuer ordinary{http_, provider.server.url("/v1"), {}, provider.world.legacy.admin().project(), key.key.duplicate()};
        QCOMPARE(int(await(ordinary.list(soon())).error().code), int(Errc::forbidden));
        OpenAiIssuer elsewhere{http_, provider.server.url("/v1"), {}, "proj_none", Secret{provider.world.legacy.admin().openAiKey()}};
        const auto minted = await(elsewhere.mint("n", 1, 1, soon()));
        QCOMPARE(int(minted.error().code), int(Errc::notFound));
        QVERIFY(minted.error().what.find("proj_none") != std::string::npos);
        AnthropicIssuer wrong{http_, provider.server.url(), {}, Secret{"sk-ant-admin-none"}};
        QCOMPARE(int(await(wrong.revoke("k", soon())).error().code), int(Errc::unauthorized));
    }

    void holySheepsListAndDeletionAreProbedEachForItself()
    {
        LoopbackServer server{[](const LoopbackRequest& request, QTcpSocket& socket) {
            socket.write(LoopbackServer::answer(request.method == "POST" ? 201 : request.method == "GET" ? 404 : 405,
                                                R"({"key_id":"k_1","api_key":"hs_made_1234567"})"));
        }};
        HolySheepClient issuer{http_, server.url("/v1"), {}, Secret{"hs_admin_planted"}};
        QVERIFY(issuer.canMint() && issuer.canList() && issuer.canRevoke());
        DROVER_VERIFY_OK(await(issuer.mint("n", 30, 1, soon())));
        const auto listed = await(issuer.list(soon()));
        QCOMPARE(int(listed.error().code), int(Errc::unavailable));
        QVERIFY(listed.error().what.find("dashboard") != std::string::npos);
        const auto revoked = await(issuer.revoke("k_1", soon()));
        QCOMPARE(int(revoked.error().code), int(Errc::unavailable));
        QVERIFY(revoked.error().what.find("end the key on its dashboard") != std::string::npos);
        QVERIFY(issuer.canMint() && !issuer.canList() && !issuer.canRevoke());
        (void)await(issuer.list(soon())); // it is not asked again
        QCOMPARE(server.requests().size(), std::size_t{3});
    }

    void aPersonIsNoApi()
    {
        DashboardIssuer issuer;
        QVERIFY(!issuer.canMint() && !issuer.canList() && !issuer.canRevoke());
        QCOMPARE(int(await(issuer.mint("n", 1, 1, soon())).error().code), int(Errc::unavailable));
        QCOMPARE(int(await(issuer.list(soon())).error().code), int(Errc::unavailable));
        QCOMPARE(int(await(issuer.revoke("k", soon())).error().code), int(Errc::unavailable));
    }

private:
    Deadline soon() const { return Deadline::in(clock_, 30s); }
    OpenAiIssuer openAi(const LegacyProvider& provider)
    {
        const auto& admin = provider.world.legacy.admin();
        return {http_, provider.server.url("/v1"), {}, admin.project(), Secret{admin.openAiKey()}};
    }
    AnthropicIssuer anthropic(const LegacyProvider& provider)
    {
        return {http_, provider.server.url(), {}, Secret{provider.world.legacy.admin().anthropicKey()}};
    }
    static void plainUse(LegacyProvider& provider, const Secret& key)
    {
        key.reveal([&](std::string_view text) {
            return provider.world.legacy.reply({sandbox::Region::main, "GET", "/v1/models", text, {}});
        });
    }
    static int posts(const LegacyProvider& provider)
    {
        return int(std::ranges::count(provider.server.requests(), QByteArray("POST"), &LoopbackRequest::method));
    }
    static QByteArray statusSet(const LegacyProvider& provider)
    {
        const auto& all = provider.server.requests();
        const auto found = std::ranges::find(all, QByteArray("POST"), &LoopbackRequest::method);
        return found == all.end() ? QByteArray() : found->body;
    }

    SystemClock clock_;
    HttpClient http_{clock_, Random{1}};
};

DROVER_TEST(TestIssuers)
#include "TestIssuers.moc"
