// SPDX-License-Identifier: Apache-2.0
// What clients and providers saw, the traffic before and after the cutover, and the money.
#include "report/Page.h"

#include <array>
#include <set>

namespace drover::report {
namespace {

std::string clientsTable(const Page& page)
{
    const MigrationFacts& facts = page.facts();
    HtmlTable table({{page[Text::clientsTitle]}, {page[Text::columnRequests], true}, {page[Text::columnShare], true}});
    table.row({escapeHtml(page[Text::clientRequests]), page.count(facts.clientRequests), std::string(page[Text::none])}, "sum");
    table.row({escapeHtml(page[Text::clientFailures]), page.count(facts.clientFailures),
               page.share(facts.clientFailures, facts.clientRequests)});
    for (const auto& [target, count] : facts.servedBy)
        table.row({escapeHtml(page(Text::answeredBy, {target})), page.count(count), page.share(count, facts.clientRequests)});
    return table.take();
}

std::string attemptsTable(const Page& page)
{
    const auto& totals = page.facts().totals;
    std::vector<HtmlTable::Column> columns{{page[Text::attemptsTitle]}};
    const std::vector<std::string> targets = page.targets();
    for (const std::string& target : targets)
        columns.push_back({target, true});
    HtmlTable table(columns);
    const auto row = [&](std::string_view name, std::string_view css, const auto& countOf) {
        std::vector<std::string> cells{escapeHtml(name)};
        bool any = false;
        for (const std::string& target : targets) {
            const std::uint64_t count = countOf(totals.at(target));
            any = any || count > 0;
            cells.push_back(page.count(count));
        }
        if (any || !css.empty())
            table.row(cells, css);
    };
    for (std::size_t i = 0; i < errorClassCount; ++i)
        row(errorClassName(ErrorClass(i)), {}, [i](const TargetEvidence& seen) { return seen.byClass[i]; });
    row(page[Text::attemptsTotal], "sum", [](const TargetEvidence& seen) {
        std::uint64_t sum = 0;
        for (const std::uint64_t count : seen.byClass)
            sum += count;
        return sum;
    });
    row(page[Text::attemptsErrors], "sum", [](const TargetEvidence& seen) { return seen.errors(); });
    return table.take();
}

constexpr std::array<std::pair<double, std::string_view>, 3> shownQuantiles{{{0.5, "p50"}, {0.95, "p95"}, {0.99, "p99"}}};

std::string changeText(const Page& page, double before, double after)
{
    if (before <= 0)
        return std::string(page[Text::none]);
    const double change = after / before - 1;
    return (change > 0 ? "+" : "") + page.percent(double(std::int64_t(change * 1000 + (change < 0 ? -0.5 : 0.5))) / 1000);
}

void quantileRows(HtmlTable& table, const Page& page, Text name, const Histogram& before, const Histogram& after, bool tokens)
{
    if (before.empty() && after.empty())
        return;
    const auto shown = [&](std::optional<double> value) {
        return !tokens ? page.milliseconds(value)
               : value ? page.count(std::uint64_t(*value + 0.5))
                       : std::string(page[Text::none]);
    };
    for (const auto& [q, label] : shownQuantiles) {
        const auto old = before.quantile(q);
        const auto fresh = after.quantile(q);
        table.row({escapeHtml(page(name, {label})), shown(old), shown(fresh),
                   old && fresh ? changeText(page, *old, *fresh) : std::string(page[Text::none])});
    }
}

std::string barOf(const Page& page, std::uint64_t part, std::uint64_t whole, const std::string& colour)
{
    const double fraction = whole == 0 ? 0 : double(part) / double(whole);
    return page.share(part, whole) + "<span class=\"bars\" aria-hidden=\"true\"><span style=\"width:" +
           std::to_string(int(fraction * 100 + 0.5)) + "%;background:" + colour + "\"></span></span>";
}

void finishRows(HtmlTable& table, const Page& page, const CutoverComparison& cutover)
{
    const auto& before = cutover.before.finishReasons;
    const auto& after = cutover.after.finishReasons;
    std::set<std::string> reasons;
    std::uint64_t allBefore = 0;
    std::uint64_t allAfter = 0;
    for (const auto& [reason, count] : before) {
        reasons.insert(reason);
        allBefore += count;
    }
    for (const auto& [reason, count] : after) {
        reasons.insert(reason);
        allAfter += count;
    }
    const auto countIn = [](const std::map<std::string, std::uint64_t>& counts, const std::string& reason) {
        const auto found = counts.find(reason);
        return found == counts.end() ? std::uint64_t{0} : found->second;
    };
    for (const std::string& reason : reasons)
        table.row({escapeHtml(page(Text::finishReasons, {reason})),
                   barOf(page, countIn(before, reason), allBefore, "var(--legacy)"),
                   barOf(page, countIn(after, reason), allAfter, "var(--target)"), std::string(page[Text::none])});
}

std::string booksTable(const Page& page)
{
    const CostFacts& cost = page.facts().cost;
    const std::string& legacy = page.facts().legacy;
    const std::string& target = page.facts().target;
    HtmlTable table({{""}, {page[Text::columnBook]}, {page[Text::columnSoFar], true}, {page[Text::columnMonthly], true}});
    table.row({escapeHtml(page(Text::rowAllOnLegacy, {legacy})), escapeHtml(cost.legacyBook), page.money(cost.allOnLegacy),
               page.estimate(cost.monthlyOnLegacy)});
    table.row({escapeHtml(page(Text::rowAllOnTarget, {target})), escapeHtml(cost.targetBook), page.money(cost.allOnTarget),
               page.estimate(cost.monthlyOnTarget)});
    table.row({escapeHtml(page[Text::rowActual]), "", page.money(cost.actual), std::string(page[Text::none])});
    if (cost.allOnLegacy.currency() != cost.allOnTarget.currency())
        return table.take();
    std::optional<Money> monthly;
    if (cost.monthlyOnLegacy && cost.monthlyOnTarget)
        monthly = *cost.monthlyOnLegacy - *cost.monthlyOnTarget;
    std::string saving = page.money(cost.allOnLegacy - cost.allOnTarget);
    if (!cost.allOnLegacy.isZero())
        saving += " <span class=\"muted\">(" +
                  page.percent(1 - cost.allOnTarget.approximate() / cost.allOnLegacy.approximate()) + ")</span>";
    table.row({escapeHtml(page(Text::rowSaving, {target, legacy})), "", saving, page.estimate(monthly)}, "sum");
    return table.take();
}

std::string modelsTable(const Page& page)
{
    const std::string onLegacy = page(Text::columnOnBook, {page.facts().legacy});
    const std::string onTarget = page(Text::columnOnBook, {page.facts().target});
    HtmlTable table({{page[Text::columnTarget]},
                     {page[Text::columnModel]},
                     {page[Text::columnRequests], true},
                     {page[Text::columnInput], true},
                     {page[Text::columnCached], true},
                     {page[Text::columnOutput], true},
                     {page[Text::columnCost], true},
                     {onLegacy, true},
                     {onTarget, true}});
    const auto price = [&](const std::optional<Money>& amount) {
        return amount ? amount->display() : "<span class=\"muted\">" + escapeHtml(page[Text::noPrice]) + "</span>";
    };
    for (const CostLine& line : page.facts().cost.lines)
        table.row({escapeHtml(line.target), "<code>" + escapeHtml(line.model) + "</code>", page.count(line.requests),
                   page.count(line.tokens.input), page.count(line.tokens.cached), page.count(line.tokens.output),
                   price(line.cost), price(line.onLegacy), price(line.onTarget)});
    return table.take();
}

} // namespace

std::string trafficSection(const Page& page)
{
    Html html;
    html.open("div", "class=\"pair\"");
    html.open("div").raw(clientsTable(page)).close();
    if (!page.facts().totals.empty())
        html.open("div").raw(attemptsTable(page)).close();
    html.close();
    return sectionOf(page[Text::sectionTraffic], page(Text::trafficIntro, {page.facts().target, page.facts().legacy}),
                     html.take());
}

std::string beforeAfterSection(const Page& page)
{
    const MigrationFacts& facts = page.facts();
    if (!facts.cutover || facts.cutover->after.requests() == 0)
        return {};
    const TargetEvidence& before = facts.cutover->before;
    const TargetEvidence& after = facts.cutover->after;
    const std::string columnBefore = page(Text::columnBefore, {facts.legacy});
    const std::string columnAfter = page(Text::columnAfter, {facts.target});
    HtmlTable table({{page[Text::columnMeasure]}, {columnBefore, true}, {columnAfter, true}, {page[Text::columnChange], true}});
    table.row({escapeHtml(page[Text::measureAnswers]), page.count(before.requests()),
               page.count(after.requests()), std::string(page[Text::none])});
    quantileRows(table, page, Text::measureFirstPlain, before.firstBytePlain, after.firstBytePlain, false);
    quantileRows(table, page, Text::measureFirstStreamed, before.firstByteStreamed, after.firstByteStreamed, false);
    quantileRows(table, page, Text::measureTotal, before.total, after.total, false);
    quantileRows(table, page, Text::measureLength, before.outputTokens, after.outputTokens, true);
    finishRows(table, page, *facts.cutover);
    return sectionOf(page[Text::sectionBeforeAfter], page(Text::beforeAfterIntro, {facts.legacy, facts.target}), table.take());
}

std::string moneySection(const Page& page)
{
    const CostFacts& cost = page.facts().cost;
    if (cost.lines.empty())
        return sectionOf(page[Text::sectionMoney], page[Text::moneyNothing], {});
    Html html;
    html.raw(booksTable(page));
    // What lacks a price in either book is in no sum, wherever it was served.
    std::set<std::string> unpriced(cost.unpriced.begin(), cost.unpriced.end());
    for (const CostLine& line : cost.lines) {
        if (!line.cost || !line.onLegacy || !line.onTarget)
            unpriced.insert(line.target + " " + line.model);
    }
    if (!unpriced.empty()) {
        std::string names;
        for (const std::string& name : unpriced)
            names += (names.empty() ? "" : ", ") + name;
        html.element("div", page(Text::unpricedWarning, {names}), "class=\"note\"");
    }
    html.open("div", "class=\"gap\"").raw(modelsTable(page)).close();
    return sectionOf(page[Text::sectionMoney], page(Text::moneyIntro, {page.duration(cost.span)}), html.take());
}

} // namespace drover::report
