// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ports/Task.h"
#include "ports/Timer.h"

#include <deque>
#include <functional>
#include <optional>
#include <utility>

namespace drover::app {

// A queue that one task waits on and several others fill, all on one thread. The waiting task goes on from the event loop,
// not from within push(): it may end, and with it the task that pushed.
template <class T>
class Inbox {
public:
    void push(T value)
    {
        values_.push_back(std::move(value));
        if (waiter_)
            std::exchange(waiter_, {})(true);
    }
    bool empty() const { return values_.empty(); }

    Task<T> next()
    {
        while (values_.empty()) {
            Later<bool>::Start start = [this](Later<bool>::Resolve resolve) {
                waiter_ = std::move(resolve);
                return std::shared_ptr<void>{};
            };
            Later<bool> arrived{std::move(start)};
            co_await arrived;
            co_await delay(Duration{0});
        }
        T value = std::move(values_.front());
        values_.pop_front();
        co_return value;
    }

private:
    std::deque<T> values_;
    std::function<void(bool)> waiter_;
};

} // namespace drover::app
