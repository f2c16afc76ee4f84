// SPDX-License-Identifier: Apache-2.0
#include "http/Names.h"

#include "http/Loop.h"

#include "base/Clock.h"

#include <algorithm>
#include <memory>
#include <string_view>

namespace drover::http {
namespace {

using ErrorCode = boost::system::error_code;
using Resolver = asio::ip::basic_resolver<Tcp, Executor>;

// A coroutine that waits, in the list of those to wake; also when it is destroyed while it waits.
class Listed {
public:
    Listed(std::list<SteadyTimer*>& list, SteadyTimer& timer) : list_(list), place_(list.insert(list.end(), &timer)) {}
    ~Listed() { list_.erase(place_); }
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;

private:
    std::list<SteadyTimer*>& list_;
    std::list<SteadyTimer*>::iterator place_;
};

Names::Addresses loopback()
{
    Names::Addresses both;
    both.emplace_back(asio::ip::address_v4::loopback());
    both.emplace_back(asio::ip::address_v6::loopback());
    return both;
}

bool isLoopbackName(std::string_view host)
{
    const std::string_view name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
    return name == "localhost" || name.ends_with(".localhost");
}

} // namespace

Names::Names(Loop& loop) : loop_(loop)
{
    lookup_ = [&loop](const std::string& host, std::function<void(Result<Addresses>)> done) {
        auto resolver = std::make_shared<Resolver>(loop.io().get_executor());
        resolver->async_resolve(host, "", [resolver, done = std::move(done)](ErrorCode code, Resolver::results_type found) {
            if (code) {
                done(Error{Errc::network, code.message(), {}});
                return;
            }
            Addresses addresses;
            for (const auto& entry : found) {
                if (std::ranges::find(addresses, entry.endpoint().address()) == addresses.end())
                    addresses.push_back(entry.endpoint().address());
            }
            done(std::move(addresses));
        });
    };
}

void Names::begin(const std::string& host, Name& name)
{
    name.running = true;
    name.since = loop_.clock().steady();
    lookup_(host, [this, host](Result<Addresses> found) { end(host, std::move(found)); });
}

void Names::end(const std::string& host, Result<Addresses> found)
{
    Name& name = names_[host];
    name.running = false;
    name.failure = found.has_value() ? "" : found.error().what;
    if (found.has_value() && !found->empty())
        name.last = std::move(*found);
    for (SteadyTimer* timer : name.waiting)
        timer->cancel();
}

Async<void> Names::wait(Loop& loop, Name& name, bool& givenUp, std::function<void()>& giveUp)
{
    SteadyTimer timer{loop.io().get_executor()};
    const Listed listed{name.waiting, timer};
    giveUp = [&givenUp, &timer] {
        givenUp = true;
        timer.cancel();
    };
    while (name.running && !givenUp) {
        const Duration left = name.since + patience - loop.clock().steady();
        if (!name.last.empty() && left <= Duration{0})
            break;
        timer.expires_after(name.last.empty() ? Duration{std::chrono::hours(1)} : left);
        ErrorCode ignored;
        co_await timer.async_wait(asio::redirect_error(use, ignored));
    }
    giveUp = {};
}

Async<Result<Names::Addresses>> Names::find(std::string host, std::function<void()>& giveUp)
{
    if (isLoopbackName(host)) // a bare system may have no file that knows it
        co_return loopback();
    Name& name = names_[host];
    if (!name.running)
        begin(host, name);
    bool givenUp = false;
    co_await wait(loop_, name, givenUp, giveUp);
    if (givenUp)
        co_return Error{Errc::cancelled, "given up", host};
    if (name.last.empty())
        co_return Error{Errc::network, "the name cannot be resolved: " + name.failure, host};
    co_return name.last;
}

} // namespace drover::http
