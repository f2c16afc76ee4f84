// SPDX-License-Identifier: Apache-2.0
#include "gateway/RedisKeySource.h"

#include "http/Loop.h"
#include "http/Stream.h"
#include "http/Tls.h"
#include "protocol/redis/KeysHash.h"

#include <array>
#include <optional>
#include <utility>

namespace drover::gateway {
namespace {

// One connection, one command at a time.
class RedisLink {
public:
    RedisLink(std::shared_ptr<http::Stream> stream, const RedisSource& to)
        : stream_(std::move(stream)), conversation_(to.login.address, to.login.password)
    {
    }
    ~RedisLink() { stream_->close(); }
    RedisLink(const RedisLink&) = delete;
    RedisLink& operator=(const RedisLink&) = delete;

    // Connected and logged in. The time is the stream's.
    http::Async<Result<void>> open(redis::Address to, std::shared_ptr<const http::TlsContext> tls)
    {
        DROVER_CO_CHECK(co_await stream_->connect(to.host, to.port));
        if (tls) {
            DROVER_CO_CHECK(co_await stream_->startTls(to.host, *tls));
        }
        // The bytes belong to the conversation, which lives as long as this.
        const std::string_view greeting = conversation_.greeting().reveal([](std::string_view bytes) { return bytes; });
        DROVER_CO_CHECK(co_await stream_->write(greeting));
        while (!conversation_.ready()) {
            DROVER_CO_CHECK(co_await receive());
        }
        co_return Result<void>{};
    }

    http::Async<Result<redis::Reply>> ask(std::vector<std::string> words)
    {
        const std::string bytes = redis::writeCommand(words);
        DROVER_CO_CHECK(co_await stream_->write(bytes));
        while (!reply_) {
            DROVER_CO_CHECK(co_await receive());
        }
        co_return *std::exchange(reply_, std::nullopt);
    }

    http::Stream& stream() { return *stream_; }

private:
    http::Async<Result<void>> receive()
    {
        DROVER_CO_TRY(const std::size_t count, co_await stream_->read(piece_.data(), piece_.size()));
        if (count == 0)
            co_return Error{Errc::network, "Redis has closed the connection", {}};
        DROVER_CO_TRY(std::vector<redis::Reply> replies, conversation_.receive({piece_.data(), count}));
        if (replies.size() > 1 || (!replies.empty() && reply_))
            co_return Error{Errc::protocol, "Redis has answered what nobody asked", {}};
        if (!replies.empty())
            reply_ = std::move(replies.front());
        co_return Result<void>{};
    }

    std::shared_ptr<http::Stream> stream_;
    redis::Conversation conversation_;
    std::optional<redis::Reply> reply_;
    std::array<char, 16384> piece_{};
};

bool onlyAnOperatorMends(Errc code)
{
    return code == Errc::unauthorized || code == Errc::forbidden || code == Errc::invalidInput || code == Errc::protocol;
}

} // namespace

struct RedisKeySource::State {
    State(Log& to, RedisSource from, std::set<std::string> ids) : log(to), redis(std::move(from)), keks(std::move(ids)) {}

    std::string place() const
    {
        const redis::Address& at = redis.login.address;
        return std::string(redis::keysHash) + " at " + at.host + ":" + std::to_string(at.port);
    }
    Result<redis::RawKeys> checked(redis::RawKeys found) const;
    http::Async<Result<redis::RawKeys>> ask(http::Loop& loop);
    http::Async<Result<redis::RawKeys>> askOnce(http::Loop& loop);
    static http::Async<void> first(std::shared_ptr<State> state, http::Loop& loop, Result<void>& outcome);
    static http::Async<void> followForever(std::shared_ptr<State> state, http::Loop& loop);
    void note(Result<redis::RawKeys> answer);

