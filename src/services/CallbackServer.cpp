// SPDX-License-Identifier: Apache-2.0
#include "services/CallbackServer.h"

#include <QPointer>
#include <QTimer>

#include <functional>
#include <utility>

namespace drover {
namespace {

constexpr qint64 longestHead = 32 * 1024;
constexpr int mostVisitors = 32;
constexpr int headTimeMs = 10'000;

void sayTo(QTcpSocket& socket, const vault::Page& page)
{
    socket.readAll(); // what is left unread would make the end a reset, and take the page along
    socket.write(QByteArray::fromStdString(vault::pageBytes(page)));
    socket.flush();
    socket.disconnectFromHost();
}

} // namespace

// The two sockets that listen, and who has come. It may be given up from within one of its own signals.
class CallbackServer::Ears : public QObject {
public:
    using Found = std::function<void(Result<vault::Callback>)>;

    Result<void> open(std::uint16_t port)
    {
        port_ = port;
        DROVER_CHECK(openAt(four_, QHostAddress{QHostAddress::LocalHost}));
        return openAt(six_, QHostAddress{QHostAddress::LocalHostIPv6});
    }
    void expect(std::string state, Found found)
    {
        state_ = std::move(state);
        found_ = std::move(found);
        for (QTcpServer* server : {&four_, &six_})
            accept(*server); // whoever was faster
    }
    void forget() { found_ = {}; }
    void answer(const vault::Page& page)
    {
        if (waiting_)
            sayTo(*waiting_, page);
        waiting_.clear();
    }
    void close()
    {
        found_ = {};
        four_.close();
        six_.close();
    }

private:
    Result<void> openAt(QTcpServer& server, const QHostAddress& address)
    {
        connect(&server, &QTcpServer::newConnection, this, [this, &server] { accept(server); });
        if (server.listen(address, port_))
            return {};
        const auto why = server.serverError();
        // A machine without IPv6 has no ::1, and its localhost is 127.0.0.1.
        if (&server == &six_ && why != QAbstractSocket::AddressInUseError)
            return {};
        const std::string port = std::to_string(port_);
        if (why == QAbstractSocket::AddressInUseError)
            return Error{Errc::busy, "port " + port + ", where the browser is to come back, is taken: end what uses it (another login?), or set vault.callback_port "
                                     "and allow " + vault::redirectOf(port_) + " in Vault's role", "vault.callback_port"};
        return Error{Errc::unavailable, "no way to listen on port " + port + ": " + server.errorString().toStdString(), "vault.callback_port"};
    }
    void accept(QTcpServer& server)
    {
        if (!found_)
            return; // they wait in the queue
        while (QTcpSocket* socket = server.nextPendingConnection()) {
            socket->setReadBufferSize(longestHead);
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            if (server.findChildren<QTcpSocket*>().size() > mostVisitors) {
                socket->abort();
                continue;
            }
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(*socket); });
            QTimer::singleShot(headTimeMs, socket, [this, socket] {
                if (socket != waiting_)
                    socket->abort();
            });
            read(*socket);
        }
    }
    void read(QTcpSocket& socket)
    {
        if (&socket == waiting_)
            return;
        const QByteArray bytes = socket.peek(longestHead);
        const auto end = bytes.indexOf("\r\n\r\n");
        if (end < 0 && bytes.size() < longestHead)
            return;
        disconnect(&socket, &QTcpSocket::readyRead, this, nullptr);
        vault::Visit visit = vault::readVisit(std::string_view(bytes.constData(), std::size_t(end < 0 ? bytes.size() : end + 4)), port_, state_);
        const bool ends = visit.callback.has_value() || visit.error.has_value();
        if (!ends || !found_) {
            sayTo(socket, visit.page);
            return;
        }
        const auto found = std::exchange(found_, {});
        if (visit.error) {
            sayTo(socket, visit.page);
            found(*std::move(visit.error));
        } else {
            waiting_ = &socket;
            found(*std::move(visit.callback));
        }
    }

    QTcpServer four_;
    QTcpServer six_;
    std::uint16_t port_ = 0;
    std::string state_;
    Found found_;
    QPointer<QTcpSocket> waiting_;
};

Result<CallbackServer> CallbackServer::listen(std::uint16_t port)
{
    const std::shared_ptr<Ears> ears{new Ears, [](Ears* all) {
                                         all->close();
                                         all->deleteLater();
                                     }};
    DROVER_CHECK(ears->open(port));
    return CallbackServer{ears};
}

Task<Result<vault::Callback>> CallbackServer::callback(std::string state)
{
    using Waiting = Later<Result<vault::Callback>>;
    Waiting::Start start = [ears = ears_, state](Waiting::Resolve resolve) {
        ears->expect(state, [resolve](Result<vault::Callback> found) { resolve(std::move(found)); });
        return std::shared_ptr<void>{ears.get(), [ears](void*) { ears->forget(); }};
    };
    Waiting first{std::move(start)};
    co_return co_await first;
}

void CallbackServer::answer(const vault::Page& page)
{
    ears_->answer(page);
}

} // namespace drover
