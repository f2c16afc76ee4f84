// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/KeyImportService.h"
#include "support/Secrets.h"
#include "support/TestMain.h"
#include "support/fakes/FakePorts.h"

using namespace drover;
using namespace drover::app;
using drover::test::FakePorts;
using drover::test::MemorySecretStore;
using drover::test::plain;
using drover::test::run;
using Kind = KeySource::Kind;

namespace {

const char* const goodKey = "cr_0123456789abcdefghijklmnop";
const char* const oldKey = "sk-0123456789abcdefghijklmnop";

// A store that lies elsewhere and ends with its owner.
class OtherStore final : public SecretStore {
public:
    explicit OtherStore(MemorySecretStore& kept) : kept_(kept) {}
    std::string kind() const override { return kept_.kind(); }
    Task<Result<void>> check(Deadline deadline) override { return kept_.check(deadline); }
    Task<Result<StoredSecret>> read(std::string name, Deadline deadline) override { return kept_.read(std::move(name), deadline); }
    Task<Result<std::uint64_t>> write(std::string name, StoredSecret secret, std::uint64_t expected, Deadline deadline) override
    {
        return kept_.write(std::move(name), std::move(secret), expected, deadline);
    }
    Task<Result<std::vector<std::string>>> list(Deadline deadline) override { return kept_.list(deadline); }
    Task<Result<void>> remove(std::string name, Deadline deadline) override { return kept_.remove(std::move(name), deadline); }

private:
    MemorySecretStore& kept_;
};

struct ImportBench {
    FakePorts fake;
    MemorySecretStore other;
    std::map<std::string, std::string> variables, files;
    bool open = false;   // others may read the files
    bool hangs = false;  // the file system
    KeyImportService importer{fake.ports};

    ImportBench()
    {
        other.name = "vault";
        fake.ports.environment = [this](const char* name) -> std::optional<Secret> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional<Secret>{Secret{found->second}};
        };
        fake.ports.namedFile = [this](std::filesystem::path file, Deadline) { return file_(file.string()); };
        fake.ports.otherStore = [this](const std::string& kind) -> Result<std::unique_ptr<SecretStore>> {
            if (kind != "vault")
                return Error{Errc::invalidInput, "no such store", kind};
            return std::unique_ptr<SecretStore>{std::make_unique<OtherStore>(other)};
        };
    }
    Task<Result<NamedFile>> file_(std::string name)
    {
        if (hangs)
            co_return Error{Errc::timeout, "reading " + name + " took too long", {}};
        const auto found = files.find(name);
        if (found == files.end())
            co_return Error{Errc::notFound, "there is no such file", name};
        co_return NamedFile{Secret{found->second}, open};
    }
    Result<KeyHarvest> look(Kind kind, std::string where = {}, std::string only = {}, std::string target = {})
    {
        return run(importer.look({kind, std::move(where), std::move(only), std::move(target)}, Deadline::in(fake.clock, 30s)));
    }
    // Looks and takes all of it.
    std::vector<KeyTaken> takeAll(Kind kind, std::string where)
    {
        Result<KeyHarvest> harvest = look(kind, std::move(where));
        return harvest.has_value() ? run(importer.take(std::move(harvest->candidates))) : std::vector<KeyTaken>{};
    }
    void putElsewhere(MemorySecretStore& store, const char* name, const char* value)
    {
        StoredSecret entry;
        entry.value = Secret{value};
        entry.notes = {{"created_by", "rotation-service"}, {"created_at", "2026-01-02T03:04:05Z"}};
        entry.version = 1;
        store.entries[name] = std::move(entry);
    }
};

} // namespace

class TestKeyImport final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsTheVariablesThatToolsUse();
    void anEmptySourceIsAnEmptyHarvest();
    void prefixesSayWhoseKeyADropInVariableHas();
    void readsADotEnvFileAndNamesTheLines();
    void saysWhatIsNoKey_data();
    void saysWhatIsNoKey();
    void saysWhatIsHeldAlready();
    void warnsOfFilesThatOthersMayRead();
    void readsTheVendorsFileInItsPlace();
    void takesAnotherStoreInThePlaybooksLayout();
    void adoptsWhatLiesInTheWorkspacesOwnStore();
    void passesOverOtherSecretsUnlessNamed();
    void oneRefusalHindersNoOtherButAStoreThatIsAwayDoes();
    void errorsAreThoseOfTheSource();
    void nothingIsWrittenByLooking();
};

