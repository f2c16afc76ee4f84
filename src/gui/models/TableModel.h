// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QAbstractTableModel>

#include "gui/Theme.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
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

    // Whole-value setters call this where a row is what its id says: whoever selected a row still has that row when
    // the list comes back in another order, and has none when it is gone. `idOf` gives a std::string. Lists in which
    // an id comes twice are exchanged by place.
    template <class Row, class IdOf>
    void exchange(std::vector<Row>& rows, std::vector<Row> next, IdOf idOf)
    {
        std::set<std::string> wanted;
        for (const Row& row : next)
            wanted.insert(idOf(row));
        std::set<std::string> had;
        for (const Row& row : rows)
            had.insert(idOf(row));
        if (wanted.size() != next.size() || had.size() != rows.size())
            return exchange(rows, std::move(next));
        for (int i = int(rows.size()) - 1; i >= 0; --i) {
            if (wanted.contains(idOf(rows[std::size_t(i)])))
                continue;
            beginRemoveRows({}, i, i);
            rows.erase(rows.begin() + i);
            endRemoveRows();
        }
        std::vector<Row> fresh;
        for (const Row& row : next)
            if (!had.contains(idOf(row)))
                fresh.push_back(row);
        if (!fresh.empty()) {
            beginInsertRows({}, int(rows.size()), int(rows.size() + fresh.size()) - 1);
            for (Row& row : fresh)
                rows.push_back(std::move(row));
            endInsertRows();
        }
        reorder(rows, std::move(next), idOf);
    }

    // For lists whose rows nobody picks: what comes and goes does so at the end.
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

private:
    // The same ids in another order, with new values.
    template <class Row, class IdOf>
    void reorder(std::vector<Row>& rows, std::vector<Row> next, IdOf idOf)
    {
        std::vector<int> movedTo;
        bool moves = false;
        for (const Row& row : rows) {
            const auto there = std::find_if(next.begin(), next.end(), [&](const Row& other) { return idOf(other) == idOf(row); });
            movedTo.push_back(int(there - next.begin()));
            moves = moves || movedTo.back() != int(movedTo.size()) - 1;
        }
        if (moves)
            Q_EMIT layoutAboutToBeChanged();
        rows = std::move(next);
        if (moves) {
            const QModelIndexList before = persistentIndexList();
            QModelIndexList after;
            for (const QModelIndex& old : before)
                after << index(movedTo[std::size_t(old.row())], old.column());
            changePersistentIndexList(before, after);
            Q_EMIT layoutChanged();
        }
        if (!rows.empty())
            Q_EMIT dataChanged(index(0, 0), index(int(rows.size()) - 1, columnCount() - 1));
    }
};

} // namespace drover::gui

Q_DECLARE_METATYPE(drover::gui::Cell)
