// SPDX-License-Identifier: Apache-2.0
#include "gui/Icons.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include "gui/Theme.h"

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

class ThemedIcon final : public QIconEngine {
public:
    ThemedIcon(QString name, ColorOf color) : name_(std::move(name)), color_(color) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
    {
        const double ratio = painter->device()->devicePixelRatioF();
        const int size = std::min(rect.width(), rect.height());
        const QPixmap pixmap = iconPixmap(name_, colorFor(mode, state), size, ratio);
        painter->drawPixmap(rect.x() + (rect.width() - size) / 2, rect.y() + (rect.height() - size) / 2, pixmap);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        return iconPixmap(name_, colorFor(mode, state), std::min(size.width(), size.height()), 1.0);
    }
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal) override
    {
        return pixmap(size, mode, state);
    }
    QIconEngine* clone() const override { return new ThemedIcon(name_, color_); }

private:
    QColor colorFor(QIcon::Mode mode, QIcon::State state) const
    {
        const Tokens& t = tokens();
        if (mode == QIcon::Disabled)
            return t.faint;
        if (color_ != nullptr)
            return color_();
        return state == QIcon::On ? t.accent : t.muted;
    }

    QString name_;
    ColorOf color_;
};

} // namespace

QIcon icon(const QString& name) { return QIcon(new ThemedIcon(name, nullptr)); }
QIcon icon(const QString& name, ColorOf color) { return QIcon(new ThemedIcon(name, color)); }

QPixmap iconPixmap(const QString& name, const QColor& color, int size, double ratio)
{
    const QString key = u"drover/%1/%2/%3@%4"_s.arg(name, color.name()).arg(size).arg(ratio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    QFile file(u":/icons/%1.svg"_s.arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray svg = file.readAll();
    svg.replace("currentColor", color.name().toLatin1());
    QSvgRenderer renderer(svg);
    const int pixels = int(size * ratio + 0.5);
    pixmap = QPixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF(0, 0, pixels, pixels));
    painter.end();
    pixmap.setDevicePixelRatio(ratio);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

} // namespace drover::gui
