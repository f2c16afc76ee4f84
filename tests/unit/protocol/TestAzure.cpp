// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/cloud/Azure.h"
#include "support/Damage.h"
#include "support/Secrets.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::azure;
using drover::test::plain;

namespace {

cloud::Reply reply(int status, std::string_view body)
{
    return {status, body, {}};
}

cloud::Reply challenged(std::string_view header)
{
    return {401, {}, [header](std::string_view name) -> std::optional<std::string_view> {
                if (name != "www-authenticate")
                    return std::nullopt;
                return header;
            }};
}

constexpr std::string_view vault = "https://myvault.vault.azure.net";
constexpr std::string_view tenantA = "11111111-2222-3333-4444-555555555555";
constexpr std::string_view tenantB = "99999999-2222-3333-4444-555555555555";

} // namespace

class TestAzure : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void mapsNames();
    void asksAsTheServiceWants();
    void readsWhatIsThere();
    void findsTheCurrentVersion();
    void tellsErrorsApart_data();
    void tellsErrorsApart();
    void checksTheChallenge_data();
    void checksTheChallenge();
    void trustsOneAuthority();
    void staysWithTheVaultsHost();
    void survivesDamage();
};

void TestAzure::mapsNames()
{
    QCOMPARE(mappedName("holysheep/k_01").value(), std::string("holysheep-k-01"));
    QCOMPARE(mappedName("holysheep/key-1").value(), std::string("holysheep-key-1"));
    for (const std::string name : {"", "a.b", "a b", "ü"})
        QCOMPARE(int(mappedName(name).error().code), int(Errc::invalidInput));
    QVERIFY(mappedName(std::string(127, 'a')).has_value());
    QVERIFY(!mappedName(std::string(128, 'a')).has_value());
}

void TestAzure::asksAsTheServiceWants()
{
    const auto set = setRequest("holysheep-k-01", "k_01", {Secret{"cr_secret"}, {}, 4, "w"});
    QCOMPARE(set.method, std::string("PUT"));
    QCOMPARE(set.target, std::string("/secrets/holysheep-k-01?api-version=7.4"));
    const std::string wanted = R"({"value":"{\"api_key\":\"cr_secret\",\"drover_version\":\"4\",\"drover_write\":\"w\"}",)"
                               R"("contentType":"application/json","tags":{"drover-name":"k_01","drover-version":"4","drover-write":"w"}})";
    QCOMPARE(plain(set.body), wanted);
    QCOMPARE(readRequest("a").target, std::string("/secrets/a?api-version=7.4"));
    QCOMPARE(readRequest("a", "v").target, std::string("/secrets/a/v?api-version=7.4"));
    QCOMPARE(versionsRequest("a").target, std::string("/secrets/a/versions?api-version=7.4&maxresults=25"));
    QCOMPARE(disableRequest("a", "v").method, std::string("PATCH"));
    const std::string off = R"({"attributes":{"enabled":false}})";
    QCOMPARE(plain(disableRequest("a", "v").body), off);
    const auto token = tokenRequest("tenant", "id", Secret{"s~e&c"}, "https://vault.azure.net/.default");
    QCOMPARE(token.target, std::string("/tenant/oauth2/v2.0/token"));
    QCOMPARE(plain(token.body),
             std::string("grant_type=client_credentials&client_id=id&client_secret=s~e%26c&scope=https%3A%2F%2Fvault.azure.net%2F.default"));
}

