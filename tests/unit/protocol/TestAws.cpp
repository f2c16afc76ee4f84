// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/cloud/Aws.h"
#include "protocol/json/JsonReader.h"
#include "support/Damage.h"
#include "support/Secrets.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::aws;
using drover::test::plain;

namespace {

cloud::Entry entry(std::uint64_t version, std::string writeId)
{
    return {Secret{"cr_secret"}, {{"created_by", "rotation-service"}}, version, std::move(writeId)};
}

cloud::Reply reply(int status, std::string_view body)
{
    return {status, body, {}};
}

constexpr std::string_view uuid = "019ab000-0000-7000-8000-000000000001";

} // namespace

class TestAws : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksAsTheServiceWants();
    void anEntryGoesThereAndBack();
    void whatOthersWroteHasANumberOfItsOwn();
    void readsDescriptionsAndLists();
    void findsTheTypeOfAnError();
    void tellsErrorsApart_data();
    void tellsErrorsApart();
    void refusesNames();
    void survivesDamage();
};

void TestAws::asksAsTheServiceWants()
{
    const auto create = createRequest("holysheep/k_01", entry(1, std::string(uuid)), uuid);
    QCOMPARE(create.method, std::string("POST"));
    QCOMPARE(create.target, std::string("/"));
    QCOMPARE(create.headers.at(0).second, std::string("application/x-amz-json-1.1"));
    QCOMPARE(create.headers.at(1), (std::pair<std::string, std::string>{"x-amz-target", "secretsmanager.CreateSecret"}));
    QCOMPARE(actionOf(create), std::string("CreateSecret"));
    const auto object = parseJsonObject(plain(create.body)).value();
    JsonFields fields{object};
    QCOMPARE(fields.text("Name"), std::string("holysheep/k_01"));
    QCOMPARE(fields.text("ClientRequestToken"), std::string(uuid));
    QCOMPARE(fields.text("SecretString"), R"({"api_key":"cr_secret","created_by":"rotation-service","drover_version":"1","drover_write":")" +
                                              std::string(uuid) + "\"}");
    QCOMPARE(plain(promoteRequest("a", "new", "old").body),
             std::string(R"({"SecretId":"a","VersionStage":"AWSCURRENT","MoveToVersionId":"new","RemoveFromVersionId":"old"})"));
    QCOMPARE(plain(promoteRequest("a", "new", "").body), std::string(R"({"SecretId":"a","VersionStage":"AWSCURRENT","MoveToVersionId":"new"})"));
    QVERIFY(plain(putRequest("a", entry(2, "x"), "x", pending).body).ends_with(R"("VersionStages":["DROVERPENDING"]})"));
    QVERIFY(plain(putRequest("a", entry(2, "x"), "x", {}).body).find("VersionStages") == std::string::npos);
    QCOMPARE(plain(listRequest("holysheep/", 100, "t").body),
             std::string(R"({"MaxResults":100,"Filters":[{"Key":"name","Values":["holysheep/"]}],"NextToken":"t"})"));
    QCOMPARE(plain(removeRequest("a", 30).body), std::string(R"({"SecretId":"a","RecoveryWindowInDays":30})"));
    QCOMPARE(endpointOf("eu-west-1"), std::string("https://secretsmanager.eu-west-1.amazonaws.com"));
    QCOMPARE(endpointOf("cn-north-1"), std::string("https://secretsmanager.cn-north-1.amazonaws.com.cn"));
}

