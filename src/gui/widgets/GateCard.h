// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QFrame>

#include "domain/gates/Gate.h"

class QLabel;

namespace drover::gui {

class GateScale;
class StatusPill;

// One gate: its verdict, the estimate with the ends of its interval on a scale with the limit, the evidence it rests
// on, and what is still missing.
class GateCard final : public QFrame {
    Q_OBJECT

public:
    explicit GateCard(QWidget* parent = nullptr);
    void set(const GateResult& gate);

private:
    QLabel* name_;
    StatusPill* verdict_;
    QLabel* estimate_;
    QLabel* interval_;
    GateScale* scale_;
    QLabel* sentence_;
};

// The interval as a bar, the estimate as a dot, the limit as a line: left of the line is good.
class GateScale final : public QWidget {
    Q_OBJECT

public:
    explicit GateScale(QWidget* parent = nullptr);
    void set(const GateResult& gate);
    QSize sizeHint() const override { return {220, 40}; }
    QSize minimumSizeHint() const override { return {140, 40}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    GateResult gate_;
};

} // namespace drover::gui
