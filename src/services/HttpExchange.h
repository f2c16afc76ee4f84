// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QByteArray>
#include <QElapsedTimer>
#include <QIODevice>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QPointer>
#include <QTimer>

#include "base/Result.h"
#include "base/Time.h"
#include "services/HttpClient.h"

#include <functional>
#include <memory>
#include <optional>

class QNetworkAccessManager;

namespace drover {

// The end of one try of a request.
struct HttpOutcome {
    std::optional<HttpResponse> response;
    Error error;            // where there is no response
    bool neverSent = false; // the connection was not made
};

// A body that can be read once. QNetworkAccessManager sends a request again by itself when the connection
// ends before the answer, POST too; a body that cannot be rewound makes it report the loss instead.
class OnceBody final : public QIODevice {
public:
    explicit OnceBody(QByteArray bytes);
    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override { return bytes_.size() - at_ + QIODevice::bytesAvailable(); }
    bool seek(qint64) override { return false; }
    bool reset() override { return false; }

protected:
    qint64 readData(char* data, qint64 most) override;
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    QByteArray bytes_;
    qint64 at_ = 0;
};

// One try of a request over QNetworkAccessManager; calls onDone once, and never after it was destroyed.
class HttpExchange final : public QObject {
public:
    using OnDone = std::function<void(HttpOutcome)>;
    HttpExchange(QNetworkAccessManager& manager, const HttpRequest& request, Duration left, OnDone onDone);
    ~HttpExchange() override;
    // Aborts; onDone is not called.
    void cancel();

private:
    void onBytes();
    void onFinished();
    void finish(HttpOutcome outcome);
    HttpOutcome failure(Errc code, std::string what, bool neverSent = false) const;
    HttpOutcome networkFailure() const;
    HttpResponse response();

    QPointer<QNetworkReply> reply_;
    OnDone onDone_;
    QTimer deadline_;
    QElapsedTimer watch_;
    std::optional<double> firstByteMs_;
    QByteArray body_;
    std::size_t limit_;
    std::string host_;
    std::string certificateProblem_;
};

} // namespace drover
