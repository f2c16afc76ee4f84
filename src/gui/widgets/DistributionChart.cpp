// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/DistributionChart.h"

#include <QChart>
#include <QChartView>
#include <QEvent>
#include <QGraphicsLayout>
#include <QLineSeries>
#include <QValueAxis>
#include <QVBoxLayout>

#include <algorithm>

#include "gui/Theme.h"
#include "gui/widgets/AxisEnd.h"
#include "gui/widgets/Decimate.h"

namespace drover::gui {

DistributionChart::DistributionChart(QWidget* parent) : QWidget(parent)
{
    chart_ = new QChart;
    chart_->setBackgroundVisible(false);
    chart_->setMargins(QMargins(0, 0, 0, 0));
    chart_->layout()->setContentsMargins(0, 0, 0, 0);
    chart_->setAnimationOptions(QChart::NoAnimation);
    chart_->legend()->setAlignment(Qt::AlignTop);
    chart_->legend()->setMarkerShape(QLegend::MarkerShapeFromSeries);
    value_ = new QValueAxis(chart_);
    value_->setTickCount(6);
    share_ = new QValueAxis(chart_);
    share_->setRange(0, 100);
    share_->setTickCount(5);
    share_->setLabelFormat(QStringLiteral("%.0f %"));
    chart_->addAxis(value_, Qt::AlignBottom);
    chart_->addAxis(share_, Qt::AlignLeft);
    auto* view = new QChartView(chart_, this);
    view->setRenderHint(QPainter::Antialiasing);
    view->setFrameShape(QFrame::NoFrame);
    view->setBackgroundBrush(Qt::NoBrush);
    view->setStyleSheet(QStringLiteral("background: transparent;"));
    view->setFocusPolicy(Qt::NoFocus);
    view->viewport()->setFocusPolicy(Qt::NoFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(view);
    setAccessibleName(tr("Distribution before and after the cutover"));
    paintAxes();
}

void DistributionChart::set(const Histogram& before, const Histogram& after, const QString& unit)
{
    before_ = before;
    after_ = after;
    value_->setLabelFormat(QStringLiteral("%.0f ") + unit);
    redraw();
}

int DistributionChart::lineCount() const { return int(chart_->series().size()); }

void DistributionChart::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        paintAxes();
        redraw();
    }
    QWidget::changeEvent(event);
}

void DistributionChart::paintAxes()
{
    const Tokens& t = tokens();
    chart_->legend()->setLabelColor(t.muted);
    chart_->legend()->setFont(themeFont(TextRole::caption));
    for (QAbstractAxis* axis : {static_cast<QAbstractAxis*>(value_), static_cast<QAbstractAxis*>(share_)}) {
        axis->setLabelsColor(t.faint);
        axis->setLabelsFont(themeFont(TextRole::caption));
        axis->setGridLineColor(t.border);
        axis->setLinePen(QPen(t.border));
    }
    share_->setLineVisible(false);
}

void DistributionChart::redraw()
{
    chart_->removeAllSeries();
    double end = 0;
    for (const Histogram* side : {&before_, &after_})
        end = std::max(end, side->quantile(0.995).value_or(0));
    if (end <= 0)
        return;
    value_->setRange(0, axisEnd(end));
    addLine(before_, QStringLiteral("legacy"), tr("Before, on Legacy"));
    addLine(after_, QStringLiteral("holysheep"), tr("After, on HolySheep"));
}

void DistributionChart::addLine(const Histogram& values, const QString& target, const QString& name)
{
    if (values.empty())
        return;
    std::vector<QPointF> all;
    std::uint64_t below = 0;
    for (const auto& [bucket, count] : values.buckets()) {
        // A step each: at the value's left end the share is still the old one.
        all.emplace_back(Histogram::lowerEdge(bucket), 100.0 * double(below) / double(values.count()));
        below += count;
        all.emplace_back(Histogram::upperEdge(bucket), 100.0 * double(below) / double(values.count()));
        if (all.back().x() > value_->max())
            break;
    }
    auto* series = new QLineSeries(chart_);
    const auto kept = decimate(all, std::max(100, width() - 60));
    series->replace(QList<QPointF>(kept.begin(), kept.end()));
    series->setPen(QPen(targetColor(tokens(), target), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    series->setName(name);
    chart_->addSeries(series);
    series->attachAxis(value_);
    series->attachAxis(share_);
}

} // namespace drover::gui
