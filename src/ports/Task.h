// SPDX-License-Identifier: Apache-2.0
#pragma once
// Qt first: moc 6.4 cannot read libstdc++'s <coroutine> when it comes before the first Qt header.
#include <QMetaObject>
#include <QObject>

#ifndef Q_MOC_RUN
#include <coroutine>
#endif
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace drover {

// An asynchronous piece of work of one thread (the one with the Qt event loop). Lazy: it starts when it is awaited
// or handed to a Pending. Destroying it cancels it: everything it was waiting for is destroyed with it (a request is
// aborted, a timer stopped). Exceptions do not leave a task: they end the program, like in a noexcept function.
template <class T>
class [[nodiscard]] Task {
public:
    struct promise_type;
    using Handle = std::coroutine_handle<promise_type>;

    Task() = default;
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Task& operator=(Task&& other) noexcept
    {
        if (this != &other) {
            reset();
            handle_ = std::exchange(other.handle_, {});
        }
        return *this;
    }
    ~Task() { reset(); }

    bool valid() const { return bool(handle_); }
    void reset()
    {
        if (handle_)
            std::exchange(handle_, {}).destroy();
    }

    auto operator co_await() && noexcept
    {
        struct Awaiter {
            Handle handle;
            bool await_ready() const noexcept { return false; }
            // Not by symmetric transfer: GCC 12 makes it a nested call below -O2 and with sanitizers, so a loop over
            // tasks that are ready at once would use up the stack.
            bool await_suspend(std::coroutine_handle<> waiting) noexcept
            {
                handle.resume();
                if (handle.done())
                    return false;
                handle.promise().waiting = waiting;
                return true;
            }
            T await_resume() { return handle.promise().take(); }
        };
        return Awaiter{handle_};
    }

private:
    explicit Task(Handle handle) : handle_(handle) {}
    Handle handle_;
};

namespace detail {

struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) noexcept
    {
        const auto waiting = done.promise().waiting;
        return waiting ? waiting : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
};

struct PromiseBase {
    std::coroutine_handle<> waiting;
    std::suspend_always initial_suspend() const noexcept { return {}; }
    FinalAwaiter final_suspend() const noexcept { return {}; }
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
};

} // namespace detail

template <class T>
struct Task<T>::promise_type : detail::PromiseBase {
    std::optional<T> value;
    Task get_return_object() { return Task{Handle::from_promise(*this)}; }
    template <class U = T>
    void return_value(U&& result)
    {
        value.emplace(std::forward<U>(result));
    }
    T take() { return std::move(*value); }
};

template <>
struct Task<void>::promise_type : detail::PromiseBase {
    Task get_return_object() { return Task{Handle::from_promise(*this)}; }
    void return_void() const noexcept {}
    void take() const noexcept {}
};

// One value that will be given later by a callback, and a way to stop waiting for it. The leaf under every Task:
//   co_await Later<int>([](Later<int>::Resolve resolve) { …; return std::make_shared<…>(…); })
// `start` gets a copyable function to call once, from this thread, and returns an owner: destroying the owner must
// stop the work (after that, calls of the function have no effect). resolve() may be called within start(), and the
// owner may be destroyed within resolve(): a QObject in it wants deleteLater.
template <class T>
class Later {
public:
    using Resolve = std::function<void(T)>;
    using Start = std::function<std::shared_ptr<void>(Resolve)>;

    explicit Later(Start start) : start_(std::move(start)), state_(std::make_shared<State>()) {}
    Later(Later&&) noexcept = default;
    ~Later()
    {
        if (state_)
            state_->waiting = {};
    }

