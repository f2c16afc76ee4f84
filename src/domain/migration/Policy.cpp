// SPDX-License-Identifier: Apache-2.0
#include "domain/migration/Policy.h"

#include "domain/gates/Text.h"

namespace drover {

std::vector<CalendarEntry> calendar(const MigrationPolicy& policy, WallTime start)
{
    std::vector<CalendarEntry> entries;
    entries.push_back({"shadow", start, 0});
    WallTime begins = start + policy.shadow.time;
    for (const CanaryStep& step : policy.canary.steps) {
        entries.push_back({"canary " + percentText(step.share), begins, step.share});
        begins += step.time;
    }
    entries.push_back({"cutover", begins, 1});
    begins += policy.rollbackWindow;
    entries.push_back({"overlap", begins, 1});
    begins += policy.overlap;
    entries.push_back({"done", begins, 1});
    return entries;
}

} // namespace drover