void TestKeyImport::findsTheVariablesThatToolsUse()
{
    ImportBench bench;
    bench.variables = {{"HOLYSHEEP_API_KEY", goodKey}, {"OPENAI_API_KEY", oldKey}, {"PATH", "/bin"}};
    const Result<KeyHarvest> harvest = bench.look(Kind::environment);
    QVERIFY(harvest.has_value());
    QCOMPARE(harvest->candidates.size(), std::size_t(2));
    const KeyCandidate& first = harvest->candidates[0];
    QCOMPARE(first.place, std::string("env HOLYSHEEP_API_KEY"));
    QCOMPARE(first.suggested.target, std::string("holysheep"));
    QCOMPARE(first.hint, std::string("****mnop"));
    QVERIFY(first.takeable() && first.warnings.empty());
    QCOMPARE(harvest->candidates[1].suggested.target, std::string("legacy"));
    QVERIFY(keyHarvestJson(*harvest).find(goodKey) == std::string::npos);
}

void TestKeyImport::anEmptySourceIsAnEmptyHarvest()
{
    ImportBench bench;
    bench.files[".env"] = "# nothing yet\n";
    bench.files["config.json"] = "{}";
    for (const auto& [kind, where] : std::map<Kind, std::string>{
             {Kind::environment, ""}, {Kind::dotenv, ".env"}, {Kind::config, "config.json"}, {Kind::store, "vault"}}) {
        const Result<KeyHarvest> harvest = bench.look(kind, where);
        QVERIFY(harvest.has_value());
        QVERIFY(harvest->candidates.empty() && harvest->passedOver.empty() && harvest->warnings.empty());
    }
    QCOMPARE(bench.look(Kind::environment, {}, "MY_KEY").error().code, Errc::notFound);
    QVERIFY(run(bench.importer.take({})).empty());
}

void TestKeyImport::prefixesSayWhoseKeyADropInVariableHas()
{
    ImportBench bench;
    bench.variables = {{"OPENAI_API_KEY", goodKey}};
    QCOMPARE(bench.look(Kind::environment)->candidates.front().suggested.target, std::string("holysheep"));
    // The word of the caller goes before all of it, and is warned of.
    const Result<KeyHarvest> told = bench.look(Kind::environment, {}, {}, "legacy");
    QCOMPARE(told->candidates.front().suggested.target, std::string("legacy"));
    QCOMPARE(told->candidates.front().warnings.size(), std::size_t(1));
    QVERIFY(!bench.look(Kind::environment, {}, {}, "moon")->candidates.front().problem.empty());
}

void TestKeyImport::readsADotEnvFileAndNamesTheLines()
{
    ImportBench bench;
    bench.files[".env"] = std::string("DATABASE_URL=postgres://u:p@h/db\nexport HOLYSHEEP_API_KEY='") + goodKey + "'\nEXTRA=\"" + oldKey +
                          "\" # old\nHOLYSHEEP_API_KEY=cr_the_later_one_0123456789\n";
    const Result<KeyHarvest> harvest = bench.look(Kind::dotenv, ".env");
    QVERIFY(harvest.has_value());
    QCOMPARE(harvest->candidates.size(), std::size_t(2));
    QCOMPARE(harvest->candidates[0].place, std::string(".env line 3: EXTRA"));
    QCOMPARE(harvest->candidates[0].suggested.target, std::string("legacy"));
    QCOMPARE(harvest->candidates[1].place, std::string(".env line 4: HOLYSHEEP_API_KEY"));
    QCOMPARE(plain(harvest->candidates[1].key), std::string("cr_the_later_one_0123456789"));
    QCOMPARE(harvest->candidates[1].warnings.size(), std::size_t(1)); // it stands twice
    QCOMPARE(harvest->passedOver, std::vector<std::string>{"DATABASE_URL"});
}

void TestKeyImport::saysWhatIsNoKey_data()
{
    QTest::addColumn<QString>("value");
    QTest::newRow("an id where the secret belongs") << "k_0123456789abcdef";
    QTest::newRow("the id of a key of the inventory") << "cr_id_of_a_key_0123";
    QTest::newRow("a placeholder") << "changeme";
    QTest::newRow("another variable") << "${SECRET_FROM_ELSEWHERE}";
    QTest::newRow("a client token") << "drv_0123456789abcdefghij";
    QTest::newRow("an address") << "https://api.holysheep.ai/v1";
}

void TestKeyImport::saysWhatIsNoKey()
{
    QFETCH(QString, value);
    ImportBench bench;
    KeyRecord held;
    held.id = "cr_id_of_a_key_0123";
    held.target = "holysheep";
    bench.fake.inventory.records.push_back(held);
    bench.files[".env"] = "HOLYSHEEP_API_KEY=" + value.toStdString() + '\n';
    Result<KeyHarvest> harvest = bench.look(Kind::dotenv, ".env");
    QVERIFY(harvest.has_value());
    QCOMPARE(harvest->candidates.size(), std::size_t(1));
    QVERIFY(!harvest->candidates.front().problem.empty());
    const std::vector<KeyTaken> taken = run(bench.importer.take(std::move(harvest->candidates)));
    QCOMPARE(taken.front().added.error().code, Errc::invalidInput);
    QVERIFY(bench.fake.secrets.entries.empty());
}

