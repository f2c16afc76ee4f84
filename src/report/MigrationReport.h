// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/migration/MigrationFacts.h"
#include "report/Language.h"

#include <string>

namespace drover::report {

// One HTML file with its style and charts inside: it fetches nothing and runs no script. Sentences that the plan wrote
// into the facts (why, rotation history, notes) stay in English; those of the gates are said in the language.
std::string migrationReportHtml(const MigrationFacts& facts, Language language);
// The same values for programs; money as {"amount","currency"}, times as RFC 3339, what is unknown null.
std::string migrationReportJson(const MigrationFacts& facts);
// The gates' decisions, one a line, for a spreadsheet: at, phase, step, share, gate, verdict, estimate, low, high,
// limit, n, needed, outcome, text.
std::string migrationReportCsv(const MigrationFacts& facts);

} // namespace drover::report
