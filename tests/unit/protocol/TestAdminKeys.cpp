// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/anthropic/AdminKeys.h"
#include "protocol/openai/AdminKeys.h"
#include "support/Secrets.h"
#include "support/TestMain.h"

using namespace drover;
using drover::test::plain;

class TestAdminKeys : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void openAiPathsAreEscaped()
    {
        QCOMPARE(openai::mintPath("proj_a"), std::string("organization/projects/proj_a/service_accounts"));
        QCOMPARE(openai::accountsPath("proj_a"), std::string("organization/projects/proj_a/service_accounts?limit=100"));
        QCOMPARE(openai::keysPath("proj_a", "key_1&x"), std::string("organization/projects/proj_a/api_keys?limit=100&after=key_1%26x"));
        QCOMPARE(openai::keyPath("proj_a", "k/../x"), std::string("organization/projects/proj_a/api_keys/k%2F..%2Fx"));
        QCOMPARE(openai::accountBody("a\"b"), std::string("{\"name\":\"a\\\"b\"}"));
    }
    void anAccountComesWithItsKeyOnce()
    {
        std::string body = R"({"object":"organization.project.service_account","id":"svc_acct_abc","name":"auto-rotate-1","role":"member",)"
                           R"("created_at":1711471533,"api_key":{"object":"organization.project.service_account.api_key",)"
                           R"("value":"sk-planted","name":"Secret Key","created_at":1711471533,"id":"key_abc"}})";
        const auto made = openai::readAccountMade(body);
        QVERIFY2(made.has_value(), made.has_value() ? "" : describe(made.error()).c_str());
        QVERIFY(body.empty()); // the key was in it
        QCOMPARE(made->account.id + made->account.name + made->keyId + plain(made->key), std::string("svc_acct_abcauto-rotate-1key_abcsk-planted"));
        QCOMPARE(formatTime(made->account.createdAt), std::string("2024-03-26T16:45:33.000Z"));
    }
    void anAccountWithoutAKeyIsNoKey_data()
    {
        QTest::addColumn<QString>("body");
        for (const char* body : {"", "[]", "{}", R"({"id":"svc_1","name":"n","created_at":1,"api_key":null})",
                                 R"({"id":"","api_key":{"value":"sk-x"}})", R"({"id":"svc_1","api_key":{"value":7}})"})
            QTest::newRow(body) << QString::fromLatin1(body);
    }
    void anAccountWithoutAKeyIsNoKey()
    {
        QFETCH(QString, body);
        std::string text = body.toStdString();
        const auto made = openai::readAccountMade(text);
        QCOMPARE(made.has_value() ? int(Errc::internal) : int(made.error().code), int(Errc::protocol));
    }
    void openAiKeysSayWhoseTheyAreAndWhenTheyWereUsed()
    {
        const auto page = openai::readKeys(
            R"({"object":"list","data":[{"object":"organization.project.api_key","redacted_value":"sk-abc...def","name":"My API Key",)"
            R"("created_at":1711471533,"last_used_at":1711471534,"id":"key_abc","owner":{"type":"user","user":{"id":"user_abc"}}},)"
            R"({"id":"key_b","name":"Secret Key","created_at":1,"last_used_at":null,"owner":{"type":"service_account",)"
            R"("service_account":{"id":"svc_acct_1","name":"auto","created_at":2,"role":"member"}}}],)"
            R"("first_id":"key_abc","last_id":"key_b","has_more":true})");
        QVERIFY(page.has_value());
        QCOMPARE(page->next, std::string("key_b"));
        QVERIFY(!page->items[0].account && page->items[0].lastUsedAt);
        QCOMPARE(page->items[0].hint, std::string("sk-abc...def"));
        QCOMPARE(page->items[1].account->id, std::string("svc_acct_1"));
        QVERIFY(!page->items[1].lastUsedAt);
    }
    void aListThatDoesNotSayHowItGoesOnIsAnError()
    {
        QVERIFY(openai::readAccounts(R"({"data":[],"has_more":false})").value().next.empty());
        QVERIFY(openai::readAccounts(R"({"data":[],"has_more":true})").has_error());
        QVERIFY(openai::readAccounts(R"({"object":"list"})").has_error());
        QVERIFY(anthropic::readKeys(R"({"data":[],"has_more":true})").has_error());
        QVERIFY(anthropic::readKeys(R"({"data":[{"id":"a"}],"has_more":false})").has_error());
    }
    void anthropicKeysHaveAStatus()
    {
        const auto page = anthropic::readKeys(
            R"({"data":[{"id":"apikey_1","created_at":"2024-10-30T23:58:27.427722Z","name":"Developer Key",)"
            R"("partial_key_hint":"sk-ant-api03-R2D...igAA","status":"active","type":"api_key","workspace_id":null},)"
            R"({"id":"apikey_2","status":"frozen"}],"first_id":"apikey_1","has_more":true,"last_id":"apikey_2"})");
        QVERIFY(page.has_value());
        QCOMPARE(page->next, std::string("apikey_2"));
        QCOMPARE(int(page->items[0].status), int(anthropic::KeyStatus::active));
        QCOMPARE(page->items[0].hint, std::string("sk-ant-api03-R2D...igAA"));
        QCOMPARE(int(page->items[1].status), int(anthropic::KeyStatus::unknown));
        QCOMPARE(anthropic::keysPath("apikey_2"), std::string("v1/organizations/api_keys?limit=1000&after_id=apikey_2"));
        QCOMPARE(anthropic::statusBody(anthropic::KeyStatus::inactive), std::string(R"({"status":"inactive"})"));
    }
};

DROVER_TEST(TestAdminKeys)
#include "TestAdminKeys.moc"
