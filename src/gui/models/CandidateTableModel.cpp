// SPDX-License-Identifier: Apache-2.0
#include "gui/models/CandidateTableModel.h"

#include "gui/Sentences.h"
#include "gui/Words.h"

namespace drover::gui {

void CandidateTableModel::setRows(const std::vector<app::KeyCandidate>& rows)
{
    std::vector<Row> next;
    for (const app::KeyCandidate& one : rows)
        next.push_back({one.place, one.hint, one.suggested.target, one.heldAs, one.problem, one.warnings, one.takeable()});
    exchange(rows_, std::move(next));
}

Qt::ItemFlags CandidateTableModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags usual = TableModel::flags(index);
    return index.isValid() && !rows_[std::size_t(index.row())].takeable ? usual & ~(Qt::ItemIsSelectable | Qt::ItemIsEnabled) : usual;
}

std::vector<QString> CandidateTableModel::columns() const { return {tr("Place"), tr("Secret"), tr("Provider"), tr("Remark")}; }

bool CandidateTableModel::isNumber(int) const { return false; }

Cell CandidateTableModel::cell(int row, int column) const
{
    const Row& one = rows_[std::size_t(row)];
    switch (column) {
    case Place: {
        const QString place = QString::fromStdString(one.place);
        return {.text = place.section(QLatin1Char('/'), -1), .toolTip = place};
    }
    case Found: return {.text = QString::fromStdString(one.hint)};
    case Target: return {.text = targetText(one.target), .target = QString::fromStdString(one.target)};
    case Remark: {
        QString said;
        if (!one.heldAs.empty())
            said = tr("Held as %1").arg(QString::fromStdString(one.heldAs));
        else if (!one.problem.empty())
            said = sentenceText(one.problem);
        else if (!one.warnings.empty())
            said = sentenceText(one.warnings.front());
        return {.text = said, .toolTip = said};
    }
    default: return {};
    }
}

} // namespace drover::gui
