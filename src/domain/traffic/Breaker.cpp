// SPDX-License-Identifier: Apache-2.0
#include "domain/traffic/Breaker.h"

#include <algorithm>

namespace drover {

std::optional<Breaker::Ticket> Breaker::admit(SteadyTime now)
{
    if (!ready(now))
        return std::nullopt;
    probing_ = !closed_;
    return Ticket{epoch_, probing_};
}

void Breaker::report(const Ticket& ticket, bool failed, SteadyTime now, Duration atLeast)
{
    if (ticket.epoch != epoch_)
        return;
    if (closed_) {
        count(failed, now);
        if (outcomes_.size() >= rule_.minimum && double(failures_) >= rule_.failing * double(outcomes_.size()))
            open(now, std::max(rule_.open, atLeast));
        return;
    }
    if (ticket.probe)
        probing_ = false;
    if (failed) {
        successes_ = 0;
        if (ticket.probe)
            open(now, std::max(time_ * 2, atLeast));
    } else if (++successes_ >= rule_.successes) {
        close();
    }
}

void Breaker::release(const Ticket& ticket)
{
    if (ticket.probe && ticket.epoch == epoch_)
        probing_ = false;
}

Breaker::State Breaker::state(SteadyTime now) const
{
    return closed_ ? State::closed : now < until_ ? State::open : State::halfOpen;
}

Duration Breaker::wait(SteadyTime now) const
{
    return closed_ || now >= until_ ? Duration{0} : std::chrono::duration_cast<Duration>(until_ - now);
}

void Breaker::count(bool failed, SteadyTime now)
{
    outcomes_.push_back({now, failed});
    failures_ += failed ? 1 : 0;
    while (outcomes_.size() > rule_.newest || now - outcomes_.front().at > rule_.age) {
        failures_ -= outcomes_.front().failed ? 1 : 0;
        outcomes_.pop_front();
    }
}

void Breaker::open(SteadyTime now, Duration time)
{
    time_ = std::min(time, rule_.longestOpen);
    until_ = now + time_;
    closed_ = false;
    probing_ = false;
    successes_ = 0;
    ++epoch_;
}

void Breaker::close()
{
    closed_ = true;
    outcomes_.clear();
    failures_ = 0;
    ++epoch_;
}

const char* breakerStateName(Breaker::State state)
{
    switch (state) {
    case Breaker::State::open: return "open";
    case Breaker::State::halfOpen: return "half_open";
    case Breaker::State::closed: break;
    }
    return "closed";
}

} // namespace drover
