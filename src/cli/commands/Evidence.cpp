// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "app/GateCheck.h"
#include "app/ReportBuilder.h"
#include "app/UsageService.h"
#include "cli/Text.h"
#include "report/Language.h"
#include "report/MigrationReport.h"

#include <cstdio>
#include <utility>

namespace drover::cli {
namespace {

std::string msText(std::optional<double> ms)
{
    if (!ms)
        return "-";
    char text[24];
    std::snprintf(text, sizeof text, "%.1f", *ms);
    return text;
}

Task<Result<Answer>> usageSummary(Context context)
{
    const bool allRoles = context.call.flag("--all-roles");
    app::UsageService usage{*context.ports};
    DROVER_CO_TRY(const app::UsageSummary summary, co_await usage.summary(allRoles));
    if (usage.unreadable() > 0)
        context.console.say(std::to_string(usage.unreadable()) + " lines of the request log could not be read");
    std::vector<std::vector<std::string>> cells;
    for (const app::UsageGroup& group : summary.groups)
        cells.push_back({group.day, group.target, group.model, std::to_string(group.requests),
                         std::to_string(group.errors), std::to_string(group.tokens.input),
                         std::to_string(group.tokens.output), group.cost ? group.cost->display() : "no price",
                         msText(group.latency.quantile(0.5)), msText(group.latency.quantile(0.95))});
    Answer answer;
    answer.json = app::usageJson(summary, allRoles);
    answer.text = tableText({"DAY", "TARGET", "MODEL", "REQUESTS", "ERRORS", "INPUT", "OUTPUT", "COST", "P50 MS", "P95 MS"},
                            cells);
    co_return answer;
}

Task<Result<Answer>> checkEvidence(Context context)
{
    DROVER_CO_TRY(const MigrationPolicy policy,
                  context.ports->policy(context.call.option("--policy").value_or(context.ports->config.policy)));
    DROVER_CO_TRY(const std::string lines, context.console.input());
    DROVER_CO_TRY(const std::vector<GateResult> gates,
                  app::checkGates(lines, policy, context.call.option("--legacy").value_or("legacy"),
                                  context.call.option("--target").value_or("holysheep")));
    Answer answer;
    answer.json = app::gatesJson(gates);
    for (const GateResult& gate : gates)
        answer.text += gate.name + ": " + std::string(verdictName(gate.verdict)) + "; " + gate.text + '\n';
    answer.exit = app::worstOf(gates) == Verdict::pass ? 0 : exitCode(Errc::refused);
    co_return answer;
}

Task<Result<Answer>> reportMigration(Context context)
{
    const std::string format = context.call.option("--format").value_or("html");
    const std::string language = context.call.option("--lang").value_or("en");
    const std::optional<report::Language> known = report::languageFrom(language);
    if (!known)
        co_return Error{Errc::invalidInput, "\"" + language + "\" is none of en, zh_CN", "--lang"};
    app::ReportBuilder builder{*context.ports};
    DROVER_CO_TRY(const MigrationFacts facts, co_await builder.build());
    std::string text = format == "json"  ? report::migrationReportJson(facts)
                       : format == "csv" ? report::migrationReportCsv(facts)
                                         : report::migrationReportHtml(facts, *known);
    Answer answer;
    const auto file = context.call.option("--output");
    if (file) {
        DROVER_CO_CHECK(context.console.save(*file, text));
        answer.json = app::textsJson({{"report", *file}, {"format", format}});
        answer.text = "wrote " + *file;
    } else {
        answer.json = format == "json" ? text : app::textsJson({{"format", format}, {"text", text}});
        answer.text = std::move(text);
    }
    co_return answer;
}

} // namespace

std::vector<Command> evidenceCommands()
{
    std::vector<Command> table;
    table.push_back({"gate check",
                     "judge the evidence lines on stdin by a policy's gates; exit 3 unless all pass",
                     {},
                     {{"--policy", "P", "playbook, rehearsal or a file; default: drover.toml"},
                      {"--legacy", "TARGET", "default: legacy"},
                      {"--target", "TARGET", "default: holysheep"}},
                     true,
                     checkEvidence});
    table.push_back({"usage summary",
                     "requests, tokens, cost and latency by day, target and model",
                     {},
                     {{"--all-roles", "", "mirrored calls too, apart"}},
                     true,
                     usageSummary});
    table.push_back({"report migration",
                     "the report of the latest migration",
                     {},
                     {{"--format", "F", "its form; default: html", false, "html|json|csv"},
                      {"--lang", "L", "its language; default: en", false, "en|zh_CN"},
                      {"--output", "FILE", "write it there instead of on stdout"}},
                     true,
                     reportMigration});
    return table;
}

} // namespace drover::cli
