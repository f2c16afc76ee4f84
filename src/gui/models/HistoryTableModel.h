// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "domain/keys/RotationPlan.h"

namespace drover::gui {

// What a rotation did, the latest first.
class HistoryTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { Time, What, ColumnCount };

    using TableModel::TableModel;
    void setRows(std::vector<RotationPlan::Line> rows);

protected:
    int rows() const override { return int(rows_.size()); }
    std::vector<QString> columns() const override;
    Cell cell(int row, int column) const override;
    bool isNumber(int column) const override;

private:
    std::vector<RotationPlan::Line> rows_;
};

} // namespace drover::gui
