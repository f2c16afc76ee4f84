// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/routing/Tokens.h"
#include "support/Damage.h"
#include "support/TestMain.h"

using namespace drover;

class TestTokens : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void mintedTokensLookRightAndDiffer()
    {
        const auto one = mintToken("ci", WallTime{});
        const auto two = mintToken("ci", WallTime{});
        QVERIFY(!one.token.equals(two.token));
        one.token.reveal([&](std::string_view token) {
            QVERIFY(looksLikeToken(token));
            QCOMPARE(tokenHash(token), one.record.sha256);
        });
        QCOMPARE(one.record.sha256.size(), std::size_t{64});
    }
    void otherTextsAreNoTokens()
    {
        const std::string good = "drv_" + std::string(43, 'a');
        QVERIFY(looksLikeToken(good));
        for (const auto& bad : {std::string(), good + "a", good.substr(1), "sk-" + good, "drv_" + std::string(42, 'a') + "+"})
            QVERIFY2(!looksLikeToken(bad), bad.c_str());
    }
    void theFileRoundTrips()
    {
        ClientTokens tokens;
        auto minted = mintToken("load \"client\"", parseTime("2026-11-22T07:34:13.000Z").value());
        minted.record.models = {"gpt-4.1", "claude"};
        minted.record.requestsPerMinute = 600;
        minted.record.expires = parseTime("2027-01-01T00:00:00.000Z").value();
        tokens.emplace(minted.record.sha256, minted.record);
        const std::string text = writeTokens(tokens);
        minted.token.reveal([&](std::string_view token) { QVERIFY(text.find(token) == std::string::npos); });
        const auto read = parseTokens(text);
        QVERIFY(read.has_value());
        QCOMPARE(writeTokens(*read), text);
        const auto& token = read->at(minted.record.sha256);
        QCOMPARE(token.name, std::string("load \"client\""));
        QCOMPARE(token.models.size(), std::size_t{2});
        QCOMPARE(token.requestsPerMinute, 600U);
        QVERIFY(token.expires.has_value());
        test::feedDamaged(text, [](std::string_view damaged) { (void)parseTokens(damaged).has_value(); });
    }
    void unknownFieldsStay()
    {
        const std::string hash(64, 'a');
        const auto read = parseTokens(R"({"format":1,"note":"by hand","tokens":[{"name":"ci","sha256":")" + hash +
                                      R"(","team":{"id":7},"models":[]}],"revoked":[1]})");
        QVERIFY(read.has_value());
        QCOMPARE(read->at(hash).extra, std::string(R"({"team":{"id":7}})"));
        QCOMPARE(read->extra, std::string(R"({"note":"by hand","revoked":[1]})"));
        // As revoking another token rewrites it.
        auto changed = *read;
        changed.emplace(std::string(64, 'b'), ClientToken{});
        changed.erase(std::string(64, 'b'));
        const std::string text = writeTokens(changed);
        QVERIFY(text.ends_with(R"(,"created":"1970-01-01T00:00:00.000Z","team":{"id":7}}],"note":"by hand","revoked":[1]})"));
        QVERIFY(*parseTokens(text) == *read);
    }
    void errorsNameTheToken()
    {
        QCOMPARE(parseTokens(R"({"format":2,"tokens":[]})").error().where, std::string("format"));
        QCOMPARE(parseTokens(R"({"tokens":[{"name":"a","sha256":"zz"}]})").error().where, std::string("tokens[0].sha256"));
        QCOMPARE(parseTokens(R"({"tokens":{}})").error().where, std::string("tokens"));
        QVERIFY(parseTokens("{}").value().empty());
    }
};

DROVER_TEST(TestTokens)
#include "TestTokens.moc"
