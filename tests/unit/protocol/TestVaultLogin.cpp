// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/vault/Login.h"
#include "support/Damage.h"
#include "support/Secrets.h"
#include "support/TestMain.h"
#include "support/VaultTranscripts.h"

using namespace drover;
using namespace drover::vault;
using drover::test::plain;

namespace {

Login loginOf(AuthMethod method, std::string name = "app-role-id", std::string_view secret = "app-secret-id")
{
    return {method, {}, std::move(name), Secret{secret}};
}

} // namespace

class TestVaultLogin : public QObject {
    Q_OBJECT
private:
    std::map<std::string, test::VaultTranscript> transcripts_ = test::vaultTranscripts();
    Reply reply(const std::string& name) { return transcripts_.at(name).reply(); }

private Q_SLOTS:
    void asksAsRecorded()
    {
        const auto appRole = loginRequest(loginOf(AuthMethod::appRole), "team/");
        QCOMPARE(appRole.method, std::string("POST"));
        QCOMPARE(appRole.path, transcripts_.at("approle-login").path);
        QCOMPARE(plain(appRole.body), std::string("{\"role_id\":\"app-role-id\",\"secret_id\":\"app-secret-id\"}"));
        QCOMPARE(appRole.headers.back().second, std::string("team/"));
        const auto user = loginRequest(loginOf(AuthMethod::userpass, "bob", "p\"w"));
        QCOMPARE(user.path, transcripts_.at("userpass-login").path);
        QCOMPARE(plain(user.body), std::string("{\"password\":\"p\\\"w\"}"));
        QCOMPARE(plain(loginRequest(loginOf(AuthMethod::kubernetes, "drover", "a.b.c")).body),
                 std::string("{\"role\":\"drover\",\"jwt\":\"a.b.c\"}"));
        QCOMPARE(loginRequest(loginOf(AuthMethod::jwt)).path, std::string("/v1/auth/jwt/login"));
        QCOMPARE(loginRequest({AuthMethod::jwt, "ci/main", "r", {}}).path, std::string("/v1/auth/ci/main/login"));
        QCOMPARE(wrappingLookupRequest(Secret{"w"}).path, transcripts_.at("wrap-lookup").path);
        QCOMPARE(unwrapRequest().path, transcripts_.at("approle-secret-id-unwrap").path);
        QVERIFY(unwrapRequest().body.empty());
    }
    void loginsGiveATokenAndItsLife()
    {
        const auto granted = parseLogin(loginOf(AuthMethod::appRole), reply("approle-login"));
        QVERIFY(granted.has_value());
        QCOMPARE(plain(granted->token), std::string("<token:approle>"));
        QCOMPARE(granted->life, Duration{1200s});
        QVERIFY(granted->renewable);
        QVERIFY(!parseLogin(loginOf(AuthMethod::appRole), reply("approle-login-batch"))->renewable);
        QVERIFY(parseLogin(loginOf(AuthMethod::userpass), reply("userpass-login")).has_value());
        // A login that was wrapped, or another answer, is none.
        QCOMPARE(parseLogin(loginOf(AuthMethod::userpass), reply("userpass-login-wrapped")).error().code, Errc::protocol);
        QCOMPARE(parseLogin(loginOf(AuthMethod::userpass), reply("kv2-read-latest")).error().code, Errc::protocol);
    }
    void refusedLoginsSayWhichPart_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("method");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("word");
        const auto row = [](const char* name, AuthMethod method, Errc code, const char* word) {
            QTest::newRow(name) << QString::fromLatin1(name) << int(method) << int(code) << QString::fromLatin1(word);
        };
        for (const char* name : {"approle-login-bad-secret", "approle-login-bad-role", "approle-login-no-secret", "approle-login-no-role",
                                 "approle-login-one-use-second", "approle-login-secret-expired"})
            row(name, AuthMethod::appRole, Errc::unauthorized, "secret id");
        for (const char* name : {"userpass-login-wrong-password", "userpass-login-unknown-user"})
            row(name, AuthMethod::userpass, Errc::unauthorized, "vault.password");
        row("approle-login-wrong-mount", AuthMethod::appRole, Errc::invalidInput, "vault auth list");
        row("approle-login-wrong-mount-root", AuthMethod::appRole, Errc::invalidInput, "vault auth list");
        row("sealed-login", AuthMethod::appRole, Errc::sealed, "unseal");
        row("quota-global-exceeded", AuthMethod::appRole, Errc::rateLimited, "quota");
        row("audit-down-login", AuthMethod::appRole, Errc::unavailable, "log");
        row("standby-restarted-no-leader-login", AuthMethod::appRole, Errc::unavailable, "leader");
        row("bad-token", AuthMethod::kubernetes, Errc::unauthorized, "service account");
    }
    void refusedLoginsSayWhichPart()
    {
        QFETCH(QString, name);
        QFETCH(int, method);
        QFETCH(int, code);
        QFETCH(QString, word);
        const auto error = parseLogin(loginOf(AuthMethod(method)), reply(name.toStdString())).error();
        QCOMPARE(int(error.code), code);
        QVERIFY2(error.what.find(word.toStdString()) != std::string::npos, error.what.c_str());
        QVERIFY(error.what.find("app-secret-id") == std::string::npos);
    }
    void wrappedSecretIds()
    {
        QCOMPARE(plain(*parseUnwrapped(reply("approle-secret-id-unwrap"))), std::string("<uuid>"));
        for (const char* name : {"wrap-unwrap-again", "wrap-unwrap-expired", "wrap-unwrap-not-wrapping", "wrap-token-after-misuse"}) {
            const auto error = parseUnwrapped(reply(name)).error();
            QCOMPARE(error.code, Errc::unauthorized);
            QVERIFY2(error.what.starts_with("the wrapping token was already used"), error.what.c_str());
        }
        QCOMPARE(parseUnwrapped(reply("sealed-read")).error().code, Errc::sealed);
        QCOMPARE(parseUnwrapped(reply("wrap-custom-unwrap")).error().code, Errc::protocol);
        // It says where it came from.
        QCOMPARE(checkWrappedSecretId(reply("wrap-lookup"), "approle").error().code, Errc::refused);
        const auto from = [](const char* path) {
            const std::string body = std::string("{\"data\":{\"creation_path\":\"") + path + "\",\"creation_ttl\":60}}";
            return checkWrappedSecretId({200, body, {}}, "approle").has_value();
        };
        QVERIFY(from("auth/approle/role/app/secret-id"));
        QVERIFY(from("team/auth/approle/role/app/custom-secret-id"));
        QVERIFY(!from("auth/other/role/app/secret-id"));
        QVERIFY(!from("sys/wrapping/wrap"));
    }
    void aLeaseQuotaIsNoRateLimit()
    {
        const std::string body = "{\"errors\":[\"request path \\\"auth/approle/login\\\": lease count quota exceeded\"]}";
        QCOMPARE(errorOf({429, body, {}}).code, Errc::quota);
    }
    void kv1ThatTookAPathOfV2IsSaid()
    {
        const auto error = parseWrite({"secret", KvVersion::two}, reply("kv1-v2-path-write"), 0).error();
        QCOMPARE(error.code, Errc::invalidInput);
        QVERIFY2(error.what.find("KV v1") != std::string::npos, error.what.c_str());
    }
    void everyErrorSaysWhatToDo()
    {
        for (const auto& [name, transcript] : transcripts_) {
            if (transcript.status < 400 || transcript.status == 404)
                continue;
            const auto error = errorOf(transcript.reply());
            if (error.code == Errc::invalidInput || error.code == Errc::notFound)
                continue; // what Vault says is what is wrong
            QVERIFY2(error.what.find_first_of(";,") != std::string::npos, (name + ": " + error.what).c_str());
        }
    }
    void damagedAnswersNeverCrash()
    {
        for (const char* name : {"approle-login", "approle-secret-id-unwrap", "wrap-lookup", "approle-login-bad-secret"})
            test::feedDamaged(transcripts_.at(name).body, [](std::string_view text) {
                for (const int status : {200, 307, 400, 403, 404, 503}) {
                    const Reply reply{status, text, {}};
                    (void)parseLogin(loginOf(AuthMethod::jwt), reply).has_value();
                    (void)parseUnwrapped(reply).has_value();
                    (void)checkWrappedSecretId(reply, "approle").has_value();
                }
            }, 200);
    }
};

DROVER_TEST(TestVaultLogin)
#include "TestVaultLogin.moc"
