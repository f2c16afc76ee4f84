// SPDX-License-Identifier: Apache-2.0
#include "gui/dialogs/ScanDialog.h"

#include <QFileDialog>

#include <algorithm>
#include <set>
#include <string>

#include "dialogs/ui_ScanDialog.h"

#include "gui/Words.h"

namespace drover::gui {
namespace {

bool inUse(const app::LeakedKey& leaked) { return !leaked.finding.keyId.empty() && isLive(leaked.state); }

} // namespace

ScanDialog::ScanDialog(KeyDesk& keys, QWidget* parent) : QDialog(parent), ui_(std::make_unique<Ui::ScanDialog>()), keys_(keys)
{
    ui_->setupUi(this);
    ui_->table->setModel(&leaks_);
    ui_->table->setColumnWeights({36, 18, 26, 20});
    ui_->table->hide();
    ui_->totalLabel->hide();
    ui_->rotateButton->hide();
    ui_->progress->hide();
    ui_->scanButton->setDefault(true);
    ui_->placeEdit->setFocus();
    connect(ui_->placeEdit, &QLineEdit::textChanged, this, &ScanDialog::judge);
    connect(ui_->browseButton, &QPushButton::clicked, this, &ScanDialog::browse);
    connect(ui_->scanButton, &QPushButton::clicked, this, &ScanDialog::scanOrStop);
    connect(ui_->closeButton, &QPushButton::clicked, this, &QDialog::reject);
    connect(ui_->rotateButton, &QPushButton::clicked, this, [this] {
        if (const auto* leaked = chosen())
            Q_EMIT rotationWanted(text(leaked->target));
    });
    connect(ui_->table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ScanDialog::judge);
    judge();
}

ScanDialog::~ScanDialog() = default;

void ScanDialog::setPlace(const QString& place) { ui_->placeEdit->setText(place); }

void ScanDialog::browse()
{
    auto* files = new QFileDialog(this, tr("Folder to look through"), ui_->placeEdit->text());
    files->setAttribute(Qt::WA_DeleteOnClose);
    files->setFileMode(QFileDialog::Directory);
    connect(files, &QFileDialog::fileSelected, ui_->placeEdit, &QLineEdit::setText);
    files->open();
}

void ScanDialog::scanOrStop()
{
    ui_->banner->clear();
    if (scanning_.running()) {
        scanning_.cancel();
        ui_->banner->showText(Tone::neutral, tr("Stopped"), tr("What was looked through until then is not kept."));
        return judge();
    }
    ui_->table->hide();
    ui_->totalLabel->hide();
    ui_->rotateButton->hide();
    const std::filesystem::path place = ui_->placeEdit->text().trimmed().toStdString();
    scanning_ = Pending{keys_.scan(place, ui_->historyCheck->isChecked()), [this](Result<app::KeyScanReport> report) {
                            if (report.has_value())
                                show(*report);
                            else
                                ui_->banner->showError(report.error());
                            judge();
                        }};
    judge();
}

void ScanDialog::show(const app::KeyScanReport& report)
{
    leaks_.setRows(report.found);
    ui_->table->setVisible(!report.found.empty());
    QStringList lines;
    lines << tr("Files: %1. Commits: %2.").arg(countText(report.totals.files), countText(report.totals.commits));
    for (const std::string& skipped : report.totals.skipped)
        lines << tr("Not looked at: %1").arg(text(skipped));
    constexpr int most = 4;
    if (const auto left = lines.size() - most; left > 1)
        lines = lines.mid(0, most) << tr("And %1 more places that could not be looked at.").arg(countText(std::uint64_t(left)));
    ui_->totalLabel->setText(lines.join(u'\n'));
    ui_->totalLabel->show();
    const auto live = std::ranges::find_if(report.found, inUse);
    ui_->rotateButton->setVisible(live != report.found.end());
    if (live != report.found.end()) {
        std::set<std::string> keys;
        for (const app::LeakedKey& leaked : report.found)
            if (inUse(leaked))
                keys.insert(leaked.finding.keyId);
        ui_->table->selectRow(int(live - report.found.begin()));
        if (keys.size() == 1)
            ui_->banner->showText(Tone::bad, tr("A key in use has leaked"), tr("Rotate it now: the rotation revokes it at its end."));
        else
            ui_->banner->showText(Tone::bad, tr("%1 keys in use have leaked").arg(countText(keys.size())),
                                  tr("Select each and rotate it: its rotation revokes it at its end."));
    } else if (!report.found.empty()) {
        ui_->banner->showText(Tone::warn, tr("What looks like a key lies open"), tr("None of them is in use here. Revoke them where they were made."));
    } else {
        ui_->banner->showText(Tone::good, tr("No key was found"), {});
    }
}

const app::LeakedKey* ScanDialog::chosen() const
{
    const auto rows = ui_->table->selectionModel()->selectedRows();
    if (rows.isEmpty())
        return nullptr;
    const app::LeakedKey& leaked = leaks_.all()[std::size_t(rows.front().row())];
    return inUse(leaked) ? &leaked : nullptr;
}

void ScanDialog::judge()
{
    const bool busy = scanning_.running();
    ui_->progress->setVisible(busy);
    ui_->scanButton->setText(busy ? tr("Stop") : tr("Scan"));
    ui_->rotateButton->setEnabled(!busy && chosen() != nullptr);
    ui_->scanButton->setEnabled(busy || !ui_->placeEdit->text().trimmed().isEmpty());
    for (QWidget* control : {static_cast<QWidget*>(ui_->placeEdit), static_cast<QWidget*>(ui_->browseButton), static_cast<QWidget*>(ui_->historyCheck)})
        control->setEnabled(!busy);
}

} // namespace drover::gui
