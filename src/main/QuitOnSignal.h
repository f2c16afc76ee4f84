// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QSocketNotifier>

#include <memory>

namespace drover {

// SIGTERM, SIGINT and SIGHUP quit the application as a person would: the event loop ends with 128 + the signal's number, and what is to be
// tidied up at its end is (a secret on the clipboard, children, locks). A second one ends the program at once. One for the process, after
// its QCoreApplication; children begin with the usual handlers.
class QuitOnSignal {
public:
    QuitOnSignal();
    ~QuitOnSignal();
    QuitOnSignal(const QuitOnSignal&) = delete;
    QuitOnSignal& operator=(const QuitOnSignal&) = delete;

private:
    std::unique_ptr<QSocketNotifier> notifier_;
};

} // namespace drover
