// SPDX-License-Identifier: Apache-2.0
#include <QTest>
#include <QThread>

#include "support/Await.h"
#include "support/Folder.h"
#include "support/TestMain.h"

#include "services/ChildPrograms.h"

#include <sys/stat.h>

#include <csignal>

using drover::ChildPrograms;
using drover::Deadline;
using drover::Errc;
using drover::GatewayStart;
using drover::LoadStart;
using drover::SandboxStart;
using drover::Secret;
using drover::test::await;
using drover::test::Folder;
using namespace std::chrono_literals;

namespace {

constexpr auto gatewayLine =
    R"({"program":"drover-gateway","id":"g1","listen":"http://127.0.0.1:1","admin":"a","control":"c"})";
constexpr auto sandboxLine =
    R"({"program":"drover-sandbox","targets":{"legacy":{"openai":"http://l/v1","anthropic":"http://l"},)"
    R"("holysheep":{"openai":"http://h/v1","anthropic":"http://h","regions":{"us-east":"http://e/v1"}}},)"
    R"("vault":"http://v","control":"http://c"})";

// The programs are shell scripts here: what is tested is how they are started, watched and ended.
void script(const Folder& folder, const char* name, const std::string& text)
{
    const auto file = folder.write(std::string("bin/") + name, "#!/bin/sh\n" + text);
    ::chmod(file.c_str(), 0755);
}

bool alive(std::int64_t pid)
{
    return ::kill(pid_t(pid), 0) == 0;
}

} // namespace

class TestChildPrograms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void startsAGatewayAndHandsOverTheKekByPipe();
    void keepsSecretsOutOfTheEnvironment();
    void readsTheSandboxsAddresses();
    void saysWhichProgramIsMissing();
    void tellsABusyPortFromBadInput();
    void givesUpAtTheDeadlineAndEndsTheProgram();
    void destroyingAChildEndsIt();
    void aStubbornChildIsKilled();
    void aGatewayMayOutliveUs();
    void diesWithItsStarterUnlessItOutlives();
    void givesWhatTheLoadSaid();
    void finishTellsAFailure();
    void finishGivesUpOnAProgramThatDoesNotEnd();
    void stopsNobodyWhereNobodyListens();

private:
    Deadline soon() const { return Deadline::in(clock_, 30s); }
    GatewayStart start(const Folder& folder, bool outlives = false) const
    {
        return {folder / "w", {}, {}, outlives};
    }
    drover::SystemClock clock_;
};

void TestChildPrograms::startsAGatewayAndHandsOverTheKekByPipe()
{
    const Folder folder;
    script(folder, "drover-gateway",
           "echo \"args $*\" >&2\n"
           "while [ $# -gt 1 ]; do [ \"$1\" = --kek-fd ] && fd=$2; shift; done\n"
           "eval \"read -r kek <&$fd; cat <&$fd >/dev/null\"\n" // to the end, so the writing end is closed
           "[ -z \"$(cat)\" ] && [ \"$kek\" = 'kek_1 AAAA' ] && echo '" +
               std::string(gatewayLine) +
               "'\n"
               "echo later; exec sleep 1000\n");
    ChildPrograms programs{folder / "bin"};
    auto options = start(folder);
    options.listen = "127.0.0.1:0";
    auto started = await(programs.gateway(std::move(options), Secret{"kek_1 AAAA\n"}, soon()));
    DROVER_VERIFY_OK(started);
    QCOMPARE(started->info.id, std::string("g1"));
    QCOMPARE(started->info.control, std::string("c"));
    QVERIFY(alive(started->info.pid));
    QVERIFY(started->child->running());
    const auto log = folder.read("w/gateway/g1.log");
    QVERIFY(log.find("--workspace " + (folder / "w").string() + " --listen 127.0.0.1:0 --kek-fd ") !=
            std::string::npos);
    QVERIFY(log.find("AAAA") == std::string::npos);
    QCOMPARE(int(std::filesystem::status(folder / "w/gateway/g1.log").permissions()), 0600);
}

void TestChildPrograms::keepsSecretsOutOfTheEnvironment()
{
    const Folder folder;
    for (const char* name :
         {"VAULT_TOKEN", "HOLYSHEEP_API_KEY", "ADMIN_KEY", "OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "REDIS_URL",
          "DATABASE_URL", "PGPASS", "ANYTHING"}) // no name tells what is a secret
        qputenv(name, "planted-secret");
    qputenv("LC_TIME", "C.UTF-8");
    qputenv("ASAN_OPTIONS", qgetenv("ASAN_OPTIONS").isEmpty() ? QByteArray("detect_leaks=1") : qgetenv("ASAN_OPTIONS"));
    script(folder, "drover-gateway", "env\necho '" + std::string(gatewayLine) + "'\nexec sleep 1000\n");
    ChildPrograms programs{folder / "bin"};
    const auto started = await(programs.gateway(start(folder), Secret{"k"}, soon()));
    QVERIFY(!started.has_value() || started->child != nullptr);
    std::string log;
    for (const auto& item : std::filesystem::directory_iterator{folder / "w/gateway"})
        log += folder.read("w/gateway/" + item.path().filename().string());
    for (const char* kept : {"PATH=", "LC_TIME=C.UTF-8", "ASAN_OPTIONS="})
        QVERIFY2(log.find(kept) != std::string::npos, kept);
    QVERIFY(log.find("planted-secret") == std::string::npos);
}

