// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "domain/migration/MigrationPlan.h"

namespace drover::gui {

// What the gates decided, newest first.
class DecisionTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { At, Step, Outcome, Gates, ColumnCount };

    using TableModel::TableModel;
    void setRows(std::vector<GateDecision> rows);
    const std::vector<GateDecision>& all() const { return rows_; }

protected:
    int rows() const override { return int(rows_.size()); }
    std::vector<QString> columns() const override;
    Cell cell(int row, int column) const override;
    bool isNumber(int column) const override;

private:
    std::vector<GateDecision> rows_;
};

} // namespace drover::gui
