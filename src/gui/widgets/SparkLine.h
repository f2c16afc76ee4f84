// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QColor>
#include <QWidget>

#include <vector>

namespace drover::gui {

// A small curve without axes: the direction, not the value.
class SparkLine final : public QWidget {
    Q_OBJECT

public:
    explicit SparkLine(QWidget* parent = nullptr);
    // One line a series, each in the colour of its target.
    void setSeries(std::vector<std::pair<QString, std::vector<double>>> series);

    QSize sizeHint() const override { return {120, 36}; }
    QSize minimumSizeHint() const override { return {60, 28}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<std::pair<QString, std::vector<double>>> series_;
};

} // namespace drover::gui
