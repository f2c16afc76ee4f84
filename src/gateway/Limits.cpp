// SPDX-License-Identifier: Apache-2.0
#include "gateway/Limits.h"

#include <algorithm>

namespace drover::gateway {
namespace {

constexpr std::string_view otherModels = "(other)";
constexpr Duration minute = 60s;

// The provider's limit a minute, where it speaks of minutes: a bucket that is full again later than that is another's.
double aMinute(const RateLimitBucket* bucket, WallTime now)
{
    if (bucket == nullptr || !bucket->limit || (bucket->reset && *bucket->reset - now > minute))
        return 0;
    return double(*bucket->limit);
}

// How long a bucket that is empty stays so: OpenAI's and Anthropic's fill up all the time, and say when they are full;
// the plain kind is filled at its reset.
Duration emptyFor(const RateLimits& told, const RateLimitBucket& bucket, WallTime now)
{
    if (!bucket.remaining || *bucket.remaining > 0 || !bucket.reset || *bucket.reset <= now)
        return {};
    const Duration whole = std::min(*bucket.reset - now, Duration{minute});
    if (told.family == RateLimits::Family::plain || !bucket.limit || *bucket.limit == 0)
        return whole;
    return std::min(whole, Duration{minute / std::int64_t(std::min<std::uint64_t>(*bucket.limit, 60'000'000))});
}

} // namespace

void Limits::Place::settle(double tokens)
{
    if (limiter_)
        limiter_->settle(pass_, tokens);
    limiter_.reset();
}

void Limits::Place::withdraw()
{
    if (limiter_)
        limiter_->withdraw(pass_);
    limiter_.reset();
}

const Limits::Entry* Limits::find(const OpenKey& key, std::string_view model) const
{
    const auto models = keys_.find(key.id);
    if (models == keys_.end())
        return nullptr;
    auto found = models->second.find(model);
    if (found == models->second.end() && models->second.size() >= mostModels)
        found = models->second.find(otherModels);
    return found == models->second.end() ? nullptr : &found->second;
}

Limits::Entry& Limits::at(const Chosen& who, std::string_view model, const RateRule& rule)
{
    Models& models = keys_[who.key->id];
    auto found = models.find(model);
    if (found == models.end() && models.size() >= mostModels)
        found = models.find(model = otherModels);
    if (found == models.end())
        found = models.emplace(std::string(model), Entry{who.target->name, who.key->shown, std::make_shared<Limiter>(rule)}).first;
    else if (found->second.limiter->ours() != rule)
        found->second.limiter->setRule(rule); // drover.toml was read anew
    return found->second;
}

Limits::Turn Limits::take(const Chosen& who, std::string_view model, std::uint64_t caller, double tokens)
{
    const RateRule rule = who.target->limits.of(model);
    if (!rule.limits())
        return {};
    const auto limiter = at(who, model, rule).limiter;
    const Limiter::Turn turn = limiter->take(clock_.steady(), caller, tokens);
    Turn out;
    out.wait = turn.wait;
    if (turn.pass) {
        out.place.limiter_ = limiter;
        out.place.pass_ = *turn.pass;
    }
    return out;
}

Duration Limits::wait(const Target& target, const OpenKey& key, std::string_view model, double tokens) const
{
    const RateRule rule = target.limits.of(model);
    const Entry* const entry = rule.limits() ? find(key, model) : nullptr;
    return entry == nullptr ? Duration{0} : entry->limiter->wait(clock_.steady(), tokens);
}

void Limits::learn(const Chosen& who, std::string_view model, const RateLimits& told, Duration leaveAlone)
{
    const RateRule rule = who.target->limits.of(model);
    if (!rule.limits())
        return;
    Limiter& limiter = *at(who, model, rule).limiter;
    const WallTime now = clock_.now();
    Duration hold = std::min(leaveAlone, Duration{minute});
    for (const std::string_view name : {"requests", "tokens"}) {
        if (const auto* bucket = told.find(name))
            hold = std::max(hold, emptyFor(told, *bucket, now));
    }
    limiter.learn({aMinute(told.find("requests"), now), aMinute(told.find("tokens"), now)});
    if (hold > Duration{0})
        limiter.hold(clock_.steady() + hold);
}

void Limits::keep(const Keyring& keys)
{
    std::erase_if(keys_, [&](const auto& one) { return keys.find(one.first) == nullptr; });
}

std::vector<Limits::Line> Limits::lines() const
{
    const SteadyTime now = clock_.steady();
    std::vector<Line> all;
    for (const auto& [id, models] : keys_) {
        for (const auto& [model, one] : models)
            all.push_back({one.target, one.shown, model, one.limiter->rule(), one.limiter->requestsUsed(now), one.limiter->tokensUsed(now)});
    }
    return all;
}

} // namespace drover::gateway
