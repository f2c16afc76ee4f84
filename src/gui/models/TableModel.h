// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QAbstractTableModel>

#include "gui/Theme.h"

#include <optional>
#include <vector>

namespace drover::gui {

// What one cell shows; CellDelegate draws it.
struct Cell {
    QString text;
    QString second{};              // a fainter line under the text
    bool number = false;           // to the right
    std::optional<Tone> pill{};    // the text in a capsule
    std::optional<double> bar{};   // 0..1, beside the text
    QString target{};              // a dot in this target's colour before the text
    QString toolTip{};
    QVariant sort{};               // by what to sort; the text where absent
};

// The common ground of the console's tables: a subclass holds rows by value, names its columns and says what a cell
// shows.
class TableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role { CellRole = Qt::UserRole + 1, SortRole };

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const final;
    int columnCount(const QModelIndex& parent = {}) const final;
    QVariant data(const QModelIndex& index, int role) const final;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const final;

protected:
    virtual int rows() const = 0;
    virtual std::vector<QString> columns() const = 0;
    virtual Cell cell(int row, int column) const = 0;
    virtual bool isNumber(int column) const = 0; // for the header's alignment

    // Whole-value setters call this: rows that stay keep their selection, the rest come and go at the end.
    template <class Row>
    void exchange(std::vector<Row>& rows, std::vector<Row> next)
    {
        const int before = int(rows.size());
        const int after = int(next.size());
        if (after > before)
            beginInsertRows({}, before, after - 1);
        else if (after < before)
            beginRemoveRows({}, after, before - 1);
        rows = std::move(next);
        if (after > before)
            endInsertRows();
        else if (after < before)
            endRemoveRows();
        if (const int same = std::min(before, after); same > 0)
            Q_EMIT dataChanged(index(0, 0), index(same - 1, columnCount() - 1));
    }
};

} // namespace drover::gui

Q_DECLARE_METATYPE(drover::gui::Cell)
