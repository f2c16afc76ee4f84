// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/Folder.h"
#include "support/TestMain.h"

#include "services/DiskWorkspaceFiles.h"
#include "services/WorkspaceFolder.h"

#include <sys/wait.h>
#include <unistd.h>

using drover::DiskWorkspaceFiles;
using drover::Errc;
using drover::Random;
using drover::WorkspaceFolder;
using drover::test::await;
using drover::test::Folder;
using namespace std::chrono_literals;

class TestWorkspaceFolder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void makesALayoutThatIsPrivate();
    void neverMakesOneTwice();
    void saysWhatToDoWhereThereIsNone();
    void tellsMissingRightsFromAFailingDisk();
    void namesThePlaceOfABrokenSetting();
    void replacesTheSettingsOnlyByGoodOnes();
    void findsPolicies();
    void livesUnderXdgDataHome();
    void theLockIsTheProcesss();
    void theLockTellsWhoHasIt();
    void readsAndWritesFilesByName();
    void refusesNamesThatLeadOut();
    void letsOneChangeAFileAtATime();

private:
    Random random_{1};
};

void TestWorkspaceFolder::makesALayoutThatIsPrivate()
{
    const Folder folder;
    const auto made = WorkspaceFolder::create(folder / "a/b", {}, random_);
    DROVER_VERIFY_OK(made);
    QVERIFY(made->config().id.starts_with("w_"));
    QCOMPARE(made->config().name, std::string("b"));
    using std::filesystem::perms;
    for (const auto& path : {made->path(), made->gateway(), made->evidence(), made->requests(), made->logs()})
        QCOMPARE(int(std::filesystem::status(path).permissions()), int(perms::owner_all));
    QCOMPARE(int(std::filesystem::status(made->tomlFile()).permissions()),
             int(perms::owner_read | perms::owner_write));
    const auto opened = WorkspaceFolder::open((folder / "a/b").string() + "/");
    DROVER_VERIFY_OK(opened);
    QCOMPARE(opened->config().id, made->config().id);
    QVERIFY(opened->path() == made->path());
}

void TestWorkspaceFolder::neverMakesOneTwice()
{
    const Folder folder;
    DROVER_VERIFY_OK(WorkspaceFolder::create(folder / "w", {}, random_));
    const auto before = folder.read("w/drover.toml");
    const auto again = WorkspaceFolder::create(folder / "w", {}, random_);
    QVERIFY(!again.has_value());
    QCOMPARE(int(again.error().code), int(Errc::conflict));
    QCOMPARE(folder.read("w/drover.toml"), before);
}

void TestWorkspaceFolder::saysWhatToDoWhereThereIsNone()
{
    const Folder folder;
    const auto opened = WorkspaceFolder::open(folder / "none");
    QVERIFY(!opened.has_value());
    QCOMPARE(int(opened.error().code), int(Errc::notFound));
    QVERIFY(opened.error().what.find("init") != std::string::npos);
    QVERIFY(!std::filesystem::exists(folder / "none"));
}

void TestWorkspaceFolder::tellsMissingRightsFromAFailingDisk()
{
    const Folder folder;
    folder.append("file", "not a folder");
    for (const auto& [path, code] : {std::pair{std::filesystem::path{"/sys/drover"}, Errc::noRights}, // also for root
                                     std::pair{folder / "file/w", Errc::invalidInput}}) {
        const auto made = WorkspaceFolder::create(path, {}, random_);
        QVERIFY(!made.has_value());
        QCOMPARE(int(made.error().code), int(code));
        QCOMPARE(made.error().where, path.string());
        QCOMPARE(drover::exitCode(made.error().code), 2);
    }
    const auto opened = WorkspaceFolder::open(folder / "file/w");
    QVERIFY(!opened.has_value());
    QCOMPARE(int(opened.error().code), int(Errc::invalidInput));
    // What no mode bits withhold from root they do from everybody else.
    DROVER_VERIFY_OK(WorkspaceFolder::create(folder / "w", {}, random_));
    std::filesystem::permissions(folder / "w/drover.toml", std::filesystem::perms::none);
    const auto closed = WorkspaceFolder::open(folder / "w");
    QCOMPARE(closed.has_value(), ::access((folder / "w/drover.toml").c_str(), R_OK) == 0);
    if (!closed.has_value())
        QCOMPARE(int(closed.error().code), int(Errc::noRights));
}

