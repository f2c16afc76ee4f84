// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QWidget>

#include "gui/Theme.h"

class QPainter;

namespace drover::gui {

// A word in a soft coloured capsule with a dot: a phase, a verdict, a state. Never colour alone.
class StatusPill final : public QWidget {
    Q_OBJECT

public:
    explicit StatusPill(QWidget* parent = nullptr);
    void set(const QString& text, Tone tone);
    QString text() const { return text_; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

    // For delegates: the same pill anywhere. Gives its width.
    static int paint(QPainter& painter, const QPoint& leftCentre, const QString& text, Tone tone);
    static int widthOf(const QString& text); // px

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString text_;
    Tone tone_ = Tone::neutral;
};

} // namespace drover::gui
