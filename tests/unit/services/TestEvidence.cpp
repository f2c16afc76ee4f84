// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/Folder.h"
#include "support/TestMain.h"

#include "protocol/evidence/EvidenceLine.h"
#include "services/EvidenceTotals.h"
#include "services/FileEvidence.h"
#include "services/LineTail.h"

using drover::Deadline;
using drover::ErrorClass;
using drover::EvidenceLine;
using drover::EvidenceQuery;
using drover::EvidenceTotals;
using drover::FileEvidence;
using drover::LineTail;
using drover::test::await;
using drover::test::Folder;
using namespace std::chrono_literals;

namespace {

constexpr drover::WallTime start{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

EvidenceLine attempts(std::uint64_t generation, const std::string& target, std::uint64_t ok,
                      std::uint64_t bad = 0, const std::string& key = "k_01", drover::Duration at = 0s)
{
    EvidenceLine line;
    line.second = start + at;
    line.gateway = "g1";
    line.generation = generation;
    line.migration = "m_1";
    line.phase = drover::Phase::canary;
    line.target = target;
    line.model = "gpt-4.1";
    line.keyId = key;
    line.role = "client";
    line.attempts.byClass[std::size_t(ErrorClass::ok)] = ok;
    line.attempts.byClass[std::size_t(ErrorClass::upstream)] = bad;
    line.attempts.firstBytePlain.record(20, ok);
    line.attempts.total.record(40, ok);
    return line;
}

std::string textOf(const EvidenceLine& line)
{
    std::string text;
    drover::appendEvidenceLine(text, line);
    return text;
}

EvidenceQuery query(std::uint64_t from, std::uint64_t to = ~std::uint64_t{0})
{
    EvidenceQuery made;
    made.migration = "m_1";
    made.fromGeneration = from;
    made.toGeneration = to;
    return made;
}

std::vector<std::string> linesOf(LineTail& tail)
{
    std::vector<std::string> lines;
    const auto done = tail.poll([&](std::string_view line) { lines.emplace_back(line); });
    if (!done.has_value())
        lines.push_back("error: " + done.error().what);
    return lines;
}

using Lines = std::vector<std::string>;

} // namespace

class TestEvidence : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTailGivesEachLineOnce();
    void aTailWaitsForTheEndOfALine();
    void aTailFollowsTheDate();
    void aTailSurvivesAFileThatIsCutShortOrReplaced();
    void aTailSkipsALineThatNeverEnds();
    void addsUpByGeneration();
    void tellsKeysApart();
    void everyUseOfAKeyCounts();
    void takesPairsAndClientsAndLeavesOutTheSecondQuestion();
    void leavesOutOtherMigrations();
    void takesEveryMigrationWhereNoneIsAskedFor();
    void leavesOutFilesOfEarlierDays();
    void skipsBrokenLines();
    void givesSeriesInBuckets();
    void staysSmall();

private:
    Deadline soon() const { return Deadline::in(clock_, 30s); }
    drover::SystemClock clock_;
};

void TestEvidence::aTailGivesEachLineOnce()
{
    const Folder folder;
    LineTail tail{folder.path()};
    QCOMPARE(linesOf(tail), Lines{});
    folder.append("g1-2026-11-22.jsonl", "one\ntwo\n");
    folder.append("other.txt", "no\n");
    QCOMPARE(linesOf(tail), (Lines{"one", "two"}));
    QCOMPARE(linesOf(tail), Lines{});
    folder.append("g1-2026-11-22.jsonl", "three\n");
    QCOMPARE(linesOf(tail), Lines{"three"});
    LineTail nothing{folder / "missing"};
    QCOMPARE(linesOf(nothing), Lines{});
}

void TestEvidence::aTailWaitsForTheEndOfALine()
{
    const Folder folder;
    LineTail tail{folder.path()};
    folder.append("a.jsonl", "one\ntw");
    QCOMPARE(linesOf(tail), Lines{"one"});
    folder.append("a.jsonl", "o");
    QCOMPARE(linesOf(tail), Lines{});
    folder.append("a.jsonl", "\nthree\n");
    QCOMPARE(linesOf(tail), (Lines{"two", "three"}));
}

void TestEvidence::aTailFollowsTheDate()
{
    const Folder folder;
    LineTail tail{folder.path()};
    folder.append("g1-2026-11-22.jsonl", "one\n");
    QCOMPARE(linesOf(tail), Lines{"one"});
    folder.append("g1-2026-11-22.jsonl", "two\n");
    folder.append("g1-2026-11-23.jsonl", "three\n");
    QCOMPARE(linesOf(tail), (Lines{"two", "three"}));
    std::filesystem::remove(folder / "g1-2026-11-22.jsonl"); // retention
    folder.append("g1-2026-11-23.jsonl", "four\n");
    QCOMPARE(linesOf(tail), Lines{"four"});
}

