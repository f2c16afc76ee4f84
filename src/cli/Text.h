// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace drover::cli {

// Columns under their headings, two spaces apart; the last column is not padded. Widths count characters, not bytes.
std::string tableText(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows);
// "12.5 %", "0 %".
std::string percentText(double share);

} // namespace drover::cli
