// SPDX-License-Identifier: Apache-2.0
#include "gui/widgets/TableView.h"

#include <QHeaderView>
#include <QPainter>

#include <algorithm>
#include <numeric>

#include "gui/Theme.h"
#include "gui/models/TableModel.h"
#include "gui/widgets/StatusPill.h"

namespace drover::gui {
namespace {

constexpr int lineHeight = 48;
constexpr int padding = 12;

void paintBar(QPainter& painter, QRect area, double fraction)
{
    const Tokens& t = tokens();
    const QRectF track(area.left(), area.center().y() - 2, area.width(), 5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.sunken);
    painter.drawRoundedRect(track, 2.5, 2.5);
    if (fraction <= 0)
        return;
    painter.setBrush(t.accent);
    painter.drawRoundedRect(QRectF(track.left(), track.top(), std::max(5.0, track.width() * fraction), track.height()), 2.5, 2.5);
}

void paintText(QPainter& painter, QRect area, const Cell& cell)
{
    const Tokens& t = tokens();
    const auto side = cell.number ? Qt::AlignRight : Qt::AlignLeft;
    const QFont first = themeFont(TextRole::body);
    const QFont second = themeFont(TextRole::caption);
    const bool two = !cell.second.isEmpty();
    QRect line = area;
    if (two)
        line.setHeight(area.height() / 2 - 1);
    painter.setFont(first);
    painter.setPen(t.text);
    painter.drawText(line, int(side) | int(two ? Qt::AlignBottom : Qt::AlignVCenter),
                     QFontMetrics(first).elidedText(cell.text, Qt::ElideRight, area.width()));
    if (!two)
        return;
    painter.setFont(second);
    painter.setPen(t.faint);
    painter.drawText(area.adjusted(0, area.height() / 2 + 1, 0, 0), int(side) | int(Qt::AlignTop),
                     QFontMetrics(second).elidedText(cell.second, Qt::ElideRight, area.width()));
}

// What comes second is beside the pill where there is room, else below it.
void paintPill(QPainter& painter, QRect area, const Cell& cell)
{
    const QFont second = themeFont(TextRole::caption);
    const QFontMetrics metrics(second);
    const QPoint middle(area.left(), area.center().y());
    const int beside = area.width() - StatusPill::widthOf(cell.text) - space::s;
    const bool below = !cell.second.isEmpty() && metrics.horizontalAdvance(cell.second) > beside;
    const int width = StatusPill::paint(painter, below ? middle - QPoint(0, 8) : middle, cell.text, *cell.pill);
    const QRect rest = below ? QRect(area.left(), middle.y() + 5, area.width(), metrics.height()) : area.adjusted(width + space::s, 0, 0, 0);
    painter.setFont(second);
    painter.setPen(tokens().faint);
    painter.drawText(rest, Qt::AlignVCenter | Qt::AlignLeft, metrics.elidedText(cell.second, Qt::ElideRight, rest.width()));
}

} // namespace

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto cell = index.data(TableModel::CellRole).value<Cell>();
    const Tokens& t = tokens();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, t.accentSoft);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(option.rect, t.hover);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.border);
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter->setPen(QPen(t.accent, 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -3), 4, 4);
    }
    QRect area = option.rect.adjusted(padding, 0, -padding, 0);
    if (!cell.target.isEmpty()) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(targetColor(t, cell.target));
        painter->drawEllipse(QPointF(area.left() + 4, option.rect.center().y() + 0.5), 4, 4);
        area.setLeft(area.left() + 16);
    }
    if (cell.pill) {
        paintPill(*painter, area, cell);
    } else if (cell.bar && area.width() > 96) {
        paintBar(*painter, QRect(area.left(), area.top(), 44, area.height()), *cell.bar);
        paintText(*painter, area.adjusted(56, 0, 0, 0), cell);
    } else {
        paintText(*painter, area, cell);
    }
    painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const { return {80, lineHeight}; }

TableView::TableView(QWidget* parent) : QTableView(parent)
{
    setItemDelegate(new CellDelegate(this));
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setWordWrap(false);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollMode(ScrollPerPixel);
    setVerticalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(lineHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setMinimumSectionSize(24);
    horizontalHeader()->setFixedHeight(34);
}

void TableView::setColumnWeights(std::vector<int> weights)
{
    weights_ = std::move(weights);
    share();
}

void TableView::fitHeight(int leastRows, int mostRows)
{
    const int rows = model() == nullptr ? 0 : model()->rowCount();
    const int shown = std::clamp(rows, leastRows, mostRows);
    setFixedHeight(34 + shown * lineHeight + 2);
}

void TableView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    share();
}

// Qt would select the neighbour of a row that goes: whoever is about to act on the selection would act on another one.
void TableView::rowsAboutToBeRemoved(const QModelIndex& parent, int first, int last)
{
    if (const int row = currentIndex().row(); row >= first && row <= last)
        selectionModel()->clear();
    QTableView::rowsAboutToBeRemoved(parent, first, last);
}

void TableView::share()
{
    const int total = std::accumulate(weights_.begin(), weights_.end(), 0);
    if (total == 0 || model() == nullptr)
        return;
    int left = viewport()->width();
    int weightLeft = total;
    for (std::size_t i = 0; i < weights_.size() && int(i) < model()->columnCount(); ++i) {
        const int width = weightLeft > 0 ? left * weights_[i] / weightLeft : 0;
        setColumnHidden(int(i), weights_[i] == 0);
        if (weights_[i] > 0)
            setColumnWidth(int(i), width);
        left -= width;
        weightLeft -= weights_[i];
    }
}

} // namespace drover::gui
