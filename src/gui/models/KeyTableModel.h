// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "app/KeyService.h"

#include <map>
#include <string>

namespace drover::gui {

// The key inventory.
class KeyTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { Key, Target, State, Health, Weight, Age, Expires, Requests, ColumnCount };

    using TableModel::TableModel;
    void setRows(std::vector<app::KeyRow> rows, WallTime now);
    // The keys that a rotation has in its hands, and how far that is.
    void setRotations(std::map<std::string, RotationState> byKey);
    const std::vector<app::KeyRow>& all() const { return rows_; }

protected:
    int rows() const override { return int(rows_.size()); }
    std::vector<QString> columns() const override;
    Cell cell(int row, int column) const override;
    bool isNumber(int column) const override;

private:
    std::vector<app::KeyRow> rows_;
    std::map<std::string, RotationState> rotations_; // by the key's id
    WallTime now_{};
};

} // namespace drover::gui
