// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWidget>

#include <optional>

namespace drover::gui {

// The new target's share of the traffic: what was ordered as a filled bar, what was served as a mark on it, so that
// a difference is seen before the numbers are read.
class ShareBar final : public QWidget {
    Q_OBJECT

public:
    explicit ShareBar(QWidget* parent = nullptr);
    void set(double ordered, std::optional<double> served);

    QSize sizeHint() const override { return {280, 56}; }
    QSize minimumSizeHint() const override { return {160, 56}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double ordered_ = 0;
    std::optional<double> served_;
};

} // namespace drover::gui
