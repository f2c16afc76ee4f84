// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWidget>

#include "base/Money.h"

#include <optional>

namespace drover::gui {

// Thirty days on each of the two price books, as two bars of one scale.
class CostChart final : public QWidget {
    Q_OBJECT

public:
    explicit CostChart(QWidget* parent = nullptr);
    void set(std::optional<Money> legacy, std::optional<Money> target);
    QSize sizeHint() const override { return {400, 84}; }
    QSize minimumSizeHint() const override { return {240, 84}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::optional<Money> legacy_;
    std::optional<Money> target_;
};

} // namespace drover::gui
