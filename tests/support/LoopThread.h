// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Loop.h"

#include "base/Clock.h"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>

namespace drover::test {

// A Loop on a thread of its own. What belongs to the loop is made and used inside on(), and destroyed after finish().
class LoopThread {
public:
    LoopThread() : loop_(clock_)
    {
        // Something must always be waiting, or run() would return before the first job.
        loop_.spawn(idle());
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~LoopThread() { finish(); }

    // Ends the thread. Only then may things be destroyed that coroutines still refer to: those go with the loop, and
    // never go on.
    void finish()
    {
        if (!thread_.joinable())
            return;
        loop_.stop();
        thread_.join();
    }

    http::Loop& loop() { return loop_; }

    // Runs `job` on the loop and waits for it.
    template <class F>
    auto on(F job) -> decltype(job())
    {
        using T = decltype(job());
        std::packaged_task<T()> task{std::move(job)};
        auto result = task.get_future();
        loop_.post([&task] { task(); });
        return settled(std::move(result));
    }

    // Runs the coroutine that `make` gives on the loop and waits for its value.
    template <class T>
    T run(std::function<http::Async<T>()> make)
    {
        auto promise = std::make_shared<std::promise<T>>();
        auto result = promise->get_future();
        loop_.post([this, promise, make] { loop_.spawn(fulfil<T>(promise, make)); });
        return settled(std::move(result));
    }

private:
    template <class T>
    static T settled(std::future<T> result)
    {
        if (result.wait_for(std::chrono::seconds(30)) != std::future_status::ready)
            throw std::runtime_error("the loop did not finish in 30 s");
        return result.get();
    }

    template <class T>
    static http::Async<void> fulfil(std::shared_ptr<std::promise<T>> promise, std::function<http::Async<T>()> make)
    {
        promise->set_value(co_await make());
    }

    static http::Async<void> idle()
    {
        while (true)
            co_await http::Loop::sleep(Duration{std::chrono::hours(1)});
    }

    SystemClock clock_;
    http::Loop loop_;
    std::thread thread_;
};

// Waits until `holds()`; false after `time`.
template <class F>
bool eventually(F holds, std::chrono::milliseconds time = std::chrono::seconds(10))
{
    const auto end = std::chrono::steady_clock::now() + time;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::yield();
    }
    return true;
}

} // namespace drover::test
