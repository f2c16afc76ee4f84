// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "support/LoopbackServer.h"

#include "sandbox/cloud/CloudTypes.h"

namespace drover::test {

// The sandbox's stand-in for a cloud behind a loopback server of the test's own thread.
template <class State>
class CloudServer {
public:
    explicit CloudServer(State& state)
        : state_(state), server_([this](const LoopbackRequest& request, QTcpSocket& socket) { socket.write(answer(request)); })
    {
    }
    std::string url(const std::string& path = {}) const { return server_.url(path); }
    const LoopbackServer& server() const { return server_; }
    // Called before the stand-in sees a request: another client may act in between.
    std::function<void(const LoopbackRequest& request)> before;

private:
    QByteArray answer(const LoopbackRequest& request)
    {
        if (const auto call = before) // a copy: it may take itself away
            call(request);
        sandbox::CloudRequest asked;
        const std::string method = request.method.toStdString(), target = request.path.toStdString(), body = request.body.toStdString();
        asked.method = method;
        asked.target = target;
        asked.body = body;
        for (const auto& line : request.head.split('\n')) {
            const auto colon = line.indexOf(':');
            if (colon > 0)
                asked.headers.emplace_back(line.left(colon).toStdString(), line.mid(colon + 1).trimmed().toStdString());
        }
        const auto made = state_.handle(asked);
        QByteArray headers;
        for (const auto& [name, value] : made.headers)
            headers += QByteArray::fromStdString(name + ": " + value + "\r\n");
        return LoopbackServer::answer(made.status, QByteArray::fromStdString(made.body), headers);
    }

    State& state_;
    LoopbackServer server_;
};

} // namespace drover::test
