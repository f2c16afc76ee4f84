// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Agent.h"
#include "app/Answers.h"
#include "app/ByHand.h"
#include "app/Controller.h"
#include "app/MigrationService.h"
#include "app/RotationRound.h"
#include "app/ScheduleService.h"

#include <algorithm>
#include <charconv>
#include <memory>
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
    if (const std::string waits = app::waitsFor(plan); !waits.empty())
        answer.text += "\nwaits for " + waits;
    answer.text += '\n';
    for (const RotationPlan::Line& line : plan.history())
        answer.text += "  " + formatTime(line.at) + "  " + line.text + '\n';
    return answer;
}

// Where the provider has no API: what is to be done on the dashboard goes to stderr, the key comes from stdin. `refusal` keeps why the
// last one was not taken.
app::Person personAt(Console& console, std::shared_ptr<std::string> refusal)
{
    app::Person person;
    person.key = [&console, refusal](const app::KeyWanted& wanted) {
        *refusal = wanted.refusal;
        if (wanted.refusal.empty())
            console.say("Target " + wanted.target + " has no API to make keys. Make one on " + wanted.dashboard + " and name it\n  " + wanted.name);
        else
            console.say("This key was not taken: " + wanted.refusal);
        return console.secret("Paste the key (it is not shown): ");
    };
    person.end = [&console](const app::EndWanted& wanted) {
        const std::string named = wanted.name.empty() || wanted.name == wanted.keyId ? "" : ", named " + wanted.name;
        console.say("Nothing uses the key " + wanted.keyId + " (" + wanted.hint + named + ") any more. End it on " + wanted.dashboard +
                    ".\nWaiting until the provider refuses it; Ctrl-C leaves the rotation as it is, for `droverctl rotation resume`.");
        return Result<void>{};
    };
    return person;
}

app::Person nobodyAnyMore()
{
    app::Person person;
    person.key = [](const app::KeyWanted&) { return Result<Secret>{Error{Errc::refused, "given up", {}}}; };
    person.end = [](const app::EndWanted&) { return Result<void>{Error{Errc::refused, "given up", {}}}; };
    return person;
}

// Begins a rotation, or ends an interrupted one. The caller holds the lock.
Task<Result<Answer>> rotate(Context context, std::string target)
{
    app::Ports& ports = *context.ports;
    DROVER_CO_TRY(MigrationPolicy policy, ports.policy(context.call.option("--policy").value_or(ports.config.policy)));
    // Without the store a rotation could only be begun in order to fail.
    DROVER_CO_CHECK(co_await ports.secrets.check(Deadline::in(ports.clock, storeDeadline)));
    app::Controller controller{ports};
    const auto refusal = std::make_shared<std::string>();
    controller.askPerson(context.call.flag("--give-up") ? nobodyAnyMore() : personAt(context.console, refusal));
    DROVER_CO_TRY(const RotationPlan plan, co_await controller.rotate(std::move(target), std::move(policy)));
    Answer answer = rotationAnswer(plan);
    answer.exit = plan.outcome() == "done" ? 0 : exitCode(Errc::internal);
    if (plan.needsPerson()) {
        answer.error = Error{Errc::refused, "rotation " + plan.id() + " waits for " + app::waitsFor(plan), {}};
        if (!refusal->empty())
            answer.error->what += "; what was given was not taken: " + *refusal;
        answer.exit = exitCode(Errc::refused);
    }
    co_return answer;
}

constexpr std::size_t mostAtOnce = 256;

// --all and what goes with it. Errors: invalidInput naming the option that does not fit.
Result<std::size_t> atOnce(const Call& call)
{
    for (const char* alone : {"--target", "--give-up"}) {
        if (call.flag("--all") && call.flag(alone))
            return Error{Errc::invalidInput, "--all is for every target, so it does not go with " + std::string(alone), alone};
    }
    const auto given = call.option("--at-once");
    if (!given)
        return std::size_t{8};
    if (!call.flag("--all"))
        return Error{Errc::invalidInput, "it goes with --all", "--at-once"};
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), number);
    if (error != std::errc{} || end != given->data() + given->size() || number < 1 || number > mostAtOnce)
        return Error{Errc::invalidInput, "this is no number from 1 to " + std::to_string(mostAtOnce) + ": " + *given, "--at-once"};
    return number;
}

