// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QString>

namespace drover::gui {

// One of resources/icons by its name ("rollback"), drawn in the colours of the theme that is on whenever it is
// painted: muted, accent when checked, faint when disabled.
QIcon icon(const QString& name);
// The same in one colour for good ("onBad" on a red button). The colour is asked for at each paint.
using ColorOf = QColor (*)();
QIcon icon(const QString& name, ColorOf color);
QPixmap iconPixmap(const QString& name, const QColor& color, int size, double ratio);

} // namespace drover::gui
