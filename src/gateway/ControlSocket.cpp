// SPDX-License-Identifier: Apache-2.0
#include "gateway/ControlSocket.h"

#include "http/AsioTypes.h"
#include "protocol/json/JsonScan.h"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <sys/stat.h>

namespace drover::gateway {
namespace {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;
using LocalSocket = asio::basic_stream_socket<Local, http::Executor>;

constexpr std::size_t commandLimit = 4096;

} // namespace

struct ControlSocket::State {
    State(http::Loop& loop_, Handler handler_)
        : loop(loop_), handler(std::move(handler_)), acceptor(loop.io().get_executor())
    {
    }
    http::Loop& loop;
    Handler handler;
    asio::basic_socket_acceptor<Local, http::Executor> acceptor;
    std::filesystem::path path;
};

namespace {

http::Async<void> serveControl(std::shared_ptr<ControlSocket::State> state, LocalSocket socket)
{
    std::string received;
    boost::system::error_code code;
    while (true) {
        const std::size_t count = co_await asio::async_read_until(socket, asio::dynamic_buffer(received, commandLimit), '\n',
                                                                  asio::redirect_error(http::use, code));
        if (code)
            co_return;
        const std::string line = received.substr(0, count - 1);
        received.erase(0, count);
        if (!state->handler)
            co_return;
        const std::string answer = state->handler(commandOf(line)) + "\n";
        co_await asio::async_write(socket, asio::buffer(answer), asio::redirect_error(http::use, code));
        if (code)
            co_return;
    }
}

http::Async<void> acceptControl(std::shared_ptr<ControlSocket::State> state)
{
    while (state->acceptor.is_open()) {
        boost::system::error_code code;
        LocalSocket socket = co_await state->acceptor.async_accept(asio::redirect_error(http::use, code));
        if (!state->acceptor.is_open())
            co_return;
        if (code)
            co_await http::Loop::sleep(100ms);
        else
            state->loop.spawn(serveControl(state, std::move(socket)));
    }
}

} // namespace

std::string commandOf(std::string_view line)
{
    while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
        line.remove_suffix(1);
    JsonScan scan{line};
    if (scan.kind() != '{')
        return std::string(line);
    std::string command;
    scan.members([&](std::string_view key, JsonScan& value) {
        if (key == "command")
            command = value.text().value_or(std::string{});
    });
    return command;
}

ControlSocket::ControlSocket(http::Loop& loop, Handler handler)
    : state_(std::make_shared<State>(loop, std::move(handler)))
{
}

ControlSocket::~ControlSocket()
{
    close();
    state_->handler = {};
}

Result<void> ControlSocket::listen(const std::filesystem::path& path)
{
    boost::system::error_code code;
    std::error_code ignored;
    if (path.string().size() > 107)
        return Error{Errc::invalidInput, "the path of a Unix socket may have 107 characters", path.string()};
    std::filesystem::create_directories(path.parent_path(), ignored);
    std::filesystem::remove(path, ignored); // ids are made anew, so what is there is a leftover
    state_->acceptor.open(Local{}, code);
    // Nobody else may connect, not even between bind and chmod.
    const ::mode_t before = ::umask(0177);
    if (!code)
        state_->acceptor.bind(Local::endpoint{path.string()}, code);
    ::umask(before);
    if (!code)
        state_->acceptor.listen(8, code);
    if (code)
        return Error{errcOfErrno(code.value()), "cannot listen: " + code.message(), path.string()};
    state_->path = path;
    state_->loop.spawn(acceptControl(state_));
    return {};
}

void ControlSocket::close()
{
    boost::system::error_code code;
    state_->acceptor.close(code);
    std::error_code ignored;
    if (!state_->path.empty())
        std::filesystem::remove(state_->path, ignored);
    state_->path.clear();
}

} // namespace drover::gateway
