// SPDX-License-Identifier: Apache-2.0
#include "app/Agent.h"

#include "ports/Timer.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>
#include <utility>

namespace drover::app {
namespace {

using Kind = ScheduleStep::Kind;

constexpr Duration storeTime = 15s;
constexpr Duration longestPause = 15min; // between tries while something is broken

bool leavesNothingToDo(Kind kind)
{
    return kind == Kind::idle || kind == Kind::wait;
}

std::string restText(const ScheduleStep& step)
{
    if (step.kind == Kind::wait)
        return "a rotation is due and waits: " + step.why;
    return step.next ? "nothing is due; the next rotation comes at " + formatTime(*step.next) : std::string("the schedule is off");
}

} // namespace

Agent::Agent(Ports& ports, Options options) : ports_(ports), options_(options), schedule_(ports), controller_(ports)
{
    controller_.leaveRests();
    controller_.onRotation([this](const RotationPlan& plan) { follow(plan); });
}

Task<Result<void>> Agent::run()
{
    const Result<ScheduleView> first = co_await schedule_.look();
    if (first.has_error() && first.error().code == Errc::invalidInput)
        co_return first.error(); // whoever started it can mend that
    ports_.log.info("agent started", {{"process", std::string_view{ports_.process}}});
    for (int failures = 0;;) {
        const Result<void> did = co_await turn();
        failures = did.has_value() ? 0 : failures + 1;
        if (options_.once)
            co_return did;
        if (did.has_error())
            say(describe(did.error()) + "; trying again", true);
        co_await delay(pause(failures));
    }
}

// Up to the next moment of the schedule, or to the next look; after errors twice as long each time.
Duration Agent::pause(int failures) const
{
    if (failures > 0)
        return std::min(options_.poll * (1 << std::min(failures - 1, 16)), longestPause);
    if (!next_)
        return options_.poll;
    return std::clamp<Duration>(*next_ - ports_.clock.now(), Duration{100'000}, options_.poll);
}

// One look; with the lock, if there is something to do.
Task<Result<void>> Agent::turn()
{
    DROVER_CO_TRY(const ScheduleView view, co_await schedule_.look());
    next_ = view.step.next;
    tellOthers(view);
    if (leavesNothingToDo(view.step.kind)) {
        say(restText(view.step));
        co_return Result<void>{};
    }
    if (!ports_.lockController)
        co_return Error{Errc::internal, "there is no controller.lock to take", {}};
    const auto lock = ports_.lockController();
    if (lock.has_error() && lock.error().code == Errc::busy) {
        say("there is something to do, and it waits: " + describe(lock.error()));
        co_return Result<void>{};
    }
    if (lock.has_error())
        co_return lock.error();
    co_return co_await work();
}

// What a person has to do for a target that goes by no schedule; once, for it may take them days.
void Agent::tellOthers(const ScheduleView& view)
{
    std::set<std::string> waiting;
    for (const ScheduleView::Other& other : view.others) {
        if (other.waitsFor.empty())
            continue;
        waiting.insert(other.run + other.waitsFor);
        if (!toldOthers_.contains(other.run + other.waitsFor))
            ports_.log.warn("the rotation " + other.run + " of target " + other.target + " waits for " + other.waitsFor);
    }
    toldOthers_ = std::move(waiting);
}

// Under the lock everything is looked at anew: somebody may have done it meanwhile.
Task<Result<void>> Agent::work()
{
    for (;;) {
        DROVER_CO_TRY(ScheduleView view, co_await schedule_.look());
        ScheduleStep& step = view.step;
        next_ = step.next;
        if (step.kind == Kind::note) {
            DROVER_CO_CHECK(co_await schedule_.keep(step.facts));
            say(step.why);
        } else if (leavesNothingToDo(step.kind)) {
            say(restText(step));
            co_return Result<void>{};
        } else {
            DROVER_CO_CHECK(co_await rotate(std::move(step), std::move(view.policy)));
        }
    }
}

Task<Result<void>> Agent::rotate(ScheduleStep step, MigrationPolicy policy)
{
    // Without the store a rotation could only be begun in order to fail.
    DROVER_CO_CHECK(co_await ports_.secrets.check(Deadline::in(ports_.clock, storeTime)));
    std::string run = step.run;
    if (step.kind == Kind::begin) {
        DROVER_CO_CHECK(co_await schedule_.keep(step.facts));
        run = step.facts.begun->run;
        say("the rotation " + run + " due at " + formatTime(step.facts.begun->due) + " begins");
    } else {
        say("the rotation " + run + ", which has not ended, goes on");
    }
    Task<Result<RotationPlan>> rotating = controller_.rotate(scheduledTarget, std::move(policy), std::move(run));
    DROVER_CO_TRY(const RotationPlan plan, co_await std::move(rotating));
    if (isOpen(plan)) // it rests or waits for a person: the next look says which
        co_return Result<void>{};
    rotated_.push_back({plan.id(), std::string(plan.outcome()), plan.newKey(), plan.why()});
    const bool done = plan.outcome() == "done";
    say("the rotation " + plan.id() + (done ? " is done" : " failed: " + plan.why()), !done);
    co_return Result<void>{};
}

// Each line of the rotation's history once.
void Agent::follow(const RotationPlan& plan)
{
    if (std::exchange(followed_, plan.id()) != plan.id())
        lines_ = 0;
    for (; lines_ < plan.history().size(); ++lines_)
        ports_.log.info("rotation", {{"run", std::string_view{plan.id()}}, {"text", std::string_view{plan.history()[lines_].text}}});
}

void Agent::say(std::string text, bool warn)
{
    if (text == said_)
        return;
    said_ = std::move(text);
    if (warn)
        ports_.log.warn(said_);
    else
        ports_.log.info(said_);
}

std::string agentJson(const std::vector<Agent::Rotated>& rotated)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().key("rotations").beginArray();
    for (const Agent::Rotated& one : rotated) {
        json.beginObject().field("id", one.run).field("outcome", one.outcome);
        json.fieldOrNull("key_id", one.keyId).fieldOrNull("why", one.why).endObject();
    }
    json.endArray().endObject();
    return out;
}

} // namespace drover::app