void TestWorkspaceFolder::namesThePlaceOfABrokenSetting()
{
    const Folder folder;
    DROVER_VERIFY_OK(WorkspaceFolder::create(folder / "w", {}, random_));
    folder.append("w/drover.toml", "\n[gateway\n");
    const auto opened = WorkspaceFolder::open(folder / "w");
    QVERIFY(!opened.has_value());
    QCOMPARE(int(opened.error().code), int(Errc::invalidInput));
    QVERIFY(opened.error().where.find("drover.toml") != std::string::npos);
}

void TestWorkspaceFolder::replacesTheSettingsOnlyByGoodOnes()
{
    const Folder folder;
    auto made = WorkspaceFolder::create(folder / "w", {}, random_).value();
    const auto before = folder.read("w/drover.toml");
    QVERIFY(!made.replaceToml("[workspace]\nenvironment = \"moon\"\n").has_value());
    QCOMPARE(folder.read("w/drover.toml"), before);
    auto config = made.config();
    config.gateway.listen = "127.0.0.1:9999";
    DROVER_VERIFY_OK(made.replaceToml(drover::writeConfig(config)));
    QCOMPARE(made.config().gateway.listen, std::string("127.0.0.1:9999"));
}

void TestWorkspaceFolder::findsPolicies()
{
    const Folder folder;
    const auto made = WorkspaceFolder::create(folder / "w", {}, random_).value();
    QCOMPARE(made.policy("rehearsal").value().canary.steps.size(), std::size_t{5});
    const auto none = made.policy("mine.toml");
    QCOMPARE(int(none.error().code), int(Errc::notFound));
    folder.write("w/mine.toml", "[shadow]\ntime = \"soon\"\n");
    const auto broken = made.policy("mine.toml");
    QCOMPARE(int(broken.error().code), int(Errc::invalidInput));
    QVERIFY(broken.error().where.find("mine.toml") != std::string::npos);
}

void TestWorkspaceFolder::livesUnderXdgDataHome()
{
    qputenv("XDG_DATA_HOME", "/data/x");
    QCOMPARE(WorkspaceFolder::defaultPath().string(), std::string("/data/x/drover/default"));
    qputenv("XDG_DATA_HOME", "relative");
    qputenv("HOME", "/home/ann");
    QCOMPARE(WorkspaceFolder::defaultPath("demo").string(),
             std::string("/home/ann/.local/share/drover/demo"));
    qunsetenv("XDG_DATA_HOME");
    QCOMPARE(WorkspaceFolder::defaultPath("demo").string(),
             std::string("/home/ann/.local/share/drover/demo"));
}

void TestWorkspaceFolder::theLockIsTheProcesss()
{
    const Folder folder;
    const auto made = WorkspaceFolder::create(folder / "w", {}, random_).value();
    int up[2];
    int down[2];
    QCOMPARE(::pipe(up) + ::pipe(down), 0);
    const auto child = ::fork();
    if (child == 0) { // holds the lock until it is killed
        const auto lock = made.lockController("other/1");
        char byte = lock.has_value() ? 'y' : 'n';
        const auto said = ::write(up[1], &byte, 1);
        const auto heard = ::read(down[0], &byte, 1);
        ::_exit(said + heard > 0 ? 0 : 1);
    }
    char byte = 0;
    QCOMPARE(::read(up[0], &byte, 1), ssize_t{1});
    QCOMPARE(byte, 'y');
    const auto refused = made.lockController("me/2");
    QVERIFY(!refused.has_value());
    QCOMPARE(int(refused.error().code), int(Errc::busy));
    QVERIFY(refused.error().what.find("other/1") != std::string::npos);
    QCOMPARE(::kill(child, SIGKILL), 0);
    QCOMPARE(::waitpid(child, nullptr, 0), child);
    QVERIFY(!made.controller().has_value());
    DROVER_VERIFY_OK(made.lockController("me/2"));
    for (const int fd : {up[0], up[1], down[0], down[1]})
        ::close(fd);
}

