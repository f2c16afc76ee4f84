// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/Together.h"
#include "app/Turns.h"
#include "support/Await.h"
#include "support/TestMain.h"

#include <algorithm>
#include <string>
#include <vector>

using namespace drover;
using namespace drover::app;

namespace {

// Many who want a turn, and what they do with it until it is let go.
struct Stage {
    explicit Stage(std::size_t atOnce) : turns(atOnce) {}

    Task<bool> one(std::string name)
    {
        const Turns::Turn turn = co_await turns.take();
        begun.push_back(name);
        ++now;
        most = std::max(most, now);
        while (!open)
            co_await delay(1ms);
        --now;
        co_return true;
    }
    bool all(std::size_t number)
    {
        return QTest::qWaitFor([&] { return begun.size() == number && now == 0; }, 10'000);
    }

    Turns turns;
    std::vector<std::string> begun;
    int now = 0;
    int most = 0;
    bool open = false;
};

void nothing(bool) {}

// A piece of work that takes a while, and how often it was done.
struct Work {
    Together<Result<int>> together{[this] { return work(); }};
    int begun = 0;
    bool open = true;
    std::optional<Error> error;

    Task<Result<int>> work()
    {
        const int mine = ++begun;
        while (!open)
            co_await delay(1ms);
        if (error)
            co_return *error;
        co_return mine;
    }
};

} // namespace

class TestTurns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noMoreThanAllowedHaveATurn()
    {
        Stage stage{3};
        std::vector<Pending> running;
        for (int i = 0; i < 20; ++i)
            running.emplace_back(stage.one(std::to_string(i)), nothing);
        QVERIFY(QTest::qWaitFor([&] { return stage.now == 3; }, 10'000));
        stage.open = true;
        QVERIFY(stage.all(20));
        QCOMPARE(stage.most, 3);
    }
    void whoWaitsLongestComesFirst()
    {
        Stage stage{1};
        std::vector<Pending> running;
        for (const char* name : {"a", "b", "c", "d"})
            running.emplace_back(stage.one(name), nothing);
        stage.open = true;
        QVERIFY(stage.all(4));
        QCOMPARE(stage.begun, (std::vector<std::string>{"a", "b", "c", "d"}));
    }
    void whoGoesAwayWhileWaitingIsPassedOver()
    {
        Stage stage{1};
        std::vector<Pending> running;
        for (const char* name : {"a", "b", "c"})
            running.emplace_back(stage.one(name), nothing);
        QVERIFY(QTest::qWaitFor([&] { return stage.now == 1; }, 10'000));
        running[1].cancel();
        stage.open = true;
        QVERIFY(stage.all(2));
        QCOMPARE(stage.begun, (std::vector<std::string>{"a", "c"}));
    }
    void whoGoesAwayWithATurnGivesItBack()
    {
        Stage stage{1};
        std::vector<Pending> running;
        for (const char* name : {"a", "b"})
            running.emplace_back(stage.one(name), nothing);
        QVERIFY(QTest::qWaitFor([&] { return stage.now == 1; }, 10'000));
        running[0].cancel();
        QVERIFY(QTest::qWaitFor([&] { return stage.begun.size() == 2; }, 10'000));
    }
    // Between a turn's being given and the task's going on.
    void aTurnGivenToWhoGoesAwayAtOnceIsNotLost()
    {
        Stage stage{1};
        std::vector<Pending> running;
        for (const char* name : {"a", "b", "c"})
            running.emplace_back(stage.one(name), nothing);
        QVERIFY(QTest::qWaitFor([&] { return stage.now == 1; }, 10'000));
        running[0].cancel(); // gives it to b …
        running[1].cancel(); // … who has not gone on yet
        QVERIFY(QTest::qWaitFor([&] { return stage.begun.size() == 2; }, 10'000));
        QCOMPARE(stage.begun.back(), std::string("c"));
    }
    void noTurnAtAllIsOne()
    {
        Stage stage{0};
        stage.open = true;
        QVERIFY(test::await(stage.one("a")));
    }

    void whoAsksInOneTurnOfTheLoopSharesARun()
    {
        Work work;
        std::vector<int> got;
        std::vector<Pending> running;
        for (int i = 0; i < 5; ++i)
            running.emplace_back(work.together.run(), [&](Result<int> value) { got.push_back(*value); });
        QVERIFY(QTest::qWaitFor([&] { return got.size() == 5; }, 10'000));
        QVERIFY(work.begun <= 2); // the first may begin before the last has asked
        QCOMPARE(got.back(), work.begun);
    }
    void whoAsksDuringARunGetsTheNext()
    {
        Work work;
        work.open = false;
        int first = 0;
        std::vector<int> later;
        const Pending one{work.together.run(), [&](Result<int> value) { first = *value; }};
        QVERIFY(QTest::qWaitFor([&] { return work.begun == 1; }, 10'000));
        std::vector<Pending> others;
        for (int i = 0; i < 3; ++i)
            others.emplace_back(work.together.run(), [&](Result<int> value) { later.push_back(*value); });
        QCoreApplication::processEvents();
        QCOMPARE(work.begun, 1); // never two at once
        work.open = true;
        QVERIFY(QTest::qWaitFor([&] { return later.size() == 3; }, 10'000));
        QCOMPARE(first, 1);
        QCOMPARE(later, (std::vector<int>{2, 2, 2}));
    }
    void anErrorIsEverybodysAndOnlyThatRuns()
    {
        Work work;
        work.error = Error{Errc::io, "disk full", {}};
        QCOMPARE(test::await(work.together.run()).error().code, Errc::io);
        work.error.reset();
        QCOMPARE(*test::await(work.together.run()), 2);
    }
    void aRunThatNobodyWaitsForIsGivenUp()
    {
        Work work;
        work.open = false;
        Pending gone{work.together.run(), [](const Result<int>&) {}};
        QVERIFY(QTest::qWaitFor([&] { return work.begun == 1; }, 10'000));
        int got = 0;
        const Pending stays{work.together.run(), [&](Result<int> value) { got = *value; }};
        QCoreApplication::processEvents();
        gone.cancel(); // the run ends with it, and the next begins
        work.open = true;
        QVERIFY(QTest::qWaitFor([&] { return got == 2; }, 10'000));
    }
    void aRunGoesOnForWhoStays()
    {
        Work work;
        work.open = false;
        int got = 0;
        Pending gone{work.together.run(), [](const Result<int>&) {}};
        const Pending stays{work.together.run(), [&](Result<int> value) { got = *value; }};
        QVERIFY(QTest::qWaitFor([&] { return work.begun == 1; }, 10'000));
        gone.cancel();
        work.open = true;
        QVERIFY(QTest::qWaitFor([&] { return got > 0; }, 10'000));
    }
};

DROVER_TEST(TestTurns)
#include "TestTurns.moc"
