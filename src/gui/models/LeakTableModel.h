// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "app/KeyScanService.h"

namespace drover::gui {

// Keys that were found where none should be; never the keys themselves.
class LeakTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { Place, Found, Key, State, ColumnCount };

    using TableModel::TableModel;
    void setRows(std::vector<app::LeakedKey> rows);
    const std::vector<app::LeakedKey>& all() const { return rows_; }

protected:
    int rows() const override { return int(rows_.size()); }
    std::vector<QString> columns() const override;
    Cell cell(int row, int column) const override;
    bool isNumber(int column) const override;

private:
    std::vector<app::LeakedKey> rows_;
};

} // namespace drover::gui
