// SPDX-License-Identifier: Apache-2.0
// Files that the gateway writes and watches.
#include <QTemporaryDir>
#include <QTest>

#include "Stage.h"
#include "gateway/FileWriter.h"
#include "gateway/WatchedFile.h"
#include "protocol/routing/Document.h"
#include "support/TestMain.h"

#include <csignal>
#include <fstream>
#include <future>
#include <set>
#include <sstream>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace drover;
using namespace drover::gateway;
using drover::test::eventually;
using drover::test::Stage;

namespace {

std::string textOf(const std::filesystem::path& file)
{
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

} // namespace

class TestFiles final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ofTextsThatWaitOnlyTheNewestIsWritten()
    {
        QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "ack.json";
        SystemClock clock;
        Log log{clock, [](std::string_view) {}};
        std::promise<void> begun, gate;
        int asked = 0;
        {
            FileWriter writer{log};
            writer.run([&] {
                begun.set_value();
                gate.get_future().wait();
            });
            begun.get_future().wait();
            for (const char* text : {"one", "two", "three"})
                writer.replaceLatest(file, [text, &asked] {
                    ++asked;
                    return std::string(text);
                });
            gate.set_value();
        }
        QCOMPARE(textOf(file), std::string("three"));
        QCOMPARE(asked, 1);
    }

    // A disk that takes no log line any more: what is served is acknowledged all the same.
    void aStuckLogDelaysNoAcknowledgement()
    {
        Stage stage;
        stage.route(1, 0, Phase::idle);
        const auto requests = stage.root / "gateway" / "requests";
        std::filesystem::create_directories(requests);
        const auto log = requests / ("g_test-" + formatDate(stage.clock.now()) + ".jsonl");
        QCOMPARE(::mkfifo(log.c_str(), 0600), 0); // opening it for writing waits for a reader
        QVERIFY(stage.start().has_value());
        QCOMPARE(stage.chat("u").status.value(), 200);
        stage.route(2, 0, Phase::idle);
        QVERIFY(stage.serves(2));
        // They come each second: the third is later than the line that is stuck.
        std::set<WallTime> stamps;
        const bool acknowledged = eventually([&] {
            const auto ack = parseAck(textOf(stage.root / "gateway" / "acks" / "g_test.json"));
            if (ack.has_value() && ack->generation == 2)
                stamps.insert(ack->at);
            return stamps.size() == 3;
        });
        std::thread reader([&] { textOf(log); });
        stage.stop();
        reader.join();
        QVERIFY(acknowledged);
    }

    // A disk that is full in the middle of a line: what comes later is a line of its own.
    void noHalfLineStays()
    {
        constexpr std::size_t room = 1024 * 1024;
        QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "log.jsonl";
        SystemClock clock;
        Log log{clock, [](std::string_view) {}};
        const std::string first = std::string(room - 10, 'a') + "\n";
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        std::signal(SIGXFSZ, SIG_IGN);
        {
            FileWriter writer{log};
            writer.append(file, first);
            writer.run([&] {
                const rlimit full{room, before.rlim_max};
                ::setrlimit(RLIMIT_FSIZE, &full);
            });
            writer.append(file, std::string(100, 'b') + "\n");
            writer.run([&] { ::setrlimit(RLIMIT_FSIZE, &before); });
            writer.append(file, "c\n");
        }
        QVERIFY(textOf(file) == first + "c\n");
    }

    void oldLogsGoWhenTheDateChanges()
    {
        Stage stage;
        const auto old = stage.root / "gateway" / "requests" / ("g_other-" + formatDate(stage.clock.now()) + ".jsonl");
        std::filesystem::create_directories(old.parent_path());
        std::ofstream(old) << "{}\n";
        QVERIFY(stage.start().has_value());
        QVERIFY(eventually([&] { return std::filesystem::exists(stage.root / "gateway" / "acks" / "g_test.json"); }));
        QVERIFY(std::filesystem::exists(old));
        stage.clock.jump(std::chrono::days(stage.config.retention.requestsDays + 1));
        QVERIFY(eventually([&] { return !std::filesystem::exists(old); }));
    }

    void aFileThatCouldNotBeReadIsTriedAgain()
    {
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "tokens.json";
        std::ofstream(path) << "text";
        WatchedFile file{path};
        QVERIFY(file.changed());
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
        const rlimit none{0, before.rlim_max};
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0); // out of descriptors
        const auto failed = file.read();
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &before), 0);
        QVERIFY(!failed.has_value());
        QVERIFY(file.changed());
        const auto read = file.read();
        QVERIFY(read.has_value() && *read == "text");
        QVERIFY(!file.changed());
    }
};

DROVER_TEST(TestFiles)
#include "TestFiles.moc"
