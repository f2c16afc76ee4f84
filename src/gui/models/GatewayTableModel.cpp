// SPDX-License-Identifier: Apache-2.0
#include "gui/models/GatewayTableModel.h"

#include "gui/Words.h"

namespace drover::gui {

void GatewayTableModel::setRows(std::vector<app::GatewayStatus> rows, WallTime now)
{
    now_ = now;
    exchange(rows_, std::move(rows), [](const app::GatewayStatus& row) { return row.ack.gateway; });
}

std::vector<QString> GatewayTableModel::columns() const
{
    return {tr("Gateway"), tr("State"), tr("Generation"), tr("In flight"), tr("Requests"), tr("Last seen")};
}

bool GatewayTableModel::isNumber(int column) const { return column == Generation || column == InFlight || column == Requests; }

Cell GatewayTableModel::cell(int row, int column) const
{
    const app::GatewayStatus& gateway = rows_[std::size_t(row)];
    switch (column) {
    case Gateway:
        return {.text = QString::fromStdString(gateway.ack.gateway), .second = QString::fromStdString(gateway.ack.listen)};
    case State:
        return {.text = gatewayStateText(gateway.state),
                .pill = gateway.serving ? Tone::good : gateway.alive ? Tone::warn : Tone::neutral};
    case Generation:
        return {.text = countText(gateway.ack.generation),
                .second = gateway.ack.generation == gateway.generation ? QString()
                                                                       : tr("of %1").arg(countText(gateway.generation)),
                .number = true,
                .sort = qulonglong(gateway.ack.generation)};
    case InFlight: return {.text = countText(gateway.ack.inFlight), .number = true, .sort = qulonglong(gateway.ack.inFlight)};
    case Requests: return {.text = countText(gateway.ack.requests), .number = true, .sort = qulonglong(gateway.ack.requests)};
    case Seen:
        return {.text = agoText(now_ - gateway.ack.at), .sort = qlonglong(gateway.ack.at.time_since_epoch().count())};
    default: return {};
    }
}

} // namespace drover::gui
