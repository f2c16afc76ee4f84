// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "CliBench.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::cli;
using drover::test::CliBench;
using drover::test::codeOf;
using drover::test::run;

class TestRun final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aScanNamesTheKeyAndWhereItStands()
    {
        CliBench bench;
        QCOMPARE(bench.call({"keys", "add", "k_01", "--target", "holysheep"}), 0);
        bench.trees.text = "# nothing\nKEY=" + bench.input + "\n";
        const QJsonObject report = bench.document({"keys", "scan", "src", "--history"}, 1);
        const QJsonArray found = report[QStringLiteral("found")].toArray();
        QCOMPARE(found.size(), 2);
        const QJsonObject first = found[0].toObject();
        QCOMPARE(first[QStringLiteral("key_id")].toString(), QStringLiteral("k_01"));
        QCOMPARE(first[QStringLiteral("state")].toString(), QStringLiteral("added"));
        QCOMPARE(first[QStringLiteral("line")].toInt(), 2);
        QCOMPARE(found[1].toObject()[QStringLiteral("place")].toString(), QStringLiteral("commit 1a2b3c4d5e6f: old.env"));
        QVERIFY2(bench.out.find(bench.input) == std::string::npos, "the key itself is never printed");
        bench.trees.text = "nothing at all\n";
        QCOMPARE(bench.document({"keys", "scan", "src"}, 0)[QStringLiteral("files")].toInt(), 1);
        QCOMPARE(bench.call({"keys", "scan", "/nowhere"}), 4);
        QCOMPARE(bench.call({"keys", "scan"}), 2);
    }

    void helpAndVersionNeedNoWorkspace();
    void anUnknownVerbIsExitTwoWithADocument();
    void aMissingWorkspaceIsExitFour();
    void initMakesTheWorkspaceAsTold();
    void initTakesACloudsStore();
    void keysGoFromAddToVerify();
    void aKeyThatIsRefusedIsExitFive();
    void aLockedKeyringIsExitFive();
    void aCheckTellsAStoreThatIsAwayFromBrokenSettings();
    void tokensShowTheirTextOnce();
    void migrateStatusHasItsForm();
    void anOrderWithoutAControllerIsExitFive();
    void anOrderHoldsWhenTheStatusCannotBeRead();
    void startIsRefusedWithTheVerbsOwnDocument();
    void startNamesWhoHoldsTheLock();
    void aMissingConsentIsExitThree();
    void detachWithoutAnAgentIsExitFive();
    void aFailedPromptsFileIsNamed();
    void secretsNeverReachTheScreen();
    void aBusyPortIsExitTwo();
};

void TestRun::helpAndVersionNeedNoWorkspace()
{
    CliBench bench;
    QCOMPARE(run(runCommandLine({"--help"}, bench.machine, bench.console)), 0);
    QVERIFY(bench.out.find("migrate rollback") != std::string::npos);
    bench.out.clear();
    QCOMPARE(run(runCommandLine({"--version"}, bench.machine, bench.console)), 0);
    QVERIFY(bench.out.starts_with("droverctl "));
}

void TestRun::anUnknownVerbIsExitTwoWithADocument()
{
    CliBench bench;
    QCOMPARE(codeOf(bench.document({"dance"}, 2)), QStringLiteral("invalidInput"));
    QVERIFY(bench.err.find("dance") != std::string::npos);
    QCOMPARE(bench.call({"dance"}), 2);
    QVERIFY(bench.out.empty());
}

void TestRun::aMissingWorkspaceIsExitFour()
{
    CliBench bench;
    const int code = run(runCommandLine({"--workspace", "/nowhere", "--json", "keys", "list"}, bench.machine, bench.console));
    QCOMPARE(code, 4);
    QVERIFY(bench.out.find("\"notFound\"") != std::string::npos);
}

