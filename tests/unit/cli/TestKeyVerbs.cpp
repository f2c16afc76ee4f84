// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "CliBench.h"
#include "support/TestMain.h"

using namespace drover;
using drover::test::CliBench;
using drover::test::codeOf;

namespace {

const char* const goodKey = "cr_0123456789abcdefghijklmnop";
const char* const oldKey = "sk-0123456789abcdefghijklmnop";

struct KeyBench : CliBench {
    std::map<std::string, std::string> variables;
    std::string file;
    std::string shown;

    KeyBench()
    {
        fake.ports.environment = [this](const char* name) -> std::optional<Secret> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional<Secret>{Secret{found->second}};
        };
        fake.ports.namedFile = [this](std::filesystem::path, Deadline) { return named(); };
    }
    Task<Result<NamedFile>> named() { co_return NamedFile{Secret{file}, true}; }
    Task<void> show(const Secret& secret)
    {
        secret.reveal([&](std::string_view text) { shown = text; });
        co_return;
    }
};

} // namespace

class TestKeyVerbs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void importsTheVariableAsEver();
    void previewsAnImport();
    void importsAllOfADotEnvFile();
    void saysWhyAnImportHasNothing();
    void revealsOnATerminalOrWhereAskedTo();
    void showsAgeAndDeeds();
    void revokesASpareKey();
    void prunesWhatWasShown();
    void driftIsExitOne();
};

void TestKeyVerbs::importsTheVariableAsEver()
{
    KeyBench bench;
    QJsonObject document = bench.document({"keys", "import", "env", "k_01"}, 4);
    QCOMPARE(codeOf(document), QStringLiteral("notFound"));
    bench.variables = {{"HOLYSHEEP_API_KEY", goodKey}, {"OPENAI_API_KEY", oldKey}};
    document = bench.document({"keys", "import", "env", "k_01", "--name", "first"}, 0);
    QCOMPARE(document[QStringLiteral("id")].toString(), QStringLiteral("k_01"));
    QCOMPARE(document[QStringLiteral("name")].toString(), QStringLiteral("first"));
    QCOMPARE(document[QStringLiteral("target")].toString(), QStringLiteral("holysheep"));
    QCOMPARE(bench.fake.inventory.records.size(), std::size_t(1)); // and no other variable is taken unasked
    QCOMPARE(codeOf(bench.document({"keys", "import", "env", "k_02"}, 1)), QStringLiteral("conflict"));
    document = bench.document({"keys", "import", "env", "k_leg1", "--only", "OPENAI_API_KEY"}, 0);
    QCOMPARE(document[QStringLiteral("target")].toString(), QStringLiteral("legacy"));
    bench.variables.erase("HOLYSHEEP_API_KEY");
    QCOMPARE(bench.call({"keys", "import", "env"}), 4);
    QVERIFY2(bench.err.find("OPENAI_API_KEY") != std::string::npos, bench.err.c_str());
}

void TestKeyVerbs::previewsAnImport()
{
    KeyBench bench;
    bench.variables = {{"HOLYSHEEP_API_KEY", goodKey}, {"OPENAI_API_KEY", oldKey}};
    const QJsonObject document = bench.document({"keys", "import", "env", "--dry-run"}, 0);
    QCOMPARE(document[QStringLiteral("candidates")].toArray().size(), 2);
    QCOMPARE(bench.call({"keys", "import", "env", "--dry-run"}), 0);
    QVERIFY(bench.out.find("env HOLYSHEEP_API_KEY") != std::string::npos);
    QVERIFY(bench.out.find(goodKey) == std::string::npos);
    QVERIFY(bench.fake.inventory.records.empty() && bench.fake.secrets.entries.empty());
}

void TestKeyVerbs::importsAllOfADotEnvFile()
{
    KeyBench bench;
    bench.file = std::string("A=") + goodKey + "\nB=" + oldKey + "\nHOLYSHEEP_API_KEY=k_01\nPORT=80\n";
    // An id is for one key.
    QCOMPARE(codeOf(bench.document({"keys", "import", "dotenv", ".env", "--id", "k_09"}, 2)), QStringLiteral("invalidInput"));
    QVERIFY(bench.fake.inventory.records.empty());
    const QJsonObject document = bench.document({"keys", "import", "dotenv", ".env"}, 0);
    QCOMPARE(document[QStringLiteral("stored")].toArray().size(), 2);
    QVERIFY(bench.err.find("others") != std::string::npos || bench.err.find("other users") != std::string::npos);
    QVERIFY(bench.err.find("not taken: .env line 3") != std::string::npos);
    // Again: all of it is there.
    QCOMPARE(bench.document({"keys", "import", "dotenv", ".env", "--only", "A"}, 1).isEmpty(), false);
    bench.file = std::string("A=") + goodKey + '\n';
    QCOMPARE(bench.document({"keys", "import", "dotenv", ".env"}, 0)[QStringLiteral("stored")].toArray().size(), 0);
    bench.file = "A=cr_one_more_0123456789abc\n";
    QCOMPARE(bench.document({"keys", "import", "dotenv", ".env", "--id", "k_09"}, 0)[QStringLiteral("stored")].toArray().first().toString(),
             QStringLiteral("k_09"));
}

