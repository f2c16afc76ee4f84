// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/SparkLine.h"

#include <QPainter>

#include <algorithm>

#include "gui/Theme.h"

namespace drover::gui {

SparkLine::SparkLine(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SparkLine::setSeries(std::vector<std::pair<QString, std::vector<double>>> series)
{
    series_ = std::move(series);
    update();
}

void SparkLine::paintEvent(QPaintEvent*)
{
    double top = 0;
    for (const auto& [target, values] : series_)
        for (const double value : values)
            top = std::max(top, value);
    if (top <= 0)
        return;
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(1, 3, -1, -3);
    for (const auto& [target, values] : series_) {
        if (values.size() < 2)
            continue;
        QPolygonF line;
        for (std::size_t i = 0; i < values.size(); ++i)
            line << QPointF(area.left() + area.width() * double(i) / double(values.size() - 1),
                            area.bottom() - area.height() * values[i] / top);
        painter.setPen(QPen(targetColor(t, target), 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(line);
    }
}

} // namespace drover::gui
