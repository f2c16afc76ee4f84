// SPDX-License-Identifier: Apache-2.0
// What the gateway refuses by itself, and that the log says so.
#include <QTest>

#include "Stage.h"
#include "support/RawSocket.h"
#include "support/TestMain.h"

#include <algorithm>
#include <filesystem>

using namespace drover;
using drover::test::Answer;
using drover::test::eventually;
using drover::test::RawSocket;
using drover::test::Stage;

namespace {

std::uint16_t portOf(Stage& stage)
{
    const std::string url = stage.gateway->listenUrl();
    return std::uint16_t(std::stoi(url.substr(url.rfind(':') + 1)));
}

// The status of a request as it stands, with the stage's token.
std::string statusOf(Stage& stage, const std::string& method, const std::string& target)
{
    std::string token;
    stage.token.token.reveal([&](std::string_view bytes) { token = bytes; });
    RawSocket client(portOf(stage));
    const bool asked = client.send(method + " " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer " + token +
                                   "\r\nContent-Length: 0\r\n\r\n");
    return asked && client.readToEnd() ? client.received.substr(9, 3) : std::string();
}

std::string form(const std::string& field, const std::string& model)
{
    return "--b\r\nContent-Disposition: form-data; " + field + "\r\n\r\n" + model + "\r\n--b--\r\n";
}

} // namespace

