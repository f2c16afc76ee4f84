// SPDX-License-Identifier: Apache-2.0
#include "app/RotationRound.h"

#include "app/ByHand.h"
#include "app/RotationRunner.h"
#include "app/ScheduleService.h"
#include "ports/Timer.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace drover::app {
namespace {

using End = RoundEntry::End;

constexpr std::array<std::string_view, 6> endNames{"done", "failed", "rests", "waits_for_person", "by_hand", "broken"};

constexpr Duration shortRest = 100ms; // what is not worth laying a rotation aside
constexpr Duration restPoll = 50ms;
// Rotations under way for each call to a provider: of two, one has its call while the other writes here.
constexpr std::size_t rotationsPerCall = 2;

bool isByHand(const TargetConfig& target)
{
    return issuerKind(target) == TargetConfig::Issuer::Kind::person;
}

} // namespace

std::string_view roundEndName(End end)
{
    return endNames[std::size_t(end)];
}

RotationRound::RotationRound(Ports& ports, Options options)
    : turns_(ports, options.atOnce), ports_(turns_.ports()), desk_(ports_), options_(std::move(options))
{
}

Task<Result<std::vector<RoundEntry>>> RotationRound::run()
{
    DROVER_CO_CHECK(co_await plan());
    std::vector<Task<bool>> workers;
    for (std::size_t i = 0; i < std::min(options_.atOnce * rotationsPerCall, waiting_.size()); ++i)
        workers.push_back(work());
    Task<std::vector<bool>> all = whenAll(std::move(workers));
    co_await std::move(all);
    co_return std::move(entries_);
}

Task<Result<void>> RotationRound::plan()
{
    DROVER_CO_TRY(const std::string held, co_await keysHeldBy(ports_));
    if (!held.empty())
        co_return Error{Errc::refused, held, {}};
    DROVER_CO_TRY(const std::vector<RotationPlan> open, co_await openRotations(ports_.journal));
    std::vector<std::size_t> byHand;
    for (const auto& [name, target] : ports_.config.targets) {
        const auto begun = std::ranges::find(open, name, [](const RotationPlan& plan) { return plan.start().target; });
        if (begun == open.end() && options_.onlyOpen)
            continue;
        const std::string run = begun == open.end() ? std::string{} : begun->id();
        if (run.empty() && isByHand(target))
            byHand.push_back(entries_.size());
        else
            waiting_.push_back({entries_.size(), run, {}});
        entries_.push_back({.target = name, .run = run});
    }
    progress_.all = entries_.size();
    for (const std::size_t entry : byHand)
        ended(End::byHand, entries_[entry], "its keys are made by a person: `droverctl rotation run --target " + entries_[entry].target + "`");
    co_return Result<void>{};
}

// What rests no longer comes before what has not begun: so no more keys than must live at a time.
std::optional<RotationRound::Job> RotationRound::nextJob()
{
    const auto due = std::ranges::min_element(resting_, {}, &Job::from);
    if (due != resting_.end() && due->from <= ports_.clock.now()) {
        Job job = std::move(*due);
        resting_.erase(due);
        return job;
    }
    if (waiting_.empty())
        return std::nullopt;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    return job;
}

Task<bool> RotationRound::work()
{
    for (;;) {
        std::optional<Job> job = nextJob();
        if (job) {
            ++atWork_;
            co_await rotate(std::move(*job));
            --atWork_;
        } else if (resting_.empty() && atWork_ == 0) {
            co_return true;
        } else {
            co_await delay(restPoll);
        }
    }
}

Task<void> RotationRound::rotate(Job job)
{
    if (job.run.empty()) {
        job.run = shortId("r_", ports_.random);
        entries_[job.entry].run = job.run;
    }
    RotationRunner::Where where;
    where.run = job.run;
    where.target = entries_[job.entry].target;
    where.policy = options_.policy.rotation;
    where.abortErrorRate = options_.policy.abortErrorRate;
    where.byHand = ByHand::leave;
    where.leaveRests = shortRest;
    RotationRunner runner{ports_, desk_, std::move(where)};
    const Result<RotationPlan> plan = co_await runner.run();
    take(std::move(job), plan);
}

void RotationRound::take(Job job, const Result<RotationPlan>& plan)
{
    RoundEntry& entry = entries_[job.entry];
    if (plan.has_error()) {
        ended(End::broken, entry, describe(plan.error()));
        return;
    }
    entry.keyId = plan->newKey();
    if (!isOpen(*plan)) {
        ended(plan->outcome() == "done" ? End::done : End::failed, entry, plan->why());
    } else if (plan->needsPerson()) {
        ended(End::waitsForPerson, entry, waitsFor(*plan));
    } else {
        const WallTime until = restsUntil(*plan).value_or(ports_.clock.now());
        if (until >= ports_.clock.now() + longRest) {
            entry.restsUntil = until;
            ended(End::rests, entry);
        } else {
            job.from = until;
            resting_.push_back(std::move(job));
        }
    }
}

void RotationRound::ended(End end, RoundEntry& entry, std::string why)
{
    entry.end = end;
    entry.why = std::move(why);
    ++progress_.ended;
    progress_.failed += end == End::failed || end == End::broken ? 1 : 0;
    if (onProgress_)
        onProgress_(progress_);
}

std::string roundJson(const std::vector<RoundEntry>& entries)
{
    std::string out;
    JsonWriter json{out};
    json.beginObject();
    for (std::size_t i = 0; i < endNames.size(); ++i)
        json.field(endNames[i], std::uint64_t(std::ranges::count(entries, End(i), &RoundEntry::end)));
    json.key("rotations").beginArray();
    for (const RoundEntry& entry : entries) {
        json.beginObject().field("target", entry.target).field("end", roundEndName(entry.end)).fieldOrNull("id", entry.run);
        json.fieldOrNull("key_id", entry.keyId).fieldOrNull("why", entry.why).field("rests_until", entry.restsUntil).endObject();
    }
    json.endArray().endObject();
    return out;
}

} // namespace drover::app
