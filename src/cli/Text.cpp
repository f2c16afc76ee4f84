// SPDX-License-Identifier: Apache-2.0
#include "cli/Text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace drover::cli {
namespace {

std::size_t widthOf(const std::string& text)
{
    return std::size_t(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void appendRow(std::string& out, const std::vector<std::string>& row, const std::vector<std::size_t>& widths)
{
    for (std::size_t i = 0; i < row.size(); ++i) {
        out += row[i];
        if (i + 1 < row.size())
            out.append(widths[i] - widthOf(row[i]) + 2, ' ');
    }
    while (out.ends_with(' '))
        out.pop_back();
    out += '\n';
}

} // namespace

std::string tableText(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows)
{
    std::vector<std::size_t> widths;
    for (const std::string& heading : headings)
        widths.push_back(widthOf(heading));
    for (const std::vector<std::string>& row : rows)
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
            widths[i] = std::max(widths[i], widthOf(row[i]));
    std::string out;
    appendRow(out, headings, widths);
    for (const std::vector<std::string>& row : rows)
        appendRow(out, row, widths);
    return out;
}

std::string percentText(double share)
{
    char text[24];
    const double percent = share * 100;
    std::snprintf(text, sizeof text, std::abs(percent - std::round(percent)) < 0.05 ? "%.0f %%" : "%.1f %%", percent);
    return text;
}

} // namespace drover::cli
