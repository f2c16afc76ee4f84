// SPDX-License-Identifier: Apache-2.0
#include "gui/models/LatencyTableModel.h"

#include "gui/Words.h"

#include <algorithm>

namespace drover::gui {
namespace {

QString latencyText(const std::optional<double>& ms) { return ms ? millisText(*ms) : QStringLiteral("–"); }

} // namespace

std::vector<LatencySummary> summarise(const std::vector<ChartPoint>& points, const std::vector<ChartPoint>& recent)
{
    std::vector<LatencySummary> all;
    const auto lineOf = [&all](const std::string& target) -> LatencySummary& {
        const auto at = std::ranges::find(all, target, &LatencySummary::target);
        return at == all.end() ? all.emplace_back(LatencySummary{target, 0, 0, 0, {}, {}, {}}) : *at;
    };
    for (const auto& point : points) {
        LatencySummary& line = lineOf(point.target);
        line.clients += point.clients;
        line.attempts += point.requests;
        line.errors += point.errors;
    }
    for (const auto& point : recent) {
        LatencySummary& line = lineOf(point.target);
        line.p50 = point.p50;
        line.p95 = point.p95;
        line.p99 = point.p99;
    }
    std::ranges::sort(all, {}, &LatencySummary::target);
    std::ranges::stable_partition(all, [](const auto& s) { return s.target == "legacy"; });
    return all;
}

void LatencyTableModel::setRows(std::vector<LatencySummary> rows) { exchange(rows_, std::move(rows)); }

std::vector<QString> LatencyTableModel::columns() const
{
    return {tr("Provider"), tr("p50, last minute"), tr("p95, last minute"), tr("p99, last minute"), tr("Clients' requests"),
            tr("All attempts"), tr("Errors")};
}

Cell LatencyTableModel::cell(int row, int column) const
{
    const LatencySummary& line = rows_[std::size_t(row)];
    switch (column) {
    case Target: return {.text = targetText(line.target), .target = QString::fromStdString(line.target)};
    case P50: return {.text = latencyText(line.p50), .number = true};
    case P95: return {.text = latencyText(line.p95), .number = true};
    case P99: return {.text = latencyText(line.p99), .number = true};
    case Clients: return {.text = countText(line.clients), .number = true};
    case Attempts: return {.text = countText(line.attempts), .number = true};
    case Errors:
        return {.text = countText(line.errors),
                .second = line.attempts > 0 ? percentText(double(line.errors) / double(line.attempts), 2) : QString(),
                .number = true};
    default: return {};
    }
}

} // namespace drover::gui
