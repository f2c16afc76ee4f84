// SPDX-License-Identifier: Apache-2.0
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>
#include <QUrl>
#include <QUrlQuery>

#include "support/Await.h"
#include "support/MovedByWaits.h"
#include "support/StoredSecrets.h"
#include "support/TestMain.h"
#include "support/VaultServer.h"
#include "support/fakes/MemorySecretStore.h"

#include "ports/BrowserLogin.h"
#include "ports/Timer.h"
#include "services/OidcLogin.h"
#include "services/VaultStore.h"

#include <memory>
#include <vector>

using namespace drover;
using namespace drover::test;
using drover::sandbox::VaultState;
using vault::AuthMethod;

class TestOidcLogin : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aBrowserLogsIn();
    void bothLoopbackAddressesAreHeard();
    void withoutALoginNothingIsAskedAndItIsSaid();
    void whatDoesNotBelongHereIsTurnedAwayAndTheWaitGoesOn();
    void aRefusalOfTheProviderIsSaidInTheBrowserToo();
    void anotherNonceIsRefusedByVault();
    void anOldLoginIsRefusedByVault();
    void aRoleThatIsNotThereIsSaid();
    void aRedirectThatIsNotAllowedIsSaid();
    void aProviderThatPostsIsSaid();
    void aTakenPortIsNamed();
    void givingUpFreesThePort();
    void nobodyWhoComesEndsIt();
    void theLoginIsKeptForOthers();
    void aKeptLoginIsRenewedAndItsEndNoted();
    void aKeyringThatHangsHoldsUpNoLivingLogin();
    void aRefusedTokenIsForgotten();
    void aNewerLoginIsTakenUpAndLeftAlone();
    void aLoginOfAnotherVaultIsNotShownToThisOne();
    void anEndedLoginIsNone();
    void withoutAKeychainTheLoginIsThisProgramsAlone();
};

namespace {

constexpr const char* authUrlPath = "/v1/auth/oidc/oidc/auth_url";
constexpr const char* renewPath = "/v1/auth/token/renew-self";

std::uint16_t freePort()
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    return probe.serverPort();
}

// A browser's request to this machine, sent by the event loop; all of the answer.
struct Visitor {
    explicit Visitor(const QString& address, const QByteArray& method = "GET", const QHostAddress& host = QHostAddress{QHostAddress::LocalHost})
        : url(address)
    {
        QObject::connect(&socket, &QTcpSocket::connected, &socket, [this, method] {
            socket.write(method + " " + url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority) + " HTTP/1.1\r\nHost: " +
                         url.host().toLatin1() + ":" + QByteArray::number(url.port()) + "\r\nContent-Length: 0\r\n\r\n");
        });
        QObject::connect(&socket, &QTcpSocket::readyRead, &socket, [this] { answer += socket.readAll(); });
        socket.connectToHost(host, quint16(url.port()));
    }
    bool ended() { return socket.state() == QAbstractSocket::UnconnectedState; }

    QUrl url;
    QTcpSocket socket;
    QByteArray answer;
};

