// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "protocol/redis/KeysHash.h"
#include "protocol/routing/Sealing.h"
#include "protocol/routing/Tokens.h"
#include "services/FileRoutingStore.h"
#include "services/RedisKeys.h"
#include "support/Await.h"
#include "support/RedisServer.h"
#include "support/TestMain.h"

#include <csignal>

using namespace drover;
using drover::test::await;
using drover::test::Folder;
using drover::test::RedisServer;

namespace {

constexpr const char* hash = "holysheep:keys:encrypted";

// A controller of the workspace w_1 on a machine of its own.
struct Writer {
    explicit Writer(const RedisServer& server, const std::string& kekId = "kek_ours", const std::string& user = {}, const std::string& password = {})
        : client({{"127.0.0.1", server.port, false, user, 0}, {}}, [password](Deadline) -> Task<Result<Secret>> { co_return Secret(password); }),
          files(folder / "gateway"), store(files, client, [kekId](Deadline) -> Task<Result<std::set<std::string>>> { co_return std::set{kekId}; })
    {
    }
    Deadline soon(Duration limit = 30s) const { return Deadline::in(clock, limit); }
    SealedKeys keys() { return await(store.keys(soon())).value(); }
    Result<void> write(SealedKeys next, SealedKeys expected) { return await(store.writeKeys(std::move(next), std::move(expected), soon())); }
    redis::Reply raw(std::vector<std::string> words) { return await(client.command(std::move(words), soon())).value(); }

    SystemClock clock;
    Folder folder;
    RedisClient client;
    FileRoutingStore files;
    RedisKeys store;
};

SealedKey sealed(const std::string& text, const std::string& kek = "kek_ours")
{
    return {kek, {"api.holysheep.ai"}, text};
}

} // namespace

