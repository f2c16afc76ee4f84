// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QObject>

#include "base/Clock.h"
#include "base/Result.h"
#include "ports/Task.h"
#include "ports/Timer.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

namespace drover {

// A thread for calls that block (files, SQLite), one after another. Results come back on the thread that made
// the Worker, through its event loop. A task that is destroyed loses only its result: a job that has not
// begun is left out, one that runs goes on to its end. The destructor waits for the running job and drops the
// others; tasks that still wait then never go on, so they must be gone before.
class Worker {
public:
    explicit Worker(std::string name);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // f() in the worker's thread. Its result must be movable.
    template <class F>
    Task<std::invoke_result_t<F&>> run(F f)
    {
        using R = std::invoke_result_t<F&>;
        typename Later<R>::Start start = [this, &f](typename Later<R>::Resolve resolve) {
            auto job = std::make_shared<Job<F, R>>(std::move(f), std::move(resolve));
            post(job);
            // The owner is a token of its own: the job itself lives on in the queue.
            return std::shared_ptr<void>{static_cast<void*>(job.get()),
                                         [job](void*) { job->wanted = false; }};
        };
        Later<R> done{std::move(start)};
        co_return co_await done;
    }
    // f() in the worker's thread while the caller stands still: for a program's start only.
    template <class F>
    std::invoke_result_t<F&> waitFor(F f)
    {
        std::promise<std::invoke_result_t<F&>> promise;
        auto result = promise.get_future();
        struct Blocking final : JobBase {
            Blocking(F& function, std::promise<std::invoke_result_t<F&>>& to) : f(function), done(to) {}
            void work() override { done.set_value(f()); }
            void deliver() override {}
            F& f;
            std::promise<std::invoke_result_t<F&>>& done;
        };
        post(std::make_shared<Blocking>(f, promise));
        return result.get();
    }
    // Called in the worker's thread as the last thing: to close what only that thread may touch.
    void runAtTheEnd(std::function<void()> last);

private:
    struct JobBase {
        virtual ~JobBase() = default;
        virtual void work() = 0;    // the worker's thread
        virtual void deliver() = 0; // the owner's thread
        std::atomic<bool> wanted{true};
    };
    template <class F, class R>
    struct Job final : JobBase {
        Job(F function, typename Later<R>::Resolve done) : f(std::move(function)), resolve(std::move(done)) {}
        void work() override { result.emplace(f()); }
        void deliver() override { resolve(std::move(*result)); }
        F f;
        typename Later<R>::Resolve resolve;
        std::optional<R> result;
    };

    void post(std::shared_ptr<JobBase> job);
    void loop();

    QObject home_; // lives in the owner's thread; what is queued to it dies with it
    std::mutex mutex_;
    std::condition_variable woken_;
    std::deque<std::shared_ptr<JobBase>> queue_;
    std::function<void()> last_;
    bool ending_ = false;
    std::thread thread_;
};

// The task's result, or Errc::timeout ("<what> took too long") once the deadline has passed; the task is
// cancelled.
template <class T>
Task<Result<T>> byDeadline(Deadline deadline, Task<Result<T>> task, std::string what)
{
    auto limited = within(deadline.left(), std::move(task));
    auto done = co_await std::move(limited);
    if (!done.has_value())
        co_return Error{Errc::timeout, what + " took too long", {}};
    co_return std::move(*done);
}

} // namespace drover
