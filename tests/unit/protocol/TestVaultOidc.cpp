// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/vault/Login.h"
#include "protocol/vault/Oidc.h"
#include "support/Damage.h"
#include "support/Secrets.h"
#include "support/TestMain.h"

#include <set>

using namespace drover;
using namespace drover::vault;
using drover::test::plain;

namespace {

OidcFlow flowOf(std::string role = "drover")
{
    return {"oidc", std::move(role), 8250, Secret{"abcdefghij0123456789"}};
}

std::string headOf(const std::string& line, const std::string& host = "localhost:8250")
{
    return line + " HTTP/1.1\r\nAccept: */*\r\nhOst:  " + host + " \r\n\r\n";
}

Visit visit(const std::string& line, const std::string& host = "localhost:8250")
{
    return readVisit(headOf(line, host), 8250, "the state");
}

} // namespace

class TestVaultOidc : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksAsVaultsOwnClientDoes()
    {
        const auto request = authUrlRequest(flowOf(), "team/");
        QCOMPARE(request.method, std::string("POST"));
        QCOMPARE(request.path, std::string("/v1/auth/oidc/oidc/auth_url"));
        QCOMPARE(plain(request.body), std::string("{\"role\":\"drover\",\"redirect_uri\":\"http://localhost:8250/oidc/callback\","
                                                  "\"client_nonce\":\"abcdefghij0123456789\"}"));
        QCOMPARE(request.headers.back().second, std::string("team/"));
        // Without a role the mount's default one is meant.
        QCOMPARE(plain(authUrlRequest(flowOf({})).body).find("role"), std::string::npos);
        const auto back = callbackRequest(flowOf(), {"a/b", Secret{"c&d"}}, {});
        QCOMPARE(back.method, std::string("GET"));
        QCOMPARE(back.path, std::string("/v1/auth/oidc/oidc/callback?state=a%2Fb&code=c%26d&client_nonce=abcdefghij0123456789"));
        OidcFlow elsewhere{"sso/eu", {}, 9000, {}};
        QCOMPARE(authUrlRequest(elsewhere).path, std::string("/v1/auth/sso/eu/oidc/auth_url"));
        QVERIFY(plain(authUrlRequest(elsewhere).body).find("http://localhost:9000/oidc/callback") != std::string::npos);
    }
    void noncesAreTwentyLettersAndNoTwoAlike()
    {
        std::set<std::string> seen;
        for (int i = 0; i < 200; ++i) {
            const auto nonce = plain(freshNonce());
            QCOMPARE(nonce.size(), std::size_t{20});
            QCOMPARE(nonce.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), std::string::npos);
            seen.insert(nonce);
        }
        QCOMPARE(seen.size(), std::size_t{200});
    }
    void theAddressIsReadWithItsState()
    {
        const auto found = parseAuthUrl(flowOf(), {200, "{\"data\":{\"auth_url\":\"https://idp.example/a?x=1&state=s%2B1&nonce=n\"}}", {}});
        QCOMPARE(found->url, std::string("https://idp.example/a?x=1&state=s%2B1&nonce=n"));
        QCOMPARE(found->state, std::string("s+1"));
        const auto here = parseAuthUrl(flowOf(), {200, "{\"data\":{\"auth_url\":\"http://127.0.0.1:7/a\"}}", {}});
        QVERIFY(here.has_value());
    }
    void whatIsNoAddressForABrowserIsRefused_data()
    {
        QTest::addColumn<QString>("url");
        for (const char* url : {"http://idp.example/a", "file:///etc/passwd", "javascript:alert(1)", "https:///a", "https://u:p@idp.example/",
                                "--help", "http://127.0.0.1.evil.example/", "http://localhost@evil.example/", "https://idp.example/a b"})
            QTest::newRow(url) << QString::fromLatin1(url);
    }
    void whatIsNoAddressForABrowserIsRefused()
    {
        QFETCH(QString, url);
        const auto body = "{\"data\":{\"auth_url\":\"" + url.toStdString() + "\"}}";
        const auto error = parseAuthUrl(flowOf(), {200, body, {}}).error();
        QCOMPARE(error.code, Errc::refused);
        QVERIFY(describe(error).find("idp.example/a b") == std::string::npos);
    }
    void noAddressSaysWhy_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("body");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("word");
        const auto row = [](const char* name, int status, const char* body, Errc code, const char* word) {
            QTest::newRow(name) << status << QString::fromLatin1(body) << int(code) << QString::fromLatin1(word);
        };
        row("empty", 200, "{\"data\":{\"auth_url\":\"\"}}", Errc::unauthorized, "http://localhost:8250/oidc/callback");
        row("no such role", 400, "{\"errors\":[\"role \\\"drover\\\" could not be found\"]}", Errc::unauthorized, "could not be found");
        row("verifies JWTs alone", 400, "{\"errors\":[\"OIDC login is not configured for this mount\"]}", Errc::unauthorized, "set up for OIDC");
        row("no method", 400, "{\"errors\":[\"missing client token\"]}", Errc::invalidInput, "vault auth list");
        row("no method, later", 403, "{\"errors\":[\"permission denied\"]}", Errc::unauthorized, "vault.auth_mount");
        row("sealed", 503, "{\"errors\":[\"Vault is sealed\"]}", Errc::sealed, "unseal");
        row("another answer", 200, "{\"data\":{}}", Errc::protocol, "auth_url");
        row("nothing", 200, "", Errc::protocol, "");
    }
    void noAddressSaysWhy()
    {
        QFETCH(int, status);
        QFETCH(QString, body);
        QFETCH(int, code);
        QFETCH(QString, word);
        const auto text = body.toStdString();
        const auto error = parseAuthUrl(flowOf(), {status, text, {}}).error();
        QCOMPARE(int(error.code), code);
        QVERIFY2(describe(error).find(word.toStdString()) != std::string::npos, describe(error).c_str());
    }
    void theBrowserBringsTheCode()
    {
        const auto came = visit("GET /oidc/callback?code=a%2Bb+c&state=the+state&iss=x");
        QVERIFY(came.callback.has_value() && !came.error.has_value());
        QCOMPARE(plain(came.callback->code), std::string("a+b c"));
        QCOMPARE(came.callback->state, std::string("the state"));
        for (const char* host : {"127.0.0.1:8250", "[::1]:8250"})
            QVERIFY(visit("GET /oidc/callback?code=a&state=the+state", host).callback.has_value());
        // An address that does not show its state takes any; Vault knows.
        QVERIFY(readVisit(headOf("GET /oidc/callback?code=a&state=x"), 8250, {}).callback.has_value());
    }
    void othersAreTurnedAwayAndTheWaitGoesOn_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("status");
        const auto row = [](const char* line, int status, const char* host = "localhost:8250") {
            QTest::newRow(line) << QString::fromLatin1(line) << QString::fromLatin1(host) << status;
        };
        row("GET /favicon.ico", 404);
        row("GET /", 404);
        row("GET /oidc/callback/more?code=a&state=the+state", 404);
        row("GET /oidc/callback?code=a&state=another", 400);
        row("GET /oidc/callback?code=a", 400);
        row("GET /oidc/callback?state=the+state", 400);
        row("GET /oidc/callback?error=access_denied&state=another", 400);
        row("PUT /oidc/callback?code=a&state=the+state", 405);
        row("HEAD /oidc/callback?code=a&state=the+state", 405);
        row("POST /elsewhere", 404);
        row("GET /oidc/callback?code=b&state=the+state", 400, "evil.example:8250");
        row("GET /oidc/callback?code=c&state=the+state", 400, "localhost");
        row("GET /oidc/callback?code=d&state=the+state", 400, "");
        row("nonsense", 400);
    }
    void othersAreTurnedAwayAndTheWaitGoesOn()
    {
        QFETCH(QString, line);
        QFETCH(QString, host);
        QFETCH(int, status);
        const auto came = visit(line.toStdString(), host.toStdString());
        QCOMPARE(came.page.status, status);
        QVERIFY(!came.callback.has_value() && !came.error.has_value());
    }
    void aRefusalOfTheProviderEndsTheLogin()
    {
        const auto came = visit("GET /oidc/callback?error=access_denied&error_description=%3Cscript%3Ealert%281%29%3C%2Fscript%3E&state=the+state");
        QCOMPARE(came.error->code, Errc::unauthorized);
        QVERIFY(came.error->what.find("access_denied") != std::string::npos);
        const auto page = pageBytes(came.page);
        QVERIFY(page.find("&lt;script&gt;") != std::string::npos && page.find("<script") == std::string::npos);
        QVERIFY(page.find("default-src 'none'") != std::string::npos && page.find("no-store") != std::string::npos);
    }
    void anAnswerByPostIsSaid()
    {
        const auto came = visit("POST /oidc/callback");
        QCOMPARE(came.page.status, 405);
        QCOMPARE(came.error->code, Errc::refused);
        QVERIFY(came.error->what.find("oidc_response_mode") != std::string::npos);
        QVERIFY(pageBytes(came.page).find("Allow: GET\r\n") != std::string::npos);
    }
    void aRefusedCallbackSaysWhatToCheck()
    {
        const Login login{AuthMethod::oidc, {}, "drover", {}};
        for (const char* said : {"invalid client_nonce", "Vault login failed. Expired or missing OAuth state."}) {
            const std::string body = std::string("{\"errors\":[\"") + said + "\"]}";
            const auto error = parseLogin(login, {400, body, {}}).error();
            QCOMPARE(error.code, Errc::unauthorized);
            QVERIFY2(error.what.find(said) != std::string::npos && error.what.find("log in again") != std::string::npos, error.what.c_str());
        }
    }
    void damagedTextsNeverCrash()
    {
        test::feedDamaged(headOf("GET /oidc/callback?code=a%2Bb+c&state=the+state&error=%3C"), [](std::string_view text) {
            (void)pageBytes(readVisit(text, 8250, "the state").page);
        }, 500);
        test::feedDamaged("{\"data\":{\"auth_url\":\"https://idp.example/a?x=1&state=s%2B1\"}}", [](std::string_view text) {
            for (const int status : {200, 307, 400, 403, 404, 503})
                (void)parseAuthUrl(flowOf(), {status, text, {}}).has_value();
        }, 200);
    }
};

DROVER_TEST(TestVaultOidc)
#include "TestVaultOidc.moc"
