// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QFrame>
#include <QTimer>

#include "gui/Theme.h"

class QLabel;

namespace drover::gui {

// A short word of what just happened, over the window's lower edge, gone after some seconds. Never for what must not
// be missed: that is a Banner.
class Toast final : public QFrame {
    Q_OBJECT

public:
    explicit Toast(QWidget* window);
    void say(const QString& text, Tone tone = Tone::good);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void place();

    QLabel* dot_;
    QLabel* text_;
    QTimer hide_;
};

} // namespace drover::gui
