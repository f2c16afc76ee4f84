// SPDX-License-Identifier: Apache-2.0
#include "gui/Theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QPalette>
#include <QPixmapCache>

#include "gui/Style.h"

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

QColor rgb(const char* hex) { return QColor::fromString(QLatin1StringView(hex)); }

Tokens makeLight()
{
    Tokens t;
    t.dark = false;
    t.canvas = rgb("#f5f6f8");
    t.surface = rgb("#ffffff");
    t.sunken = rgb("#eef0f4");
    t.sidebar = rgb("#fbfbfd");
    t.hover = rgb("#f0f2f6");
    t.border = rgb("#e2e5eb");
    t.borderStrong = rgb("#c6ccd6");
    t.text = rgb("#161a22");
    t.muted = rgb("#535c6b");
    t.faint = rgb("#6d7686");
    t.accent = rgb("#2f55d4");
    t.accentHover = rgb("#2546b8");
    t.accentSoft = rgb("#e8edfd");
    t.onAccent = rgb("#ffffff");
    t.good = rgb("#0b7454");
    t.goodSoft = rgb("#e0f4ec");
    t.warn = rgb("#8f5a00");
    t.warnSoft = rgb("#fcf0d8");
    t.bad = rgb("#be2d24");
    t.badHover = rgb("#a3241c");
    t.badSoft = rgb("#fdeae8");
    t.onBad = rgb("#ffffff");
    t.series = {rgb("#d55e00"), rgb("#0072b2"), rgb("#009e73"), rgb("#aa4499"), rgb("#8c7a00")};
    return t;
}

Tokens makeDark()
{
    Tokens t;
    t.dark = true;
    t.canvas = rgb("#0e1116");
    t.surface = rgb("#171b22");
    t.sunken = rgb("#222832");
    t.sidebar = rgb("#12161c");
    t.hover = rgb("#1f252e");
    t.border = rgb("#282f3a");
    t.borderStrong = rgb("#465062");
    t.text = rgb("#e8ebf1");
    t.muted = rgb("#a7b0be");
    t.faint = rgb("#8a94a4");
    t.accent = rgb("#87a1ff");
    t.accentHover = rgb("#a3b7ff");
    t.accentSoft = rgb("#202b4d");
    t.onAccent = rgb("#0d1430");
    t.good = rgb("#4fd0a3");
    t.goodSoft = rgb("#12302a");
    t.warn = rgb("#f0bb5a");
    t.warnSoft = rgb("#352a14");
    t.bad = rgb("#ff8579");
    t.badHover = rgb("#ffa197");
    t.badSoft = rgb("#3d1f1f");
    t.onBad = rgb("#2b0906");
    t.series = {rgb("#f08a3c"), rgb("#56b4e9"), rgb("#2fc79a"), rgb("#d28cc0"), rgb("#e3d14b")};
    return t;
}

QStringList families()
{
    return {u"Drover Sans"_s, u"Noto Sans CJK SC"_s, u"Source Han Sans SC"_s, u"WenQuanYi Micro Hei"_s, u"DejaVu Sans"_s};
}

// Once a process; adding a font twice only costs time.
void registerFonts()
{
    if (QFontDatabase::hasFamily(u"Drover Sans"_s))
        return;
    for (const auto* weight : {"Regular", "Medium", "SemiBold"})
        QFontDatabase::addApplicationFont(u":/fonts/DroverSans-%1.otf"_s.arg(QLatin1StringView(weight)));
}

} // namespace

const Tokens& lightTokens()
{
    static const Tokens all = makeLight();
    return all;
}

const Tokens& darkTokens()
{
    static const Tokens all = makeDark();
    return all;
}

const Tokens& tokens()
{
    return QGuiApplication::palette().color(QPalette::Window).lightness() < 128 ? darkTokens() : lightTokens();
}

QColor toneColor(const Tokens& tokens, Tone tone)
{
    switch (tone) {
    case Tone::accent: return tokens.accent;
    case Tone::good: return tokens.good;
    case Tone::warn: return tokens.warn;
    case Tone::bad: return tokens.bad;
    case Tone::neutral: break;
    }
    return tokens.muted;
}

QColor toneSoft(const Tokens& tokens, Tone tone)
{
    switch (tone) {
    case Tone::accent: return tokens.accentSoft;
    case Tone::good: return tokens.goodSoft;
    case Tone::warn: return tokens.warnSoft;
    case Tone::bad: return tokens.badSoft;
    case Tone::neutral: break;
    }
    return tokens.sunken;
}