void TestWorkspaceFolder::theLockTellsWhoHasIt()
{
    const Folder folder;
    const auto made = WorkspaceFolder::create(folder / "w", {}, random_).value();
    QVERIFY(!made.controller().has_value());
    {
        const auto lock = made.lockController("a-rather-long-host-name/12345").value();
        QCOMPARE(made.controller(), std::optional<std::string>{"a-rather-long-host-name/12345"});
    }
    QVERIFY(!made.controller().has_value());
    const auto lock = made.lockController("b/1").value();
    QCOMPARE(made.controller(), std::optional<std::string>{"b/1"});
    // The settings have no say in it, and are not read for it.
    QVERIFY(std::filesystem::remove(made.tomlFile()));
    QCOMPARE(WorkspaceFolder::controllerOf(folder / "w"), std::optional<std::string>{"b/1"});
}

void TestWorkspaceFolder::readsAndWritesFilesByName()
{
    const Folder folder;
    DiskWorkspaceFiles files{folder.path()};
    QCOMPARE(int(await(files.read("a/b.txt")).error().code), int(Errc::notFound));
    DROVER_VERIFY_OK(await(files.write("a/b.txt", "0123456789")));
    DROVER_VERIFY_OK(await(files.write("a/a.txt", "x")));
    QCOMPARE(await(files.read("a/b.txt")).value(), std::string("0123456789"));
    QCOMPARE(await(files.readPart("a/b.txt", 4, 3)).value(), std::string("456"));
    QCOMPARE(await(files.readPart("a/b.txt", 8, 30)).value(), std::string("89"));
    QCOMPARE(await(files.readPart("a/b.txt", 10, 30)).value(), std::string());
    const auto list = await(files.list("a")).value();
    QCOMPARE(list.size(), std::size_t{2});
    QCOMPARE(list[1].name, std::string("a/b.txt"));
    QCOMPARE(list[1].size, std::uint64_t{10});
    QVERIFY(await(files.list("none")).value().empty());
}

void TestWorkspaceFolder::refusesNamesThatLeadOut()
{
    const Folder folder;
    DiskWorkspaceFiles files{folder / "w"};
    folder.write("secret", "x");
    for (const auto* name : {"../secret", "a/../../secret", "/etc/passwd", ""}) {
        QCOMPARE(int(await(files.read(name)).error().code), int(Errc::refused));
        QCOMPARE(int(await(files.write(name, "y")).error().code), int(Errc::refused));
    }
    QCOMPARE(folder.read("secret"), std::string("x"));
}

void TestWorkspaceFolder::letsOneChangeAFileAtATime()
{
    const Folder folder;
    drover::SystemClock clock;
    DiskWorkspaceFiles one{folder.path()};
    DiskWorkspaceFiles other{folder.path()};
    DROVER_VERIFY_OK(await(one.write("a/n.txt", "")));
    const auto add = [&clock](DiskWorkspaceFiles& files) -> drover::Task<drover::Result<void>> {
        DROVER_CO_TRY(const auto alone, co_await files.lock("a/n.txt", drover::Deadline::in(clock, 30s)));
        DROVER_CO_TRY(std::string text, co_await files.read("a/n.txt"));
        text += 'x';
        co_return co_await files.write("a/n.txt", std::move(text));
    };
    std::vector<drover::Task<drover::Result<void>>> adding;
    for (int i = 0; i < 20; ++i)
        adding.push_back(add(i % 2 == 0 ? one : other));
    for (const auto& done : await(drover::whenAll(std::move(adding))))
        DROVER_VERIFY_OK(done);
    QCOMPARE(folder.read("a/n.txt"), std::string(20, 'x'));
    {
        const auto held = await(one.lock("a/n.txt", drover::Deadline::in(clock, 1s)));
        DROVER_VERIFY_OK(held);
        QCOMPARE(int(await(other.lock("a/n.txt", drover::Deadline::in(clock, 0s))).error().code), int(Errc::timeout));
        DROVER_VERIFY_OK(await(other.lock("a/other.txt", drover::Deadline::in(clock, 0s))));
    }
    DROVER_VERIFY_OK(await(other.lock("a/n.txt", drover::Deadline::in(clock, 1s))));
    QCOMPARE(int(await(one.lock("../n", drover::Deadline::in(clock, 1s))).error().code), int(Errc::refused));
}

DROVER_TEST(TestWorkspaceFolder)
#include "TestWorkspaceFolder.moc"
