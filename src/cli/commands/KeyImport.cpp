// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "app/KeyImportService.h"
#include "cli/Text.h"
#include "cli/commands/KeyWords.h"

#include <algorithm>
#include <utility>

namespace drover::cli {
namespace {

using app::KeyCandidate;
using app::KeySource;

constexpr Duration importTime = 60s; // for looking: a hanging store or file system ends there
constexpr const char* ownVariable = "HOLYSHEEP_API_KEY";

std::string verdictOf(const KeyCandidate& one)
{
    if (!one.problem.empty())
        return "no key: " + one.problem;
    if (!one.heldAs.empty())
        return "there already, as " + one.heldAs;
    return "new";
}

std::string harvestText(const app::KeyHarvest& harvest)
{
    std::vector<std::vector<std::string>> cells;
    for (const KeyCandidate& one : harvest.candidates)
        cells.push_back({one.place, one.hint, one.suggested.target, one.suggested.id.empty() ? "(one is made)" : one.suggested.id, verdictOf(one)});
    std::string text = cells.empty() ? "nothing here looks like a key\n" : tableText({"PLACE", "SECRET", "TARGET", "ID", ""}, cells);
    for (const KeyCandidate& one : harvest.candidates)
        for (const std::string& warning : one.warnings)
            text += one.place + ": " + warning + '\n';
    if (!harvest.passedOver.empty()) {
        text += "does not look like a key (--only NAME takes it all the same):";
        for (const std::string& name : harvest.passedOver)
            text += ' ' + name;
        text += '\n';
    }
    return text + "nothing was stored\n";
}

std::string missingText(const KeySource& source)
{
    if (source.kind == KeySource::Kind::environment)
        return "the variable is not set";
    return "nothing here looks like a key; --dry-run lists what was passed over";
}

// What of the harvest is taken. One that was named is taken or refused; else everything new that looks like a key, and of the
// environment, where many a program keeps its own, Drover's variable alone.
Result<std::vector<KeyCandidate>> choose(app::KeyHarvest& harvest, const KeySource& source, Console& console)
{
    std::vector<KeyCandidate> chosen;
    const bool environment = source.kind == KeySource::Kind::environment;
    const bool named = !source.only.empty() || environment;
    const std::string only = source.only.empty() && environment ? ownVariable : source.only;
    std::string others;
    bool problem = false;
    for (KeyCandidate& one : harvest.candidates) {
        if (named && one.found != only)
            others += (others.empty() ? "" : ", ") + one.found;
        else if (named || one.takeable())
            chosen.push_back(std::move(one));
        else
            console.say("not taken: " + one.place + ": " + verdictOf(one));
        problem = problem || !one.problem.empty();
    }
    if (chosen.empty() && named)
        return Error{Errc::notFound, missingText(source) + (others.empty() ? "" : "; set are " + others + ": --only NAME takes one"), only};
    if (chosen.empty() && harvest.candidates.empty())
        return Error{Errc::notFound, missingText(source), source.where};
    if (chosen.empty() && problem)
        return Error{Errc::invalidInput, "nothing here can be taken", source.where};
    return chosen;
}

// The words of the command go before what the source suggests.
Result<void> applyWords(const Context& context, const std::string& id, std::vector<KeyCandidate>& chosen)
{
    const auto name = context.call.option("--name");
    const auto expires = context.call.option("--expires");
    if (chosen.size() > 1 && (!id.empty() || name || expires))
        return Error{Errc::invalidInput, "an id, a name and a date are for one key, and there are " + std::to_string(chosen.size()) +
                                             ": choose one with --only", "--only"};
    for (KeyCandidate& one : chosen) {
        if (!id.empty() && one.inOwnStore && id != one.suggested.id)
            return Error{Errc::invalidInput, "the key lies in this store already, under its own id", one.found};
        if (!id.empty())
            one.suggested.id = id;
        if (name)
            one.suggested.name = *name;
        if (expires) {
            DROVER_TRY(one.suggested.expiresAt, expiryFrom(*expires));
        }
    }
    return {};
}

std::string storedJson(const std::vector<app::KeyAdded>& stored)
{
    std::vector<std::string> ids;
    for (const app::KeyAdded& one : stored)
        ids.push_back(one.record.id);
    return app::namesJson("stored", ids);
}

Task<Result<Answer>> importFrom(Context context, KeySource source, std::string id)
{
    source.only = context.call.option("--only").value_or("");
    source.target = context.call.option("--target").value_or("");
    const bool one = source.kind == KeySource::Kind::environment; // and its document is that of `keys add`
    app::KeyImportService importer{*context.ports};
    auto looking = importer.look(source, Deadline::in(context.machine.clock, importTime));
    auto looked = co_await std::move(looking);
    if (!looked.has_value() && looked.error().code == Errc::notFound && one)
        co_return Error{Errc::notFound, missingText(source), source.only};
    DROVER_CO_TRY(app::KeyHarvest harvest, std::move(looked));
    for (const std::string& warning : harvest.warnings)
        context.console.say("warning: " + warning);
    if (context.call.flag("--dry-run"))
        co_return Answer{.json = app::keyHarvestJson(harvest), .text = harvestText(harvest)};
    DROVER_CO_TRY(std::vector<KeyCandidate> chosen, choose(harvest, source, context.console));
    DROVER_CO_CHECK(applyWords(context, id, chosen));
    auto taking = importer.take(std::move(chosen));
    std::vector<app::KeyTaken> taken = co_await std::move(taking);
    std::vector<app::KeyAdded> stored;
    std::optional<Error> failed;
    Answer answer;
    for (app::KeyTaken& each : taken) {
        if (!each.added.has_value()) {
            if (!failed)
                failed = one ? each.added.error() : at(each.place, each.added.error());
            continue;
        }
        for (const std::string& warning : each.added->warnings)
            context.console.say("warning: " + warning);
        answer.text += keyAddedText(each.added->record) + '\n';
        stored.push_back(std::move(*each.added));
    }
    if (failed) {
        for (const app::KeyAdded& each : stored) // what was done is done
            context.console.say(keyAddedText(each.record));
        co_return *failed;
    }
    answer.json = one ? app::keyAddedJson(stored.front()) : storedJson(stored);
    if (stored.empty())
        answer.text = "nothing new: every key there is in the inventory already\n";
    co_return answer;
}

Task<Result<Answer>> importEnvironment(Context context)
{
    return importFrom(context, {.kind = KeySource::Kind::environment}, context.call.argument("ID"));
}

Task<Result<Answer>> importDotEnv(Context context)
{
    return importFrom(context, {.kind = KeySource::Kind::dotenv, .where = context.call.argument("FILE")}, context.call.option("--id").value_or(""));
}

Task<Result<Answer>> importConfig(Context context)
{
    return importFrom(context, {.kind = KeySource::Kind::config, .where = context.call.argument("FILE")}, context.call.option("--id").value_or(""));
}

Task<Result<Answer>> importStore(Context context)
{
    return importFrom(context, {.kind = KeySource::Kind::store, .where = context.call.argument("KIND")}, context.call.option("--id").value_or(""));
}

} // namespace

std::vector<Command> keyImportCommands()
{
    std::vector<OptionSpec> options{
        {"--only", "NAME", "the one variable, field or entry that is meant, whatever it looks like"},
        {"--target", "TARGET", "whose key it is; without, as name and prefix suggest"},
        {"--name", "NAME", "what people call it"},
        {"--expires", "DATE", "when the provider ends it, as 2027-01-31"},
        {"--dry-run", "", "say what would be stored, and store nothing"},
    };
    std::vector<OptionSpec> withId = options;
    withId.insert(withId.begin() + 1, OptionSpec{"--id", "ID", "the id it gets here; without, the source's own or one that is made"});
    std::vector<Command> table;
    table.push_back({"keys import env",
                     "store the key of HOLYSHEEP_API_KEY, or of the variable named",
                     {{"ID", "the key's id; one is made without", false}},
                     std::move(options),
                     true,
                     importEnvironment});
    table.push_back({"keys import dotenv", "store the keys of a .env file", {{"FILE", "the file"}}, withId, true, importDotEnv});
    table.push_back({"keys import config",
                     "store the key of the vendor's own command line",
                     {{"FILE", "default: ~/.holysheep/config.json", false}},
                     withId,
                     true,
                     importConfig});
    table.push_back({"keys import store",
                     "store the keys of a secret store with an entry a key, as secret/holysheep/<key id> of Vault",
                     {{"KIND", "keychain, vault, aws, gcp, azure: by the settings of drover.toml"}},
                     withId,
                     true,
                     importStore});
    return table;
}

} // namespace drover::cli