void TestRun::initMakesTheWorkspaceAsTold()
{
    CliBench bench;
    const std::vector<std::string> words{"--workspace", "/new/shop", "init", "--environment", "prod", "--secrets", "vault",
                                         "--vault-address", "https://vault:8200", "--vault-namespace", "team", "--vault-mount", "kv",
                                         "--vault-auth", "approle", "--legacy", "https://llm.example/v1"};
    QCOMPARE(run(runCommandLine(words, bench.machine, bench.console)), 0);
    QVERIFY(bench.workspaces.made.has_value());
    QCOMPARE(bench.workspaces.made->name, std::string("shop"));
    QCOMPARE(bench.workspaces.made->environment, WorkspaceConfig::Environment::prod);
    QCOMPARE(bench.workspaces.made->vault.address, std::string("https://vault:8200"));
    QCOMPARE(bench.workspaces.made->vault.vaultNamespace, std::string("team"));
    QCOMPARE(bench.workspaces.made->vault.mount, std::string("kv"));
    QCOMPARE(bench.workspaces.made->vault.auth, vault::AuthMethod::appRole);
    QCOMPARE(bench.workspaces.made->targets.at("legacy").openai, std::string("https://llm.example/v1"));
    QVERIFY(bench.workspaces.made->targets.at("legacy").anthropic.empty());
    QCOMPARE(bench.workspaces.made->targets.at("holysheep").regions.size(), std::size_t(4));
    QCOMPARE(codeOf(bench.document({"init"}, 1)), QStringLiteral("conflict"));
}

void TestRun::initTakesACloudsStore()
{
    using Backend = WorkspaceConfig::SecretBackend;
    CliBench aws;
    QCOMPARE(run(runCommandLine({"--workspace", "/new/a", "init", "--secrets", "aws", "--aws-region", "eu-west-1"}, aws.machine, aws.console)), 0);
    QCOMPARE(aws.workspaces.made->secrets, Backend::aws);
    QCOMPARE(aws.workspaces.made->aws.region, std::string("eu-west-1"));
    CliBench gcp;
    QCOMPARE(run(runCommandLine({"--workspace", "/new/g", "init", "--secrets", "gcp", "--gcp-project", "p"}, gcp.machine, gcp.console)), 0);
    QCOMPARE(gcp.workspaces.made->secrets, Backend::gcp);
    QCOMPARE(gcp.workspaces.made->gcp.project, std::string("p"));
    CliBench azure;
    QCOMPARE(run(runCommandLine({"--workspace", "/new/z", "init", "--secrets", "azure", "--azure-vault", "https://v.vault.azure.net"},
                                azure.machine, azure.console)), 0);
    QCOMPARE(azure.workspaces.made->secrets, Backend::azure);
    QCOMPARE(azure.workspaces.made->azure.vaultUrl, std::string("https://v.vault.azure.net"));
}

void TestRun::keysGoFromAddToVerify()
{
    CliBench bench;
    const QJsonObject added = bench.document({"keys", "add", "k_01", "--target", "holysheep"}, 0);
    QCOMPARE(added[QStringLiteral("state")].toString(), QStringLiteral("added"));
    const QJsonObject proof = bench.document({"keys", "verify", "k_01"}, 0);
    QVERIFY(proof[QStringLiteral("proven")].toBool());
    QCOMPARE(proof[QStringLiteral("places")].toArray().size(), 3);
    QVERIFY(bench.fake.routing.sealed.contains("k_01"));
    const QJsonArray keys = bench.document({"keys", "list"}, 0)[QStringLiteral("keys")].toArray();
    QCOMPARE(keys.size(), 1);
    QCOMPARE(keys[0].toObject()[QStringLiteral("state")].toString(), QStringLiteral("proven"));
    QCOMPARE(codeOf(bench.document({"keys", "show", "k_99"}, 4)), QStringLiteral("notFound"));
}

