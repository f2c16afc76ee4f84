// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QByteArray>
#include <QHash>
#include <QObject>
#include <QTcpServer>
#include <QTcpSocket>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace drover::test {

struct LoopbackRequest {
    QByteArray method;
    QByteArray path;
    QByteArray head; // all of it, lines ended by \r\n
    QByteArray body;

    QByteArray header(const QByteArray& name) const
    {
        for (const auto& line : head.split('\n')) {
            const auto colon = line.indexOf(':');
            if (colon > 0 && line.left(colon).toLower() == name.toLower())
                return line.mid(colon + 1).trimmed();
        }
        return {};
    }
};

// A server on 127.0.0.1 whose answers the test writes byte by byte, so that it can hang, stop in the middle,
// talk nonsense or count. It lives in the test's own thread.
class LoopbackServer : public QObject {
public:
    using Handler = std::function<void(const LoopbackRequest& request, QTcpSocket& socket)>;

    explicit LoopbackServer(Handler handler) : handler_(std::move(handler))
    {
        connect(&server_, &QTcpServer::newConnection, this, [this] { accept(); });
        server_.listen(QHostAddress::LocalHost);
    }
    ~LoopbackServer() override
    {
        for (auto* socket : server_.findChildren<QTcpSocket*>())
            socket->disconnect(this); // they end after the members they would tell
    }
    std::string url(const std::string& path = {}) const
    {
        return "http://127.0.0.1:" + std::to_string(server_.serverPort()) + path;
    }
    quint16 port() const { return server_.serverPort(); }
    void close() { server_.close(); }
    void setHandler(Handler handler) { handler_ = std::move(handler); }
    const std::vector<LoopbackRequest>& requests() const { return requests_; }
    int connections() const { return connections_; }
    int disconnections() const { return disconnections_; }

    // A whole answer.
    static QByteArray answer(int status, const QByteArray& body, const QByteArray& headers = {})
    {
        return "HTTP/1.1 " + QByteArray::number(status) +
               " X\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) +
               "\r\n" + headers + "\r\n" + body;
    }
    static Handler always(int status, const QByteArray& body, const QByteArray& headers = {})
    {
        return
            [=](const LoopbackRequest&, QTcpSocket& socket) { socket.write(answer(status, body, headers)); };
    }

private:
    void accept()
    {
        while (auto* socket = server_.nextPendingConnection()) {
            ++connections_;
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(*socket); });
            connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
                ++disconnections_;
                buffers_.remove(socket);
                socket->deleteLater();
            });
        }
    }
    void read(QTcpSocket& socket)
    {
        auto& buffer = buffers_[&socket];
        buffer += socket.readAll();
        const auto end = buffer.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        LoopbackRequest request;
        request.head = buffer.left(end + 2);
        const auto first = request.head.left(request.head.indexOf('\r')).split(' ');
        request.method = first.value(0);
        request.path = first.value(1);
        const auto length = request.header("content-length").toLongLong();
        if (buffer.size() < end + 4 + length)
            return;
        request.body = buffer.mid(end + 4, length);
        buffer.remove(0, end + 4 + length);
        requests_.push_back(request);
        handler_(request, socket);
    }

    QTcpServer server_;
    Handler handler_;
    QHash<QTcpSocket*, QByteArray> buffers_;
    std::vector<LoopbackRequest> requests_;
    int connections_ = 0;
    int disconnections_ = 0;
};

} // namespace drover::test