void TestAzure::readsWhatIsThere()
{
    const auto read = parseRead(reply(200, R"({"value":"{\"api_key\":\"k\",\"created_by\":\"me\"}","id":"https://v/secrets/n/0123","attributes":
        {"enabled":true,"created":1700000000,"updated":1700000000,"recoveryLevel":"Recoverable"},"tags":{"drover-name":"k_01","drover-version":"5",
        "drover-write":"w"}})")).value();
    QCOMPARE(plain(read.entry.value), std::string("k"));
    QCOMPARE(read.entry.notes.at("created_by"), std::string("me"));
    QCOMPARE(read.version.id, std::string("0123"));
    QCOMPARE(read.version.version, std::uint64_t{5});
    QCOMPARE(read.version.name, std::string("k_01"));
    const auto foreign = parseRead(reply(200, R"({"value":"by hand","id":"https://v/secrets/n/4567","attributes":{"enabled":true}})")).value();
    QCOMPARE(plain(foreign.entry.value), std::string("by hand"));
    QCOMPARE(foreign.version.version, cloud::foreignVersion("4567"));
    const std::string absent = R"({"error":{"code":"SecretNotFound","message":"x"}})";
    QVERIFY(parseVersions(reply(404, absent)).value().versions.empty());
    QCOMPARE(int(parseVersions(reply(404, "<html>")).error().code), int(Errc::protocol));
    const auto names = parseList(reply(200, R"({"value":[{"id":"https://v/secrets/holysheep-k-01","tags":{"drover-name":"k_01"}},
        {"id":"https://v/secrets/other","attributes":{}}],"nextLink":"https://v/secrets?x"})")).value();
    QCOMPARE(names.names.at(0).name, std::string("k_01"));
    QCOMPARE(names.names.at(0).mapped, std::string("holysheep-k-01"));
    QCOMPARE(names.names.at(1).name, std::string());
    QCOMPARE(names.nextLink, std::string("https://v/secrets?x"));
    const std::string set = R"({"value":"x","id":"https://v/secrets/n/89ab","attributes":{}})";
    QCOMPARE(parseSet(reply(200, set)).value().id, std::string("89ab"));
}

void TestAzure::findsTheCurrentVersion()
{
    const auto one = [](const char* id, std::int64_t created, std::uint64_t counter, bool enabled) {
        Version made;
        made.id = id;
        made.created = created;
        made.version = counter;
        made.writeId = counter == 0 ? "" : "w";
        made.enabled = enabled;
        return made;
    };
    QVERIFY(currentOf({}) == nullptr);
    QVERIFY(currentOf({one("a", 5, 1, false)}) == nullptr);
    const std::vector<Version> later{one("a", 5, 1, true), one("b", 6, 2, true), one("c", 7, 3, false)};
    QCOMPARE(currentOf(later)->id, std::string("b"));
    const std::vector<Version> sameSecond{one("z", 5, 1, true), one("a", 5, 2, true)};
    QCOMPARE(currentOf(sameSecond)->id, std::string("a"));
}

void TestAzure::tellsErrorsApart_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* name, int status, const char* word, const char* inner, const char* message, Errc code, const char* says) {
        QTest::newRow(name) << status
                            << QByteArray(R"({"error":{"code":")") + word + R"(","message":")" + message + R"(","innererror":{"code":")" + inner +
                                   R"("}}})"
                            << int(code) << QByteArray(says);
    };
    row("missing", 404, "SecretNotFound", "", "not found", Errc::notFound, "no such entry");
    row("role", 403, "Forbidden", "ForbiddenByRbac", "Caller is not authorized", Errc::forbidden, "Key Vault Secrets Officer");
    row("policy", 403, "Forbidden", "AccessDenied", "does not have secrets get permission", Errc::forbidden, "right get");
    row("firewall", 403, "Forbidden", "ForbiddenByFirewall", "Client address is not authorized", Errc::forbidden, "Networking");
    row("disabled", 403, "Forbidden", "SecretDisabled", "Operation get is not allowed on a disabled secret.", Errc::refused, "disabled");
    row("deleted", 409, "Conflict", "ObjectIsDeletedButRecoverable", "Secret x is currently in a deleted but recoverable state", Errc::refused, "purge");
    row("deleting", 409, "Conflict", "ObjectIsBeingDeleted", "x", Errc::unavailable, "shortly");
    row("conflict", 409, "Conflict", "", "x", Errc::conflict, "somebody else");
    row("token", 401, "Unauthorized", "", "AKV10032: Invalid issuer", Errc::unauthorized, "azure.tenant");
    row("throttled", 429, "Throttled", "", "x", Errc::rateLimited, "rate");
    row("bad", 400, "BadParameter", "", "x", Errc::invalidInput, "refused");
    row("away", 503, "ServiceUnavailable", "", "x", Errc::unavailable, "503");
    QTest::newRow("another service") << 404 << QByteArray("<html>") << int(Errc::protocol) << QByteArray("azure.vault_url");
}

void TestAzure::tellsErrorsApart()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(int, code);
    QFETCH(QByteArray, says);
    const std::string text = body.toStdString();
    const auto error = parseRead(reply(status, text)).error();
    QCOMPARE(int(error.code), code);
    QVERIFY2(error.what.find(says.toStdString()) != std::string::npos, error.what.c_str());
    QCOMPARE(isDisabled(reply(status, text)), QByteArray(QTest::currentDataTag()) == "disabled");
}