void TestEvidence::aTailSurvivesAFileThatIsCutShortOrReplaced()
{
    const Folder folder;
    LineTail tail{folder.path()};
    folder.append("a.jsonl", "one\ntwo\nthree\n");
    QCOMPARE(linesOf(tail).size(), std::size_t{3});
    std::filesystem::resize_file(folder / "a.jsonl", 6); // within "two"
    QCOMPARE(linesOf(tail), Lines{});
    folder.append("a.jsonl", "rest\nfour\n");
    QCOMPARE(linesOf(tail), Lines{"four"});
    std::filesystem::resize_file(folder / "a.jsonl", 4); // between two lines
    folder.append("a.jsonl", "");                        // nothing new
    QCOMPARE(linesOf(tail), Lines{});
    folder.append("a.jsonl", "five\n");
    QCOMPARE(linesOf(tail), Lines{"five"});
    folder.write("b.tmp", "new\n");
    std::filesystem::rename(folder / "b.tmp", folder / "a.jsonl");
    QCOMPARE(linesOf(tail), Lines{"new"});
}

void TestEvidence::aTailSkipsALineThatNeverEnds()
{
    const Folder folder;
    LineTail tail{folder.path()};
    folder.append("a.jsonl", "one\n" + std::string(9 << 20, 'x'));
    QCOMPARE(linesOf(tail), Lines{"one"});
    folder.append("a.jsonl", "x\ntwo\n");
    QCOMPARE(linesOf(tail), Lines{"two"});
}

void TestEvidence::addsUpByGeneration()
{
    const Folder folder;
    FileEvidence evidence{folder.path()};
    folder.append("g1-2026-11-22.jsonl", textOf(attempts(4, "holysheep", 100)) +
                                             textOf(attempts(5, "holysheep", 10, 2)) +
                                             textOf(attempts(5, "legacy", 90, 0, "k_leg")));
    folder.append("g2-2026-11-22.jsonl", textOf(attempts(5, "holysheep", 5, 1, "k_01", 7s)));
    auto window = await(evidence.window(query(5), soon())).value();
    QCOMPARE(window.step.target.requests(), std::uint64_t{18});
    QCOMPARE(window.step.target.errors(), std::uint64_t{3});
    QCOMPARE(window.step.legacy.requests(), std::uint64_t{90});
    QCOMPARE(window.step.target.firstBytePlain.count(), std::uint64_t{15});
    QVERIFY(window.newest == start + 7s);
    folder.append("g1-2026-11-22.jsonl", textOf(attempts(6, "holysheep", 1)));
    window = await(evidence.window(query(5), soon())).value();
    QCOMPARE(window.step.target.requests(), std::uint64_t{19});
    window = await(evidence.window(query(5, 5), soon())).value();
    QCOMPARE(window.step.target.requests(), std::uint64_t{18});
    window = await(evidence.window(query(7), soon())).value();
    QCOMPARE(window.step.target.requests(), std::uint64_t{0});
    QVERIFY(window.newest == start + 7s); // it arrives, though of other generations
}

void TestEvidence::tellsKeysApart()
{
    const Folder folder;
    FileEvidence evidence{folder.path()};
    folder.append("g1.jsonl", textOf(attempts(1, "holysheep", 10, 0, "k_old")) +
                                  textOf(attempts(1, "holysheep", 3, 4, "k_new")) +
                                  textOf(attempts(1, "legacy", 3, 4, "k_leg")));
    const auto window = await(evidence.window(query(0), soon())).value();
    QCOMPARE(window.byKey.size(), std::size_t{2});
    QCOMPARE(window.byKey.at("k_old").requests(), std::uint64_t{10});
    QCOMPARE(window.byKey.at("k_new").errors(), std::uint64_t{4});
    // A key is the same key whatever migration, or none, its requests were of.
    auto after = attempts(2, "holysheep", 5, 0, "k_new");
    after.migration.clear();
    folder.append("g1.jsonl", textOf(after));
    EvidenceQuery any = query(0);
    any.migration.reset();
    QCOMPARE(await(evidence.window(any, soon())).value().byKey.at("k_new").requests(), std::uint64_t{12});
    QCOMPARE(await(evidence.window(query(0), soon())).value().byKey.at("k_new").requests(), std::uint64_t{7});
}

