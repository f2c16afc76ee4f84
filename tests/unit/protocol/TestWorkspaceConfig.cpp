// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/config/WorkspaceConfig.h"
#include "support/Damage.h"
#include "support/Files.h"
#include "support/TestMain.h"

using namespace drover;

namespace {

std::string wholeFile()
{
    return test::readData("config/whole.toml");
}

QString whereOf(std::string_view toml)
{
    const auto config = parseConfig(toml, "drover.toml");
    return config.has_value() ? QStringLiteral("(accepted)") : QString::fromStdString(config.error().where);
}

} // namespace

class TestWorkspaceConfig : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTheWholeFile()
    {
        std::vector<std::string> unknown;
        const auto config = parseConfig(wholeFile(), "drover.toml", &unknown);
        QVERIFY2(config.has_value(), config.has_value() ? "" : describe(config.error()).c_str());
        QVERIFY(unknown.empty());
        QCOMPARE(config->name, std::string("checkout"));
        QCOMPARE(config->environment, WorkspaceConfig::Environment::prod);
        QCOMPARE(config->policy, std::string("rehearsal"));
        QCOMPARE(config->targets.at("legacy").openai, std::string("https://api.openai.com/v1"));
        QCOMPARE(config->targets.at("legacy").models.at("small"), std::string("gpt-4.1-mini"));
        QCOMPARE(config->targets.at("legacy").anthropic, std::string());
        QCOMPARE(config->targets.at("holysheep").regions.size(), std::size_t{1});
        QCOMPARE(config->secrets, WorkspaceConfig::SecretBackend::vault);
        QCOMPARE(config->vault.token.kind, SecretRef::Kind::environment);
        QCOMPARE(config->redis.user, std::string("drover"));
        QCOMPARE(config->redis.password, (SecretRef{SecretRef::Kind::store, "redis"}));
        QCOMPARE(parseConfig(writeConfig(*config), "drover.toml")->redis, config->redis);
        QCOMPARE(config->gateway.sticky.size(), std::size_t{2});
        QCOMPARE(config->gateway.bodies, WorkspaceConfig::Bodies::diverged);
        QCOMPARE(config->retention.requestsDays, 7U);
        QCOMPARE(config->retention.evidenceDays, 90U);
    }
    void whoMakesATargetsKeys()
    {
        using Kind = TargetConfig::Issuer::Kind;
        const auto kindOf = [](const char* toml, const char* target = "legacy") {
            const auto config = parseConfig(toml, "drover.toml");
            return config.has_value() ? int(issuerKind(config->targets.at(target))) : -1;
        };
        QCOMPARE(kindOf(""), int(Kind::person));
        QCOMPARE(kindOf("", "holysheep"), int(Kind::holysheep));
        QCOMPARE(kindOf("[targets.eu]\nopenai = \"https://api-euw1.holysheep.ai/v1\"", "eu"), int(Kind::holysheep));
        QCOMPARE(kindOf("[targets.legacy]\nopenai = \"https://api.openai.com/v1\"\n[targets.legacy.issuer]\nproject = \"proj_1\"\n"
                        "admin_key = \"env:OPENAI_ADMIN_KEY\""),
                 int(Kind::openai));
        QCOMPARE(kindOf("[targets.legacy]\nopenai = \"https://relay.example/v1\"\n[targets.legacy.issuer]\nproject = \"proj_1\"\n"
                        "admin_key = \"env:OPENAI_ADMIN_KEY\""),
                 int(Kind::person)); // an admin key goes to no host that is not OpenAI's by itself
        QCOMPARE(kindOf("[targets.legacy]\nanthropic = \"https://api.anthropic.com\"\nissuer = { admin_key = \"secret:admin\" }"),
                 int(Kind::anthropic));
        const auto config = parseConfig("[targets.legacy]\nopenai = \"https://relay.example/v1\"\nissuer = { kind = \"openai\" }", "drover.toml");
        QVERIFY(config.has_value());
        QCOMPARE(issuerKey(config->targets.at("legacy")), (SecretRef{SecretRef::Kind::environment, "OPENAI_ADMIN_KEY"}));
        std::vector<std::string> unknown;
        const auto again = parseConfig(writeConfig(*config), "drover.toml", &unknown);
        QVERIFY(again.has_value() && unknown.empty());
        QVERIFY(again->targets.at("legacy").issuer == config->targets.at("legacy").issuer);
        const QString head = QStringLiteral("[targets.legacy]\nopenai = \"https://a.example/v1\"\n[targets.legacy.issuer]\n");
        QCOMPARE(whereOf((head + QStringLiteral("kind = \"nobody\"")).toStdString()), QStringLiteral("drover.toml:4: targets.legacy.issuer.kind"));
        QCOMPARE(whereOf((head + QStringLiteral("project = \"a/b\"")).toStdString()), QStringLiteral("drover.toml:4: targets.legacy.issuer.project"));
        QCOMPARE(whereOf((head + QStringLiteral("admin_key = \"sk-admin-planted\"")).toStdString()),
                 QStringLiteral("drover.toml:4: targets.legacy.issuer.admin_key"));
    }
    // Acceptance A184-A190.
    void thePlaybooksLimits()
    {
        const auto config = parseConfig("[targets.holysheep]\nopenai = \"https://api.holysheep.ai/v1\"\nlimits = { }", "drover.toml");
        QVERIFY(config.has_value());
        const auto& limits = config->targets.at("holysheep").limits;
        QCOMPARE(limits.of("deepseek-v3.2"), (RateRule{800, 50'000}));
        QCOMPARE(limits.of("gpt-4.1"), (RateRule{2500, 150'000}));
        QCOMPARE(limits.of("claude-sonnet-4.5"), (RateRule{2000, 120'000}));
        QCOMPARE(limits.of("gemini-2.5-flash"), (RateRule{3000, 200'000}));
        QCOMPARE(limits.of("whatever"), (RateRule{1000, 0}));
        QVERIFY(!parseConfig("", "drover.toml")->targets.at("holysheep").limits.any()); // nothing is refused that nobody asked to refuse
    }
    void limitsOfATarget()
    {
        const std::string text = "[targets.legacy]\nopenai = \"https://a.example/v1\"\n[targets.legacy.limits]\nwait = \"5s\"\n"
                                 "others = { requests = 60, tokens = 9000 }\n[targets.legacy.limits.models]\n\"gpt-4.1\" = { requests = 7, tokens = 8 }\n";
        std::vector<std::string> unknown;
        const auto config = parseConfig(text, "drover.toml", &unknown);
        QVERIFY(config.has_value() && unknown.empty());
        const auto& limits = config->targets.at("legacy").limits;
        QCOMPARE(limits.of("gpt-4.1"), (RateRule{7, 8}));
        QCOMPARE(limits.of("deepseek-v3.2"), (RateRule{800, 50'000}));
        QCOMPARE(limits.of("whatever"), (RateRule{60, 9000}));
        QCOMPARE(limits.wait, Duration{5s});
        const auto again = parseConfig(writeConfig(*config), "drover.toml", &unknown);
        QVERIFY(again.has_value() && unknown.empty());
        QVERIFY(again->targets.at("legacy").limits == limits);
        const QString head = QStringLiteral("[targets.legacy]\nopenai = \"https://a.example/v1\"\n[targets.legacy.limits]\n");
        QCOMPARE(whereOf((head + QStringLiteral("defaults = \"all\"")).toStdString()), QStringLiteral("drover.toml:4: targets.legacy.limits.defaults"));
        QCOMPARE(whereOf((head + QStringLiteral("wait = \"61s\"")).toStdString()), QStringLiteral("drover.toml:4: targets.legacy.limits.wait"));
        QCOMPARE(whereOf((head + QStringLiteral("others = { requests = -1 }")).toStdString()), QStringLiteral("drover.toml:4: targets.legacy.limits.others.requests"));
    }
    void anEmptyFileHasBothTargets()
    {
        const auto config = parseConfig("", "drover.toml");
        QVERIFY(config.has_value());
        QCOMPARE(config->targets.at("holysheep").openai, std::string("https://api.holysheep.ai/v1"));
        QCOMPARE(config->targets.at("legacy").openai, std::string("https://api.openai.com/v1"));
        QCOMPARE(config->targets.at("holysheep").regions.size(), std::size_t{4});
    }
    void whatItWritesReadsBack()
    {
        const auto config = parseConfig(wholeFile(), "drover.toml");
        const std::string written = writeConfig(*config);
        std::vector<std::string> unknown;
        const auto again = parseConfig(written, "drover.toml", &unknown);
        QVERIFY2(again.has_value(), again.has_value() ? "" : describe(again.error()).c_str());
        QVERIFY(unknown.empty());
        QCOMPARE(writeConfig(*again), written);
        QCOMPARE(again->targets.at("legacy").models.at("gpt-4.1"), std::string("gpt-4.1"));
        QCOMPARE(again->gateway, config->gateway);
        QCOMPARE(again->vault, config->vault);
    }
    void vaultLoginsReadBack()
    {
        const std::string text = "[vault]\naddress = \"https://v.example\"\nnamespace = \"team/eu\"\nmount = \"kv/\"\nauth = \"approle\"\n"
                                 "auth_mount = \"auth-eu\"\nrole_id = \"r\"\nsecret_id = \"file:wrapped\"\nsecret_id_wrapped = true\n"
                                 "keep_secret_id = \"memory\"\nusername = \"u\"\npassword = \"env:P\"\nrole = \"x\"\njwt = \"env:J\"\n";
        std::vector<std::string> unknown;
        const auto config = parseConfig(text, "drover.toml", &unknown);
        QVERIFY2(config.has_value(), config.has_value() ? "" : describe(config.error()).c_str());
        QVERIFY(unknown.empty());
        QCOMPARE(config->vault.auth, vault::AuthMethod::appRole);
        QCOMPARE(config->vault.mount, std::string("kv"));
        QCOMPARE(config->vault.secretId.kind, SecretRef::Kind::file);
        QVERIFY(config->vault.secretIdWrapped && config->vault.keepInMemory);
        const auto again = parseConfig(writeConfig(*config), "drover.toml", &unknown);
        QVERIFY2(again.has_value(), again.has_value() ? "" : describe(again.error()).c_str());
        QVERIFY(unknown.empty());
        QCOMPARE(again->vault, config->vault);
        const auto person = parseConfig("[vault]\naddress = \"https://v.example\"\nauth = \"oidc\"\ncallback_port = 8251\n", "drover.toml");
        QCOMPARE(person->vault.auth, vault::AuthMethod::oidc);
        QCOMPARE(int(person->vault.callbackPort), 8251);
        QCOMPARE(parseConfig(writeConfig(*person), "drover.toml")->vault, person->vault);
        QCOMPARE(*getConfigValue("[vault]\naddress = \"https://v\"\n", "vault.auth", "drover.toml"), std::string("token"));
    }
    void cloudStoresReadBack()
    {
        const std::string toml = "[secrets]\nstore = \"azure\"\n"
                                 "[aws]\nregion = \"us-east-1\"\nendpoint = \"https://a.example/\"\naccess_key_id = \"AKIA\"\n"
                                 "secret_access_key = \"env:A\"\nsession_token = \"file:t\"\nprefix = \"a/b\"\nca_file = \"c\"\n"
                                 "[gcp]\nproject = \"p\"\ncredentials = \"file:sa.json\"\nendpoint = \"https://g.example\"\n"
                                 "[azure]\nvault_url = \"https://v.vault.azure.net/\"\ntenant = \"t\"\nclient_id = \"c\"\n"
                                 "client_secret = \"env:S\"\nauthority = \"https://login.microsoftonline.us\"\nprefix = \"z\"\n";
        std::vector<std::string> unknown;
        const auto config = parseConfig(toml, "drover.toml", &unknown);
        QVERIFY2(config.has_value(), config.has_value() ? "" : describe(config.error()).c_str());
        QVERIFY(unknown.empty());
        QCOMPARE(config->secrets, WorkspaceConfig::SecretBackend::azure);
        QCOMPARE(config->aws.endpoint, std::string("https://a.example"));
        QCOMPARE(config->aws.secretAccessKey.name, std::string("A"));
        QCOMPARE(config->gcp.prefix, std::string("holysheep"));
        QCOMPARE(config->azure.vaultUrl, std::string("https://v.vault.azure.net"));
        const auto again = parseConfig(writeConfig(*config), "drover.toml", &unknown);
        QVERIFY(again.has_value());
        QVERIFY(unknown.empty());
        QCOMPARE(again->aws, config->aws);
        QCOMPARE(again->gcp, config->gcp);
        QCOMPARE(again->azure, config->azure);
    }
    void unknownKeysAreListed()
    {
        std::vector<std::string> unknown;
        QVERIFY(parseConfig("odd = 1\n[gateway]\nlisten = \"127.0.0.1:1\"\nspeed = \"fast\"\n[other]\na = 1\n"
                            "[targets.legacy]\nopenai = \"https://x.example\"\nregoins = {}\n", "f", &unknown).has_value());
        std::ranges::sort(unknown);
        const std::vector<std::string> expected{"gateway.speed", "odd", "other", "targets.legacy.regoins"};
        QCOMPARE(unknown, expected);
    }
    void errorsNameFileLineAndField_data()
    {
        QTest::addColumn<QString>("toml");
        QTest::addColumn<QString>("where");
        const auto row = [](const char* toml, const char* where) {
            QTest::newRow(toml) << QString::fromLatin1(toml) << QString::fromLatin1(where);
        };
        row("[gateway\n", "drover.toml:1");
        row("\n\na = \n", "drover.toml:3");
        row("[gateway]\nlisten = 8080\n", "drover.toml:2: gateway.listen");
        row("[gateway]\n\nlisten = \"8080\"\n", "drover.toml:3: gateway.listen");
        row("[gateway]\nlisten = \"127.0.0.1:70000\"\n", "drover.toml:2: gateway.listen");
        row("[gateway]\ndefault = \"nobody\"\n", "drover.toml:2: gateway.default");
        row("[gateway]\nsticky = [1]\n", "drover.toml:2: gateway.sticky");
        row("[workspace]\nenvironment = \"test\"\n", "drover.toml:2: workspace.environment");
        row("[workspace]\nsandbox = 1\n", "drover.toml:2: workspace.sandbox");
        row("[workspace]\nsandbox = true\n[targets.legacy]\nopenai = \"https://api.openai.com/v1\"\n",
            "drover.toml:4: targets.legacy.openai");
        row("[workspace]\nsandbox = true\n[targets.legacy]\nopenai = \"http://127.0.0.1:8/v1\"\n",
            "drover.toml:3: targets"); // holysheep's is by default the real one
        row("[workspace]\nsandbox = true\n[targets.legacy]\nopenai = \"http://localhost:8/v1\"\n"
            "regions = {us-east = \"https://127.0.0.1.example.com/v1\"}\n", "drover.toml:5: targets.legacy.regions");
        row("[targets.legacy]\nopenai = \"http://api.openai.com/v1\"\n", "drover.toml:2: targets.legacy.openai");
        row("[targets.legacy]\nopenai = \"ftp://x\"\n", "drover.toml:2: targets.legacy.openai");
        row("[targets.new]\nca_file = \"x\"\n", "drover.toml:1: targets.new.openai");
        row("[targets.a]\nopenai = \"https://x\"\n[targets.a.regions]\nus = \"x\"\n", "drover.toml:3: targets.a.regions");
        row("targets = 3\n", "drover.toml:1: targets");
        row("[vault]\ntoken = \"hvs.plain\"\n", "drover.toml:2: vault.token");
        row("[vault]\ntoken = \"secret:token\"\n", "drover.toml:2: vault.token");
        row("[vault]\nsecret_id = \"planted\"\n", "drover.toml:2: vault.secret_id");
        row("[vault]\npassword = \"planted\"\n", "drover.toml:2: vault.password");
        row("[vault]\njwt = \"secret:jwt\"\n", "drover.toml:2: vault.jwt");
        row("[vault]\nauth = \"cert\"\n", "drover.toml:2: vault.auth");
        row("[vault]\nnamespace = \"a\\r\\nX-Evil: b\"\n", "drover.toml:2: vault.namespace");
        row("[vault]\naddress = \"http://vault.example\"\n", "drover.toml:2: vault.address");
        row("[aws]\nregion = \"US East\"\n", "drover.toml:2: aws.region");
        row("[aws]\nendpoint = \"http://aws.example\"\n", "drover.toml:2: aws.endpoint");
        row("[aws]\nsecret_access_key = \"wJalrX\"\n", "drover.toml:2: aws.secret_access_key");
        row("[aws]\nsession_token = \"secret:in-itself\"\n", "drover.toml:2: aws.session_token");
        row("[aws]\nprefix = \"a b\"\n", "drover.toml:2: aws.prefix");
        row("[gcp]\nproject = \"a/b\"\n", "drover.toml:2: gcp.project");
        row("[gcp]\nprefix = \"a/b\"\n", "drover.toml:2: gcp.prefix");
        row("[gcp]\ncredentials = \"{}\"\n", "drover.toml:2: gcp.credentials");
        row("[azure]\nvault_url = \"http://v.vault.azure.net\"\n", "drover.toml:2: azure.vault_url");
        row("[azure]\nclient_secret = \"abc~def\"\n", "drover.toml:2: azure.client_secret");
        row("[azure]\nauthority = \"login\"\n", "drover.toml:2: azure.authority");
        row("[redis]\nurl = \"redis://redis.example\"\n", "drover.toml:2: redis.url");
        row("[redis]\nurl = \"rediss://redis.example/one\"\n", "drover.toml:2: redis.url");
        row("[redis]\npassword = \"hunter2\"\n", "drover.toml:2: redis.password");
        row("[retention]\nrequests_days = 0\n", "drover.toml:2: retention.requests_days");
        row("[secrets]\nstore = \"paper\"\n", "drover.toml:2: secrets.store");
    }
    void errorsNameFileLineAndField()
    {
        QFETCH(QString, toml);
        QFETCH(QString, where);
        QCOMPARE(whereOf(toml.toStdString()), where);
    }
    void aSandboxHasItsTargetsOnThisMachine()
    {
        for (const char* host : {"http://127.0.0.1:8", "http://localhost", "http://[::1]:8", "https://[::1]", "https://LOCALHOST:443"}) {
            const std::string targets = "[targets.legacy]\nopenai = \"" + std::string(host) + "/v1\"\n[targets.holysheep]\nanthropic = \"" + host + "\"\n";
            const auto config = parseConfig("[workspace]\nsandbox = true\n" + targets, "drover.toml");
            QVERIFY2(config.has_value() && config->sandbox, host);
        }
    }
    void aPastedSecretIsNotRepeated()
    {
        const auto config = parseConfig("[vault]\ntoken = \"hvs.plain\"\n", "drover.toml");
        QVERIFY(describe(config.error()).find("hvs") == std::string::npos);
        QVERIFY(!parseSecretRef("secret:").has_value());
        for (const char* text : {"secret:vault/token", "env:A", "file:/run/x", ""})
            QCOMPARE(writeSecretRef(*parseSecretRef(text)), std::string(text));
    }
    void secretsInUrlsAreRefusedAndNotRepeated_data()
    {
        QTest::addColumn<QString>("toml");
        QTest::addColumn<QString>("where");
        const auto row = [](const char* toml, const char* where) {
            QTest::newRow(toml) << QString::fromLatin1(toml) << QString::fromLatin1(where);
        };
        const char* const proxy = "drover.toml:3: targets.a.http_proxy";
        row("[targets.a]\nopenai = \"https://x\"\nhttp_proxy = \"http://hunter:hunter2@proxy:3128\"\n", proxy);
        row("[targets.a]\nopenai = \"https://x\"\nhttp_proxy = \"http://hunter2@proxy:3128\"\n", proxy);
        row("[targets.a]\nopenai = \"https://x\"\nhttp_proxy = \"http://hunter:hunter/2@proxy:3128\"\n", proxy);
        row("[targets.a]\nopenai = \"https://x\"\nhttp_proxy = \"http://proxy:3128/?auth=hunter2\"\n", proxy);
        row("[targets.a]\nopenai = \"https://x\"\nhttp_proxy = \"hunter:hunter2@proxy:3128\"\n", proxy);
        row("[targets.a]\nopenai = \"https://hunter:hunter2@x/v1\"\n", "drover.toml:2: targets.a.openai");
        row("[targets.a]\nopenai = \"https://x/v1?api_key=hunter2\"\n", "drover.toml:2: targets.a.openai");
        row("[targets.a]\nopenai = \"ftp://x/v1?api_key=hunter2\"\n", "drover.toml:2: targets.a.openai");
        row("[targets.a]\nanthropic = \"https://x/#hunter2\"\n", "drover.toml:2: targets.a.anthropic");
        row("[targets.a]\nopenai = \"https://x\"\nregions = {us = \"https://y?k=hunter2\"}\n", "drover.toml:3: targets.a.regions");
        row("[targets.a]\nopenai = \"https://x\"\nregions = {us = \"https://k:hunter2@y\"}\n", "drover.toml:3: targets.a.regions.us");
        row("[vault]\naddress = \"https://vault.example?token=hunter2\"\n", "drover.toml:2: vault.address");
        row("[redis]\nurl = \"rediss://:hunter2@redis.example:6379/0\"\n", "drover.toml:2: redis.url");
        row("[redis]\nurl = \"rediss://redis.example:6379/0?password=hunter2\"\n", "drover.toml:2: redis.url");
        row("[notify.mail]\nkind = \"smtp\"\n\nurl = \"smtps://me:hunter2@mail.example\"\n", "drover.toml:4: notify.mail.url");
        row("[odd]\nlist = [1, \"amqp://me:hunter2@x\"]\n", "drover.toml:2: odd.list[2]");
    }
    void secretsInUrlsAreRefusedAndNotRepeated()
    {
        QFETCH(QString, toml);
        QFETCH(QString, where);
        const auto config = parseConfig(toml.toStdString(), "drover.toml");
        QVERIFY(!config.has_value());
        QCOMPARE(config.error().code, Errc::invalidInput);
        QCOMPARE(QString::fromStdString(config.error().where), where);
        QVERIFY2(describe(config.error()).find("hunter") == std::string::npos, describe(config.error()).c_str());
        // Nothing that stands in such a file is printed either.
        QVERIFY(!getConfigValue(toml.toStdString(), "targets.a.http_proxy", "drover.toml").has_value());
    }
    void whatOnlyLooksLikeASecretInAUrlStays()
    {
        const auto config = parseConfig("[targets.a]\nopenai = \"https://x/@team/v1\"\nhttp_proxy = \"http://proxy.example:3128/\"\n"
                                        "[notify.mail]\nto = \"me@example.com\"\nurl = \"https://x/a?to=me@example.com\"\n", "f");
        QVERIFY2(config.has_value(), config.has_value() ? "" : describe(config.error()).c_str());
        QCOMPARE(config->targets.at("a").openai, std::string("https://x/@team/v1"));
        QCOMPARE(config->targets.at("a").httpProxy, std::string("http://proxy.example:3128/"));
        const auto refused = setConfigValue("", "targets.legacy.http_proxy", "http://hunter:hunter2@proxy", "f");
        QVERIFY(describe(refused.error()).find("cannot be used yet") != std::string::npos);
        QVERIFY(describe(refused.error()).find("hunter") == std::string::npos);
    }
    void damagedFilesNeverCrash()
    {
        test::feedDamaged(wholeFile(), [](std::string_view text) {
            std::vector<std::string> unknown;
            const auto config = parseConfig(text, "drover.toml", &unknown);
            if (config.has_value())
                QVERIFY(parseConfig(writeConfig(*config), "drover.toml").has_value());
        }, 1000);
    }
};

DROVER_TEST(TestWorkspaceConfig)
#include "TestWorkspaceConfig.moc"
