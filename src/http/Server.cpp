// SPDX-License-Identifier: Apache-2.0
#include "http/Server.h"

#include "http/ServerConnection.h"
#include "http/StreamSocket.h"
#include "http/Tls.h"

#include <exception>

namespace drover::http {
namespace {

using ErrorCode = boost::system::error_code;

constexpr Duration acceptPause = 100ms; // out of descriptors: others may give some back
constexpr Duration closeTime = 1s;     // for handlers whose connection was cut at the end of stop()
constexpr Duration firstRequestTime = 1s; // of a connection that a stop() finds without a request yet
constexpr std::size_t skipLimit = 256 * 1024;

Async<void> serveAccepted(std::shared_ptr<ServerConnection> connection)
{
    // A request that fails for want of memory, or by a defect of the handler, ends its connection, not the program.
    try {
        co_await connection->serve();
    } catch (const std::exception&) {
        connection->close();
    }
}

Async<void> turnAway(std::shared_ptr<Stream> stream)
{
    stream->expectWithin(1s);
    const auto told = co_await stream->write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    if (told.has_value())
        co_await stream->finish();
}

void welcome(const std::shared_ptr<Server::State>& state, TcpSocket socket)
{
    ErrorCode ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    auto stream = std::make_shared<Stream>(state->loop, std::make_unique<Stream::Socket>(std::move(socket)));
    if (state->connections.size() >= state->options.maxConnections)
        state->loop.spawn(turnAway(std::move(stream)));
    else
        state->loop.spawn(serveAccepted(std::make_shared<ServerConnection>(state, std::move(stream))));
}

Async<void> acceptAll(std::shared_ptr<Server::State> state)
{
    while (state->acceptor.is_open()) {
        ErrorCode code;
        TcpSocket socket = co_await state->acceptor.async_accept(asio::redirect_error(use, code));
        if (!code) // also while stopping: the client was let in
            welcome(state, std::move(socket));
        else if (state->acceptor.is_open())
            co_await Loop::sleep(acceptPause);
    }
}

// Those that the kernel has let in already would be reset, with their requests, when the listening socket closes.
void acceptWaiting(const std::shared_ptr<Server::State>& state)
{
    ErrorCode code;
    state->acceptor.non_blocking(true, code);
    while (!code) {
        TcpSocket socket{state->loop.io().get_executor()};
        state->acceptor.accept(socket, code);
        if (!code)
            welcome(state, std::move(socket));
    }
}

} // namespace

Server::Server(Loop& loop, Handler handler, ServerOptions options)
    : state_(std::make_shared<State>(loop, std::move(handler), std::move(options)))
{
}

Server::~Server()
{
    state_->stopping = true;
    ErrorCode ignored;
    state_->acceptor.close(ignored);
    for (ServerConnection* connection : state_->connections)
        connection->close();
}

Result<void> Server::listen(const std::string& host, std::uint16_t port)
{
    ErrorCode code;
    const std::string where = host + ":" + std::to_string(port);
    const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, code);
    if (code)
        return Error{Errc::invalidInput, "not an address to listen on", where};
    const Tcp::endpoint end{address, port};
    state_->acceptor.open(end.protocol(), code);
    if (!code)
        state_->acceptor.set_option(asio::socket_base::reuse_address(true), code);
    if (!code)
        state_->acceptor.bind(end, code);
    if (!code)
        state_->acceptor.listen(asio::socket_base::max_listen_connections, code);
    if (code)
        return Error{code == asio::error::address_in_use ? Errc::busy : Errc::invalidInput,
                     "cannot listen: " + code.message(), where};
    state_->host = host;
    state_->port = state_->acceptor.local_endpoint(code).port();
    state_->loop.spawn(acceptAll(state_));
    return {};
}

std::uint16_t Server::port() const
{
    return state_->port;
}

std::string Server::url() const
{
    const bool v6 = state_->host.find(':') != std::string::npos;
    return (state_->options.tls ? "https://" : "http://") + (v6 ? "[" + state_->host + "]" : state_->host) + ":" +
           std::to_string(state_->port);
}

std::size_t Server::connections() const
{
    return state_->connections.size();
}

std::size_t Server::inFlight() const
{
    return state_->inFlight;
}

Async<bool> Server::stop(Duration time)
{
    const auto state = state_;
    state->stopping = true;
    ErrorCode ignored;
    acceptWaiting(state);
    state->acceptor.close(ignored);
    const Deadline end = Deadline::in(state->loop.clock(), time);
    for (ServerConnection* connection : state->connections)
        connection->endIdle();
    while (!state->connections.empty() && !end.passed())
        co_await Loop::sleep(5ms);
    const bool clean = state->connections.empty();
    for (ServerConnection* connection : state->connections)
        connection->close();
    // Handlers find out at their next step.
    const Deadline over = Deadline::in(state->loop.clock(), closeTime);
    while (!state->connections.empty() && !over.passed())
        co_await Loop::sleep(5ms);
    co_return clean;
}

