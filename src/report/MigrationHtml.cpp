// SPDX-License-Identifier: Apache-2.0
#include "report/MigrationReport.h"

#include "report/Page.h"

namespace drover::report {
namespace {

// Even a browser that would like to fetch something may not.
constexpr std::string_view nothingFetched =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n";

} // namespace

std::string migrationReportHtml(const MigrationFacts& facts, Language language)
{
    const Page page(facts, language);
    Html html;
    html.raw("<!DOCTYPE html>\n");
    html.open("html", language == Language::zhCn ? "lang=\"zh-CN\"" : "lang=\"en\"");
    html.open("head").raw("<meta charset=\"utf-8\"/>\n").raw(nothingFetched);
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    html.element("title", page(Text::documentTitle, {facts.migration, facts.legacy, facts.target}));
    html.open("style").raw(reportStyle()).close().close();
    html.open("body").open("main");
    html.raw(headSection(page));
    html.raw(cardsSection(page));
    for (const auto section : {timelineSection, shareSection, latencySection, gatesSection, trafficSection,
                               beforeAfterSection, divergenceSection, rotationSection, moneySection, auditSection, notesSection})
        html.raw(section(page));
    html.open("footer").text(page(Text::writtenAt, {page.longTime(facts.made)})).text(". ");
    html.text(page(Text::footer, {DROVER_VERSION})).close();
    return html.take();
}

} // namespace drover::report
