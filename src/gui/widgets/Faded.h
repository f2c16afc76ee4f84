// SPDX-License-Identifier: Apache-2.0
#pragma once

class QWidget;

namespace drover::gui {

// Paler while what it shows is old; as ever again afterwards. Not for widgets with a chart in them: Qt cannot paint a
// graphics view through an effect.
void fade(QWidget& widget, bool old);

} // namespace drover::gui
