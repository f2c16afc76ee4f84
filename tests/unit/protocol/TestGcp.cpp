// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/cloud/Gcp.h"
#include "protocol/json/JsonReader.h"
#include "protocol/routing/Base64.h"
#include "support/Damage.h"
#include "support/Secrets.h"
#include "support/TestMain.h"

#include <map>

using namespace drover;
using namespace drover::gcp;
using drover::test::plain;

namespace {

cloud::Reply reply(int status, std::string_view body)
{
    return {status, body, {}};
}

std::string accessed(std::string_view value, const std::string& checksum)
{
    return R"({"name":"projects/1/secrets/a/versions/7","payload":{"data":")" + toBase64(value) + R"(","dataCrc32c":)" + checksum + "}}";
}

std::string fromUrl(std::string text)
{
    for (auto& c : text)
        c = c == '-' ? '+' : c == '_' ? '/' : c;
    while (text.size() % 4 != 0)
        text += '=';
    return fromBase64(text).value();
}

} // namespace

class TestGcp : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void countsCrc32c();
    void asksAsTheServiceWants();
    void checksThePayload();
    void readsVersionsAndLists();
    void tellsErrorsApart_data();
    void tellsErrorsApart();
    void readsServiceAccounts();
    void claimsAnHour();
    void readsTokens();
    void refusesNames();
    void survivesDamage();
};

void TestGcp::countsCrc32c()
{
    QCOMPARE(cloud::crc32c("123456789"), 0xe3069283U);          // the check value of the catalogue
    QCOMPARE(cloud::crc32c(std::string(32, '\0')), 0x8a9136aaU); // RFC 3720 B.4
    QCOMPARE(cloud::crc32c(std::string(32, '\xff')), 0x62a8ab43U);
    QCOMPARE(cloud::crc32c(""), 0U);
}

void TestGcp::asksAsTheServiceWants()
{
    QCOMPARE(createRequest("p", "holysheep-k_01").target, std::string("/v1/projects/p/secrets?secretId=holysheep-k_01"));
    const std::string creates = R"({"replication":{"automatic":{}},"labels":{"created-by":"drover"}})";
    QCOMPARE(plain(createRequest("p", "a").body), creates);
    const cloud::Entry entry{Secret{"cr_secret"}, {}, 1, "w"};
    const auto add = addRequest("p", "a", entry);
    QCOMPARE(add.target, std::string("/v1/projects/p/secrets/a:addVersion"));
    const auto object = parseJsonObject(plain(add.body)).value();
    JsonFields fields{object};
    fields.object("payload", [&](JsonFields& payload) {
        const auto text = fromBase64(payload.text("data")).value();
        QCOMPARE(text, std::string(R"({"api_key":"cr_secret","drover_version":"1","drover_write":"w"})"));
        QCOMPARE(payload.text("dataCrc32c"), std::to_string(cloud::crc32c(text)));
    });
    QVERIFY(!fields.failed());
    QCOMPARE(accessRequest("p", "a").target, std::string("/v1/projects/p/secrets/a/versions/latest:access"));
    QCOMPARE(accessRequest("p", "a", 3).target, std::string("/v1/projects/p/secrets/a/versions/3:access"));
    QCOMPARE(versionsRequest("p", "a", "n/x").target, std::string("/v1/projects/p/secrets/a/versions?pageSize=100&pageToken=n%2Fx"));
    QCOMPARE(listRequest("p", "holysheep-", 5).target, std::string("/v1/projects/p/secrets?pageSize=5&filter=name%3Aholysheep-"));
    QCOMPARE(disableRequest("p", "a", 2).target, std::string("/v1/projects/p/secrets/a/versions/2:disable"));
    QCOMPARE(removeRequest("p", "a").method, std::string("DELETE"));
}

void TestGcp::checksThePayload()
{
    const std::string value = R"({"api_key":"k","created_by":"me"})";
    const auto sum = std::to_string(cloud::crc32c(value));
    const auto entry = parseAccess(reply(200, accessed(value, "\"" + sum + "\""))).value();
    QCOMPARE(plain(entry.value), std::string("k"));
    QCOMPARE(entry.notes.at("created_by"), std::string("me"));
    QCOMPARE(entry.version, std::uint64_t{7});
    QVERIFY(parseAccess(reply(200, accessed(value, sum))).has_value()); // as a number
    const auto damaged = parseAccess(reply(200, accessed(value, "\"1\""))).error();
    QCOMPARE(int(damaged.code), int(Errc::protocol));
    QVERIFY(damaged.what.find("CRC32C") != std::string::npos);
    QCOMPARE(plain(parseAccess(reply(200, accessed("by hand", std::to_string(cloud::crc32c("by hand"))))).value().value), std::string("by hand"));
    QCOMPARE(int(parseAccess(reply(200, R"({"name":"projects/1/secrets/a/versions/7","payload":{"data":"!"}})")).error().code), int(Errc::protocol));
}

