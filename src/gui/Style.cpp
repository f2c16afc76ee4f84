// SPDX-License-Identifier: Apache-2.0
#include "gui/Style.h"

#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QStyleFactory>
#include <QStyleOption>

#include "gui/Theme.h"

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

void drawMarkBox(const QStyleOption& option, QPainter& painter, bool round)
{
    const Tokens& t = tokens();
    const bool on = option.state.testFlag(QStyle::State_On);
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const QRectF box = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor edge = on ? t.accent : option.state.testFlag(QStyle::State_MouseOver) ? t.muted : t.borderStrong;
    painter.setPen(QPen(enabled ? edge : t.border, 1.2));
    painter.setBrush(on ? QBrush(enabled ? t.accent : t.borderStrong) : QBrush(t.surface));
    if (round)
        painter.drawEllipse(box);
    else
        painter.drawRoundedRect(box, 4, 4);
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter.save();
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(t.text, 2));
        const QRectF ring = QRectF(option.rect).adjusted(1, 1, -1, -1);
        round ? painter.drawEllipse(ring) : painter.drawRoundedRect(ring, 5, 5);
        painter.restore();
    }
    if (!on)
        return;
    if (round) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.onAccent);
        painter.drawEllipse(box.center(), box.width() / 5.5, box.width() / 5.5);
        return;
    }
    QPainterPath tick;
    tick.moveTo(box.left() + box.width() * 0.25, box.top() + box.height() * 0.52);
    tick.lineTo(box.left() + box.width() * 0.43, box.top() + box.height() * 0.70);
    tick.lineTo(box.left() + box.width() * 0.77, box.top() + box.height() * 0.32);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(t.onAccent, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(tick);
}

void drawChevron(const QStyleOption& option, QPainter& painter, double turn)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(QRectF(option.rect).center());
    painter.rotate(turn);
    painter.setPen(QPen(tokens().muted, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(QPolygonF({{-3.5, -1.8}, {0, 1.8}, {3.5, -1.8}}));
}

} // namespace

Style::Style() : QProxyStyle(QStyleFactory::create(u"Fusion"_s)) {}

QPalette Style::systemPalette() { return QProxyStyle(QStyleFactory::create(u"Fusion"_s)).standardPalette(); }

void Style::polish(QWidget* widget)
{
    QProxyStyle::polish(widget);
    auto* label = qobject_cast<QLabel*>(widget);
    if (label != nullptr && label->textFormat() == Qt::AutoText)
        label->setTextFormat(Qt::PlainText);
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const
{
    painter->save();
    switch (element) {
    case PE_IndicatorCheckBox: drawMarkBox(*option, *painter, false); break;
    case PE_IndicatorRadioButton: drawMarkBox(*option, *painter, true); break;
    case PE_IndicatorArrowDown: drawChevron(*option, *painter, 0); break;
    case PE_IndicatorArrowUp: drawChevron(*option, *painter, 180); break;
    case PE_IndicatorArrowRight: drawChevron(*option, *painter, -90); break;
    case PE_IndicatorArrowLeft: drawChevron(*option, *painter, 90); break;
    default: QProxyStyle::drawPrimitive(element, option, painter, widget); break;
    }
    painter->restore();
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    switch (metric) {
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight: return 18;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing: return space::s;
    case PM_SmallIconSize:
    case PM_ButtonIconSize: return 16;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const
{
    if (hint == SH_DialogButtonBox_ButtonsHaveIcons)
        return 0;
    if (hint == SH_EtchDisabledText)
        return 0;
    return QProxyStyle::styleHint(hint, option, widget, data);
}

} // namespace drover::gui
