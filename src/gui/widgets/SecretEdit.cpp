// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/SecretEdit.h"

#include <QStringEncoder>

#include "gui/Wipe.h"

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
    forget();
}

Secret SecretEdit::take()
{
    Secret taken = copied();
    forget();
    return taken;
}

Secret SecretEdit::copied() const
{
    const QString shown = text();
    const QStringView key = QStringView(shown).trimmed();
    QStringEncoder utf8(QStringEncoder::Utf8);
    std::string plain(std::size_t(utf8.requiredSpace(key.size())), '\0');
    const char* end = utf8.appendToBuffer(plain.data(), key);
    plain.resize(std::size_t(end - plain.data()));
    return Secret::taking(plain);
}

QString SecretEdit::prefix() const
{
    const QString shown = text().trimmed();
    const auto end = std::min({qsizetype(5), shown.indexOf(u'-') < 0 ? qsizetype(5) : shown.indexOf(u'-') + 1,
                               shown.indexOf(u'_') < 0 ? qsizetype(5) : shown.indexOf(u'_') + 1});
    return shown.left(end);
}

void SecretEdit::forget()
{
    // The line's own buffer is implicitly shared: hold it, let the line go of it, and overwrite what it holds. Not by clear(), which would
    // keep each letter for undo.
    QString shown = text();
    setText({});
    wipeText(shown);
}

} // namespace drover::gui
