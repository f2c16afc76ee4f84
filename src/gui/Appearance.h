// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QObject>
#include <QTranslator>

#include "gui/Theme.h"

class QApplication;
class QSettings;

namespace drover::gui {

// Theme and language of the console: applied to the program, and kept for the next start where there are settings.
class Appearance final : public QObject {
    Q_OBJECT

public:
    // `settings` may be null (pictures, tests): nothing is kept then. Both must outlive this.
    Appearance(QApplication& application, QSettings* settings, QObject* parent = nullptr);

    ThemeName theme() const { return theme_; }
    void setTheme(ThemeName theme);
    // "en" or "zh_CN"; "" follows the system.
    QString language() const { return language_; }
    void setLanguage(const QString& language);

Q_SIGNALS:
    void themeChanged();
    // Windows are made anew in the new language.
    void languageChanged();

private:
    void translate();

    QApplication& application_;
    QSettings* settings_;
    ThemeName theme_ = ThemeName::system;
    QString language_;
    QTranslator own_;
    QTranslator qt_;
};

} // namespace drover::gui
