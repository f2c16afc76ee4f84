// SPDX-License-Identifier: Apache-2.0
#include "report/SystemdUnits.h"

#include <utility>

namespace drover::report {
namespace {

// A user's manager has no network-online.target and no system-wide hardening to offer; the agent waits for services by itself.
constexpr std::string_view common = "UMask=0077\n"
                                    "LimitCORE=0\n"
                                    "NoNewPrivileges=yes\n";

constexpr std::string_view environmentNote =
    "# What Drover takes from the environment alone (VAULT_TOKEN, ADMIN_KEY) belongs into a drop-in of your own:\n"
    "#   systemctl --user edit %N   ->   [Service] EnvironmentFile=<a file only you can read>\n";

} // namespace

std::string unitWord(std::string_view text)
{
    std::string word = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            word += '\\';
        if (c == '%' || c == '$')
            word += c;
        word += c;
    }
    return word + '"';
}

std::vector<UnitFile> systemdUserUnits(const std::string& droverctl, const std::string& workspace)
{
    const std::string command = unitWord(droverctl) + " --workspace " + unitWord(workspace) + " agent";
    UnitFile agent{"drover-agent.service", "[Unit]\n"
                                           "Description=Drover agent: rotates keys when their schedule says so\n"
                                           "\n"
                                           "[Service]\n"
                                           "Type=exec\n"
                                           "ExecStart=" + command + "\n"
                                           "# Settings that are wrong (2) do not mend themselves.\n"
                                           "Restart=on-failure\n"
                                           "RestartSec=60\n"
                                           "RestartPreventExitStatus=2\n"};
    agent.text.append(common).append(environmentNote).append("\n[Install]\nWantedBy=default.target\n");
    UnitFile once{"drover-rotation.service", "[Unit]\n"
                                             "Description=Drover: rotate keys if their schedule says so\n"
                                             "\n"
                                             "[Service]\n"
                                             "Type=oneshot\n"
                                             "# A rotation takes its overlap; the next look waits for it.\n"
                                             "TimeoutStartSec=infinity\n"
                                             "ExecStart=" + command + " --once\n"};
    once.text.append(common).append(environmentNote);
    UnitFile timer{"drover-rotation.timer", "[Unit]\n"
                                            "Description=Drover: look whether keys are due for rotation\n"
                                            "\n"
                                            "[Timer]\n"
                                            "# Asks only; when keys are rotated `droverctl rotation schedule` says, in UTC.\n"
                                            "OnCalendar=*:0/15\n"
                                            "Persistent=true\n"
                                            "\n"
                                            "[Install]\n"
                                            "WantedBy=timers.target\n"};
    return {std::move(agent), std::move(once), std::move(timer)};
}

} // namespace drover::report
