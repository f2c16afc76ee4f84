// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "domain/keys/KeyPruning.h"

namespace drover::gui {

// Keys that are out of use: which would be forgotten now, and why the others stay.
class PruneTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { Key, State, Forgotten, Why, ColumnCount };

    using TableModel::TableModel;
    void setRows(std::vector<PruneLine> rows);

protected:
    int rows() const override { return int(rows_.size()); }
    std::vector<QString> columns() const override;
    Cell cell(int row, int column) const override;
    bool isNumber(int column) const override;

private:
    std::vector<PruneLine> rows_;
};

} // namespace drover::gui
