// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/TokenDialog.h"

#include "dialogs/ui_TokenDialog.h"

#include "gui/Icons.h"
#include "gui/Words.h"

namespace drover::gui {

TokenDialog::TokenDialog(GatewayDesk& gateways, QWidget* parent)
    : QDialog(parent), ui_(std::make_unique<Ui::TokenDialog>()), gateways_(gateways)
{
    ui_->setupUi(this);
    ui_->tokenCard->hide();
    ui_->progress->hide();
    ui_->copyButton->setIcon(icon(QStringLiteral("copy")));
    ui_->createButton->setEnabled(false);
    ui_->createButton->setDefault(true);
    ui_->nameEdit->setFocus();
    connect(ui_->nameEdit, &QLineEdit::textChanged, this,
            [this](const QString& name) { ui_->createButton->setEnabled(!name.trimmed().isEmpty() && !creating_.running()); });
    connect(ui_->closeButton, &QPushButton::clicked, this, &QDialog::accept);
    connect(ui_->createButton, &QPushButton::clicked, this, &TokenDialog::create);
    connect(ui_->copyButton, &QToolButton::clicked, ui_->tokenLabel, &SecretLabel::copy);
}

TokenDialog::~TokenDialog() = default;

void TokenDialog::create()
{
    app::TokenRequest request;
    request.name = ui_->nameEdit->text().trimmed().toStdString();
    request.requestsPerMinute = std::uint32_t(ui_->limitBox->value());
    ui_->banner->clear();
    creating_ = Pending{gateways_.createToken(std::move(request)), [this](Result<Secret> token) {
                            showBusy(false);
                            if (!token.has_value()) {
                                ui_->banner->showError(token.error());
                                return;
                            }
                            ui_->tokenLabel->showSecret(*token);
                            ui_->tokenCard->show();
                            ui_->createButton->hide();
                            ui_->nameEdit->setEnabled(false);
                            ui_->limitBox->setEnabled(false);
                            ui_->banner->showText(Tone::warn, tr("Copy it now"), tr("Nobody can show it again."));
                        }};
    showBusy(true);
}

void TokenDialog::showBusy(bool busy)
{
    ui_->progress->setVisible(busy);
    ui_->createButton->setEnabled(!busy);
    ui_->closeButton->setEnabled(!busy);
    ui_->nameEdit->setEnabled(!busy);
    ui_->limitBox->setEnabled(!busy);
}

void TokenDialog::reject()
{
    if (!creating_.running())
        QDialog::reject();
}

} // namespace drover::gui
