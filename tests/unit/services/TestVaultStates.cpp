// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/ManualClock.h"
#include "support/StoredSecrets.h"
#include "support/TestMain.h"
#include "support/VaultServer.h"

#include "ports/Timer.h"
#include "services/VaultStore.h"

#include <memory>
#include <string>

using namespace drover;
using drover::sandbox::VaultState;
using drover::test::await;
using drover::test::LoopbackRequest;
using drover::test::LoopbackServer;
using drover::test::ManualClock;
using drover::test::stored;
using drover::test::VaultServer;

class TestVaultStates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theMountIsAskedOnce();
    void aMountThatIsUpgradedIsFoundOut();
    void aMountThatBecameV1IsSaidAndThenUsed();
    void aVaultWithoutThePreflightHasKv1();
    void theNamespaceGoesWithEveryRequest();
    void aStandbySendsUsOn();
    void noStandbyLeadsOutOfTls();
    void anActiveNodeThatIsGoneIsSaid();
    void standbysThatPointAtEachOtherEnd();
    void whatPassesByItselfIsWaitedFor_data();
    void whatPassesByItselfIsWaitedFor();
    void aWriteIsNotRepeatedAfterALostAnswer();
    void aLongWaitIsLeftToTheCaller();
    void whatDoesNotPassIsSaid();
};

namespace {

QByteArray refusal(int status, const char* text, const QByteArray& headers = {})
{
    return LoopbackServer::answer(status, QByteArray("{\"errors\":[\"") + text + "\"]}", headers);
}

class Bench {
public:
    explicit Bench(std::string mount = "secret", std::string nameSpace = {}, const VaultServer* other = nullptr)
        : vault(clock, {.rootToken = "root"}), server(vault),
          store(http, VaultSettings{other != nullptr ? other->url() : server.url(), std::move(nameSpace), std::move(mount), "holysheep", {},
                                    "w_1", {}},
                [](Deadline) -> Task<Result<Secret>> { co_return Secret{"root"}; }, nullptr, system, Random{3}, delay)
    {
    }
    Deadline soon() { return Deadline::in(system, 20s); }
    Result<std::uint64_t> write(const char* value, std::uint64_t expected = 0)
    {
        return await(store.write("k_01", stored(value), expected, soon()));
    }
    std::string read()
    {
        const auto found = await(store.read("k_01", soon()));
        return found.has_value() ? found->value.reveal([](std::string_view text) { return std::string(text); }) : describe(found.error());
    }
    std::size_t preflights() const
    {
        std::size_t found = 0;
        for (const auto& request : server.server().requests())
            found += request.path.startsWith("/v1/sys/internal/ui/mounts/") ? 1 : 0;
        return found;
    }

    ManualClock clock;
    SystemClock system;
    VaultState vault;
    VaultServer server;
    HttpClient http{system, Random{1}};
    VaultStore store;
};

} // namespace

void TestVaultStates::theMountIsAskedOnce()
{
    Bench bench;
    QCOMPARE(bench.write("a").value(), std::uint64_t{1});
    QCOMPARE(bench.write("b", 1).value(), std::uint64_t{2});
    QCOMPARE(bench.read(), std::string("b"));
    QCOMPARE(bench.preflights(), std::size_t{1});
}

void TestVaultStates::aMountThatIsUpgradedIsFoundOut()
{
    Bench bench{"kv"};
    bench.vault.mount("kv/", "kv", 1);
    QCOMPARE(bench.write("a").value(), std::uint64_t{1});
    const std::string wish = "{\"options\":{\"version\":\"2\"}}";
    QCOMPARE(bench.vault.handle({"POST", "/v1/sys/mounts/kv/tune", "root", {}, wish}).status, 200);
    bench.clock.advance(2s);
    QCOMPARE(bench.read(), std::string("a"));
    QCOMPARE(bench.write("b", 1).value(), std::uint64_t{2});
    QCOMPARE(bench.read(), std::string("b"));
    QCOMPARE(bench.preflights(), std::size_t{2});
    QCOMPARE(bench.server.count("/v1/kv/data/holysheep/k_01") > 0, true);
}

void TestVaultStates::aMountThatBecameV1IsSaidAndThenUsed()
{
    Bench bench;
    QCOMPARE(bench.write("a").value(), std::uint64_t{1});
    bench.vault.mount("secret/", "kv", 1); // replaced
    const auto error = bench.write("b").error();
    QCOMPARE(int(error.code), int(Errc::invalidInput));
    QVERIFY2(error.what.find("KV v1") != std::string::npos, error.what.c_str());
    QCOMPARE(bench.write("b").value(), std::uint64_t{1});
    QCOMPARE(bench.read(), std::string("b"));
}

void TestVaultStates::aVaultWithoutThePreflightHasKv1()
{
    Bench bench{"kv"};
    bench.vault.mount("kv/", "kv", 1);
    bench.server.before = [](const LoopbackRequest& request) -> std::optional<QByteArray> {
        if (!request.path.startsWith("/v1/sys/internal/"))
            return std::nullopt;
        return refusal(404, "no handler for route 'sys/internal/ui/mounts'");
    };
    QCOMPARE(bench.write("a").value(), std::uint64_t{1});
    QCOMPARE(bench.read(), std::string("a"));
}

void TestVaultStates::theNamespaceGoesWithEveryRequest()
{
    Bench bench{"secret", "team/eu"};
    QCOMPARE(bench.write("a").value(), std::uint64_t{1});
    QCOMPARE(await(bench.store.list(bench.soon())).value(), std::vector<std::string>{"k_01"});
    DROVER_VERIFY_OK(await(bench.store.remove("k_01", bench.soon())));
    for (const auto& request : bench.server.server().requests())
        QCOMPARE(request.header("x-vault-namespace"), QByteArray("team/eu"));
}

