// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/LatencyChart.h"

#include <QChart>
#include <QChartView>
#include <QDateTime>
#include <QDateTimeAxis>
#include <QEvent>
#include <QGraphicsLayout>
#include <QLegendMarker>
#include <QLineSeries>
#include <QValueAxis>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/Theme.h"
#include "gui/Words.h"
#include "gui/widgets/AxisEnd.h"
#include "gui/widgets/Decimate.h"
#include "gui/widgets/Gaps.h"

namespace drover::gui {
namespace {

qint64 chartMillis(WallTime at)
{
    return std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
}

std::optional<double> quantileOf(const ChartPoint& point, LatencyChart::Quantile quantile)
{
    switch (quantile) {
    case LatencyChart::P50: return point.p50;
    case LatencyChart::P95: return point.p95;
    case LatencyChart::P99: return point.p99;
    }
    return {};
}

} // namespace

LatencyChart::LatencyChart(QWidget* parent) : QWidget(parent)
{
    chart_ = new QChart;
    chart_->setBackgroundVisible(false);
    chart_->setMargins(QMargins(0, 0, 0, 0));
    chart_->layout()->setContentsMargins(0, 0, 0, 0);
    chart_->setAnimationOptions(QChart::NoAnimation);
    chart_->legend()->setAlignment(Qt::AlignTop);
    chart_->legend()->setMarkerShape(QLegend::MarkerShapeFromSeries);
    time_ = new QDateTimeAxis(chart_);
    time_->setTickCount(6);
    value_ = new QValueAxis(chart_);
    value_->setTickCount(5);
    value_->setLabelFormat(QStringLiteral("%.0f ms"));
    chart_->addAxis(time_, Qt::AlignBottom);
    chart_->addAxis(value_, Qt::AlignLeft);
    view_ = new QChartView(chart_, this);
    view_->setRenderHint(QPainter::Antialiasing);
    view_->setFrameShape(QFrame::NoFrame);
    view_->setBackgroundBrush(Qt::NoBrush);
    view_->setStyleSheet(QStringLiteral("background: transparent;"));
    view_->setFocusPolicy(Qt::NoFocus);
    view_->viewport()->setFocusPolicy(Qt::NoFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(view_);
    setAccessibleName(tr("Latency over time"));
    paintAxes();
}

void LatencyChart::setQuantiles(int quantiles)
{
    quantiles_ = quantiles;
    redraw();
}

void LatencyChart::setPoints(std::vector<ChartPoint> points, WallTime from, WallTime to)
{
    points_ = std::move(points);
    from_ = from;
    to_ = to;
    redraw();
}

int LatencyChart::lineCount() const { return int(chart_->series().size()); }

int LatencyChart::pointCount() const
{
    int count = 0;
    for (auto* series : chart_->series())
        count += int(static_cast<QLineSeries*>(series)->count());
    return count;
}

void LatencyChart::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (!points_.empty())
        redraw();
}

void LatencyChart::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        paintAxes();
        redraw();
    }
    QWidget::changeEvent(event);
}

void LatencyChart::paintAxes()
{
    const Tokens& t = tokens();
    chart_->legend()->setLabelColor(t.muted);
    chart_->legend()->setFont(themeFont(TextRole::caption));
    for (QAbstractAxis* axis : {static_cast<QAbstractAxis*>(time_), static_cast<QAbstractAxis*>(value_)}) {
        axis->setLabelsColor(t.faint);
        axis->setLabelsFont(themeFont(TextRole::caption));
        axis->setGridLineColor(t.border);
        axis->setLinePen(QPen(t.border));
    }
    time_->setGridLineVisible(false);
    value_->setLineVisible(false);
}

void LatencyChart::redraw()
{
    chart_->removeAllSeries();
    std::vector<QString> targets;
    for (const auto& point : points_) {
        const auto target = QString::fromStdString(point.target);
        if (std::find(targets.begin(), targets.end(), target) == targets.end())
            targets.push_back(target);
    }
    std::sort(targets.begin(), targets.end(), std::greater<>());
    double top = 1;
    for (const auto& target : targets)
        for (const Quantile quantile : {P50, P95, P99})
            if ((quantiles_ & quantile) != 0)
                top = std::max(top, addLine(target, quantile));
    const bool shortRange = to_ - from_ < std::chrono::minutes{30};
    time_->setFormat(shortRange ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
    time_->setRange(QDateTime::fromMSecsSinceEpoch(chartMillis(from_)),
                    QDateTime::fromMSecsSinceEpoch(std::max(chartMillis(to_), chartMillis(from_) + 1000)));
    value_->setRange(0, axisEnd(top * 1.05));
}

double LatencyChart::addLine(const QString& target, Quantile quantile)
{
    const double gap = double(std::chrono::duration_cast<std::chrono::milliseconds>(gapOf(points_)).count());
    std::vector<std::vector<QPointF>> pieces;
    double top = 0;
    for (const auto& point : points_) {
        const auto value = quantileOf(point, quantile);
        if (!value || target != QString::fromStdString(point.target))
            continue;
        const QPointF at(double(chartMillis(point.at)), *value);
        if (pieces.empty() || at.x() - pieces.back().back().x() > gap)
            pieces.emplace_back();
        pieces.back().push_back(at);
        top = std::max(top, *value);
    }
    for (std::size_t i = 0; i < pieces.size(); ++i)
        addPiece(pieces[i], target, quantile, i == 0);
    return top;
}

void LatencyChart::addPiece(const std::vector<QPointF>& points, const QString& target, Quantile quantile, bool named)
{
    auto* series = new QLineSeries(chart_);
    const double share = (points.back().x() - points.front().x()) / std::max(1.0, double(chartMillis(to_) - chartMillis(from_)));
    const auto kept = decimate(points, std::max(2, int(std::max(100, width() - 60) * std::min(1.0, share))));
    series->replace(QList<QPointF>(kept.begin(), kept.end()));
    QColor color = targetColor(tokens(), target);
    if (quantile == P50)
        color.setAlphaF(0.75f);
    QPen pen(color, quantile == P95 ? 2.2 : 1.4, quantile == P99 ? Qt::DotLine : Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    series->setPen(pen);
    series->setPointsVisible(kept.size() == 1); // one bucket between two gaps is no line
    const QString name = quantile == P50 ? QStringLiteral("p50") : quantile == P95 ? QStringLiteral("p95") : QStringLiteral("p99");
    series->setName(targetText(target.toStdString()) + u' ' + name);
    chart_->addSeries(series);
    series->attachAxis(time_);
    series->attachAxis(value_);
    if (!named)
        for (QLegendMarker* marker : chart_->legend()->markers(series))
            marker->setVisible(false);
}

} // namespace drover::gui
