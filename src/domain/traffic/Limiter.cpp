// SPDX-License-Identifier: Apache-2.0
#include "domain/traffic/Limiter.h"

#include <algorithm>

namespace drover {
namespace {

constexpr Duration lapseEvery = 1s;

double stricter(double ours, double theirs)
{
    return theirs <= 0 ? ours : ours <= 0 ? theirs : std::min(ours, theirs);
}

} // namespace

SteadyTime Limiter::earliest(SteadyTime now, double tokens) const
{
    const SteadyTime from = std::max(now, held_);
    const SteadyTime byRequests = requests_.next(from, 1);
    return std::max(byRequests, tokens_.next(from, tokens));
}

Limiter::Pass Limiter::put(SteadyTime at, SteadyTime latest, double tokens)
{
    const std::uint64_t request = requests_.put(at, latest, 1);
    return {request, tokens_.put(at, latest, tokens)};
}

Limiter::Turn Limiter::take(SteadyTime now, std::uint64_t caller, double tokens)
{
    lapse(now);
    if (const auto found = kept_.find(caller); found != kept_.end()) {
        const Kept kept = found->second;
        if (now < kept.at)
            return {kept.at - now, std::nullopt};
        kept_.erase(found);
        if (now <= kept.at + grace)
            return {Duration{0}, kept.pass};
        withdraw(kept.pass);
    }
    const SteadyTime at = earliest(now, tokens);
    if (at <= now)
        return {Duration{0}, put(now, now, tokens)};
    if (kept_.size() < mostKept)
        kept_.emplace(caller, Kept{at, put(at, at + grace, tokens)});
    return {std::chrono::duration_cast<Duration>(at - now), std::nullopt};
}

Duration Limiter::wait(SteadyTime now, double tokens) const
{
    return std::chrono::duration_cast<Duration>(earliest(now, tokens) - now);
}

void Limiter::settle(const Pass& pass, double tokens)
{
    tokens_.correct(pass.tokens, tokens);
}

void Limiter::withdraw(const Pass& pass)
{
    requests_.correct(pass.request, 0);
    tokens_.correct(pass.tokens, 0);
}

void Limiter::setRule(const RateRule& rule)
{
    rule_ = rule;
    learn({});
}

void Limiter::learn(const RateRule& theirs)
{
    if (theirs.requests > 0)
        theirs_.requests = theirs.requests;
    if (theirs.tokens > 0)
        theirs_.tokens = theirs.tokens;
    requests_.setLimit(stricter(rule_.requests, theirs_.requests));
    tokens_.setLimit(stricter(rule_.tokens, theirs_.tokens));
}

void Limiter::hold(SteadyTime until)
{
    held_ = std::max(held_, until);
}

void Limiter::lapse(SteadyTime now)
{
    if (now - lapsed_ < lapseEvery)
        return;
    lapsed_ = now;
    std::erase_if(kept_, [&](const auto& one) {
        const bool over = now > one.second.at + grace;
        if (over)
            withdraw(one.second.pass);
        return over;
    });
}

} // namespace drover
