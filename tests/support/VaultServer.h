// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "support/LoopbackServer.h"

#include "sandbox/vault/VaultState.h"

#include <optional>

namespace drover::test {

// The sandbox's Vault behind a loopback server of the test's own thread.
class VaultServer {
public:
    explicit VaultServer(sandbox::VaultState& state)
        : state_(state), server_([this](const LoopbackRequest& request, QTcpSocket& socket) { socket.write(answer(request)); })
    {
    }
    std::string url() const { return server_.url(); }
    const LoopbackServer& server() const { return server_; }
    std::size_t count(const QByteArray& path) const
    {
        std::size_t found = 0;
        for (const auto& request : server_.requests())
            found += request.path == path ? 1 : 0;
        return found;
    }
    // Called before the stand-in sees a request; an answer given here is sent instead.
    std::function<std::optional<QByteArray>(const LoopbackRequest& request)> before;
    sandbox::VaultNode node;

private:
    QByteArray answer(const LoopbackRequest& request)
    {
        if (const auto call = before) // a copy: it may take itself away
            if (auto instead = call(request))
                return *instead;
        const std::string method = request.method.toStdString(), target = request.path.toStdString(), body = request.body.toStdString();
        const std::string type = request.header("content-type").toStdString();
        sandbox::VaultRequest asked{method, target, {}, type, body};
        if (const auto token = request.header("x-vault-token"); !token.isEmpty())
            asked.token = token.toStdString();
        if (const auto wrap = request.header("x-vault-wrap-ttl"); !wrap.isEmpty())
            asked.wrapTtl = wrap.toStdString();
        const auto made = state_.handle(asked, node);
        QByteArray headers;
        if (!made.location.empty())
            headers += QByteArray::fromStdString("Location: " + made.location + "\r\n");
        for (const auto& [name, value] : made.headers)
            headers += QByteArray::fromStdString(name + ": " + value + "\r\n");
        return LoopbackServer::answer(made.status, QByteArray::fromStdString(made.body), headers);
    }

    sandbox::VaultState& state_;
    LoopbackServer server_;
};

} // namespace drover::test
