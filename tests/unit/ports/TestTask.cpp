// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "support/TestMain.h"

#include "base/Result.h"
#include "ports/Task.h"

#include <memory>
#include <string>
#include <vector>

using drover::Later;
using drover::Pending;
using drover::Task;

namespace {

// A piece of work that the test ends by hand, and that tells whether it was stopped.
struct Leaf {
    Later<int>::Resolve resolve;
    int started = 0;
    int stopped = 0;
};

Task<int> leafTask(Leaf* leaf)
{
    Later<int>::Start start = [leaf](Later<int>::Resolve resolve) {
        leaf->resolve = std::move(resolve);
        ++leaf->started;
        return std::shared_ptr<void>{static_cast<void*>(leaf),
                                     [](void* l) { ++static_cast<Leaf*>(l)->stopped; }};
    };
    Later<int> later{std::move(start)};
    const int value = co_await later;
    co_return value;
}

Task<int> plusOne(Leaf* leaf)
{
    const int value = co_await leafTask(leaf);
    co_return value + 1;
}

Task<int> ready(int value)
{
    co_return value;
}

Task<int> sumOfReady(int n)
{
    int sum = 0;
    for (int i = 0; i < n; ++i)
        sum += co_await ready(1);
    co_return sum;
}

Task<int> resolvedWithinStart(int value)
{
    Later<int>::Start start = [value](Later<int>::Resolve resolve) {
        resolve(value);
        resolve(value + 1); // the second call has no effect
        return std::shared_ptr<void>{};
    };
    Later<int> later{std::move(start)};
    co_return co_await later;
}

Task<int> sumOfResolvedWithinStart(int n)
{
    int sum = 0;
    for (int i = 0; i < n; ++i)
        sum += co_await resolvedWithinStart(1);
    co_return sum;
}

Task<drover::Result<std::unique_ptr<int>>> moveOnly(int value)
{
    co_return std::make_unique<int>(value);
}

Task<drover::Result<void>> emptyResult()
{
    co_return {};
}

Task<void> nothing(int* count)
{
    ++*count;
    co_return;
}

} // namespace

class TestTask : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void startsOnlyWhenItIsHandedToAPending();
    void doesNotCallBackBeforeThePendingIsInItsPlace();
    void givesTheLeafsValueThroughEachLayer();
    void givesMoveOnlyAndEmptyValues();
    void destroyingThePendingStopsTheLeaf();
    void destroyingThePendingBeforeItStartedStartsNothing();
    void destroyingAnUnstartedTaskStartsNothing();
    void aLateCallAfterCancellingHasNoEffect();
    void onDoneMayDestroyItsPending();
    void onDoneMayReplaceItsPending();
    void replacingARunningPendingCancelsTheOldOne();
    void movingAPendingKeepsItRunning();
    void aLeafMayBeResolvedBeforeItsStartReturns();
    void manyTasksThatAreReadyAtOnceNeedNoStack();
    void whenAllKeepsTheOrderOfTheTasks();
    void whenAllOfNothingIsReady();
    void destroyingWhenAllStopsEachLeaf();
    void onDoneOfWhenAllMayDestroyItsPending();
};

void TestTask::startsOnlyWhenItIsHandedToAPending()
{
    Leaf leaf;
    auto task = leafTask(&leaf);
    QCOMPARE(leaf.started, 0);
    Pending pending{std::move(task), [](int) {}};
    QTRY_COMPARE(leaf.started, 1);
    QVERIFY(pending.running());
}

void TestTask::doesNotCallBackBeforeThePendingIsInItsPlace()
{
    int got = 0;
    Pending pending{ready(7), [&](int value) { got = value; }};
    QCOMPARE(got, 0);
    QTRY_COMPARE(got, 7);
    QVERIFY(!pending.running());
}

void TestTask::givesTheLeafsValueThroughEachLayer()
{
    Leaf leaf;
    int got = 0;
    Pending pending{plusOne(&leaf), [&](int value) { got = value; }};
    QTRY_COMPARE(leaf.started, 1);
    leaf.resolve(41);
    QCOMPARE(got, 42);
    QCOMPARE(leaf.stopped, 1);
    QVERIFY(!pending.running());
}

void TestTask::givesMoveOnlyAndEmptyValues()
{
    int got = 0;
    int count = 0;
    bool empty = false;
    Pending first{moveOnly(3), [&](drover::Result<std::unique_ptr<int>> value) { got = **value; }};
    Pending second{nothing(&count), [&] { ++count; }};
    Pending third{emptyResult(), [&](drover::Result<void> value) { empty = value.has_value(); }};
    QTRY_COMPARE(got, 3);
    QTRY_COMPARE(count, 2);
    QTRY_VERIFY(empty);
}

void TestTask::destroyingThePendingStopsTheLeaf()
{
    Leaf leaf;
    bool called = false;
    {
        Pending pending{plusOne(&leaf), [&](int) { called = true; }};
        QTRY_COMPARE(leaf.started, 1);
        QCOMPARE(leaf.stopped, 0);
    }
    QCOMPARE(leaf.stopped, 1);
    QCoreApplication::processEvents();
    QVERIFY(!called);
}

void TestTask::destroyingThePendingBeforeItStartedStartsNothing()
{
    Leaf leaf;
    bool called = false;
    {
        Pending pending{plusOne(&leaf), [&](int) { called = true; }};
    }
    QCoreApplication::processEvents();
    QCOMPARE(leaf.started, 0);
    QVERIFY(!called);
}

