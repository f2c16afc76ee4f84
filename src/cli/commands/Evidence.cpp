// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "app/GateCheck.h"
#include "app/ReportBuilder.h"
#include "app/SettingsService.h"
#include "app/ShadowReplay.h"
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
    std::vector<std::vector<std::string>> cells;
    for (const auto& [group, cost] : summary.groups)
        cells.push_back({group.day, group.target, group.model, std::to_string(group.requests),
                         std::to_string(group.errors), std::to_string(group.tokens.input),
                         std::to_string(group.tokens.output), cost ? cost->display() : "no price",
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

Task<Result<Answer>> replayPrompts(Context context)
{
    if (const auto target = context.call.option("--consent")) {
        app::ConsentService consent{*context.ports};
        DROVER_CO_CHECK(co_await consent.give(*target, "shadow replay"));
    }
    DROVER_CO_TRY(const MigrationPolicy policy, context.ports->policy(context.ports->config.policy));
    app::ReplayOptions options;
    const std::string file = *context.call.option("--prompts");
    DROVER_CO_TRY(options.prompts, context.console.file(file));
    options.model = context.call.option("--model").value_or(options.model);
    const Result<std::vector<std::string>> readable = app::readPrompts(options.prompts, options.model);
    if (!readable.has_value())
        co_return drover::at(file, readable.error());
    options.divergenceLimit = policy.shadow.divergenceLimit;
    options.addedLatencyLimitMs = policy.shadow.addedLatencyLimitMs;
    app::ShadowReplay replay{*context.ports};
    replay.onProgress([&console = context.console](std::size_t done, std::size_t all) {
        if (done % 25 == 0 || done == all)
            console.say(std::to_string(done) + " of " + std::to_string(all) + " prompts");
    });
    DROVER_CO_TRY(const app::ReplayResult result, co_await replay.run(std::move(options)));
    Answer answer;
    answer.json = app::replayJson(result);
    answer.text = std::to_string(result.pairs.triples) + " of " + std::to_string(result.rows.size()) +
                  " prompts compared, " + std::to_string(result.pairs.diverged) + " diverged\n";
    for (const GateResult& gate : result.gates)
        answer.text += gate.name + ": " + std::string(verdictName(gate.verdict)) + "; " + gate.text + '\n';
    answer.exit = app::worstOf(result.gates) == Verdict::pass ? 0 : exitCode(Errc::refused);
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
    table.push_back({"shadow replay",
                     "send each prompt of a file to both targets, to legacy twice, and compare the answers",
                     {},
                     {{"--prompts", "FILE", "JSON lines or one prompt a line", true},
                      {"--model", "MODEL", "for prompts that name none"},
                      {"--consent", "TARGET", "confirm that prompts may go to TARGET"}},
                     true,
                     replayPrompts});
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
