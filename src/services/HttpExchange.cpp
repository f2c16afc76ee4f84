// SPDX-License-Identifier: Apache-2.0
#include "services/HttpExchange.h"

#include <QNetworkAccessManager>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslError>

#include <algorithm>
#include <cstring>

namespace drover {
namespace {

QByteArray bytesOf(std::string_view text)
{
    return {text.data(), qsizetype(text.size())};
}

QNetworkRequest networkRequest(const HttpRequest& request)
{
    QNetworkRequest made{QUrl{QString::fromStdString(request.url)}};
    if (!request.route.caFile.empty()) {
        auto tls = QSslConfiguration::defaultConfiguration();
        tls.setCaCertificates(QSslCertificate::fromPath(QString::fromStdString(request.route.caFile)));
        made.setSslConfiguration(tls);
    }
    made.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    made.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    made.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    made.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    made.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    made.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    made.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    made.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    // Without it Qt asks for compression and unpacks whatever comes; answers here are small.
    made.setRawHeader("Accept-Encoding", "identity");
    made.setRawHeader("User-Agent", "drover/" DROVER_VERSION);
    for (const auto& [name, value] : request.headers)
        made.setRawHeader(bytesOf(name), bytesOf(value));
    for (const auto& header : request.secretHeaders) {
        header.value.reveal([&](std::string_view value) {
            made.setRawHeader(bytesOf(header.name), bytesOf(header.prefix) + bytesOf(value));
        });
    }
    if (!request.body.empty())
        made.setHeader(QNetworkRequest::ContentLengthHeader, qlonglong(request.body.size()));
    return made;
}

// Errors that only say that the status is 4xx or 5xx.
bool isStatus(QNetworkReply::NetworkError error)
{
    return error == QNetworkReply::NoError || error == QNetworkReply::ProtocolInvalidOperationError ||
           (error >= 201 && error <= 299) || (error >= 401 && error <= 499);
}

} // namespace

OnceBody::OnceBody(QByteArray bytes) : bytes_(std::move(bytes))
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 OnceBody::readData(char* data, qint64 most)
{
    const qint64 size = std::min<qint64>(most, bytes_.size() - at_);
    if (size <= 0)
        return -1; // the end
    std::memcpy(data, bytes_.constData() + at_, std::size_t(size));
    at_ += size;
    return size;
}

HttpExchange::HttpExchange(QNetworkAccessManager& manager, const HttpRequest& request, Duration left,
                           OnDone onDone)
    : onDone_(std::move(onDone)), limit_(request.limit)
{
    const auto asked = networkRequest(request);
    host_ = asked.url().host().toStdString();
    OnceBody* body = nullptr;
    if (!request.body.empty())
        body = new OnceBody{bytesOf(request.body)};
    watch_.start();
    reply_ = manager.sendCustomRequest(asked, bytesOf(request.method), body);
    if (body != nullptr)
        body->setParent(reply_);
    connect(reply_, &QIODevice::readyRead, this, &HttpExchange::onBytes);
    connect(reply_, &QNetworkReply::finished, this, &HttpExchange::onFinished);
    connect(reply_, &QNetworkReply::sslErrors, this, [this](const QList<QSslError>& errors) {
        if (!errors.isEmpty())
            certificateProblem_ = errors.front().errorString().toStdString();
    });
    deadline_.setSingleShot(true);
    connect(&deadline_, &QTimer::timeout, this, [this] {
        finish(failure(Errc::timeout,
                       firstByteMs_.has_value() ? "the answer did not end in time" : "no answer in time"));
    });
    deadline_.start(std::chrono::ceil<std::chrono::milliseconds>(left));
}

HttpExchange::~HttpExchange()
{
    cancel();
}

void HttpExchange::cancel()
{
    onDone_ = nullptr;
    deadline_.stop();
    if (reply_.isNull())
        return;
    reply_->disconnect(this);
    if (reply_->isRunning())
        reply_->abort();
    reply_->deleteLater();
    reply_ = nullptr;
}

void HttpExchange::onBytes()
{
    if (!firstByteMs_.has_value())
        firstByteMs_ = double(watch_.nsecsElapsed()) / 1e6;
    body_ += reply_->readAll();
    if (std::size_t(body_.size()) > limit_)
        finish(failure(Errc::protocol, "the answer is larger than " + std::to_string(limit_) + " bytes"));
}

void HttpExchange::onFinished()
{
    if (reply_->bytesAvailable() > 0)
        onBytes();
    if (!onDone_)
        return; // the last bytes were too many
    const int status = reply_->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status > 0 && isStatus(reply_->error()))
        finish(HttpOutcome{response(), {}, false});
    else
        finish(networkFailure());
}

void HttpExchange::finish(HttpOutcome outcome)
{
    deadline_.stop();
    // The callee may destroy this object.
    if (const auto done = std::exchange(onDone_, nullptr))
        done(std::move(outcome));
}

HttpOutcome HttpExchange::failure(Errc code, std::string what, bool neverSent) const
{
    return {std::nullopt, Error{code, std::move(what), host_}, neverSent};
}

HttpOutcome HttpExchange::networkFailure() const
{
    switch (reply_->error()) {
    case QNetworkReply::ConnectionRefusedError:
        return failure(Errc::network, "connection refused", true);
    case QNetworkReply::HostNotFoundError:
        return failure(Errc::network, "no such host", true);
    case QNetworkReply::SslHandshakeFailedError:
        return failure(Errc::network, certificateProblem_.empty()
                                          ? "the TLS handshake failed"
                                          : "its certificate is refused: " + certificateProblem_);
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return failure(Errc::unauthorized, "the proxy asks for credentials", true);
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyNotFoundError:
        return failure(Errc::network, "the proxy cannot be reached", true);
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolUnknownError:
        return failure(Errc::protocol, "what it answered is not HTTP");
    default:
        break;
    }
    return failure(Errc::network, body_.isEmpty() ? "the connection was lost before the answer"
                                                  : "the connection was lost within the answer");
}

HttpResponse HttpExchange::response()
{
    HttpResponse made;
    made.status = reply_->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    for (const auto& [name, value] : reply_->rawHeaderPairs())
        made.headers.emplace_back(name.toLower().toStdString(), value.toStdString());
    made.body = body_.toStdString();
    made.totalMs = double(watch_.nsecsElapsed()) / 1e6;
    made.firstByteMs = firstByteMs_.value_or(made.totalMs);
    return made;
}

} // namespace drover
