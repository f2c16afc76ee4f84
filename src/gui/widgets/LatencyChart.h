// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWidget>

#include "base/Time.h"
#include "domain/migration/MigrationFacts.h"

#include <vector>

QT_BEGIN_NAMESPACE
class QChart;
class QChartView;
class QDateTimeAxis;
class QValueAxis;
QT_END_NAMESPACE

namespace drover::gui {

// Latency over time: a colour for each target, a stroke for each quantile (p50 thin, p95 full, p99 dashed), decimated
// to the pixels it has and broken where time went by without traffic. Software drawn: useOpenGL crashes offscreen (platform notes) and costs a libgl.
class LatencyChart final : public QWidget {
    Q_OBJECT

public:
    enum Quantile { P50 = 1, P95 = 2, P99 = 4 };

    explicit LatencyChart(QWidget* parent = nullptr);
    void setQuantiles(int quantiles);
    void setPoints(std::vector<ChartPoint> points, WallTime from, WallTime to);
    // Lines drawn (the pieces of a broken one count each), and points in them: for tests.
    int lineCount() const;
    int pointCount() const;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void redraw();
    double addLine(const QString& target, Quantile quantile);
    void addPiece(const std::vector<QPointF>& points, const QString& target, Quantile quantile, bool named);
    void paintAxes();

    QChart* chart_;
    QChartView* view_;
    QDateTimeAxis* time_;
    QValueAxis* value_;
    std::vector<ChartPoint> points_;
    WallTime from_{}, to_{};
    int quantiles_ = P50 | P95 | P99;
};

} // namespace drover::gui