void TestTask::destroyingAnUnstartedTaskStartsNothing()
{
    Leaf leaf;
    {
        auto task = plusOne(&leaf);
        QVERIFY(task.valid());
        auto other = std::move(task);
        QVERIFY(!task.valid());
    }
    QCOMPARE(leaf.started, 0);
}

void TestTask::aLateCallAfterCancellingHasNoEffect()
{
    Leaf leaf;
    bool called = false;
    Pending pending{plusOne(&leaf), [&](int) { called = true; }};
    QTRY_COMPARE(leaf.started, 1);
    pending.cancel();
    QVERIFY(!pending.running());
    leaf.resolve(1);
    QCoreApplication::processEvents();
    QVERIFY(!called);
}

void TestTask::onDoneMayDestroyItsPending()
{
    Leaf leaf;
    int calls = 0;
    std::unique_ptr<Pending> pending;
    pending = std::make_unique<Pending>(plusOne(&leaf), [&](int) {
        pending.reset();
        ++calls;
    });
    QTRY_COMPARE(leaf.started, 1);
    leaf.resolve(1);
    QCOMPARE(calls, 1);
    QVERIFY(pending == nullptr);
    QCOMPARE(leaf.stopped, 1);
}

void TestTask::onDoneMayReplaceItsPending()
{
    Leaf first;
    Leaf second;
    std::vector<int> got;
    Pending pending;
    pending = Pending{leafTask(&first), [&](int value) {
                          got.push_back(value);
                          pending = Pending{leafTask(&second), [&](int next) { got.push_back(next); }};
                      }};
    QTRY_COMPARE(first.started, 1);
    first.resolve(1);
    QTRY_COMPARE(second.started, 1);
    QVERIFY(pending.running());
    second.resolve(2);
    QCOMPARE(got, (std::vector<int>{1, 2}));
}

void TestTask::replacingARunningPendingCancelsTheOldOne()
{
    Leaf leaf;
    bool called = false;
    int got = 0;
    Pending pending{leafTask(&leaf), [&](int) { called = true; }};
    QTRY_COMPARE(leaf.started, 1);
    pending = Pending{ready(5), [&](int value) { got = value; }};
    QCOMPARE(leaf.stopped, 1);
    QTRY_COMPARE(got, 5);
    QVERIFY(!called);
}

void TestTask::movingAPendingKeepsItRunning()
{
    Leaf leaf;
    int got = 0;
    std::vector<Pending> all;
    all.emplace_back(leafTask(&leaf), [&](int value) { got = value; });
    for (int i = 0; i < 20; ++i)
        all.emplace_back();
    QTRY_COMPARE(leaf.started, 1);
    leaf.resolve(9);
    QCOMPARE(got, 9);
}

void TestTask::aLeafMayBeResolvedBeforeItsStartReturns()
{
    int got = 0;
    Pending pending{resolvedWithinStart(4), [&](int value) { got = value; }};
    QTRY_COMPARE(got, 4);
}

void TestTask::manyTasksThatAreReadyAtOnceNeedNoStack()
{
    int tasks = 0;
    int leaves = 0;
    Pending first{sumOfReady(1'000'000), [&](int value) { tasks = value; }};
    Pending second{sumOfResolvedWithinStart(300'000), [&](int value) { leaves = value; }};
    QTRY_COMPARE_WITH_TIMEOUT(tasks, 1'000'000, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(leaves, 300'000, 30'000);
}

void TestTask::whenAllKeepsTheOrderOfTheTasks()
{
    Leaf first;
    Leaf second;
    std::vector<Task<int>> tasks;
    tasks.push_back(leafTask(&first));
    tasks.push_back(leafTask(&second));
    tasks.push_back(ready(3));
    std::vector<int> got;
    Pending pending{drover::whenAll(std::move(tasks)), [&](std::vector<int> values) { got = values; }};
    QTRY_COMPARE(second.started, 1);
    QTRY_COMPARE(first.started, 1);
    second.resolve(2);
    QCoreApplication::processEvents();
    QVERIFY(got.empty());
    first.resolve(1);
    QTRY_COMPARE(got, (std::vector<int>{1, 2, 3}));
}

void TestTask::whenAllOfNothingIsReady()
{
    bool called = false;
    Pending pending{drover::whenAll(std::vector<Task<int>>{}),
                    [&](std::vector<int> values) { called = values.empty(); }};
    QTRY_VERIFY(called);
}

void TestTask::destroyingWhenAllStopsEachLeaf()
{
    Leaf first;
    Leaf second;
    bool called = false;
    {
        std::vector<Task<int>> tasks;
        tasks.push_back(leafTask(&first));
        tasks.push_back(leafTask(&second));
        Pending pending{drover::whenAll(std::move(tasks)), [&](std::vector<int>) { called = true; }};
        QTRY_COMPARE(second.started, 1);
        first.resolve(1);
    }
    QCOMPARE(first.stopped, 1);
    QCOMPARE(second.stopped, 1);
    QCoreApplication::processEvents();
    QVERIFY(!called);
}

void TestTask::onDoneOfWhenAllMayDestroyItsPending()
{
    Leaf leaf;
    std::vector<Task<int>> tasks;
    tasks.push_back(leafTask(&leaf));
    std::unique_ptr<Pending> pending;
    int calls = 0;
    pending = std::make_unique<Pending>(drover::whenAll(std::move(tasks)), [&](std::vector<int>) {
        pending.reset();
        ++calls;
    });
    QTRY_COMPARE(leaf.started, 1);
    leaf.resolve(1);
    QCOMPARE(calls, 1);
    QCOMPARE(leaf.stopped, 1);
}

DROVER_TEST(TestTask)
#include "TestTask.moc"