void TestEvidence::everyUseOfAKeyCounts()
{
    const Folder folder;
    FileEvidence evidence{folder.path()};
    // What no gate counts, decided under an older generation of another migration, mirrored, at another time.
    auto stream = attempts(2, "holysheep", 0, 0, "k_old", 9s);
    stream.migration = "m_0";
    stream.role = "shadow";
    stream.attempts.byClass[std::size_t(ErrorClass::aborted)] = 1;
    auto refused = attempts(2, "holysheep", 0, 0, "k_odd", 4s);
    refused.attempts.byClass[std::size_t(ErrorClass::client)] = 1;
    auto again = attempts(7, "legacy", 1, 0, "k_leg", 3s);
    again.role = "again";
    folder.append("g1.jsonl", textOf(attempts(7, "holysheep", 5, 0, "k_new", 2s)) + textOf(stream) + textOf(refused) + textOf(again));
    const auto window = await(evidence.window(query(7), soon())).value();
    QVERIFY(!window.byKey.contains("k_old"));
    QCOMPARE(window.lastUsed.size(), std::size_t{3});
    QVERIFY(window.lastUsed.at("k_old") == start + 9s);
    QVERIFY(window.lastUsed.at("k_odd") == start + 4s);
    QVERIFY(window.lastUsed.at("k_new") == start + 2s);
    EvidenceQuery legacy = query(7);
    legacy.target = "legacy";
    QVERIFY(await(evidence.window(legacy, soon())).value().lastUsed.at("k_leg") == start + 3s);
}

void TestEvidence::takesPairsAndClientsAndLeavesOutTheSecondQuestion()
{
    const Folder folder;
    FileEvidence evidence{folder.path()};
    auto pairs = attempts(1, "holysheep", 0);
    pairs.kind = EvidenceLine::Kind::pairs;
    pairs.pairs.pairs = 9;
    pairs.pairs.triples = 4;
    pairs.pairs.onlyNew = 2;
    auto clients = attempts(1, "holysheep", 0);
    clients.kind = EvidenceLine::Kind::clients;
    clients.requests = 7;
    clients.stickyKeys = 6;
    clients.failures = 1;
    auto others = clients;
    others.target = "legacy";
    others.requests = 93;
    others.stickyKeys = 90;
    others.failures = 0;
    auto again = attempts(1, "legacy", 50, 0, "k_leg");
    again.role = "again";
    folder.append("g1.jsonl", textOf(pairs) + textOf(clients) + textOf(others) + textOf(again));
    const auto window = await(evidence.window(query(0), soon())).value();
    QCOMPARE(window.step.pairs.pairs, std::uint64_t{9});
    QCOMPARE(window.step.pairs.triples, std::uint64_t{4});
    QCOMPARE(window.step.pairs.onlyNew, std::uint64_t{2});
    QCOMPARE(window.step.clientRequests, std::uint64_t{100});
    QCOMPARE(window.step.clientRequestsOnTarget, std::uint64_t{7});
    QCOMPARE(window.step.clientFailures, std::uint64_t{1});
    QCOMPARE(window.step.stickyKeys, std::uint64_t{96});
    QCOMPARE(window.step.stickyKeysOnTarget, std::uint64_t{6});
    QCOMPARE(window.step.legacy.requests(), std::uint64_t{0});
}

void TestEvidence::leavesOutOtherMigrations()
{
    const Folder folder;
    FileEvidence evidence{folder.path()};
    auto other = attempts(1, "holysheep", 5);
    other.migration = "m_0";
    folder.append("g1.jsonl", textOf(other) + textOf(attempts(2, "holysheep", 3)));
    QCOMPARE(await(evidence.window(query(0), soon())).value().step.target.requests(), std::uint64_t{3});
}

void TestEvidence::takesEveryMigrationWhereNoneIsAskedFor()
{
    const Folder folder;
    FileEvidence evidence{folder.path()};
    auto outside = attempts(1, "holysheep", 5);
    outside.migration.clear();
    folder.append("g1.jsonl", textOf(outside) + textOf(attempts(2, "holysheep", 3, 1)));
    EvidenceQuery any;
    const auto window = await(evidence.window(any, soon())).value();
    QCOMPARE(window.byKey.at("k_01").requests(), std::uint64_t{9});
    QCOMPARE(window.byKey.at("k_01").errors(), std::uint64_t{1});
    any.migration = "";
    QCOMPARE(await(evidence.window(any, soon())).value().step.target.requests(), std::uint64_t{5});
}

