// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "app/Controller.h"
#include "app/MigrationService.h"
#include "app/OrderDesk.h"
#include "app/SettingsService.h"
#include "cli/Text.h"

#include <cmath>
#include <utility>

namespace drover::cli {
namespace {

constexpr Duration orderDeadline = 15s;

std::string gateText(const GateResult& gate)
{
    std::string text = "  " + gate.name + ": " + std::string(verdictName(gate.verdict));
    if (gate.needed > 0)
        text += ", " + std::to_string(gate.needed) + " clean ones missing";
    return text + "; " + gate.text + '\n';
}

std::string statusText(const app::MigrationStatus& status)
{
    if (status.id.empty())
        return "no migration was ever started here: migrate start";
    std::string text = "migration " + status.id + ": " + std::string(phaseName(status.phase));
    if (status.phase == Phase::paused)
        text += " in " + std::string(phaseName(status.pausedIn));
    if (status.step > 0)
        text += ", step " + std::to_string(status.step) + " of " + std::to_string(status.steps);
    text += "\nshare: " + percentText(status.shareConfigured) + " ordered";
    if (status.shareServed)
        text += ", " + percentText(*status.shareServed) + " served by requests";
    if (status.shareServedKeys)
        text += ", " + percentText(*status.shareServedKeys) + " by sticky keys";
    text += "\ngeneration " + std::to_string(status.generation) + ", served by " +
            std::to_string(status.gatewaysServing) + " of " + std::to_string(status.gateways) + " gateways";
    text += "\ncontroller: " + (status.controller.empty() ? std::string("none") : status.controller) + '\n';
    for (const GateResult& gate : status.gates)
        text += gateText(gate);
    if (!status.why.empty())
        text += "why: " + status.why + '\n';
    if (!status.nextAction.empty())
        text += "next: " + status.nextAction +
                (status.notBefore ? ", not before " + formatTime(*status.notBefore) : std::string{}) + '\n';
    return text;
}

// The line a foreground controller says when something has changed.
std::string progressText(const app::MigrationStatus& status)
{
    std::string text{phaseName(status.phase)};
    if (status.step > 0)
        text += ' ' + std::to_string(status.step) + '/' + std::to_string(status.steps);
    text += ", " + percentText(status.shareConfigured);
    for (const GateResult& gate : status.gates)
        text += ", " + gate.name + ' ' + std::string(verdictName(gate.verdict));
    if (!status.why.empty())
        text += ": " + status.why;
    return text;
}

Task<Result<Answer>> statusAnswer(Context context, std::optional<Error> refusal = {})
{
    app::MigrationService service{*context.ports};
    DROVER_CO_TRY(const app::MigrationStatus status,
                  co_await service.status(context.machine.workspaces.controller(context.call.folder)));
    Answer answer;
    answer.json = app::statusJson(status);
    answer.text = statusText(status);
    if (refusal)
        answer.exit = exitCode(refusal->code);
    answer.error = std::move(refusal);
    co_return answer;
}

Task<Result<Answer>> migrateStatus(Context context)
{
    co_return co_await statusAnswer(context);
}

// The end of a foreground controller as an answer: 0 for done, 3 for anything that went back or was refused.
Task<Result<Answer>> ended(Context context, Result<Phase> end)
{
    if (!end.has_value()) {
        if (end.error().code == Errc::refused)
            co_return co_await statusAnswer(context, end.error());
        co_return end.error();
    }
    DROVER_CO_TRY(Answer answer, co_await statusAnswer(context));
    answer.exit = *end == Phase::done ? 0 : exitCode(Errc::refused);
    co_return answer;
}

void sayProgress(app::Controller& controller, Console& console)
{
    controller.onStatus([&console, said = std::string{}](const app::MigrationStatus& status) mutable {
        std::string text = progressText(status);
        if (text != said)
            console.say(text);
        said = std::move(text);
    });
}

Result<void> noAgent(const Context& context)
{
    if (!context.call.flag("--detach"))
        return {};
    return Error{Errc::unavailable, "no agent is running to hand the migration to; without --detach this command stays",
                 "--detach"};
}

Task<Result<Answer>> migrateStart(Context context)
{
    DROVER_CO_CHECK(noAgent(context));
    app::Ports& ports = *context.ports;
    app::Controller::StartOptions options;
    DROVER_CO_TRY(options.policy, ports.policy(context.call.option("--policy").value_or(ports.config.policy)));
    options.reason = context.call.option("--reason").value_or("");
    // What would refuse the start anyway comes before the consent, which is kept.
    DROVER_CO_TRY(const std::unique_ptr<Subscription> lock,
                  context.machine.workspaces.lockController(context.call.folder));
    DROVER_CO_CHECK(co_await ports.routing.read(Deadline::in(context.machine.clock, orderDeadline)));
    if (const auto target = context.call.option("--consent")) {
        app::ConsentService consent{ports};
        DROVER_CO_CHECK(co_await consent.give(*target, options.reason));
    }
    app::Controller controller{ports};
    sayProgress(controller, context.console);
    Result<Phase> end = co_await controller.start(std::move(options));
    co_return co_await ended(context, std::move(end));
}

Task<Result<Answer>> order(Context context, OrderVerb verb)
{
    app::MigrationService service{*context.ports};
    const std::string controller = context.machine.workspaces.controller(context.call.folder);
    std::optional<SeenStep> seen;
    if (verb == OrderVerb::advance && !controller.empty()) {
        DROVER_CO_TRY(const app::MigrationStatus status, co_await service.status(controller));
        seen = SeenStep{status.phase, status.step, status.generation};
    }
    const Result<void> done = co_await service.order(verb, context.call.option("--reason").value_or(""), controller,
                                                     Deadline::in(context.machine.clock, orderDeadline), seen);
    if (!done.has_value() && done.error().code != Errc::refused)
        co_return done.error();
    if (!done.has_value())
        co_return co_await statusAnswer(context, done.error());
    // What was ordered holds, whether or not the status can be read now.
    Result<Answer> answer = co_await statusAnswer(context);
    if (answer.has_value())
        co_return answer;
    const std::string name{app::orderVerbName(verb)};
    const std::string why = describe(answer.error());
    context.console.say("the order holds; the status cannot be read: " + why);
    co_return Answer{.json = app::textsJson({{"order", name}, {"status_error", why}}), .text = name + ": done"};
}

// With a controller alive it is an order to it; without one this command becomes the controller.
Task<Result<Answer>> migrateResume(Context context)
{
    if (!context.machine.workspaces.controller(context.call.folder).empty())
        co_return co_await order(context, OrderVerb::resume);
    DROVER_CO_CHECK(noAgent(context));
    DROVER_CO_TRY(const std::unique_ptr<Subscription> lock,
                  context.machine.workspaces.lockController(context.call.folder));
    app::Controller controller{*context.ports};
    sayProgress(controller, context.console);
    Result<Phase> end = co_await controller.resume(context.call.option("--reason").value_or(""));
    co_return co_await ended(context, std::move(end));
}

Task<Result<Answer>> migrateAdvance(Context context)
{
    co_return co_await order(context, OrderVerb::advance);
}
Task<Result<Answer>> migratePause(Context context)
{
    co_return co_await order(context, OrderVerb::pause);
}
Task<Result<Answer>> migrateRollback(Context context)
{
    co_return co_await order(context, OrderVerb::rollback);
}

} // namespace

std::vector<Command> migrateCommands()
{
    const OptionSpec reason{"--reason", "TEXT", "why, for the audit"};
    const OptionSpec detach{"--detach", "", "hand the migration to the running agent"};
    std::vector<Command> table;
    table.push_back({"migrate start",
                     "begin a migration and stay its controller until it ends",
                     {},
                     {{"--policy", "P", "playbook, rehearsal or a file; default: drover.toml"},
                      {"--consent", "TARGET", "confirm that prompts may go to TARGET"},
                      detach,
                      reason},
                     true,
                     migrateStart});
    table.push_back({"migrate status", "phase, shares, gates, lease and what comes next", {}, {}, true, migrateStatus});
    table.push_back({"migrate advance", "go on to the next step", {}, {reason}, true, migrateAdvance});
    table.push_back({"migrate pause", "hold the share", {}, {reason}, true, migratePause});
    table.push_back({"migrate resume",
                     "go on after a pause or a crash; stays the controller where none is alive",
                     {},
                     {detach, reason},
                     true,
                     migrateResume});
    table.push_back({"migrate rollback", "all traffic back to legacy, at once", {}, {reason}, true, migrateRollback});
    return table;
}

} // namespace drover::cli