class Bench : public MovedByWaits {
public:
    Bench() : vault(clock, {.rootToken = "root"}), server(vault)
    {
        vault.enableAuth("oidc", "oidc");
        call("sys/policies/acl/keys", R"({"policy":"path \"secret/*\" { capabilities = [\"create\",\"read\",\"update\",\"delete\",\"list\"] }"})");
        configure({});
        role(R"("token_ttl":"60s")");
    }
    void call(const std::string& path, const std::string& body)
    {
        const std::string target = "/v1/" + path;
        vault.handle({"POST", target, "root", {}, body});
    }
    void configure(const std::string& more)
    {
        call("auth/oidc/config", R"({"oidc_discovery_url":")" + server.url() + R"(/idp","default_role":"person")" + more + "}");
    }
    void role(const std::string& more)
    {
        call("auth/oidc/role/person",
             R"({"token_policies":["keys"],"allowed_redirect_uris":["http://localhost:8250/oidc/callback"],)" + more + "}");
    }
    VaultStore& open(std::shared_ptr<SecretStore> keep, VaultAuth auth = {AuthMethod::oidc, {}, {}, false, 0}, std::string nameSpace = {})
    {
        auth.callbackPort = port;
        VaultSession::Credential none = [](Deadline) -> Task<Result<Secret>> { co_return Error{Errc::internal, "nobody asks for it", {}}; };
        VaultSession::Wait wait = [this](Duration time) { return waited(time); };
        store = std::make_unique<VaultStore>(http, VaultSettings{server.url(), std::move(nameSpace), "secret", "holysheep", {}, "w_1", std::move(auth)},
                                             std::move(none), std::move(keep), clock, Random{3}, std::move(wait));
        return *store;
    }
    Deadline soon() { return Deadline::in(system, 20s); }
    Result<void> check() { return await(store->check(soon())); }
    // Logs in, the browser doing as `behave` says with the address.
    using Behave = std::function<void(const QUrl& address)>;
    Result<BrowserLogin::Done> logIn(Behave behave)
    {
        return await(store->browserLogin()->logIn([behave](const std::string& address) { behave(QUrl{QString::fromStdString(address)}); }));
    }
    // To the identity provider, and back with what it says.
    QString goThrough(const QUrl& address)
    {
        const std::string target = address.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority).toStdString();
        const auto answer = vault.handle({"GET", target, {}, {}, {}});
        // The stand-in takes any port of localhost, as Vault does.
        return QString::fromStdString(answer.location);
    }
    void visit(const QString& address, const QByteArray& method = "GET", QHostAddress host = QHostAddress{QHostAddress::LocalHost})
    {
        visitors.push_back(std::make_unique<Visitor>(address, method, host));
    }
    Behave agrees()
    {
        return [this](const QUrl& address) { visit(goThrough(address)); };
    }
    QByteArray lastPage()
    {
        auto& last = *visitors.back();
        if (!last.ended())
            QSignalSpy{&last.socket, &QTcpSocket::disconnected}.wait();
        return last.answer;
    }
    // Lets everything that is due happen up to that moment.
    void runTo(SteadyTime moment) { MovedByWaits::runTo(moment, server.server()); }

    SystemClock system;
    VaultState vault;
    VaultServer server;
    HttpClient http{system, Random{1}};
    std::uint16_t port = freePort();
    std::vector<std::unique_ptr<Visitor>> visitors;
    std::unique_ptr<VaultStore> store;

};

} // namespace

void TestOidcLogin::aBrowserLogsIn()
{
    Bench bench;
    bench.open(nullptr);
    const auto done = bench.logIn(bench.agrees());
    DROVER_VERIFY_OK(done);
    QVERIFY(done->until.has_value() && done->notKept.has_value());
    QVERIFY(bench.lastPage().contains("You may close this window"));
    DROVER_VERIFY_OK(await(bench.store->write("k_01", stored("a"), 0, bench.soon())));
    // The port is free again.
    QTcpServer next;
    QVERIFY(next.listen(QHostAddress::LocalHost, bench.port));
}

void TestOidcLogin::bothLoopbackAddressesAreHeard()
{
    QTcpServer probe;
    if (!probe.listen(QHostAddress::LocalHostIPv6))
        return; // a machine without ::1 calls 127.0.0.1 localhost
    Bench bench;
    bench.open(nullptr);
    DROVER_VERIFY_OK(bench.logIn([&](const QUrl& address) {
        bench.visit(bench.goThrough(address), "GET", QHostAddress{QHostAddress::LocalHostIPv6});
    }));
}

void TestOidcLogin::withoutALoginNothingIsAskedAndItIsSaid()
{
    Bench bench;
    bench.open(std::make_shared<MemorySecretStore>());
    const auto error = await(bench.store->read("k_01", bench.soon())).error();
    QCOMPARE(int(error.code), int(Errc::unauthorized));
    QVERIFY2(error.what.find("droverctl secrets login") != std::string::npos, error.what.c_str());
    QCOMPARE(bench.server.count(authUrlPath), std::size_t{0});
    QVERIFY(bench.store->browserLogin() != nullptr);
    bench.open(nullptr, {AuthMethod::userpass, {}, "bob", false, 0});
    QVERIFY(bench.store->browserLogin() == nullptr);
}

