// SPDX-License-Identifier: Apache-2.0
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include "services/RedisClient.h"
#include "support/Await.h"
#include "support/RedisServer.h"
#include "support/TestMain.h"

#include <csignal>

using namespace drover;
using drover::test::await;
using Server = drover::test::RedisServer;

namespace {

struct Bench {
    Bench(const Server& server, const std::string& user = {}, const std::string& password = {}, bool tls = false, const std::string& caFile = {})
        : client({{"127.0.0.1", server.port, tls, user, 0}, caFile}, [password](Deadline) -> Task<Result<Secret>> { co_return Secret(password); })
    {
    }
    Result<redis::Reply> call(std::vector<std::string> words, Duration limit = 30s)
    {
        return await(client.command(std::move(words), Deadline::in(clock, limit)));
    }
    SystemClock clock;
    RedisClient client;
};

} // namespace

// Against the Redis of the distribution.
class TestRedisClient : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void commandsAndTransactions()
    {
        const Server server;
        Bench bench(server);
        DROVER_VERIFY_OK(await(bench.client.check(Deadline::in(bench.clock, 30s))));
        DROVER_VERIFY_OK(bench.call({"HSET", "holysheep:keys:encrypted", "k_01", std::string("a\0b\r\n", 5)}));
        const auto value = bench.call({"HGET", "holysheep:keys:encrypted", "k_01"});
        DROVER_VERIFY_OK(value);
        QCOMPARE(value->text, std::string("a\0b\r\n", 5));
        std::vector<std::vector<std::string>> both{{"HSET", "h", "x", "1"}, {"HGETALL", "h"}};
        const auto done = await(bench.client.transaction(std::move(both), Deadline::in(bench.clock, 30s)));
        DROVER_VERIFY_OK(done);
        QCOMPARE(done->size(), std::size_t(2));
        QCOMPARE((*done)[1].items.size(), std::size_t(2));
        // One wrong command and nothing of it is done.
        std::vector<std::vector<std::string>> wrong{{"HSET", "h", "x", "2"}, {"NOSUCH"}};
        QVERIFY(await(bench.client.transaction(std::move(wrong), Deadline::in(bench.clock, 30s))).has_error());
        QCOMPARE(bench.call({"HGET", "h", "x"})->text, std::string("1"));
        QCOMPARE(bench.call({"NOSUCH"}).error().code, Errc::protocol);
    }

    void manyTasksShareOneConnectionInOrder()
    {
        const Server server;
        Bench bench(server);
        std::vector<Task<Result<redis::Reply>>> all;
        for (int i = 0; i < 500; ++i)
            all.push_back(bench.client.command({"ECHO", std::to_string(i)}, Deadline::in(bench.clock, 30s)));
        const auto replies = await(whenAll(std::move(all)));
        for (int i = 0; i < 500; ++i)
            QCOMPARE(replies[std::size_t(i)]->text, std::to_string(i));
        const auto clients = bench.call({"CLIENT", "LIST"});
        DROVER_VERIFY_OK(clients);
        QCOMPARE(std::count(clients->text.begin(), clients->text.end(), '\n'), 1);
        QVERIFY(clients->text.find("name=drover") != std::string::npos);
    }

    void credentialsAreToldApart()
    {
        const Server server({QStringLiteral("--requirepass"), QStringLiteral("right")});
        QCOMPARE(Bench(server).call({"GET", "x"}).error().code, Errc::unauthorized);
        QCOMPARE(Bench(server, {}, "wrong").call({"GET", "x"}).error().code, Errc::unauthorized);
        Bench admin(server, {}, "right");
        DROVER_VERIFY_OK(admin.call({"ACL", "SETUSER", "drover", "on", ">limited", "~holysheep:*", "+hset", "+hget"}));
        Bench user(server, "drover", "limited");
        DROVER_VERIFY_OK(user.call({"HSET", "holysheep:keys:encrypted", "k", "v"}));
        const auto other = user.call({"HSET", "someone:elses", "k", "v"});
        QVERIFY(other.has_error());
        QCOMPARE(other.error().code, Errc::forbidden);
        QVERIFY(other.error().what.find("limited") == std::string::npos);
    }

    void tlsIsVerified()
    {
        const Server server({}, true);
        Bench trusted(server, {}, {}, true, server.path("cert.pem").toStdString());
        DROVER_VERIFY_OK(trusted.call({"SET", "x", "1"}));
        const auto stranger = Bench(server, {}, {}, true).call({"GET", "x"});
        QVERIFY(stranger.has_error());
        QCOMPARE(stranger.error().code, Errc::network);
        QVERIFY2(stranger.error().what.find("certificate") != std::string::npos, stranger.error().what.c_str());
        const auto nothing = Bench(server, {}, {}, true, "/no/such/file.pem").call({"GET", "x"});
        QCOMPARE(nothing.error().code, Errc::invalidInput);
    }

    void aLostServerIsAnErrorAndItsReturnIsNoticed()
    {
        Server server;
        Bench bench(server);
        DROVER_VERIFY_OK(bench.call({"SET", "x", "1"}));
        server.stop();
        const auto lost = bench.call({"GET", "x"});
        QVERIFY(lost.has_error());
        QCOMPARE(lost.error().code, Errc::network);
        const auto refused = bench.call({"GET", "x"});
        QCOMPARE(refused.error().code, Errc::network);
        QVERIFY2(refused.error().what.find("refused") != std::string::npos, refused.error().what.c_str());
        server.start();
        DROVER_VERIFY_OK(bench.call({"GET", "x"}));
    }

    void aHangingServerEndsByTheDeadline()
    {
        const Server server;
        Bench bench(server);
        DROVER_VERIFY_OK(bench.call({"SET", "x", "1"}));
        ::kill(pid_t(server.process.processId()), SIGSTOP);
        QCOMPARE(bench.call({"GET", "x"}, 300ms).error().code, Errc::timeout);
        {
            // Cancelled while it waits: nobody is told, and nothing is touched.
            Pending dropped{bench.client.command({"GET", "x"}, Deadline::in(bench.clock, 30s)), [](Result<redis::Reply>) { QFAIL("told"); }};
            QCoreApplication::processEvents();
        }
        ::kill(pid_t(server.process.processId()), SIGCONT);
        const auto again = bench.call({"GET", "x"});
        DROVER_VERIFY_OK(again);
        QCOMPARE(again->text, std::string("1"));
    }

    // A program that ends with its answer gives up the client while the socket still tells of the reply.
    void theClientMayGoWithItsReply()
    {
        const SystemClock clock; // the bench's goes with it
        for (const bool tls : {false, true}) {
            const Server server({}, tls);
            auto bench = std::make_unique<Bench>(server, std::string(), std::string(), tls, tls ? server.path("cert.pem").toStdString() : std::string());
            bool told = false;
            const Deadline deadline = Deadline::in(clock, 30s);
            const Pending asking{bench->client.command({"PING"}, deadline), [&](Result<redis::Reply> reply) {
                                     told = reply.has_value();
                                     bench.reset();
                                 }};
            QTRY_VERIFY_WITH_TIMEOUT(!bench, 60'000);
            QVERIFY(told);
            // Nobody is there any more: the same for an error.
            bench = std::make_unique<Bench>(server, "nobody", "wrong", tls, tls ? server.path("cert.pem").toStdString() : std::string());
            const Pending failing{bench->client.command({"PING"}, deadline), [&](Result<redis::Reply>) { bench.reset(); }};
            QTRY_VERIFY_WITH_TIMEOUT(!bench, 60'000);
        }
    }

    void whatIsNotRedisIsSaidSo()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        connect(&other, &QTcpServer::newConnection, this, [&] {
            auto* socket = other.nextPendingConnection();
            socket->write("HTTP/1.1 400 Bad Request\r\n\r\n");
        });
        SystemClock clock;
        RedisClient client({{"127.0.0.1", other.serverPort(), false, "", 0}, {}}, [](Deadline) -> Task<Result<Secret>> { co_return Secret{}; });
        const auto answer = await(client.check(Deadline::in(clock, 30s)));
        QVERIFY(answer.has_error());
        QCOMPARE(answer.error().code, Errc::protocol);
    }
};

DROVER_TEST(TestRedisClient)
#include "TestRedisClient.moc"