void TestGcp::readsVersionsAndLists()
{
    const auto versions = parseVersions(reply(200, R"({"versions":[{"name":"projects/1/secrets/a/versions/9","state":"ENABLED"},
        {"name":"projects/1/secrets/a/versions/10","state":"DISABLED"},{"name":"projects/1/secrets/a/versions/1","state":"DESTROYED"}],
        "nextPageToken":"n","totalSize":3})")).value();
    QCOMPARE(versions.versions, (std::vector<Version>{{10, State::disabled}, {9, State::enabled}, {1, State::destroyed}}));
    QCOMPARE(versions.nextPage, std::string("n"));
    QVERIFY(parseVersions(reply(200, "{}")).value().versions.empty());
    const auto names = parseList(reply(200, R"({"secrets":[{"name":"projects/1/secrets/holysheep-k_01"}]})")).value();
    QCOMPARE(names.names, std::vector<std::string>{"holysheep-k_01"});
    QCOMPARE(parseAdded(reply(200, R"({"name":"projects/1/secrets/a/versions/12","state":"ENABLED"})")).value(), std::uint64_t{12});
    QCOMPARE(int(parseAdded(reply(200, R"({"name":"x"})")).error().code), int(Errc::protocol));
}

void TestGcp::tellsErrorsApart_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* name, int status, const char* word, const char* message, Errc code, const char* says) {
        QTest::newRow(name) << status
                            << QByteArray(R"({"error":{"code":)") + QByteArray::number(status) + R"(,"message":")" + message + R"(","status":")" +
                                   word + R"(","details":[]}})"
                            << int(code) << QByteArray(says);
    };
    row("missing", 404, "NOT_FOUND", "Secret [a] not found", Errc::notFound, "no such entry");
    row("exists", 409, "ALREADY_EXISTS", "exists", Errc::conflict, "exists");
    row("aborted", 409, "ABORTED", "etag", Errc::conflict, "at the same time");
    row("denied", 403, "PERMISSION_DENIED", "Permission denied", Errc::forbidden, "secretmanager.versions.access");
    row("off", 403, "PERMISSION_DENIED", "Secret Manager API has not been used in project 1 before or it is disabled", Errc::forbidden,
        "gcloud services enable");
    row("token", 401, "UNAUTHENTICATED", "invalid credentials", Errc::unauthorized, "gcp.credentials");
    row("disabled", 400, "FAILED_PRECONDITION", "is in DISABLED state", Errc::refused, "disabled or destroyed");
    row("quota", 429, "RESOURCE_EXHAUSTED", "Quota exceeded", Errc::rateLimited, "later");
    row("away", 503, "UNAVAILABLE", "x", Errc::unavailable, "not available");
    row("argument", 400, "INVALID_ARGUMENT", "x", Errc::invalidInput, "gcp.project");
    row("slow", 504, "DEADLINE_EXCEEDED", "x", Errc::timeout, "too long");
    QTest::newRow("proxy") << 502 << QByteArray("<html>") << int(Errc::unavailable) << QByteArray("502");
    QTest::newRow("another service") << 404 << QByteArray("<html>") << int(Errc::protocol) << QByteArray("gcp.endpoint");
}

void TestGcp::tellsErrorsApart()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(int, code);
    QFETCH(QByteArray, says);
    const std::string text = body.toStdString();
    const auto error = parseAccess(reply(status, text)).error();
    QCOMPARE(int(error.code), code);
    QVERIFY2(error.what.find(says.toStdString()) != std::string::npos, error.what.c_str());
}

