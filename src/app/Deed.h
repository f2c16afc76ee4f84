// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include <string>
#include <string_view>
#include <utility>

namespace drover::app {

// A row of the audit for something done now by this process's actor.
inline AuditEntry deedNow(const Ports& ports, std::string deed, std::string subject, std::string reason = {})
{
    AuditEntry entry;
    entry.at = ports.clock.now();
    entry.actor = ports.actor;
    entry.deed = std::move(deed);
    entry.subject = std::move(subject);
    entry.reason = std::move(reason);
    return entry;
}

// What was done holds all the same when it could not be written down; the log says what is missing and where.
template <class T>
void warnUnlessNoted(const Ports& ports, std::string_view message, std::string_view where, const Result<T>& written)
{
    if (written.has_value())
        return;
    const std::string text = describe(written.error());
    ports.log.warn(message, {{"where", where}, {"error", std::string_view{text}}});
}

} // namespace drover::app
