// SPDX-License-Identifier: Apache-2.0
#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>
#include <QTest>

#include "support/Await.h"
#include "support/Folder.h"
#include "support/TestCertificate.h"
#include "support/TestMain.h"

#include "services/HttpClient.h"

using drover::Deadline;
using drover::Errc;
using drover::HttpClient;
using drover::HttpRequest;
using drover::Random;
using drover::test::await;
using drover::test::Folder;
using namespace std::chrono_literals;

// Whom the client trusts: the system's authorities, or a ca_file in their place, and nobody without either.
class TestHttpTls : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void trustsTheCaFile();
    void refusesACertificateOfNobody();
    void refusesACertificateForAnotherHost();

private:
    HttpRequest request(const std::string& host) const
    {
        HttpRequest made;
        made.url = "https://" + host + ":" + std::to_string(server_->serverPort()) + "/v1/models";
        made.secretHeaders.push_back({"Authorization", "Bearer ", drover::Secret{"sk-planted"}});
        return made;
    }
    std::unique_ptr<Folder> folder_;
    std::unique_ptr<QSslServer> server_;
    QByteArray received_;
    drover::SystemClock clock_;
    HttpClient client_{clock_, Random{1}};
};

void TestHttpTls::init()
{
    folder_ = std::make_unique<Folder>();
    const auto certificate = (*folder_ / "cert.pem").string();
    const auto key = (*folder_ / "key.pem").string();
    QVERIFY(drover::test::makeCertificate(certificate, key));
    QFile keyFile{QString::fromStdString(key)};
    QVERIFY(keyFile.open(QIODevice::ReadOnly));
    QSslConfiguration tls;
    tls.setLocalCertificateChain(QSslCertificate::fromPath(QString::fromStdString(certificate)));
    const auto bytes = keyFile.readAll();
    QSslKey privateKey{bytes, QSsl::Rsa};
    if (privateKey.isNull())
        privateKey = QSslKey{bytes, QSsl::Ec};
    QVERIFY(!privateKey.isNull());
    tls.setPrivateKey(privateKey);
    received_.clear();
    server_ = std::make_unique<QSslServer>();
    server_->setSslConfiguration(tls);
    connect(server_.get(), &QTcpServer::pendingConnectionAvailable, this, [this] {
        auto* socket = server_->nextPendingConnection();
        connect(socket, &QIODevice::readyRead, this, [this, socket] {
            received_ += socket->readAll();
            if (received_.contains("\r\n\r\n"))
                socket->write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        });
    });
    QVERIFY(server_->listen(QHostAddress::LocalHost));
}

void TestHttpTls::trustsTheCaFile()
{
    auto asked = request("127.0.0.1");
    asked.route.caFile = (*folder_ / "cert.pem").string();
    const auto response = await(client_.send(std::move(asked), Deadline::in(clock_, 20s)));
    DROVER_VERIFY_OK(response);
    QCOMPARE(response->status, 200);
    QVERIFY(received_.contains("sk-planted"));
}

void TestHttpTls::refusesACertificateOfNobody()
{
    const auto response = await(client_.send(request("127.0.0.1"), Deadline::in(clock_, 20s)));
    QVERIFY(!response.has_value());
    QCOMPARE(int(response.error().code), int(Errc::network));
    QVERIFY2(response.error().what.find("certificate") != std::string::npos, response.error().what.c_str());
    QVERIFY(received_.isEmpty()); // the secret never left
}

void TestHttpTls::refusesACertificateForAnotherHost()
{
    auto asked = request("127.0.0.2");
    asked.route.caFile = (*folder_ / "cert.pem").string();
    QVERIFY(server_->isListening());
    server_->close();
    QVERIFY(server_->listen(QHostAddress::AnyIPv4));
    asked.url = "https://127.0.0.2:" + std::to_string(server_->serverPort()) + "/";
    const auto response = await(client_.send(std::move(asked), Deadline::in(clock_, 20s)));
    QVERIFY(!response.has_value());
    QCOMPARE(int(response.error().code), int(Errc::network));
    QVERIFY(received_.isEmpty());
}

DROVER_TEST(TestHttpTls)
#include "TestHttpTls.moc"
