// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/SecretEdit.h"

#include <algorithm>
#include <string>

namespace drover::gui {

SecretEdit::SecretEdit(QWidget* parent) : QLineEdit(parent)
{
    setEchoMode(QLineEdit::Password);
    setInputMethodHints(Qt::ImhHiddenText | Qt::ImhSensitiveData | Qt::ImhNoPredictiveText | Qt::ImhNoAutoUppercase);
    setContextMenuPolicy(Qt::NoContextMenu);
    setAutoFillBackground(false);
}

SecretEdit::~SecretEdit()
{
    // Whoever listens may be half gone by now.
    blockSignals(true);
    wipeText();
}

Secret SecretEdit::take()
{
    std::string plain = text().trimmed().toStdString();
    wipeText();
    return Secret::taking(plain);
}

QString SecretEdit::prefix() const
{
    const QString shown = text().trimmed();
    const auto end = std::min({qsizetype(5), shown.indexOf(u'-') < 0 ? qsizetype(5) : shown.indexOf(u'-') + 1,
                               shown.indexOf(u'_') < 0 ? qsizetype(5) : shown.indexOf(u'_') + 1});
    return shown.left(end);
}

void SecretEdit::wipeText()
{
    // The line's own buffer is implicitly shared: overwrite what it holds before letting it go.
    QString shown = text();
    const int length = int(shown.size());
    clear();
    std::fill_n(shown.data(), length, QChar(u'\0'));
}

} // namespace drover::gui
