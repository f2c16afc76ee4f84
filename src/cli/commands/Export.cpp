// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "report/SystemdUnits.h"

#include <filesystem>
#include <utility>

namespace drover::cli {
namespace {

Task<Result<Answer>> exportSystemd(Context context)
{
    DROVER_CO_CHECK(context.machine.workspaces.settings(context.call.folder)); // units for a workspace that is not there help nobody
    std::error_code failed;
    const std::filesystem::path workspace = std::filesystem::absolute(context.call.folder, failed).lexically_normal();
    const std::string program = (context.machine.programs / "droverctl").string();
    const std::vector<report::UnitFile> units = report::systemdUserUnits(program, workspace.string());
    const std::optional<std::string> to = context.call.option("--to");
    Answer answer;
    std::vector<std::pair<std::string, std::string>> files;
    for (const report::UnitFile& unit : units) {
        files.emplace_back(unit.name, unit.text);
        if (to) {
            const std::string place = (std::filesystem::path(*to) / unit.name).string();
            DROVER_CO_CHECK(context.console.save(place, unit.text));
            answer.text += "wrote " + place + '\n';
        } else {
            answer.text += "# ---- " + unit.name + '\n' + unit.text + '\n';
        }
    }
    answer.json = app::textsJson(files);
    if (to)
        answer.text += "then: systemctl --user daemon-reload, and one of\n"
                       "  systemctl --user enable --now drover-agent.service      (stays)\n"
                       "  systemctl --user enable --now drover-rotation.timer     (looks every 15 minutes)\n"
                       "and, to go on while nobody is logged in: loginctl enable-linger";
    co_return answer;
}

} // namespace

std::vector<Command> exportCommands()
{
    std::vector<Command> table;
    table.push_back({"export systemd",
                     "units of systemd's user manager for the agent, and for a timer instead of it",
                     {},
                     {{"--to", "FOLDER", "write them there, as ~/.config/systemd/user; default: print them"}},
                     false,
                     exportSystemd});
    return table;
}

} // namespace drover::cli
