// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QTest>
#include <QTimer>

#include "base/Result.h"
#include "ports/Task.h"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

namespace drover::test {

// Runs the event loop until the task is done and gives its value. A task that takes longer than `limitMs`
// ends the test program: the deadline is only there against hanging.
template <class T>
T await(Task<T> task, int limitMs = 60'000)
{
    std::optional<T> value;
    Pending pending{std::move(task), [&value](T done) { value.emplace(std::move(done)); }};
    // Not QTest::qWaitFor: it sleeps 10 ms between two looks, which a task of many steps pays at each of them.
    QTimer wake;
    wake.start(20);
    const QDeadlineTimer deadline{limitMs};
    while (!value.has_value() && !deadline.hasExpired()) {
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    if (!value.has_value()) {
        std::fprintf(stderr, "a task did not end within %d ms\n", limitMs);
        std::abort();
    }
    return std::move(*value);
}

} // namespace drover::test

// A success, or the error's text in the failure message.
#define DROVER_VERIFY_OK(...)                                                                                \
    do {                                                                                                     \
        const auto& okResult = (__VA_ARGS__);                                                                \
        const std::string okText =                                                                           \
            okResult.has_value() ? std::string() : ::drover::describe(okResult.error());                     \
        QVERIFY2(okResult.has_value(), okText.c_str());                                                      \
    } while (false)
