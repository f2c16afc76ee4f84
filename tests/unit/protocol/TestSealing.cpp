// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/routing/Base64.h"
#include "protocol/routing/Sealing.h"
#include "support/Damage.h"
#include "support/TestMain.h"

using namespace drover;

namespace {

std::string plainOf(const Secret& secret)
{
    return secret.reveal([](std::string_view bytes) { return std::string(bytes); });
}

std::vector<Kek> ring(Kek kek)
{
    std::vector<Kek> keks;
    keks.push_back(std::move(kek));
    return keks;
}

} // namespace

class TestSealing : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void opensWhatItSealed()
    {
        auto kek = makeKek();
        const auto sealed = sealKey(kek, "w_1", "k_01", {"api.holysheep.ai", "127.0.0.1:9000"}, Secret{"cr_abcdef"});
        const auto keks = ring(std::move(kek));
        const auto opened = openKey(keks, "w_1", "k_01", sealed);
        QVERIFY(opened.has_value());
        QCOMPARE(plainOf(*opened), std::string("cr_abcdef"));
        QVERIFY(sealed.sealed.find("cr_abcdef") == std::string::npos);
    }
    void refusesAnythingThatWasChanged()
    {
        auto kek = makeKek();
        const std::string id = kek.id;
        const auto sealed = sealKey(kek, "w_1", "k_01", {"api.holysheep.ai"}, Secret{"cr_abcdef"});
        const auto keks = ring(std::move(kek));
        const auto refused = [&](std::string_view workspace, std::string_view keyId, const SealedKey& value) {
            const auto opened = openKey(keks, workspace, keyId, value);
            return opened.has_value() ? Errc::internal : opened.error().code;
        };
        QCOMPARE(refused("w_2", "k_01", sealed), Errc::invalidInput);
        QCOMPARE(refused("w_1", "k_02", sealed), Errc::invalidInput);
        auto otherHost = sealed;
        otherHost.hosts = {"evil.example"};
        QCOMPARE(refused("w_1", "k_01", otherHost), Errc::invalidInput);
        auto otherKek = sealed;
        otherKek.kek = "kek_other";
        QCOMPARE(refused("w_1", "k_01", otherKek), Errc::notFound);
        auto bytes = *fromBase64(sealed.sealed);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = char(bytes[i] ^ 1);
            QCOMPARE(refused("w_1", "k_01", {id, sealed.hosts, toBase64(bytes)}), Errc::invalidInput);
            bytes[i] = char(bytes[i] ^ 1);
        }
        QCOMPARE(refused("w_1", "k_01", {id, sealed.hosts, "not base64!"}), Errc::invalidInput);
        QCOMPARE(refused("w_1", "k_01", {id, sealed.hosts, ""}), Errc::invalidInput);
    }
    void kekLinesRoundTrip()
    {
        const auto one = makeKek();
        const auto two = makeKek();
        QVERIFY(one.id != two.id);
        const std::string text = plainOf(writeKekLine(one)) + "\r\n" + plainOf(writeKekLine(two));
        const auto read = parseKekLines(Secret{text});
        QVERIFY(read.has_value());
        QCOMPARE(read->size(), std::size_t{2});
        QVERIFY((*read)[1].key.equals(two.key));
        QCOMPARE((*read)[0].id, one.id);
    }
    void badKekLinesNameTheLineAndNotTheKey()
    {
        const std::string good = plainOf(writeKekLine(makeKek()));
        const auto bad = parseKekLines(Secret{good + "kek_2 c2hvcnQ=\n"});
        QVERIFY(!bad.has_value());
        QCOMPARE(bad.error().where, std::string("line 2"));
        QVERIFY(bad.error().what.find("c2hvcnQ") == std::string::npos);
        QVERIFY(!parseKekLines(Secret{""}).has_value());
        QVERIFY(!parseKekLines(Secret{"kek_1\n"}).has_value());
    }
    void theKeyFileRoundTrips()
    {
        const SealedKeys keys{{"k_01", {"kek_a", {"api.holysheep.ai"}, "AAAA"}}, {"k_02", {"kek_a", {}, "BBBB"}}};
        const std::string text = writeSealedKeys(keys);
        QCOMPARE(text, std::string(R"({"k_01":{"v":1,"kek":"kek_a","hosts":["api.holysheep.ai"],"sealed":"AAAA"},)"
                                   R"("k_02":{"v":1,"kek":"kek_a","hosts":[],"sealed":"BBBB"}})"));
        QCOMPARE(*parseSealedKeys(text), keys);
        QCOMPARE(parseSealedKeys(R"({"k_01":{"v":2}})").error().where, std::string("k_01.v"));
        QCOMPARE(parseSealedKeys(R"({"k_01":7})").error().where, std::string("k_01"));
        test::feedDamaged(text, [](std::string_view damaged) { (void)parseSealedKeys(damaged).has_value(); });
    }
    void unknownFieldsOfAKeyStay()
    {
        const std::string text = R"({"k_01":{"v":1,"kek":"kek_a","hosts":[],"sealed":"AAAA","label":"first","n":[1,{"a":null}]}})";
        const auto keys = parseSealedKeys(text);
        QVERIFY(keys.has_value());
        QCOMPARE(keys->at("k_01").extra, std::string(R"({"label":"first","n":[1,{"a":null}]})"));
        QCOMPARE(writeSealedKeys(*keys), text);
    }
    void hostsOfUrls_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("host"); // empty = refused
        const auto row = [](const char* url, const char* host) {
            QTest::newRow(url) << QString::fromLatin1(url) << QString::fromLatin1(host);
        };
        row("https://api.holysheep.ai/v1", "api.holysheep.ai");
        row("https://API.HolySheep.ai:443/v1?x", "api.holysheep.ai");
        row("https://relay.example:8443", "relay.example:8443");
        row("https://relay.example:0443", "relay.example");
        row("http://127.0.0.1:9000/v1", "127.0.0.1:9000");
        row("http://localhost", "localhost:80");
        row("http://[::1]:9000/v1", "[::1]:9000");
        row("http://api.holysheep.ai/v1", "");
        row("http://127.evil.example/v1", "");
        row("http://127.0.0.1.evil.example/v1", "");
        row("https://user:pass@api.holysheep.ai", "");
        row("ftp://user:pass@api.holysheep.ai", "");
        row("https://user:pass/word@api.holysheep.ai", "");
        row("http://api.holysheep.ai/v1?key=hidden", "");
        row("https://", "");
        row("https://host:0", "");
        row("https://host:99999", "");
        row("https://host:12x", "");
        row("https://[::1", "");
        row("https://two words", "");
        row("ftp://host", "");
        row("api.holysheep.ai", "");
    }
    void hostsOfUrls()
    {
        QFETCH(QString, url);
        QFETCH(QString, host);
        const auto found = hostOfUrl(url.toStdString());
        QCOMPARE(found.has_value() ? QString::fromStdString(*found) : QString(), host);
        if (!found.has_value())
            for (const char* secret : {"user", "pass", "hidden"})
                QVERIFY2(found.error().where.find(secret) == std::string::npos, found.error().where.c_str());
    }
    void fingerprintsAreStableAndShort()
    {
        // printf 'drover key|cr_abcdef' | sha256sum
        QCOMPARE(fingerprintOf(Secret{"cr_abcdef"}), toHex(sha256("drover key|cr_abcdef")).substr(0, 16));
        QVERIFY(fingerprintOf(Secret{"cr_abcdef"}) != fingerprintOf(Secret{"cr_abcdeg"}));
        QCOMPARE(toHex(sha256("abc")), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }
};

DROVER_TEST(TestSealing)
#include "TestSealing.moc"