void TestKeyImport::saysWhatIsHeldAlready()
{
    ImportBench bench;
    bench.variables = {{"HOLYSHEEP_API_KEY", goodKey}};
    KeyService keys{bench.fake.ports};
    QVERIFY(run(keys.add({"k_01", "holysheep", {}, {}, {}}, Secret{goodKey})).has_value());
    Result<KeyHarvest> harvest = bench.look(Kind::environment);
    QCOMPARE(harvest->candidates.front().heldAs, std::string("k_01"));
    QVERIFY(!harvest->candidates.front().takeable());
    QCOMPARE(run(bench.importer.take(std::move(harvest->candidates))).front().added.error().code, Errc::conflict);
    // One that was revoked may come back as a new one, and it is said.
    bench.fake.inventory.records.front().state = KeyState::revoked;
    harvest = bench.look(Kind::environment);
    QVERIFY(harvest->candidates.front().takeable());
    QCOMPARE(harvest->candidates.front().warnings.size(), std::size_t(1));
}

void TestKeyImport::warnsOfFilesThatOthersMayRead()
{
    ImportBench bench;
    bench.files[".env"] = std::string("HOLYSHEEP_API_KEY=") + goodKey;
    QVERIFY(bench.look(Kind::dotenv, ".env")->warnings.empty());
    bench.open = true;
    const Result<KeyHarvest> harvest = bench.look(Kind::dotenv, ".env");
    QCOMPARE(harvest->warnings.size(), std::size_t(1));
    QVERIFY(harvest->candidates.front().takeable());
}

