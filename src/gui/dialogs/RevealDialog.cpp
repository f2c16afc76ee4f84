// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/RevealDialog.h"

#include "dialogs/ui_RevealDialog.h"

#include "gui/Icons.h"
#include "gui/Words.h"

namespace drover::gui {
namespace {

constexpr int tickMs = 250;

} // namespace

RevealDialog::RevealDialog(KeyDesk& keys, const KeyRecord& key, QWidget* parent, std::chrono::milliseconds shown)
    : QDialog(parent), ui_(std::make_unique<Ui::RevealDialog>()), keys_(keys), id_(key.id), name_(text(key.name.empty() ? key.id : key.name))
{
    ui_->setupUi(this);
    ui_->question->setText(tr("Type %1 to see the key itself. Who saw it, and when, is written to the audit.").arg(name_));
    ui_->copyButton->setIcon(icon(QStringLiteral("copy")));
    ui_->secretCard->hide();
    ui_->progress->hide();
    ui_->showButton->setDefault(true);
    ui_->nameEdit->setFocus();
    mask_.setSingleShot(true);
    mask_.setInterval(shown);
    mask_.callOnTimeout(this, &RevealDialog::mask);
    tick_.setInterval(tickMs);
    tick_.callOnTimeout(this, [this] {
        ui_->leftLabel->setText(tr("Masked again in %1").arg(spanText(std::chrono::ceil<std::chrono::seconds>(mask_.remainingTimeAsDuration()))));
    });
    connect(ui_->nameEdit, &QLineEdit::textChanged, this, &RevealDialog::judge);
    connect(ui_->showButton, &QPushButton::clicked, this, &RevealDialog::reveal);
    connect(ui_->closeButton, &QPushButton::clicked, this, &QDialog::reject);
    connect(ui_->copyButton, &QToolButton::clicked, this, [this] {
        ui_->secretLabel->copy();
        ui_->banner->showText(Tone::neutral, tr("Copied"), tr("The clipboard is emptied in 10 s, if it still holds the key."));
    });
    judge();
}

RevealDialog::~RevealDialog() = default;

void RevealDialog::judge()
{
    ui_->showButton->setEnabled(ui_->nameEdit->text().trimmed() == name_ && !revealing_.running());
    ui_->progress->setVisible(revealing_.running());
}

void RevealDialog::reveal()
{
    ui_->banner->clear();
    mask();
    revealing_ = Pending{keys_.reveal(id_, ui_->nameEdit->text().trimmed().toStdString()), [this](Result<Secret> secret) {
                             judge();
                             if (!secret.has_value()) {
                                 ui_->banner->showError(secret.error());
                                 return;
                             }
                             ui_->secretLabel->showSecret(*secret);
                             ui_->secretCard->show();
                             mask_.start();
                             tick_.start();
                             ui_->leftLabel->setText(tr("Masked again in %1").arg(spanText(mask_.intervalAsDuration())));
                         }};
    judge();
}

void RevealDialog::mask()
{
    mask_.stop();
    tick_.stop();
    ui_->secretLabel->forget();
    ui_->leftLabel->clear();
    if (!ui_->secretCard->isHidden())
        ui_->banner->clear(); // what was said of the copy
    ui_->secretCard->hide();
}

// Whoever turns to another window has seen it, or copied it.
void RevealDialog::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::ActivationChange && !isActiveWindow())
        mask();
}

void RevealDialog::hideEvent(QHideEvent* event)
{
    QDialog::hideEvent(event);
    mask();
}

} // namespace drover::gui
