// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "gateway/Arguments.h"
#include "gateway/ControlSocket.h"
#include "gateway/KekSource.h"
#include "support/TestMain.h"

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace drover;
using namespace drover::gateway;

class TestArguments final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsOptions()
    {
        const char* const text[] = {"drover-gateway", "--workspace", "/w", "--kek-fd=3", "--listen", "127.0.0.1:0"};
        const auto arguments = parseArguments(text);
        QVERIFY(arguments.has_value());
        QCOMPARE(arguments->config.string(), std::string("/w/drover.toml"));
        QCOMPARE(arguments->kekDescriptor, 3);
        QCOMPARE(arguments->listen, std::string("127.0.0.1:0"));
    }

    void namesWhatIsWrong_data()
    {
        QTest::addColumn<QByteArrayList>("arguments");
        QTest::addColumn<QByteArray>("option");
        QTest::newRow("nothing") << QByteArrayList{} << QByteArray("--workspace");
        QTest::newRow("no kek") << QByteArrayList{"--workspace", "/w"} << QByteArray("--kek-fd");
        QTest::newRow("two keks") << QByteArrayList{"--workspace", "/w", "--kek-fd", "3", "--kek-file", "f"} << QByteArray("--kek-fd");
        QTest::newRow("unknown") << QByteArrayList{"--frobnicate", "x"} << QByteArray("--frobnicate");
        QTest::newRow("no value") << QByteArrayList{"--workspace"} << QByteArray("--workspace");
        QTest::newRow("path in id") << QByteArrayList{"--id", "../x"} << QByteArray("--id");
        QTest::newRow("two Redis") << QByteArrayList{"--workspace", "/w", "--kek-fd", "3", "--redis-fd", "4", "--redis-file", "f"} << QByteArray("--redis-fd");
        QTest::newRow("bad Redis fd") << QByteArrayList{"--redis-fd", "-1"} << QByteArray("--redis-fd");
        QTest::newRow("bad fd") << QByteArrayList{"--kek-fd", "x"} << QByteArray("--kek-fd");
    }
    void namesWhatIsWrong()
    {
        QFETCH(QByteArrayList, arguments);
        QFETCH(QByteArray, option);
        std::vector<const char*> text{"drover-gateway"};
        for (const auto& one : arguments)
            text.push_back(one.constData());
        const auto parsed = parseArguments(text);
        QVERIFY(!parsed.has_value());
        QCOMPARE(parsed.error().where, option.toStdString());
        QCOMPARE(exitCode(parsed.error().code), 2);
    }

    void aKekFileOthersCanReadIsRefused()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath(QStringLiteral("kek")).toStdString();
        const Kek kek = makeKek();
        writeKekLine(kek).reveal([&](std::string_view line) { std::ofstream(file) << line; });
        std::filesystem::permissions(file, std::filesystem::perms(0640));
        QVERIFY(!readKekFile(file).has_value());
        std::filesystem::permissions(file, std::filesystem::perms(0600));
        const auto keks = readKekFile(file);
        QVERIFY(keks.has_value());
        QVERIFY(keks->front().key.equals(kek.key));
        QVERIFY(!readKekFile(file.string() + ".none").has_value());
    }

    void aRedisComesByFileOrPipe()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath(QStringLiteral("redis")).toStdString();
        std::ofstream(file) << "rediss://drover:p%40ss@cache.example.org:6380/1\n";
        std::filesystem::permissions(file, std::filesystem::perms(0644));
        QVERIFY(readRedisFile(file).has_error());
        std::filesystem::permissions(file, std::filesystem::perms(0600));
        const auto login = readRedisFile(file);
        QVERIFY(login.has_value());
        QCOMPARE(login->address, (redis::Address{"cache.example.org", 6380, true, "drover", 1}));
        QVERIFY(login->password.equals(Secret("p@ss")));
        std::ofstream(file) << "planted-password";
        const auto wrong = readRedisFile(file);
        QVERIFY(wrong.has_error());
        QVERIFY(describe(wrong.error()).find("planted") == std::string::npos);
        QVERIFY(readPasswordFile(file).value().equals(Secret("planted-password")));
        int ends[2];
        QCOMPARE(::pipe(ends), 0);
        QCOMPARE(::write(ends[1], "redis://127.0.0.1", 17), ssize_t(17));
        ::close(ends[1]);
        QCOMPARE(readRedisDescriptor(ends[0]).value().address.host, std::string("127.0.0.1"));
    }

    void aPipeGivesKeksToo()
    {
        int ends[2];
        QCOMPARE(::pipe(ends), 0);
        const Kek kek = makeKek();
        writeKekLine(kek).reveal([&](std::string_view line) { QCOMPARE(::write(ends[1], line.data(), line.size()), ssize_t(line.size())); });
        ::close(ends[1]);
        const auto keks = readKekDescriptor(ends[0]);
        QVERIFY(keks.has_value());
        QCOMPARE(keks->front().id, kek.id);
    }

    void commandsAreWordsOrJson()
    {
        QCOMPARE(commandOf("drain\r"), std::string("drain"));
        QCOMPARE(commandOf("{\"command\":\"reload\"}"), std::string("reload"));
        QCOMPARE(commandOf("{}"), std::string());
    }
};

DROVER_TEST(TestArguments)
#include "TestArguments.moc"
