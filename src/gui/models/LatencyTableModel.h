// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "domain/migration/MigrationFacts.h"

namespace drover::gui {

// How far back "now" reaches: long enough for a p99 at some ten requests a second, short enough to be now.
inline constexpr std::chrono::minutes recentWindow{1};

// One line a target: its quantiles of the recent window, and the sums over the range.
struct LatencySummary {
    std::string target;
    std::uint64_t clients = 0;             // clients' requests
    std::uint64_t attempts = 0;            // all of them, mirrored ones too
    std::uint64_t errors = 0;              // of the attempts
    std::optional<double> p50, p95, p99;   // nothing where the recent window saw nothing
};
// Legacy first. `points`: the range; `recent`: InsightDesk::recent(recentWindow).
std::vector<LatencySummary> summarise(const std::vector<ChartPoint>& points, const std::vector<ChartPoint>& recent);

class LatencyTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { Target, P50, P95, P99, Clients, Attempts, Errors, ColumnCount };

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
