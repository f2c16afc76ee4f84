// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QPalette>
#include <QProxyStyle>

namespace drover::gui {

// Fusion with our own small marks: check boxes, radio buttons, arrows, and a focus ring that is easy to see.
class Style final : public QProxyStyle {
    Q_OBJECT

public:
    Style();
    // What the desktop would have given: tells whether "system" means light or dark.
    static QPalette systemPalette();

    // A label says what it is given, letter by letter, and no markup of whoever wrote it: a file's name, a provider's answer.
    void polish(QWidget* widget) override;
    using QProxyStyle::polish;

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const override;
};

} // namespace drover::gui