void TestChildPrograms::readsTheSandboxsAddresses()
{
    const Folder folder;
    script(folder, "drover-sandbox",
           "echo \"$*\" >&2\necho '" + std::string(sandboxLine) + "'\nexec sleep 1000\n");
    ChildPrograms programs{folder / "bin"};
    const auto started = await(programs.sandbox({folder / "w", "degraded", 7, 9000}, soon()));
    DROVER_VERIFY_OK(started);
    QCOMPARE(started->info.targets.at("legacy").anthropic, std::string("http://l"));
    QCOMPARE(started->info.targets.at("holysheep").regions.at("us-east"), std::string("http://e/v1"));
    QCOMPARE(started->info.vault, std::string("http://v"));
    QVERIFY(folder.read("w/sandbox/sandbox.log").find("--scenario degraded --seed 7 --port-base 9000") !=
            std::string::npos);
}

void TestChildPrograms::saysWhichProgramIsMissing()
{
    const Folder folder;
    ChildPrograms programs{folder / "bin"};
    const auto started = await(programs.sandbox({folder / "w", "healthy", {}, {}}, soon()));
    QCOMPARE(int(started.error().code), int(Errc::notFound));
    QVERIFY(started.error().where.find("drover-sandbox") != std::string::npos);
}

void TestChildPrograms::tellsABusyPortFromBadInput()
{
    const Folder folder;
    script(folder, "drover-gateway",
           "echo 'drover-gateway: 127.0.0.1:8080: address already in use' >&2\nexit 2\n");
    ChildPrograms programs{folder / "bin"};
    auto started = await(programs.gateway(start(folder), Secret{"k"}, soon()));
    QCOMPARE(int(started.error().code), int(Errc::busy));
    QCOMPARE(started.error().what, std::string("127.0.0.1:8080: address already in use"));
    script(folder, "drover-gateway", "echo 'drover-gateway: drover.toml:3: no such thing' >&2\nexit 2\n");
    started = await(programs.gateway(start(folder), Secret{"k"}, soon()));
    QCOMPARE(int(started.error().code), int(Errc::invalidInput));
    script(folder, "drover-gateway", "exit 1\n");
    started = await(programs.gateway(start(folder), Secret{"k"}, soon()));
    QCOMPARE(int(started.error().code), int(Errc::internal));
    QVERIFY(std::filesystem::is_empty(folder / "w/gateway")); // no log of a start that was none
}

void TestChildPrograms::givesUpAtTheDeadlineAndEndsTheProgram()
{
    const Folder folder;
    script(folder, "drover-sandbox", "echo $$ > " + (folder / "pid").string() + "\nexec sleep 1000\n");
    ChildPrograms programs{folder / "bin"};
    const auto started =
        await(programs.sandbox({folder / "w", "healthy", {}, {}}, Deadline::in(clock_, 200ms)));
    QCOMPARE(int(started.error().code), int(Errc::timeout));
    const auto pid = std::stoll("0" + folder.read("pid"));
    QTRY_VERIFY(pid == 0 || !alive(pid));
}

void TestChildPrograms::destroyingAChildEndsIt()
{
    const Folder folder;
    script(folder, "drover-sandbox", "echo '" + std::string(sandboxLine) + "'\nexec sleep 1000\n");
    ChildPrograms programs{folder / "bin"};
    std::int64_t pid = 0;
    {
        const auto started = await(programs.sandbox({folder / "w", "healthy", {}, {}}, soon()));
        DROVER_VERIFY_OK(started);
        pid = started->info.pid;
        QVERIFY(alive(pid));
    }
    QTRY_VERIFY(!alive(pid));
}

void TestChildPrograms::aStubbornChildIsKilled()
{
    const Folder folder;
    script(folder, "drover-sandbox",
           "trap '' TERM\necho '" + std::string(sandboxLine) + "'\nwhile :; do sleep 1; done\n");
    std::int64_t pid = 0;
    {
        ChildPrograms programs{folder / "bin"};
        const auto started = await(programs.sandbox({folder / "w", "healthy", {}, {}}, soon()));
        DROVER_VERIFY_OK(started);
        pid = started->info.pid;
    } // waits for the killing
    QVERIFY(!alive(pid));
}

