// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QColor>
#include <QFont>
#include <QString>

#include <array>

class QApplication;
class QPalette;

namespace drover::gui {

enum class ThemeName { light, dark, system };

// Every colour of the console. Text colours keep at least 4.5:1 on the surfaces they stand on; series colours are
// those of Okabe and Ito (2008), told apart by colour-blind eyes, a step lighter on dark.
struct Tokens {
    bool dark;
    QColor canvas;       // behind the cards
    QColor surface;      // cards, fields, dialogs
    QColor sunken;       // table headers, tracks of bars
    QColor sidebar;
    QColor hover;
    QColor border;
    QColor borderStrong;
    QColor text;
    QColor muted;
    QColor faint;
    QColor accent, accentHover, accentSoft, onAccent;
    QColor good, goodSoft;
    QColor warn, warnSoft;
    QColor bad, badHover, badSoft, onBad;
    std::array<QColor, 5> series; // legacy, holysheep, then whatever comes
};

// What a pill, a bar or a line of text wants to say.
enum class Tone { neutral, accent, good, warn, bad };

const Tokens& lightTokens();
const Tokens& darkTokens();
// Those of the theme that is on, told by the application's palette: widgets that paint themselves ask at each paint
// and so follow a change at once.
const Tokens& tokens();

QColor toneColor(const Tokens& tokens, Tone tone);
QColor toneSoft(const Tokens& tokens, Tone tone);
// legacy is always the first series colour and holysheep the second; other targets share the rest.
QColor targetColor(const Tokens& tokens, const QString& target);

// The grid: everything is 4 or a multiple of it apart.
namespace space {
inline constexpr int xs = 4, s = 8, m = 12, l = 16, xl = 24, xxl = 32;
inline constexpr int radius = 8;
} // namespace space

// The type scale, in pixels.
enum class TextRole { caption, body, strong, heading, title, metric, mono };
QFont themeFont(TextRole role);

// Registers the fonts, sets style, palette and stylesheet of the whole program. Cheap to call again on a change.
void applyTheme(QApplication& application, ThemeName name);
QPalette paletteFor(const Tokens& tokens);
QString styleSheetFor(const Tokens& tokens);

} // namespace drover::gui
