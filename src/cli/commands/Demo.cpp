// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Demo.h"
#include "report/Language.h"
#include "report/MigrationReport.h"

#include <charconv>
#include <utility>

namespace drover::cli {
namespace {

Result<std::uint64_t> seedOf(const std::string& text)
{
    std::uint64_t seed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (error != std::errc{} || end != text.data() + text.size())
        return Error{Errc::invalidInput, "\"" + text + "\" is not a number", "--seed"};
    return seed;
}

std::string demoText(const app::DemoResult& result, const std::string& report)
{
    std::string text = "phase: " + std::string(phaseName(result.phase)) + '\n';
    if (!result.why.empty())
        text += "why: " + result.why + '\n';
    text += "clients: " + std::to_string(result.clientRequests) + " requests, " +
            std::to_string(result.clientFailures) + " failed\n";
    for (const auto& [target, requests] : result.upstream)
        text += target + ": " + std::to_string(requests) + " requests counted at the provider\n";
    text += "rotation: " + result.rotation + '\n';
    return text + "report: " + report + '\n';
}

Task<Result<Answer>> runDemo(Context context)
{
    app::DemoOptions options;
    options.folder = context.call.folder;
    options.scenario = context.call.option("--scenario").value_or("healthy");
    options.fast = context.call.option("--speed").value_or("fast") == "fast";
    if (const auto seed = context.call.option("--seed")) {
        DROVER_CO_TRY(options.seed, seedOf(*seed));
    }
    app::Demo demo{context.machine};
    demo.onProgress([&console = context.console](std::string text) { console.say(text); });
    const std::string file =
        context.call.option("--report").value_or((context.call.folder / "demo-report.html").string());
    DROVER_CO_TRY(const app::DemoResult result, co_await demo.run(std::move(options)));
    DROVER_CO_CHECK(context.console.save(file, report::migrationReportHtml(result.facts, report::Language::en)));
    Answer answer;
    answer.json = app::demoJson(result, file);
    answer.text = demoText(result, file);
    answer.exit = app::demoExit(result);
    co_return answer;
}

} // namespace

std::vector<Command> demoCommands()
{
    std::vector<Command> table;
    table.push_back({"demo",
                     "a whole migration in the sandbox, on real HTTP, with a report",
                     {},
                     {{"--scenario", "NAME", "how the sandbox's HolySheep behaves", false,
                       "healthy|degraded|slow|diverging|dead-key"},
                      {"--report", "FILE", "where the HTML report goes; default: in the workspace"},
                      {"--speed", "SPEED", "fast ends within 90 s; real keeps the trace's own pace", false, "fast|real"},
                      {"--seed", "N", "the same seed, the same sandbox"}},
                     false,
                     runDemo});
    return table;
}

} // namespace drover::cli
