// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/MovedByWaits.h"
#include "support/StoredSecrets.h"
#include "support/TestMain.h"
#include "support/VaultServer.h"
#include "support/fakes/MemorySecretStore.h"

#include "ports/Timer.h"
#include "services/VaultStore.h"

#include <memory>
#include <string>
#include <vector>

using namespace drover;
using drover::sandbox::Json;
using drover::sandbox::VaultNode;
using drover::sandbox::VaultOptions;
using drover::sandbox::VaultState;
using drover::sandbox::VaultVersion;
using drover::test::await;
using drover::test::LoopbackRequest;
using drover::test::LoopbackServer;
using drover::test::MemorySecretStore;
using drover::test::MovedByWaits;
using drover::test::stored;
using drover::test::VaultServer;
using vault::AuthMethod;

class TestVaultSession : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // The issue's words: a Vault token is renewed before it ends in a run with a 10 s lease.
    void aTokenOfTenSecondsOutlivesARunOfAnHour();
    void aTokenThatReachedItsMostIsSaidToBeOver();
    void aRenewalThatFailsIsTriedAgainWhileTheTokenLives();
    void appRoleLogsInOnceForManyCallsAndRenews();
    void whereARenewalNoLongerHelpsItLogsInAnew();
    void aTokenThatWasRevokedIsReplacedInTheMidst();
    void aPolicyThatRefusesCausesNoLogin();
    void aWrongSecretIdIsSaid();
    void aMissingAuthMethodIsSaid_data();
    void aMissingAuthMethodIsSaid();
    void aWrappedSecretIdIsUnwrappedOnceAndKept();
    void aWrappingTokenThatWasAlreadyUsedIsItsOwnError();
    void aWrappingTokenOfSomethingElseIsNotUsed();
    void withoutAKeychainTheOneUseIsNotSpent();
    void otherMethodsLogIn_data();
    void otherMethodsLogIn();
    void aHangingLoginEndsWithTheDeadlineAndLetsOthersIn();
};

namespace {

constexpr const char* loginPath = "/v1/auth/approle/login";
constexpr const char* renewPath = "/v1/auth/token/renew-self";
constexpr const char* unwrapPath = "/v1/sys/wrapping/unwrap";

// A Vault on a clock that the test moves, with a policy, and the store that is tried on it. A wait of the session moves the
// clock to the moment it waits for, unless the test holds it.
class Bench : public MovedByWaits {
public:
    explicit Bench(VaultOptions options = {.rootToken = "root"}) : vault(clock, std::move(options)), server(vault)
    {
        call("PUT", "sys/policies/acl/keys",
             R"({"policy":"path \"secret/*\" { capabilities = [\"create\",\"read\",\"update\",\"delete\",\"list\"] }"})");
        for (const char* method : {"approle", "userpass", "kubernetes", "jwt"})
            vault.enableAuth(method, method);
    }

    sandbox::VaultAnswer call(const char* method, const std::string& path, const std::string& body, std::optional<std::string> wrap = {})
    {
        sandbox::VaultRequest request{method, target(path), "root", {}, body};
        request.wrapTtl = std::move(wrap);
        return vault.handle(request);
    }
    // A token that lives for a while; the given id.
    void token(const std::string& id, const std::string& fields)
    {
        call("POST", "auth/token/create", R"({"id":")" + id + R"(","policies":["keys"],)" + fields + "}");
    }
    void role(const std::string& fields)
    {
        call("POST", "auth/approle/role/app", R"({"token_policies":["keys"],)" + fields + "}");
        call("POST", "auth/approle/role/app/role-id", R"({"role_id":"the-role"})");
    }
    std::string wrappedSecretId()
    {
        const auto answer = call("POST", "auth/approle/role/app/secret-id", "{}", "60s");
        return *(*Json::parse(answer.body))["wrap_info"]["token"].asString();
    }
    std::string secretId()
    {
        const auto answer = call("POST", "auth/approle/role/app/secret-id", "{}");
        return *(*Json::parse(answer.body))["data"]["secret_id"].asString();
    }
    VaultStore& open(VaultAuth auth, std::string secret, std::shared_ptr<SecretStore> keep = nullptr)
    {
        credential = std::move(secret);
        VaultSession::Credential source = [this](Deadline) -> Task<Result<Secret>> {
            if (credential.empty())
                co_return Error{Errc::notFound, "no such file", "file:secret-id"};
            co_return Secret{credential};
        };
        VaultSession::Wait wait = [this](Duration time) { return waited(time); };
        store = std::make_unique<VaultStore>(http, VaultSettings{server.url(), {}, "secret", "holysheep", {}, "w_1", std::move(auth)},
                                             std::move(source), std::move(keep), clock, Random{3}, std::move(wait));
        return *store;
    }
    Deadline soon() { return Deadline::in(system, 20s); }
    Result<void> check() { return await(store->check(soon())); }
    // Lets everything that is due happen up to that moment.
    void runTo(SteadyTime moment) { MovedByWaits::runTo(moment, server.server()); }

