// SPDX-License-Identifier: Apache-2.0
#include "services/SecretService.h"

#include <QDBusError>
#include <QDBusObjectPath>
#include <QDBusPendingCall>
#include <QDBusPendingCallWatcher>
#include <QDBusVariant>
#include <QFileInfo>
#include <QLocalSocket>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>

namespace drover {
namespace {

constexpr const char* startOne =
    "start a desktop session, or `dbus-run-session` with "
    "`gnome-keyring-daemon --unlock --components=secrets` in it, or set [secrets] store = \"vault\"";
constexpr const char* secretsName = "org.freedesktop.secrets";

Error noKeyring(const std::string& what)
{
    return {Errc::unavailable, what + ": " + startOne, "keychain"};
}

// The address of the session's bus as libdbus would find it, without ever letting it start one: with a
// display set, autolaunch brings up a bus, a keyring and a prompt that nobody sees.
std::optional<QString> sessionBusAddress()
{
    const auto address = qEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS");
    if (!address.isEmpty())
        return address.startsWith(QLatin1String("disabled")) ||
                       address.startsWith(QLatin1String("autolaunch"))
                   ? std::nullopt
                   : std::optional{address};
    const auto folder = qEnvironmentVariable("XDG_RUNTIME_DIR");
    const auto socket = folder + QLatin1String("/bus");
    if (folder.isEmpty() || !QFileInfo::exists(socket))
        return std::nullopt;
    return QLatin1String("unix:path=") + socket;
}

// The socket's path in the first address of the list, with %xx undone; nothing where it is not a path.
std::optional<QString> socketOf(const QString& address)
{
    const auto first = address.section(QLatin1Char(';'), 0, 0);
    if (!first.startsWith(QLatin1String("unix:")))
        return std::nullopt;
    for (const auto& part : first.mid(5).split(QLatin1Char(','))) {
        if (part.startsWith(QLatin1String("path=")))
            return QString::fromUtf8(QByteArray::fromPercentEncoding(part.mid(5).toUtf8()));
    }
    return std::nullopt;
}

enum class BusProbe { answers, refuses };

// Says the first words of D-Bus's own greeting and waits for any answer: QDBusConnection's connecting blocks,
// so it is only let at a bus that talks.
Task<BusProbe> probeBus(QString socket)
{
    Later<BusProbe>::Start start = [socket](Later<BusProbe>::Resolve resolve) {
        const std::shared_ptr<QLocalSocket> probe{new QLocalSocket, [](QLocalSocket* s) {
                                                      s->disconnect();
                                                      s->abort();
                                                      s->deleteLater();
                                                  }};
        QObject::connect(probe.get(), &QLocalSocket::connected, probe.get(), [raw = probe.get()] {
            const auto user = QByteArray::number(::getuid()).toHex();
            raw->write(QByteArray(1, '\0') + "AUTH EXTERNAL " + user + "\r\n");
        });
        QObject::connect(probe.get(), &QLocalSocket::readyRead, probe.get(),
                         [resolve] { resolve(BusProbe::answers); });
        QObject::connect(probe.get(), &QLocalSocket::errorOccurred, probe.get(),
                         [resolve] { resolve(BusProbe::refuses); });
        probe->connectToServer(socket);
        return std::shared_ptr<void>{probe, probe.get()};
    };
    Later<BusProbe> done{std::move(start)};
    co_return co_await done;
}

QDBusMessage secretsCall(const QString& path, const char* interface, const char* method)
{
    return QDBusMessage::createMethodCall(QString::fromLatin1(secretsName), path,
                                          QString::fromLatin1(interface), QString::fromLatin1(method));
}

int millisecondsLeft(Deadline deadline)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.left()).count();
    return int(std::clamp<std::int64_t>(left, 1, 3'600'000));
}

} // namespace

SecretService::~SecretService()
{
    bus_.reset();
    if (!name_.isEmpty())
        QDBusConnection::disconnectFromBus(name_);
}

