// SPDX-License-Identifier: Apache-2.0
#include "gui/models/CostTableModel.h"

#include "gui/Words.h"

namespace drover::gui {
namespace {

QString priced(const std::optional<Money>& money) { return money ? moneyText(*money) : CostTableModel::tr("no price"); }
QVariant sortable(const std::optional<Money>& money) { return money ? money->approximate() : -1.0; }

} // namespace

void CostTableModel::setRows(std::vector<CostLine> rows) { exchange(rows_, std::move(rows)); }

std::vector<QString> CostTableModel::columns() const
{
    return {tr("Model"), tr("Requests"), tr("Input tokens"), tr("Output tokens"), tr("Cost"), tr("All on Legacy"),
            tr("All on HolySheep")};
}

bool CostTableModel::isNumber(int column) const { return column != Model; }

Cell CostTableModel::cell(int row, int column) const
{
    const CostLine& line = rows_[std::size_t(row)];
    switch (column) {
    case Model:
        return {.text = QString::fromStdString(line.model), .second = targetText(line.target),
                .target = QString::fromStdString(line.target)};
    case Requests: return {.text = countText(line.requests), .number = true, .sort = qulonglong(line.requests)};
    case Input:
        return {.text = countText(line.tokens.input),
                .second = line.tokens.cached > 0 ? tr("%1 cached").arg(countText(line.tokens.cached)) : QString(),
                .number = true, .sort = qulonglong(line.tokens.input)};
    case Output: return {.text = countText(line.tokens.output), .number = true, .sort = qulonglong(line.tokens.output)};
    case Cost: return {.text = priced(line.cost), .number = true, .sort = sortable(line.cost)};
    case OnLegacy: return {.text = priced(line.onLegacy), .number = true, .sort = sortable(line.onLegacy)};
    case OnTarget: return {.text = priced(line.onTarget), .number = true, .sort = sortable(line.onTarget)};
    default: return {};
    }
}

} // namespace drover::gui
