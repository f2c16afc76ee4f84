// SPDX-License-Identifier: Apache-2.0
#include "gui/models/TokenTableModel.h"

#include "gui/Words.h"

namespace drover::gui {

void TokenTableModel::setRows(std::vector<ClientToken> rows, WallTime now)
{
    now_ = now;
    exchange(rows_, std::move(rows), [](const ClientToken& row) { return row.name; });
}

std::vector<QString> TokenTableModel::columns() const
{
    return {tr("Client"), tr("Models"), tr("Limit"), tr("Created"), tr("Expires")};
}

bool TokenTableModel::isNumber(int) const { return false; }

Cell TokenTableModel::cell(int row, int column) const
{
    const ClientToken& token = rows_[std::size_t(row)];
    switch (column) {
    case Name: return {.text = QString::fromStdString(token.name)};
    case Models: {
        QStringList names;
        for (const auto& model : token.models)
            names << QString::fromStdString(model);
        return {.text = names.isEmpty() ? tr("All") : names.join(QStringLiteral(", "))};
    }
    case Limit:
        return {.text = token.requestsPerMinute == 0 ? tr("None") : tr("%1 / min").arg(countText(token.requestsPerMinute))};
    case Created: return {.text = agoText(now_ - token.created), .sort = qlonglong(token.created.time_since_epoch().count())};
    case Expires:
        return {.text = !token.expires             ? tr("Never")
                    : *token.expires <= now_ ? tr("Expired")
                                             : tr("in %1").arg(spanText(*token.expires - now_))};
    default: return {};
    }
}

} // namespace drover::gui
