// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "app/KeyScanService.h"
#include "app/KeyService.h"
#include "cli/Text.h"
#include "cli/commands/KeyWords.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace drover::cli {
namespace {

std::string daysText(Duration age)
{
    const auto days = std::chrono::duration_cast<std::chrono::days>(age).count();
    return days > 0 ? std::to_string(days) + " d" : "today";
}

Task<Result<Answer>> listKeys(Context context)
{
    app::KeyService keys{*context.ports};
    DROVER_CO_TRY(const std::vector<app::KeyRow> rows, co_await keys.list());
    std::vector<std::vector<std::string>> cells;
    for (const app::KeyRow& row : rows) {
        const KeyRecord& record = row.record;
        cells.push_back({record.id, record.target, std::string(keyStateName(record.state)),
                         std::string(app::keyHealthName(row.health)), record.hint, daysText(row.age),
                         record.expiresAt ? formatDate(*record.expiresAt) : "-",
                         row.weight ? percentText(*row.weight) : "-", percentText(row.share),
                         std::to_string(row.requests), std::to_string(row.errors)});
    }
    Answer answer;
    answer.json = app::keysJson(rows);
    answer.text = rows.empty() ? "no keys yet: keys add ID --target legacy"
                               : tableText({"KEY", "TARGET", "STATE", "HEALTH", "SECRET", "AGE", "EXPIRES", "WEIGHT",
                                            "SHARE", "REQUESTS", "ERRORS"},
                                           cells);
    co_return answer;
}

// Its age, and how much of the life that the policy gives a key of this target is over.
std::string ageText(const Context& context, const app::KeyRow& row)
{
    const Result<MigrationPolicy> policy = context.ports->policy(context.ports->config.policy);
    if (!policy.has_value() || policy->rotation.life <= Duration{0})
        return daysText(row.age);
    const Duration life = policy->rotation.life;
    std::string text = daysText(row.age) + ", the policy " + policy->name + " gives a key " + formatDuration(life);
    if (isLive(row.record.state) && row.age > life)
        text += ": overdue by " + daysText(row.age - life) + ", `rotation run` replaces it";
    return text;
}

// What was done with it, the newest first: when, by whom.
Task<Result<std::vector<std::vector<std::string>>>> deedsOf(Context context, std::string id)
{
    constexpr std::uint32_t looked = 1000;
    constexpr std::size_t shown = 5;
    DROVER_CO_TRY(const std::vector<AuditEntry> entries, co_await context.ports->audit.recent(looked));
    std::vector<std::vector<std::string>> lines;
    for (const AuditEntry& entry : entries)
        if (entry.subject == id && entry.deed.starts_with("key.") && lines.size() < shown)
            lines.push_back({lines.empty() ? "done" : "", formatTime(entry.at) + " " + entry.deed + " by " + entry.actor +
                                                              (entry.reason.empty() ? "" : ": " + entry.reason)});
    co_return lines;
}

Task<Result<Answer>> showKey(Context context)
{
    const std::string id = context.call.argument("ID");
    app::KeyService keys{*context.ports};
    DROVER_CO_TRY(std::vector<app::KeyRow> rows, co_await keys.list());
    std::erase_if(rows, [&](const app::KeyRow& row) { return row.record.id != id; });
    if (rows.empty())
        co_return Error{Errc::notFound, "there is no key " + id + " in the inventory", id};
    const KeyRecord& record = rows.front().record;
    Answer answer;
    answer.json = app::keysJson(rows);
    std::vector<std::vector<std::string>> lines{
        {"id", record.id},
        {"target", record.target},
        {"name", record.name},
        {"state", std::string(keyStateName(record.state)) + ", " + std::string(app::keyHealthName(rows.front().health))},
        {"secret", record.hint + " in " + record.store},
        {"fingerprint", record.fingerprint},
        {"made", formatTime(record.createdAt) + " by " + record.createdBy},
        {"age", ageText(context, rows.front())},
        {"proven", record.provenAt ? formatTime(*record.provenAt) : "never"},
        {"last used", record.lastUsedAt ? formatTime(*record.lastUsedAt) : "never, as far as the evidence goes"},
        {"expires", record.expiresAt ? formatTime(*record.expiresAt) : "-"}};
    DROVER_CO_TRY(std::vector<std::vector<std::string>> deeds, co_await deedsOf(context, id));
    std::ranges::move(deeds, std::back_inserter(lines));
    answer.text = tableText({"FIELD", "VALUE"}, lines);
    co_return answer;
}

Result<app::KeyAddition> additionOf(const Context& context)
{
    app::KeyAddition addition;
    addition.id = context.call.argument("ID");
    addition.target = context.call.option("--target").value_or("holysheep");
    addition.name = context.call.option("--name").value_or("");
    if (const auto expires = context.call.option("--expires")) {
        DROVER_TRY(addition.expiresAt, expiryFrom(*expires));
    }
    return addition;
}

Task<Result<Answer>> addKey(Context context)
{
    DROVER_CO_TRY(app::KeyAddition addition, additionOf(context));
    DROVER_CO_TRY(Secret key, context.console.secret("key for " + addition.target + ": "));
    app::KeyService keys{*context.ports};
    DROVER_CO_TRY(const app::KeyAdded added, co_await keys.add(std::move(addition), std::move(key)));
    for (const std::string& warning : added.warnings)
        context.console.say("warning: " + warning);
    co_return Answer{.json = app::keyAddedJson(added), .text = keyAddedText(added.record)};
}

Task<Result<Answer>> verifyKey(Context context)
{
    app::KeyService keys{*context.ports};
    Duration patience{0};
    if (const auto wait = context.call.option("--wait")) {
        const Result<Duration> parsed = parseDuration(*wait);
        if (!parsed.has_value())
            co_return drover::at("--wait", parsed.error());
        patience = *parsed;
    }
    DROVER_CO_TRY(const app::KeyProof proof, co_await keys.verify(context.call.argument("ID"), patience));
    std::vector<std::vector<std::string>> cells;
    for (const app::KeyPlace& place : proof.places)
        cells.push_back({place.region, place.host, std::to_string(place.status), place.ok ? "ok" : place.why});
    Answer answer;
    answer.json = app::keyProofJson(proof);
    answer.text = tableText({"REGION", "HOST", "STATUS", ""}, cells);
    if (proof.proven) {
        DROVER_CO_CHECK(co_await keys.publish());
        answer.text += "proven: every place takes the stored copy; gateways have it now\n";
    } else {
        answer.exit = exitCode(Errc::unauthorized);
        answer.error = Error{Errc::unauthorized, "the key was not taken everywhere", proof.record.id};
    }
    co_return answer;
}

constexpr Duration scanTime = 1h; // against a hanging file system; Ctrl-C ends it sooner

std::string scanText(const app::KeyScanReport& report)
{
    std::vector<std::vector<std::string>> cells;
    bool live = false;
    for (const app::LeakedKey& leaked : report.found) {
        const bool ours = !leaked.finding.keyId.empty();
        live = live || (ours && isLive(leaked.state));
        cells.push_back({leaked.place + ":" + std::to_string(leaked.finding.line), leaked.finding.hint,
                         ours ? leaked.finding.keyId : "not in the inventory", ours ? std::string(keyStateName(leaked.state)) : "-"});
    }
    std::string text = cells.empty() ? "" : tableText({"PLACE", "SECRET", "KEY", "STATE"}, cells);
    text += std::to_string(report.found.size()) + " found in " + std::to_string(report.totals.files) + " files";
    if (report.totals.commits > 0)
        text += " and " + std::to_string(report.totals.commits) + " commits";
    text += '\n';
    if (live)
        text += "a key in use has leaked: replace it now with `droverctl rotation run`, which revokes it at the end\n";
    return text;
}

Task<Result<Answer>> scanForKeys(Context context)
{
    std::vector<std::filesystem::path> paths(context.call.more.begin(), context.call.more.end());
    app::KeyScanService scanner{*context.ports, context.machine.trees};
    DROVER_CO_TRY(const app::KeyScanReport report,
                  co_await scanner.scan(std::move(paths), context.call.flag("--history"), Deadline::in(context.machine.clock, scanTime)));
    for (const std::string& skipped : report.totals.skipped)
        context.console.say("not looked at: " + skipped);
    Answer answer;
    answer.json = app::keyScanJson(report);
    answer.text = scanText(report);
    if (!report.found.empty())
        answer.exit = exitCode(Errc::internal); // 1: for pipelines that must stop
    co_return answer;
}

} // namespace

std::vector<Command> keyCommands()
{
    const ArgumentSpec id{"ID", "the key's id"};
    const std::vector<OptionSpec> addition{
        {"--target", "TARGET", "whose key it is: legacy, holysheep", true},
        {"--name", "NAME", "what people call it"},
        {"--expires", "DATE", "when the provider ends it, as 2027-01-31"},
    };
    std::vector<Command> table;
    table.push_back({"keys list", "the inventory: age, expiry, health, weight", {}, {}, true, listKeys});
    table.push_back({"keys show", "one key of the inventory, its secret masked", {id}, {}, true, showKey});
    table.push_back({"keys add", "store a key, read from stdin or a prompt", {id}, addition, true, addKey});
    table.push_back({"keys verify",
                     "read the stored key back, ask the target and each region with it, and hand it to the gateways",
                     {id},
                     {{"--wait", "TIME", "how long a fresh key may take to spread, as 30s"}},
                     true,
                     verifyKey});
    table.push_back({"keys scan",
                     "look for leaked keys in files and git history; exit 1 where one was found",
                     {{"PATH", "files and folders", true, true}},
                     {{"--history", "", "every line that a commit of the repository there ever added"}},
                     true,
                     scanForKeys});
    return table;
}

} // namespace drover::cli