void TestKeyImport::readsTheVendorsFileInItsPlace()
{
    ImportBench bench;
    QCOMPARE(bench.look(Kind::config).error().code, Errc::invalidInput); // no HOME
    bench.variables["HOME"] = "/home/ann";
    QCOMPARE(bench.look(Kind::config).error().code, Errc::notFound);
    bench.files["/home/ann/.holysheep/config.json"] =
        std::string(R"({"api_key":")") + goodKey + R"(","key_id":"hs_key_17","created_at":"2020-01-02T03:04:05Z"})";
    const Result<KeyHarvest> harvest = bench.look(Kind::config);
    QVERIFY(harvest.has_value());
    QCOMPARE(harvest->candidates.front().place, std::string("/home/ann/.holysheep/config.json: api_key"));
    QCOMPARE(harvest->candidates.front().suggested.id, std::string("hs_key_17"));
    const std::vector<KeyTaken> taken = bench.takeAll(Kind::config, "");
    QVERIFY(taken.front().added.has_value());
    const KeyRecord* record = bench.fake.inventory.find("hs_key_17");
    QVERIFY(record);
    QCOMPARE(formatDate(record->createdAt), std::string("2020-01-02")); // its age counts from there
}

void TestKeyImport::takesAnotherStoreInThePlaybooksLayout()
{
    ImportBench bench;
    bench.putElsewhere(bench.other, "k_01", goodKey);
    bench.putElsewhere(bench.other, "k_02", "cr_another_one_0123456789");
    bench.putElsewhere(bench.other, "production", goodKey);
    bench.putElsewhere(bench.other, "state", "{}");
    // k_02 is taken by another key here.
    KeyService keys{bench.fake.ports};
    QVERIFY(run(keys.add({"k_02", "holysheep", {}, {}, {}}, Secret{"cr_quite_another_0123456789"})).has_value());
    const Result<KeyHarvest> harvest = bench.look(Kind::store, "vault");
    QVERIFY(harvest.has_value());
    QCOMPARE(harvest->candidates.size(), std::size_t(2));
    QCOMPARE(harvest->candidates[0].place, std::string("vault k_01"));
    QVERIFY(harvest->candidates[1].suggested.id.empty());
    QCOMPARE(harvest->candidates[1].warnings.size(), std::size_t(1));
    const std::size_t before = bench.other.entries.size();
    const std::vector<KeyTaken> taken = bench.takeAll(Kind::store, "vault");
    QCOMPARE(taken.size(), std::size_t(2));
    QVERIFY(taken[0].added.has_value() && taken[1].added.has_value());
    QCOMPARE(plain(bench.fake.secrets.entries.at("k_01").value), std::string(goodKey));
    QCOMPARE(bench.fake.inventory.find("k_01")->store, std::string("memory"));
    QCOMPARE(bench.other.entries.size(), before);
    QCOMPARE(bench.other.faults.count("write") + bench.other.faults.count("remove"), 0);
}

void TestKeyImport::adoptsWhatLiesInTheWorkspacesOwnStore()
{
    ImportBench bench;
    bench.putElsewhere(bench.fake.secrets, "k_01", goodKey);
    Result<KeyHarvest> harvest = bench.look(Kind::store, "memory");
    QVERIFY(harvest.has_value());
    QVERIFY(harvest->candidates.front().inOwnStore);
    const std::vector<KeyTaken> taken = run(bench.importer.take(std::move(harvest->candidates)));
    QVERIFY(taken.front().added.has_value());
    QCOMPARE(bench.fake.secrets.faults.count("write"), 0);
    QCOMPARE(bench.fake.inventory.find("k_01")->state, KeyState::added);
    QVERIFY(bench.fake.audit.has("key.add"));
    // Changed between the look and the taking: nothing is noted that nobody saw.
    ImportBench changed;
    changed.putElsewhere(changed.fake.secrets, "k_01", goodKey);
    harvest = changed.look(Kind::store, "memory");
    changed.putElsewhere(changed.fake.secrets, "k_01", "cr_somebody_elses_0123456789");
    QCOMPARE(run(changed.importer.take(std::move(harvest->candidates))).front().added.error().code, Errc::conflict);
    QVERIFY(changed.fake.inventory.records.empty());
}

void TestKeyImport::passesOverOtherSecretsUnlessNamed()
{
    ImportBench bench;
    bench.putElsewhere(bench.other, "smtp-password", "correct-horse-battery");
    const Result<KeyHarvest> harvest = bench.look(Kind::store, "vault");
    QVERIFY(harvest->candidates.empty());
    QCOMPARE(harvest->passedOver, std::vector<std::string>{"smtp-password"});
    const Result<KeyHarvest> named = bench.look(Kind::store, "vault", "smtp-password");
    QCOMPARE(named->candidates.size(), std::size_t(1));
    QCOMPARE(named->candidates.front().warnings.size(), std::size_t(1)); // an unknown prefix
}

void TestKeyImport::oneRefusalHindersNoOtherButAStoreThatIsAwayDoes()
{
    ImportBench bench;
    bench.files[".env"] = std::string("HOLYSHEEP_API_KEY=changeme\nA=") + goodKey + "\nB=" + oldKey + '\n';
    std::vector<KeyTaken> taken = bench.takeAll(Kind::dotenv, ".env");
    QCOMPARE(taken.size(), std::size_t(3));
    QCOMPARE(taken[0].added.error().code, Errc::invalidInput);
    QVERIFY(taken[1].added.has_value() && taken[2].added.has_value());

    ImportBench away;
    away.files = bench.files;
    away.fake.secrets.faults.always("write", Error{Errc::locked, "the keyring is locked", "keychain"});
    taken = away.takeAll(Kind::dotenv, ".env");
    QCOMPARE(taken[1].added.error().code, Errc::locked);
    QCOMPARE(taken[2].added.error().code, Errc::cancelled);
    QCOMPARE(away.fake.secrets.faults.count("write"), 1);
    QVERIFY(away.fake.inventory.records.empty());
}

void TestKeyImport::errorsAreThoseOfTheSource()
{
    ImportBench bench;
    QCOMPARE(bench.look(Kind::dotenv, ".env").error().code, Errc::notFound);
    bench.files[".env"] = "A=1\nnonsense\n";
    QCOMPARE(bench.look(Kind::dotenv, ".env").error().where, std::string(".env:2"));
    bench.hangs = true;
    QCOMPARE(bench.look(Kind::dotenv, ".env").error().code, Errc::timeout);
    QCOMPARE(bench.look(Kind::store, "moon").error().code, Errc::invalidInput);
    bench.putElsewhere(bench.other, "k_01", goodKey);
    bench.other.faults.fail("read", Error{Errc::sealed, "Vault is sealed", "vault"});
    QCOMPARE(bench.look(Kind::store, "vault").error().code, Errc::sealed);
    bench.other.faults.fail("list", Error{Errc::forbidden, "no right to list", "vault"});
    QCOMPARE(bench.look(Kind::store, "vault").error().code, Errc::forbidden);
    bench.fake.inventory.faults.fail("keys", Error{Errc::io, "the disk is full", "drover.db"});
    QCOMPARE(bench.look(Kind::environment).error().code, Errc::io);
}

void TestKeyImport::nothingIsWrittenByLooking()
{
    ImportBench bench;
    bench.variables = {{"HOLYSHEEP_API_KEY", goodKey}};
    bench.putElsewhere(bench.other, "k_01", goodKey);
    QVERIFY(bench.look(Kind::environment).has_value() && bench.look(Kind::store, "vault").has_value());
    QVERIFY(bench.fake.secrets.entries.empty() && bench.fake.inventory.records.empty() && bench.fake.audit.rows.empty());
}

DROVER_TEST(TestKeyImport)
#include "TestKeyImport.moc"
