// SPDX-License-Identifier: Apache-2.0
#include "gui/models/PruneTableModel.h"

#include "gui/Sentences.h"
#include "gui/Words.h"

namespace drover::gui {

void PruneTableModel::setRows(std::vector<PruneLine> rows)
{
    std::erase_if(rows, [](const PruneLine& line) { return isLive(line.record.state) || line.record.state == KeyState::added; });
    exchange(rows_, std::move(rows));
}

std::vector<QString> PruneTableModel::columns() const { return {tr("Key"), tr("State"), tr("Now"), tr("Why")}; }

bool PruneTableModel::isNumber(int) const { return false; }

Cell PruneTableModel::cell(int row, int column) const
{
    const PruneLine& line = rows_[std::size_t(row)];
    switch (column) {
    case Key:
        return {.text = QString::fromStdString(line.record.name.empty() ? line.record.id : line.record.name),
                .second = targetText(line.record.target), .target = QString::fromStdString(line.record.target)};
    case State: return {.text = keyStateText(line.record.state), .pill = keyStateTone(line.record.state)};
    case Forgotten: return {.text = line.removes ? tr("Is forgotten") : tr("Stays")};
    case Why: return {.text = sentenceText(line.why), .toolTip = sentenceText(line.why)};
    default: return {};
    }
}

} // namespace drover::gui
