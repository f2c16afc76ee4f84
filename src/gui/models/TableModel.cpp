// SPDX-License-Identifier: Apache-2.0
#include "gui/models/TableModel.h"

namespace drover::gui {

int TableModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : rows(); }

int TableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(columns().size()); }

QVariant TableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    switch (role) {
    case CellRole: return QVariant::fromValue(cell(index.row(), index.column()));
    case Qt::DisplayRole: return cell(index.row(), index.column()).text;
    case Qt::AccessibleTextRole: {
        const Cell shown = cell(index.row(), index.column());
        return shown.second.isEmpty() ? shown.text : shown.text + QStringLiteral(", ") + shown.second;
    }
    case Qt::ToolTipRole: {
        const QString tip = cell(index.row(), index.column()).toolTip;
        return tip.isEmpty() ? QVariant() : tip;
    }
    case SortRole: {
        const Cell shown = cell(index.row(), index.column());
        return shown.sort.isValid() ? shown.sort : shown.text;
    }
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    default: return {};
    }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::DisplayRole)
        return columns()[std::size_t(section)];
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    return {};
}

} // namespace drover::gui