void TestOidcLogin::whatDoesNotBelongHereIsTurnedAwayAndTheWaitGoesOn()
{
    Bench bench;
    bench.open(nullptr);
    const QString here = QStringLiteral("http://localhost:%1").arg(bench.port);
    DROVER_VERIFY_OK(bench.logIn([&](const QUrl& address) {
        bench.visit(here + QStringLiteral("/favicon.ico"));
        bench.visit(here + QStringLiteral("/oidc/callback?code=stolen&state=of-another"));
        bench.visit(QStringLiteral("http://evil.example:%1/oidc/callback?code=c&state=s").arg(bench.port));
        bench.visit(here + QStringLiteral("/oidc/callback?code=c&state=s"), "PUT");
        bench.visit(bench.goThrough(address));
    }));
    const auto page = bench.lastPage();
    QVERIFY(page.contains("Logged in"));
    QVERIFY(bench.visitors[0]->answer.startsWith("HTTP/1.1 404"));
    QVERIFY(bench.visitors[1]->answer.startsWith("HTTP/1.1 400"));
    QVERIFY(bench.visitors[2]->answer.startsWith("HTTP/1.1 400"));
    QVERIFY(bench.visitors[3]->answer.startsWith("HTTP/1.1 405"));
}

void TestOidcLogin::aRefusalOfTheProviderIsSaidInTheBrowserToo()
{
    Bench bench;
    bench.open(nullptr);
    const auto done = bench.logIn([&](const QUrl& address) {
        bench.visit(QStringLiteral("http://localhost:%1/oidc/callback?error=access_denied&error_description=%3Cb%3Eno&state=").arg(bench.port) +
                    QUrlQuery{address}.queryItemValue(QStringLiteral("state")));
    });
    QCOMPARE(int(done.error().code), int(Errc::unauthorized));
    QVERIFY(done.error().what.find("access_denied") != std::string::npos);
    QVERIFY(bench.lastPage().contains("&lt;b&gt;no"));
}

void TestOidcLogin::anotherNonceIsRefusedByVault()
{
    Bench bench;
    bench.open(nullptr);
    bench.server.before = [&](const LoopbackRequest& request) -> std::optional<QByteArray> {
        if (request.path != authUrlPath)
            return std::nullopt;
        // Somebody between us and Vault begins the login by a nonce of their own.
        const std::string body = R"({"redirect_uri":"http://localhost:)" + std::to_string(bench.port) + R"(/oidc/callback","client_nonce":"another"})";
        return LoopbackServer::answer(200, QByteArray::fromStdString(bench.vault.handle({"POST", authUrlPath, {}, {}, body}).body));
    };
    const auto done = bench.logIn(bench.agrees());
    QCOMPARE(int(done.error().code), int(Errc::unauthorized));
    QVERIFY2(done.error().what.find("client_nonce") != std::string::npos, done.error().what.c_str());
    QVERIFY(bench.lastPage().contains("Not logged in"));
}

void TestOidcLogin::anOldLoginIsRefusedByVault()
{
    Bench bench;
    bench.open(nullptr);
    const auto done = bench.logIn([&](const QUrl& address) {
        const auto back = bench.goThrough(address);
        bench.clock.advance(11min); // Vault forgets a login after ten
        bench.visit(back);
    });
    QCOMPARE(int(done.error().code), int(Errc::unauthorized));
    QVERIFY2(done.error().what.find("Expired or missing") != std::string::npos, done.error().what.c_str());
}

void TestOidcLogin::aRoleThatIsNotThereIsSaid()
{
    Bench bench;
    bench.open(nullptr, {AuthMethod::oidc, {}, "nobody", false, 0});
    const auto done = bench.logIn([](const QUrl&) {});
    QCOMPARE(int(done.error().code), int(Errc::unauthorized));
    QCOMPARE(done.error().where, std::string("vault.role"));
    bench.open(nullptr, {AuthMethod::oidc, "elsewhere", {}, false, 0});
    QCOMPARE(bench.logIn([](const QUrl&) {}).error().where, std::string("vault.auth_mount"));
}