    SystemClock system;
    VaultState vault;
    VaultServer server;
    HttpClient http{system, Random{1}};
    std::string credential;
    std::unique_ptr<VaultStore> store;

private:
    const std::string& target(const std::string& path) { return target_ = "/v1/" + path; }
    std::string target_;
};

VaultAuth appRole(bool wrapped = false)
{
    return {AuthMethod::appRole, {}, "the-role", wrapped};
}

Task<bool> delayed(Duration time)
{
    auto waiting = delay(time);
    co_await std::move(waiting);
    co_return true;
}

} // namespace


void TestVaultSession::aTokenOfTenSecondsOutlivesARunOfAnHour()
{
    Bench bench;
    bench.token("short", R"("ttl":"10s")");
    bench.open({}, "short");
    DROVER_VERIFY_OK(bench.check());
    bench.runTo(bench.clock.steady() + 1h); // nobody calls meanwhile
    DROVER_VERIFY_OK(await(bench.store->write("k_01", stored("a"), 0, bench.soon())));
    const auto renewals = bench.server.count(renewPath);
    QVERIFY2(renewals >= 450 && renewals <= 620, qPrintable(QString::number(renewals)));
}

void TestVaultSession::aTokenThatReachedItsMostIsSaidToBeOver()
{
    Bench bench;
    bench.token("capped", R"("ttl":"10s","explicit_max_ttl":"25s")");
    bench.open({}, "capped");
    DROVER_VERIFY_OK(bench.check());
    bench.runTo(bench.clock.steady() + 20s);
    DROVER_VERIFY_OK(bench.check());
    bench.runTo(bench.clock.steady() + 20s);
    QCOMPARE(int(bench.check().error().code), int(Errc::unauthorized));
    bench.token("next", R"("ttl":"10s")");
    bench.credential = "next"; // a new one in the file is taken up
    DROVER_VERIFY_OK(bench.check());
}

void TestVaultSession::aRenewalThatFailsIsTriedAgainWhileTheTokenLives()
{
    Bench bench;
    bench.token("short", R"("ttl":"60s")");
    bench.open({}, "short");
    DROVER_VERIFY_OK(bench.check());
    int refused = 0;
    bench.server.before = [&](const LoopbackRequest& request) -> std::optional<QByteArray> {
        if (request.path != renewPath || refused >= 2)
            return std::nullopt;
        ++refused;
        return LoopbackServer::answer(500, R"({"errors":["internal error"]})");
    };
    bench.runTo(bench.clock.steady() + 90s);
    QCOMPARE(refused, 2);
    DROVER_VERIFY_OK(bench.check());
}

void TestVaultSession::appRoleLogsInOnceForManyCallsAndRenews()
{
    Bench bench;
    bench.role(R"("token_ttl":"10s","token_max_ttl":"1h")");
    bench.open(appRole(), bench.secretId());
    std::vector<Task<Result<std::uint64_t>>> writes;
    for (int i = 0; i < 20; ++i)
        writes.push_back(bench.store->write("k_" + std::to_string(i), stored("a"), 0, bench.soon()));
    for (const auto& written : await(whenAll(std::move(writes))))
        DROVER_VERIFY_OK(written);
    QCOMPARE(bench.server.count(loginPath), std::size_t{1});
    bench.runTo(bench.clock.steady() + 60s);
    DROVER_VERIFY_OK(bench.check());
    QCOMPARE(bench.server.count(loginPath), std::size_t{1});
    QVERIFY(bench.server.count(renewPath) >= 7);
}

void TestVaultSession::whereARenewalNoLongerHelpsItLogsInAnew()
{
    Bench bench;
    bench.role(R"("token_ttl":"10s","token_max_ttl":"30s")");
    bench.open(appRole(), bench.secretId());
    DROVER_VERIFY_OK(bench.check());
    bench.runTo(bench.clock.steady() + 10min);
    DROVER_VERIFY_OK(bench.check());
    const auto logins = bench.server.count(loginPath);
    QVERIFY2(logins >= 15 && logins <= 40, qPrintable(QString::number(logins)));
}

