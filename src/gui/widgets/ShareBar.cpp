// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/ShareBar.h"

#include <QPainter>
#include <QPainterPath>

#include "gui/Theme.h"
#include "gui/Words.h"

namespace drover::gui {

ShareBar::ShareBar(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    set(0, {});
}

void ShareBar::set(double ordered, std::optional<double> served)
{
    ordered_ = ordered;
    served_ = served;
    setAccessibleName(tr("Share of HolySheep: ordered %1, served %2")
                          .arg(percentText(ordered), served ? percentText(*served, 1) : tr("nothing yet")));
    setToolTip(accessibleName());
    update();
}

void ShareBar::paintEvent(QPaintEvent*)
{
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF bar(0.5, 23, width() - 1, 10);
    QPainterPath clip;
    clip.addRoundedRect(bar, 5, 5);
    painter.save();
    painter.setClipPath(clip);
    painter.fillRect(bar, t.dark ? t.series[0].darker(260) : t.series[0].lighter(178));
    painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * ordered_, bar.height()), t.series[1]);
    painter.restore();

    painter.setFont(themeFont(TextRole::caption));
    const QFontMetrics metrics(painter.font());
    painter.setPen(t.muted);
    painter.drawText(QRectF(0, 0, width(), 18), Qt::AlignLeft | Qt::AlignVCenter, tr("Ordered"));
    painter.setPen(t.text);
    QFont strong = themeFont(TextRole::caption);
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    painter.drawText(QRectF(metrics.horizontalAdvance(tr("Ordered")) + space::s, 0, width(), 18),
                     Qt::AlignLeft | Qt::AlignVCenter, percentText(ordered_));
    painter.setPen(t.muted);
    painter.setFont(themeFont(TextRole::caption));
    painter.drawText(QRectF(0, 38, width(), 18), Qt::AlignLeft | Qt::AlignVCenter, tr("Served"));
    painter.setFont(strong);
    painter.setPen(t.text);
    painter.drawText(QRectF(metrics.horizontalAdvance(tr("Served")) + space::s, 38, width(), 18),
                     Qt::AlignLeft | Qt::AlignVCenter, served_ ? percentText(*served_, 1) : QStringLiteral("–"));
    if (!served_)
        return;
    const double x = bar.left() + bar.width() * std::clamp(*served_, 0.0, 1.0);
    painter.setPen(QPen(t.surface, 2));
    painter.setBrush(t.text);
    painter.drawRoundedRect(QRectF(x - 3, bar.top() - 4, 6, bar.height() + 8), 3, 3);
}

} // namespace drover::gui
