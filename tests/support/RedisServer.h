// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QProcess>
#include <QTcpServer>
#include <QTest>

#include "support/Folder.h"
#include "support/TestCertificate.h"

namespace drover::test {

// A real Redis of the test's own.
class RedisServer {
public:
    explicit RedisServer(const QStringList& more = {}, bool tls = false)
    {
        QTcpServer probe;
        if (!probe.listen(QHostAddress::LocalHost))
            qFatal("no port");
        port = probe.serverPort();
        probe.close();
        const QString certificate = path("cert.pem"), key = path("key.pem");
        QStringList arguments{QStringLiteral("--bind"), QStringLiteral("127.0.0.1"), QStringLiteral("--save"), QString(),
                              QStringLiteral("--dir"), QString::fromStdString(folder.path().string())};
        if (tls) {
            if (!makeCertificate(certificate.toStdString(), key.toStdString()))
                qFatal("no certificate");
            arguments += {QStringLiteral("--port"), QStringLiteral("0"), QStringLiteral("--tls-port"), QString::number(port),
                          QStringLiteral("--tls-cert-file"), certificate, QStringLiteral("--tls-key-file"), key,
                          QStringLiteral("--tls-ca-cert-file"), certificate, QStringLiteral("--tls-auth-clients"), QStringLiteral("no")};
        } else {
            arguments += {QStringLiteral("--port"), QString::number(port)};
        }
        arguments_ = arguments + more;
        start();
    }
    ~RedisServer() { stop(); }

    void start()
    {
        process.start(QStringLiteral("redis-server"), arguments_);
        QString said;
        const bool ready = QTest::qWaitFor([&] {
            said += QString::fromUtf8(process.readAllStandardOutput());
            return said.contains(u"Ready to accept connections") || process.state() == QProcess::NotRunning;
        }, 60'000);
        if (!ready || process.state() == QProcess::NotRunning)
            qFatal("redis-server: %s", qPrintable(said));
    }
    void stop()
    {
        process.kill();
        if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 60'000))
            qFatal("redis-server does not end");
    }
    QString path(const char* name) const { return QString::fromStdString((folder / name).string()); }

    Folder folder;
    QProcess process;
    quint16 port = 0;

private:
    QStringList arguments_;
};

} // namespace drover::test
