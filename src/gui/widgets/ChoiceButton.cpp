// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/ChoiceButton.h"

#include <QPainter>

#include "gui/Icons.h"
#include "gui/Theme.h"

namespace drover::gui {

ChoiceButton::ChoiceButton(QWidget* parent) : QPushButton(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMinimumSize(sizeHint());
    setAttribute(Qt::WA_Hover);
}

void ChoiceButton::describe(const QString& iconName, const QString& description)
{
    iconName_ = iconName;
    description_ = description;
    setAccessibleDescription(description);
    update();
}

void ChoiceButton::paintEvent(QPaintEvent*)
{
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(1, 1, -1, -1);
    painter.setPen(hasFocus() ? QPen(t.accent, 2) : QPen(underMouse() ? t.borderStrong : t.border, 1));
    painter.setBrush(isDown() ? t.sunken : underMouse() && isEnabled() ? t.hover : t.surface);
    painter.drawRoundedRect(box, 10, 10);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.accentSoft);
    const QRectF badge(16, height() / 2.0 - 18, 36, 36);
    painter.drawRoundedRect(badge, 9, 9);
    const QColor mark = isEnabled() ? t.accent : t.faint;
    painter.drawPixmap(int(badge.left()) + 8, int(badge.top()) + 8, iconPixmap(iconName_, mark, 20, devicePixelRatioF()));
    const QRectF words(68, 0, width() - 84, height());
    painter.setFont(themeFont(TextRole::heading));
    painter.setPen(isEnabled() ? t.text : t.faint);
    painter.drawText(words.adjusted(0, 13, 0, 0), Qt::AlignLeft | Qt::AlignTop, text());
    painter.setFont(themeFont(TextRole::body));
    painter.setPen(isEnabled() ? t.muted : t.faint);
    painter.drawText(words.adjusted(0, 0, 0, -13), Qt::AlignLeft | Qt::AlignBottom,
                     QFontMetrics(painter.font()).elidedText(description_, Qt::ElideRight, int(words.width())));
}

} // namespace drover::gui
