// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace drover::app {

// A piece of work that many ask for and that need not be done once for each: whoever asks gets the result of a run that began after they
// asked, and all who ask while one is under way share the next. Runs never overlap. All on one thread. A run that nobody waits for any
// more is cancelled.
template <class T>
class Together {
public:
    explicit Together(std::function<Task<T>()> work) : state_(std::make_shared<State>()) { state_->work = std::move(work); }
    Together(const Together&) = delete;
    Together& operator=(const Together&) = delete;

    Task<T> run()
    {
        typename Later<T>::Start start = [state = state_](typename Later<T>::Resolve resolve) {
            auto waiter = std::make_shared<Waiter>(state, std::move(resolve));
            state->next.push_back(waiter);
            if (!state->running.running())
                begin(*state);
            return std::shared_ptr<void>{std::move(waiter)};
        };
        Later<T> done{std::move(start)};
        co_return co_await done;
    }

private:
    struct Waiter;
    using Waiters = std::vector<std::weak_ptr<Waiter>>;
    struct State {
        std::function<Task<T>()> work;
        Waiters next;             // for the run that has not begun
        Waiters now;              // for the one that has
        bool begun = false;
        Pending running;
    };
    struct Waiter {
        Waiter(const std::shared_ptr<State>& of, typename Later<T>::Resolve done) : state(of), resolve(std::move(done)) {}
        ~Waiter()
        {
            if (const auto alive = state.lock())
                leave(*alive);
        }
        std::weak_ptr<State> state;
        typename Later<T>::Resolve resolve;
    };

    // Whoever asks before the event loop's next turn is in time for it.
    static Task<T> one(State* state)
    {
        state->begun = true;
        state->now = std::exchange(state->next, {});
        co_return co_await state->work();
    }
    static void begin(State& state)
    {
        state.begun = false;
        state.running = Pending{one(&state), [raw = &state](T value) {
                                    const Waiters waiters = std::exchange(raw->now, {});
                                    if (!raw->next.empty())
                                        begin(*raw);
                                    // The last thing: what goes on here may destroy the owner of this.
                                    for (const std::weak_ptr<Waiter>& one : waiters) {
                                        if (const auto waiter = one.lock())
                                            waiter->resolve(value);
                                    }
                                }};
    }
    static void leave(State& state)
    {
        const auto gone = [](const std::weak_ptr<Waiter>& one) { return one.expired(); };
        std::erase_if(state.next, gone);
        std::erase_if(state.now, gone);
        if (!state.running.running() || !state.now.empty() || (!state.begun && !state.next.empty()))
            return;
        state.running.cancel();
        if (!state.next.empty())
            begin(state);
    }

    std::shared_ptr<State> state_;
};

} // namespace drover::app