void TestAws::anEntryGoesThereAndBack()
{
    const Secret value = cloud::writeEntry({Secret{"with \"quotes\" and \n"}, {{"note", "ü"}, {"api_key", "no"}}, 7, std::string(uuid)});
    const auto back = value.reveal([](std::string_view text) { return cloud::readEntry(text); }).value();
    QCOMPARE(plain(back.value), std::string("with \"quotes\" and \n"));
    QCOMPARE(back.notes, (std::map<std::string, std::string>{{"note", "ü"}}));
    QCOMPARE(back.version, std::uint64_t{7});
    QCOMPARE(back.writeId, std::string(uuid));
    QCOMPARE(plain(cloud::readEntry("cr_by_hand").value().value), std::string("cr_by_hand"));
    QCOMPARE(int(cloud::readEntry(R"({"password":"x"})").error().code), int(Errc::invalidInput));
    QCOMPARE(int(cloud::readEntry(R"({"api_key":7})").error().code), int(Errc::invalidInput));
}

void TestAws::whatOthersWroteHasANumberOfItsOwn()
{
    const auto answer = [](std::string_view string, std::string_view id) {
        return R"({"ARN":"a","Name":"n","VersionId":")" + std::string(id) + R"(","SecretString":)" + std::string(string) +
               R"(,"VersionStages":["AWSCURRENT"],"CreatedDate":1.6E9})";
    };
    const std::string ours = R"("{\"api_key\":\"k\",\"drover_version\":\"3\",\"drover_write\":\"id-1\"}")";
    const auto own = parseRead(reply(200, answer(ours, "id-1"))).value();
    QCOMPARE(own.version, std::uint64_t{3});
    QCOMPARE(plain(own.entry.value), std::string("k"));
    // The same text saved again in AWS's console is another version, whatever counter it still carries.
    const auto copy = parseRead(reply(200, answer(ours, "id-2"))).value();
    QVERIFY(copy.version > std::uint64_t{1} << 52);
    QCOMPARE(copy.version, cloud::foreignVersion("id-2"));
    QVERIFY(copy.version != cloud::foreignVersion("id-3"));
    QCOMPARE(plain(parseRead(reply(200, answer(R"("by hand")", "id-4"))).value().entry.value), std::string("by hand"));
    QCOMPARE(int(parseRead(reply(200, R"({"VersionId":"v","SecretBinary":"AAAA"})")).error().code), int(Errc::invalidInput));
    QCOMPARE(int(parseRead(reply(200, "<html>")).error().code), int(Errc::protocol));
}

void TestAws::readsDescriptionsAndLists()
{
    const auto described = parseDescribe(reply(200, R"({"VersionIdsToStages":{"a":["AWSCURRENT","X"],"b":["AWSPREVIOUS"]}})")).value();
    QCOMPARE(described.currentId, std::string("a"));
    QVERIFY(!described.deleted);
    QCOMPARE(described.stages.at("b"), std::vector<std::string>{"AWSPREVIOUS"});
    QVERIFY(parseDescribe(reply(200, R"({"DeletedDate":1.7E9,"VersionIdsToStages":{"a":[]}})")).value().deleted);
    const auto names = parseList(reply(200, R"({"SecretList":[{"Name":"h/a"},{"Name":"h/b"}],"NextToken":"n"})")).value();
    QCOMPARE(names.names, (std::vector<std::string>{"h/a", "h/b"}));
    QCOMPARE(names.nextToken, std::string("n"));
    QCOMPARE(parseWritten(reply(200, R"({"VersionId":"v"})"), "PutSecretValue").value(), std::string("v"));
}

