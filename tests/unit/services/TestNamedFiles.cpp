// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "services/NamedFiles.h"
#include "support/Await.h"
#include "support/Folder.h"
#include "support/ManualClock.h"
#include "support/Secrets.h"
#include "support/TestMain.h"

#include <sys/stat.h>

#include <fstream>

using namespace drover;
using drover::test::await;
using drover::test::Folder;
using drover::test::ManualClock;
using drover::test::plain;

namespace {

struct Bench {
    ManualClock clock;
    Folder folder;
    NamedFiles files;

    std::filesystem::path put(const char* name, const std::string& text, mode_t mode)
    {
        const std::filesystem::path path = folder.path() / name;
        std::ofstream(path, std::ios::binary) << text;
        ::chmod(path.c_str(), mode);
        return path;
    }
    Result<NamedFile> read(std::filesystem::path path) { return await(files.read(std::move(path), Deadline::in(clock, 30s))); }
};

} // namespace

class TestNamedFiles final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAFileAndSaysWhoElseMay();
    void refusesWhatIsNoFileOfKeys();
};

void TestNamedFiles::readsAFileAndSaysWhoElseMay()
{
    Bench bench;
    const Result<NamedFile> own = bench.read(bench.put("own", "A=1\n", 0600));
    QVERIFY(own.has_value());
    QCOMPARE(plain(own->text), std::string("A=1\n"));
    QVERIFY(!own->othersMayRead);
    QVERIFY(bench.read(bench.put("group", "A=1\n", 0640))->othersMayRead);
    QVERIFY(bench.read(bench.put("all", "A=1\n", 0604))->othersMayRead);
    QVERIFY(bench.read(bench.put("empty", "", 0600))->text.empty());
}

void TestNamedFiles::refusesWhatIsNoFileOfKeys()
{
    Bench bench;
    QCOMPARE(bench.read(bench.folder.path() / "none").error().code, Errc::notFound);
    QCOMPARE(bench.read(bench.folder.path()).error().code, Errc::invalidInput);
    const std::filesystem::path pipe = bench.folder.path() / "pipe"; // nobody ever writes it
    QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
    QCOMPARE(bench.read(pipe).error().code, Errc::invalidInput);
    QCOMPARE(bench.read(bench.put("large", std::string((1 << 20) + 1, 'x'), 0600)).error().code, Errc::invalidInput);
    QCOMPARE(bench.read(bench.put("file", "", 0600) / "below").error().code, Errc::invalidInput);
}

DROVER_TEST(TestNamedFiles)
#include "TestNamedFiles.moc"
