// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"
#include "ports/Timer.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

namespace drover::app {

// So many turns at a time, each given to whoever has waited longest. All on one thread. A task that is destroyed while it waits leaves
// the queue; a turn is given back with its owner.
class Turns {
    struct State;

public:
    class Turn {
    public:
        Turn() = default;
        Turn(Turn&& other) noexcept = default;
        Turn& operator=(Turn&& other) noexcept
        {
            giveBack();
            state_ = std::move(other.state_);
            return *this;
        }
        ~Turn() { giveBack(); }

    private:
        friend class Turns;
        explicit Turn(std::shared_ptr<State> state) : state_(std::move(state)) {}
        void giveBack()
        {
            if (const auto state = std::exchange(state_, {}))
                pass(state);
        }
        std::shared_ptr<State> state_;
    };

    // At least one.
    explicit Turns(std::size_t atOnce) : state_(std::make_shared<State>()) { state_->free = atOnce == 0 ? 1 : atOnce; }

    Task<Turn> take()
    {
        if (state_->free > 0) {
            --state_->free;
            co_return Turn{state_};
        }
        Later<Turn>::Start start = [state = state_](Later<Turn>::Resolve resolve) {
            auto waiter = std::make_shared<Waiter>(Waiter{std::move(resolve)});
            state->queue.push_back(waiter);
            return std::shared_ptr<void>{std::move(waiter)};
        };
        Later<Turn> given{std::move(start)};
        Turn turn = co_await given;
        co_await delay(Duration{0}); // not from within whoever gave it back: that may go on for long, or end
        co_return turn;
    }

private:
    struct Waiter {
        Later<Turn>::Resolve resolve;
    };
    struct State {
        std::size_t free = 0;
        std::deque<std::weak_ptr<Waiter>> queue; // longest first; gone where its task was destroyed
    };

    static void pass(const std::shared_ptr<State>& state)
    {
        while (!state->queue.empty()) {
            const auto next = state->queue.front().lock();
            state->queue.pop_front();
            if (next) {
                next->resolve(Turn{state});
                return;
            }
        }
        ++state->free;
    }

    std::shared_ptr<State> state_;
};

} // namespace drover::app
