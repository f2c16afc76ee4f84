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
        QCOMPARE(config->gateway.sticky.size(), std::size_t{2});
        QCOMPARE(config->gateway.bodies, WorkspaceConfig::Bodies::diverged);
        QCOMPARE(config->retention.requestsDays, 7U);
        QCOMPARE(config->retention.evidenceDays, 90U);
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
        row("[targets.legacy]\nopenai = \"http://api.openai.com/v1\"\n", "drover.toml:2: targets.legacy.openai");
        row("[targets.legacy]\nopenai = \"ftp://x\"\n", "drover.toml:2: targets.legacy.openai");
        row("[targets.new]\nca_file = \"x\"\n", "drover.toml:1: targets.new.openai");
        row("[targets.a]\nopenai = \"https://x\"\n[targets.a.regions]\nus = \"x\"\n", "drover.toml:3: targets.a.regions");
        row("targets = 3\n", "drover.toml:1: targets");
        row("[vault]\ntoken = \"hvs.plain\"\n", "drover.toml:2: vault.token");
        row("[vault]\naddress = \"http://vault.example\"\n", "drover.toml:2: vault.address");
        row("[redis]\nurl = \"redis://redis.example\"\n", "drover.toml:2: redis.url");
        row("[retention]\nrequests_days = 0\n", "drover.toml:2: retention.requests_days");
        row("[secrets]\nstore = \"paper\"\n", "drover.toml:2: secrets.store");
    }
    void errorsNameFileLineAndField()
    {
        QFETCH(QString, toml);
        QFETCH(QString, where);
        QCOMPARE(whereOf(toml.toStdString()), where);
    }
    void aPastedSecretIsNotRepeated()
    {
        const auto config = parseConfig("[vault]\ntoken = \"hvs.plain\"\n", "drover.toml");
        QVERIFY(describe(config.error()).find("hvs") == std::string::npos);
        QVERIFY(!parseSecretRef("secret:").has_value());
        for (const char* text : {"secret:vault/token", "env:A", "file:/run/x", ""})
            QCOMPARE(writeSecretRef(*parseSecretRef(text)), std::string(text));
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
