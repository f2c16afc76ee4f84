// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/cloud/SigV4.h"
#include "protocol/json/JsonReader.h"
#include "protocol/routing/Base64.h"
#include "support/Files.h"
#include "support/TestMain.h"

#include <algorithm>
#include <sstream>

using namespace drover;
using namespace drover::aws;

namespace {

// What a vector's request is made of. The last header may be folded over several lines.
struct Parsed {
    std::string method, target, body;
    std::vector<std::pair<std::string, std::string>> headers;
    Signable signable() const { return {method, target, headers, body}; }
};

Parsed parsed(const std::string& text)
{
    Parsed made;
    const auto end = text.find("\n\n");
    made.body = end == std::string::npos ? std::string() : text.substr(end + 2);
    std::istringstream lines(text.substr(0, end));
    std::string line;
    std::getline(lines, line);
    const auto first = line.find(' '), last = line.rfind(' ');
    made.method = line.substr(0, first);
    made.target = line.substr(first + 1, last - first - 1);
    while (std::getline(lines, line)) {
        const auto colon = line.find(':');
        if (line.starts_with(' '))
            made.headers.back().second += "\n" + line;
        else if (!line.empty())
            made.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
    }
    return made;
}

const SigningKey suiteKey{"AKIDEXAMPLE", "us-east-1", "service"};
constexpr auto suiteSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr auto suiteDate = "20150830T123600Z";

} // namespace

class TestSigV4 : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyCaseOfTheSuite_data();
    void everyCaseOfTheSuite();
    void theVectorOfTheDocumentation();
    void aCallOfSecretsManager();
    void writesItsDate();
};

void TestSigV4::everyCaseOfTheSuite_data()
{
    QTest::addColumn<QByteArray>("json");
    std::istringstream lines(test::readData("sigv4/vectors.jsonl"));
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        const auto object = parseJsonObject(line).value();
        JsonFields fields{object};
        QTest::newRow(fields.text("name").c_str()) << QByteArray::fromStdString(line);
    }
    QCOMPARE(count, 34);
}

void TestSigV4::everyCaseOfTheSuite()
{
    QFETCH(QByteArray, json);
    const auto object = parseJsonObject(json.toStdString()).value();
    JsonFields fields{object};
    Parsed request = parsed(fields.text("req"));
    // One case leaves it to the signer to add the session's token.
    if (fields.text("name") == "get-vanilla-with-session-token") {
        for (const auto& [name, value] : parsed(fields.text("sreq")).headers)
            if (name == "X-Amz-Security-Token")
                request.headers.emplace_back(name, value);
        QCOMPARE(request.headers.size(), std::size_t{3});
    }
    const auto canonical = canonicalRequest(request.signable());
    QCOMPARE(canonical, fields.text("creq"));
    QCOMPARE(stringToSign(suiteKey, suiteDate, canonical), fields.text("sts"));
    QCOMPARE(authorization(suiteKey, Secret{suiteSecret}, suiteDate, request.signable()), fields.text("authz"));
}

void TestSigV4::theVectorOfTheDocumentation()
{
    const SigningKey key{"AKIDEXAMPLE", "us-east-1", "iam"};
    const auto derived = signingKey(key, Secret{suiteSecret}, "20150830");
    QCOMPARE(derived.reveal([](std::string_view bytes) { return toHex(bytes); }),
             std::string("c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"));
    const Signable listUsers{"GET",
                             "/?Action=ListUsers&Version=2010-05-08",
                             {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                              {"Host", "iam.amazonaws.com"},
                              {"X-Amz-Date", suiteDate}},
                             {}};
    const auto canonical = canonicalRequest(listUsers);
    QCOMPARE(toHex(sha256(canonical)), std::string("f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"));
    QVERIFY(authorization(key, Secret{suiteSecret}, suiteDate, listUsers)
                .ends_with("Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"));
}

void TestSigV4::aCallOfSecretsManager()
{
    const SigningKey key{"AKIDEXAMPLE", "us-east-1", "secretsmanager"};
    const Signable get{"POST",
                       "/",
                       {{"host", "secretsmanager.us-east-1.amazonaws.com"},
                        {"x-amz-target", "secretsmanager.GetSecretValue"},
                        {"x-amz-date", suiteDate},
                        {"content-type", "application/x-amz-json-1.1"}},
                       R"({"SecretId":"holysheep/key-1"})"};
    QCOMPARE(authorization(key, Secret{suiteSecret}, suiteDate, get),
             std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/secretsmanager/aws4_request, "
                         "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
                         "Signature=a0ae58a94a4ea4e9ca837014d938a9b2f06c9f4e9a23aba7cedd0de12eb16edf"));
}

void TestSigV4::writesItsDate()
{
    QCOMPARE(amzDate(parseTime("2015-08-30T12:36:00.999Z").value()), std::string(suiteDate));
}

DROVER_TEST(TestSigV4)
#include "TestSigV4.moc"
