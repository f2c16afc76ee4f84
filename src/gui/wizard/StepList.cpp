// SPDX-License-Identifier: Apache-2.0
#include "gui/wizard/StepList.h"

#include <QPainter>

#include "gui/Icons.h"
#include "gui/Theme.h"

namespace drover::gui {

StepList::StepList(QStringList steps, QWidget* parent) : QWidget(parent), steps_(std::move(steps))
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    setCurrent(0);
}

void StepList::setCurrent(int step)
{
    current_ = step;
    if (step >= 0 && step < steps_.size())
        setAccessibleName(tr("Step %1 of %2: %3").arg(step + 1).arg(steps_.size()).arg(steps_[step]));
    update();
}

void StepList::paintEvent(QPaintEvent*)
{
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), t.sidebar);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), t.border);
    for (int i = 0; i < steps_.size(); ++i) {
        const double y = 40 + i * 44;
        const QPointF centre(34, y);
        if (i + 1 < steps_.size()) {
            painter.setPen(QPen(i < current_ ? t.good : t.border, 2));
            painter.drawLine(centre + QPointF(0, 15), centre + QPointF(0, 29));
        }
        const QColor ring = i < current_ ? t.good : i == current_ ? t.accent : t.borderStrong;
        painter.setPen(QPen(ring, 1.5));
        painter.setBrush(i < current_ ? QBrush(t.good) : i == current_ ? QBrush(t.accent) : QBrush(t.sidebar));
        painter.drawEllipse(centre, 11, 11);
        if (i < current_) {
            painter.drawPixmap(int(centre.x()) - 7, int(y) - 7, iconPixmap(QStringLiteral("check"), t.dark ? t.canvas : t.surface, 14, devicePixelRatioF()));
        } else {
            QFont number = themeFont(TextRole::caption);
            number.setWeight(QFont::DemiBold);
            painter.setFont(number);
            painter.setPen(i == current_ ? t.onAccent : t.faint);
            painter.drawText(QRectF(centre.x() - 11, y - 11, 22, 22), Qt::AlignCenter, QString::number(i + 1));
        }
        painter.setFont(themeFont(i == current_ ? TextRole::strong : TextRole::body));
        painter.setPen(i <= current_ ? t.text : t.muted);
        painter.drawText(QRectF(56, y - 14, width() - 64, 28), Qt::AlignVCenter | Qt::AlignLeft, steps_[i]);
    }
}

} // namespace drover::gui
