// SPDX-License-Identifier: Apache-2.0
#include "app/Controller.h"

#include "app/KeyPublishing.h"
#include "app/MigrationRun.h"

#include <algorithm>
#include <utility>

namespace drover::app {
namespace {

// Something that must hold before a migration may begin.
Task<Result<void>> gatewayIsThere(RoutingDesk& desk)
{
    auto serving = co_await desk.acknowledged(0);
    if (!serving.has_value())
        co_return serving.error();
    if (!serving->has_value())
        co_return Error{Errc::refused, "no gateway is running: start one with `droverctl gateway start`", {}};
    co_return Result<void>{};
}

Task<Result<void>> mayMirror(Ports& ports, std::string target)
{
    if (ports.config.sandbox)
        co_return Result<void>{};
    DROVER_CO_TRY(const std::optional<std::string> consent, co_await ports.audit.fact("consent:" + target));
    if (!consent)
        co_return Error{Errc::refused,
                        "nobody has agreed yet that prompts may go to " + target + ": pass --consent " + target, {}};
    co_return Result<void>{};
}

} // namespace

// What a controller does at a time: a migration, or a rotation by itself.
class Controller::Run {
public:
    std::unique_ptr<MigrationRun> migration;
    std::unique_ptr<RotationRunner> rotation;
};

Controller::Controller(Ports& ports) : ports_(ports), desk_(ports) {}

Controller::~Controller() = default;

void Controller::onStatus(std::function<void(const MigrationStatus&)> callback)
{
    onStatus_ = std::move(callback);
}

void Controller::onRotation(std::function<void(const RotationPlan&)> callback)
{
    onRotation_ = std::move(callback);
}

Task<Result<Phase>> Controller::start(StartOptions options)
{
    for (const std::string* target : {&options.legacy, &options.target}) {
        if (!ports_.config.targets.contains(*target))
            co_return Error{Errc::invalidInput, "there is no such target in drover.toml", "targets." + *target};
    }
    DROVER_CO_TRY(const std::optional<std::string> latest, co_await ports_.journal.latestRun("migration"));
    if (latest) {
        DROVER_CO_TRY(const MigrationPlan before, co_await noteRollback(ports_, *latest));
        if (!isFinal(before.phase()))
            co_return Error{Errc::refused,
                            "migration " + before.id() + " has not ended (" + std::string(phaseName(before.phase())) +
                                "): `migrate resume` it, or roll it back", {}};
    }
    DROVER_CO_CHECK(co_await mayMirror(ports_, options.target));
    DROVER_CO_CHECK(co_await gatewayIsThere(desk_));
    DROVER_CO_CHECK(co_await publishKeys(ports_));
    DROVER_CO_CHECK(co_await ensureWeights(ports_, options.legacy));
    DROVER_CO_CHECK(co_await ensureWeights(ports_, options.target));

    MigrationStarted started;
    started.id = shortId("m_", ports_.random);
    started.policy = std::move(options.policy);
    started.legacy = options.legacy;
    started.target = options.target;
    started.actor = ports_.actor;
    started.at = ports_.clock.now();
    DROVER_CO_TRY(started.lastGeneration, co_await ports_.journal.highestGeneration());
    AuditEntry entry;
    entry.at = started.at;
    entry.actor = ports_.actor;
    entry.deed = "migration.start";
    entry.subject = started.id;
    entry.reason = options.reason;
    DROVER_CO_CHECK(co_await ports_.audit.record(std::move(entry)));
    run_ = std::make_unique<Run>();
    run_->migration = std::make_unique<MigrationRun>(ports_, desk_, started.id, onStatus_);
    co_return co_await run_->migration->begin(std::move(started));
}

Task<Result<Phase>> Controller::resume(std::string reason)
{
    DROVER_CO_TRY(const std::optional<std::string> latest, co_await ports_.journal.latestRun("migration"));
    if (!latest)
        co_return Error{Errc::notFound, "no migration was ever started here", {}};
    run_ = std::make_unique<Run>();
    run_->migration = std::make_unique<MigrationRun>(ports_, desk_, *latest, onStatus_);
    co_return co_await run_->migration->resume(std::move(reason));
}

Result<void> Controller::order(OrderVerb verb, std::string actor, std::string reason)
{
    if (!run_ || !run_->migration)
        return Error{Errc::notFound, "no migration runs in this process", {}};
    return run_->migration->order(verb, std::move(actor), std::move(reason));
}

Task<Result<RotationPlan>> Controller::rotate(std::string target, MigrationPolicy policy, std::string run)
{
    std::string id = run.empty() ? shortId("r_", ports_.random) : std::move(run);
    DROVER_CO_TRY(const RotationPlan named, co_await replayRotation(ports_.journal, id));
    if (isOpen(named))
        target = named.start().target;
    DROVER_CO_TRY(const std::optional<RotationPlan> before, co_await latestRotation(ports_.journal, target));
    if (before && isOpen(*before)) // an interrupted one is brought to its end before the target's next begins
        id = before->id();
    if (!ports_.config.targets.contains(target))
        co_return Error{Errc::invalidInput, "there is no such target in drover.toml", "targets." + target};
    RotationRunner::Where where;
    where.run = id;
    where.target = target;
    where.policy = policy.rotation;
    where.abortErrorRate = policy.abortErrorRate;
    where.byHand = person_ ? ByHand::ask : ByHand::leave;
    where.person = person_.value_or(Person{});
    where.leaveRests = leaveRests_;
    run_ = std::make_unique<Run>();
    run_->rotation = std::make_unique<RotationRunner>(ports_, desk_, std::move(where));
    if (onRotation_)
        run_->rotation->onChange([this, runner = run_->rotation.get()] { onRotation_(runner->plan()); });
    co_return co_await run_->rotation->run();
}

} // namespace drover::app
