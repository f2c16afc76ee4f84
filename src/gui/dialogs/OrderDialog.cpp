// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/OrderDialog.h"

#include "dialogs/ui_OrderDialog.h"

namespace drover::gui {

OrderDialog::OrderDialog(const Question& question, QWidget* parent)
    : QDialog(parent), ui_(std::make_unique<Ui::OrderDialog>()), typedName_(question.typedName), reason_(question.reason)
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
    const bool typed = !typedName_.isEmpty();
    const bool reasoned = reason_ != Reason::none;
    ui_->nameLabel->setText(question.typedWhat.isEmpty() ? tr("This is production. Type the workspace's name, %1, to go on.").arg(typedName_)
                                                         : question.typedWhat);
    ui_->nameLabel->setVisible(typed);
    ui_->nameEdit->setVisible(typed);
    ui_->reasonLabel->setVisible(reasoned);
    ui_->reasonEdit->setVisible(reasoned);
    if (reason_ == Reason::required)
        ui_->reasonEdit->setPlaceholderText(tr("Needed: it goes into the audit"));
    QWidget* first = ui_->confirmButton;
    if (reasoned)
        first = ui_->reasonEdit;
    if (question.danger && !reasoned)
        first = ui_->cancelButton; // Enter alone ends nothing
    if (typed)
        first = ui_->nameEdit;
    first->setFocus();
    for (auto* line : {ui_->nameEdit, ui_->reasonEdit})
        connect(line, &QLineEdit::textChanged, this, &OrderDialog::judge);
    connect(ui_->cancelButton, &QPushButton::clicked, this, &QDialog::reject);
    connect(ui_->confirmButton, &QPushButton::clicked, this, [this] {
        Q_EMIT confirmed(ui_->reasonEdit->text().trimmed());
        accept();
    });
    judge();
}

OrderDialog::~OrderDialog() = default;

void OrderDialog::judge()
{
    const bool named = typedName_.isEmpty() || ui_->nameEdit->text().trimmed() == typedName_;
    const bool reasoned = reason_ != Reason::required || !ui_->reasonEdit->text().trimmed().isEmpty();
    ui_->confirmButton->setEnabled(named && reasoned);
}

} // namespace drover::gui
