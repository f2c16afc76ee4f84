// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/Ports.h"

#include <string>
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

} // namespace drover::app
