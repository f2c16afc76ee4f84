// SPDX-License-Identifier: Apache-2.0
#include "gui/models/ComparisonTableModel.h"

#include <QLocale>

#include "gui/Words.h"

#include <set>

namespace drover::gui {
namespace {

const QString noValue = QStringLiteral("–");

std::uint64_t sumOf(const std::map<std::string, std::uint64_t>& counts)
{
    std::uint64_t sum = 0;
    for (const auto& [reason, count] : counts)
        sum += count;
    return sum;
}

std::optional<double> shareOf(const std::map<std::string, std::uint64_t>& counts, const std::string& reason)
{
    const std::uint64_t all = sumOf(counts);
    if (all == 0)
        return std::nullopt;
    const auto found = counts.find(reason);
    return found == counts.end() ? 0 : double(found->second) / double(all);
}

void addQuantiles(std::vector<ComparisonRow>& rows, const QString& measure, const Histogram& before, const Histogram& after,
                  QString (*say)(double))
{
    if (before.empty() && after.empty())
        return;
    for (const auto& [q, name] : {std::pair{0.5, "p50"}, std::pair{0.95, "p95"}, std::pair{0.99, "p99"}}) {
        const std::optional<double> old = before.quantile(q);
        const std::optional<double> fresh = after.quantile(q);
        ComparisonRow row;
        row.measure = measure.arg(QLatin1StringView(name));
        row.before = old ? say(*old) : noValue;
        row.after = fresh ? say(*fresh) : noValue;
        if (old && fresh && *old > 0)
            row.change = *fresh / *old - 1;
        rows.push_back(std::move(row));
    }
}

QString tokensText(double tokens) { return countText(std::uint64_t(tokens + 0.5)); }

QString changeText(const ComparisonRow& row)
{
    if (!row.change)
        return noValue;
    const QString sign = *row.change > 0 ? QStringLiteral("+") : QString();
    return sign + (row.points ? ComparisonTableModel::tr("%1 points").arg(QLocale().toString(*row.change * 100, 'f', 1)) : percentText(*row.change, 1));
}

} // namespace

std::vector<ComparisonRow> comparisonRows(const CutoverComparison& cutover)
{
    const TargetEvidence& before = cutover.before;
    const TargetEvidence& after = cutover.after;
    std::vector<ComparisonRow> rows;
    rows.push_back({ComparisonTableModel::tr("Answers"), countText(before.requests()), countText(after.requests()), {}});
    addQuantiles(rows, ComparisonTableModel::tr("First byte, plain, %1"), before.firstBytePlain, after.firstBytePlain, &millisText);
    addQuantiles(rows, ComparisonTableModel::tr("First byte, streamed, %1"), before.firstByteStreamed, after.firstByteStreamed, &millisText);
    addQuantiles(rows, ComparisonTableModel::tr("Whole answer, %1"), before.total, after.total, &millisText);
    addQuantiles(rows, ComparisonTableModel::tr("Length in tokens, %1"), before.outputTokens, after.outputTokens, &tokensText);
    std::set<std::string> reasons;
    for (const auto* side : {&before.finishReasons, &after.finishReasons})
        for (const auto& [reason, count] : *side)
            reasons.insert(reason);
    for (const std::string& reason : reasons) {
        const auto old = shareOf(before.finishReasons, reason);
        const auto fresh = shareOf(after.finishReasons, reason);
        ComparisonRow row;
        row.measure = ComparisonTableModel::tr("Finished by %1").arg(QString::fromStdString(reason));
        row.before = old ? percentText(*old, 1) : noValue;
        row.after = fresh ? percentText(*fresh, 1) : noValue;
        row.points = true;
        if (old && fresh)
            row.change = *fresh - *old;
        rows.push_back(std::move(row));
    }
    return rows;
}

void ComparisonTableModel::setRows(std::vector<ComparisonRow> rows) { exchange(rows_, std::move(rows)); }

std::vector<QString> ComparisonTableModel::columns() const
{
    return {tr("Measure"), tr("Before, on Legacy"), tr("After, on HolySheep"), tr("Change")};
}

Cell ComparisonTableModel::cell(int row, int column) const
{
    const ComparisonRow& line = rows_[std::size_t(row)];
    switch (column) {
    case Measure: return {.text = line.measure};
    case Before: return {.text = line.before, .number = true};
    case After: return {.text = line.after, .number = true};
    case Change: return {.text = changeText(line), .number = true};
    default: return {};
    }
}

} // namespace drover::gui
