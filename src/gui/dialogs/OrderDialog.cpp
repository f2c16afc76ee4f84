// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/OrderDialog.h"

#include "dialogs/ui_OrderDialog.h"

namespace drover::gui {

OrderDialog::OrderDialog(const Question& question, QWidget* parent)
    : QDialog(parent), ui_(std::make_unique<Ui::OrderDialog>())
{
    ui_->setupUi(this);
    setWindowTitle(question.headline);
    ui_->headline->setText(question.headline);
    ui_->text->setText(question.text);
    ui_->confirmButton->setText(question.confirm);
    ui_->confirmButton->setAccessibleName(question.confirm);
    if (question.danger)
        ui_->confirmButton->setProperty("kind", QStringLiteral("danger"));
    ui_->confirmButton->setDefault(true);
    const bool typed = !question.typedName.isEmpty();
    ui_->nameLabel->setText(tr("This is production. Type the workspace's name, %1, to go on.").arg(question.typedName));
    ui_->nameLabel->setVisible(typed);
    ui_->nameEdit->setVisible(typed);
    ui_->confirmButton->setEnabled(!typed);
    (typed ? ui_->nameEdit : ui_->reasonEdit)->setFocus();
    connect(ui_->nameEdit, &QLineEdit::textChanged, this, [this, name = question.typedName](const QString& text) {
        ui_->confirmButton->setEnabled(text.trimmed() == name);
    });
    connect(ui_->cancelButton, &QPushButton::clicked, this, &QDialog::reject);
    connect(ui_->confirmButton, &QPushButton::clicked, this, [this] {
        Q_EMIT confirmed(ui_->reasonEdit->text().trimmed());
        accept();
    });
}

OrderDialog::~OrderDialog() = default;

} // namespace drover::gui
