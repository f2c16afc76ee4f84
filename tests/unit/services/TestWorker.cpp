// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/Await.h"
#include "support/TestMain.h"

#include "base/Clock.h"
#include "services/Worker.h"

#include <memory>
#include <semaphore>
#include <thread>
#include <vector>

using drover::Pending;
using drover::Task;
using drover::Worker;
using drover::test::await;

namespace {

Task<drover::Result<int>> blocked(Worker* worker, std::binary_semaphore* gate)
{
    auto job = [gate]() -> drover::Result<int> {
        gate->acquire();
        return 1;
    };
    auto running = worker->run(std::move(job));
    co_return co_await std::move(running);
}

} // namespace

class TestWorker : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runsInItsOwnThreadAndAnswersInOurs();
    void givesMoveOnlyResults();
    void runsJobsInTheirOrder();
    void dropsTheResultOfADestroyedTask();
    void leavesOutAJobThatNobodyWantsAnyMore();
    void theEventLoopGoesOnWhileAJobBlocks();
    void aDeadlineEndsTheWaitAndNotTheJob();
    void doesTheLastThingInItsThread();
};

void TestWorker::runsInItsOwnThreadAndAnswersInOurs()
{
    Worker worker{"test"};
    const auto here = std::this_thread::get_id();
    std::thread::id answered;
    std::optional<std::thread::id> worked;
    Pending pending{worker.run([] { return std::this_thread::get_id(); }), [&](std::thread::id id) {
                        worked = id;
                        answered = std::this_thread::get_id();
                    }};
    QTRY_VERIFY(worked.has_value());
    QVERIFY(*worked != here);
    QVERIFY(answered == here);
}

void TestWorker::givesMoveOnlyResults()
{
    Worker worker{"test"};
    auto input = std::make_unique<int>(5);
    const auto output = await(worker.run([input = std::move(input)]() mutable { return std::move(input); }));
    QCOMPARE(*output, 5);
}

void TestWorker::runsJobsInTheirOrder()
{
    Worker worker{"test"};
    std::vector<int> order;
    std::vector<Task<bool>> tasks;
    for (int i = 0; i < 50; ++i) {
        tasks.push_back(worker.run([&order, i] {
            order.push_back(i);
            return true;
        }));
    }
    QCOMPARE(await(drover::whenAll(std::move(tasks))).size(), std::size_t{50});
    for (int i = 0; i < 50; ++i)
        QCOMPARE(order[std::size_t(i)], i);
}

void TestWorker::dropsTheResultOfADestroyedTask()
{
    Worker worker{"test"};
    std::binary_semaphore gate{0};
    bool called = false;
    {
        Pending pending{blocked(&worker, &gate), [&](drover::Result<int>) { called = true; }};
        QCoreApplication::processEvents();
    }
    gate.release();
    QCOMPARE(await(worker.run([] { return 2; })), 2); // behind the first in the queue
    QVERIFY(!called);
}

void TestWorker::leavesOutAJobThatNobodyWantsAnyMore()
{
    Worker worker{"test"};
    std::binary_semaphore gate{0};
    bool ran = false;
    Pending first{blocked(&worker, &gate), [](drover::Result<int>) {}};
    QCoreApplication::processEvents();
    {
        Pending second{worker.run([&ran] {
                           ran = true;
                           return true;
                       }),
                       [](bool) {}};
        QCoreApplication::processEvents();
    }
    gate.release();
    QCOMPARE(await(worker.run([] { return 2; })), 2);
    QVERIFY(!ran);
}

void TestWorker::theEventLoopGoesOnWhileAJobBlocks()
{
    Worker worker{"test"};
    std::binary_semaphore gate{0};
    int got = 0;
    bool ticked = false;
    Pending job{blocked(&worker, &gate), [&](drover::Result<int> value) { got = *value; }};
    Pending tick{drover::delay(std::chrono::milliseconds{1}), [&] {
                     ticked = true;
                     gate.release();
                 }};
    QTRY_COMPARE(got, 1);
    QVERIFY(ticked);
}

void TestWorker::aDeadlineEndsTheWaitAndNotTheJob()
{
    Worker worker{"test"};
    const drover::SystemClock clock;
    std::binary_semaphore gate{0};
    const auto deadline = drover::Deadline::in(clock, std::chrono::milliseconds{5});
    const auto result = await(drover::byDeadline(deadline, blocked(&worker, &gate), "the disk"));
    QVERIFY(!result.has_value());
    QCOMPARE(int(result.error().code), int(drover::Errc::timeout));
    QCOMPARE(result.error().what, std::string("the disk took too long"));
    gate.release();
}

void TestWorker::doesTheLastThingInItsThread()
{
    std::thread::id last;
    {
        Worker worker{"test"};
        worker.runAtTheEnd([&last] { last = std::this_thread::get_id(); });
    }
    QVERIFY(last != std::thread::id{});
    QVERIFY(last != std::this_thread::get_id());
}

DROVER_TEST(TestWorker)
#include "TestWorker.moc"