void TestKeyVerbs::saysWhyAnImportHasNothing()
{
    KeyBench bench;
    bench.file = "PORT=80\n";
    QCOMPARE(codeOf(bench.document({"keys", "import", "dotenv", ".env"}, 4)), QStringLiteral("notFound"));
    bench.file = "HOLYSHEEP_API_KEY=changeme\n";
    QCOMPARE(codeOf(bench.document({"keys", "import", "dotenv", ".env"}, 2)), QStringLiteral("invalidInput"));
    bench.file = "nonsense\n";
    QCOMPARE(codeOf(bench.document({"keys", "import", "dotenv", ".env"}, 2)), QStringLiteral("invalidInput"));
    QCOMPARE(codeOf(bench.document({"keys", "import", "store", "vault"}, 5)), QStringLiteral("unavailable"));
}

void TestKeyVerbs::revealsOnATerminalOrWhereAskedTo()
{
    KeyBench bench;
    QCOMPARE(bench.call({"keys", "add", "k_01", "--target", "holysheep"}), 0);
    bench.input = "k_01";
    QCOMPARE(bench.call({"keys", "reveal", "k_01"}), 2); // stdout is no terminal here
    QVERIFY(!bench.fake.audit.has("key.reveal"));
    QCOMPARE(bench.call({"keys", "reveal", "k_01", "--to-stdout"}), 0);
    QCOMPARE(bench.out, std::string(goodKey) + '\n');
    QVERIFY(bench.fake.audit.has("key.reveal"));
    QCOMPARE(bench.document({"keys", "reveal", "k_01", "--to-stdout"}, 0)[QStringLiteral("api_key")].toString(), QString::fromLatin1(goodKey));
    bench.console.showBriefly = [&bench](const Secret& secret) { return bench.show(secret); };
    QCOMPARE(bench.call({"keys", "reveal", "k_01"}), 0);
    QCOMPARE(bench.shown, std::string(goodKey));
    QVERIFY2(bench.out.find(goodKey) == std::string::npos, "what stays is masked");
    QVERIFY(bench.out.find("****mnop") != std::string::npos);
    bench.input = "yes";
    QCOMPARE(bench.call({"keys", "reveal", "k_01", "--to-stdout"}), 2);
    QVERIFY(bench.out.empty());
}

void TestKeyVerbs::showsAgeAndDeeds()
{
    KeyBench bench;
    bench.fake.policy.rotation.life = std::chrono::hours(24 * 30);
    QCOMPARE(bench.call({"keys", "add", "k_01", "--target", "holysheep"}), 0);
    QCOMPARE(bench.call({"keys", "verify", "k_01"}), 0);
    bench.fake.clock.advance(std::chrono::hours(24 * 33));
    bench.fake.evidence.now.lastUsed["k_01"] = bench.fake.clock.now();
    QCOMPARE(bench.call({"keys", "show", "k_01"}), 0);
    QVERIFY2(bench.out.find("33 d, the policy small gives a key 30d: overdue by 3 d") != std::string::npos, bench.out.c_str());
    QVERIFY(bench.out.find("key.verify by ann") != std::string::npos);
    QVERIFY2(bench.out.find("last used    " + formatTime(bench.fake.clock.now())) != std::string::npos, bench.out.c_str());
}

