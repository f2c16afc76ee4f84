// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/Faded.h"

#include <QGraphicsOpacityEffect>
#include <QWidget>

namespace drover::gui {

void fade(QWidget& widget, bool old)
{
    if (old == (widget.graphicsEffect() != nullptr))
        return;
    if (!old) {
        widget.setGraphicsEffect(nullptr);
        return;
    }
    auto* effect = new QGraphicsOpacityEffect(&widget);
    effect->setOpacity(0.45);
    widget.setGraphicsEffect(effect);
}

} // namespace drover::gui