void TestRun::aKeyThatIsRefusedIsExitFive()
{
    CliBench bench;
    bench.fake.provider.onModels = [](const std::string&, const std::string&) {
        return drover::test::ScriptedProvider::refused(401, ErrorClass::auth);
    };
    QVERIFY(!bench.document({"keys", "add", "k_01", "--target", "holysheep"}, 0).isEmpty());
    const QJsonObject proof = bench.document({"keys", "verify", "k_01"}, 5);
    QCOMPARE(codeOf(proof), QStringLiteral("unauthorized"));
    QVERIFY(bench.fake.routing.sealed.empty());
}

void TestRun::aLockedKeyringIsExitFive()
{
    CliBench bench;
    bench.fake.secrets.faults.always("write", Error{Errc::locked, "the keyring is locked: unlock it", "keychain"});
    const QJsonObject document = bench.document({"keys", "add", "k_01", "--target", "holysheep"}, 5);
    QCOMPARE(codeOf(document), QStringLiteral("locked"));
    QCOMPARE(document.size(), 1);
    QVERIFY(bench.fake.inventory.records.empty());
}

void TestRun::aCheckTellsAStoreThatIsAwayFromBrokenSettings()
{
    CliBench bench;
    bench.fake.ports.config.policy = "playbook";
    bench.fake.files.files["drover.toml"] = writeConfig(bench.fake.ports.config);
    bench.fake.policy.name = "playbook";
    bench.fake.secrets.faults.always("check", Error{Errc::locked, "the keyring is locked: unlock it", "keychain"});
    const QJsonObject away = bench.document({"config", "check"}, 5);
    QCOMPARE(codeOf(away), QStringLiteral("locked"));
    QVERIFY(!away[QStringLiteral("findings")].toArray().isEmpty());
    bench.fake.policy.name = "another"; // now the settings are wrong as well
    QCOMPARE(codeOf(bench.document({"config", "check"}, 2)), QStringLiteral("invalidInput"));
}

void TestRun::tokensShowTheirTextOnce()
{
    CliBench bench;
    const QString token = bench.document({"tokens", "create", "shop", "--models", "a,b", "--rpm", "60"}, 0)
                              [QStringLiteral("token")].toString();
    QVERIFY(token.startsWith(QStringLiteral("drv_")));
    QCOMPARE(bench.call({"tokens", "list"}), 0);
    QVERIFY(bench.out.find(token.toStdString()) == std::string::npos);
    QCOMPARE(codeOf(bench.document({"tokens", "create", "other", "--rpm", "many"}, 2)), QStringLiteral("invalidInput"));
    QVERIFY(!bench.document({"tokens", "revoke", "shop"}, 0).isEmpty());
    QCOMPARE(codeOf(bench.document({"tokens", "revoke", "shop"}, 4)), QStringLiteral("notFound"));
}

void TestRun::migrateStatusHasItsForm()
{
    CliBench bench;
    const QJsonObject status = bench.document({"migrate", "status"}, 0);
    QCOMPARE(status[QStringLiteral("phase")].toString(), QStringLiteral("idle"));
    for (const char* field : {"paused_in", "step", "steps", "share_configured", "share_served", "share_served_keys",
                              "generation", "controller", "lease", "gates", "next"})
        QVERIFY2(status.contains(QString::fromLatin1(field)), field);
    QVERIFY(status[QStringLiteral("controller")].isNull());
    QVERIFY(status[QStringLiteral("lease")].isNull());
}

void TestRun::anOrderWithoutAControllerIsExitFive()
{
    CliBench bench;
    for (const char* verb : {"advance", "pause"})
        QCOMPARE(codeOf(bench.document({"migrate", verb}, 5)), QStringLiteral("unavailable"));
    QCOMPARE(codeOf(bench.document({"migrate", "rollback"}, 4)), QStringLiteral("notFound"));
    QCOMPARE(codeOf(bench.document({"migrate", "resume"}, 4)), QStringLiteral("notFound"));
}