void TestVaultStates::aStandbySendsUsOn()
{
    Bench active;
    VaultServer standby{active.vault};
    standby.node = {.standby = true, .leader = active.server.url(), .reachesLeader = false};
    Bench bench{"secret", {}, &standby};
    DROVER_VERIFY_OK(await(bench.store.check(bench.soon()))); // a standby's health is 429
    QCOMPARE(bench.write("a").value(), std::uint64_t{1});
    QCOMPARE(bench.read(), std::string("a"));
    const auto& last = active.server.server().requests().back();
    QCOMPARE(last.header("x-vault-token"), QByteArray("root"));
    QVERIFY(active.server.count("/v1/secret/data/holysheep/k_01") >= 2);
}

void TestVaultStates::noStandbyLeadsOutOfTls()
{
    const std::string from = "https://vault-2.example:8200/v1/secret/data/a%2Fb?x=1";
    QCOMPARE(activeNode(from, "https://vault-1.example:8200/v1/secret/data/a%2Fb?x=1").value(),
             std::string("https://vault-1.example:8200/v1/secret/data/a%2Fb?x=1"));
    QCOMPARE(activeNode(from, "/v1/other").value(), std::string("https://vault-2.example:8200/v1/other"));
    QCOMPARE(int(activeNode(from, "http://127.0.0.1:8200/v1/x").error().code), int(Errc::refused));
    QCOMPARE(int(activeNode(from, "ftp://vault-1.example/v1/x").error().code), int(Errc::refused));
}

void TestVaultStates::anActiveNodeThatIsGoneIsSaid()
{
    Bench bench;
    std::string gone;
    {
        const LoopbackServer closed{[](const LoopbackRequest&, QTcpSocket&) {}};
        gone = closed.url();
    }
    bench.server.node = {.standby = true, .leader = gone, .reachesLeader = false};
    const auto error = bench.write("a").error();
    QCOMPARE(int(error.code), int(Errc::network));
    QVERIFY2(error.what.find("active node") != std::string::npos, error.what.c_str());
}

void TestVaultStates::standbysThatPointAtEachOtherEnd()
{
    Bench bench;
    bench.server.node = {.standby = true, .leader = bench.server.url(), .reachesLeader = false};
    const auto error = bench.write("a").error();
    QCOMPARE(int(error.code), int(Errc::unavailable));
    QVERIFY2(error.what.find("leader") != std::string::npos, error.what.c_str());
}

void TestVaultStates::whatPassesByItselfIsWaitedFor_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("a node behind the last write") << refusal(412, "required index state not present");
    QTest::newRow("a quota") << refusal(429, "request path \\\"x\\\": rate limit quota exceeded");
    QTest::newRow("a quota that says when") << refusal(429, "rate limit quota exceeded", "Retry-After: 1\r\n");
    QTest::newRow("an upgrade") << refusal(400, "Upgrading from non-versioned to versioned data.");
}

void TestVaultStates::whatPassesByItselfIsWaitedFor()
{
    QFETCH(QByteArray, answer);
    Bench bench;
    QCOMPARE(bench.write("a").value(), std::uint64_t{1});
    int left = 2;
    bench.server.before = [&](const LoopbackRequest&) -> std::optional<QByteArray> {
        return left-- > 0 ? std::optional{answer} : std::nullopt;
    };
    QCOMPARE(bench.read(), std::string("a"));
    QVERIFY(left < 0);
    left = 1;
    QCOMPARE(bench.write("b", 1).value(), std::uint64_t{2});
}

void TestVaultStates::aWriteIsNotRepeatedAfterALostAnswer()
{
    Bench bench;
    QCOMPARE(bench.write("a").value(), std::uint64_t{1});
    int writes = 0;
    bench.server.before = [&](const LoopbackRequest& request) -> std::optional<QByteArray> {
        if (request.method != "POST")
            return std::nullopt;
        ++writes;
        return refusal(504, "the answer was lost behind a proxy");
    };
    QCOMPARE(int(bench.write("b", 1).error().code), int(Errc::unavailable));
    QCOMPARE(writes, 1);
}

void TestVaultStates::aLongWaitIsLeftToTheCaller()
{
    Bench bench;
    bench.server.before = [&](const LoopbackRequest&) -> std::optional<QByteArray> {
        return refusal(429, "rate limit quota exceeded", "Retry-After: 3599\r\n");
    };
    const auto error = bench.write("a").error();
    QCOMPARE(int(error.code), int(Errc::rateLimited));
    QVERIFY2(error.what.find("3599 s") != std::string::npos, error.what.c_str());
}

void TestVaultStates::whatDoesNotPassIsSaid()
{
    Bench bench;
    bench.vault.setAuditDown(true);
    const auto audit = bench.write("a").error();
    QCOMPARE(int(audit.code), int(Errc::unavailable));
    QVERIFY2(audit.what.find("log") != std::string::npos, audit.what.c_str());
    bench.vault.setAuditDown(false);
    bench.vault.setSealed(true);
    QCOMPARE(int(bench.write("a").error().code), int(Errc::sealed));
    bench.vault.setSealed(false);
    Bench missing{"nowhere"};
    const auto absent = missing.write("a").error();
    QCOMPARE(int(absent.code), int(Errc::forbidden));
    QVERIFY2(absent.what.find("vault.mount") != std::string::npos, absent.what.c_str());
}

DROVER_TEST(TestVaultStates)
#include "TestVaultStates.moc"
