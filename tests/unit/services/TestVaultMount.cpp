// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/ManualClock.h"
#include "support/StoredSecrets.h"
#include "support/TestMain.h"
#include "support/VaultServer.h"

#include "ports/Timer.h"
#include "services/VaultStore.h"

#include <map>
#include <memory>
#include <string>

using namespace drover;
using drover::test::await;
using drover::test::stored;

// What is remembered of a mount's KV version from one program to the next.
class TestVaultMount : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void itIsAskedOnceForAllPrograms();
    void anUpgradedMountIsAskedAnew();
    void aReplacedMountIsAskedAnew();
    void anotherMountOrNamespaceIsAnotherFact();
    void aFactThatCannotBeReadIsNone();
    void checkAsksAnew();
};

namespace {

class Bench {
public:
    // Another program, which knows what those before it have noted.
    VaultStore& open(std::string mount = "secret", std::string nameSpace = {})
    {
        MountMemory memory{[this](std::string name) -> Task<Result<std::optional<std::string>>> {
                               const auto found = facts.find(name);
                               co_return found == facts.end() ? std::nullopt : std::optional{found->second};
                           },
                           [this](std::string name, std::string value) -> Task<Result<void>> {
                               facts[name] = std::move(value);
                               co_return Result<void>{};
                           }};
        VaultSession::Credential root = [](Deadline) -> Task<Result<Secret>> { co_return Secret{"root"}; };
        store = std::make_unique<VaultStore>(http, VaultSettings{server.url(), std::move(nameSpace), std::move(mount), "holysheep", {}, "w_1", {}},
                                             std::move(root), nullptr, clock, Random{3}, delay, std::move(memory));
        return *store;
    }
    Result<void> write(const char* name)
    {
        const auto written = await(store->write(name, stored("a"), 0, soon()));
        return written.has_value() ? Result<void>{} : Result<void>{written.error()};
    }
    Result<StoredSecret> read(const char* name) { return await(store->read(name, soon())); }
    Deadline soon() { return Deadline::in(clock, 20s); }
    std::size_t asked() const
    {
        std::size_t found = 0;
        for (const auto& request : server.server().requests())
            found += request.path.startsWith("/v1/sys/internal/ui/mounts/") ? 1 : 0;
        return found;
    }
    int call(const char* method, const std::string& path, const std::string& body = {})
    {
        const std::string target = "/v1/" + path;
        return vault.handle({method, target, "root", {}, body}).status;
    }

    SystemClock clock;
    sandbox::VaultState vault{clock, {.rootToken = "root"}};
    test::VaultServer server{vault};
    HttpClient http{clock, Random{1}};
    std::map<std::string, std::string> facts;
    std::unique_ptr<VaultStore> store;
};

} // namespace

void TestVaultMount::itIsAskedOnceForAllPrograms()
{
    Bench bench;
    bench.vault.mount("old/", "kv", 1);
    for (const char* mount : {"secret", "old"}) {
        const auto before = bench.asked();
        bench.open(mount);
        DROVER_VERIFY_OK(bench.write("k_01"));
        QCOMPARE(bench.asked(), before + 1);
        for (int i = 0; i < 3; ++i) {
            bench.open(mount);
            DROVER_VERIFY_OK(bench.read("k_01"));
        }
        QCOMPARE(bench.asked(), before + 1);
        // What is not there is believed once the mount is known for certain.
        for (int i = 0; i < 2; ++i) {
            QCOMPARE(int(bench.read("k_99").error().code), int(Errc::notFound));
            QCOMPARE(bench.asked(), before + 2);
        }
    }
}

void TestVaultMount::anUpgradedMountIsAskedAnew()
{
    Bench bench;
    bench.vault.mount("kv/", "kv", 1);
    bench.open("kv");
    DROVER_VERIFY_OK(bench.write("k_01"));
    bench.vault.mount("kv/", "kv", 2);
    bench.open("kv");
    DROVER_VERIFY_OK(bench.write("k_01"));
    QCOMPARE(bench.asked(), std::size_t{2});
    bench.open("kv");
    DROVER_VERIFY_OK(bench.read("k_01"));
    QCOMPARE(bench.asked(), std::size_t{2});
}

void TestVaultMount::aReplacedMountIsAskedAnew()
{
    Bench bench;
    bench.vault.mount("kv/", "kv", 2);
    bench.open("kv");
    DROVER_VERIFY_OK(bench.write("k_01"));
    // By an older one: a path of v2 finds nothing there, and what is written by it lies one level too deep.
    bench.vault.mount("kv/", "kv", 1);
    QCOMPARE(bench.call("POST", "kv/holysheep/k_02", "{\"api_key\":\"b\"}"), 204);
    bench.open("kv");
    DROVER_VERIFY_OK(bench.read("k_02"));
    DROVER_VERIFY_OK(bench.write("k_01"));
    QCOMPARE(bench.asked(), std::size_t{2});
    QCOMPARE(bench.call("GET", "kv/holysheep/k_01"), 200);
}

void TestVaultMount::anotherMountOrNamespaceIsAnotherFact()
{
    Bench bench;
    bench.open();
    DROVER_VERIFY_OK(bench.write("k_01"));
    bench.open("secret", "team/");
    DROVER_VERIFY_OK(bench.read("k_01"));
    QCOMPARE(bench.asked(), std::size_t{2});
    QCOMPARE(bench.facts.size(), std::size_t{2});
}

void TestVaultMount::aFactThatCannotBeReadIsNone()
{
    for (const char* text : {"", "2", "3 secret", "nonsense"}) {
        Bench bench;
        bench.open();
        DROVER_VERIFY_OK(bench.write("k_01"));
        bench.facts.begin()->second = text;
        bench.open();
        DROVER_VERIFY_OK(bench.read("k_01"));
        QCOMPARE(bench.facts.begin()->second, std::string("2 secret"));
    }
}

void TestVaultMount::checkAsksAnew()
{
    Bench bench;
    for (std::size_t i = 1; i < 3; ++i) {
        bench.open();
        DROVER_VERIFY_OK(await(bench.store->check(bench.soon())));
        QCOMPARE(bench.asked(), i);
    }
}

DROVER_TEST(TestVaultMount)
#include "TestVaultMount.moc"