void TestOidcLogin::aRedirectThatIsNotAllowedIsSaid()
{
    Bench bench;
    bench.call("auth/oidc/role/person", R"({"token_policies":["keys"],"allowed_redirect_uris":["https://vault.example/ui/vault/auth/oidc/oidc/callback"]})");
    bench.open(nullptr);
    const auto done = bench.logIn([](const QUrl&) {});
    QCOMPARE(int(done.error().code), int(Errc::unauthorized));
    QVERIFY2(done.error().what.find("allowed_redirect_uris") != std::string::npos, done.error().what.c_str());
}

void TestOidcLogin::aProviderThatPostsIsSaid()
{
    Bench bench;
    bench.configure(R"(,"oidc_response_mode":"form_post")");
    bench.open(nullptr);
    const auto done = bench.logIn([&](const QUrl& address) {
        QVERIFY(address.query().contains(QStringLiteral("form_post")));
        bench.visit(QStringLiteral("http://localhost:%1/oidc/callback").arg(bench.port), "POST");
    });
    QCOMPARE(int(done.error().code), int(Errc::refused));
    QVERIFY(bench.lastPage().startsWith("HTTP/1.1 405"));
}

void TestOidcLogin::aTakenPortIsNamed()
{
    Bench bench;
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost, bench.port));
    bench.open(nullptr);
    const auto error = bench.logIn([](const QUrl&) {}).error();
    QCOMPARE(int(error.code), int(Errc::busy));
    QVERIFY2(error.what.find(std::to_string(bench.port)) != std::string::npos, error.what.c_str());
    QCOMPARE(bench.server.count(authUrlPath), std::size_t{0}); // nothing was begun
}

void TestOidcLogin::givingUpFreesThePort()
{
    Bench bench;
    bench.open(nullptr);
    bool shown = false;
    Pending login{bench.store->browserLogin()->logIn([&](const std::string&) { shown = true; }), [](const auto&) {}};
    QTRY_VERIFY(shown);
    QTcpServer other;
    QVERIFY(!other.listen(QHostAddress::LocalHost, bench.port));
    login.cancel();
    QVERIFY(other.listen(QHostAddress::LocalHost, bench.port));
}

void TestOidcLogin::nobodyWhoComesEndsIt()
{
    Bench bench;
    VaultHttp http{bench.http, bench.server.url(), {}, Random{1}};
    vault::OidcFlow flow{"oidc", {}, bench.port, vault::freshNonce()};
    const auto error = await(oidcLogin(http, std::move(flow), {}, bench.system, [](const std::string&) {}, 20ms)).error();
    QCOMPARE(int(error.code), int(Errc::timeout));
    QCOMPARE(loginPatience, Duration{2min});
}

void TestOidcLogin::theLoginIsKeptForOthers()
{
    Bench bench;
    const auto keep = std::make_shared<MemorySecretStore>();
    bench.open(keep);
    const auto done = bench.logIn(bench.agrees());
    DROVER_VERIFY_OK(done);
    QVERIFY(!done->notKept.has_value());
    bench.open(keep); // another process
    DROVER_VERIFY_OK(bench.check());
    QCOMPARE(bench.server.count(authUrlPath), std::size_t{1});
    const auto& entry = keep->entries.at("vault-token");
    for (const auto& [name, note] : entry.notes)
        entry.value.reveal([&](std::string_view token) { QVERIFY(note.find(token) == std::string::npos); });
}

void TestOidcLogin::aKeptLoginIsRenewedAndItsEndNoted()
{
    Bench bench;
    const auto keep = std::make_shared<MemorySecretStore>();
    bench.open(keep);
    DROVER_VERIFY_OK(bench.logIn(bench.agrees()));
    const auto first = keep->entries.at("vault-token").notes.at("expires_at");
    bench.runTo(bench.clock.steady() + 10min); // ten of its lives
    QVERIFY(bench.server.count(renewPath) >= 10);
    QVERIFY(keep->entries.at("vault-token").notes.at("expires_at") > first);
    bench.open(keep); // what another process finds is good
    DROVER_VERIFY_OK(bench.check());
    // A short command that comes in the last third renews as well.
    bench.store.reset();
    bench.clock.advance(50s);
    const auto renewals = bench.server.count(renewPath);
    bench.open(keep);
    DROVER_VERIFY_OK(bench.check());
    QCOMPARE(bench.server.count(renewPath), renewals + 1);
    QCOMPARE(bench.server.count(authUrlPath), std::size_t{1});
}