std::string lineOf(const app::RoundEntry& entry)
{
    std::string line = "  " + entry.target + ": " + std::string(app::roundEndName(entry.end));
    std::ranges::replace(line, '_', ' ');
    if (!entry.run.empty())
        line += ", rotation " + entry.run;
    if (!entry.keyId.empty())
        line += ", new key " + entry.keyId;
    if (entry.restsUntil)
        line += ", until " + formatTime(*entry.restsUntil);
    return line + (entry.why.empty() ? "" : ": " + entry.why) + '\n';
}

Answer roundAnswer(const std::vector<app::RoundEntry>& entries)
{
    using End = app::RoundEntry::End;
    const auto count = [&](End end) { return std::ranges::count(entries, end, &app::RoundEntry::end); };
    Answer answer;
    answer.json = app::roundJson(entries);
    const auto bad = count(End::failed) + count(End::broken);
    const auto waits = count(End::waitsForPerson) + count(End::byHand);
    const auto rests = count(End::rests);
    answer.text = std::to_string(entries.size()) + " targets: " + std::to_string(count(End::done)) + " done, " + std::to_string(bad) +
                  " failed, " + std::to_string(waits) + " wait for a person, " + std::to_string(rests) + " rest in their overlap\n";
    for (const app::RoundEntry& entry : entries)
        answer.text += lineOf(entry);
    if (rests > 0)
        answer.text += "The new keys are in use. The old ones are ended after the overlap, by `droverctl rotation resume --all` or `droverctl agent`.\n";
    if (bad > 0)
        answer.exit = exitCode(Errc::internal);
    if (bad == 0 && waits > 0) {
        answer.exit = exitCode(Errc::refused);
        answer.error = Error{Errc::refused, std::to_string(waits) + " targets wait for a person: `rotation run --target` for each", {}};
    }
    return answer;
}

// Every target's rotation. The caller holds the lock.
Task<Result<Answer>> rotateAll(Context context, std::size_t calls, bool onlyOpen)
{
    app::Ports& ports = *context.ports;
    app::RotationRound::Options options;
    DROVER_CO_TRY(options.policy, ports.policy(context.call.option("--policy").value_or(ports.config.policy)));
    options.atOnce = calls;
    options.onlyOpen = onlyOpen;
    DROVER_CO_CHECK(co_await ports.secrets.check(Deadline::in(ports.clock, storeDeadline)));
    app::RotationRound round{ports, std::move(options)};
    round.onProgress([&console = context.console, tenths = std::size_t{0}](const app::RotationRound::Progress& now) mutable {
        if (now.ended * 10 / now.all == tenths)
            return; // ten lines are enough, however many targets there are
        tenths = now.ended * 10 / now.all;
        console.say(std::to_string(now.ended) + " of " + std::to_string(now.all) + " targets" +
                    (now.failed > 0 ? ", " + std::to_string(now.failed) + " failed" : ""));
    });
    DROVER_CO_TRY(const std::vector<app::RoundEntry> entries, co_await round.run());
    if (entries.empty())
        co_return Error{Errc::refused, onlyOpen ? "no rotation is left to end: `rotation run --all` begins new ones" : "there is no target", {}};
    co_return roundAnswer(entries);
}

Task<Result<Answer>> runRotation(Context context)
{
    DROVER_CO_TRY(const std::size_t calls, atOnce(context.call));
    DROVER_CO_TRY(const std::unique_ptr<Subscription> lock,
                  context.machine.workspaces.lockController(context.call.folder));
    if (context.call.flag("--all"))
        co_return co_await rotateAll(context, calls, false);
    std::string target = context.call.option("--target").value_or("holysheep");
    co_return co_await rotate(context, std::move(target));
}