class TestRefusals final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // A client's token must not reach what manages the provider's account, by whatever spelling.
    void theProvidersAccountIsOutOfReach()
    {
        Stage stage;
        QVERIFY(stage.start().has_value());
        for (const std::string path :
             {"/v1/keys", "/v1/KEYS", "/v1/keys/k_1", "/v1/%6beys", "/v1//keys", "/v1/config/revert", "/v1/organization/projects",
              "/v1/organizations/me", "/v1/files/../keys", "/v1/files/.", "/v1/files/..", "/v1/files/%2e%2e/keys", "/v1/files/%2E./keys",
              "/v1/files%2fkeys", "/v1/files/..%2Fkeys", "/v1/files/..%5Ckeys", "/v1/files/a\\b", "/v1/files/%252e%252e/keys",
              "/v1/keys;x=1", "/v1/files/a%00", "/v1/files/%", "/v1/files/%4", "/v1/", "/v2/files"})
            QCOMPARE(path + " " + statusOf(stage, "POST", path), path + " 404");
        for (const std::string method : {"TRACE", "CONNECT", "OPTIONS", "PROPFIND"})
            QCOMPARE(method + " " + statusOf(stage, method, "/v1/files"), method + " 405");
        QCOMPARE(stage.on([&] { return stage.legacy->requests; }), std::uint64_t(0));
        for (const std::string path :
             {"/v1/files", "/v1/models/ft:gpt-4.1:org::id", "/v1/models/a%3Ab", "/v1/files/", "/v1/files/a..b?x=%2f..", "/v1/files/keys"})
            QCOMPARE(path + " " + statusOf(stage, "DELETE", path), path + " 200");
    }

    void aRevokedTokenHoldsNoLonger()
    {
        Stage stage;
        QVERIFY(stage.start().has_value());
        QCOMPARE(stage.chat("u").status.value(), 200);
        stage.writeTokens({});
        QVERIFY(eventually([&] { return stage.chat("u").status.value() == 401; }));
        const Answer messages = stage.post("/v1/messages", "{}");
        QCOMPARE(messages.status.value(), 401);
        QVERIFY(messages.body.find("authentication_error") != std::string::npos);
    }

    void vanishedTokensLeaveTheLast()
    {
        Stage stage;
        QVERIFY(stage.start().has_value());
        std::filesystem::remove(stage.root / "gateway" / "tokens.json");
        QVERIFY(eventually([&] {
            return stage.on([&] { return std::ranges::any_of(stage.logged, [](const auto& line) { return line.find("the file is gone") != std::string::npos; }); });
        }));
        QCOMPARE(stage.chat("u").status.value(), 200);
        stage.writeTokens({});
        QVERIFY(eventually([&] { return stage.chat("u").status.value() == 401; }));
    }

    void tokensHaveAScope()
    {
        Stage stage;
        auto record = stage.token.record;
        record.models = {"gpt-4.1"};
        record.requestsPerMinute = 2;
        stage.writeTokens({record});
        QVERIFY(stage.start().has_value());
        QCOMPARE(stage.post("/v1/chat/completions", "{\"model\":\"other\"}").status.value(), 403);
        QCOMPARE(stage.chat("u").status.value(), 200);
        QCOMPARE(stage.chat("u").status.value(), 200);
        QCOMPARE(stage.chat("u").status.value(), 429);
    }

    void aTokensModelsHoldWhereverABodyNamesOne()
    {
        Stage stage;
        auto record = stage.token.record;
        record.models = {"gpt-4.1"};
        stage.writeTokens({record});
        QVERIFY(stage.start().has_value());
        for (const std::string& body :
             {std::string(R"({"model":"other","training_file":"file-1"})"), std::string(R"({"model":"other","model":"gpt-4.1"})"),
              std::string(R"({"requests":[{"custom_id":"a","params":{"model":"gpt-4.1"}},{"params":{"model":"other"}}]})"),
              form("name=\"model\"", "other"), form("name=model", "other")})
            QCOMPARE(body + std::to_string(stage.post("/v1/fine_tuning/jobs", body).status.value()), body + "403");
        for (const std::string& body : {std::string(R"({"model":"gpt-4.1"})"), std::string(R"({"purpose":"x"})"), form("name=\"model\"", "gpt-4.1")})
            QCOMPARE(body + std::to_string(stage.post("/v1/fine_tuning/jobs", body).status.value()), body + "200");
        QCOMPARE(stage.on([&] { return stage.legacy->requests; }), std::uint64_t(3));
    }

    // One line for each request of a client, also for what we refuse, and for what the server refuses by itself.
    void everyRefusalHasItsLine()
    {
        Stage stage;
        auto record = stage.token.record;
        record.models = {"gpt-4.1"};
        record.requestsPerMinute = 1;
        stage.writeTokens({record});
        QVERIFY(stage.start().has_value());
        QCOMPARE(stage.chat("u").status.value(), 200);
        QCOMPARE(stage.chat("u").status.value(), 429);
        QCOMPARE(stage.post("/v1/chat/completions", "{\"model\":\"other\"}").status.value(), 403);
        QCOMPARE(stage.post("/v1/messages", "{}", "drv_wrong").status.value(), 401);
        QCOMPARE(stage.post("/v1/keys", "{}").status.value(), 404);
        RawSocket big(portOf(stage));
        QVERIFY(big.send("POST /v1/messages HTTP/1.1\r\nHost: a\r\nX-Request-ID: big-1\r\nContent-Length: 99999999999\r\n\r\n"));
        QVERIFY(big.readToEnd());
        QVERIFY2(big.received.starts_with("HTTP/1.1 413"), big.received.c_str());
        QVERIFY(big.received.find("X-Request-ID: big-1\r\n") != std::string::npos);
        QVERIFY(big.received.find("\"type\":\"request_too_large\"") != std::string::npos);
        RawSocket longHead(portOf(stage));
        QVERIFY(longHead.send("POST /v1/messages HTTP/1.1\r\nHost: a\r\nX: " + std::string(40000, 'x')));
        QVERIFY(longHead.readToEnd());
        QVERIFY2(longHead.received.starts_with("HTTP/1.1 431"), longHead.received.c_str());
        QVERIFY(longHead.received.find("X-Request-ID: ") != std::string::npos);
        QVERIFY(longHead.received.find("\"type\":\"error\"") != std::string::npos);
        stage.stop();
        std::map<int, int> refused;
        for (const auto& text : stage.lines("requests")) {
            const auto line = parseRequestLine(text);
            QVERIFY(line.has_value());
            if (line->status == 200)
                continue;
            ++refused[line->status];
            QCOMPARE(int(line->errorClass), int(ErrorClass::client));
            QVERIFY(text.find("\"target\":null") != std::string::npos);
            QVERIFY(!line->requestId.empty());
        }
        QCOMPARE(refused, (std::map<int, int>{{401, 1}, {403, 1}, {404, 1}, {413, 1}, {429, 1}, {431, 1}}));
    }
};

DROVER_TEST(TestRefusals)
#include "TestRefusals.moc"
