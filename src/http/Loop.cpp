// SPDX-License-Identifier: Apache-2.0
#include "http/Loop.h"

#include "http/AsioTypes.h"
#include "http/Names.h"
#include "http/Stream.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <exception>

namespace drover::http {

struct Loop::Timer {
    SteadyTimer timer;
};

// One thread runs it, but post() comes from others: hint 1, not "unsafe".
Loop::Loop(const Clock& clock)
    : clock_(clock), names_(std::make_unique<Names>(*this)), io_(std::make_unique<asio::io_context>(1)),
      timer_(std::make_unique<Timer>(SteadyTimer{io_->get_executor()}))
{
}

Loop::~Loop()
{
    timer_.reset();
    io_.reset(); // ends what is still suspended: its streams take themselves off streams_
}

void Loop::run()
{
    io_->restart();
    io_->run();
}

void Loop::stop()
{
    io_->stop();
}

void Loop::post(std::function<void()> job)
{
    asio::post(*io_, std::move(job));
}

void Loop::spawn(Async<void> task)
{
    asio::co_spawn(io_->get_executor(), std::move(task), [](std::exception_ptr failure) {
        if (failure)
            std::rethrow_exception(failure);
    });
}

Async<void> Loop::sleep(Duration time)
{
    SteadyTimer timer{co_await asio::this_coro::executor, time};
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use, ignored));
}

void Loop::watch(Stream& stream)
{
    stream.place_ = streams_.size();
    streams_.push_back(&stream);
    arm();
}

void Loop::unwatch(Stream& stream)
{
    Stream* last = streams_.back();
    streams_[stream.place_] = last;
    last->place_ = stream.place_;
    streams_.pop_back();
}

void Loop::arm()
{
    if (armed_ || !timer_)
        return;
    armed_ = true;
    timer_->timer.expires_after(tick);
    timer_->timer.async_wait([this](boost::system::error_code failed) {
        armed_ = false;
        if (!failed)
            look();
    });
}

void Loop::look()
{
    const SteadyTime now = clock_.steady();
    // Backwards: what a callback removes is replaced by one that was looked at already.
    for (std::size_t i = streams_.size(); i-- > 0;) {
        if (i < streams_.size())
            streams_[i]->look(now);
    }
    if (!streams_.empty())
        arm();
}

} // namespace drover::http
