// SPDX-License-Identifier: Apache-2.0
#include "report/MigrationReport.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace drover::report {
namespace {

// RFC 4180: quoted where it must be. A cell that a spreadsheet would take for a formula gets an apostrophe.
std::string csvCell(std::string_view text)
{
    std::string cell(text);
    if (!cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos)
        cell.insert(0, "'");
    if (cell.find_first_of(",\"\r\n") == std::string::npos)
        return cell;
    std::string out = "\"";
    for (const char c : cell) {
        if (c == '"')
            out += '"';
        out += c;
    }
    return out + "\"";
}

std::string csvNumber(double value)
{
    if (!std::isfinite(value))
        return {};
    std::array<char, 32> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), "%.9g", value);
    return {buffer.data(), std::size_t(length)};
}

} // namespace

std::string migrationReportCsv(const MigrationFacts& facts)
{
    std::string out = "at,phase,step,share,gate,verdict,estimate,low,high,limit,n,needed,outcome,text\r\n";
    for (const GateDecision& decision : facts.decisions) {
        for (const GateResult& gate : decision.gates) {
            out += formatTime(decision.at) + "," + std::string(phaseName(decision.phase)) + "," +
                   std::to_string(decision.step) + "," + csvNumber(decision.share) + "," + csvCell(gate.name) + "," +
                   std::string(verdictName(gate.verdict)) + "," + csvNumber(gate.estimate) + "," + csvNumber(gate.low) +
                   "," + csvNumber(gate.high) + "," + csvNumber(gate.limit) + "," + std::to_string(gate.n) + "," +
                   std::to_string(gate.needed) + "," + csvCell(decision.outcome) + "," + csvCell(gate.text) + "\r\n";
        }
    }
    return out;
}

} // namespace drover::report
