// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/AboutDialog.h"

#include "dialogs/ui_AboutDialog.h"

#include "gui/Icons.h"
#include "gui/Theme.h"

namespace drover::gui {

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent), ui_(std::make_unique<Ui::AboutDialog>())
{
    ui_->setupUi(this);
    ui_->logo->setPixmap(iconPixmap(QStringLiteral("drover"), tokens().accent, 40, devicePixelRatioF()));
    ui_->versionLabel->setText(tr("Version %1, with Qt %2").arg(QStringLiteral(DROVER_VERSION), QString::fromLatin1(qVersion())));
    ui_->closeButton->setDefault(true);
    connect(ui_->closeButton, &QPushButton::clicked, this, &QDialog::accept);
}

AboutDialog::~AboutDialog() = default;

} // namespace drover::gui
