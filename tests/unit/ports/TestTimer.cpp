// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/TestMain.h"

#include "ports/Timer.h"

#include <memory>
#include <optional>

using drover::Later;
using drover::Pending;
using drover::Task;
using namespace std::chrono_literals;

namespace {

struct Endless {
    int started = 0;
    int stopped = 0;
};

Task<int> never(Endless* endless)
{
    Later<int>::Start start = [endless](Later<int>::Resolve) {
        ++endless->started;
        return std::shared_ptr<void>{static_cast<void*>(endless),
                                     [](void* e) { ++static_cast<Endless*>(e)->stopped; }};
    };
    Later<int> later{std::move(start)};
    co_return co_await later;
}

Task<int> soon(int value)
{
    co_await drover::delay(1ms);
    co_return value;
}

} // namespace

class TestTimer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aDelayIsNotShorterThanAsked();
    void aCancelledDelayNeverFires();
    void withinGivesTheValueOfWhatIsFastEnough();
    void withinStopsWhatIsTooSlow();
    void withinNothingStillGivesWhatIsReadyOrNothing();
    void cancellingWithinStopsTheWork();
};

void TestTimer::aDelayIsNotShorterThanAsked()
{
    QElapsedTimer timer;
    timer.start();
    bool done = false;
    Pending pending{drover::delay(20ms), [&] { done = true; }};
    QTRY_VERIFY(done);
    QVERIFY(timer.elapsed() >= 19);
}

void TestTimer::aCancelledDelayNeverFires()
{
    bool cancelledOne = false;
    bool later = false;
    Pending cancelled{drover::delay(1ms), [&] { cancelledOne = true; }};
    Pending witness{drover::delay(20ms), [&] { later = true; }};
    QCoreApplication::processEvents();
    cancelled.cancel();
    QTRY_VERIFY(later);
    QVERIFY(!cancelledOne);
}

void TestTimer::withinGivesTheValueOfWhatIsFastEnough()
{
    std::optional<int> got;
    Pending pending{drover::within(30s, soon(6)), [&](std::optional<int> value) { got = value; }};
    QTRY_COMPARE(got, std::optional<int>{6});
}

void TestTimer::withinStopsWhatIsTooSlow()
{
    Endless endless;
    std::optional<int> got = 1;
    bool called = false;
    Pending pending{drover::within(5ms, never(&endless)), [&](std::optional<int> value) {
                        called = true;
                        got = value;
                    }};
    QTRY_VERIFY(called);
    QVERIFY(!got.has_value());
    QCOMPARE(endless.started, 1);
    QCOMPARE(endless.stopped, 1);
}

void TestTimer::withinNothingStillGivesWhatIsReadyOrNothing()
{
    Endless endless;
    bool called = false;
    Pending pending{drover::within(0ms, never(&endless)), [&](std::optional<int>) { called = true; }};
    QTRY_VERIFY(called);
    QCOMPARE(endless.stopped, endless.started);
}

void TestTimer::cancellingWithinStopsTheWork()
{
    Endless endless;
    bool called = false;
    {
        Pending pending{drover::within(30s, never(&endless)), [&](std::optional<int>) { called = true; }};
        QTRY_COMPARE(endless.started, 1);
    }
    QCOMPARE(endless.stopped, 1);
    QVERIFY(!called);
}

DROVER_TEST(TestTimer)
#include "TestTimer.moc"
