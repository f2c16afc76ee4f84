// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/Async.h"
#include "http/Body.h"
#include "http/Fields.h"
#include "http/Head.h"
#include "http/Loop.h"
#include "http/Responder.h"

#include "base/Result.h"
#include "base/Time.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace drover::http {

class TlsContext;

// One request while it is answered.
struct Request {
    Head head;
    Body body;
    std::string remote; // "127.0.0.1:41000"
    bool tls = false;
};

struct ServerOptions {
    std::size_t headLimit = 32 * 1024;
    std::uint64_t bodyLimit = 32 * 1024 * 1024; // a longer body: 413
    std::size_t maxConnections = 10000;         // one more is answered 503 and closed
    Duration idleTime = 75s;                    // between two requests of a connection
    Duration headTime = 10s;                    // from a head's first byte to its last
    Duration bodyTime = 30s;                    // without a byte of the body
    Duration writeTime = 60s;                   // for one write to a client that does not read
    Duration handshakeTime = 10s;
    std::shared_ptr<TlsContext> tls;            // null = plain HTTP
    // Words the answer to a request that no handler sees (400, 413, 431 …): adds fields and sets the body. The head is
    // what could be read of it. Without it: OpenAI's form.
    std::function<void(const Head&, int status, std::string_view why, Fields&, std::string& body)> refusal;
};

// An HTTP/1.1 server on one address. Used on the loop's thread, but for its construction and listen().
class Server {
public:
    // One call a request, one at a time a connection. What it leaves unanswered becomes a 500; an answer it began and
    // did not finish is cut. Request and Responder live until it returns.
    using Handler = std::function<Async<void>(Request&, Responder&)>;

    Server(Loop& loop, Handler handler, ServerOptions options = {});
    ~Server(); // closes everything

    // Port 0 takes a free one. Errors: busy (the port is taken), invalidInput (no such address here).
    Result<void> listen(const std::string& host, std::uint16_t port);
    std::uint16_t port() const;
    std::string url() const; // "http://127.0.0.1:8080"

    // Accepts nothing more, closes idle connections and waits until the requests in flight are answered, those that wait
    // unread in a connection or behind the listening socket too; what is left after `time` is cut. Whether none was.
    Async<bool> stop(Duration time);
    std::size_t connections() const;
    std::size_t inFlight() const; // requests

    struct State;

private:
    std::shared_ptr<State> state_;
};

} // namespace drover::http
