// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/CloseDialog.h"

#include "dialogs/ui_CloseDialog.h"

#include "gui/Words.h"

namespace drover::gui {

CloseDialog::CloseDialog(const MigrationNews& news, QWidget* parent) : QDialog(parent), ui_(std::make_unique<Ui::CloseDialog>())
{
    ui_->setupUi(this);
    const app::MigrationStatus& status = news.status;
    ui_->text->setText(status.lease ? tr("Nobody renews its lease then: it ends in %1, and all new requests go to Legacy. Resume, here or by droverctl, brings the share back.")
                                          .arg(spanText(status.lease->left))
                                    : tr("It stands still then, and the share stays as it is, until it is resumed here or by droverctl."));
    const bool pausable = status.phase != Phase::paused;
    ui_->pauseHint->setVisible(pausable);
    ui_->pauseButton->setVisible(pausable);
    ui_->stayButton->setDefault(true);
    ui_->stayButton->setFocus();
    connect(ui_->stayButton, &QPushButton::clicked, this, &QDialog::reject);
    connect(ui_->pauseButton, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT pauseChosen();
    });
    connect(ui_->closeButton, &QPushButton::clicked, this, [this] {
        accept();
        Q_EMIT closeChosen();
    });
}

CloseDialog::~CloseDialog() = default;

} // namespace drover::gui
