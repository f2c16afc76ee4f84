// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "app/GatewayService.h"

namespace drover::gui {

// The gateways of the workspace, live and gone.
class GatewayTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { Gateway, State, Generation, InFlight, Requests, Seen, ColumnCount };

    using TableModel::TableModel;
    void setRows(std::vector<app::GatewayStatus> rows, WallTime now);
    const std::vector<app::GatewayStatus>& all() const { return rows_; }

protected:
    int rows() const override { return int(rows_.size()); }
    std::vector<QString> columns() const override;
    Cell cell(int row, int column) const override;
    bool isNumber(int column) const override;

private:
    std::vector<app::GatewayStatus> rows_;
    WallTime now_{};
};

} // namespace drover::gui
