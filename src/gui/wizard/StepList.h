// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWidget>

namespace drover::gui {

// The wizard's steps at its side: where one is, what is done, what is to come.
class StepList final : public QWidget {
    Q_OBJECT

public:
    StepList(QStringList steps, QWidget* parent = nullptr);
    void setCurrent(int step);
    QSize sizeHint() const override { return {196, 320}; }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QStringList steps_;
    int current_ = 0;
};

} // namespace drover::gui
