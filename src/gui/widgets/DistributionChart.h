// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWidget>

#include "domain/latency/Histogram.h"

class QChart;
class QValueAxis;

namespace drover::gui {

// Two distributions on one axis, each as the share of its answers at or below a value: where the curves lie on each
// other, nothing has changed. The axis ends where all but the last half percent of both is told.
class DistributionChart final : public QWidget {
    Q_OBJECT

public:
    explicit DistributionChart(QWidget* parent = nullptr);
    // `unit` is said at the axis, "ms" or "tokens".
    void set(const Histogram& before, const Histogram& after, const QString& unit);

    int lineCount() const;
    QSize minimumSizeHint() const override { return {240, 200}; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void paintAxes();
    void redraw();
    void addLine(const Histogram& values, const QString& target, const QString& name);

    QChart* chart_;
    QValueAxis* value_;
    QValueAxis* share_;
    Histogram before_, after_;
};

} // namespace drover::gui
