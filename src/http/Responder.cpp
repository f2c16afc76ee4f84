// SPDX-License-Identifier: Apache-2.0
#include "http/Responder.h"

#include "http/Connection.h"
#include "http/Head.h"
#include "http/Stream.h"

#include <array>
#include <charconv>

namespace drover::http {
namespace {

void appendNumber(std::string& out, std::uint64_t value, int base)
{
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), value, base).ptr;
    out.append(digits.data(), std::size_t(end - digits.data()));
}

} // namespace

void Responder::begin(Connection& connection, const Head& request, Duration writeTime)
{
    connection_ = &connection;
    writeTime_ = writeTime;
    head_.clear();
    status_ = 0;
    sent_ = 0;
    started_ = finished_ = headWaits_ = chunked_ = untilClose_ = bodiless_ = false;
    http10_ = request.isHttp10();
    headOnly_ = request.method() == "HEAD";
    keepAlive_ = request.keepAlive();
}

void Responder::composeHead(int status, const Fields& fields, std::optional<std::uint64_t> length)
{
    status_ = status;
    started_ = true;
    bodiless_ = headOnly_ || status == 204 || status == 304;
    chunked_ = !length && !http10_ && !bodiless_;
    untilClose_ = !length && http10_ && !bodiless_;
    if (untilClose_)
        keepAlive_ = false;
    head_.assign("HTTP/1.1 ");
    appendNumber(head_, std::uint64_t(status), 10);
    head_.append(" ").append(reasonOf(status)).append("\r\n").append(fields.text());
    if (length && status != 204) {
        head_.append("Content-Length: ");
        appendNumber(head_, *length, 10);
        head_.append("\r\n");
    } else if (chunked_) {
        head_.append("Transfer-Encoding: chunked\r\n");
    }
    if (!keepAlive_)
        head_.append("Connection: close\r\n");
    else if (http10_)
        head_.append("Connection: keep-alive\r\n");
    head_.append("\r\n");
}

Async<Result<void>> Responder::put(std::string_view first, std::string_view second, std::string_view third)
{
    Stream& stream = connection_->stream();
    stream.expectWithin(writeTime_);
    auto written = co_await stream.write(first, second, third);
    stream.expectForever();
    co_return written;
}

Async<Result<void>> Responder::send(int status, const Fields& fields, std::string_view body)
{
    composeHead(status, fields, body.size());
    sent_ = bodiless_ ? 0 : body.size();
    DROVER_CO_CHECK(co_await put(head_, bodiless_ ? std::string_view{} : body));
    finished_ = true;
    co_return Result<void>{};
}

void Responder::start(int status, const Fields& fields, std::optional<std::uint64_t> length)
{
    composeHead(status, fields, length);
    headWaits_ = true;
}

Async<Result<void>> Responder::write(std::string_view bytes)
{
    if (bodiless_ || bytes.empty())
        co_return Result<void>{};
    sent_ += bytes.size();
    if (!std::exchange(headWaits_, false))
        head_.clear();
    if (!chunked_)
        co_return co_await put(head_, bytes);
    appendNumber(head_, bytes.size(), 16);
    head_.append("\r\n");
    co_return co_await put(head_, bytes, "\r\n");
}

Async<Result<void>> Responder::flush()
{
    if (!std::exchange(headWaits_, false))
        co_return Result<void>{};
    co_return co_await put(head_);
}

Async<Result<void>> Responder::finish()
{
    if (!std::exchange(headWaits_, false))
        head_.clear();
    if (chunked_)
        head_.append("0\r\n\r\n");
    if (!head_.empty()) {
        DROVER_CO_CHECK(co_await put(head_));
    }
    finished_ = true;
    co_return Result<void>{};
}

void Responder::abort()
{
    // Without a length or chunks the end of the connection is the end of the answer: only a reset tells of a cut.
    if (untilClose_)
        connection_->stream().reset();
    else
        connection_->stream().close();
}

void Responder::reset()
{
    connection_->stream().reset();
}

void Responder::onClientGone(std::function<void()> gone)
{
    connection_->stream().onPeerGone(std::move(gone));
}

bool Responder::clientGone() const
{
    return connection_->stream().peerGone() || !connection_->stream().isOpen();
}

} // namespace drover::http
