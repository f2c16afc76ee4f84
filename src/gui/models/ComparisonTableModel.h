// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gui/models/TableModel.h"

#include "domain/migration/MigrationFacts.h"

namespace drover::gui {

// One measure on both sides of the cutover.
struct ComparisonRow {
    QString measure;
    QString before;
    QString after;
    std::optional<double> change{}; // after / before - 1; of shares, the difference; nothing where a side is unknown
    bool points = false;            // the change is one of shares: percentage points
};
// Answers, p50/p95/p99 of times and length, then the share of each finish reason on either side.
std::vector<ComparisonRow> comparisonRows(const CutoverComparison& cutover);

class ComparisonTableModel final : public TableModel {
    Q_OBJECT

public:
    enum Column { Measure, Before, After, Change, ColumnCount };

    using TableModel::TableModel;
    void setRows(std::vector<ComparisonRow> rows);

protected:
    int rows() const override { return int(rows_.size()); }
    std::vector<QString> columns() const override;
    Cell cell(int row, int column) const override;
    bool isNumber(int column) const override { return column != Measure; }

private:
    std::vector<ComparisonRow> rows_;
};

} // namespace drover::gui