void TestRun::anOrderHoldsWhenTheStatusCannotBeRead()
{
    CliBench bench;
    RoutingDocument document;
    document.generation = 7;
    document.migration = "m_1";
    document.phase = Phase::canary;
    document.targets["holysheep"] = {.share = 0.5, .keys = {{"k_new", 1.0}}};
    document.targets["legacy"] = {.share = 0.5, .keys = {{"k_old", 1.0}}};
    bench.fake.routing.document = document;
    bench.fake.routing.faults.always("acks", Error{Errc::timeout, "reading took too long", "acks"});
    QCOMPARE(bench.document({"migrate", "rollback"}, 0)[QStringLiteral("order")].toString(), QStringLiteral("rollback"));
    QCOMPARE(bench.fake.routing.document->phase, Phase::rolledBack);
    QVERIFY(bench.err.find("reading took too long") != std::string::npos);
    bench.document({"migrate", "status"}, 5);
}

void TestRun::startIsRefusedWithTheVerbsOwnDocument()
{
    CliBench bench;
    bench.fake.ports.config.sandbox = true;
    const QJsonObject document = bench.document({"migrate", "start"}, 3); // no gateway runs
    QCOMPARE(codeOf(document), QStringLiteral("refused"));
    QCOMPARE(document[QStringLiteral("phase")].toString(), QStringLiteral("idle"));
}

void TestRun::startNamesWhoHoldsTheLock()
{
    CliBench bench;
    bench.workspaces.holder = "other/42";
    const QJsonObject document = bench.document({"migrate", "start"}, 2);
    QCOMPARE(codeOf(document), QStringLiteral("busy"));
    QVERIFY(bench.err.find("other/42") != std::string::npos);
}

void TestRun::aMissingConsentIsExitThree()
{
    CliBench bench;
    const QJsonObject document = bench.document({"migrate", "start"}, 3);
    QCOMPARE(codeOf(document), QStringLiteral("refused"));
    QVERIFY(bench.err.find("--consent") != std::string::npos);
}

void TestRun::detachWithoutAnAgentIsExitFive()
{
    CliBench bench;
    QCOMPARE(codeOf(bench.document({"migrate", "start", "--detach"}, 5)), QStringLiteral("unavailable"));
}

void TestRun::aFailedPromptsFileIsNamed()
{
    CliBench bench;
    QCOMPARE(codeOf(bench.document({"shadow", "replay", "--prompts", "gone.txt"}, 4)), QStringLiteral("notFound"));
    QCOMPARE(codeOf(bench.document({"shadow", "replay", "--prompts", "prompts.txt"}, 3)), QStringLiteral("refused"));
    QCOMPARE(bench.fake.provider.faults.count("chat"), 0);
}

void TestRun::secretsNeverReachTheScreen()
{
    CliBench bench;
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"keys", "add", "k_01", "--target", "holysheep"}, {"keys", "verify", "k_01"},
          {"keys", "list"}, {"keys", "show", "k_01"}, {"secrets", "set", "smtp"}, {"secrets", "list"}, {"audit", "list"},
          {"routing", "show"}, {"config", "check"}}) {
        for (const bool json : {false, true}) {
            std::vector<std::string> call = words;
            if (json)
                call.push_back("--json");
            bench.call(call);
            QVERIFY2((bench.out + bench.err).find("0123456789abcdef") == std::string::npos, words.front().c_str());
        }
    }
}

void TestRun::aBusyPortIsExitTwo()
{
    CliBench bench;
    QVERIFY(!bench.document({"keys", "add", "k_01", "--target", "holysheep"}, 0).isEmpty());
    QVERIFY(!bench.document({"keys", "verify", "k_01"}, 0).isEmpty());
    QCOMPARE(codeOf(bench.document({"gateway", "start"}, 2)), QStringLiteral("busy"));
}

DROVER_TEST(TestRun)
#include "TestRun.moc"
