// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "app/Controller.h"
#include "app/MigrationService.h"

#include <utility>

namespace drover::cli {
namespace {

constexpr Duration storeDeadline = 15s;

Answer rotationAnswer(const RotationPlan& plan)
{
    Answer answer;
    answer.json = app::rotationJson(plan);
    answer.text = "rotation " + plan.id() + ": " + std::string(rotationStateName(plan.state()));
    if (!plan.newKey().empty())
        answer.text += ", new key " + plan.newKey();
    if (!plan.why().empty())
        answer.text += "\nwhy: " + plan.why();
    answer.text += '\n';
    for (const RotationPlan::Line& line : plan.history())
        answer.text += "  " + formatTime(line.at) + "  " + line.text + '\n';
    return answer;
}

Task<Result<Answer>> runRotation(Context context)
{
    app::Ports& ports = *context.ports;
    DROVER_CO_TRY(MigrationPolicy policy, ports.policy(context.call.option("--policy").value_or(ports.config.policy)));
    DROVER_CO_TRY(const std::unique_ptr<Subscription> lock,
                  context.machine.workspaces.lockController(context.call.folder));
    // Without the store a rotation could only be begun in order to fail.
    DROVER_CO_CHECK(co_await ports.secrets.check(Deadline::in(ports.clock, storeDeadline)));
    app::Controller controller{ports};
    DROVER_CO_TRY(const RotationPlan plan, co_await controller.rotate(
                                               context.call.option("--target").value_or("holysheep"), std::move(policy)));
    Answer answer = rotationAnswer(plan);
    answer.exit = plan.outcome() == "done" ? 0 : exitCode(Errc::internal);
    co_return answer;
}

Task<Result<Answer>> rotationStatus(Context context)
{
    DROVER_CO_TRY(const std::optional<std::string> run, co_await context.ports->journal.latestRun("rotation"));
    if (!run)
        co_return Error{Errc::notFound, "no key was ever rotated here", "rotation"};
    DROVER_CO_TRY(const RotationPlan plan, co_await app::replayRotation(context.ports->journal, *run));
    co_return rotationAnswer(plan);
}

} // namespace

std::vector<Command> rotationCommands()
{
    std::vector<Command> table;
    table.push_back({"rotation run",
                     "replace a target's key: mint, store, prove, ramp, promote, retire; or end an interrupted rotation",
                     {},
                     {{"--target", "TARGET", "whose key; default: holysheep"},
                      {"--policy", "P", "playbook, rehearsal or a file; default: drover.toml"}},
                     true,
                     runRotation});
    table.push_back({"rotation status", "the latest rotation", {}, {}, true, rotationStatus});
    return table;
}

} // namespace drover::cli
