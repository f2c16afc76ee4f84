// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "domain/migration/MigrationFacts.h"

namespace drover::gui {

// One line a target: the latest bucket with traffic, and the sums over the range.
struct LatencySummary {
    std::string target;
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    std::optional<double> p50, p95, p99;
};
std::vector<LatencySummary> summarise(const std::vector<ChartPoint>& points);

class LatencyTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { Target, P50, P95, P99, Requests, Errors, ColumnCount };

    using TableModel::TableModel;
    void setRows(std::vector<LatencySummary> rows);

protected:
    int rows() const override { return int(rows_.size()); }
    std::vector<QString> columns() const override;
    Cell cell(int row, int column) const override;
    bool isNumber(int column) const override { return column != Target; }

private:
    std::vector<LatencySummary> rows_;
};

} // namespace drover::gui
