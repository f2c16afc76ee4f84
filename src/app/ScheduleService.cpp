// SPDX-License-Identifier: Apache-2.0
#include "app/ScheduleService.h"

#include "app/ByHand.h"
#include "app/MigrationService.h"
#include "app/Rotations.h"
#include "app/SettingsService.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>
#include <utility>

namespace drover::app {
namespace {

constexpr const char* factName = "rotation.schedule";
constexpr const char* tomlOfSchedule = "drover.toml";
constexpr const char* settingKey = "rotation.schedule";

void writeRun(JsonWriter& json, const ScheduledRun& run)
{
    json.field("run", run.run).field("due", run.due);
}

void writeEnded(JsonWriter& json, const std::optional<ScheduleFacts::Ended>& ended)
{
    json.key("last");
    if (!ended) {
        json.null();
        return;
    }
    json.beginObject();
    writeRun(json, ended->run);
    json.field("ended", ended->noted).field("outcome", ended->done ? "done" : "failed").endObject();
}

void writeBegun(JsonWriter& json, std::string_view name, const std::optional<ScheduledRun>& begun)
{
    json.key(name);
    if (!begun) {
        json.null();
        return;
    }
    json.beginObject();
    writeRun(json, *begun);
    json.endObject();
}

std::string writeFacts(const ScheduleFacts& facts)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().field("when", facts.when);
    json.key("handled");
    if (facts.handled)
        json.text(formatTimeExact(*facts.handled));
    else
        json.null();
    writeBegun(json, "begun", facts.begun);
    writeEnded(json, facts.last);
    json.endObject();
    return out;
}

Result<ScheduleFacts> readFacts(const std::string& text)
{
    DROVER_TRY(const auto object, parseJsonObject(text));
    JsonFields fields{object};
    ScheduleFacts facts;
    facts.when = fields.textOr("when", {});
    facts.handled = fields.maybeTime("handled");
    fields.object("begun", [&](JsonFields& run) { facts.begun = ScheduledRun{run.text("run"), run.time("due")}; });
    fields.object("last", [&](JsonFields& run) {
        facts.last = ScheduleFacts::Ended{{run.text("run"), run.time("due")}, run.time("ended"), run.text("outcome") == "done"};
    });
    if (fields.failed())
        return at("what drover.db keeps of the schedule", *fields.error());
    return facts;
}

ScheduleSight::Run stateOf(const RotationPlan& plan)
{
    if (plan.state() == RotationState::idle)
        return ScheduleSight::Run::unknown;
    if (plan.outcome() == "none")
        return ScheduleSight::Run::open;
    return plan.outcome() == "done" ? ScheduleSight::Run::done : ScheduleSight::Run::failed;
}

// Nothing for "off".
Result<std::optional<CronTime>> readWhen(const std::string& when, const RotationPolicy& policy)
{
    if (when == "off")
        return std::optional<CronTime>{};
    DROVER_TRY(CronTime time, CronTime::parse(when));
    DROVER_CHECK(checkSchedule(time, policy));
    return std::optional<CronTime>{std::move(time)};
}

// Rotations of other targets that were left behind. They hold up no schedule; when nothing of it is to be done, one that can go on does.
void addOthers(ScheduleView& view, const std::vector<RotationPlan>& open, bool migrating, WallTime now)
{
    using Kind = ScheduleStep::Kind;
    for (const RotationPlan& plan : open) {
        if (plan.start().target == scheduledTarget)
            continue;
        view.others.push_back({plan.id(), plan.start().target, waitsFor(plan)});
        const bool canGoOn = !migrating && !plan.needsPerson() && restsUntil(plan).value_or(now) <= now;
        if (canGoOn && (view.step.kind == Kind::idle || view.step.kind == Kind::wait)) {
            view.step.kind = Kind::resume;
            view.step.run = plan.id();
        }
    }
}

} // namespace

std::string scheduleJson(const ScheduleView& view, const std::string& controller)
{
    const ScheduleStep& step = view.step;
    std::string out;
    JsonWriter json{out};
    json.beginObject().field("schedule", view.when).field("set_by", view.ownSetting ? "drover.toml" : "policy");
    json.field("policy", view.policy.name).field("target", scheduledTarget).field("next", step.next).field("due", step.due);
    json.fieldOrNull("waits", step.kind == ScheduleStep::Kind::wait ? step.why : std::string{});
    json.fieldOrNull("unfinished", step.run);
    json.field("handled", view.kept.handled);
    writeBegun(json, "begun", view.kept.begun);
    writeEnded(json, view.kept.last);
    json.fieldOrNull("controller", controller).key("others").beginArray();
    for (const ScheduleView::Other& other : view.others)
        json.beginObject().field("run", other.run).field("target", other.target).fieldOrNull("waits_for", other.waitsFor).endObject();
    json.endArray().endObject();
    return out;
}