void TestOidcLogin::aKeyringThatHangsHoldsUpNoLivingLogin()
{
    Bench bench;
    const auto keep = std::make_shared<MemorySecretStore>();
    bench.open(keep);
    DROVER_VERIFY_OK(bench.logIn(bench.agrees()));
    keep->longestRead = {};
    bench.clock.advance(50s); // it is due
    DROVER_VERIFY_OK(bench.check());
    QVERIFY(bench.server.count(renewPath) >= 1);
    QVERIFY(keep->longestRead > Duration{0} && keep->longestRead <= Duration{2s});
}

void TestOidcLogin::aRefusedTokenIsForgotten()
{
    Bench bench;
    const auto keep = std::make_shared<MemorySecretStore>();
    bench.open(keep);
    DROVER_VERIFY_OK(bench.logIn(bench.agrees()));
    const auto token = keep->entries.at("vault-token").value.reveal([](std::string_view plain) { return std::string(plain); });
    bench.call("auth/token/revoke", R"({"token":")" + token + "\"}");
    QCOMPARE(int(bench.check().error().code), int(Errc::unauthorized));
    QVERIFY(keep->entries.empty());
    DROVER_VERIFY_OK(bench.logIn(bench.agrees()));
    DROVER_VERIFY_OK(bench.check());
}

void TestOidcLogin::aNewerLoginIsTakenUpAndLeftAlone()
{
    Bench bench;
    const auto keep = std::make_shared<MemorySecretStore>();
    bench.open(keep);
    DROVER_VERIFY_OK(bench.logIn(bench.agrees()));
    auto agent = std::move(bench.store);
    const auto token = keep->entries.at("vault-token").value.reveal([](std::string_view plain) { return std::string(plain); });
    bench.open(keep);
    DROVER_VERIFY_OK(bench.logIn(bench.agrees())); // a person, meanwhile
    bench.call("auth/token/revoke", R"({"token":")" + token + "\"}");
    DROVER_VERIFY_OK(await(agent->check(bench.soon())));
    QVERIFY(keep->entries.contains("vault-token"));
    QCOMPARE(bench.server.count(authUrlPath), std::size_t{2});
}

void TestOidcLogin::aLoginOfAnotherVaultIsNotShownToThisOne()
{
    Bench bench;
    const auto keep = std::make_shared<MemorySecretStore>();
    bench.open(keep);
    DROVER_VERIFY_OK(bench.logIn(bench.agrees()));
    const auto before = bench.server.server().requests().size();
    bench.open(keep, {AuthMethod::oidc, {}, {}, false, 0}, "team/");
    QCOMPARE(int(await(bench.store->read("k_01", bench.soon())).error().code), int(Errc::unauthorized));
    QCOMPARE(bench.server.server().requests().size(), before);
}

void TestOidcLogin::anEndedLoginIsNone()
{
    Bench bench;
    const auto keep = std::make_shared<MemorySecretStore>();
    bench.open(keep);
    DROVER_VERIFY_OK(bench.logIn(bench.agrees()));
    bench.store.reset();
    bench.clock.advance(61s);
    bench.open(keep);
    const auto before = bench.server.server().requests().size();
    QCOMPARE(int(await(bench.store->read("k_01", bench.soon())).error().code), int(Errc::unauthorized));
    QCOMPARE(bench.server.server().requests().size(), before);
}

void TestOidcLogin::withoutAKeychainTheLoginIsThisProgramsAlone()
{
    Bench bench;
    const auto keep = std::make_shared<MemorySecretStore>();
    const Error locked{Errc::locked, "the keyring is locked; unlock it", "keychain"};
    for (const char* call : {"check", "read", "write"})
        keep->faults.always(call, locked);
    bench.open(keep);
    const auto before = await(bench.store->read("k_01", bench.soon())).error();
    QCOMPARE(int(before.code), int(Errc::locked));
    QVERIFY(before.what.find("VAULT_TOKEN") != std::string::npos);
    QCOMPARE(int(await(bench.store->browserLogin()->checkKeeping(bench.soon())).error().code), int(Errc::locked));
    const auto done = bench.logIn(bench.agrees());
    DROVER_VERIFY_OK(done);
    QCOMPARE(int(done->notKept->code), int(Errc::locked));
    bench.runTo(bench.clock.steady() + 10min);
    DROVER_VERIFY_OK(bench.check()); // and is renewed all the same
}

DROVER_TEST(TestOidcLogin)
#include "TestOidcLogin.moc"
