// SPDX-License-Identifier: Apache-2.0
#include "gui/models/DriftTableModel.h"

#include "gui/Words.h"

namespace drover::gui {

void DriftTableModel::setRows(std::vector<app::KeyDrift> rows) { exchange(rows_, std::move(rows)); }

std::vector<QString> DriftTableModel::columns() const { return {tr("Key"), tr("Difference"), tr("What to do")}; }

bool DriftTableModel::isNumber(int) const { return false; }

Cell DriftTableModel::cell(int row, int column) const
{
    const app::KeyDrift& drift = rows_[std::size_t(row)];
    const QString details = QString::fromStdString(drift.text);
    switch (column) {
    case Key:
        return {.text = QString::fromStdString(drift.id), .second = drift.target.empty() ? QString() : targetText(drift.target),
                .target = QString::fromStdString(drift.target)};
    case Difference: return {.text = driftText(drift.kind), .second = details, .toolTip = details};
    case Next: return {.text = QString::fromStdString(drift.next), .toolTip = QString::fromStdString(drift.next)};
    default: return {};
    }
}

} // namespace drover::gui
