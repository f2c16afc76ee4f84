// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Async.h"
#include "http/Body.h"
#include "http/Fields.h"
#include "http/Head.h"
#include "http/Loop.h"
#include "http/Url.h"

#include "base/Result.h"
#include "base/Time.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drover::http {

class Connection;
class Pool;
class Stream;
class TlsContext;

struct ClientOptions {
    Duration connectTime = 5s;    // name, TCP and TLS
    Duration firstByteTime = 60s; // from the request's last byte to the first of the answer's body
    Duration bodyIdleTime = 300s; // between two pieces of the answer
    Duration idleTime = 30s;      // how long a kept connection waits for the next request
    // A kept connection that rested so long may have been closed by a server that was tired of waiting: our request
    // and its close (or reset) crossed on the way, and nobody has acted on the request. Servers wait 5 s and more.
    Duration staleAfter = 1s;
    // Asks once more where a kept connection failed before any byte of an answer. Without it a request is written
    // once, whatever happens, and a connection that may be stale is not used for it.
    bool resend = true;
    std::size_t idlePerOrigin = 256;
    std::size_t headLimit = 64 * 1024;
};

// What to send. Host, framing and connection fields are the client's business.
struct Outgoing {
    std::string_view method = "GET";
    std::string target = "/";      // path and query as they go out
    Fields fields;
    std::string_view body;         // must live until send() returns
    // Streams the body instead: gives the next piece, empty at the end; `bodyLength` where it is known.
    std::function<Async<Result<std::string_view>>()> bodySource;
    std::optional<std::uint64_t> bodyLength;
    std::optional<Duration> firstByteTime; // instead of the client's
    // Asked right before the first byte is written, which may be long after send() was called (name, TCP, TLS). When it
    // says no, nothing goes out: the connection is kept for others, and send() gives `conflict`.
    std::function<bool()> stillWanted;
};

// Ends one call from outside: the pending operation returns `cancelled`, and the peer sees the connection close.
class Cancel {
public:
    void fire();
    bool fired() const { return fired_; }

private:
    friend class Client;
    friend class Exchange;
    std::weak_ptr<Stream> stream_;
    bool fired_ = false;
};

// The answer to one request. Its connection goes back to the pool when the whole body has been read, and is closed
// otherwise when this ends.
class Exchange {
public:
    Exchange(std::weak_ptr<Pool> pool, std::string origin, std::unique_ptr<Connection> connection);
    ~Exchange();

    Head& head() { return head_; }
    const Head& head() const { return head_; }
    Body& body() { return body_; }
    bool reused() const { return reused_; } // on a pooled connection

private:
    friend class Client;
    std::weak_ptr<Pool> pool_;
    std::string origin_;
    std::unique_ptr<Connection> connection_;
    Head head_;
    Body body_;
    bool reused_ = false;
};

// An HTTP/1.1 client with kept connections. https is verified against the system's authorities, or those given for
// the call; nothing turns that off.
class Client {
public:
    explicit Client(Loop& loop, ClientOptions options = {});
    ~Client();

    // Waits for the answer's head (1xx are passed over). A request is sent a second time only when a kept connection
    // failed before any byte of an answer (and ClientOptions::resend). Errors: network, timeout, cancelled, protocol, conflict (not wanted any
    // more), invalidInput (ca file).
    // `caFile` replaces the system's authorities; `proxy` (an http:// URL) tunnels https through its CONNECT.
    Async<Result<std::unique_ptr<Exchange>>> send(const Url& url, const Outgoing& request, Cancel& cancel,
                                                  std::string caFile = {}, std::string proxy = {});
    std::size_t idleConnections() const;

private:
    using Answer = Result<std::unique_ptr<Exchange>>;

    Async<Result<std::unique_ptr<Connection>>> connect(const Url& url, std::string caFile, std::string proxy, Cancel& cancel);
    Async<Result<void>> tunnel(Connection& connection, const Url& url, const Url& proxy);
    Async<Result<void>> write(Connection& connection, const Url& url, const Outgoing& request);
    Async<Answer> ask(std::unique_ptr<Connection> connection, std::string origin, const Url& url,
                      const Outgoing& request, bool mayBeStale, bool& answered);
    Result<std::shared_ptr<TlsContext>> tlsFor(const std::string& caFile);

    Loop& loop_;
    ClientOptions options_;
    std::shared_ptr<Pool> pool_;
    std::map<std::string, std::shared_ptr<TlsContext>> tls_; // by ca file
};

} // namespace drover::http