Task<Result<void>> SecretService::connectBus(Deadline deadline)
{
    const auto address = sessionBusAddress();
    if (!address.has_value())
        co_return noKeyring("no D-Bus session bus, so no keyring can be reached");
    if (bus_.has_value() && bus_->isConnected())
        co_return Result<void>{};
    if (const auto socket = socketOf(*address); socket.has_value()) {
        auto probing = within(deadline.left(), probeBus(*socket));
        const auto probed = co_await std::move(probing);
        if (!probed.has_value())
            co_return Error{Errc::timeout, "the D-Bus session bus does not answer", "keychain"};
        if (*probed == BusProbe::refuses)
            co_return noKeyring("the D-Bus session bus cannot be reached");
    }
    static std::atomic<unsigned> made{0};
    if (!name_.isEmpty())
        QDBusConnection::disconnectFromBus(name_);
    name_ = QStringLiteral("drover-secrets-%1").arg(++made);
    bus_ = QDBusConnection::connectToBus(*address, name_);
    if (!bus_->isConnected())
        co_return noKeyring("the D-Bus session bus cannot be reached");
    co_return Result<void>{};
}

Task<Result<QDBusMessage>> SecretService::call(QDBusMessage message, Deadline deadline)
{
    Later<QDBusMessage>::Start start = [this, message, deadline](Later<QDBusMessage>::Resolve resolve) {
        const std::shared_ptr<QDBusPendingCallWatcher> watcher{
            new QDBusPendingCallWatcher{bus_->asyncCall(message, millisecondsLeft(deadline))},
            [](QDBusPendingCallWatcher* w) {
                w->disconnect();
                w->deleteLater();
            }};
        QObject::connect(watcher.get(), &QDBusPendingCallWatcher::finished, watcher.get(),
                         [resolve, raw = watcher.get()] { resolve(raw->reply()); });
        return std::shared_ptr<void>{watcher, watcher.get()};
    };
    Later<QDBusMessage> done{std::move(start)};
    const auto reply = co_await done;
    if (reply.type() != QDBusMessage::ErrorMessage)
        co_return reply;
    switch (QDBusError{reply}.type()) {
    case QDBusError::NoReply:
    case QDBusError::Timeout:
    case QDBusError::TimedOut:
        co_return Error{Errc::timeout, "the keyring does not answer", "keychain"};
    case QDBusError::ServiceUnknown:
        co_return noKeyring("no keyring runs on this session's bus");
    default:
        co_return Error{Errc::unavailable, "the keyring says: " + reply.errorMessage().toStdString(),
                        "keychain"};
    }
}

Task<Result<void>> SecretService::ready(Deadline deadline)
{
    auto connecting = connectBus(deadline);
    DROVER_CO_CHECK(co_await std::move(connecting));
    auto aliasCall = secretsCall(QStringLiteral("/org/freedesktop/secrets"), "org.freedesktop.Secret.Service",
                                 "ReadAlias");
    aliasCall << QStringLiteral("default");
    auto askingAlias = call(aliasCall, deadline);
    DROVER_CO_TRY(const auto alias, co_await std::move(askingAlias));
    const auto path = alias.arguments().value(0).value<QDBusObjectPath>().path();
    if (path.isEmpty() || path == QLatin1String("/"))
        co_return noKeyring("the keyring has no default collection yet");
    auto lockedCall = secretsCall(path, "org.freedesktop.DBus.Properties", "Get");
    lockedCall << QStringLiteral("org.freedesktop.Secret.Collection") << QStringLiteral("Locked");
    auto askingLocked = call(lockedCall, deadline);
    auto locked = co_await std::move(askingLocked);
    if (!locked.has_value()) {
        // The alias may name a collection that was never made.
        if (locked.error().code == Errc::unavailable)
            co_return noKeyring("the keyring has no default collection yet");
        co_return std::move(locked).error();
    }
    if (locked->arguments().value(0).value<QDBusVariant>().variant().toBool())
        co_return Error{
            Errc::locked,
            "the keyring is locked: unlock it (log in, open Passwords and Keys, or `gnome-keyring-daemon "
            "--replace --unlock --components=secrets` with its password on stdin) and try again",
            "keychain"};
    co_return Result<void>{};
}

} // namespace drover
