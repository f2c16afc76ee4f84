// SPDX-License-Identifier: Apache-2.0
#include "gui/models/DecisionTableModel.h"

#include "gui/Words.h"

namespace drover::gui {
namespace {

Tone outcomeTone(const std::string& outcome)
{
    if (outcome == "advance")
        return Tone::good;
    if (outcome == "rollback")
        return Tone::bad;
    return outcome == "wait" ? Tone::neutral : Tone::warn;
}

QString gatesText(const std::vector<GateResult>& gates)
{
    QStringList parts;
    for (const auto& gate : gates)
        parts << QStringLiteral("%1 %2 (%3)").arg(gateText(gate.name), gateValue(gate, gate.estimate), verdictText(gate.verdict));
    return parts.join(QStringLiteral("  ·  "));
}

} // namespace

void DecisionTableModel::setRows(std::vector<GateDecision> rows)
{
    std::reverse(rows.begin(), rows.end());
    exchange(rows_, std::move(rows));
}

std::vector<QString> DecisionTableModel::columns() const { return {tr("Time"), tr("Step"), tr("Decision"), tr("Gates")}; }

bool DecisionTableModel::isNumber(int) const { return false; }

Cell DecisionTableModel::cell(int row, int column) const
{
    const GateDecision& decision = rows_[std::size_t(row)];
    switch (column) {
    case At:
        return {.text = clockText(decision.at), .second = dateText(decision.at),
                .sort = qlonglong(decision.at.time_since_epoch().count())};
    case Step:
        return {.text = decision.phase == Phase::canary
                    ? tr("%1 %2").arg(phaseText(decision.phase), percentText(decision.share))
                    : phaseText(decision.phase)};
    case Outcome: return {.text = outcomeText(decision.outcome), .pill = outcomeTone(decision.outcome)};
    case Gates: {
        QStringList sentences;
        for (const auto& gate : decision.gates)
            sentences << gateDetail(gate);
        return {.text = gatesText(decision.gates), .toolTip = sentences.join(u'\n')};
    }
    default: return {};
    }
}

} // namespace drover::gui
