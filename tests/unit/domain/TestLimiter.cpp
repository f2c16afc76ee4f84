// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "domain/traffic/Limiter.h"
#include "support/TestMain.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

using namespace drover;

namespace {

SteadyTime at(Duration since)
{
    return SteadyTime{since};
}

struct Went {
    SteadyTime at;
    double tokens = 0;
};

// The most of what went in any window of 60 s.
double mostIn(const std::vector<Went>& all, bool tokens)
{
    double most = 0, sum = 0;
    std::size_t first = 0;
    for (const Went& one : all) {
        sum += tokens ? one.tokens : 1;
        while (one.at - all[first].at >= Duration{60s})
            sum -= tokens ? all[first++].tokens : (++first, 1);
        most = std::max(most, sum);
    }
    return most;
}

struct Played {
    std::vector<Went> went;
    int refused = 0, refusedAgain = 0;
};

// Ten minutes of callers who come at random, wait for as long as a Retry-After in whole seconds says, and a little
// longer, and come again; some never do.
Played play(Limiter& limiter, Random& random, double perSecond)
{
    struct Caller {
        std::uint64_t id = 0;
        double tokens = 0;
        bool again = false;
    };
    std::multimap<SteadyTime, Caller> coming;
    SteadyTime next{};
    std::uint64_t ids = 0;
    while (next < at(600s)) {
        next += fromSeconds(-std::log(1 - random.uniform()) / perSecond);
        coming.emplace(next, Caller{++ids, 50 + double(random.below(1000)), false});
    }
    Played played;
    while (!coming.empty()) {
        const SteadyTime now = coming.begin()->first;
        Caller caller = coming.begin()->second;
        coming.erase(coming.begin());
        const auto turn = limiter.take(now, caller.id, caller.tokens);
        if (turn.pass) {
            played.went.push_back({now, caller.tokens});
            continue;
        }
        ++played.refused;
        played.refusedAgain += caller.again ? 1 : 0;
        if (random.uniform() < 0.1 || now > at(600s))
            continue; // gives up
        caller.again = true;
        const double retryAfter = std::ceil(seconds(turn.wait));
        coming.emplace(now + fromSeconds(retryAfter + random.uniform() * 2), caller);
    }
    return played;
}

} // namespace

