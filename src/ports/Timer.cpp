// SPDX-License-Identifier: Apache-2.0
#include "ports/Timer.h"

namespace drover {

Task<void> delay(Duration time)
{
    Later<bool>::Start start = [time](Later<bool>::Resolve resolve) {
        const std::shared_ptr<QTimer> timer{new QTimer, [](QTimer* t) { t->deleteLater(); }};
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer);
        QObject::connect(timer.get(), &QTimer::timeout, timer.get(), [resolve] { resolve(true); });
        timer->start(std::chrono::ceil<std::chrono::milliseconds>(time));
        return std::shared_ptr<void>{timer, timer.get()};
    };
    Later<bool> fired{std::move(start)};
    co_await fired;
}

} // namespace drover
