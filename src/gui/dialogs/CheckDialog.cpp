// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/CheckDialog.h"

#include "dialogs/ui_CheckDialog.h"

#include "gui/Sentences.h"
#include "gui/Words.h"

namespace drover::gui {

CheckDialog::CheckDialog(KeyDesk& keys, QWidget* parent) : QDialog(parent), ui_(std::make_unique<Ui::CheckDialog>()), keys_(keys)
{
    ui_->setupUi(this);
    ui_->driftTable->setModel(&drifts_);
    ui_->driftTable->setColumnWeights({24, 40, 36});
    ui_->driftTable->setSelectionMode(QAbstractItemView::NoSelection);
    ui_->pruneTable->setModel(&ended_);
    ui_->pruneTable->setColumnWeights({30, 16, 16, 38});
    ui_->pruneTable->setSelectionMode(QAbstractItemView::NoSelection);
    ui_->closeButton->setDefault(true);
    connect(ui_->closeButton, &QPushButton::clicked, this, &QDialog::reject);
    connect(ui_->againButton, &QPushButton::clicked, this, &CheckDialog::look);
    connect(ui_->pruneButton, &QPushButton::clicked, this, &CheckDialog::prune);
    look();
}

CheckDialog::~CheckDialog() = default;

void CheckDialog::look()
{
    ui_->banner->clear();
    ui_->driftTable->hide();
    ui_->pruneTable->hide();
    ui_->driftLabel->setText(tr("Asking …"));
    ui_->pruneLabel->setText(tr("Asking …"));
    preview_ = {};
    comparing_ = Pending{keys_.drift(), [this](Result<app::KeyDriftReport> report) {
                             if (report.has_value()) {
                                 show(*report);
                             } else {
                                 ui_->driftLabel->setText(tr("Not compared"));
                                 ui_->banner->showError(report.error());
                             }
                             judge();
                         }};
    previewing_ = Pending{keys_.prunePreview(), [this](Result<app::PrunePreview> preview) {
                              if (preview.has_value()) {
                                  show(std::move(*preview));
                              } else {
                                  ui_->pruneLabel->setText(tr("Not looked at"));
                                  ui_->banner->showError(preview.error());
                              }
                              judge();
                          }};
    judge();
}

void CheckDialog::show(const app::KeyDriftReport& report)
{
    drifts_.setRows(report.drifts);
    ui_->driftTable->setVisible(!report.drifts.empty());
    QStringList lines;
    lines << (report.drifts.empty() ? tr("All %1 keys agree.").arg(countText(report.keys))
                                    : tr("%1 differences in %2 keys.").arg(countText(report.drifts.size()), countText(report.keys)));
    for (const std::string& place : report.notCompared)
        lines << tr("Not compared: %1").arg(sentenceText(place));
    ui_->driftLabel->setText(lines.join(u'\n'));
}

void CheckDialog::show(app::PrunePreview preview)
{
    preview_ = std::move(preview);
    ended_.setRows(preview_.lines);
    ui_->pruneTable->setVisible(ended_.rowCount() > 0);
    ui_->pruneLabel->setText(ended_.rowCount() == 0 ? tr("None.") : tr("An ended key is kept for %1 after its last trace.").arg(spanText(preview_.retention)));
}

void CheckDialog::prune()
{
    ui_->banner->clear();
    pruning_ = Pending{keys_.prune(preview_), [this](Result<app::PruneDone> done) {
                           const std::optional<Error> trouble = !done.has_value() ? std::optional{done.error()} : done->error;
                           if (done.has_value() && !done->removed.empty())
                               Q_EMIT forgotten(int(done->removed.size()));
                           look();
                           if (trouble)
                               ui_->banner->showError(*trouble);
                       }};
    judge();
}

void CheckDialog::judge()
{
    const bool looking = comparing_.running() || previewing_.running();
    const bool pruning = pruning_.running();
    const auto count = int(preview_.removals());
    ui_->progress->setVisible(looking || pruning);
    ui_->pruneButton->setText(count > 0 ? tr("Forget %n key(s)", nullptr, count) : tr("Forget"));
    ui_->pruneButton->setEnabled(count > 0 && !looking && !pruning);
    ui_->againButton->setEnabled(!looking && !pruning);
    ui_->closeButton->setEnabled(!pruning);
}

void CheckDialog::reject()
{
    if (!pruning_.running())
        QDialog::reject();
}

} // namespace drover::gui
