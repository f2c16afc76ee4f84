// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/config/VendorConfig.h"
#include "support/Secrets.h"
#include "support/TestMain.h"

using namespace drover;
using drover::test::plain;

class TestVendorConfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsTheKeyWhereverItLikelyIs_data();
    void findsTheKeyWhereverItLikelyIs();
    void readsWhatStandsBesideAKey();
    void oneKeyOfEachObject();
    void refusesWhatIsNoSettingsFile_data();
    void refusesWhatIsNoSettingsFile();
};

void TestVendorConfig::findsTheKeyWhereverItLikelyIs_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("fields");
    QTest::newRow("api_key") << QByteArray(R"({"api_key":"cr_a","model":"gpt"})") << "api_key";
    QTest::newRow("apiKey") << QByteArray(R"({"apiKey":"cr_a"})") << "apiKey";
    QTest::newRow("the variable's name") << QByteArray(R"({"HOLYSHEEP_API_KEY":"cr_a"})") << "HOLYSHEEP_API_KEY";
    QTest::newRow("inside") << QByteArray(R"({"holysheep":{"key":"cr_a"},"auth":{"apiKey":"cr_b"}})") << "holysheep.key auth.apiKey";
    QTest::newRow("profiles") << QByteArray(R"({"profiles":{"work":{"api_key":"cr_a"},"home":{"api_key":"cr_b"}}})")
                              << "profiles.work.api_key profiles.home.api_key";
    QTest::newRow("a list") << QByteArray(R"({"keys":[{"api_key":"cr_a"},"cr_b",7,null]})") << "keys[0].api_key keys[1]";
    QTest::newRow("named keys") << QByteArray(R"({"keys":{"main":"cr_a"}})") << "keys.main";
    QTest::newRow("none") << QByteArray(R"({"base_url":"https://api.holysheep.ai","api_key":null,"profiles":{"x":"y"}})") << "";
    QTest::newRow("not yet set") << QByteArray(R"({"api_key":""})") << "";
}

void TestVendorConfig::findsTheKeyWhereverItLikelyIs()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, fields);
    const auto keys = parseVendorConfig(json.toStdString(), "config.json");
    QVERIFY(keys.has_value());
    QStringList found;
    for (const VendorKey& key : *keys) {
        found << QString::fromStdString(key.field);
        QVERIFY(plain(key.key).starts_with("cr_"));
    }
    QCOMPARE(found.join(QLatin1Char(' ')), fields);
}

void TestVendorConfig::readsWhatStandsBesideAKey()
{
    const auto keys = parseVendorConfig(R"({"keys":[{"key_id":"k_7","label":"batch","api_key":"cr_a","created_at":"2026-11-01T00:00:00Z",)"
                                        R"("expiresAt":"soon"}]})",
                                        "config.json");
    QVERIFY(keys.has_value());
    QCOMPARE(keys->size(), std::size_t(1));
    const VendorKey& key = keys->front();
    QCOMPARE(key.id, std::string("k_7"));
    QCOMPARE(key.name, std::string("batch"));
    QCOMPARE(formatDate(key.createdAt.value()), std::string("2026-11-01"));
    QVERIFY(!key.expiresAt.has_value()); // no moment: it is left out, and hinders nothing
}

void TestVendorConfig::oneKeyOfEachObject()
{
    const auto keys = parseVendorConfig(R"({"apiKey":"cr_a","api_key":"cr_b"})", "config.json");
    QVERIFY(keys.has_value());
    QCOMPARE(keys->size(), std::size_t(1));
    QCOMPARE(plain(keys->front().key), std::string("cr_b"));
}

void TestVendorConfig::refusesWhatIsNoSettingsFile_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("where");
    QTest::newRow("no JSON") << QByteArray("HOLYSHEEP_API_KEY=cr_planted") << "config.json";
    QTest::newRow("empty") << QByteArray("") << "config.json";
    QTest::newRow("a list") << QByteArray(R"(["cr_planted"])") << "config.json";
    QTest::newRow("a number") << QByteArray(R"({"profiles":{"work":{"api_key":17}},"x":"cr_planted"})") << "profiles.work.api_key";
}

void TestVendorConfig::refusesWhatIsNoSettingsFile()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, where);
    const auto keys = parseVendorConfig(json.toStdString(), "config.json");
    QVERIFY(!keys.has_value());
    QCOMPARE(keys.error().code, Errc::invalidInput);
    QVERIFY2(keys.error().where.find(where.toStdString()) != std::string::npos, keys.error().where.c_str());
    QVERIFY(keys.error().what.find("planted") == std::string::npos);
}

DROVER_TEST(TestVendorConfig)
#include "TestVendorConfig.moc"
