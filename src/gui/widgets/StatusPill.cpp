// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/StatusPill.h"

#include <QPainter>

namespace drover::gui {
namespace {

constexpr int pillHeight = 22;
constexpr int dot = 6;

QFont pillFont()
{
    QFont result = themeFont(TextRole::caption);
    result.setWeight(QFont::Medium);
    return result;
}

} // namespace

StatusPill::StatusPill(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void StatusPill::set(const QString& text, Tone tone)
{
    if (text_ == text && tone_ == tone)
        return;
    text_ = text;
    tone_ = tone;
    setAccessibleName(text);
    updateGeometry();
    update();
}

int StatusPill::widthOf(const QString& text) { return QFontMetrics(pillFont()).horizontalAdvance(text) + 3 * space::s + dot; }

QSize StatusPill::sizeHint() const { return {text_.isEmpty() ? 0 : widthOf(text_), pillHeight}; }

int StatusPill::paint(QPainter& painter, const QPoint& leftCentre, const QString& text, Tone tone)
{
    const Tokens& t = tokens();
    const int width = widthOf(text);
    const QRectF box(leftCentre.x(), leftCentre.y() - pillHeight / 2.0, width, pillHeight);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneSoft(t, tone));
    painter.drawRoundedRect(box, pillHeight / 2.0, pillHeight / 2.0);
    painter.setBrush(toneColor(t, tone));
    painter.drawEllipse(QPointF(box.left() + space::s + dot / 2.0, box.center().y()), dot / 2.0, dot / 2.0);
    painter.setPen(toneColor(t, tone));
    painter.setFont(pillFont());
    painter.drawText(box.adjusted(space::s + dot + space::xs + 1, 0, -space::xs, 0), Qt::AlignVCenter | Qt::AlignLeft, text);
    painter.restore();
    return width;
}

void StatusPill::paintEvent(QPaintEvent*)
{
    if (text_.isEmpty())
        return;
    QPainter painter(this);
    paint(painter, QPoint(0, height() / 2), text_, tone_);
}

} // namespace drover::gui
