// SPDX-License-Identifier: Apache-2.0
#include "app/Demo.h"

#include "ports/Timer.h"

#include "app/ReportBuilder.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration demoWhole = 90s;
// Kept back for ending the load, counting and the report.
constexpr Duration demoReserve = 6s;
constexpr Duration failedFor = 20s;
constexpr Duration pausing = 4s;
constexpr Duration loadEnding = 5s; // for the words of a load that has ended
constexpr Duration demoLook = 50ms;
constexpr double demoRate = 400;
constexpr double demoStreamShare = 0.5;
constexpr std::uint64_t demoSeed = 1; // a demo repeats: the same users meet the same errors

struct LoadCounts {
    std::uint64_t requests = 0;
    std::uint64_t failures = 0;
};

Result<LoadCounts> parseLoad(std::string_view text)
{
    DROVER_TRY(const auto object, parseJsonObject(text));
    JsonFields fields{object};
    LoadCounts counts;
    counts.requests = fields.count("requests");
    counts.failures = fields.count("failures");
    if (fields.failed())
        return at("drover-sandbox load", *fields.error());
    return counts;
}

std::string shareText(double share)
{
    char text[16];
    std::snprintf(text, sizeof text, "%.0f %%", share * 100);
    return text;
}

std::string stepText(const MigrationStatus& status)
{
    std::string text{phaseName(status.phase)};
    if (status.phase == Phase::canary)
        text += ' ' + std::to_string(status.step) + " of " + std::to_string(status.steps);
    text += ", " + shareText(status.shareConfigured) + " to holysheep";
    if (status.rotation.state != "none" && !status.rotation.state.empty())
        text += ", rotation " + status.rotation.state;
    return text;
}

} // namespace

