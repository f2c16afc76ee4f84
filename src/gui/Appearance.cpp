// SPDX-License-Identifier: Apache-2.0
#include "gui/Appearance.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QSettings>

using namespace Qt::StringLiterals;

namespace drover::gui {
namespace {

ThemeName themeFrom(const QString& name)
{
    return name == "dark"_L1 ? ThemeName::dark : name == "light"_L1 ? ThemeName::light : ThemeName::system;
}

QString nameOf(ThemeName theme)
{
    return theme == ThemeName::dark ? u"dark"_s : theme == ThemeName::system ? u"system"_s : u"light"_s;
}

} // namespace

Appearance::Appearance(QApplication& application, QSettings* settings, QObject* parent)
    : QObject(parent), application_(application), settings_(settings)
{
    if (settings_ != nullptr) {
        theme_ = themeFrom(settings_->value(u"appearance/theme"_s).toString());
        language_ = settings_->value(u"appearance/language"_s).toString();
    }
    applyTheme(application_, theme_);
    translate();
}

void Appearance::setTheme(ThemeName theme)
{
    theme_ = theme;
    if (settings_ != nullptr)
        settings_->setValue(u"appearance/theme"_s, nameOf(theme));
    applyTheme(application_, theme);
    Q_EMIT themeChanged();
}

void Appearance::setLanguage(const QString& language)
{
    if (language == language_)
        return;
    language_ = language;
    if (settings_ != nullptr)
        settings_->setValue(u"appearance/language"_s, language);
    translate();
    Q_EMIT languageChanged();
}

void Appearance::translate()
{
    QCoreApplication::removeTranslator(&own_);
    QCoreApplication::removeTranslator(&qt_);
    const QString system = QLocale::system().language() == QLocale::Chinese ? u"zh_CN"_s : u"en"_s;
    const QString wanted = language_.isEmpty() ? system : language_;
    QLocale::setDefault(wanted == "zh_CN"_L1 ? QLocale(QLocale::Chinese, QLocale::China) : QLocale(QLocale::English, QLocale::UnitedStates));
    // Qt's own words (dialogs, context menus) are a package of their own and may be missing.
    if (wanted != "en"_L1 && qt_.load(u"qtbase_"_s + wanted, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&qt_);
    if (own_.load(u":/i18n/drover_"_s + wanted + u".qm"_s))
        QCoreApplication::installTranslator(&own_);
}

} // namespace drover::gui