    bool await_ready()
    {
        owner_ = start_([weak = std::weak_ptr<State>(state_)](T value) {
            const auto state = weak.lock();
            if (!state || state->value)
                return;
            state->value.emplace(std::move(value));
            if (state->waiting)
                std::exchange(state->waiting, {}).resume();
        });
        return state_->value.has_value();
    }
    void await_suspend(std::coroutine_handle<> waiting) { state_->waiting = waiting; }
    T await_resume()
    {
        T value = std::move(*state_->value);
        owner_.reset();
        return value;
    }

private:
    struct State {
        std::optional<T> value;
        std::coroutine_handle<> waiting;
    };
    Start start_;
    std::shared_ptr<State> state_;
    std::shared_ptr<void> owner_;
};

// A running task as a member: starts at the event loop's next turn, calls onDone with the value, and cancels in its
// destructor, after which onDone never runs. onDone may destroy or replace the Pending it belongs to.
//   keys_ = Pending{inventory_.list(), [this](Result<KeyList> keys) { show(std::move(keys)); }};
class Pending {
public:
    Pending() = default;
    template <class T, class F>
    Pending(Task<T> task, F onDone) : state_(std::make_shared<State>())
    {
        run(std::move(task), std::move(onDone), state_);
    }
    Pending(Pending&&) noexcept = default;
    Pending& operator=(Pending&& other) noexcept
    {
        if (this != &other) {
            cancel();
            state_ = std::move(other.state_);
        }
        return *this;
    }
    ~Pending() { cancel(); }

    bool running() const { return state_ && state_->frame; }
    void cancel()
    {
        const auto state = std::move(state_);
        if (state && state->frame)
            std::exchange(state->frame, {}).destroy();
    }

private:
    struct State {
        std::coroutine_handle<> frame; // empty once the task is over
        QObject context;               // gone with the Pending, and the queued start with it
    };
    struct Root {
        struct promise_type {
            Root get_return_object() { return {}; }
            std::suspend_never initial_suspend() const noexcept { return {}; }
            std::suspend_never final_suspend() const noexcept { return {}; }
            void return_void() const noexcept {}
            [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
        };
    };
    // Hands the frame's own handle to the state, so that ~Pending can destroy it, and goes on from the event loop, so
    // that onDone cannot run before the Pending it belongs to is in its place.
    struct Enter {
        State* state;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> frame) const
        {
            state->frame = frame;
            QMetaObject::invokeMethod(&state->context, [frame] { frame.resume(); }, Qt::QueuedConnection);
        }
        void await_resume() const noexcept {}
    };
    template <class T, class F>
    static Root run(Task<T> task, F onDone, std::shared_ptr<State> state)
    {
        co_await Enter{state.get()};
        if constexpr (std::is_void_v<T>) {
            co_await std::move(task);
            state->frame = {};
            onDone();
        } else {
            T value = co_await std::move(task);
            state->frame = {};
            onDone(std::move(value));
        }
    }
    std::shared_ptr<State> state_;
};

// Runs all at once; the values come in the tasks' order, when the last one is done.
template <class T>
Task<std::vector<T>> whenAll(std::vector<Task<T>> tasks)
{
    struct Group {
        std::vector<Pending> running;
        std::vector<std::optional<T>> values;
        std::size_t left = 0;
    };
    auto group = std::make_shared<Group>();
    if (!tasks.empty()) {
        typename Later<bool>::Start start = [&tasks, group](typename Later<bool>::Resolve resolve) {
            group->left = tasks.size();
            group->values.resize(tasks.size());
            for (std::size_t i = 0; i < tasks.size(); ++i) {
                // The group owns the Pending, so the callback must not own the group.
                group->running.emplace_back(std::move(tasks[i]), [i, resolve, raw = group.get()](T value) {
                    raw->values[i].emplace(std::move(value));
                    if (--raw->left == 0)
                        resolve(true);
                });
            }
            return std::shared_ptr<void>{};
        };
        Later<bool> allDone{std::move(start)};
        co_await allDone;
    }
    std::vector<T> out;
    out.reserve(group->values.size());
    for (auto& value : group->values)
        out.push_back(std::move(*value));
    co_return out;
}

} // namespace drover
