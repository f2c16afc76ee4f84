// SPDX-License-Identifier: Apache-2.0
#include "http/Stream.h"

#include "http/Loop.h"
#include "http/Names.h"
#include "http/StreamSocket.h"
#include "http/Tls.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace drover::http {
namespace {

using ErrorCode = boost::system::error_code;

constexpr Duration finishTime = 1s;

using Parts = std::array<std::string_view, 3>;

// As much as the kernel takes at once; nothing where that must wait or fails.
std::size_t sendNow(int descriptor, const Parts& parts)
{
    std::array<iovec, 3> vector;
    for (std::size_t i = 0; i < parts.size(); ++i)
        vector[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};
    msghdr message{};
    message.msg_iov = vector.data();
    message.msg_iovlen = parts[2].empty() ? (parts[1].empty() ? 1 : 2) : 3;
    const ssize_t sent = ::sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? std::size_t(sent) : 0;
}

// Takes `count` sent bytes off the front; whether anything is left.
bool dropFront(Parts& parts, std::size_t count)
{
    bool left = false;
    for (auto& part : parts) {
        const std::size_t gone = std::min(count, part.size());
        part.remove_prefix(gone);
        count -= gone;
        left = left || !part.empty();
    }
    return left;
}

} // namespace

Stream::Stream(Loop& loop, std::unique_ptr<Socket> socket) : loop_(loop), socket_(std::move(socket))
{
    loop_.watch(*this);
}

Stream::~Stream()
{
    loop_.unwatch(*this);
}

std::shared_ptr<Stream> makeStream(Loop& loop)
{
    return std::make_shared<Stream>(loop, std::make_unique<Stream::Socket>(TcpSocket{loop.io().get_executor()}));
}

Error Stream::failure(const ErrorCode& code, std::string_view doing) const
{
    if (closed_ == Errc::timeout)
        return {Errc::timeout, std::string(doing) + ": no answer in time", {}};
    if (closed_ == Errc::cancelled)
        return {Errc::cancelled, std::string(doing) + ": given up", {}};
    return {Errc::network, std::string(doing) + ": " + code.message(), {}};
}

Async<Result<void>> Stream::connect(std::string host, std::uint16_t port)
{
    ErrorCode code;
    std::vector<Tcp::endpoint> endpoints;
    const auto literal = asio::ip::make_address(host, code);
    if (!code) {
        endpoints.emplace_back(literal, port);
    } else {
        const auto self = shared_from_this();
        const auto found = co_await loop_.names().find(host, giveUpName_);
        if (closed_)
            co_return at(host, failure({}, "looking up the name"));
        if (!found.has_value())
            co_return found.error();
        for (const auto& address : *found)
            endpoints.emplace_back(address, port);
    }
    if (closed_)
        co_return at(host, failure({}, "connecting"));
    co_await asio::async_connect(socket_->tcp, endpoints, asio::redirect_error(use, code));
    if (closed_ || code)
        co_return at(host, failure(code, "connecting"));
    socket_->tcp.set_option(Tcp::no_delay(true), code);
    co_return Result<void>{};
}

Async<Result<void>> Stream::startTls(std::string host, const TlsContext& tls)
{
    auto shaken = co_await handshake(false, host, tls);
    if (!shaken.has_value())
        co_return at(host, std::move(shaken).error());
    co_return Result<void>{};
}

Async<Result<void>> Stream::acceptTls(const TlsContext& tls, Duration time)
{
    expectWithin(time);
    DROVER_CO_CHECK(co_await handshake(true, {}, tls));
    expectForever();
    co_return Result<void>{};
}

Async<Result<void>> Stream::handshake(bool asServer, const std::string& host, const TlsContext& tls)
{
    socket_->tls = wrapTls(tls, socket_->tcp, host);
    ErrorCode code;
    co_await socket_->tls->async_handshake(asServer ? asio::ssl::stream_base::server : asio::ssl::stream_base::client,
                                           asio::redirect_error(use, code));
    if (closed_ || code)
        co_return failure(code, "TLS handshake");
    co_return Result<void>{};
}

Async<Result<std::size_t>> Stream::read(char* data, std::size_t size)
{
    const auto self = shared_from_this();
    ErrorCode code;
    std::size_t count = 0;
    if (closed_)
        co_return failure({}, "reading");
    if (socket_->tls)
        count = co_await socket_->tls->async_read_some(asio::buffer(data, size), asio::redirect_error(use, code));
    else
        count = co_await socket_->tcp.async_read_some(asio::buffer(data, size), asio::redirect_error(use, code));
    if (closed_)
        co_return failure(code, "reading");
    if (code == asio::error::eof)
        co_return std::size_t{0};
    if (code)
        co_return failure(code, "reading");
    co_return count;
}

