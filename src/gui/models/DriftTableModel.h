// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "app/KeyDriftService.h"

namespace drover::gui {

// Where two places say different things of a key, and what to do about it.
class DriftTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { Key, Difference, Next, ColumnCount };

    using TableModel::TableModel;
    void setRows(std::vector<app::KeyDrift> rows);

protected:
    int rows() const override { return int(rows_.size()); }
    std::vector<QString> columns() const override;
    Cell cell(int row, int column) const override;
    bool isNumber(int column) const override;

private:
    std::vector<app::KeyDrift> rows_;
};

} // namespace drover::gui
