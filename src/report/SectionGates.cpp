// SPDX-License-Identifier: Apache-2.0
// What the gates decided and on what: the decisions, the shadow's comparison, the key rotation, the audit.
#include "report/Page.h"

namespace drover::report {
namespace {

struct ShownDecision {
    const GateDecision* decision = nullptr;
    std::uint64_t looks = 1; // for waiting: how many looks it stands for
};

// All decisions, but of the waits in a row on one step only the last.
std::vector<ShownDecision> shownDecisions(const std::vector<GateDecision>& decisions)
{
    std::vector<ShownDecision> shown;
    for (const GateDecision& decision : decisions) {
        const bool again = !shown.empty() && decision.outcome == "wait" && shown.back().decision->outcome == "wait" &&
                           shown.back().decision->phase == decision.phase && shown.back().decision->step == decision.step;
        if (again)
            shown.back() = {&decision, shown.back().looks + 1};
        else
            shown.push_back({&decision, 1});
    }
    return shown;
}

std::string outcomeText(const Page& page, const ShownDecision& shown)
{
    const std::string& outcome = shown.decision->outcome;
    if (outcome == "advance")
        return std::string(page[Text::outcomeAdvance]);
    if (outcome == "hold")
        return std::string(page[Text::outcomeHold]);
    if (outcome == "rollback")
        return std::string(page[Text::outcomeRollback]);
    if (outcome == "wait")
        return shown.looks > 1 ? page(Text::outcomeWaitTimes, {page.count(shown.looks)})
                               : std::string(page[Text::outcomeWait]);
    return outcome;
}

HtmlTable gateTable(const Page& page)
{
    return HtmlTable({{page[Text::columnGate]},
                      {page[Text::columnVerdict]},
                      {page[Text::columnEstimate], true},
                      {page[Text::columnInterval], true},
                      {page[Text::columnLimit], true},
                      {page[Text::columnEvidence], true},
                      {page[Text::columnMissing], true}},
                     "gates");
}

// Keeps numbers and their units on one line.
std::string unbroken(std::string text)
{
    for (const std::string_view unit : {" %", " ms"}) {
        for (std::size_t at = text.find(unit); at != std::string::npos; at = text.find(unit, at + 2))
            text.replace(at, 1, "\u00a0");
    }
    return text;
}

void gateRow(HtmlTable& table, const Page& page, const GateResult& gate)
{
    const std::string interval = page.gateNumber(gate, gate.low, Rounding::down) + " … " +
                                 page.gateNumber(gate, gate.high, Rounding::up);
    table.row({escapeHtml(page.gateName(gate)), page.verdict(gate.verdict), escapeHtml(page.gateNumber(gate, gate.estimate)), escapeHtml(interval),
               escapeHtml(page.limit(gate)), page.count(gate.n),
               gate.needed > 0 ? page.count(gate.needed) : std::string(page[Text::none])},
              "told");
    table.wide(escapeHtml(unbroken(page.sentence(gate))), "said");
}

std::string decisionHeading(const std::string& when, const std::string& step, const std::string& outcome)
{
    return escapeHtml(step) + " <span class=\"muted num\">" + escapeHtml(when) + "</span> → " + escapeHtml(outcome);
}

} // namespace

std::string gatesSection(const Page& page)
{
    const MigrationFacts& facts = page.facts();
    HtmlTable table = gateTable(page);
    for (const ShownDecision& shown : shownDecisions(facts.decisions)) {
        const GateDecision& decision = *shown.decision;
        table.wide(decisionHeading(page.time(decision.at), page.step(decision.phase, decision.share),
                                   outcomeText(page, shown)),
                   "group");
        for (const GateResult& gate : decision.gates)
            gateRow(table, page, gate);
    }
    if (!facts.openGates.empty() && !isFinal(facts.phase)) {
        const Phase in = facts.phase == Phase::paused ? facts.pausedIn : facts.phase;
        const double share = facts.timeline.empty() ? 0 : facts.timeline.back().share;
        table.wide(decisionHeading(page.time(facts.made), page.step(in, share), std::string(page[Text::gatesNow])), "group");
        for (const GateResult& gate : facts.openGates)
            gateRow(table, page, gate);
    }
    if (facts.decisions.empty() && facts.openGates.empty())
        return sectionOf(page[Text::sectionGates], page[Text::noDecisions], {});
    return sectionOf(page[Text::sectionGates], page[Text::gatesIntro], table.take());
}

std::string divergenceSection(const Page& page)
{
    const PairEvidence& pairs = page.facts().pairs;
    if (pairs.pairs == 0)
        return {};
    HtmlTable table({{page[Text::columnMeasure]}, {page[Text::columnEvidence], true}, {page[Text::columnShare], true}});
    const auto row = [&](Text name, std::uint64_t count, std::uint64_t whole) {
        const bool part = name != Text::pairsCompared && name != Text::pairsAgain;
        table.row({(part ? "<span class=\"part\">" : "<span>") + escapeHtml(page[name]) + "</span>", page.count(count),
                   page.share(count, whole)});
    };
    row(Text::pairsCompared, pairs.pairs, 0);
    row(Text::pairsDiffer, pairs.diverged, pairs.pairs);
    row(Text::pairsAgain, pairs.triples, pairs.pairs);
    row(Text::pairsOnlyNew, pairs.onlyNew, pairs.triples);
    row(Text::pairsOnlyAgain, pairs.onlyAgain, pairs.triples);
    row(Text::pairsBoth, pairs.both, pairs.triples);
    return sectionOf(page[Text::sectionDivergence], page[Text::divergenceIntro], table.take());
}

std::string rotationSection(const Page& page)
{
    const RotationFacts& rotation = page.facts().rotation;
    if (rotation.state == "none" && rotation.history.empty())
        return sectionOf(page[Text::sectionRotation], page[Text::rotationNothing], {});
    Html html;
    html.open("p", "class=\"meta\"");
    if (!rotation.keyId.empty())
        html.open("span").text(page[Text::rotationKey]).text(" ").element("code", rotation.keyId).close();
    if (!rotation.previousKey.empty())
        html.open("span").text(page[Text::rotationPrevious]).text(" ").element("code", rotation.previousKey).close();
    html.close();
    if (!rotation.why.empty())
        html.open("div", "class=\"why\"").element("b", page[Text::whyTitle]).element("span", rotation.why, "lang=\"en\"").close();
    HtmlTable table({{page[Text::columnWhen]}, {page[Text::columnWhat]}});
    for (const RotationFacts::Line& line : rotation.history)
        table.row({"<span class=\"num\">" + page.time(line.at) + "</span>",
                   "<span lang=\"en\">" + escapeHtml(line.text) + "</span>"});
    if (!table.empty())
        html.open("div", "class=\"gap\"").raw(table.take()).close();
    return sectionOf(page[Text::sectionRotation], page[Text::rotationIntro], html.take());
}

std::string auditSection(const Page& page)
{
    HtmlTable table({{page[Text::columnWhen]},
                     {page[Text::columnActor]},
                     {page[Text::columnDeed]},
                     {page[Text::columnSubject]},
                     {page[Text::columnReason]}});
    for (const AuditFact& fact : page.facts().audit)
        table.row({"<span class=\"num\">" + page.time(fact.at) + "</span>", escapeHtml(fact.actor), escapeHtml(fact.deed),
                   escapeHtml(fact.subject), escapeHtml(fact.reason)});
    return table.empty() ? std::string() : sectionOf(page[Text::sectionAudit], {}, table.take());
}

} // namespace drover::report