void TestChildPrograms::aGatewayMayOutliveUs()
{
    const Folder folder;
    script(folder, "drover-gateway", "echo '" + std::string(gatewayLine) + "'\nexec sleep 1000\n");
    std::int64_t pid = 0;
    {
        ChildPrograms programs{folder / "bin"};
        const auto started = await(programs.gateway(start(folder, true), Secret{"k"}, soon()));
        DROVER_VERIFY_OK(started);
        QVERIFY(started->child == nullptr);
        pid = started->info.pid;
    }
    QVERIFY(alive(pid));
    QCOMPARE(::kill(pid_t(pid), SIGKILL), 0);
}

void TestChildPrograms::diesWithItsStarterUnlessItOutlives()
{
    const Folder folder;
    script(folder, "drover-gateway", "echo '" + std::string(gatewayLine) + "'\nexec sleep 1000\n");
    ChildPrograms programs{folder / "bin"};
    std::vector<drover::Result<drover::Started<drover::GatewayProcess>>> started;
    // To the kernel the starter is the thread: one that ends is as good as a process that is killed.
    const std::unique_ptr<QThread> starter{QThread::create([&] {
        for (const bool outlives : {false, true})
            started.push_back(await(programs.gateway(start(folder, outlives), Secret{"k"}, soon())));
    })};
    starter->start();
    QVERIFY(starter->wait());
    DROVER_VERIFY_OK(started.at(0));
    DROVER_VERIFY_OK(started.at(1));
    QTRY_VERIFY(!started[0]->child->running());
    QVERIFY(alive(started[1]->info.pid));
    QCOMPARE(::kill(pid_t(started[1]->info.pid), SIGKILL), 0);
}

void TestChildPrograms::givesWhatTheLoadSaid()
{
    const Folder folder;
    script(
        folder, "drover-sandbox",
        "read -r token\ntrap 'echo \"{\\\"token\\\":\\\"$token\\\",\\\"args\\\":\\\"$*\\\"}\"; exit 0' TERM\n"
        "touch " +
            (folder / "ready").string() + "\nwhile :; do sleep 0.01; done\n");
    ChildPrograms programs{folder / "bin"};
    LoadStart options;
    options.trace = "t.csv";
    options.target = "http://127.0.0.1:1/v1";
    options.rate = 400;
    options.streamShare = 0.3;
    auto load = await(programs.load(options, Secret{"drv_x"}, soon()));
    DROVER_VERIFY_OK(load);
    QTRY_VERIFY(std::filesystem::exists(folder / "ready"));
    const auto said = await((*load)->finish(soon()));
    DROVER_VERIFY_OK(said);
    QCOMPARE(*said,
             std::string("{\"token\":\"drv_x\",\"args\":\"load --trace t.csv --target http://127.0.0.1:1/v1"
                         " --rate 400 --stream-share 0.3\"}\n"));
}

void TestChildPrograms::finishTellsAFailure()
{
    const Folder folder;
    script(folder, "drover-sandbox", "echo 'drover-sandbox: t.csv: line 2: not a number' >&2\nexit 2\n");
    ChildPrograms programs{folder / "bin"};
    auto load = await(programs.load({}, Secret{"drv_x"}, soon()));
    DROVER_VERIFY_OK(load);
    QTRY_VERIFY(!(*load)->running());
    const auto said = await((*load)->finish(soon()));
    QCOMPARE(int(said.error().code), int(Errc::invalidInput));
    QCOMPARE(said.error().what, std::string("t.csv: line 2: not a number"));
}

void TestChildPrograms::finishGivesUpOnAProgramThatDoesNotEnd()
{
    const Folder folder;
    script(folder, "drover-sandbox",
           "trap '' TERM\ntouch " + (folder / "ready").string() + "\nwhile :; do sleep 1; done\n");
    ChildPrograms programs{folder / "bin"};
    auto load = await(programs.load({}, Secret{"drv_x"}, soon()));
    QTRY_VERIFY(std::filesystem::exists(folder / "ready"));
    const auto said = await((*load)->finish(Deadline::in(clock_, 50ms)));
    QCOMPARE(int(said.error().code), int(Errc::timeout));
    QTRY_VERIFY(!(*load)->running());
}

void TestChildPrograms::stopsNobodyWhereNobodyListens()
{
    const Folder folder;
    ChildPrograms programs{folder / "bin"};
    const auto stopped = await(programs.stopGateway((folder / "g1.sock").string(), 1, soon()));
    QCOMPARE(int(stopped.error().code), int(Errc::notFound));
}

DROVER_TEST(TestChildPrograms)
#include "TestChildPrograms.moc"