void TestAws::findsTheTypeOfAnError()
{
    QCOMPARE(errorType(reply(400, R"({"__type":"com.amazonaws.secretsmanager#ResourceNotFoundException"})")),
             std::string("ResourceNotFoundException"));
    const cloud::Reply byHeader{400, "{}", [](std::string_view name) -> std::optional<std::string_view> {
                                    if (name != "x-amzn-errortype")
                                        return std::nullopt;
                                    return "ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral.service/";
                                }};
    QCOMPARE(errorType(byHeader), std::string("ThrottlingException"));
    QCOMPARE(int(errorOf(byHeader, "ListSecrets").code), int(Errc::rateLimited));
    QCOMPARE(errorType(reply(500, "<html>")), std::string());
}

void TestAws::tellsErrorsApart_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char* name, int status, const char* type, const char* message, Errc code, const char* says) {
        QTest::newRow(name) << status << QByteArray(R"({"__type":")") + type + R"(","Message":")" + message + "\"}" << int(code) << QByteArray(says);
    };
    row("missing", 400, "ResourceNotFoundException", "can't find", Errc::notFound, "no such entry");
    row("exists", 400, "ResourceExistsException", "exists", Errc::conflict, "exists");
    row("denied", 400, "AccessDeniedException", "User: arn is not authorized to perform", Errc::forbidden, "secretsmanager:GetSecretValue");
    row("kms", 400, "AccessDeniedException", "Access to KMS is not allowed", Errc::forbidden, "kms:Decrypt");
    row("unknown key", 400, "UnrecognizedClientException", "The security token included in the request is invalid.", Errc::unauthorized,
        "aws.access_key_id");
    row("wrong secret", 400, "InvalidSignatureException", "The request signature we calculated does not match", Errc::unauthorized,
        "aws.secret_access_key");
    row("clock", 400, "InvalidSignatureException", "Signature expired: 20261122T070000Z is now earlier than", Errc::unauthorized, "clock");
    row("session over", 400, "ExpiredTokenException", "expired", Errc::unauthorized, "session");
    row("throttled", 400, "ThrottlingException", "Rate exceeded", Errc::rateLimited, "later");
    row("limit", 400, "LimitExceededException", "too many versions", Errc::quota, "quota");
    row("deleted", 400, "InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.",
        Errc::refused, "restore-secret");
    row("bad request", 400, "InvalidRequestException", "no", Errc::invalidInput, "refused");
    row("parameter", 400, "InvalidParameterException", "no", Errc::invalidInput, "parameter");
    row("decryption", 400, "DecryptionFailure", "no", Errc::forbidden, "kms:Decrypt");
    row("precondition", 400, "PreconditionNotMetException", "no", Errc::refused, "precondition");
    row("internal", 500, "InternalServiceError", "no", Errc::unavailable, "failed");
    row("another", 400, "SomethingNewException", "no", Errc::invalidInput, "SomethingNewException");
    QTest::newRow("proxy") << 502 << QByteArray("<html>Bad gateway</html>") << int(Errc::unavailable) << QByteArray("502");
    QTest::newRow("another service") << 404 << QByteArray("not found") << int(Errc::protocol) << QByteArray("aws.endpoint");
}

void TestAws::tellsErrorsApart()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(int, code);
    QFETCH(QByteArray, says);
    const std::string text = body.toStdString();
    const auto error = errorOf(reply(status, text), "GetSecretValue");
    QCOMPARE(int(error.code), code);
    QVERIFY2(error.what.find(says.toStdString()) != std::string::npos, error.what.c_str());
    QCOMPARE(int(parseRead(reply(status, text)).error().code), code);
}

void TestAws::refusesNames()
{
    QVERIFY(checkName("holysheep/k_01").has_value());
    QVERIFY(checkName("holysheep/auto-rotate-20261122-073413").has_value());
    QVERIFY(checkName("holysheep/a.b@c=d+e").has_value());
    for (const std::string name : {"", "a b", "ü", "a//b", "a/"})
        QCOMPARE(int(checkName(name).error().code), int(Errc::invalidInput));
    QVERIFY(!checkName(std::string(513, 'a')).has_value());
}

void TestAws::survivesDamage()
{
    const std::string whole =
        R"({"ARN":"a","Name":"n","VersionId":"v","SecretString":"{\"api_key\":\"k\"}","VersionStages":["AWSCURRENT"],"CreatedDate":1.6E9})";
    test::feedDamaged(whole, [](std::string_view text) {
        (void)parseRead(reply(200, text));
        (void)parseDescribe(reply(200, text));
        (void)parseList(reply(200, text));
        (void)errorOf(reply(400, text), "x");
    });
}

DROVER_TEST(TestAws)
#include "TestAws.moc"
