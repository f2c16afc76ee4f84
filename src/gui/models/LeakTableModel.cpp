// SPDX-License-Identifier: Apache-2.0
#include "gui/models/LeakTableModel.h"

#include "gui/Words.h"

namespace drover::gui {

void LeakTableModel::setRows(std::vector<app::LeakedKey> rows) { exchange(rows_, std::move(rows)); }

std::vector<QString> LeakTableModel::columns() const { return {tr("Place"), tr("Secret"), tr("Key"), tr("State")}; }

bool LeakTableModel::isNumber(int) const { return false; }

Cell LeakTableModel::cell(int row, int column) const
{
    const app::LeakedKey& leaked = rows_[std::size_t(row)];
    const bool ours = !leaked.finding.keyId.empty();
    switch (column) {
    case Place: {
        const QString place = QString::fromStdString(leaked.place);
        return {.text = tr("%1, line %2").arg(place.section(QLatin1Char('/'), -1)).arg(leaked.finding.line), .second = place, .toolTip = place};
    }
    case Found: return {.text = QString::fromStdString(leaked.finding.hint)};
    case Key: return {.text = ours ? QString::fromStdString(leaked.finding.keyId) : tr("Not in the inventory")};
    case State:
        return ours ? Cell{.text = keyStateText(leaked.state), .pill = isLive(leaked.state) ? Tone::bad : Tone::neutral}
                    : Cell{.text = QStringLiteral("–")};
    default: return {};
    }
}

} // namespace drover::gui