class TestLimiter final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void withoutALimitAllGo()
    {
        Limiter limiter;
        for (std::uint64_t i = 0; i < 1000; ++i)
            QVERIFY(limiter.take(at(0s), i, 1e6).pass.has_value());
    }

    // The playbook's counter began anew with each minute (D48), and said -940 ms to -59,939 ms (D46).
    void theWindowSlides()
    {
        Limiter limiter{{.requests = 10, .tokens = 0}};
        for (std::uint64_t i = 0; i < 10; ++i)
            QVERIFY(limiter.take(at(59s), i, 0).pass.has_value());
        QCOMPARE(limiter.wait(at(60s), 0), Duration{59s});
        const auto turn = limiter.take(at(61s), 10, 0);
        QVERIFY(!turn.pass);
        QCOMPARE(turn.wait, Duration{58s});
        QVERIFY(limiter.take(at(119s), 10, 0).pass.has_value());
    }

    void placesAreKeptInOrder()
    {
        Limiter limiter{{.requests = 2, .tokens = 0}};
        QVERIFY(limiter.take(at(0s), 1, 0).pass.has_value());
        QVERIFY(limiter.take(at(10s), 2, 0).pass.has_value());
        QCOMPARE(limiter.take(at(20s), 3, 0).wait, Duration{40s});
        QCOMPARE(limiter.take(at(20s), 4, 0).wait, Duration{50s});
        QCOMPARE(limiter.take(at(30s), 3, 0).wait, Duration{30s}); // too early: its place stays
        QVERIFY(!limiter.take(at(60s), 9, 0).pass);                // who comes in between waits behind
        QVERIFY(limiter.take(at(61s), 3, 0).pass.has_value());
        QVERIFY(limiter.take(at(71s), 4, 0).pass.has_value());
    }

    void aPlaceLapses()
    {
        Limiter limiter{{.requests = 1, .tokens = 0}};
        QVERIFY(limiter.take(at(0s), 1, 0).pass.has_value());
        QCOMPARE(limiter.take(at(1s), 2, 0).wait, Duration{59s});
        QVERIFY(limiter.take(at(66s), 3, 0).pass.has_value()); // nobody came within 5 s
        QVERIFY(!limiter.take(at(66s), 2, 0).pass);
    }

    void tokensCountToo()
    {
        Limiter limiter{{.requests = 0, .tokens = 1000}};
        const auto first = limiter.take(at(0s), 1, 600);
        QVERIFY(first.pass.has_value());
        QCOMPARE(limiter.wait(at(1s), 500), Duration{59s});
        limiter.settle(*first.pass, 100); // it was less than expected
        QVERIFY(limiter.take(at(1s), 2, 500).pass.has_value());
        QCOMPARE(limiter.tokensUsed(at(1s)), 600.0);
        QCOMPARE(limiter.wait(at(2s), 500), Duration{58s});
        QVERIFY(limiter.take(at(61s), 3, 5000).pass.has_value()); // more than the limit is the whole limit
        QVERIFY(!limiter.take(at(62s), 4, 1).pass);
    }

    void whatNeverWentCostsNothing()
    {
        Limiter limiter{{.requests = 1, .tokens = 0}};
        const auto turn = limiter.take(at(0s), 1, 0);
        limiter.withdraw(*turn.pass);
        QVERIFY(limiter.take(at(0s), 2, 0).pass.has_value());
    }

    void theProvidersOwnLimitIsKept()
    {
        Limiter limiter{{.requests = 100, .tokens = 0}};
        limiter.learn({.requests = 2, .tokens = 500});
        QCOMPARE(limiter.rule(), (RateRule{2, 500}));
        QVERIFY(limiter.take(at(0s), 1, 1).pass.has_value());
        QVERIFY(limiter.take(at(0s), 2, 1).pass.has_value());
        QVERIFY(!limiter.take(at(0s), 3, 1).pass);
        limiter.learn({.requests = 1000, .tokens = 0});
        QCOMPARE(limiter.rule(), (RateRule{100, 500})); // never above our own
        limiter.setRule({.requests = 50, .tokens = 200});
        QCOMPARE(limiter.rule(), (RateRule{50, 200}));
        limiter.hold(at(200s));
        QCOMPARE(limiter.take(at(150s), 4, 1).wait, Duration{50s});
    }

    void keptPlacesAreBounded()
    {
        Limiter limiter{{.requests = 1, .tokens = 0}};
        for (std::uint64_t i = 0; i < 20'000; ++i)
            limiter.take(at(0s), i, 0);
        QVERIFY(limiter.wait(at(0s), 0) <= Duration{(Limiter::mostKept + 1) * 65s});
    }

    // Over ten minutes no window of 60 s passes more than the limit, and no refused call that waits its Retry-After is
    // refused again; and the limit is used.
    void neverMoreThanTheLimitNeverRefusedTwice()
    {
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            Random random{seed};
            const RateRule rule{double(20 + random.below(200)), seed % 2 == 0 ? 0.0 : double(20'000 + random.below(60'000))};
            const double load = 0.3 + 3 * random.uniform();
            Limiter limiter{rule};
            const double mayGo = rule.tokens > 0 ? std::min(rule.requests, rule.tokens / 550) : rule.requests;
            const Played played = play(limiter, random, load * mayGo / 60);
            QVERIFY(mostIn(played.went, false) <= rule.requests);
            if (rule.tokens > 0)
                QVERIFY(mostIn(played.went, true) <= rule.tokens);
            QCOMPARE(played.refusedAgain, 0);
            if (load > 1.5) {
                QVERIFY(played.refused > 0);
                QVERIFY2(double(played.went.size()) > 0.7 * 10 * mayGo, qPrintable(QString::number(double(played.went.size()) / (10 * mayGo))));
            }
        }
    }
};

DROVER_TEST(TestLimiter)
#include "TestLimiter.moc"
