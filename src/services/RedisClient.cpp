// SPDX-License-Identifier: Apache-2.0
#include "services/RedisClient.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTimer>

#include "ports/Timer.h"

#include <deque>
#include <utility>

namespace drover {

// The socket and who waits for a reply. Ends for good with its first error. Whoever is told of a reply may give up the client, and
// this with it: what a signal of the socket calls holds on to this, and the socket goes when its signal is over.
class RedisClient::Connection : public std::enable_shared_from_this<RedisClient::Connection> {
public:
    using OnReply = std::function<void(Result<redis::Reply>)>;

    Connection(const RedisSettings& settings, const Secret& password)
        : place_(settings.address.host + ":" + std::to_string(settings.address.port)), conversation_(settings.address, password)
    {
        QObject::connect(socket_.get(), &QIODevice::readyRead, socket_.get(), [this] { read(); });
        QObject::connect(socket_.get(), &QAbstractSocket::errorOccurred, socket_.get(), [this] { lost(); });
        QObject::connect(socket_.get(), &QSslSocket::sslErrors, socket_.get(), [this](const QList<QSslError>& errors) {
            if (!errors.isEmpty())
                certificateProblem_ = errors.front().errorString().toStdString();
        });
        const QString host = QString::fromStdString(settings.address.host);
        if (settings.address.tls) {
            if (!settings.caFile.empty()) {
                QSslConfiguration tls = socket_->sslConfiguration();
                tls.setCaCertificates(QSslCertificate::fromPath(QString::fromStdString(settings.caFile)));
                socket_->setSslConfiguration(tls);
            }
            QObject::connect(socket_.get(), &QSslSocket::encrypted, socket_.get(), [this] { greet(); });
            socket_->connectToHostEncrypted(host, settings.address.port);
        } else {
            QObject::connect(socket_.get(), &QAbstractSocket::connected, socket_.get(), [this] { greet(); });
            socket_->connectToHost(host, settings.address.port);
        }
    }
    ~Connection()
    {
        socket_->disconnect();
        socket_->abort();
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    bool broken() const { return broken_; }

    // The commands in one write; onReply gets the last one's reply. The owner given back makes it forget onReply.
    std::shared_ptr<void> send(const std::vector<std::vector<std::string>>& commands, OnReply onReply)
    {
        std::string bytes;
        for (const auto& words : commands)
            bytes += redis::writeCommand(words);
        const auto waiting = std::make_shared<Waiting>();
        waiting->repliesLeft = commands.size();
        waiting->onReply = std::move(onReply);
        waiting_.push_back(waiting);
        if (greeted_ && conversation_.ready())
            socket_->write(bytes.data(), qint64(bytes.size()));
        else
            unsent_ += bytes;
        wipe(bytes);
        return {static_cast<void*>(waiting.get()), [waiting](void*) { waiting->onReply = nullptr; }};
    }

    // Gives up: whoever waits is told so.
    void end(Error error)
    {
        if (std::exchange(broken_, true))
            return;
        socket_->abort();
        for (const auto& waiting : std::exchange(waiting_, {}))
            if (const OnReply tell = std::exchange(waiting->onReply, nullptr))
                tell(error);
    }

private:
    struct Waiting {
        std::size_t repliesLeft = 1;
        std::optional<Error> firstError; // of a command inside a transaction
        OnReply onReply;
    };

    void greet()
    {
        greeted_ = true;
        socket_->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        conversation_.greeting().reveal([this](std::string_view bytes) { socket_->write(bytes.data(), qint64(bytes.size())); });
    }

    void read()
    {
        const auto self = weak_from_this().lock();
        const QByteArray bytes = socket_->readAll();
        auto replies = conversation_.receive({bytes.constData(), std::size_t(bytes.size())});
        if (!replies.has_value())
            return end(at(place_, std::move(replies).error()));
        if (conversation_.ready() && !unsent_.empty()) {
            socket_->write(unsent_.data(), qint64(unsent_.size()));
            wipe(unsent_);
        }
        for (redis::Reply& reply : *replies)
            if (!take(std::move(reply)))
                return;
    }

    // Whether this connection is still of use.
    bool take(redis::Reply reply)
    {
        if (waiting_.empty()) {
            end({Errc::protocol, "Redis has answered what nobody asked", place_});
            return false;
        }
        const std::shared_ptr<Waiting> waiting = waiting_.front();
        if (reply.isError() && !waiting->firstError)
            waiting->firstError = at(place_, redis::errorOf(reply));
        if (--waiting->repliesLeft > 0)
            return true;
        waiting_.pop_front();
        const OnReply tell = std::exchange(waiting->onReply, nullptr);
        if (!tell)
            return true;
        if (waiting->firstError)
            tell(std::move(*waiting->firstError));
        else
            tell(std::move(reply));
        return !broken_;
    }

    void lost()
    {
        const auto self = weak_from_this().lock();
        const bool refused = socket_->error() == QAbstractSocket::ConnectionRefusedError;
        const bool unknown = socket_->error() == QAbstractSocket::HostNotFoundError;
        end({Errc::network,
             !certificateProblem_.empty() ? "Redis' certificate is refused: " + certificateProblem_
             : refused                    ? std::string("no Redis listens there: connection refused")
             : unknown                    ? std::string("no such host")
                                          : "the connection to Redis was lost: " + socket_->errorString().toStdString(),
             place_});
    }

    std::string place_;
    redis::Conversation conversation_;
    std::string certificateProblem_;
    std::string unsent_; // until the login is over
    std::deque<std::shared_ptr<Waiting>> waiting_;
    bool greeted_ = false;
    bool broken_ = false;
    struct DeleteLater {
        void operator()(QObject* object) const { object->deleteLater(); }
    };
    std::unique_ptr<QSslSocket, DeleteLater> socket_{new QSslSocket};
};

RedisClient::RedisClient(RedisSettings settings, PasswordSource password) : settings_(std::move(settings)), password_(std::move(password)) {}

RedisClient::~RedisClient() = default;

Task<Result<std::shared_ptr<RedisClient::Connection>>> RedisClient::connection(Deadline deadline)
{
    if (connection_ && !connection_->broken())
        co_return connection_;
    const std::string& caFile = settings_.caFile;
    if (settings_.address.tls && !caFile.empty() && QSslCertificate::fromPath(QString::fromStdString(caFile)).isEmpty())
        co_return Error{Errc::invalidInput, "no certificate (PEM) to be read in this ca_file", caFile};
    DROVER_CO_TRY(const Secret password, co_await password_(deadline));
    // Another task may have been here meanwhile.
    if (!connection_ || connection_->broken())
        connection_ = std::make_shared<Connection>(settings_, password);
    co_return connection_;
}

Task<Result<redis::Reply>> RedisClient::exchange(std::vector<std::vector<std::string>> commands, Deadline deadline)
{
    DROVER_CO_TRY(const std::shared_ptr<Connection> connected, co_await connection(deadline));
    struct Race {
        std::shared_ptr<void> reply;
        Pending timer;
    };
    Later<Result<redis::Reply>>::Start start = [&](Later<Result<redis::Reply>>::Resolve resolve) {
        const auto race = std::make_shared<Race>();
        race->reply = connected->send(commands, resolve);
        race->timer = Pending{delay(deadline.left()), [resolve, connected] {
                                  // What comes after it in this connection would hang as well.
                                  resolve(Error{Errc::timeout, "Redis did not answer in time", {}});
                                  connected->end({Errc::network, "the connection was given up: Redis did not answer in time", {}});
                              }};
        return std::shared_ptr<void>(race);
    };
    Later<Result<redis::Reply>> answer{std::move(start)};
    Result<redis::Reply> reply = co_await answer;
    for (auto& words : commands)
        for (std::string& word : words)
            wipe(word);
    co_return reply;
}

Task<Result<redis::Reply>> RedisClient::command(std::vector<std::string> words, Deadline deadline)
{
    std::vector<std::vector<std::string>> one;
    one.push_back(std::move(words));
    co_return co_await exchange(std::move(one), deadline);
}

Task<Result<std::vector<redis::Reply>>> RedisClient::transaction(std::vector<std::vector<std::string>> commands, Deadline deadline)
{
    commands.insert(commands.begin(), std::vector<std::string>(1, "MULTI"));
    commands.push_back(std::vector<std::string>(1, "EXEC"));
    DROVER_CO_TRY(redis::Reply reply, co_await exchange(std::move(commands), deadline));
    if (reply.kind == redis::Reply::Kind::null)
        co_return Error{Errc::conflict, "Redis has not carried out the transaction: what it watched has changed", "redis"};
    if (reply.kind != redis::Reply::Kind::list)
        co_return Error{Errc::protocol, "Redis answered a transaction with something else than a list", "redis"};
    for (const redis::Reply& one : reply.items)
        if (one.isError())
            co_return redis::errorOf(one);
    co_return std::move(reply.items);
}

Task<Result<void>> RedisClient::check(Deadline deadline)
{
    DROVER_CO_TRY(const redis::Reply pong, co_await command(std::vector<std::string>(1, "PING"), deadline));
    if (pong.text != "PONG")
        co_return Error{Errc::protocol, "what listens there does not answer PING as Redis does", settings_.address.host};
    co_return Result<void>{};
}

} // namespace drover
