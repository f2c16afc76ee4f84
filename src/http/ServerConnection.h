// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "http/AsioTypes.h"
#include "http/Connection.h"
#include "http/Server.h"

#include <boost/asio/basic_socket_acceptor.hpp>

#include <list>

namespace drover::http {

class ServerConnection;

// What the accept loop and the connections share; they keep it alive, so that a Server may go first.
struct Server::State {
    State(Loop& loop_, Handler handler_, ServerOptions options_)
        : loop(loop_), handler(std::move(handler_)), options(std::move(options_)), acceptor(loop.io().get_executor())
    {
    }

    Loop& loop;
    Handler handler;
    ServerOptions options;
    asio::basic_socket_acceptor<Tcp, Executor> acceptor;
    std::string host;
    std::uint16_t port = 0;
    bool stopping = false;
    std::size_t inFlight = 0;
    std::list<ServerConnection*> connections;
};

// One accepted connection and its requests, one after the other.
class ServerConnection {
public:
    ServerConnection(std::shared_ptr<Server::State> state, std::shared_ptr<Stream> stream);
    ~ServerConnection();

    Async<void> serve();
    void close();
    // The server stops: a connection without a request closes, now or, if it never had one, soon.
    void endIdle();

private:
    // One more request in flight, as long as this lives.
    struct Counted {
        std::size_t& count;
        explicit Counted(std::size_t& c) : count(c) { ++count; }
        ~Counted() { --count; }
        Counted(const Counted&) = delete;
        Counted& operator=(const Counted&) = delete;
    };
    Async<void> serveRequests();
    // Whether a request was read and may be answered.
    Async<bool> readRequest();
    Async<void> refuse(int status, std::string why);
    // Whether the connection may go on.
    Async<bool> answer();

    std::shared_ptr<Server::State> state_;
    Connection connection_;
    Request request_;
    Responder responder_;
    std::list<ServerConnection*>::iterator place_;
    bool busy_ = false;
    bool asked_ = false; // it has had a request
};

} // namespace drover::http
