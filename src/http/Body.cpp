// SPDX-License-Identifier: Apache-2.0
#include "http/Body.h"

#include "http/Connection.h"
#include "http/Stream.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace drover::http {
namespace {

constexpr std::size_t maxChunkLine = 1024;
constexpr std::size_t maxTrailers = 8192;

Error badChunking(std::string_view why)
{
    return {Errc::protocol, "bad chunking: " + std::string(why), {}};
}

} // namespace

void Body::begin(Connection& connection, const Head& head, Limits limits)
{
    connection_ = &connection;
    limits_ = limits;
    left_ = head.contentLength();
    received_ = trailers_ = lent_ = 0;
    continue_ = false;
    switch (head.framing()) {
    case Framing::none: state_ = State::end; break;
    case Framing::length: state_ = State::plain; break;
    case Framing::chunked: state_ = State::chunkSize; break;
    case Framing::untilClose: state_ = State::untilClose; break;
    }
}

bool Body::isReady() const
{
    return state_ == State::end || connection_->unread().size() > lent_;
}

Async<Result<std::size_t>> Body::read()
{
    Stream& stream = connection_->stream();
    if (limits_.firstBy && received_ == 0)
        stream.expectUntil(*limits_.firstBy);
    else
        stream.expectWithin(limits_.idle);
    auto more = co_await connection_->fill();
    stream.expectForever();
    co_return more;
}

Async<Result<void>> Body::fill()
{
    if (std::exchange(continue_, false)) {
        DROVER_CO_CHECK(co_await connection_->stream().write("HTTP/1.1 100 Continue\r\n\r\n"));
    }
    DROVER_CO_TRY(const std::size_t more, co_await read());
    if (more == 0)
        co_return Error{Errc::network, "closed before the end of the body", {}};
    co_return Result<void>{};
}

Result<std::string_view> Body::lend(std::uint64_t available)
{
    const std::string_view unread = connection_->unread();
    lent_ = std::size_t(std::min<std::uint64_t>(unread.size(), available));
    received_ += lent_;
    if (received_ > limits_.bytes)
        return Error{Errc::refused, "the body is longer than " + std::to_string(limits_.bytes) + " bytes", {}};
    return unread.substr(0, lent_);
}

Async<Result<std::string_view>> Body::next()
{
    if (lent_ > 0)
        connection_->use(std::exchange(lent_, 0));
    while (true) {
        switch (state_) {
        case State::end:
            co_return std::string_view{};
        case State::plain:
        case State::chunkData: {
            if (connection_->unread().empty()) {
                DROVER_CO_CHECK(co_await fill());
            }
            DROVER_CO_TRY(const std::string_view some, lend(left_));
            left_ -= some.size();
            if (left_ == 0)
                state_ = state_ == State::plain ? State::end : State::chunkEnd;
            co_return some;
        }
        case State::untilClose: {
            if (connection_->unread().empty()) {
                DROVER_CO_TRY(const std::size_t count, co_await read());
                if (count == 0)
                    state_ = State::end;
            }
            if (!connection_->unread().empty())
                co_return lend(~std::uint64_t{0});
            break;
        }
        case State::chunkSize:
        case State::chunkEnd:
        case State::trailer:
            DROVER_CO_CHECK(co_await stepChunk());
        }
    }
}

Async<Result<void>> Body::stepChunk()
{
    while (true) {
        DROVER_CO_TRY(const bool done, readChunkLine());
        if (done)
            co_return Result<void>{};
        DROVER_CO_CHECK(co_await fill());
    }
}

// Takes one line of the chunked framing, if it is there.
Result<bool> Body::readChunkLine()
{
    const std::string_view unread = connection_->unread();
    const std::size_t end = unread.find("\r\n");
    if (state_ == State::chunkEnd) {
        if (unread.size() < 2)
            return false;
        if (end != 0)
            return badChunking("a chunk is longer than its size");
        connection_->use(2);
        state_ = State::chunkSize;
        return true;
    }
    if (end == std::string_view::npos) {
        if (unread.size() > maxChunkLine + maxTrailers)
            return badChunking("a line without an end");
        return false;
    }
    const std::string_view line = unread.substr(0, end);
    if (std::any_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; }))
        return badChunking("a control character");
    if (state_ == State::trailer) {
        trailers_ += end + 2;
        if (trailers_ > maxTrailers)
            return badChunking("too many trailers");
        if (line.empty())
            state_ = State::end;
    } else {
        if (end > maxChunkLine)
            return badChunking("a long size line");
        const auto [stop, failed] = std::from_chars(line.begin(), line.end(), left_, 16);
        const bool plain = stop == line.end() || *stop == ';' || *stop == ' ' || *stop == '\t';
        if (failed != std::errc{} || stop - line.begin() > 15 || !plain)
            return badChunking("not a size");
        state_ = left_ == 0 ? State::trailer : State::chunkData;
    }
    connection_->use(end + 2);
    return true;
}

Async<Result<std::size_t>> Body::readSome(char* data, std::size_t size)
{
    // A view is taken only when the last one is used up.
    if (lent_ == 0) {
        DROVER_CO_TRY(const std::string_view some, co_await next());
        if (some.empty())
            co_return std::size_t{0};
    }
    const std::size_t count = std::min(size, lent_);
    std::memcpy(data, connection_->unread().data(), count);
    connection_->use(count);
    lent_ -= count;
    co_return count;
}

Async<Result<std::string>> Body::readAll(std::size_t limit)
{
    std::string all;
    if (state_ == State::plain && left_ > limit)
        co_return Error{Errc::refused, "the body is longer than " + std::to_string(limit) + " bytes", {}};
    if (state_ == State::plain)
        all.reserve(std::size_t(left_));
    while (true) {
        DROVER_CO_TRY(const std::string_view some, co_await next());
        if (some.empty())
            co_return all;
        if (all.size() + some.size() > limit)
            co_return Error{Errc::refused, "the body is longer than " + std::to_string(limit) + " bytes", {}};
        all.append(some);
    }
}

Async<bool> Body::skip(std::size_t limit)
{
    if (continue_ && !atEnd())
        co_return false;
    std::size_t skipped = 0;
    while (skipped <= limit) {
        const auto some = co_await next();
        if (!some.has_value())
            co_return false;
        if (some->empty())
            co_return true;
        skipped += some->size();
    }
    co_return false;
}

} // namespace drover::http
