// SPDX-License-Identifier: Apache-2.0
// The head of the page, the cards under it and the notes at its end.
#include "report/Page.h"

#include <algorithm>

namespace drover::report {
namespace {

std::string outcomeBadge(const Page& page)
{
    const Phase phase = page.facts().phase;
    if (phase == Phase::done)
        return "<span class=\"badge good\">✓ " + escapeHtml(page[Text::outcomeDone]) + "</span>";
    if (phase == Phase::rolledBack)
        return "<span class=\"badge bad\">↩ " + escapeHtml(page[Text::outcomeRolledBack]) + "</span>";
    const Text word = phase == Phase::paused ? Text::outcomePaused : Text::outcomeRunning;
    return "<span class=\"badge open\">" + escapeHtml(page[word]) + "</span>";
}

double orderedShare(const MigrationFacts& facts)
{
    return facts.timeline.empty() ? 0 : facts.timeline.back().share;
}

std::string leadSentence(const Page& page)
{
    const MigrationFacts& facts = page.facts();
    const std::string requests = page.count(facts.clientRequests);
    const std::string failures = page.count(facts.clientFailures);
    const std::string took = page.duration(page.to() - page.from());
    const std::string share = page.percent(orderedShare(facts));
    switch (facts.phase) {
    case Phase::done: return page(Text::leadDone, {facts.legacy, facts.target, took, requests, failures});
    case Phase::rolledBack: return page(Text::leadRolledBack, {facts.legacy, facts.target, took, requests, failures});
    case Phase::paused: return page(Text::leadPaused, {page.phase(facts.pausedIn), share, requests, failures});
    case Phase::idle: return std::string(page[Text::leadNothing]);
    default: return page(Text::leadRunning, {page.phase(facts.phase), share, requests, failures});
    }
}

// Why it ended so. What the plan wrote is English; before it, in other languages, what the gate of the last decision
// says in theirs.
std::string whyBox(const Page& page)
{
    const MigrationFacts& facts = page.facts();
    if (facts.why.empty())
        return {};
    Html html;
    html.open("div", "class=\"why\"").element("b", page[Text::whyTitle]);
    const auto* last = facts.decisions.empty() ? nullptr : &facts.decisions.back();
    bool translated = false;
    if (page.language() != Language::en && last != nullptr) {
        for (const GateResult& gate : last->gates) {
            if (gate.verdict != Verdict::fail)
                continue;
            html.element("span", page.sentence(gate));
            translated = true;
        }
    }
    html.element("span", facts.why, translated ? "lang=\"en\" class=\"original\"" : "lang=\"en\"");
    return html.take();
}

void metaItem(Html& html, std::string_view name, const std::string& value)
{
    if (!value.empty())
        html.open("span").text(name).text(" ").element("b", value).close();
}

// "2026-11-22 13:05:10 – 13:06:12", with the second date only where it is another one.
std::string range(const Page& page)
{
    const std::string to = page.longTime(page.to());
    return page.longTime(page.from()) + " – " + (formatDate(page.from()) == formatDate(page.to()) ? to.substr(11) : to);
}

void card(Html& html, const std::string& name, const std::string& value, const std::string& small,
          std::string_view mood = {})
{
    html.open("div", "class=\"card\"");
    html.element("div", name, "class=\"name\"");
    html.element("div", value, "class=\"value " + std::string(mood) + "\"");
    html.element("div", small, "class=\"small\"");
    html.close();
}

} // namespace

std::string headSection(const Page& page)
{
    const MigrationFacts& facts = page.facts();
    Html html;
    html.open("header").element("p", page[Text::eyebrow], "class=\"eyebrow\"");
    html.open("h1").text(facts.legacy + " → " + facts.target).text(" ").raw(outcomeBadge(page)).close();
    html.element("p", leadSentence(page), "class=\"lead\"");
    html.open("p", "class=\"meta\"");
    metaItem(html, page[Text::workspace], facts.workspace);
    metaItem(html, page[Text::policy], facts.policy.name);
    metaItem(html, page[Text::scenario], facts.scenario);
    if (!facts.migration.empty())
        html.open("span").element("code", facts.migration).close();
    if (facts.begun)
        html.element("span", range(page));
    html.element("span", page[Text::timesAreUtc]).close();
    html.raw(whyBox(page));
    if (facts.sandbox)
        html.element("div", page[Text::simulatedBanner], "class=\"note\"");
    return html.take();
}

std::string cardsSection(const Page& page)
{
    const MigrationFacts& facts = page.facts();
    Html html;
    html.open("div", "class=\"cards\"");
    card(html, std::string(page[Text::cardRequests]), page.count(facts.clientRequests),
         page(Text::cardRequestsNote, {page.count(facts.clientFailures)}), facts.clientFailures == 0 ? "" : "bad");
    std::uint64_t answers = 0;
    for (const auto& [target, count] : facts.servedBy)
        answers += count;
    if (answers > 0) {
        const auto found = facts.servedBy.find(facts.target);
        const std::uint64_t served = found == facts.servedBy.end() ? 0 : found->second;
        card(html, page(Text::cardServed, {facts.target}), page.share(served, answers),
             page(Text::cardServedNote, {page.count(served), page.count(answers)}));
    }
    if (const auto seen = facts.totals.find(facts.target); seen != facts.totals.end())
        card(html, page(Text::cardErrors, {facts.target}), page.share(seen->second.errors(), seen->second.requests()),
             page(Text::cardErrorsNote, {page.count(seen->second.errors()), page.count(seen->second.requests())}));
    const std::string& state = facts.rotation.state;
    const Text word = state == "done"     ? Text::rotationDone
                      : state == "failed" ? Text::rotationFailed
                      : state == "none"   ? Text::rotationNone
                                          : Text::rotationRunning;
    card(html, std::string(page[Text::cardRotation]), std::string(page[word]), facts.rotation.keyId,
         state == "done" ? "good" : state == "failed" ? "bad" : "");
    if (facts.cost.monthlyOnTarget)
        card(html, std::string(page[Text::cardMonthly]), page.estimate(facts.cost.monthlyOnTarget),
             page(Text::cardMonthlyNote, {facts.target, page.estimate(facts.cost.monthlyOnLegacy), facts.legacy}));
    return html.take();
}

std::string notesSection(const Page& page)
{
    Html html;
    html.open("ul", "class=\"notes\"");
    for (const std::string& note : page.facts().notes)
        html.element("li", note, "lang=\"en\"");
    for (const Text note : {Text::noteExact, Text::noteLooks, Text::noteRounding, Text::noteFallback, Text::noteShadow,
                            Text::noteProjection, Text::notePrices})
        html.element("li", page[note]);
    return sectionOf(page[Text::sectionNotes], {}, html.take());
}

} // namespace drover::report
