// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QStyledItemDelegate>
#include <QTableView>

#include <vector>

namespace drover::gui {

// Draws a Cell: text with a second line, a capsule, a bar, a target's dot.
class CellDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

// The console's table: whole rows, no grid, roomy lines, columns by their share of the width. Sorts by TableModel's
// SortRole where sorting is on.
class TableView final : public QTableView {
    Q_OBJECT

public:
    explicit TableView(QWidget* parent = nullptr);
    // One weight a column; 0 hides it.
    void setColumnWeights(std::vector<int> weights);
    // As high as its rows, up to so many: for tables inside a scrolling page.
    void fitHeight(int leastRows, int mostRows);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void rowsAboutToBeRemoved(const QModelIndex& parent, int first, int last) override;

private:
    void share();

    std::vector<int> weights_;
};

} // namespace drover::gui