void TestAzure::checksTheChallenge_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<int>("code"); // -1: good
    const auto row = [](const char* name, const char* header, int code) { QTest::newRow(name) << QByteArray(header) << code; };
    row("good", R"(Bearer authorization="https://login.microsoftonline.com/TENANT", resource="https://vault.azure.net")", -1);
    row("by scope", R"(Bearer authorization_uri="https://login.microsoftonline.com/TENANT", scope="https://vault.azure.net/.default")", -1);
    row("without spaces", R"(Bearer authorization="https://login.microsoftonline.com/TENANT",resource="https://vault.azure.net")", -1);
    row("another domain", R"(Bearer authorization="https://login.microsoftonline.com/T", resource="https://graph.microsoft.com")", int(Errc::refused));
    row("an end that is no domain", R"(Bearer authorization="https://login.microsoftonline.com/T", resource="https://azure.net.evil.com")",
        int(Errc::refused));
    row("a part of a name", R"(Bearer authorization="https://login.microsoftonline.com/T", resource="https://t.azure.net")", int(Errc::refused));
    row("nothing", "Bearer", int(Errc::protocol));
    row("no resource", R"(Bearer authorization="https://login.microsoftonline.com/T")", int(Errc::protocol));
}

void TestAzure::checksTheChallenge()
{
    QFETCH(QByteArray, header);
    QFETCH(int, code);
    const std::string text = header.toStdString();
    const auto challenge = parseChallenge(challenged(text), vault);
    if (code >= 0) {
        QCOMPARE(int(challenge.error().code), code);
        return;
    }
    QCOMPARE(challenge.value().authority, std::string("https://login.microsoftonline.com"));
    QCOMPARE(challenge.value().tenant, std::string("TENANT"));
    QCOMPARE(challenge.value().scope, std::string("https://vault.azure.net/.default"));
    // The same words from another host.
    QCOMPARE(int(parseChallenge(challenged(text), "https://evil.example").error().code), int(Errc::refused));
    QCOMPARE(int(parseChallenge(challenged(text), "https://evilvault.azure.net").error().code), int(Errc::refused));
    QCOMPARE(int(parseChallenge(reply(200, "{}"), vault).error().code), int(Errc::protocol));
}

void TestAzure::trustsOneAuthority()
{
    const Challenge challenge{"https://login.microsoftonline.com", std::string(tenantA), "s"};
    QCOMPARE(tenantFor(challenge, defaultAuthority, {}).value(), std::string(tenantA));
    QCOMPARE(tenantFor(challenge, defaultAuthority, "contoso.onmicrosoft.com").value(), std::string("contoso.onmicrosoft.com"));
    QCOMPARE(int(tenantFor(challenge, defaultAuthority, tenantB).error().code), int(Errc::refused));
    QVERIFY(tenantFor({"https://login.windows.net", "T", "s"}, defaultAuthority, {}).has_value());
    // A vault that is none could ask for the client secret.
    QCOMPARE(int(tenantFor({"https://login.evil.example", "T", "s"}, defaultAuthority, {}).error().code), int(Errc::refused));
}

void TestAzure::staysWithTheVaultsHost()
{
    QCOMPARE(nextPageRequest(vault, "https://myvault.vault.azure.net:443/secrets?api-version=7.4&$skiptoken=x").value().target,
             std::string("/secrets?api-version=7.4&$skiptoken=x"));
    for (const auto* link : {"https://evil.example/secrets", "http://myvault.vault.azure.net/secrets", "/secrets", "https://myvault.vault.azure.net:444/a"})
        QCOMPARE(int(nextPageRequest(vault, link).error().code), int(Errc::protocol));
}

void TestAzure::survivesDamage()
{
    const std::string whole = R"({"value":[{"value":"{\"api_key\":\"k\"}","id":"https://v/secrets/n/0123","attributes":{"enabled":true,"created":1},"tags":
        {"drover-name":"k_01","drover-version":"5"}}],"nextLink":"https://v/"})";
    test::feedDamaged(whole, [](std::string_view text) {
        (void)parseRead(reply(200, text));
        (void)parseVersions(reply(200, text));
        (void)parseList(reply(200, text));
        (void)errorOf(reply(403, text), "get");
        (void)nextPageRequest(vault, text);
    });
    test::feedDamaged(R"(Bearer authorization="https://login.microsoftonline.com/T", resource="https://vault.azure.net")",
                      [](std::string_view text) { (void)parseChallenge(challenged(text), vault); });
}

DROVER_TEST(TestAzure)
#include "TestAzure.moc"
