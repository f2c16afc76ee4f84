// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "services/DiskTextTrees.h"
#include "services/GitHistory.h"
#include "support/Await.h"
#include "support/Folder.h"
#include "support/ManualClock.h"
#include "support/TestMain.h"

#include <sys/stat.h>

#include <cstdlib>
#include <map>

using namespace drover;
using drover::test::await;
using drover::test::Folder;
using drover::test::ManualClock;

namespace {

// place -> what came of it, with the first line's number.
using Seen = std::map<std::string, std::string>;

struct Bench {
    ManualClock clock;
    DiskTextTrees trees;
    Seen seen;

    Result<TreeTotals> read(const std::filesystem::path& path, bool history)
    {
        std::vector<std::filesystem::path> paths{path};
        std::function<void(const TreeText&)> each = [this](const TreeText& text) {
            seen[text.place + ":" + std::to_string(text.firstLine)] += text.text;
        };
        return await(trees.read(std::move(paths), history, std::move(each), Deadline::in(clock, 60s)));
    }
};

void git(const Folder& folder, const std::string& words)
{
    const std::string command = "git -C '" + folder.path().string() + "' -c user.name=t -c user.email=t@example.org " + words + " >/dev/null 2>&1";
    QVERIFY2(std::system(command.c_str()) == 0, command.c_str());
}

} // namespace

