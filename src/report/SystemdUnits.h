// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace drover::report {

struct UnitFile {
    std::string name; // "drover-agent.service"
    std::string text;
};

// Units of systemd's user manager that keep a workspace's rotation schedule: the agent as a service that stays, or a timer
// that looks every quarter of an hour. The schedule itself stays Drover's: changing it changes no unit. Both paths are absolute.
std::vector<UnitFile> systemdUserUnits(const std::string& droverctl, const std::string& workspace);

// One word of a command line in a unit: systemd would read quotes, backslashes, % and $ as its own.
std::string unitWord(std::string_view text);

} // namespace drover::report
