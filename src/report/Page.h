// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/Money.h"
#include "domain/gates/Text.h"
#include "domain/migration/MigrationFacts.h"
#include "report/Html.h"
#include "report/Texts.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drover::report {

// What the sections of the migration report share: the facts, the language, and how numbers and times are written.
class Page {
public:
    Page(const MigrationFacts& facts, Language language);

    const MigrationFacts& facts() const { return facts_; }
    Language language() const { return language_; }
    std::string_view operator[](Text text) const { return textIn(language_, text); }
    std::string operator()(Text text, std::initializer_list<std::string_view> values) const;

    // The time the report covers: from the beginning to the end, or to when it was made.
    WallTime from() const { return from_; }
    WallTime to() const { return to_; }

    std::string count(std::uint64_t value) const;           // 1,234,567
    std::string percent(double fraction) const;             // 0.72 %
    std::string share(std::uint64_t part, std::uint64_t whole) const; // percent, or "–" of nothing
    std::string milliseconds(std::optional<double> ms) const; // 45.2 ms, "–" where unknown; decimals by size
    std::string money(const std::optional<Money>& amount) const;
    std::string estimate(const std::optional<Money>& amount) const; // of money: without cents from 1,000 on
    std::string time(std::optional<WallTime> at) const;     // as exact as the whole run asks; "–" where unknown
    std::string longTime(WallTime at) const;                // 2026-11-22 13:05:10
    std::string duration(Duration duration) const;          // 62.4 s, 5 min 10 s, 3 h 20 min, 6 d 4 h

    std::string_view phase(Phase phase) const;
    // "canary 25 %", "cutover".
    std::string step(Phase phase, double share) const;
    // The gate's sentence; in other languages than English rebuilt from its numbers.
    std::string sentence(const GateResult& gate) const;
    std::string_view gateName(const GateResult& gate) const;
    // A number of the gate in its unit: a fraction as percent, or milliseconds.
    std::string gateNumber(const GateResult& gate, double value, Rounding rounding = Rounding::nearest) const;
    std::string limit(const GateResult& gate) const;
    // A verdict's colour and sign as markup.
    std::string verdict(Verdict verdict) const;
    // The colour of a target in charts: legacy's, the new one's, or that of all others.
    std::string colourOf(const std::string& target) const;
    // The targets of the totals: legacy, the new one, then any others.
    std::vector<std::string> targets() const;

private:
    const MigrationFacts& facts_;
    Language language_;
    WallTime from_{};
    WallTime to_{};
};

// The sections in their order on the page; an empty string where there is nothing to show.
std::string headSection(const Page& page);
std::string cardsSection(const Page& page);
std::string timelineSection(const Page& page);
std::string shareSection(const Page& page);
std::string latencySection(const Page& page);
std::string gatesSection(const Page& page);
std::string trafficSection(const Page& page);
std::string beforeAfterSection(const Page& page);
std::string divergenceSection(const Page& page);
std::string rotationSection(const Page& page);
std::string moneySection(const Page& page);
std::string auditSection(const Page& page);
std::string notesSection(const Page& page);

// The style sheet of all our HTML reports.
std::string_view reportStyle();

// <section> with its heading and, if not empty, an introduction.
std::string sectionOf(std::string_view title, std::string_view intro, const std::string& body);

} // namespace drover::report