void TestVaultSession::aTokenThatWasRevokedIsReplacedInTheMidst()
{
    Bench bench;
    bench.role(R"("token_ttl":"1h")");
    bench.open(appRole(), bench.secretId());
    DROVER_VERIFY_OK(bench.check());
    const auto token = bench.server.server().requests().back().header("x-vault-token").toStdString();
    bench.call("POST", "auth/token/revoke", R"({"token":")" + token + "\"}");
    DROVER_VERIFY_OK(await(bench.store->write("k_01", stored("a"), 0, bench.soon())));
    QCOMPARE(bench.server.count(loginPath), std::size_t{2});
}

void TestVaultSession::aPolicyThatRefusesCausesNoLogin()
{
    Bench bench;
    bench.call("POST", "auth/approle/role/app", R"({"token_policies":["nothing"]})");
    bench.call("POST", "auth/approle/role/app/role-id", R"({"role_id":"the-role"})");
    bench.open(appRole(), bench.secretId());
    const auto error = await(bench.store->read("k_01", bench.soon())).error();
    QCOMPARE(int(error.code), int(Errc::forbidden));
    QVERIFY2(error.what.find("vault.mount") != std::string::npos, error.what.c_str());
    QCOMPARE(bench.server.count(loginPath), std::size_t{1});
}

void TestVaultSession::aWrongSecretIdIsSaid()
{
    Bench bench;
    bench.role(R"("token_ttl":"1h")");
    bench.open(appRole(), "planted-wrong-secret-id");
    const auto error = bench.check().error();
    QCOMPARE(int(error.code), int(Errc::unauthorized));
    QVERIFY2(error.what.find("AppRole") != std::string::npos && error.what.find("planted") == std::string::npos, error.what.c_str());
    QCOMPARE(error.where, std::string("vault.auth"));
}

void TestVaultSession::aMissingAuthMethodIsSaid_data()
{
    QTest::addColumn<QString>("version");
    QTest::newRow("asks for a token") << QStringLiteral("1.8.0");
    QTest::newRow("permission denied") << QStringLiteral("1.14.3");
}

void TestVaultSession::aMissingAuthMethodIsSaid()
{
    QFETCH(QString, version);
    Bench bench{{.rootToken = "root", .version = *VaultVersion::parse(version.toStdString())}};
    bench.open({AuthMethod::appRole, "elsewhere", "the-role", false}, "x");
    QVERIFY(describe(bench.check().error()).find("auth/elsewhere") != std::string::npos);
}

void TestVaultSession::aWrappedSecretIdIsUnwrappedOnceAndKept()
{
    Bench bench;
    bench.role(R"("token_ttl":"10s","token_max_ttl":"20s")");
    const auto keep = std::make_shared<MemorySecretStore>();
    const auto wrapping = bench.wrappedSecretId();
    bench.open(appRole(true), wrapping, keep);
    DROVER_VERIFY_OK(bench.check());
    bench.runTo(bench.clock.steady() + 2min); // several logins
    DROVER_VERIFY_OK(bench.check());
    QVERIFY(bench.server.count(loginPath) > 2);
    bench.open(appRole(true), wrapping, keep); // another process
    DROVER_VERIFY_OK(bench.check());
    bench.open(appRole(true), "", keep); // the file is gone by now
    DROVER_VERIFY_OK(bench.check());
    QCOMPARE(bench.server.count(unwrapPath), std::size_t{1});
    // A new wrapping token takes the old one's place.
    bench.open(appRole(true), bench.wrappedSecretId(), keep);
    DROVER_VERIFY_OK(bench.check());
    QCOMPARE(bench.server.count(unwrapPath), std::size_t{2});
    QCOMPARE(keep->entries.size(), std::size_t{1});
    for (const auto& [name, note] : keep->entries.at("vault-secret-id").notes)
        QVERIFY(note.find(wrapping) == std::string::npos);
}

