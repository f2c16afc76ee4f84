// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QString>
#include <QWidget>

#include "domain/migration/MigrationFacts.h"

#include <optional>
#include <utility>
#include <vector>

namespace drover::gui {

// One target's curve: where in the shown span (0..1) and how high, ascending. A gap of more than `gap` is one: no
// line is drawn over time that nothing is known of.
struct Spark {
    QString target;
    std::vector<std::pair<double, double>> points;
    double gap = 1;
};
// The points of each target, dated within `span` from `from`.
std::vector<Spark> sparksOf(const std::vector<ChartPoint>& points, WallTime from, Duration span,
                            std::optional<double> (*value)(const ChartPoint&));

// A small curve without axes: the direction, not the value.
class SparkLine final : public QWidget {
    Q_OBJECT

public:
    explicit SparkLine(QWidget* parent = nullptr);
    // One line each, in the colour of its target.
    void setSeries(std::vector<Spark> series);
    const std::vector<Spark>& series() const { return series_; }

    QSize sizeHint() const override { return {120, 36}; }
    QSize minimumSizeHint() const override { return {60, 28}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<Spark> series_;
};

} // namespace drover::gui