// The sealed keys in the Redis of the distribution.
class TestRedisKeys : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keysGoToRedisAndNothingElseDoes()
    {
        const RedisServer server;
        Writer writer(server);
        QVERIFY(writer.keys().empty());
        const SealedKeys both{{"k_01", sealed("a")}, {"k_02", sealed("b")}};
        DROVER_VERIFY_OK(writer.write(both, {}));
        QVERIFY(writer.keys() == both);
        QCOMPARE(writer.raw({"HGET", hash, "k_01"}).text, writeSealedKey(sealed("a")));
        DROVER_VERIFY_OK(writer.write({{"k_02", sealed("b2")}}, both));
        QVERIFY((writer.keys() == SealedKeys{{"k_02", sealed("b2")}}));
        QCOMPARE(writer.raw({"DBSIZE"}).integer, std::int64_t(1));
        QVERIFY(!std::filesystem::exists(writer.folder / "gateway/keys.json"));
        // The rest stays in the workspace.
        const auto token = mintToken("app", writer.clock.now());
        ClientTokens tokens;
        tokens.emplace(token.record.sha256, token.record);
        DROVER_VERIFY_OK(await(writer.store.writeTokens(tokens, writer.soon())));
        QVERIFY(std::filesystem::exists(writer.folder / "gateway/tokens.json"));
        QCOMPARE(await(writer.store.tokens(writer.soon())).value().size(), std::size_t(1));
    }

    void twoWritersLoseNoKey()
    {
        const RedisServer server;
        std::vector<std::unique_ptr<Writer>> writers;
        std::vector<Task<Result<void>>> all;
        for (int i = 0; i < 20; ++i)
            writers.push_back(std::make_unique<Writer>(server));
        // Each has read the empty hash, and each brings a key of its own.
        for (int i = 0; i < 20; ++i) {
            Writer& one = *writers[std::size_t(i)];
            all.push_back(one.store.writeKeys({{"k_" + std::to_string(i), sealed("s" + std::to_string(i))}}, {}, one.soon()));
        }
        for (const auto& done : await(whenAll(std::move(all))))
            DROVER_VERIFY_OK(done);
        QCOMPARE(writers[0]->keys().size(), std::size_t(20));
        // The same key by two: one is told, and nothing of its change is done.
        Writer& first = *writers[0];
        const SealedKeys seen{{"k_0", sealed("s0")}, {"k_1", sealed("s1")}};
        DROVER_VERIFY_OK(writers[1]->write({{"k_0", sealed("theirs")}, {"k_1", sealed("s1")}}, seen));
        const auto late = first.write({{"k_0", sealed("mine")}}, seen);
        QVERIFY(late.has_error());
        QCOMPARE(late.error().code, Errc::conflict);
        QVERIFY(first.keys().at("k_0") == sealed("theirs"));
        QVERIFY(first.keys().contains("k_1"));
    }

    void theScriptComparesBeforeItWrites()
    {
        const RedisServer server;
        Writer writer(server);
        DROVER_VERIFY_OK(writer.write({{"k_01", sealed("a")}}, {}));
        // As if another had written between the look and the change.
        const std::vector<redis::FieldChange> stale{{"k_02", std::nullopt, "new"}, {"k_01", "not what stands there", "x"}};
        QCOMPARE(writer.raw(redis::changeKeysCommand(stale)).integer, std::int64_t(0));
        const std::vector<redis::FieldChange> made{{"k_01", std::nullopt, "x"}};
        QCOMPARE(writer.raw(redis::changeKeysCommand(made)).integer, std::int64_t(0));
        QVERIFY((writer.keys() == SealedKeys{{"k_01", sealed("a")}}));
        QCOMPARE(writer.raw({"HLEN", hash}).integer, std::int64_t(1));
    }

    void whatIsNotOursStays()
    {
        const RedisServer server;
        Writer ours(server);
        Writer theirs(server, "kek_theirs");
        DROVER_VERIFY_OK(theirs.write({{"k_01", sealed("t", "kek_theirs")}}, {}));
        ours.raw({"HSET", hash, "k_playbook", "AES:0123"});
        QVERIFY(ours.keys().empty());
        const auto taken = ours.write({{"k_01", sealed("a")}}, {});
        QVERIFY(taken.has_error());
        QCOMPARE(taken.error().code, Errc::refused);
        DROVER_VERIFY_OK(ours.write({{"k_02", sealed("b")}}, {}));
        DROVER_VERIFY_OK(ours.write({}, {{"k_02", sealed("b")}}));
        QVERIFY((theirs.keys() == SealedKeys{{"k_01", sealed("t", "kek_theirs")}}));
        QCOMPARE(ours.raw({"HGET", hash, "k_playbook"}).text, std::string("AES:0123"));
    }

    void theCheckSaysWhatIsWrong()
    {
        const RedisServer server;
        Writer admin(server);
        DROVER_VERIFY_OK(await(admin.store.check(admin.soon())));
        QCOMPARE(admin.raw({"DBSIZE"}).integer, std::int64_t(0)); // nothing is changed by it
        const auto user = [&](const char* name, std::vector<std::string> rights) {
            rights.insert(rights.begin(), {"ACL", "SETUSER", name, "on", ">pw"});
            admin.raw(std::move(rights));
        };
        user("whole", {"~holysheep:*", "+ping", "+hgetall", "+eval", "+hget", "+hset", "+hdel"});
        user("reads", {"~holysheep:*", "+ping", "+hgetall"});
        user("halfway", {"~holysheep:*", "+ping", "+hgetall", "+eval", "+hget"});
        user("removes", {"~holysheep:*", "+ping", "+hgetall", "+eval", "+hget", "+hdel"});
        user("elsewhere", {"~other:*", "+@all"});
        const auto checked = [&](const char* name, const char* password) {
            Writer one(server, "kek_ours", name, password);
            const auto result = await(one.store.check(one.soon()));
            return result.has_value() ? std::string("fine") : std::string(errcName(result.error().code)) + ": " + result.error().what;
        };
        QCOMPARE(checked("whole", "pw"), std::string("fine"));
        for (const char* name : {"reads", "halfway", "removes", "elsewhere"}) {
            const std::string said = checked(name, "pw");
            QVERIFY2(said.starts_with("forbidden") && said.find("ACL") != std::string::npos, said.c_str());
        }
        QVERIFY(checked("whole", "planted-wrong").starts_with("unauthorized"));
        QVERIFY(checked("whole", "planted-wrong").find("planted") == std::string::npos);
        // The limited user is enough for all of it.
        Writer limited(server, "kek_ours", "whole", "pw");
        DROVER_VERIFY_OK(limited.write({{"k_01", sealed("a")}}, {}));
        QCOMPARE(limited.keys().size(), std::size_t(1));

        admin.raw({"DEL", hash});
        admin.raw({"SET", hash, "a string"});
        QVERIFY(checked("whole", "pw").starts_with("invalidInput"));
        admin.raw({"DEL", hash});
        admin.raw({"CONFIG", "SET", "maxmemory", "1"});
        const auto full = admin.write({{"k_01", sealed("a")}}, {});
        QVERIFY(full.has_error());
        QCOMPARE(full.error().code, Errc::quota);
        admin.raw({"CONFIG", "SET", "maxmemory", "0"});
        admin.raw({"REPLICAOF", "127.0.0.1", "1"});
        QVERIFY(checked("whole", "pw").starts_with("unavailable"));
    }

    void aRedisThatIsAwayOrHangsEndsByTheDeadline()
    {
        RedisServer server;
        Writer writer(server);
        DROVER_VERIFY_OK(writer.write({{"k_01", sealed("a")}}, {}));
        ::kill(pid_t(server.process.processId()), SIGSTOP);
        QCOMPARE(await(writer.store.keys(writer.soon(300ms))).error().code, Errc::timeout);
        QCOMPARE(await(writer.store.writeKeys({}, {{"k_01", sealed("a")}}, writer.soon(300ms))).error().code, Errc::timeout);
        ::kill(pid_t(server.process.processId()), SIGCONT);
        server.stop();
        QCOMPARE(await(writer.store.keys(writer.soon())).error().code, Errc::network);
        server.start(); // without persistence: empty
        QVERIFY(writer.keys().empty());
        DROVER_VERIFY_OK(writer.write({{"k_01", sealed("a")}}, {}));
    }
};

DROVER_TEST(TestRedisKeys)
#include "TestRedisKeys.moc"
