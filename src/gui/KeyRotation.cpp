// SPDX-License-Identifier: Apache-2.0
#include "gui/KeyRotation.h"

#include <algorithm>
#include <utility>

namespace drover::gui {
namespace {

constexpr Duration storePatience = 15s;

} // namespace

KeyRotation::KeyRotation(app::Ports& ports) : ports_(ports), schedule_(ports), controller_(ports)
{
    controller_.onRotation([this](const RotationPlan& plan) { plan_ = plan; });
    controller_.leaveRests();
    controller_.askPerson(person());
}

// Asked in the midst of a run, and answered at once: with what was pasted before it began, or with nothing, and then it is left waiting.
app::Person KeyRotation::person()
{
    app::Person one;
    one.key = [this](const app::KeyWanted& wanted) -> Result<Secret> {
        refusal_ = wanted.refusal;
        if (pasted_) {
            Secret key = std::move(*pasted_);
            pasted_.reset();
            return key;
        }
        return Error{givingUp_ ? Errc::refused : Errc::unavailable, "given up", {}};
    };
    one.end = [this](const app::EndWanted&) { return givingUp_ ? Result<void>{Error{Errc::refused, "given up", {}}} : Result<void>{}; };
    return one;
}

std::vector<std::string> KeyRotation::targets() const
{
    std::vector<std::string> names;
    for (const auto& [name, target] : ports_.config.targets)
        names.push_back(name);
    // What traffic moves to comes first.
    std::ranges::stable_partition(names, [](const std::string& name) { return name == app::scheduledTarget; });
    return names;
}

Task<Result<std::vector<OpenRotation>>> KeyRotation::open()
{
    DROVER_CO_TRY(std::vector<RotationPlan> plans, co_await app::openRotations(ports_.journal));
    std::vector<OpenRotation> all;
    for (RotationPlan& plan : plans) {
        const bool runs = here() && plan.start().target == target_;
        all.push_back({std::move(plan), runs});
    }
    co_return all;
}

Task<Result<RotationNews>> KeyRotation::news(std::string target)
{
    RotationNews news;
    if (run_.running() && plan_) {
        news.plan = plan_;
    } else {
        DROVER_CO_TRY(news.plan, co_await app::latestRotation(ports_.journal, target));
    }
    DROVER_CO_TRY(news.held, co_await app::keysHeldBy(ports_));
    Result<app::ScheduleView> view = co_await schedule_.look();
    if (view.has_value())
        news.schedule = std::move(*view);
    else
        news.scheduleTrouble = view.error();
    if (news.plan && news.plan->needsPerson()) {
        if (const auto config = ports_.config.targets.find(news.plan->start().target); config != ports_.config.targets.end())
            news.dashboard = app::dashboardOf(config->second);
        news.refusal = target == target_ ? refusal_ : std::string{};
    }
    if (!here())
        forgetWhatOthersEnded(news.plan);
    news.here = here(); // as it stands now that everything was read
    if (target == target_)
        news.ended = ended_;
    co_return news;
}

// Where somebody else has gone on from where the run here broke off, that it broke off is history.
void KeyRotation::forgetWhatOthersEnded(const std::optional<RotationPlan>& latest)
{
    if (plan_ && latest && latest->start().target == plan_->start().target && (latest->start().id != plan_->start().id || latest->revision() > plan_->revision()))
        ended_.reset();
}

Task<Result<void>> KeyRotation::rotate(std::string target)
{
    Wish wish;
    wish.target = std::move(target);
    return run(std::move(wish));
}

Task<Result<void>> KeyRotation::paste(std::string target, Secret key)
{
    Wish wish;
    wish.target = std::move(target);
    wish.key = std::move(key);
    return run(std::move(wish));
}

Task<Result<void>> KeyRotation::giveUp(std::string target)
{
    Wish wish;
    wish.target = std::move(target);
    wish.givesUp = true;
    return run(std::move(wish));
}

// What it begins is its own: whoever asked may be gone before it has begun, and finds in the news then why it has not.
Task<Result<void>> KeyRotation::run(Wish wish)
{
    if (here())
        co_return Error{Errc::busy, "this console rotates a key already", {}};
    Later<Result<void>>::Start start = [this, &wish](Later<Result<void>>::Resolve resolve) {
        const auto listens = std::make_shared<bool>(true);
        begun_ = std::move(resolve);
        beginning_ = Pending{begin(std::move(wish)), [this, heard = std::weak_ptr<bool>(listens)](Result<void> begun) {
                                 if (begun.has_error() && heard.expired())
                                     ended_ = begun.error();
                                 std::exchange(begun_, {})(std::move(begun));
                             }};
        return std::shared_ptr<void>{listens};
    };
    Later<Result<void>> begun{std::move(start)};
    co_return co_await begun;
}

Task<Result<void>> KeyRotation::begin(Wish wish)
{
    target_ = wish.target;
    ended_.reset();
    refusal_.clear();
    DROVER_CO_TRY(MigrationPolicy policy, ports_.policy(ports_.config.policy));
    // Without the store a rotation could only be begun in order to fail.
    DROVER_CO_CHECK(co_await ports_.secrets.check(Deadline::in(ports_.clock, storePatience)));
    DROVER_CO_TRY(const std::string held, co_await app::keysHeldBy(ports_));
    if (!held.empty())
        co_return Error{Errc::refused, held, {}};
    if (!ports_.lockController)
        co_return Error{Errc::internal, "there is no controller.lock to take", {}};
    DROVER_CO_TRY(lock_, ports_.lockController());
    plan_.reset();
    ended_.reset();
    refusal_.clear();
    pasted_ = std::move(wish.key);
    givingUp_ = wish.givesUp;
    run_ = Pending{controller_.rotate(std::move(wish.target), std::move(policy)), [this](Result<RotationPlan> end) {
                       over();
                       if (!end.has_value())
                           ended_ = end.error();
                   }};
    co_return Result<void>{};
}

void KeyRotation::over()
{
    lock_.reset();
    pasted_.reset();
    givingUp_ = false;
}

void KeyRotation::stopHere()
{
    beginning_.cancel();
    run_.cancel();
    over();
    if (begun_)
        std::exchange(begun_, {})(Error{Errc::cancelled, "stopped before it had begun", {}});
}

Task<Result<void>> KeyRotation::schedule(std::string when) { co_return co_await schedule_.set(std::move(when)); }

} // namespace drover::gui
