// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "app/KeyDriftService.h"
#include "app/KeyPruneService.h"
#include "app/KeyRevokeService.h"
#include "app/KeyService.h"
#include "cli/Text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace drover::cli {
namespace {

// On a terminal for ten seconds, or where it was asked for as plain text; nowhere else, so that no log has a key by accident.
Task<Result<Answer>> revealKey(Context context)
{
    const std::string id = context.call.argument("ID");
    const bool plainly = context.call.flag("--to-stdout");
    if (!plainly && (!context.console.showBriefly || context.call.json))
        co_return Error{Errc::invalidInput, "stdout is no terminal: a key is written there with --to-stdout only", id};
    DROVER_CO_TRY(const Secret typed, context.console.secret("to see the key, type " + id + ": "));
    std::string words = typed.reveal([](std::string_view text) { return std::string(text); });
    app::KeyService keys{*context.ports};
    DROVER_CO_TRY(const Secret key, co_await keys.reveal(id, std::move(words)));
    Answer answer;
    if (!plainly) {
        auto showing = context.console.showBriefly(key);
        co_await std::move(showing);
        answer.text = id + " " + key.hint();
    } else {
        key.reveal([&](std::string_view text) {
            if (context.call.json)
                answer.json = app::textsJson({{"id", id}, {"api_key", std::string(text)}});
            else
                context.console.out(std::string(text) + '\n');
        });
    }
    co_return answer;
}

Result<std::optional<Duration>> timeOption(const Context& context, const char* name)
{
    const auto given = context.call.option(name);
    if (!given)
        return std::optional<Duration>{};
    const Result<Duration> time = parseDuration(*given);
    if (!time.has_value())
        return drover::at(name, time.error());
    return std::optional{*time};
}

// ---- revoke

constexpr Duration revokePatience = 30s; // for gateways and for a provider's edges

Task<Result<Answer>> revokeKey(Context context)
{
    const std::string id = context.call.argument("ID");
    DROVER_CO_TRY(const std::optional<Duration> wait, timeOption(context, "--wait"));
    app::KeyRevokeService keys{*context.ports};
    DROVER_CO_TRY(const KeyRecord record,
                  co_await keys.revoke(id, context.call.option("--reason").value_or(""), wait.value_or(revokePatience)));
    Answer answer;
    answer.json = app::textsJson({{"id", record.id}, {"target", record.target}, {"state", std::string(keyStateName(record.state))}});
    answer.text = "revoked " + record.id + ": no gateway has it, the provider refuses it, the store has forgotten it";
    co_return answer;
}

// ---- prune

std::string pruneText(const app::PrunePreview& preview)
{
    std::vector<std::vector<std::string>> cells;
    for (const PruneLine& line : preview.lines)
        cells.push_back({line.removes ? "remove" : "keep", line.record.id, line.record.target, line.stored ? "inventory, store" : "inventory", line.why});
    std::string text = cells.empty() ? "no keys\n" : tableText({"", "KEY", "TARGET", "WHERE", "WHY"}, cells);
    if (preview.removals() == 0)
        return text + "nothing to remove\n";
    return text + "nothing was removed; to remove exactly these: keys prune --yes --seen " + preview.stamp + '\n';
}

Task<Result<Answer>> pruneKeys(Context context)
{
    DROVER_CO_TRY(const std::optional<Duration> retention, timeOption(context, "--older-than"));
    const auto seen = context.call.option("--seen");
    if (context.call.flag("--yes") && !seen)
        co_return Error{Errc::invalidInput, "only what was shown is removed: `keys prune` shows it, and gives the stamp for --seen", "--yes"};
    app::KeyPruneService keys{*context.ports};
    DROVER_CO_TRY(app::PrunePreview preview, co_await keys.preview(retention));
    if (seen && *seen != preview.stamp)
        co_return Error{Errc::refused, "the inventory has changed since it was looked at: look again (`droverctl keys prune`)", *seen};
    if (!context.call.flag("--yes"))
        co_return Answer{.json = app::prunePreviewJson(preview, {}), .text = pruneText(preview)};
    app::PrunePreview shown = preview;
    DROVER_CO_TRY(const app::PruneDone done, co_await keys.prune(std::move(shown)));
    Answer answer;
    for (const PruneLine& line : preview.lines)
        if (std::ranges::find(done.removed, line.record.id) != done.removed.end())
            answer.text += "removed " + line.record.id + " (" + line.record.target + "): " + line.why + '\n';
    if (done.error) { // what was done is done, and must not be lost with the answer
        Error error = *done.error;
        std::string removed;
        for (const std::string& id : done.removed)
            removed += (removed.empty() ? "" : ", ") + id;
        error.what += removed.empty() ? "; nothing was removed" : "; removed before that: " + removed;
        co_return error;
    }
    answer.json = app::prunePreviewJson(preview, done.removed);
    if (done.removed.empty())
        answer.text = "nothing to remove\n";
    co_return answer;
}

// ---- drift

constexpr Duration driftTime = 60s;

Task<Result<Answer>> compareKeys(Context context)
{
    app::KeyDriftService service{*context.ports};
    DROVER_CO_TRY(const app::KeyDriftReport report, co_await service.compare(Deadline::in(context.machine.clock, driftTime)));
    for (const std::string& place : report.notCompared)
        context.console.say("not compared: " + place);
    std::vector<std::vector<std::string>> cells;
    for (const app::KeyDrift& drift : report.drifts)
        cells.push_back({drift.id, drift.target.empty() ? "-" : drift.target, drift.text, drift.next});
    Answer answer;
    answer.json = app::keyDriftJson(report);
    answer.text = cells.empty() ? std::to_string(report.keys) + " keys, and every place says the same of them\n"
                                : tableText({"KEY", "TARGET", "WHAT DIFFERS", "NEXT"}, cells);
    if (!report.drifts.empty())
        answer.exit = exitCode(Errc::internal); // 1: for pipelines that must stop
    co_return answer;
}

} // namespace

std::vector<Command> keyCareCommands()
{
    const ArgumentSpec id{"ID", "the key's id"};
    std::vector<Command> table;
    table.push_back({"keys reveal",
                     "the key itself, for 10 s on the terminal, once its id has been typed; audited",
                     {id},
                     {{"--to-stdout", "", "write it to stdout instead, as for a pipe"}},
                     true,
                     revealKey});
    table.push_back({"keys revoke",
                     "end a key that carries no traffic: at the provider, in the gateways, in the store",
                     {id},
                     {{"--reason", "TEXT", "why; kept in the audit"},
                      {"--wait", "TIME", "how long gateways and provider may take; default 30s"}},
                     true,
                     revokeKey});
    table.push_back({"keys prune",
                     "keys that have ended and may be forgotten; says which, and with --yes forgets them",
                     {},
                     {{"--yes", "", "remove what the preview with the stamp of --seen showed"},
                      {"--seen", "STAMP", "the stamp of that preview; what has changed since is refused"},
                      {"--older-than", "TIME", "after the last trace; default: [retention] requests_days"}},
                     true,
                     pruneKeys});
    table.push_back({"keys drift",
                     "where inventory, secret store, provider, gateways and routing document differ; exit 1 where they do",
                     {},
                     {},
                     true,
                     compareKeys});
    return table;
}

} // namespace drover::cli