QColor targetColor(const Tokens& tokens, const QString& target)
{
    if (target == "legacy"_L1)
        return tokens.series[0];
    if (target == "holysheep"_L1)
        return tokens.series[1];
    return tokens.series[2 + qHash(target) % (tokens.series.size() - 2)];
}

QFont themeFont(TextRole role)
{
    QFont result;
    result.setFamilies(families());
    result.setPixelSize(13);
    result.setWeight(QFont::Normal); // said aloud: a painter takes what is not said from its widget
    switch (role) {
    case TextRole::caption: result.setPixelSize(12); break;
    case TextRole::body: break;
    case TextRole::strong: result.setWeight(QFont::DemiBold); break;
    case TextRole::heading:
        result.setPixelSize(14);
        result.setWeight(QFont::DemiBold);
        break;
    case TextRole::title:
        result.setPixelSize(19);
        result.setWeight(QFont::DemiBold);
        break;
    case TextRole::metric:
        result.setPixelSize(24);
        result.setWeight(QFont::DemiBold);
        break;
    case TextRole::mono:
        result.setFamilies({u"DejaVu Sans Mono"_s, u"monospace"_s, u"WenQuanYi Micro Hei Mono"_s});
        result.setPixelSize(12);
        break;
    }
    return result;
}

QPalette paletteFor(const Tokens& t)
{
    QPalette p;
    p.setColor(QPalette::Window, t.canvas);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Base, t.surface);
    p.setColor(QPalette::AlternateBase, t.canvas);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::PlaceholderText, t.faint);
    p.setColor(QPalette::Button, t.surface);
    p.setColor(QPalette::ButtonText, t.text);
    p.setColor(QPalette::BrightText, t.onBad);
    p.setColor(QPalette::ToolTipBase, t.text);
    p.setColor(QPalette::ToolTipText, t.surface);
    p.setColor(QPalette::Highlight, t.accent);
    p.setColor(QPalette::HighlightedText, t.onAccent);
    p.setColor(QPalette::Link, t.accent);
    p.setColor(QPalette::LinkVisited, t.accent);
    p.setColor(QPalette::Light, t.surface);
    p.setColor(QPalette::Midlight, t.border);
    p.setColor(QPalette::Mid, t.borderStrong);
    p.setColor(QPalette::Dark, t.borderStrong);
    p.setColor(QPalette::Shadow, t.borderStrong);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, t.faint);
    return p;
}

QString styleSheetFor(const Tokens& t)
{
    QFile file(u":/style/console.qss"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const std::pair<QLatin1StringView, QColor> names[] = {
        {"@canvas"_L1, t.canvas},           {"@surface"_L1, t.surface},       {"@sunken"_L1, t.sunken},
        {"@sidebar"_L1, t.sidebar},         {"@hover"_L1, t.hover},           {"@borderStrong"_L1, t.borderStrong},
        {"@border"_L1, t.border},           {"@text"_L1, t.text},             {"@muted"_L1, t.muted},
        {"@faint"_L1, t.faint},             {"@accentHover"_L1, t.accentHover}, {"@accentSoft"_L1, t.accentSoft},
        {"@accent"_L1, t.accent},           {"@onAccent"_L1, t.onAccent},     {"@goodSoft"_L1, t.goodSoft},
        {"@good"_L1, t.good},               {"@warnSoft"_L1, t.warnSoft},     {"@warn"_L1, t.warn},
        {"@badHover"_L1, t.badHover},       {"@badSoft"_L1, t.badSoft},       {"@bad"_L1, t.bad},
        {"@onBad"_L1, t.onBad},
    };
    for (const auto& [name, color] : names)
        sheet.replace(name, color.name());
    sheet.replace("@mode"_L1, t.dark ? "dark"_L1 : "light"_L1);
    return sheet;
}

void applyTheme(QApplication& application, ThemeName name)
{
    registerFonts();
    if (qobject_cast<Style*>(application.style()) == nullptr && application.styleSheet().isEmpty())
        QApplication::setStyle(new Style);
    const bool dark = name == ThemeName::dark
        || (name == ThemeName::system && Style::systemPalette().color(QPalette::Window).lightness() < 128);
    const Tokens& chosen = dark ? darkTokens() : lightTokens();
    QApplication::setFont(themeFont(TextRole::body));
    QApplication::setPalette(paletteFor(chosen));
    application.setStyleSheet(styleSheetFor(chosen));
    QPixmapCache::clear();
}

} // namespace drover::gui
