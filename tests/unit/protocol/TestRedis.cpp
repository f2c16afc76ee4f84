// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "protocol/redis/Redis.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::redis;

namespace {

std::vector<Reply> readAll(std::string_view bytes, std::size_t piece)
{
    ReplyReader reader;
    std::vector<Reply> out;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.feed(bytes.substr(at, piece));
        for (;;) {
            const auto next = reader.next();
            if (!next.has_value() || !next->has_value())
                break;
            out.push_back(**next);
        }
    }
    return out;
}

std::string greetingOf(const Conversation& conversation)
{
    return conversation.greeting().reveal([](std::string_view view) { return std::string(view); });
}

} // namespace

class TestRedis : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesWordsOfAnyBytes()
    {
        const std::vector<std::string> words{"SET", std::string("a\0\r\n", 4), ""};
        QCOMPARE(writeCommand(words), std::string("*3\r\n$3\r\nSET\r\n$4\r\na\0\r\n\r\n$0\r\n\r\n", 29));
    }

    void readsRepliesHoweverTheyAreCut()
    {
        const std::string bytes = "+OK\r\n:42\r\n$5\r\nhe\r\no\r\n$-1\r\n*2\r\n$1\r\na\r\n*1\r\n:7\r\n-ERR no\r\n*-1\r\n";
        const auto whole = readAll(bytes, bytes.size());
        QCOMPARE(whole.size(), std::size_t(7));
        QCOMPARE(whole[0].kind, Reply::Kind::status);
        QCOMPARE(whole[1].integer, std::int64_t(42));
        QCOMPARE(whole[2].text, std::string("he\r\no"));
        QCOMPARE(whole[3].kind, Reply::Kind::null);
        QCOMPARE(whole[4].items[1].items[0].integer, std::int64_t(7));
        QVERIFY(whole[5].isError());
        QCOMPARE(whole[6].kind, Reply::Kind::null);
        for (std::size_t piece = 1; piece < bytes.size(); ++piece)
            QCOMPARE(readAll(bytes, piece), whole);
    }

    void refusesWhatIsNotRedis()
    {
        ReplyReader reader;
        reader.feed("HTTP/1.1 400 Bad Request\r\n");
        const auto next = reader.next();
        QVERIFY(next.has_error());
        QCOMPARE(next.error().code, Errc::protocol);
    }

    void takesAnyBytes()
    {
        Random random{9};
        for (int round = 0; round < 2000; ++round) {
            std::string bytes;
            for (int i = 0; i < 40; ++i)
                bytes += "*$+-:\r\n0123456789abc"[std::size_t(random.uniform() * 20)];
            (void)readAll(bytes, 7);
        }
    }

    void readsAddresses()
    {
        const auto plain = parseAddress("redis://127.0.0.1");
        QVERIFY(plain.has_value());
        QCOMPARE(*plain, (Address{"127.0.0.1", 6379, false, "", 0}));
        const auto full = parseAddress("rediss://drover@cache.example.org:6380/3");
        QVERIFY(full.has_value());
        QCOMPARE(*full, (Address{"cache.example.org", 6380, true, "drover", 3}));
        const auto six = parseAddress("rediss://[2001:db8::1]:7000");
        QVERIFY(six.has_value());
        QCOMPARE(six->host, std::string("2001:db8::1"));
        const auto login = parseLogin("redis://me%40work:p%3A%2Fss@localhost/1");
        QVERIFY(login.has_value());
        QCOMPARE(login->address.user, std::string("me@work"));
        QVERIFY(login->password.equals(Secret("p:/ss")));
    }

    void writesALoginThatReadsTheSame()
    {
        for (const char* url : {"redis://127.0.0.1:6379/0", "rediss://me%40work:p%3A%2Fs%25s@[2001:DB8::1]:7000/3", "rediss://:only@h:1/0", "rediss://drover@h:1/0"}) {
            const auto login = parseLogin(url);
            QVERIFY(login.has_value());
            const Secret written = writeLogin(*login);
            const auto again = written.reveal([](std::string_view text) { return parseLogin(text); });
            QVERIFY(again.has_value());
            QCOMPARE(again->address, login->address);
            QVERIFY(again->password.equals(login->password));
        }
    }

    void saysWhatIsWrongWithAnAddressAndNeverThePassword_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("says");
        QTest::newRow("scheme") << "http://127.0.0.1" << "redis://";
        QTest::newRow("far without TLS") << "redis://cache.example.org" << "rediss://";
        QTest::newRow("no host") << "redis:///1" << "no host";
        QTest::newRow("port") << "redis://127.0.0.1:70000" << "port";
        QTest::newRow("database") << "redis://127.0.0.1/one" << "database";
        QTest::newRow("bracket") << "rediss://[::1" << "brackets";
        QTest::newRow("password") << "rediss://u:planted-password@h" << "reference";
    }
    void saysWhatIsWrongWithAnAddressAndNeverThePassword()
    {
        QFETCH(QString, url);
        QFETCH(QString, says);
        const auto parsed = parseAddress(url.toStdString());
        QVERIFY(parsed.has_error());
        QCOMPARE(parsed.error().code, Errc::invalidInput);
        const QString what = QString::fromStdString(parsed.error().what);
        QVERIFY2(what.contains(says), qPrintable(what));
        QVERIFY(!what.contains(u"planted"));
    }

    void logsInBeforeAnythingElse()
    {
        Conversation conversation{Address{"h", 6379, true, "drover", 2}, Secret("pw")};
        QCOMPARE(greetingOf(conversation), std::string("*3\r\n$4\r\nAUTH\r\n$6\r\ndrover\r\n$2\r\npw\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n"
                                                       "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$6\r\ndrover\r\n"));
        QVERIFY(!conversation.ready());
        const auto first = conversation.receive("+OK\r\n+OK\r\n+O");
        QVERIFY(first.has_value() && first->empty() && !conversation.ready());
        const auto rest = conversation.receive("K\r\n+PONG\r\n");
        QVERIFY(rest.has_value() && conversation.ready());
        QCOMPARE(rest->size(), std::size_t(1));
        QCOMPARE(rest->front().text, std::string("PONG"));
    }

    void aRefusedLoginSaysWhatToDo()
    {
        Conversation conversation{Address{"h", 6379, true, "", 0}, Secret("pw")};
        const auto refused = conversation.receive("-WRONGPASS invalid username-password pair or user is disabled.\r\n");
        QVERIFY(refused.has_error());
        QCOMPARE(refused.error().code, Errc::unauthorized);
        // Without the right to CLIENT SETNAME everything else works.
        Conversation nameless{Address{"h", 6379, true, "", 0}, Secret{}};
        QVERIFY(nameless.receive("-NOPERM this user has no permissions\r\n").has_value());
        QVERIFY(nameless.ready());
    }

    void tellsErrorsApart_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("code");
        const auto row = [](const char* text, Errc code) { QTest::newRow(text) << QString::fromLatin1(text) << int(code); };
        row("NOAUTH Authentication required.", Errc::unauthorized);
        row("NOPERM no", Errc::forbidden);
        row("LOADING Redis is loading the dataset in memory", Errc::unavailable);
        row("READONLY You can't write against a read only replica.", Errc::unavailable);
        row("MOVED 3999 127.0.0.1:6381", Errc::unavailable);
        row("OOM command not allowed when used memory > 'maxmemory'.", Errc::quota);
        row("EXECABORT Transaction discarded because of previous errors.", Errc::conflict);
        row("WRONGTYPE Operation against a key holding the wrong kind of value script: 3cb0, on @user_script:1.", Errc::invalidInput);
        row("ERR The user executing the script can't run this command or subcommand script: 3cb0, on @user_script:1.", Errc::forbidden);
        row("ERR Error running script (call to f_3cb0): @user_script:2: -READONLY You can't write against a read only replica.", Errc::unavailable);
        row("ERR AUTH <password> called without any password configured for the default user.", Errc::unauthorized);
        row("ERR unknown command", Errc::protocol);
    }
    void tellsErrorsApart()
    {
        QFETCH(QString, text);
        QFETCH(int, code);
        Reply reply;
        reply.kind = Reply::Kind::error;
        reply.text = text.toStdString();
        QCOMPARE(int(errorOf(reply).code), code);
    }
};

DROVER_TEST(TestRedis)
#include "TestRedis.moc"