void TestVaultSession::aWrappingTokenThatWasAlreadyUsedIsItsOwnError()
{
    Bench bench;
    bench.role(R"("token_ttl":"1h")");
    const auto wrapping = bench.wrappedSecretId();
    bench.vault.handle({"POST", unwrapPath, wrapping, {}, {}}); // somebody else
    bench.open(appRole(true), wrapping);
    const auto error = bench.check().error();
    QCOMPARE(int(error.code), int(Errc::unauthorized));
    QVERIFY2(error.what.find("the wrapping token was already used") != std::string::npos, error.what.c_str());
    QVERIFY2(error.what.find("somebody else has the secret id") != std::string::npos, error.what.c_str());
    QCOMPARE(error.where, std::string("vault.secret_id"));
    QCOMPARE(bench.server.count(loginPath), std::size_t{0});
}

void TestVaultSession::aWrappingTokenOfSomethingElseIsNotUsed()
{
    Bench bench;
    bench.role(R"("token_ttl":"1h")");
    const auto answer = bench.call("POST", "sys/wrapping/wrap", R"({"secret_id":"of-somebody-else"})", "60s");
    bench.open(appRole(true), *(*Json::parse(answer.body))["wrap_info"]["token"].asString());
    QCOMPARE(int(bench.check().error().code), int(Errc::refused));
    QCOMPARE(bench.server.count(unwrapPath), std::size_t{0});
}

void TestVaultSession::withoutAKeychainTheOneUseIsNotSpent()
{
    Bench bench;
    bench.role(R"("token_ttl":"1h")");
    const auto keep = std::make_shared<MemorySecretStore>();
    keep->faults.always("read", Error{Errc::locked, "the keyring is locked; unlock it", "keychain"});
    bench.open(appRole(true), bench.wrappedSecretId(), keep);
    const auto error = bench.check().error();
    QCOMPARE(int(error.code), int(Errc::locked));
    QVERIFY(error.what.find("keep_secret_id") != std::string::npos);
    QCOMPARE(bench.server.count(unwrapPath), std::size_t{0});
}

void TestVaultSession::otherMethodsLogIn_data()
{
    QTest::addColumn<int>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("word");
    QTest::newRow("userpass") << int(AuthMethod::userpass) << QStringLiteral("userpass/users/bob") << QStringLiteral("password");
    QTest::newRow("kubernetes") << int(AuthMethod::kubernetes) << QStringLiteral("kubernetes/role/bob") << QStringLiteral("Kubernetes");
    QTest::newRow("jwt") << int(AuthMethod::jwt) << QStringLiteral("jwt/role/bob") << QStringLiteral("JWT");
}

void TestVaultSession::otherMethodsLogIn()
{
    QFETCH(int, method);
    QFETCH(QString, path);
    QFETCH(QString, word);
    Bench bench;
    bench.call("POST", "auth/" + path.toStdString(), R"({"password":"pw","accepted_jwt":"pw","token_policies":["keys"],"token_ttl":"10s"})");
    bench.open({AuthMethod(method), {}, "bob", false}, "pw");
    DROVER_VERIFY_OK(bench.check());
    bench.runTo(bench.clock.steady() + 30s);
    DROVER_VERIFY_OK(await(bench.store->write("k_01", stored("a"), 0, bench.soon())));
    bench.open({AuthMethod(method), {}, "bob", false}, "planted-wrong");
    const auto error = bench.check().error();
    QCOMPARE(int(error.code), int(Errc::unauthorized));
    QVERIFY2(error.what.find(word.toStdString()) != std::string::npos && error.what.find("planted") == std::string::npos, error.what.c_str());
    bench.open({AuthMethod(method), {}, "", false}, "pw");
    QCOMPARE(int(bench.check().error().code), int(Errc::invalidInput));
}

void TestVaultSession::aHangingLoginEndsWithTheDeadlineAndLetsOthersIn()
{
    Bench bench;
    bench.role(R"("token_ttl":"1h")");
    bench.open(appRole(), bench.secretId());
    bool hangs = true;
    bench.server.before = [&](const LoopbackRequest& request) -> std::optional<QByteArray> {
        return hangs && request.path == loginPath ? std::optional<QByteArray>{QByteArray{}} : std::nullopt;
    };
    QCOMPARE(int(await(bench.store->read("k_01", Deadline::in(bench.system, 50ms))).error().code), int(Errc::timeout));
    {
        Pending cancelled{bench.store->read("k_01", bench.soon()), [](const auto&) {}};
        await(delayed(20ms));
    }
    hangs = false;
    QCOMPARE(int(await(bench.store->read("k_01", bench.soon())).error().code), int(Errc::notFound));
}

DROVER_TEST(TestVaultSession)
#include "TestVaultSession.moc"