class TestTextTrees : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsEveryFileButNoLinkAndNotGitsOwn()
    {
        Folder folder;
        folder.write("a.txt", "one\ntwo");
        folder.write("deep/er/b.env", "three\n");
        folder.write(".git/objects/c", "not this");
        std::filesystem::create_symlink("/etc/passwd", folder / "link");
        QCOMPARE(::mkfifo((folder / "fifo").c_str(), 0600), 0);
        Bench bench;
        const auto totals = bench.read(folder.path(), false);
        DROVER_VERIFY_OK(totals);
        QCOMPARE(totals->files, std::uint64_t(2));
        QCOMPARE(bench.seen.size(), std::size_t(3));
        QCOMPARE(bench.seen[(folder / "a.txt").string() + ":1"], std::string("one\n"));
        QCOMPARE(bench.seen[(folder / "a.txt").string() + ":2"], std::string("two"));
        QCOMPARE(bench.seen[(folder / "deep/er/b.env").string() + ":1"], std::string("three\n"));
        QVERIFY(totals->skipped.empty());
    }

    void cutsLargeFilesAtLineEndsAndLongLinesWithAnOverlap()
    {
        Folder folder;
        std::string lines;
        for (int i = 0; lines.size() < (3u << 20); ++i)
            lines += "line " + std::to_string(i) + "\n";
        const std::string needle(300, 'n');
        const std::string whole = std::string((1u << 20) - 150, 'x') + needle + std::string(1u << 20, 'y');
        folder.write("lines", lines);
        folder.write("whole", whole);
        Bench bench;
        DROVER_VERIFY_OK(bench.read(folder.path(), false));
        std::string together;
        bool needleWhole = false;
        for (const auto& [place, text] : bench.seen)
            needleWhole = needleWhole || (place.find("whole") != place.npos && text.find(needle) != text.npos);
        QVERIFY(needleWhole);
        std::map<std::size_t, std::string> byLine;
        for (const auto& [place, text] : bench.seen)
            if (place.find("lines") != place.npos)
                byLine[std::stoul(place.substr(place.rfind(':') + 1))] = text;
        for (const auto& [first, text] : byLine) {
            QVERIFY(text.starts_with("line " + std::to_string(first - 1) + "\n"));
            together += text;
        }
        QVERIFY(byLine.size() > 2);
        QCOMPARE(together, lines);
    }

    void saysWhatItCannotRead()
    {
        Bench bench;
        const auto gone = bench.read("/no/such/place", false);
        QVERIFY(gone.has_error());
        QCOMPARE(gone.error().code, Errc::notFound);
        QCOMPARE(gone.error().where, std::string("/no/such/place"));
        Folder folder;
        const auto plain = bench.read(folder.path(), true);
        DROVER_VERIFY_OK(plain);
        QCOMPARE(plain->skipped.size(), std::size_t(1));
        QVERIFY(plain->skipped[0].find("no git repository") != std::string::npos);
    }

    void historyHasWhatWasTakenOutAgain()
    {
        Folder folder;
        git(folder, "init -q");
        folder.write("app.env", "first\nKEY=in-history\n");
        git(folder, "add .");
        git(folder, "commit -q -m one");
        folder.write("app.env", "first\n");
        git(folder, "commit -q -a -m two");
        git(folder, "checkout -q -b other HEAD~1");
        folder.write("with space.txt", "on another branch");
        git(folder, "add .");
        git(folder, "commit -q -m three");
        Bench bench;
        const auto totals = bench.read(folder.path(), true);
        DROVER_VERIFY_OK(totals);
        QCOMPARE(totals->commits, std::uint64_t(3));
        const auto contains = [&](const std::string& place, const std::string& text) {
            return std::any_of(bench.seen.begin(), bench.seen.end(), [&](const auto& one) {
                return one.first.starts_with("commit ") && one.first.ends_with(place) && one.second == text;
            });
        };
        QVERIFY(contains(": app.env:2", "KEY=in-history"));
        QVERIFY(contains(": with space.txt:1", "on another branch"));
    }

    void linesOfFilesCannotPassForTheLogsOwn()
    {
        std::vector<std::string> places;
        GitLogReader reader([&](const TreeText& text) { places.push_back(text.place + "|" + std::string(text.text)); });
        reader.feed("\x01" "0123456789abcdef\ndiff --git a/x b/x\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,3 @@\n");
        reader.feed("++++ b/other\n+@@ -1 +9 @@\n+dif");
        reader.feed("f --git a/y b/y\n");
        reader.end();
        const std::vector<std::string> expected{"commit 0123456789ab: x|+++ b/other", "commit 0123456789ab: x|@@ -1 +9 @@",
                                                "commit 0123456789ab: x|diff --git a/y b/y"};
        QCOMPARE(places, expected);
        QCOMPARE(hunkBegin("@@ -3,0 +12,2 @@ int main()"), std::optional<std::size_t>(12));
        QVERIFY(!hunkBegin("@@ -3,0 @@") && !hunkBegin("@@ -1 +x @@"));
    }

    void stopsWhenNobodyWantsItAnyMore()
    {
        Folder folder;
        for (int i = 0; i < 50; ++i)
            folder.write("f" + std::to_string(i), "text\n");
        ManualClock clock;
        std::atomic<int> calls = 0;
        std::promise<void> begun, goOn;
        auto wait = goOn.get_future().share();
        DiskTextTrees trees;
        {
            std::vector<std::filesystem::path> paths{folder.path()};
            std::function<void(const TreeText&)> each = [&](const TreeText&) {
                if (++calls == 1) {
                    begun.set_value();
                    wait.wait();
                }
            };
            Pending reading{trees.read(std::move(paths), false, std::move(each), Deadline::in(clock, 60s)), [](Result<TreeTotals>) {}};
            QTRY_VERIFY(calls == 1);
        } // cancelled while the first file is looked through
        goOn.set_value();
        std::vector<std::filesystem::path> none{folder / "f0"};
        int after = 0;
        // The same worker: its answer comes when the first job is over.
        std::function<void(const TreeText&)> count = [&](const TreeText&) { ++after; };
        DROVER_VERIFY_OK(await(trees.read(std::move(none), false, std::move(count), Deadline::in(clock, 60s))));
        QCOMPARE(after, 1);
        QCOMPARE(calls.load(), 1);
    }
};

DROVER_TEST(TestTextTrees)
#include "TestTextTrees.moc"