// Follows one run: says each step once, and gives up by ordering a pause when a gate stays failed or time is up.
class Demo::Watch {
public:
    Watch(const Demo& demo, Controller& controller, Clock& clock, std::optional<Deadline> limit)
        : demo_(demo), controller_(controller), clock_(clock), limit_(limit)
    {
        controller_.onStatus([this](const MigrationStatus& status) { take(status); });
    }
    ~Watch()
    {
        controller_.onStatus({});
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    const MigrationStatus& last() const { return last_; }

    // Whether the demo is over before the migration is.
    bool givesUp()
    {
        if (last_.phase == Phase::paused)
            return true;
        if (asked_)
            return asked_->passed();
        const bool held = last_.holdingSince && clock_.now() - *last_.holdingSince >= failedFor;
        if (!held && !(limit_ && limit_->passed()))
            return false;
        const std::string why = held ? "still failed after 20 s: " + failedGates() : "the demo's time is over";
        demo_.say("pausing: " + why);
        asked_ = Deadline::in(clock_, pausing);
        const Result<void> ordered = controller_.order(OrderVerb::pause, "demo", why);
        return !ordered.has_value();
    }

private:
    std::string failedGates() const
    {
        std::string text;
        for (const GateResult& gate : last_.gates) {
            if (gate.verdict == Verdict::fail)
                text += (text.empty() ? "" : "; ") + gate.text;
        }
        return text;
    }
    void take(const MigrationStatus& status)
    {
        const std::string text = stepText(status);
        last_ = status;
        if (text == said_)
            return;
        said_ = text;
        demo_.say(text);
    }

    const Demo& demo_;
    Controller& controller_;
    Clock& clock_;
    std::optional<Deadline> limit_;
    std::optional<Deadline> asked_;
    MigrationStatus last_;
    std::string said_;
};

void Demo::say(std::string text) const
{
    if (progress_)
        progress_(std::move(text));
}

Task<Result<void>> Demo::endEarlier(Ports& ports)
{
    DROVER_CO_TRY(const std::optional<std::string> latest, co_await ports.journal.latestRun("migration"));
    if (!latest)
        co_return Result<void>{};
    DROVER_CO_TRY(const MigrationPlan before, co_await replayMigration(ports.journal, *latest));
    if (isFinal(before.phase()))
        co_return Result<void>{};
    say("rolling back the migration that an earlier demo left " + std::string(phaseName(before.phase())));
    Controller controller{ports};
    std::optional<Result<Phase>> end;
    Pending running{controller.resume("a new demo begins"), [&end](Result<Phase> phase) { end.emplace(std::move(phase)); }};
    while (!end) {
        co_await delay(demoLook);
        // Refused until the run is up, and again once it is on its way back.
        (void)controller.order(OrderVerb::rollback, "demo", "a new demo begins");
    }
    if (end->has_error())
        co_return end->error();
    co_return Result<void>{};
}

Task<Result<Phase>> Demo::migrate(Ports& ports, Child& load, std::optional<Deadline> limit)
{
    DROVER_CO_TRY(MigrationPolicy policy, ports.policy("rehearsal"));
    Controller controller{ports};
    Watch watch{*this, controller, machine_.clock, limit};
    std::optional<Result<Phase>> end;
    Controller::StartOptions start;
    start.policy = std::move(policy);
    start.reason = "demo";
    Pending running{controller.start(std::move(start)), [&end](Result<Phase> phase) { end.emplace(std::move(phase)); }};
    while (!end) {
        co_await delay(demoLook);
        if (end)
            break;
        if (!load.running()) {
            const Result<std::string> ended = co_await load.finish(Deadline::in(machine_.clock, loadEnding));
            const std::string why = ended.has_error() ? ": " + ended.error().what : "";
            co_return Error{Errc::internal, "the client load ended by itself" + why, "drover-sandbox load"};
        }
        if (!watch.givesUp())
            continue;
        running.cancel();
        co_return Phase::paused;
    }
    co_return std::move(*end);
}

Task<Result<DemoResult>> Demo::run(DemoOptions options)
{
    const SteadyTime began = machine_.clock.steady();
    const std::optional<Deadline> whole =
        options.fast ? std::optional{Deadline::in(machine_.clock, demoWhole - demoReserve)} : std::nullopt;
    SandboxSetup setup{machine_};
    setup.onProgress([this](std::string text) { say(std::move(text)); });
    SandboxOptions sandbox;
    sandbox.folder = options.folder;
    sandbox.scenario = options.scenario;
    sandbox.seed = options.seed;
    DROVER_CO_TRY(RunningSandbox running, co_await setup.start(std::move(sandbox)));
    DROVER_CO_TRY(const std::unique_ptr<Subscription> lock, machine_.workspaces.lockController(options.folder));
    Ports& ports = running.workspace->ports();
    DROVER_CO_CHECK(co_await endEarlier(ports));

    LoadStart start;
    start.trace = machine_.trace;
    start.target = running.gateway.info.listen + "/v1";
    start.rate = options.rate > 0 ? options.rate : options.fast ? demoRate : 0;
    start.streamShare = demoStreamShare;
    start.seed = options.seed.value_or(demoSeed);
    const Deadline soon = Deadline::in(machine_.clock, 20s);
    DROVER_CO_TRY(const std::unique_ptr<Child> load,
                  co_await machine_.processes.load(std::move(start), std::move(running.token), soon));
    DROVER_CO_TRY(const Phase phase, co_await migrate(ports, *load, whole));

    DemoResult result;
    result.phase = phase;
    say("ending the load");
    DROVER_CO_TRY(const std::string counted, co_await load->finish(Deadline::in(machine_.clock, 20s)));
    DROVER_CO_TRY(const LoadCounts counts, parseLoad(counted));
    result.clientRequests = counts.requests;
    result.clientFailures = counts.failures;
    DROVER_CO_TRY(const SandboxCounts upstream,
                  co_await machine_.sandbox.counts(running.sandbox.info.control, Deadline::in(machine_.clock, 10s)));
    for (const auto& [target, seen] : upstream.targets)
        result.upstream[target] = seen.requests;
    // The gateway's last lines are on disk once it has ended.
    const Result<std::string> drained = co_await running.gateway.child->finish(Deadline::in(machine_.clock, 10s));
    if (!drained.has_value())
        say("the gateway: " + describe(drained.error()));
    ReportBuilder builder{ports};
    DROVER_CO_TRY(result.facts, co_await builder.build());
    result.facts.scenario = options.scenario;
    result.why = result.facts.why;
    result.rotation = result.facts.rotation.state;
    result.rotationKey = result.facts.rotation.keyId;
    result.seconds = seconds(machine_.clock.steady() - began);
    co_return result;
}

std::string demoJson(const DemoResult& result, const std::string& report)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject().field("phase", phaseName(result.phase));
    json.key("client").beginObject().field("requests", result.clientRequests);
    json.field("failures", result.clientFailures).endObject();
    json.key("upstream").beginObject();
    for (const auto& [target, requests] : result.upstream)
        json.key(target).beginObject().field("requests", requests).endObject();
    json.endObject();
    json.key("rotation").beginObject().field("state", result.rotation);
    json.fieldOrNull("key_id", result.rotationKey).endObject();
    json.fieldOrNull("report", report).field("seconds", result.seconds);
    json.fieldOrNull("why", result.why).endObject();
    return out;
}

int demoExit(const DemoResult& result)
{
    if (result.phase != Phase::done)
        return exitCode(Errc::refused);
    return result.rotation == "failed" || result.clientFailures > 0 ? exitCode(Errc::internal) : 0;
}

} // namespace drover::app