void TestEvidence::leavesOutFilesOfEarlierDays()
{
    const Folder folder;
    FileEvidence evidence{folder.path()};
    folder.append("g1-2026-11-20.jsonl", "old and broken\n" + textOf(attempts(1, "holysheep", 100)));
    folder.append("g1-2026-11-21.jsonl", textOf(attempts(1, "holysheep", 10)));
    folder.append("g1-2026-11-22.jsonl", textOf(attempts(2, "holysheep", 1)));
    folder.append("g1.jsonl", textOf(attempts(2, "holysheep", 2))); // of no day: always read
    auto wanted = query(0);
    wanted.from = start + 30min; // a clock may be behind by as much
    QCOMPARE(await(evidence.window(wanted, soon())).value().step.target.requests(), std::uint64_t{13});
    wanted.from = start + 2h;
    QCOMPARE(await(evidence.window(wanted, soon())).value().step.target.requests(), std::uint64_t{13}); // known already
    QCOMPARE(await(evidence.window(query(0), soon())).value().step.target.requests(), std::uint64_t{113});
    QCOMPARE(await(evidence.badLines(soon())).value(), std::uint64_t{1});
    FileEvidence another{folder.path()};
    QCOMPARE(await(another.window(wanted, soon())).value().step.target.requests(), std::uint64_t{3});
    QCOMPARE(await(another.series(start + 2h, 1min, soon())).value().size(), std::size_t{0});
    QCOMPARE(await(another.window(wanted, soon())).value().step.target.requests(), std::uint64_t{3});
    QCOMPARE(await(another.window(query(0), soon())).value().step.target.requests(), std::uint64_t{113});
}

void TestEvidence::skipsBrokenLines()
{
    const Folder folder;
    FileEvidence evidence{folder.path()};
    folder.append("g1.jsonl", "{\"kind\":\n\nnonsense\n" + textOf(attempts(2, "holysheep", 3)));
    QCOMPARE(await(evidence.window(query(0), soon())).value().step.target.requests(), std::uint64_t{3});
    QCOMPARE(await(evidence.badLines(soon())).value(), std::uint64_t{3});
}

void TestEvidence::givesSeriesInBuckets()
{
    const Folder folder;
    FileEvidence evidence{folder.path()};
    for (int second = 0; second < 20; ++second) {
        folder.append("g1.jsonl",
                      textOf(attempts(1, "holysheep", 2, 1, "k_01", std::chrono::seconds{second})));
        folder.append("g1.jsonl",
                      textOf(attempts(1, "legacy", 10, 0, "k_leg", std::chrono::seconds{second})));
    }
    auto clients = attempts(1, "holysheep", 0, 0, "k_01", std::chrono::seconds{6});
    clients.kind = EvidenceLine::Kind::clients;
    clients.requests = 7;
    folder.append("g1.jsonl", textOf(clients));
    const auto points = await(evidence.series(start + 5s, 5s, soon())).value();
    QCOMPARE(points.size(), std::size_t{6}); // three buckets of two targets
    QCOMPARE(points.front().clients, std::uint64_t{7});
    QVERIFY(points.front().at == start + 5s);
    QCOMPARE(points.front().target, std::string("holysheep"));
    QCOMPARE(points.front().requests, std::uint64_t{15});
    QCOMPARE(points.front().errors, std::uint64_t{5});
    QCOMPARE(points.front().total.count(), std::uint64_t{10});
    QCOMPARE(points.back().target, std::string("legacy"));
    QVERIFY(points.back().at == start + 15s);
}

void TestEvidence::staysSmall()
{
    EvidenceTotals totals;
    std::uint64_t all = 0;
    for (int second = 0; second < 4 * 3600; second += 5) {
        totals.add(attempts(std::uint64_t(second), "holysheep", 1, 0, "k_01", std::chrono::seconds{second}));
        ++all;
    }
    // A quarter of an hour of seconds (one in five had traffic) and the minutes before it.
    QVERIFY2(totals.points() <= 15 * 12 + 4 * 60 + 2, qPrintable(QString::number(totals.points())));
    std::uint64_t charted = 0;
    for (const auto& point : totals.series(start, 1min))
        charted += point.requests;
    QCOMPARE(charted, all); // nothing is lost on the way from seconds to minutes
    QVERIFY(totals.window(query(0)).step.target.requests() <= EvidenceTotals::mostGenerations);
    totals.add(attempts(1, "holysheep", 1, 0, "k_01", 72h));
    QVERIFY(totals.points() <= 2);
}

DROVER_TEST(TestEvidence)
#include "TestEvidence.moc"
