// SPDX-License-Identifier: Apache-2.0
#include "gui/models/KeyTableModel.h"

#include "gui/Words.h"

namespace drover::gui {

void KeyTableModel::setRows(std::vector<app::KeyRow> rows, WallTime now)
{
    now_ = now;
    exchange(rows_, std::move(rows), [](const app::KeyRow& row) { return row.record.target + '/' + row.record.id; });
}

void KeyTableModel::setRotations(std::map<std::string, RotationState> byKey)
{
    if (rotations_ == byKey)
        return;
    rotations_ = std::move(byKey);
    if (!rows_.empty())
        Q_EMIT dataChanged(index(0, State), index(rows() - 1, State));
}

std::vector<QString> KeyTableModel::columns() const
{
    return {tr("Key"), tr("Provider"), tr("State"), tr("Health, errors"), tr("Weight"), tr("Age"), tr("Expires"), tr("Requests")};
}

bool KeyTableModel::isNumber(int column) const { return column == Requests; }

Cell KeyTableModel::cell(int row, int column) const
{
    const app::KeyRow& key = rows_[std::size_t(row)];
    const KeyRecord& record = key.record;
    const double errorRate = key.requests > 0 ? double(key.errors) / double(key.requests) : 0;
    switch (column) {
    case Key: {
        const bool named = !record.name.empty() && record.name != record.id;
        return {.text = QString::fromStdString(named ? record.name : record.id),
                .second = QString::fromStdString(named ? record.id + " · " + record.hint : record.hint)};
    }
    case Target: return {.text = targetText(record.target), .target = QString::fromStdString(record.target)};
    case State: {
        const auto rotation = rotations_.find(record.id);
        return {.text = keyStateText(record.state),
                .second = rotation != rotations_.end() ? tr("Rotation: %1").arg(rotationStateText(rotation->second)) : QString(),
                .pill = keyStateTone(record.state),
                .sort = int(record.state)};
    }
    case Health:
        return {.text = keyHealthText(key.health),
                .second = key.requests > 0 ? percentText(errorRate, 2) : QString(),
                .pill = keyHealthTone(key.health),
                .sort = int(key.health)};
    case Weight:
        if (!key.weight)
            return {.text = QStringLiteral("–"), .sort = -1.0};
        return {.text = percentText(*key.weight),
                .second = tr("%1 of all").arg(percentText(key.share)),
                .bar = *key.weight,
                .sort = *key.weight};
    case Age: return {.text = spanText(key.age), .sort = qlonglong(key.age.count())};
    case Expires:
        if (!record.expiresAt)
            return {.text = tr("Never"), .sort = qlonglong(INT64_MAX)};
        if (*record.expiresAt <= now_)
            return {.text = tr("Expired"), .pill = Tone::bad, .sort = qlonglong(0)};
        return {.text = tr("in %1").arg(spanText(*record.expiresAt - now_)),
                .second = dateText(*record.expiresAt),
                .sort = qlonglong(record.expiresAt->time_since_epoch().count())};
    case Requests: return {.text = countText(key.requests), .number = true, .sort = qulonglong(key.requests)};
    default: return {};
    }
}

} // namespace drover::gui
