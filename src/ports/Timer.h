// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QTimer>

#include "base/Time.h"
#include "ports/Task.h"

namespace drover {

// Goes on after `time`, on the event loop. Cancelled with its task.
Task<void> delay(Duration time);

// The task's value, or nothing if it takes longer than `limit`; the task is cancelled then.
template <class T>
Task<std::optional<T>> within(Duration limit, Task<T> task)
{
    struct Race {
        Pending work;
        Pending timer;
        std::optional<T> value;
    };
    auto race = std::make_shared<Race>();
    typename Later<bool>::Start start = [&task, limit, race](typename Later<bool>::Resolve resolve) {
        race->work = Pending{std::move(task), [resolve, raw = race.get()](T value) {
                                 raw->value.emplace(std::move(value));
                                 resolve(true);
                             }};
        race->timer = Pending{delay(limit), [resolve] { resolve(false); }};
        return std::shared_ptr<void>{};
    };
    Later<bool> first{std::move(start)};
    co_await first;
    race->work.cancel();
    race->timer.cancel();
    co_return std::move(race->value);
}

} // namespace drover
