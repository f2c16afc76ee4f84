// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/json/JsonReader.h"
#include "protocol/vault/Vault.h"
#include "support/Damage.h"
#include "support/Secrets.h"
#include "support/TestMain.h"
#include "support/VaultTranscripts.h"

#include <map>

using namespace drover;
using namespace drover::vault;
using drover::test::plain;

namespace {

const Mount two{"secret", KvVersion::two};
const Mount one{"kv1", KvVersion::one};

} // namespace

class TestVault : public QObject {
    Q_OBJECT
private:
    std::map<std::string, test::VaultTranscript> transcripts_;
    Reply reply(const std::string& name) { return transcripts_.at(name).reply(); }

private Q_SLOTS:
    void initTestCase()
    {
        transcripts_ = test::vaultTranscripts();
        QCOMPARE(transcripts_.size(), std::size_t{405});
    }
    void errorsAreToldApart_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const char* code) { QTest::newRow(name) << QString::fromLatin1(name) << QString::fromLatin1(code); };
        for (const char* name : {"no-token", "empty-token", "ui-mounts-no-token", "bad-token", "bad-token-plain", "bad-token-missing-key",
                                 "ui-mounts-bad-token", "token-revoked-use", "token-revoked-lookup-self", "token-revoked-renew-self",
                                 "token-expired-use", "token-expired-renew", "token-one-use-second", "standby-bad-token-forwarded"})
            row(name, "unauthorized");
        for (const char* name : {"policy-read-denied", "policy-write-denied", "policy-delete-denied", "policy-metadata-read-denied",
                                 "policy-list-denied", "policy-create-only-existing", "policy-explicit-deny", "policy-missing-mount-denied",
                                 "ui-mounts-missing-mount", "ui-mounts-policy-denied", "token-create-denied"})
            row(name, "forbidden");
        for (const char* name : {"kv2-cas-0-exists", "kv2-cas-stale", "kv2-cas-future", "kv2-cas-nonzero-new", "kv2-cas-0-after-soft-delete"})
            row(name, "conflict");
        for (const char* name : {"kv2-cas-required-missing", "kv2-write-no-data-key", "kv2-read-control-char", "kv2-list-data-path",
                                 "kv2-v1-path-read", "kv2-v1-path-write", "kv2-v1-path-list", "kv1-write-empty", "kv2-get-on-delete-path"})
            row(name, "invalidInput");
        for (const char* name : {"kv2-read-missing", "kv1-read-missing", "kv2-read-deleted", "kv2-read-destroyed", "kv2-list-missing",
                                 "policy-read-missing-allowed", "kv2-max-versions-read-dropped", "kv1-read-deleted"})
            row(name, "notFound");
        for (const char* name : {"sealed-read", "sealed-read-no-token", "sealed-write", "sealed-lookup-self", "sealed-ui-mounts",
                                 "uninit-read", "sealed-again-read", "sealed-again-bad-token"})
            row(name, "sealed");
        for (const char* name : {"quota-exceeded", "quota-exceeded-write", "quota-exceeded-bad-token", "quota-exceeded-headers",
                                 "quota-global-exceeded", "quota-global-lookup-self"})
            row(name, "rateLimited");
        for (const char* name : {"kv2-upgrade-window-read", "kv2-upgrade-window-write", "audit-down-read", "audit-down-bad-token",
                                 "standby-no-leader", "standby-leader-gone"})
            row(name, "unavailable");
        for (const char* name : {"token-renew-self-root", "token-renew-not-renewable", "token-batch-renew"})
            row(name, "refused");
    }
    void errorsAreToldApart()
    {
        QFETCH(QString, name);
        QFETCH(QString, code);
        const Error error = errorOf(reply(name.toStdString()));
        QCOMPARE(QString::fromLatin1(errcName(error.code).data()), code);
        QVERIFY(!error.what.empty());
        QVERIFY(error.what.find('\n') == std::string::npos);
    }
    void everyFailureHasAnErrorAndNoneIsInternal()
    {
        for (const auto& [name, transcript] : transcripts_)
            if (transcript.status >= 300) {
                const Error error = errorOf(transcript.reply());
                QVERIFY2(error.code != Errc::internal && error.code != Errc::protocol, name.c_str());
            }
    }
    void retryAfterIsPassedOn()
    {
        QVERIFY(errorOf(reply("quota-exceeded-headers")).what.find("3599 s") != std::string::npos);
        QVERIFY(errorOf(reply("quota-exceeded")).what.find("try again in") == std::string::npos);
    }
    void absenceHasThreeShapes()
    {
        const auto missing = parseRead(two, reply("kv2-read-missing"));
        QVERIFY(missing.has_value() && !missing->entry);
        QCOMPARE(missing->version, std::uint64_t{0});
        const auto deleted = parseRead(two, reply("kv2-read-deleted"));
        QVERIFY(deleted.has_value() && !deleted->entry);
        QCOMPARE(deleted->version, std::uint64_t{2});
        QCOMPARE(parseRead(two, reply("kv2-read-destroyed"))->version, std::uint64_t{1});
        QCOMPARE(parseRead(one, reply("kv2-v1-path-read")).error().code, Errc::invalidInput);
        QVERIFY(!parseRead(one, reply("kv1-read-missing"))->entry);
    }
    void entriesOfOthersHaveNoApiKey()
    {
        QCOMPARE(parseRead(two, reply("kv2-read-latest")).error().code, Errc::invalidInput);
        QCOMPARE(parseRead(two, reply("kv2-read-empty-map")).error().code, Errc::invalidInput);
        QCOMPARE(parseRead(two, reply("kv2-read-data-null")).error().code, Errc::protocol);
    }
    void readsWhatItWrote()
    {
        Entry entry;
        entry.value = Secret{"cr_\"0123\"<&>"};
        entry.notes = {{"created_by", "ann"}, {"created_at", "2026-11-22T07:34:13Z"}};
        const auto request = writeRequest(two, "holysheep/k_01", entry, 3, "team/");
        QCOMPARE(request.method, std::string("POST"));
        QCOMPARE(request.path, std::string("/v1/secret/data/holysheep/k_01"));
        const std::string body = plain(request.body);
        QVERIFY(body.starts_with("{\"options\":{\"cas\":3},\"data\":{\"api_key\":"));
        QCOMPARE(request.headers.size(), std::size_t{3});
        // Vault's answer to a read holds the same data, with <, > and & escaped.
        const std::string data = "{\"data\":{\"data\":{\"api_key\":\"cr_\\\"0123\\\"\\u003c\\u0026\\u003e\",\"created_by\":\"ann\",\"n\":7},"
                                 "\"metadata\":{\"version\":4,\"destroyed\":false}}}";
        const auto read = parseRead(two, {200, data, {}});
        QVERIFY(read.has_value() && read->entry);
        QVERIFY(read->entry->value.equals(entry.value));
        QCOMPARE(read->entry->version, std::uint64_t{4});
        QCOMPARE(read->entry->notes.at("created_by"), std::string("ann"));
        QCOMPARE(read->entry->notes.at("n"), std::string("7"));
    }
    void kv1CountsItsVersionsItself()
    {
        Entry entry;
        entry.value = Secret{"cr_0123"};
        const auto request = writeRequest(one, "k", entry, 4);
        QCOMPARE(request.path, std::string("/v1/kv1/k"));
        QCOMPARE(plain(request.body), std::string("{\"api_key\":\"cr_0123\",\"drover_version\":\"5\"}"));
        const auto read = parseRead(one, {200, "{\"data\":" + plain(request.body) + "}", {}});
        QCOMPARE(read->version, std::uint64_t{5});
        QVERIFY(read->entry->notes.empty());
        QCOMPARE(parseRead(one, {200, "{\"data\":{\"api_key\":\"x\"}}", {}})->version, std::uint64_t{1});
        QCOMPARE(*parseWrite(one, reply("kv1-write"), 4), std::uint64_t{5});
    }
    void writesGiveTheNewVersion()
    {
        QCOMPARE(*parseWrite(two, reply("kv2-write-first"), 0), std::uint64_t{1});
        QCOMPARE(*parseWrite(two, reply("kv2-write-second-put"), 1), std::uint64_t{2});
        QCOMPARE(parseWrite(two, reply("kv2-cas-stale"), 1).error().code, Errc::conflict);
        QVERIFY(parseRemove(reply("kv2-metadata-delete")).has_value());
        QVERIFY(parseRemove(reply("kv2-metadata-delete-missing")).has_value());
        QCOMPARE(parseRemove(reply("policy-delete-denied")).error().code, Errc::forbidden);
    }
    void lists()
    {
        const std::vector<std::string> names{"Z", "a", "b", "deleted", "sub"};
        QCOMPARE(*parseList(reply("kv2-list-get")), names);
        QVERIFY(parseList(reply("kv2-list-missing"))->empty());
        QVERIFY(!parseList(reply("kv1-list-get"))->empty());
        QCOMPARE(parseList(reply("policy-list-denied")).error().code, Errc::forbidden);
        QCOMPARE(listRequest(two, "holysheep").path, std::string("/v1/secret/metadata/holysheep?list=true"));
        QCOMPARE(listRequest(one, "holysheep").path, std::string("/v1/kv1/holysheep?list=true"));
    }
    void mounts()
    {
        QCOMPARE(*parseMount(reply("ui-mounts-v2")), two);
        QCOMPARE(parseMount(reply("ui-mounts-v1"))->version, KvVersion::one);
        QCOMPARE(parseMount(reply("ui-mounts-v1-no-options"))->version, KvVersion::one);
        QCOMPARE(parseMount(reply("ui-mounts-not-kv")).error().code, Errc::invalidInput);
        QCOMPARE(parseMount(reply("ui-mounts-missing-mount")).error().code, Errc::forbidden);
        QCOMPARE(mountRequest("secret", "foo").path, transcripts_.at("ui-mounts-v2").path);
    }
    void tokens()
    {
        const auto info = parseLookupSelf(reply("token-lookup-self"));
        QCOMPARE(info->ttl, Duration{3600s});
        QVERIFY(info->renewable);
        QCOMPARE(info->policies.size(), std::size_t{2});
        QCOMPARE(parseLookupSelf(reply("token-lookup-self-root"))->ttl, Duration{0});
        QCOMPARE(*parseRenewSelf(reply("token-renew-self")), Duration{3600s});
        QCOMPARE(*parseRenewSelf(reply("token-renew-over-max")), Duration{120s});
        QCOMPARE(parseRenewSelf(reply("token-batch-renew")).error().code, Errc::refused);
        QCOMPARE(lookupSelfRequest().path, transcripts_.at("token-lookup-self").path);
        QCOMPARE(renewSelfRequest().path, transcripts_.at("token-renew-self").path);
    }
    void healthInEveryState()
    {
        const auto health = [&](const char* name) { return parseHealth(reply(name)).value(); };
        QVERIFY(checkHealth(health("health-active")).has_value());
        QCOMPARE(health("health-active").version, std::string("1.8.0-dev"));
        QVERIFY(checkHealth(health("standby-health")).has_value());
        QVERIFY(health("standby-health").standby);
        QCOMPARE(checkHealth(health("sealed-health")).error().code, Errc::sealed);
        QCOMPARE(checkHealth(health("uninit-health")).error().code, Errc::sealed);
        QVERIFY(!health("uninit-health").initialized);
        QCOMPARE(parseHealth(reply("quota-global-health")).error().code, Errc::rateLimited);
        QCOMPARE(parseHealth({200, "<html>", {}}).error().code, Errc::protocol);
    }
    void pathsAreEscapedAndChecked()
    {
        QCOMPARE(readRequest(two, "dir a/k%+b").path, std::string("/v1/secret/data/dir%20a/k%25%2Bb"));
        for (const char* good : {"k_01", "holysheep/k_01", "a..b", "caf\xC3\xA9"})
            QVERIFY2(checkPath(good).has_value(), good);
        for (const char* bad : {"", "/a", "a/", "a//b", "a/../b", ".", "a.", "a\nb"})
            QVERIFY2(!checkPath(bad).has_value(), bad);
    }
    void damagedAnswersNeverCrash()
    {
        for (const char* name : {"kv2-read-latest", "kv2-list", "ui-mounts-v2", "token-lookup-self", "token-renew-self", "health-active", "kv2-cas-stale"})
            test::feedDamaged(transcripts_.at(name).body, [](std::string_view text) {
                for (const int status : {200, 400, 403, 404, 503}) {
                    const Reply reply{status, text, {}};
                    (void)parseRead(two, reply).has_value();
                    (void)parseRead(one, reply).has_value();
                    (void)parseWrite(two, reply, 1).has_value();
                    (void)parseList(reply).has_value();
                    (void)parseMount(reply).has_value();
                    (void)parseLookupSelf(reply).has_value();
                    (void)parseRenewSelf(reply).has_value();
                    (void)parseHealth(reply).has_value();
                }
            }, 200);
    }
};

DROVER_TEST(TestVault)
#include "TestVault.moc"