Task<Result<std::string>> keysHeldBy(Ports& ports)
{
    DROVER_CO_TRY(const std::optional<std::string> run, co_await ports.journal.latestRun("migration"));
    if (!run)
        co_return std::string{};
    DROVER_CO_TRY(const MigrationPlan plan, co_await replayMigration(ports.journal, *run));
    if (plan.phase() == Phase::idle || isFinal(plan.phase()))
        co_return std::string{};
    co_return "migration " + plan.id() + " has not ended (" + std::string(phaseName(plan.phase())) +
        "): its keys change with it alone";
}

Task<Result<ScheduleFacts>> ScheduleService::facts()
{
    DROVER_CO_TRY(const std::optional<std::string> kept, co_await ports_.audit.fact(factName));
    if (!kept)
        co_return ScheduleFacts{};
    co_return readFacts(*kept);
}

Task<Result<void>> ScheduleService::keep(ScheduleFacts facts)
{
    return ports_.audit.setFact(factName, writeFacts(facts));
}

Task<Result<ScheduleSight>> ScheduleService::sight(ScheduleFacts facts, std::vector<RotationPlan> open, std::string migration)
{
    ScheduleSight sight;
    for (const RotationPlan& plan : open) {
        if (plan.start().target != scheduledTarget)
            continue;
        sight.open = plan.id();
        sight.openRests = restsUntil(plan);
        if (plan.needsPerson())
            sight.held = "rotation " + plan.id() + " waits for " + waitsFor(plan);
    }
    if (facts.begun) {
        DROVER_CO_TRY(const RotationPlan plan, co_await replayRotation(ports_.journal, facts.begun->run));
        sight.begun = stateOf(plan);
    }
    if (!migration.empty())
        sight.held = migration;
    DROVER_CO_TRY(const std::vector<KeyRecord> keys, co_await ports_.inventory.keys());
    sight.liveKeys = std::uint32_t(
        std::ranges::count_if(keys, [](const KeyRecord& key) { return key.target == scheduledTarget && isLive(key.state); }));
    sight.freshRun = shortId("r_", ports_.random);
    sight.now = ports_.clock.now();
    co_return sight;
}

Task<Result<ScheduleView>> ScheduleService::look()
{
    DROVER_CO_TRY(const std::string toml, co_await ports_.files.read(tomlOfSchedule));
    DROVER_CO_TRY(const WorkspaceConfig config, parseConfig(toml, tomlOfSchedule));
    ScheduleView view;
    DROVER_CO_TRY(view.policy, ports_.policy(config.policy));
    view.ownSetting = !config.rotationSchedule.empty();
    view.when = view.ownSetting ? config.rotationSchedule : view.policy.rotation.schedule;
    DROVER_CO_TRY(const std::optional<CronTime> when, readWhen(view.when, view.policy.rotation));
    DROVER_CO_TRY(view.kept, co_await facts());
    DROVER_CO_TRY(const std::vector<RotationPlan> open, co_await openRotations(ports_.journal));
    DROVER_CO_TRY(const std::string migration, co_await keysHeldBy(ports_));
    DROVER_CO_TRY(const ScheduleSight seen, co_await sight(view.kept, open, migration));
    view.step = whatIsDue(when, view.policy.rotation, view.kept, seen);
    addOthers(view, open, !migration.empty(), ports_.clock.now());
    co_return view;
}

Task<Result<void>> ScheduleService::set(std::string when)
{
    DROVER_CO_TRY(const std::string toml, co_await ports_.files.read(tomlOfSchedule));
    DROVER_CO_TRY(const WorkspaceConfig config, parseConfig(toml, tomlOfSchedule));
    DROVER_CO_TRY(const MigrationPolicy policy, ports_.policy(config.policy));
    const bool byPolicy = when == "policy";
    DROVER_CO_CHECK(readWhen(byPolicy ? policy.rotation.schedule : when, policy.rotation));
    if (byPolicy)
        when.clear();
    ConfigService settings{ports_};
    co_return co_await settings.set(settingKey, std::move(when));
}

} // namespace drover::app
