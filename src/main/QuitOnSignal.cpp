// SPDX-License-Identifier: Apache-2.0
#include "main/QuitOnSignal.h"

#include <fcntl.h>
#include <unistd.h>

#include <QCoreApplication>

#include <csignal>
#include <utility>

namespace drover {
namespace {

constexpr int endings[] = {SIGTERM, SIGINT, SIGHUP};
int wakeUp[2] = {-1, -1}; // a handler may write to a pipe, and do little else (signal-safety(7))

extern "C" void onEnding(int signal)
{
    for (const int one : endings)
        std::signal(one, SIG_DFL);
    const char number = char(signal);
    [[maybe_unused]] const auto written = ::write(wakeUp[1], &number, 1);
}

} // namespace

QuitOnSignal::QuitOnSignal()
{
    if (::pipe2(wakeUp, O_CLOEXEC | O_NONBLOCK) != 0)
        return; // they end the program at once then, as ever
    notifier_ = std::make_unique<QSocketNotifier>(wakeUp[0], QSocketNotifier::Read);
    QObject::connect(notifier_.get(), &QSocketNotifier::activated, notifier_.get(), [] {
        char number = 0;
        if (::read(wakeUp[0], &number, 1) == 1)
            QCoreApplication::exit(128 + number);
    });
    for (const int one : endings)
        std::signal(one, onEnding);
}

QuitOnSignal::~QuitOnSignal()
{
    for (const int one : endings)
        std::signal(one, SIG_DFL);
    notifier_.reset();
    for (int& end : wakeUp)
        if (end >= 0)
            ::close(std::exchange(end, -1));
}

} // namespace drover
