// SPDX-License-Identifier: Apache-2.0
#include "gui/models/LatencyTableModel.h"

#include "gui/Words.h"

#include <algorithm>

namespace drover::gui {
namespace {

QString latencyText(const std::optional<double>& ms) { return ms ? millisText(*ms) : QStringLiteral("–"); }

} // namespace

std::vector<LatencySummary> summarise(const std::vector<ChartPoint>& points)
{
    std::vector<LatencySummary> all;
    for (const auto& point : points) {
        auto at = std::find_if(all.begin(), all.end(), [&](const auto& s) { return s.target == point.target; });
        if (at == all.end())
            at = all.insert(all.end(), LatencySummary{point.target, 0, 0, {}, {}, {}});
        at->requests += point.requests;
        at->errors += point.errors;
        if (point.p50) {
            at->p50 = point.p50;
            at->p95 = point.p95;
            at->p99 = point.p99;
        }
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.target < b.target; });
    std::stable_partition(all.begin(), all.end(), [](const auto& s) { return s.target == "legacy"; });
    return all;
}

void LatencyTableModel::setRows(std::vector<LatencySummary> rows) { exchange(rows_, std::move(rows)); }

std::vector<QString> LatencyTableModel::columns() const
{
    return {tr("Provider"), tr("p50 now"), tr("p95 now"), tr("p99 now"), tr("Requests"), tr("Errors")};
}

Cell LatencyTableModel::cell(int row, int column) const
{
    const LatencySummary& line = rows_[std::size_t(row)];
    switch (column) {
    case Target: return {.text = targetText(line.target), .target = QString::fromStdString(line.target)};
    case P50: return {.text = latencyText(line.p50), .number = true};
    case P95: return {.text = latencyText(line.p95), .number = true};
    case P99: return {.text = latencyText(line.p99), .number = true};
    case Requests: return {.text = countText(line.requests), .number = true};
    case Errors:
        return {.text = countText(line.errors),
                .second = line.requests > 0 ? percentText(double(line.errors) / double(line.requests), 2) : QString(),
                .number = true};
    default: return {};
    }
}

} // namespace drover::gui
