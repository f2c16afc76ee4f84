// SPDX-License-Identifier: Apache-2.0
#include "gui/models/HistoryTableModel.h"

#include "gui/Sentences.h"
#include "gui/Words.h"

#include <algorithm>

namespace drover::gui {

void HistoryTableModel::setRows(std::vector<RotationPlan::Line> rows)
{
    std::reverse(rows.begin(), rows.end());
    exchange(rows_, std::move(rows));
}

std::vector<QString> HistoryTableModel::columns() const { return {tr("Time"), tr("What was done")}; }

bool HistoryTableModel::isNumber(int) const { return false; }

Cell HistoryTableModel::cell(int row, int column) const
{
    const RotationPlan::Line& line = rows_[std::size_t(row)];
    switch (column) {
    case Time: return {.text = clockText(line.at), .toolTip = dateTimeText(line.at)};
    case What: return {.text = sentenceText(line.text), .toolTip = sentenceText(line.text)};
    default: return {};
    }
}

} // namespace drover::gui
