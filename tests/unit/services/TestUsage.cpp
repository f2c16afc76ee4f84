// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/Folder.h"
#include "support/TestMain.h"

#include "protocol/usage/RequestLine.h"
#include "services/RequestLogReader.h"

using drover::Deadline;
using drover::ErrorClass;
using drover::RequestLine;
using drover::RequestLogReader;
using drover::RequestRole;
using drover::UsageQuery;
using drover::test::await;
using namespace std::chrono_literals;

namespace {

std::string line(int day, const std::string& target, RequestRole role = RequestRole::client,
                 ErrorClass errorClass = ErrorClass::ok)
{
    RequestLine made;
    made.ts = drover::WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / day}} + 23h + 59min;
    made.requestId = "r";
    made.route = "chat";
    made.model = "gpt-4.1";
    made.target = target;
    made.status = errorClass == ErrorClass::ok ? 200 : 502;
    made.errorClass = errorClass;
    made.latencyMs = 100;
    if (errorClass == ErrorClass::ok) {
        made.ttftMs = 20;
        made.inputTokens = 1000;
        made.cachedTokens = 200;
        made.outputTokens = 50;
    }
    made.role = role;
    std::string text;
    drover::appendRequestLine(text, made);
    return text;
}

} // namespace

class TestUsage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void groupsByDayTargetModel();
    void countsMirroredCallsOnlyWhenAsked();
    void readsOnlyWhatIsNew();
    void takesWhatArrivedInBetween();

private:
    Deadline soon() const { return Deadline::in(clock_, 30s); }
    drover::SystemClock clock_;
};

void TestUsage::groupsByDayTargetModel()
{
    const drover::test::Folder folder;
    RequestLogReader reader{folder.path()};
    folder.append("g2.jsonl", line(23, "legacy") + line(22, "legacy"));
    folder.append("g1.jsonl",
                  line(22, "holysheep") + line(22, "legacy", RequestRole::client, ErrorClass::network));
    const auto groups = await(reader.groups({}, soon())).value();
    QCOMPARE(groups.size(), std::size_t{3});
    QCOMPARE(groups[0].day + groups[0].target, std::string("2026-11-22holysheep"));
    QCOMPARE(groups[1].day + groups[1].target, std::string("2026-11-22legacy"));
    QCOMPARE(groups[2].day + groups[2].target, std::string("2026-11-23legacy"));
    QCOMPARE(groups[1].requests, std::uint64_t{2});
    QCOMPARE(groups[1].errors, std::uint64_t{1});
    QCOMPARE(groups[1].tokens.input, std::uint64_t{1000});
    QCOMPARE(groups[1].tokens.cached, std::uint64_t{200});
    QCOMPARE(groups[1].tokens.output, std::uint64_t{50});
    QCOMPARE(groups[1].latency.count(), std::uint64_t{2});
    QCOMPARE(groups[1].firstByte.count(), std::uint64_t{1});
    UsageQuery oneDay;
    oneDay.fromDay = "2026-11-23";
    QCOMPARE(await(reader.groups(oneDay, soon())).value().size(), std::size_t{1});
}

void TestUsage::countsMirroredCallsOnlyWhenAsked()
{
    const drover::test::Folder folder;
    RequestLogReader reader{folder.path()};
    folder.append("g1.jsonl", line(22, "legacy") + line(22, "holysheep", RequestRole::shadow) +
                                  line(22, "legacy", RequestRole::again));
    QCOMPARE(await(reader.groups({}, soon())).value().size(), std::size_t{1});
    UsageQuery all;
    all.allRoles = true;
    QCOMPARE(await(reader.groups(all, soon())).value().size(), std::size_t{3});
}

void TestUsage::readsOnlyWhatIsNew()
{
    const drover::test::Folder folder;
    RequestLogReader reader{folder.path()};
    folder.append("g1.jsonl", line(22, "legacy"));
    QCOMPARE(await(reader.groups({}, soon())).value().front().requests, std::uint64_t{1});
    folder.append("g1.jsonl", line(22, "legacy"));
    QCOMPARE(await(reader.groups({}, soon())).value().front().requests, std::uint64_t{2});
}

void TestUsage::takesWhatArrivedInBetween()
{
    const drover::test::Folder folder;
    RequestLogReader reader{folder.path()};
    for (int day = 20; day <= 24; ++day)
        folder.append("g1-2026-11-" + std::to_string(day) + ".jsonl", line(day, "legacy") + line(day, "holysheep"));
    // Answered after midnight: it is in the file of the next day.
    folder.append("g1-2026-11-23.jsonl", line(22, "legacy"));
    QCOMPARE(await(reader.groups({}, soon())).value().size(), std::size_t{10});
    UsageQuery part;
    part.from = drover::WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
    part.to = *part.from + 47h;
    const auto groups = await(reader.groups(part, soon())).value();
    QCOMPARE(groups.size(), std::size_t{2});
    QCOMPARE(groups[0].day + groups[0].target, std::string("2026-11-22holysheep"));
    QCOMPARE(groups[1].requests, std::uint64_t{2});
    part.to = *part.from + 23h; // all of the day arrived a minute before its end
    QVERIFY(await(reader.groups(part, soon())).value().empty());
    QCOMPARE(await(reader.groups({}, soon())).value().size(), std::size_t{10}); // as it was
}

DROVER_TEST(TestUsage)
#include "TestUsage.moc"
