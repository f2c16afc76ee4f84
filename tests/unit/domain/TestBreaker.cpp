// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "domain/traffic/Breaker.h"
#include "domain/traffic/RetryBudget.h"
#include "support/TestMain.h"

#include <string>
#include <vector>

using namespace drover;

namespace {

SteadyTime at(Duration since)
{
    return SteadyTime{since};
}

// Calls one after another, each over at once: '.' a success, 'x' a failure.
void play(Breaker& breaker, const std::string& outcomes, SteadyTime now)
{
    for (const char one : outcomes)
        breaker.report(breaker.admit(now).value_or(breaker.insist()), one == 'x', now);
}

Breaker opened(SteadyTime now)
{
    Breaker breaker;
    play(breaker, std::string(20, 'x'), now);
    return breaker;
}

} // namespace

class TestBreaker final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fewOutcomesSayNothing()
    {
        Breaker breaker;
        play(breaker, std::string(19, 'x'), at(0s));
        QCOMPARE(breaker.state(at(0s)), Breaker::State::closed);
        play(breaker, "x", at(0s));
        QCOMPARE(breaker.state(at(0s)), Breaker::State::open);
        QVERIFY(!breaker.admit(at(0s)));
        QCOMPARE(breaker.failures(), std::size_t(20));
    }

    void opensAtHalf()
    {
        Breaker breaker;
        play(breaker, "...........xxxxxxxxxx", at(0s)); // 10 of 21
        QCOMPARE(breaker.state(at(0s)), Breaker::State::closed);
        play(breaker, "x", at(0s));
        QCOMPARE(breaker.state(at(0s)), Breaker::State::open);
    }

    void onlyTheNewestAreJudged()
    {
        Breaker breaker;
        play(breaker, std::string(1000, '.'), at(0s));
        QCOMPARE(breaker.outcomes(), std::size_t(50));
        play(breaker, std::string(24, 'x'), at(1s));
        QCOMPARE(breaker.state(at(1s)), Breaker::State::closed);
        play(breaker, "x", at(1s));
        QCOMPARE(breaker.state(at(1s)), Breaker::State::open);
    }

    void oldOnesAreForgotten()
    {
        Breaker breaker;
        play(breaker, std::string(19, 'x'), at(0s));
        play(breaker, "x", at(121s));
        QCOMPARE(breaker.state(at(121s)), Breaker::State::closed);
        QCOMPARE(breaker.outcomes(), std::size_t(1));
    }

    void oneProbeAtATimeClosesIt()
    {
        Breaker breaker = opened(at(0s));
        QCOMPARE(breaker.wait(at(2s)), Duration{3s});
        QVERIFY(!breaker.admit(at(4999ms)));
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(breaker.state(at(5s)), Breaker::State::halfOpen);
            const auto probe = breaker.admit(at(5s));
            QVERIFY(probe && probe->probe);
            QVERIFY(!breaker.admit(at(5s)));
            breaker.report(*probe, false, at(5s));
        }
        QCOMPARE(breaker.state(at(5s)), Breaker::State::closed);
        QCOMPARE(breaker.outcomes(), std::size_t(0));
        play(breaker, std::string(19, 'x'), at(6s));
        QCOMPARE(breaker.state(at(6s)), Breaker::State::closed);
    }

    void aFailedProbeDoublesTheTime()
    {
        Breaker breaker = opened(at(0s));
        SteadyTime now = at(0s);
        for (const Duration open : {5s, 10s, 20s, 40s, 60s, 60s}) {
            QCOMPARE(breaker.wait(now), open);
            now += open;
            const auto probe = breaker.admit(now);
            QVERIFY(probe.has_value());
            breaker.report(*probe, true, now);
        }
    }

    void aFailureBetweenProbesBeginsThemAnew()
    {
        Breaker breaker = opened(at(0s));
        play(breaker, "..x", at(5s));
        QCOMPARE(breaker.state(at(5s)), Breaker::State::open);
        play(breaker, "..", at(15s));
        QCOMPARE(breaker.state(at(15s)), Breaker::State::halfOpen);
        play(breaker, ".", at(15s));
        QCOMPARE(breaker.state(at(15s)), Breaker::State::closed);
    }

    void aProbeThatSaidNothingLeavesRoomForTheNext()
    {
        Breaker breaker = opened(at(0s));
        const auto probe = breaker.admit(at(5s));
        QVERIFY(probe.has_value());
        breaker.release(*probe);
        QVERIFY(breaker.admit(at(5s)).has_value());
    }

    void whatWasUnderWayWhenItOpenedSaysNothing()
    {
        Breaker breaker;
        const auto before = breaker.admit(at(0s));
        QVERIFY(before.has_value());
        play(breaker, std::string(20, 'x'), at(1s));
        for (int i = 0; i < 3; ++i)
            breaker.report(*before, false, at(2s));
        QCOMPARE(breaker.state(at(2s)), Breaker::State::open);
        breaker.release(*before);
        QVERIFY(!breaker.admit(at(2s)));
    }

    // With nobody better to ask the calls go on; their successes close it, their failures do not keep it open for longer.
    void callsThatInsistAreHeard()
    {
        Breaker breaker = opened(at(0s));
        for (const bool failed : {true, false, false})
            breaker.report(breaker.insist(), failed, at(1s));
        QCOMPARE(breaker.state(at(1s)), Breaker::State::open);
        QCOMPARE(breaker.wait(at(1s)), Duration{4s});
        breaker.report(breaker.insist(), false, at(1s));
        QCOMPARE(breaker.state(at(1s)), Breaker::State::closed);
    }

    void aProvidersOwnWaitCounts()
    {
        Breaker breaker;
        play(breaker, std::string(19, 'x'), at(0s));
        breaker.report(breaker.insist(), true, at(0s), 30s);
        QCOMPARE(breaker.wait(at(0s)), Duration{30s});
        const auto probe = breaker.admit(at(30s));
        QVERIFY(probe.has_value());
        breaker.report(*probe, true, at(30s), 1h);
        QCOMPARE(breaker.wait(at(30s)), Duration{60s});
    }

    // Seeded orders of calls that overlap, fail, are withdrawn, and wait: whatever comes, it opens on no less than the
    // minimum of failures, sends one probe at a time, and lets something through again within its longest time.
    void anyOrderKeepsTheRule()
    {
        const BreakerRule rule;
        int openings = 0;
        for (std::uint64_t seed = 0; seed < 500; ++seed) {
            Random random{seed};
            Breaker breaker;
            SteadyTime now{};
            std::vector<Breaker::Ticket> under;
            std::size_t probes = 0;
            const double failing = random.uniform();
            for (int step = 0; step < 400; ++step) {
                now += Duration{std::int64_t(random.below(2'000'000))};
                const auto before = breaker.state(now);
                if (const auto ticket = breaker.admit(now)) {
                    QVERIFY(before != Breaker::State::open);
                    QCOMPARE(ticket->probe, before == Breaker::State::halfOpen);
                    probes += ticket->probe ? 1 : 0;
                    under.push_back(*ticket);
                }
                QVERIFY(probes <= 1);
                if (under.empty() || random.uniform() < 0.3)
                    continue;
                const std::size_t which = random.below(under.size());
                const auto ticket = under[which];
                under.erase(under.begin() + std::ptrdiff_t(which));
                probes -= ticket.probe ? 1 : 0;
                const auto had = breaker.state(now);
                if (random.uniform() < 0.1)
                    breaker.release(ticket);
                else
                    breaker.report(ticket, random.uniform() < failing, now);
                if (had == Breaker::State::closed && breaker.state(now) == Breaker::State::open) {
                    ++openings;
                    QVERIFY(breaker.outcomes() >= rule.minimum);
                    QVERIFY(2 * breaker.failures() >= breaker.outcomes());
                }
                QVERIFY(breaker.wait(now) <= rule.longestOpen);
            }
            for (const auto& ticket : under)
                breaker.release(ticket);
            QVERIFY(breaker.admit(now + rule.longestOpen).has_value());
        }
        QVERIFY(openings > 100);
    }

    void aShortFaultIsRetriedAndAnOutageIsNot()
    {
        RetryBudget budget;
        int retried = 0;
        for (int i = 0; i < 1000; ++i) {
            budget.failed();
            retried += budget.allows() ? 1 : 0;
        }
        QCOMPARE(retried, 4);
        for (int i = 0; i < 50; ++i)
            budget.succeeded();
        QVERIFY(!budget.allows());
        budget.succeeded();
        QVERIFY(budget.allows());
        for (int i = 0; i < 10'000; ++i)
            budget.succeeded();
        budget.failed();
        QVERIFY(budget.allows());
    }
};

DROVER_TEST(TestBreaker)
#include "TestBreaker.moc"
