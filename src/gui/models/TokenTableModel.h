// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "domain/keys/ClientToken.h"

namespace drover::gui {

// The tokens by which clients authenticate to the gateways; never the tokens themselves.
class TokenTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { Name, Models, Limit, Created, Expires, ColumnCount };

    using TableModel::TableModel;
    void setRows(std::vector<ClientToken> rows, WallTime now);
    const std::vector<ClientToken>& all() const { return rows_; }

protected:
    int rows() const override { return int(rows_.size()); }
    std::vector<QString> columns() const override;
    Cell cell(int row, int column) const override;
    bool isNumber(int column) const override;

private:
    std::vector<ClientToken> rows_;
    WallTime now_{};
};

} // namespace drover::gui