ServerConnection::ServerConnection(std::shared_ptr<Server::State> state, std::shared_ptr<Stream> stream)
    : state_(std::move(state)), connection_(std::move(stream))
{
    place_ = state_->connections.insert(state_->connections.end(), this);
    request_.remote = connection_.stream().remote();
    request_.tls = state_->options.tls != nullptr;
}

ServerConnection::~ServerConnection()
{
    state_->connections.erase(place_);
}

void ServerConnection::close()
{
    connection_.stream().close();
}

void ServerConnection::endIdle()
{
    Stream& stream = connection_.stream();
    if (busy_ || !stream.isQuiet())
        return; // a request is here: it is answered, and the connection closed after it
    if (asked_)
        stream.close();
    else
        stream.expectWithin(firstRequestTime);
}

Async<void> ServerConnection::serve()
{
    if (state_->options.tls) {
        const auto shaken = co_await connection_.stream().acceptTls(*state_->options.tls, state_->options.handshakeTime);
        if (!shaken.has_value())
            co_return;
    }
    co_await serveRequests();
    co_await connection_.stream().finish();
}

Async<void> ServerConnection::serveRequests()
{
    bool again = true;
    while (again) {
        const bool readable = co_await readRequest();
        if (!readable)
            co_return;
        again = co_await answer();
        connection_.rest();
        // A client that was not told of the end may have asked again meanwhile: that is answered, too.
        if (state_->stopping && connection_.unread().empty() && connection_.stream().isQuiet())
            co_return;
    }
}

Async<bool> ServerConnection::readRequest()
{
    Stream& stream = connection_.stream();
    if (connection_.unread().empty()) {
        stream.expectWithin(state_->stopping ? std::min(firstRequestTime, state_->options.idleTime) : state_->options.idleTime);
        const auto more = co_await connection_.fill();
        if (!more.has_value() || *more == 0)
            co_return false;
    }
    busy_ = asked_ = true;
    stream.expectWithin(state_->options.headTime);
    const auto length = co_await connection_.fillHead(state_->options.headLimit);
    stream.expectForever();
    if (!length.has_value()) {
        if (length.error().code == Errc::refused) {
            const auto failed = request_.head.parseRequest(connection_.unread()); // its beginning, for the refusal
            static_cast<void>(failed);
            co_await refuse(431, length.error().what);
        }
        co_return false;
    }
    if (*length == 0)
        co_return false;
    const auto parsed = request_.head.parseRequest(connection_.unread().substr(0, *length));
    connection_.use(*length);
    if (!parsed.has_value()) {
        co_await refuse(request_.head.rejectStatus(), parsed.error().what);
        co_return false;
    }
    if (request_.head.framing() == Framing::length && request_.head.contentLength() > state_->options.bodyLimit) {
        co_await refuse(413, "the body is longer than " + std::to_string(state_->options.bodyLimit) + " bytes");
        co_return false;
    }
    co_return true;
}

Async<void> ServerConnection::refuse(int status, std::string why)
{
    responder_.begin(connection_, request_.head, state_->options.writeTime);
    responder_.closeAfter();
    Fields fields;
    fields.add("Content-Type", "application/json");
    std::string body = R"({"error":{"message":")" + why + R"(","type":"invalid_request_error","param":null,"code":null}})";
    if (state_->options.refusal)
        state_->options.refusal(request_.head, status, why, fields, body);
    const auto ignored = co_await responder_.send(status, fields, body);
    static_cast<void>(ignored);
}

Async<bool> ServerConnection::answer()
{
    const Counted counted{state_->inFlight};
    request_.body.begin(connection_, request_.head, {state_->options.bodyLimit, state_->options.bodyTime});
    const auto expected = request_.head.find("expect");
    if (expected && sameName(*expected, "100-continue"))
        request_.body.promiseContinue();
    responder_.begin(connection_, request_.head, state_->options.writeTime);
    if (state_->stopping)
        responder_.closeAfter();
    co_await state_->handler(request_, responder_);
    responder_.onClientGone({});
    if (!responder_.started()) {
        responder_.closeAfter();
        const auto sent = co_await responder_.send(500, {}, {});
        static_cast<void>(sent);
        co_return false;
    }
    if (!responder_.finished()) {
        responder_.abort();
        co_return false;
    }
    const bool read = co_await request_.body.skip(skipLimit);
    busy_ = false;
    co_return read && responder_.keepAlive_ && connection_.stream().isOpen();
}

} // namespace drover::http
