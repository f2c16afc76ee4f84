// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/VerifyKeyDialog.h"

#include <QHBoxLayout>
#include <QLabel>

#include "dialogs/ui_VerifyKeyDialog.h"

#include "gui/Sentences.h"
#include "gui/Words.h"

namespace drover::gui {

VerifyKeyDialog::VerifyKeyDialog(KeyDesk& keys, const QString& id, QWidget* parent)
    : QDialog(parent), ui_(std::make_unique<Ui::VerifyKeyDialog>()), keys_(keys), id_(id)
{
    ui_->setupUi(this);
    ui_->headline->setText(id);
    ui_->closeButton->setDefault(true);
    connect(ui_->closeButton, &QPushButton::clicked, this, &QDialog::accept);
    connect(ui_->againButton, &QPushButton::clicked, this, &VerifyKeyDialog::verify);
    verify();
}

VerifyKeyDialog::~VerifyKeyDialog() = default;

void VerifyKeyDialog::verify()
{
    clearPlaces();
    ui_->banner->clear();
    ui_->progress->show();
    ui_->placesCard->hide();
    ui_->againButton->setEnabled(false);
    ui_->statePill->set(tr("Asking …"), Tone::neutral);
    verifying_ = Pending{keys_.verify(id_.toStdString()), [this](Result<app::KeyProof> proof) {
                             ui_->progress->hide();
                             ui_->againButton->setEnabled(true);
                             if (proof.has_value()) {
                                 show(*proof);
                                 return;
                             }
                             ui_->statePill->set(tr("Not verified"), Tone::warn);
                             ui_->banner->showError(proof.error());
                         }};
}

void VerifyKeyDialog::show(const app::KeyProof& proof)
{
    ui_->headline->setText(text(proof.record.name.empty() ? proof.record.id : proof.record.name));
    ui_->statePill->set(proof.proven ? tr("Verified") : tr("Not verified"), proof.proven ? Tone::good : Tone::bad);
    for (const auto& place : proof.places) {
        auto* row = new QHBoxLayout;
        auto* name = new QLabel(text(place.region), ui_->placesCard);
        name->setProperty("role", QStringLiteral("strong"));
        auto* host = new QLabel(text(place.host), ui_->placesCard);
        host->setProperty("role", QStringLiteral("caption"));
        auto* time = new QLabel(place.ok ? millisText(place.ms) : sentenceText(place.why), ui_->placesCard);
        time->setProperty("role", QStringLiteral("muted"));
        auto* pill = new StatusPill(ui_->placesCard);
        pill->set(place.ok ? tr("Accepted") : place.status == 0 ? tr("No answer") : tr("Refused (%1)").arg(place.status),
                  place.ok ? Tone::good : Tone::bad);
        row->addWidget(name);
        row->addWidget(host);
        row->addStretch();
        row->addWidget(time);
        row->addWidget(pill);
        ui_->placesLayout->addLayout(row);
    }
    ui_->placesCard->setVisible(!proof.places.empty());
    if (proof.proven)
        ui_->banner->showText(Tone::good, tr("The gateways may use it now."), {});
    else
        ui_->banner->showText(Tone::warn, tr("Not every place accepted it"),
                              tr("A fresh key may need some seconds to spread. Verify again, or check that it was pasted whole."));
    adjustSize();
}

void VerifyKeyDialog::clearPlaces()
{
    while (QLayoutItem* item = ui_->placesLayout->takeAt(0)) {
        const std::unique_ptr<QLayoutItem> row(item);
        if (row->layout() == nullptr)
            continue;
        while (QLayoutItem* inner = row->layout()->takeAt(0)) {
            const std::unique_ptr<QLayoutItem> cell(inner);
            if (cell->widget() != nullptr)
                cell->widget()->deleteLater();
        }
    }
}

} // namespace drover::gui
