// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/SparkLine.h"

#include <QPainter>

#include <algorithm>
#include <map>

#include "gui/Theme.h"
#include "gui/widgets/Gaps.h"

namespace drover::gui {

std::vector<Spark> sparksOf(const std::vector<ChartPoint>& points, WallTime from, Duration span, std::optional<double> (*value)(const ChartPoint&))
{
    std::map<QString, Spark> byTarget;
    for (const auto& point : points) {
        const auto y = value(point);
        if (!y)
            continue;
        Spark& spark = byTarget[QString::fromStdString(point.target)];
        spark.points.emplace_back(std::clamp(seconds(point.at - from) / seconds(span), 0.0, 1.0), *y);
    }
    const double gap = seconds(gapOf(points)) / seconds(span);
    std::vector<Spark> sparks;
    for (auto& [target, spark] : byTarget) {
        spark.target = target;
        spark.gap = gap;
        sparks.push_back(std::move(spark));
    }
    return sparks;
}

SparkLine::SparkLine(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SparkLine::setSeries(std::vector<Spark> series)
{
    series_ = std::move(series);
    update();
}

void SparkLine::paintEvent(QPaintEvent*)
{
    double top = 0;
    for (const auto& spark : series_)
        for (const auto& [x, y] : spark.points)
            top = std::max(top, y);
    if (top <= 0)
        return;
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(1, 3, -1, -3);
    for (const auto& spark : series_) {
        painter.setPen(QPen(targetColor(t, spark.target), 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        QPolygonF line;
        const auto draw = [&painter, &line] {
            line.size() == 1 ? painter.drawPoint(line.front()) : painter.drawPolyline(line);
            line.clear();
        };
        double last = 0;
        for (const auto& [x, y] : spark.points) {
            if (!line.isEmpty() && x - last > spark.gap)
                draw();
            line << QPointF(area.left() + area.width() * x, area.bottom() - area.height() * y / top);
            last = x;
        }
        if (!line.isEmpty())
            draw();
    }
}

} // namespace drover::gui
