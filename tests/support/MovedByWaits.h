// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "support/Await.h"
#include "support/LoopbackServer.h"
#include "support/ManualClock.h"

#include "ports/Timer.h"

namespace drover::test {

// A clock that is moved by whoever waits, to the moment it waits for; never past `limit`, where it waits in earnest.
struct MovedByWaits {
    ManualClock clock;
    SteadyTime limit{};

    Task<void> waited(Duration time)
    {
        const auto until = clock.steady() + time;
        while (until > limit) {
            auto looking = delay(1ms);
            co_await std::move(looking);
        }
        if (clock.steady() < until) {
            clock.advance(until - clock.steady());
            ++moves_;
        }
    }
    // Lets everything that is due happen up to that moment.
    void runTo(SteadyTime moment, const LoopbackServer& server)
    {
        limit = moment;
        await(settled(server));
        if (clock.steady() < moment)
            clock.advance(moment - clock.steady());
    }

private:
    // Over once whoever waits does so for something later than the limit: nothing has moved for a while of the event loop.
    Task<bool> settled(const LoopbackServer& server)
    {
        for (int quiet = 0, last = -1; quiet < 30; ++quiet) {
            const int now = moves_ + int(server.requests().size());
            if (now != last)
                quiet = 0;
            last = now;
            auto looking = delay(2ms);
            co_await std::move(looking);
        }
        co_return true;
    }
    int moves_ = 0;
};

} // namespace drover::test
