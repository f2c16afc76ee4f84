// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDBusConnection>
#include <QDBusMessage>
#include <QString>

#include "base/Clock.h"
#include "base/Result.h"
#include "ports/Task.h"
#include "ports/Timer.h"

#include <optional>
#include <string>

namespace drover {

// Looks whether the desktop's Secret Service can be used at all, by asking it over D-Bus without waiting for
// anything longer than the deadline. QtKeychain cannot tell: with a locked collection its read says "not
// found", its delete "done", and with a prompt it waits for ever (0.13.2).
class SecretService {
public:
    ~SecretService();

    // Errors: unavailable (no session bus, no service on it, no default collection), locked, timeout (bus or
    // service do not answer). Their texts say what to do.
    Task<Result<void>> ready(Deadline deadline);

private:
    Task<Result<void>> connectBus(Deadline deadline);
    Task<Result<QDBusMessage>> call(QDBusMessage message, Deadline deadline);

    std::optional<QDBusConnection> bus_;
    QString name_;
};

} // namespace drover
