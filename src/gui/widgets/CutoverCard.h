// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QFrame>

#include "gui/models/ComparisonTableModel.h"

#include "domain/migration/MigrationFacts.h"

class QLabel;

namespace drover::gui {

class DistributionChart;
class TableView;

// What clients got before the cutover and since: one measure as two curves, all of them in a table.
class CutoverCard final : public QFrame {
    Q_OBJECT

public:
    explicit CutoverCard(QWidget* parent = nullptr);
    void set(CutoverComparison cutover);
    // What stands stays; the reason is said beside the title.
    void showError(const Error& error);

private:
    enum Measure { FirstPlain, FirstStreamed, Whole, Length };
    void choose(Measure measure);
    void draw();

    CutoverComparison cutover_;
    Measure measure_ = FirstStreamed;
    ComparisonTableModel model_;
    QLabel* hint_;
    DistributionChart* chart_;
    TableView* table_;
};

} // namespace drover::gui