void TestGcp::readsServiceAccounts()
{
    const std::string good = R"({"type":"service_account","project_id":"p","private_key_id":"kid","private_key":"-----BEGIN\nx\n","client_email":"a@p.iam",
        "token_uri":"https://oauth2.googleapis.com/token","universe_domain":"googleapis.com","extra":{"a":[1]}})";
    const auto account = parseServiceAccount(Secret{good}).value();
    QCOMPARE(account.email, std::string("a@p.iam"));
    QCOMPARE(account.project, std::string("p"));
    QCOMPARE(account.keyId, std::string("kid"));
    QCOMPARE(plain(account.privateKey), std::string("-----BEGIN\nx\n"));
    const auto field = [](const char* json) { return parseServiceAccount(Secret{json}).error().where; };
    const std::map<std::string, const char*> missing{{"client_email", R"({"private_key":"x"})"},
                                                     {"private_key", R"({"client_email":"x"})"},
                                                     {"type", R"({"type":"authorized_user"})"},
                                                     {"token_uri", R"({"client_email":"x","private_key":"x","token_uri":"http://evil.example/t"})"}};
    for (const auto& [name, json] : missing)
        QCOMPARE(field(json), name);
    QCOMPARE(int(parseServiceAccount(Secret{"sk-planted"}).error().code), int(Errc::invalidInput));
    QVERIFY(describe(parseServiceAccount(Secret{"sk-planted"}).error()).find("planted") == std::string::npos);
}

void TestGcp::claimsAnHour()
{
    ServiceAccount account;
    account.email = "a@p.iam";
    account.keyId = "kid";
    account.tokenUri = "https://oauth2.googleapis.com/token";
    const auto text = assertionToSign(account, parseTime("2026-11-22T07:00:00.5Z").value());
    const auto dot = text.find('.');
    const std::string header = R"({"alg":"RS256","typ":"JWT","kid":"kid"})";
    const std::string claims = R"({"iss":"a@p.iam","scope":"https://www.googleapis.com/auth/cloud-platform",)"
                               R"("aud":"https://oauth2.googleapis.com/token","iat":1795330800,"exp":1795334400})";
    QCOMPARE(fromUrl(text.substr(0, dot)), header);
    QCOMPARE(fromUrl(text.substr(dot + 1)), claims);
    const auto request = tokenRequest("/token", "a.b.c");
    QCOMPARE(plain(request.body), std::string("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c"));
}

void TestGcp::readsTokens()
{
    const auto token = cloud::parseToken(reply(200, R"({"access_token":"ya29.x","expires_in":3599,"token_type":"Bearer"})"), "GCP").value();
    QCOMPARE(plain(token.token), std::string("ya29.x"));
    QCOMPARE(token.life, Duration{3599s});
    QCOMPARE(cloud::parseToken(reply(200, R"({"access_token":"x","expires_in":"60"})"), "GCP").value().life, Duration{60s});
    QCOMPARE(int(cloud::parseToken(reply(200, "{}"), "GCP").error().code), int(Errc::protocol));
    const auto refused = [](int status, const char* body) { return cloud::parseToken(reply(status, body), "GCP").error(); };
    const auto clock = refused(400, R"({"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token and in a reasonable timeframe."})");
    QCOMPARE(int(clock.code), int(Errc::unauthorized));
    QVERIFY(clock.what.find("clock") != std::string::npos);
    const auto signature = refused(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})");
    QVERIFY(signature.what.find("new key") != std::string::npos);
    const auto wrong = refused(401, R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."})");
    QVERIFY(wrong.what.find("secret's value") != std::string::npos);
    const auto expired = refused(401, R"({"error":"invalid_client","error_description":"AADSTS7000222: expired"})");
    QVERIFY(expired.what.find("has expired") != std::string::npos);
    QCOMPARE(int(refused(503, "x").code), int(Errc::unavailable));
    QCOMPARE(int(refused(429, "{}").code), int(Errc::rateLimited));
    QCOMPARE(int(refused(404, "<html>").code), int(Errc::protocol));
}

void TestGcp::refusesNames()
{
    QVERIFY(checkName("holysheep-k_01").has_value());
    for (const std::string name : {"", "a/b", "a.b", "a b"})
        QCOMPARE(int(checkName(name).error().code), int(Errc::invalidInput));
    QVERIFY(!checkName(std::string(256, 'a')).has_value());
}

void TestGcp::survivesDamage()
{
    test::feedDamaged(accessed(R"({"api_key":"k"})", "\"5\""), [](std::string_view text) {
        (void)parseAccess(reply(200, text));
        (void)parseVersions(reply(200, text));
        (void)parseList(reply(200, text));
        (void)errorOf(reply(400, text), "x");
        (void)cloud::parseToken(reply(200, text), "GCP");
        (void)parseServiceAccount(Secret{text});
    });
}

DROVER_TEST(TestGcp)
#include "TestGcp.moc"
