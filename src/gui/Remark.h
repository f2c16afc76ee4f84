// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QString>

#include "gui/Session.h"
#include "gui/Theme.h"

#include <optional>

namespace drover::gui {

// What a person must know of a migration beside its figures: the one thing that matters most now.
struct Remark {
    Tone tone = Tone::neutral;
    QString headline;
    QString text;
    bool resumable = false; // Resume is what mends it
};
// Nothing where all goes its way. What happens to the traffic comes before what was ordered: a lease that has run out
// beats "paused".
std::optional<Remark> remarkOn(const MigrationNews& news);

// What the header says of the share: served where that is known, and where the traffic really goes.
QString shareText(const MigrationNews& news);

// One line on what comes next, or why nothing does.
QString outlookText(const MigrationNews& news);

} // namespace drover::gui
