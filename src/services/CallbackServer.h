// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>

#include "base/Result.h"
#include "ports/Task.h"
#include "protocol/vault/Oidc.h"

#include <cstdint>
#include <memory>
#include <string>

namespace drover {

// Waits on this machine for the browser that comes back from a login: on 127.0.0.1 and ::1, since the name localhost is either,
// for requests without a body. Destroying it frees the port.
class CallbackServer {
public:
    // Errors: busy, naming the port.
    static Result<CallbackServer> listen(std::uint16_t port);
    CallbackServer(CallbackServer&&) noexcept = default;
    ~CallbackServer() = default;

    // The first callback that brings `state`, or what ends the login. Anybody else is turned away.
    Task<Result<vault::Callback>> callback(std::string state);
    // What the browser of that callback is told.
    void answer(const vault::Page& page);

private:
    class Ears;
    explicit CallbackServer(std::shared_ptr<Ears> ears) : ears_(std::move(ears)) {}
    std::shared_ptr<Ears> ears_;
};

} // namespace drover
