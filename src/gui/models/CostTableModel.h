// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "domain/migration/MigrationFacts.h"

namespace drover::gui {

// What each model cost at each target, and what it would cost on the other price book.
class CostTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { Model, Requests, Input, Output, Cost, OnLegacy, OnTarget, ColumnCount };

    using TableModel::TableModel;
    void setRows(std::vector<CostLine> rows);
    const std::vector<CostLine>& all() const { return rows_; }

protected:
    int rows() const override { return int(rows_.size()); }
    std::vector<QString> columns() const override;
    Cell cell(int row, int column) const override;
    bool isNumber(int column) const override;

private:
    std::vector<CostLine> rows_;
};

} // namespace drover::gui