Async<Result<void>> Stream::write(std::string_view first, std::string_view second, std::string_view third)
{
    const auto self = shared_from_this();
    if (closed_)
        co_return failure({}, "writing");
    Parts left{first, second, third};
    if (!socket_->tls && !dropFront(left, sendNow(socket_->tcp.native_handle(), left)))
        co_return Result<void>{};
    std::array<asio::const_buffer, 3> buffers;
    for (std::size_t i = 0; i < left.size(); ++i)
        buffers[i] = asio::buffer(left[i].data(), left[i].size());
    ErrorCode code;
    if (socket_->tls)
        co_await asio::async_write(*socket_->tls, buffers, asio::redirect_error(use, code));
    else
        co_await asio::async_write(socket_->tcp, buffers, asio::redirect_error(use, code));
    if (closed_ || code)
        co_return failure(code, "writing");
    co_return Result<void>{};
}

Async<void> Stream::finish()
{
    const auto self = shared_from_this();
    if (closed_)
        co_return;
    expectWithin(finishTime);
    gone_ = {};
    ErrorCode code;
    if (socket_->tls)
        co_await socket_->tls->async_shutdown(asio::redirect_error(use, code));
    if (!closed_) {
        socket_->tcp.shutdown(Tcp::socket::shutdown_send, code);
        std::array<char, 512> ignored;
        for (int i = 0; i < 64 && !code && !closed_ && !peerGone_; ++i)
            co_await socket_->tcp.async_read_some(asio::buffer(ignored), asio::redirect_error(use, code));
    }
    close();
}

void Stream::expectWithin(Duration time)
{
    deadline_ = loop_.clock().steady() + time;
}

void Stream::close(Errc why)
{
    if (closed_)
        return;
    closed_ = why;
    deadline_.reset();
    ErrorCode ignored;
    socket_->tcp.close(ignored);
    if (giveUpName_)
        giveUpName_();
}

void Stream::reset()
{
    if (closed_)
        return;
    ErrorCode ignored;
    socket_->tcp.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
}

void Stream::onPeerGone(std::function<void()> gone)
{
    gone_ = std::move(gone);
    if (!gone_ || closed_ || peerGone_)
        return;
    if (socket_->tls)
        polling_ = true;
    else if (!peeking_ && !polling_)
        watchDue_ = true;
}

// Left pending when nobody watches any more: the next request's bytes end it. Begun by the loop's next look, so that an
// answer that takes less than a tick costs no call of the kernel more.
void Stream::peek()
{
    watchDue_ = false;
    peeking_ = true;
    socket_->tcp.async_receive(asio::buffer(&peeked_, 1), Tcp::socket::message_peek,
                               [self = shared_from_this()](ErrorCode code, std::size_t) {
                                   self->peeking_ = false;
                                   if (self->closed_ || code == asio::error::operation_aborted)
                                       return;
                                   if (code)
                                       self->setPeerGone();
                                   else if (self->gone_)
                                       self->polling_ = true;
                               });
}

void Stream::setPeerGone()
{
    if (peerGone_)
        return;
    peerGone_ = true;
    polling_ = false;
    if (auto gone = std::exchange(gone_, {})) {
        gone();
        return;
    }
    // Nobody answers this peer at the moment: end the read that may wait behind ours.
    close(Errc::network);
}

bool Stream::isQuiet() const
{
    if (closed_ || peerGone_)
        return false;
    pollfd ask{socket_->tcp.native_handle(), POLLIN | POLLRDHUP, 0};
    return ::poll(&ask, 1, 0) == 0;
}

void Stream::look(SteadyTime now)
{
    if (closed_)
        return;
    if (deadline_ && now >= *deadline_) {
        close(Errc::timeout);
        return;
    }
    if (!gone_)
        polling_ = watchDue_ = false;
    if (watchDue_)
        peek();
    if (!polling_)
        return;
    pollfd ask{socket_->tcp.native_handle(), POLLRDHUP, 0};
    if (::poll(&ask, 1, 0) > 0 && (ask.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0)
        setPeerGone();
}

std::string Stream::remote() const
{
    ErrorCode code;
    const auto end = socket_->tcp.remote_endpoint(code);
    if (code)
        return {};
    return end.address().to_string() + ":" + std::to_string(end.port());
}

bool Stream::isTls() const
{
    return socket_->tls != nullptr;
}

} // namespace drover::http
