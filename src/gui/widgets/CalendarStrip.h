// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWidget>

#include "domain/migration/Policy.h"

#include <vector>

namespace drover::gui {

// A policy's calendar drawn to scale: a block a step, as wide as it lasts and as high as its share, dates below.
class CalendarStrip final : public QWidget {
    Q_OBJECT

public:
    explicit CalendarStrip(QWidget* parent = nullptr);
    void setCalendar(std::vector<CalendarEntry> entries);
    QSize sizeHint() const override { return {560, 150}; }
    QSize minimumSizeHint() const override { return {420, 150}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<double> edges() const;

    std::vector<CalendarEntry> entries_;
};

} // namespace drover::gui
