// SPDX-License-Identifier: Apache-2.0
#include "gui/SecretClipboard.h"

#include <QClipboard>
#include <QCryptographicHash>
#include <QGuiApplication>
#include <QMimeData>

#include "gui/Wipe.h"

namespace drover::gui {
namespace {

QByteArray digestOf(const QString& text)
{
    QByteArray plain = text.toUtf8();
    QByteArray digest = QCryptographicHash::hash(plain, QCryptographicHash::Sha256);
    wipeText(plain);
    return digest;
}

} // namespace

SecretClipboard::SecretClipboard(std::chrono::milliseconds time, QObject* parent) : QObject(parent)
{
    timer_.setSingleShot(true);
    timer_.setInterval(time);
    timer_.callOnTimeout(this, &SecretClipboard::clear);
    connect(qApp, &QCoreApplication::aboutToQuit, this, &SecretClipboard::clear);
}

SecretClipboard::~SecretClipboard() { clear(); }

SecretClipboard& SecretClipboard::ofProgram()
{
    static SecretClipboard* one = nullptr;
    if (one == nullptr) {
        one = new SecretClipboard(usualTime, qApp);
        connect(one, &QObject::destroyed, [] { one = nullptr; });
    }
    return *one;
}

void SecretClipboard::copy(const QString& secret)
{
    auto* data = new QMimeData;
    data->setText(secret);
    data->setData(QStringLiteral("x-kde-passwordManagerHint"), QByteArrayLiteral("secret"));
    QGuiApplication::clipboard()->setMimeData(data);
    digest_ = digestOf(secret);
    timer_.start();
}

void SecretClipboard::clear()
{
    timer_.stop();
    if (digest_.isEmpty() || qApp == nullptr)
        return;
    if (digestOf(QGuiApplication::clipboard()->text()) == digest_)
        QGuiApplication::clipboard()->clear();
    digest_.clear();
    Q_EMIT cleared();
}

} // namespace drover::gui
