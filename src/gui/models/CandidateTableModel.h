// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "app/KeyImportService.h"

namespace drover::gui {

// What an import found; never the keys themselves. What cannot be taken cannot be selected.
class CandidateTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { Place, Found, Target, Remark, ColumnCount };

    using TableModel::TableModel;
    void setRows(const std::vector<app::KeyCandidate>& rows);
    Qt::ItemFlags flags(const QModelIndex& index) const override;

protected:
    int rows() const override { return int(rows_.size()); }
    std::vector<QString> columns() const override;
    Cell cell(int row, int column) const override;
    bool isNumber(int column) const override;

private:
    struct Row {
        std::string place, hint, target, heldAs, problem;
        std::vector<std::string> warnings;
        bool takeable = false;
    };
    std::vector<Row> rows_;
};

} // namespace drover::gui