// The rotation that is meant: of the named target, else the one that is open, else the latest. Errors: notFound, invalidInput where it could
// be several.
Task<Result<RotationPlan>> meantRotation(Context context)
{
    Journal& journal = context.ports->journal;
    if (const auto target = context.call.option("--target")) {
        if (!context.ports->config.targets.contains(*target))
            co_return Error{Errc::invalidInput, "there is no such target in drover.toml", "targets." + *target};
        DROVER_CO_TRY(std::optional<RotationPlan> plan, co_await app::latestRotation(journal, *target));
        if (!plan)
            co_return Error{Errc::notFound, "no key of target " + *target + " was ever rotated here", "rotation"};
        co_return std::move(*plan);
    }
    DROVER_CO_TRY(const std::optional<std::string> latest, co_await journal.latestRun("rotation"));
    if (!latest)
        co_return Error{Errc::notFound, "no key was ever rotated here", "rotation"};
    DROVER_CO_TRY(std::vector<RotationPlan> open, co_await app::openRotations(journal));
    if (open.size() > 1) {
        std::string all;
        for (const RotationPlan& plan : open)
            all += (all.empty() ? "" : ", ") + plan.id() + " of " + plan.start().target;
        co_return Error{Errc::invalidInput, "several rotations have not ended (" + all + "): say which with --target", "--target"};
    }
    if (open.size() == 1)
        co_return std::move(open.front());
    co_return co_await app::replayRotation(journal, *latest);
}

// Only what was interrupted: unlike `run` it never begins one.
Task<Result<Answer>> resumeRotation(Context context)
{
    DROVER_CO_TRY(const std::size_t calls, atOnce(context.call));
    DROVER_CO_TRY(const std::unique_ptr<Subscription> lock,
                  context.machine.workspaces.lockController(context.call.folder));
    if (context.call.flag("--all"))
        co_return co_await rotateAll(context, calls, true);
    DROVER_CO_TRY(const RotationPlan plan, co_await meantRotation(context));
    DROVER_CO_TRY(const std::string held, co_await app::keysHeldBy(*context.ports));
    if (app::isOpen(plan) && held.empty())
        co_return co_await rotate(context, plan.start().target);
    Answer answer = rotationAnswer(plan);
    answer.error = Error{Errc::refused,
                         held.empty() ? "rotation " + plan.id() + " has ended (" + std::string(plan.outcome()) +
                                            "): `rotation run` begins a new one"
                                      : held,
                         {}};
    answer.exit = exitCode(Errc::refused);
    co_return answer;
}

Task<Result<Answer>> rotationStatus(Context context)
{
    DROVER_CO_TRY(const RotationPlan plan, co_await meantRotation(context));
    co_return rotationAnswer(plan);
}

std::string scheduleText(const app::ScheduleView& view)
{
    const ScheduleStep& step = view.step;
    std::string text = "schedule: " + view.when + (view.when == "off" ? "" : " UTC") +
                       (view.ownSetting ? ", set in drover.toml" : ", by the policy " + view.policy.name);
    text += "\nnext: " + (step.next ? formatTime(*step.next) : std::string("never")) + '\n';
    if (step.due)
        text += "due: " + formatTime(*step.due) + '\n';
    if (step.kind == ScheduleStep::Kind::wait)
        text += "waits: " + step.why + '\n';
    if (!step.run.empty())
        text += "not ended: rotation " + step.run + '\n';
    for (const auto& other : view.others)
        text += "not ended: rotation " + other.run + " of target " + other.target +
                (other.waitsFor.empty() ? "" : ", waits for " + other.waitsFor) + '\n';
    if (const auto& last = view.kept.last)
        text += "last: " + formatTime(last->run.due) + ", rotation " + last->run.run + (last->done ? " done" : " failed") + '\n';
    return text + "`droverctl agent` does what is due, or the timer of `droverctl export systemd`";
}