    Log& log;
    RedisSource redis;
    std::set<std::string> keks;
    std::shared_ptr<const http::TlsContext> tls;
    std::unique_ptr<RedisLink> link;
    redis::RawKeys stored;
    std::string problem;
    bool seen = false;    // keys of ours were there once
    bool fresh = true;    // `stored` was not read yet
    bool ended = false;
};

http::Async<Result<redis::RawKeys>> RedisKeySource::State::ask(http::Loop& loop)
{
    const bool rested = link != nullptr;
    auto answer = co_await askOnce(loop);
    // A connection that has rested may have been closed meanwhile, which says nothing about Redis.
    if (rested && answer.has_error() && answer.error().code == Errc::network) {
        link.reset();
        answer = co_await askOnce(loop);
    }
    co_return answer;
}

http::Async<Result<redis::RawKeys>> RedisKeySource::State::askOnce(http::Loop& loop)
{
    const bool isNew = !link;
    if (isNew)
        link = std::make_unique<RedisLink>(http::makeStream(loop), redis);
    link->stream().expectWithin(answerWithin);
    if (isNew) {
        if (redis.login.address.tls && !tls) {
            DROVER_CO_TRY(tls, http::TlsContext::forClient(redis.caFile));
        }
        DROVER_CO_CHECK(co_await link->open(redis.login.address, tls));
    }
    DROVER_CO_TRY(const redis::Reply reply, co_await link->ask(redis::readKeysCommand()));
    link->stream().expectForever();
    co_return redis::rawKeysOf(reply);
}

// Keys that were there and are all gone were lost: a restart without them, a FLUSHALL. The controller never publishes none.
Result<redis::RawKeys> RedisKeySource::State::checked(redis::RawKeys found) const
{
    if (seen && redis::keysOfWorkspace(found, keks).empty())
        return Error{Errc::notFound, "Redis no longer has this workspace's keys: keys verify of any key writes them anew", {}};
    return found;
}

void RedisKeySource::State::note(Result<redis::RawKeys> answer)
{
    if (answer.has_value())
        answer = checked(std::move(*answer));
    else
        link.reset();
    if (answer.has_error()) {
        const std::string now = describe(answer.error());
        if (now != problem)
            log.error("the sealed keys cannot be had from Redis; the last ones stay", {{"redis", place()}, {"error", now}});
        problem = now;
        return;
    }
    if (!problem.empty())
        log.info("the sealed keys come from Redis again", {{"redis", place()}});
    problem.clear();
    seen = seen || !redis::keysOfWorkspace(*answer, keks).empty();
    fresh = fresh || *answer != stored;
    stored = std::move(*answer);
}

RedisKeySource::RedisKeySource(http::Loop& loop, Log& log, RedisSource redis, std::set<std::string> keks)
    : state_(std::make_shared<State>(log, std::move(redis), std::move(keks))), loop_(loop)
{
}

RedisKeySource::~RedisKeySource()
{
    state_->ended = true;
}

Result<void> RedisKeySource::begin()
{
    Result<void> outcome;
    http::Loop alone{loop_.clock()}; // nobody is served yet, and nothing else must run before this has ended
    alone.spawn(State::first(state_, alone, outcome));
    alone.run();
    return outcome;
}

void RedisKeySource::follow()
{
    loop_.spawn(State::followForever(state_, loop_));
}

http::Async<void> RedisKeySource::State::first(std::shared_ptr<State> state, http::Loop& loop, Result<void>& outcome)
{
    auto answer = co_await state->ask(loop);
    if (answer.has_error() && onlyAnOperatorMends(answer.error().code))
        outcome = at(state->place(), answer.error());
    state->note(std::move(answer));
    state->link.reset(); // it belongs to this loop
}

http::Async<void> RedisKeySource::State::followForever(std::shared_ptr<State> state, http::Loop& loop)
{
    while (!state->ended) {
        auto answer = co_await state->ask(loop);
        if (state->ended)
            break;
        state->note(std::move(answer));
        co_await http::Loop::sleep(state->link ? askEvery : againAfter);
    }
    state->link.reset(); // while the loop is there
}

bool RedisKeySource::changed()
{
    return state_->fresh;
}

Result<SealedKeys> RedisKeySource::read()
{
    state_->fresh = false;
    return redis::sealedKeysOf(state_->stored);
}

std::string RedisKeySource::place() const
{
    return state_->place();
}

std::string RedisKeySource::problem() const
{
    return state_->problem;
}

} // namespace drover::gateway
