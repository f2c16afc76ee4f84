// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/SecretLabel.h"

#include "gui/SecretClipboard.h"
#include "gui/Theme.h"
#include "gui/Wipe.h"

namespace drover::gui {

SecretLabel::SecretLabel(QWidget* parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::NoTextInteraction);
    setFont(themeFont(TextRole::mono));
}

SecretLabel::~SecretLabel() { forget(); }

void SecretLabel::showSecret(const Secret& secret)
{
    forget();
    secret.reveal([this](std::string_view plain) { setText(QString::fromUtf8(plain.data(), qsizetype(plain.size()))); });
}

void SecretLabel::forget()
{
    QString shown = text();
    clear(); // now it is ours alone
    wipeText(shown);
}

void SecretLabel::copy() const { SecretClipboard::ofProgram().copy(text()); }

} // namespace drover::gui