Task<Result<Answer>> rotationSchedule(Context context)
{
    app::ScheduleService schedule{*context.ports};
    const std::string when = context.call.argument("WHEN");
    if (!when.empty()) {
        DROVER_CO_CHECK(co_await schedule.set(when));
    }
    DROVER_CO_TRY(const app::ScheduleView view, co_await schedule.look());
    co_return Answer{.json = app::scheduleJson(view, context.machine.workspaces.controller(context.call.folder)),
                     .text = scheduleText(view)};
}

// To the agent's own end, or until the program is told to end.
Task<Result<void>> untilStopped(app::Agent& agent, Console& console)
{
    struct Race {
        Pending work;
        std::unique_ptr<Subscription> stop;
    };
    auto race = std::make_shared<Race>();
    Later<Result<void>>::Start start = [&agent, &console, race](Later<Result<void>>::Resolve resolve) {
        race->work = Pending{agent.run(), resolve};
        if (console.onStop)
            race->stop = console.onStop([resolve] { resolve(Result<void>{}); });
        return std::shared_ptr<void>{};
    };
    Later<Result<void>> first{std::move(start)};
    Result<void> end = co_await first;
    race->work.cancel();
    race->stop.reset();
    co_return end;
}

Task<Result<Answer>> runAgent(Context context)
{
    app::Ports& ports = *context.ports;
    ports.log.setLeast(LogLevel::info); // what it does is said there
    app::Agent::Options options;
    options.once = context.call.flag("--once");
    app::Agent agent{ports, options};
    DROVER_CO_CHECK(co_await untilStopped(agent, context.console));
    ports.log.info("agent ended");
    Answer answer{.json = app::agentJson(agent.rotated())};
    const bool failed = std::ranges::any_of(agent.rotated(), [](const auto& one) { return one.outcome != "done"; });
    if (options.once && failed)
        answer.exit = exitCode(Errc::internal);
    co_return answer;
}

} // namespace

std::vector<Command> rotationCommands()
{
    std::vector<Command> table;
    table.push_back({"rotation run",
                     "replace a target's key: mint, store, prove, ramp, promote, retire; or end its interrupted rotation",
                     {},
                     {{"--target", "TARGET", "whose key; default: holysheep"},
                      {"--all", "", "every target's key, in one round"},
                      {"--at-once", "N", "with --all: calls to providers at a time, 1 to 256; default: 8"},
                      {"--policy", "P", "playbook, rehearsal or a file; default: drover.toml"}},
                     true,
                     runRotation});
    table.push_back({"rotation resume",
                     "bring an interrupted rotation to its end",
                     {},
                     {{"--target", "TARGET", "whose, where several have not ended"},
                      {"--all", "", "every one that has not ended"},
                      {"--at-once", "N", "with --all: calls to providers at a time, 1 to 256; default: 8"},
                      {"--give-up", "", "wait no longer for what a person was to do on the provider's dashboard"}},
                     true,
                     resumeRotation});
    table.push_back({"rotation status",
                     "the rotation that has not ended, or the latest",
                     {},
                     {{"--target", "TARGET", "whose, where several have not ended"}},
                     true,
                     rotationStatus});
    table.push_back({"rotation schedule",
                     "when keys are rotated: the last and the next time; WHEN sets it",
                     {{"WHEN", "\"02:00\", five fields as in crontab (UTC), off, or policy for what the policy says", false}},
                     {},
                     true,
                     rotationSchedule});
    table.push_back({"agent",
                     "stay, and rotate keys when the schedule says so; ends with SIGTERM",
                     {},
                     {{"--once", "", "do what is due now, and end: for a timer"}},
                     true,
                     runAgent});
    return table;
}

} // namespace drover::cli