void TestKeyVerbs::revokesASpareKey()
{
    KeyBench bench;
    QCOMPARE(bench.call({"keys", "add", "k_01", "--target", "holysheep"}), 0);
    QCOMPARE(bench.call({"keys", "verify", "k_01"}), 0);
    QCOMPARE(codeOf(bench.document({"keys", "revoke", "k_01"}, 3)), QStringLiteral("refused")); // the last one
    QCOMPARE(bench.call({"keys", "revoke", "k_77"}), 4);
    QCOMPARE(bench.call({"keys", "revoke", "k_01", "--wait", "soon"}), 2);
    bench.input = "cr_abcdefghijklmnop0123456789";
    QCOMPARE(bench.call({"keys", "add", "k_02", "--target", "holysheep"}), 0);
    bench.fake.provider.onModels = [](const std::string&, const std::string&) {
        return test::ScriptedProvider::refused(401, ErrorClass::auth);
    };
    const QJsonObject document = bench.document({"keys", "revoke", "k_02", "--reason", "leaked", "--wait", "0s"}, 0);
    QCOMPARE(document[QStringLiteral("state")].toString(), QStringLiteral("revoked"));
    QCOMPARE(bench.fake.audit.rows.back().reason, std::string("leaked"));
}

void TestKeyVerbs::prunesWhatWasShown()
{
    KeyBench bench;
    QCOMPARE(bench.call({"keys", "prune"}), 0);
    QVERIFY(bench.out.find("nothing to remove") != std::string::npos);
    QCOMPARE(bench.call({"keys", "add", "k_01", "--target", "holysheep"}), 0);
    QCOMPARE(bench.call({"keys", "verify", "k_01"}), 0);
    KeyRecord old = bench.fake.inventory.records.front();
    old.id = "k_old";
    old.state = KeyState::revoked;
    bench.fake.inventory.records.push_back(old);
    bench.fake.clock.advance(std::chrono::hours(24 * 31));
    QJsonObject document = bench.document({"keys", "prune"}, 0);
    QVERIFY(document[QStringLiteral("removed")].toArray().isEmpty());
    const std::string stamp = document[QStringLiteral("stamp")].toString().toStdString();
    QCOMPARE(bench.fake.inventory.records.size(), std::size_t(2));
    QCOMPARE(codeOf(bench.document({"keys", "prune", "--yes", "--seen", "0123456789ab"}, 3)), QStringLiteral("refused"));
    QCOMPARE(codeOf(bench.document({"keys", "prune", "--yes"}, 2)), QStringLiteral("invalidInput")); // nothing was shown
    bench.fake.secrets.entries["k_old"] = StoredSecret{Secret{"cr_0123456789_k_old"}, {}, 1};
    KeyRecord older = old;
    older.id = "k_older";
    bench.fake.inventory.records.insert(bench.fake.inventory.records.begin(), older);
    const std::string both = bench.document({"keys", "prune"}, 0)[QStringLiteral("stamp")].toString().toStdString();
    bench.fake.secrets.faults.refuse("remove k_old", Error{Errc::sealed, "Vault is sealed", "vault"});
    const QJsonObject half = bench.document({"keys", "prune", "--yes", "--seen", both}, 5);
    QVERIFY2(half[QStringLiteral("error")].toObject()[QStringLiteral("message")].toString().contains(QLatin1String("removed before that: k_older")),
             "what was done is in the answer");
    bench.fake.secrets.faults.heal();
    document = bench.document({"keys", "prune", "--yes", "--seen", stamp}, 0);
    QCOMPARE(document[QStringLiteral("removed")].toArray().first().toString(), QStringLiteral("k_old"));
    QVERIFY(bench.fake.inventory.find("k_01"));
    QCOMPARE(bench.fake.inventory.records.size(), std::size_t(1));
}

void TestKeyVerbs::driftIsExitOne()
{
    KeyBench bench;
    bench.fake.issuers.faults.always("list", Error{Errc::unavailable, "no API to list keys", "provider"});
    QCOMPARE(bench.call({"keys", "drift"}), 0);
    QCOMPARE(bench.call({"keys", "add", "k_01", "--target", "holysheep"}), 0);
    QCOMPARE(bench.call({"keys", "drift"}), 0); // not proven: gateways need not have it
    bench.fake.secrets.entries.erase("k_01");
    const QJsonObject document = bench.document({"keys", "drift"}, 1);
    QCOMPARE(document[QStringLiteral("drift")].toArray().first().toObject()[QStringLiteral("kind")].toString(), QStringLiteral("missing_in_store"));
    QVERIFY(bench.err.find("not compared") != std::string::npos);
    bench.fake.secrets.faults.fail("list", Error{Errc::sealed, "Vault is sealed", "vault"});
    QCOMPARE(codeOf(bench.document({"keys", "drift"}, 5)), QStringLiteral("sealed"));
}

DROVER_TEST(TestKeyVerbs)
#include "TestKeyVerbs.moc"
