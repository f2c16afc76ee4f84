// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Async.h"

#include "base/Result.h"
#include "base/Time.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drover::http {

class Loop;
class TlsContext;

// One TCP connection, with TLS or without. At most one read and one write at a time.
// Errors: timeout (the time of expectWithin passed), cancelled (close() by ourselves), network (the rest).
class Stream : public std::enable_shared_from_this<Stream> {
public:
    struct Socket; // Asio's part, in Stream.cpp

    Stream(Loop& loop, std::unique_ptr<Socket> socket);
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    // Connects by TCP; the time is what expectWithin() was told before.
    Async<Result<void>> connect(std::string host, std::uint16_t port);
    // The client's half of a TLS handshake; the certificate must carry the name `host`.
    Async<Result<void>> startTls(std::string host, const TlsContext& tls);
    // The server's half of a TLS handshake on a connection that was accepted.
    Async<Result<void>> acceptTls(const TlsContext& tls, Duration time);

    // 0 = the peer closed.
    Async<Result<std::size_t>> read(char* data, std::size_t size);
    // All parts, in one packet where they fit.
    Async<Result<void>> write(std::string_view first, std::string_view second = {}, std::string_view third = {});
    // Tells the peer that nothing more comes (TLS's close_notify, FIN) and waits shortly for its own end, so that
    // what was sent last is not lost in a reset.
    Async<void> finish();

    // From now on everything must be over within `time`, or the stream is closed; until expectForever().
    void expectWithin(Duration time);
    void expectUntil(SteadyTime time) { deadline_ = time; }
    void expectForever() { deadline_.reset(); }
    void close(Errc why = Errc::cancelled);
    // Closes with a reset: the peer sees a failure, not an end, and what it has not read yet is lost.
    void reset();
    bool isOpen() const { return !closed_.has_value(); }

    // Calls `gone` once, from the loop, when the peer has closed or reset the connection; what it sent before stays
    // unread. An empty function ends the watch.
    void onPeerGone(std::function<void()> gone);
    bool peerGone() const { return peerGone_; }
    // False when the peer has closed or sent something unasked: a pooled connection that must not be used again.
    bool isQuiet() const;

    std::string remote() const; // "127.0.0.1:41000", or "" when closed
    bool isTls() const;
    Socket& socket() { return *socket_; }
    Loop& loop() { return loop_; }

private:
    friend class Loop;
    Error failure(const boost::system::error_code& code, std::string_view doing) const;
    Async<Result<void>> handshake(bool asServer, const std::string& host, const TlsContext& tls);
    void peek();
    void setPeerGone();
    void look(SteadyTime now);

    Loop& loop_;
    std::unique_ptr<Socket> socket_;
    std::size_t place_ = 0; // in the loop's list
    std::optional<SteadyTime> deadline_;
    std::optional<Errc> closed_;
    std::function<void()> gone_;
    std::function<void()> giveUpName_; // while the name is looked up
    char peeked_ = 0;
    bool peerGone_ = false;
    bool watchDue_ = false; // the next look begins to watch
    bool peeking_ = false; // an Asio operation waits for the peer
    bool polling_ = false; // look() asks instead: bytes are waiting unread, or TLS hides the end
};

// A stream that is not connected yet.
std::shared_ptr<Stream> makeStream(Loop& loop);

} // namespace drover::http
