// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Async.h"

#include "base/Clock.h"

#include <functional>
#include <memory>
#include <vector>

namespace drover::http {

class Names;
class Stream;

// The one thread of a program's network side: an io_context, and a watch over the deadlines of all its streams (one
// timer for all, looked at every `tick`, because a timer for each read would cost more than the read).
// Everything of this layer is used on the loop's thread alone; only post() and stop() may be called from others.
class Loop {
public:
    static constexpr Duration tick = 25ms;

    explicit Loop(const Clock& clock);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Runs until stop(), or until nothing is left to do.
    void run();
    void stop();
    void post(std::function<void()> job);

    // Starts a coroutine that nobody waits for. What it throws leaves run().
    void spawn(Async<void> task);
    static Async<void> sleep(Duration time);

    const Clock& clock() const { return clock_; }
    boost::asio::io_context& io() { return *io_; }
    Names& names() { return *names_; }

private:
    friend class Stream;
    void watch(Stream& stream);
    void unwatch(Stream& stream);
    void arm();
    void look();

    struct Timer;
    const Clock& clock_;
    std::unique_ptr<Names> names_; // outlives what waits on io_
    std::unique_ptr<boost::asio::io_context> io_;
    std::unique_ptr<Timer> timer_;
    std::vector<Stream*> streams_;
    bool armed_ = false;
};

} // namespace drover::http
