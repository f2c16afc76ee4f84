// SPDX-License-Identifier: Apache-2.0
#include "app/KeyImportService.h"

#include "app/KeyPublishing.h"
#include "protocol/config/DotEnv.h"
#include "protocol/config/VendorConfig.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/routing/Sealing.h"
#include "protocol/scan/KeyScan.h"

#include <algorithm>
#include <array>
#include <utility>

namespace drover::app {
namespace {

using From = KeySource::Kind;

constexpr std::size_t candidatesAtOnce = 8; // entries of a store

struct KnownVariable {
    const char* name;
    const char* target; // unless the key says otherwise by its prefix
};
constexpr std::array<KnownVariable, 3> knownVariables{
    {{"HOLYSHEEP_API_KEY", "holysheep"}, {"OPENAI_API_KEY", "legacy"}, {"ANTHROPIC_API_KEY", "legacy"}}};

// Of a provider's key, not of a token of ours.
std::string_view providerPrefix(std::string_view text)
{
    const std::string_view prefix = knownKeyPrefix(text);
    return prefix == "drv_" ? std::string_view{} : prefix;
}

bool looksIssued(const Secret& key)
{
    return key.reveal([](std::string_view text) { return !providerPrefix(text).empty(); });
}

// A drop-in migration leaves HolySheep's key in OPENAI_API_KEY: the prefix knows better than the name.
std::string suggestedTarget(std::string_view variable, const Secret& key)
{
    if (variable == "HOLYSHEEP_API_KEY")
        return "holysheep";
    return key.reveal([&](std::string_view text) -> std::string {
        const std::string_view prefix = providerPrefix(text);
        if (!prefix.empty())
            return prefix.starts_with("sk-") ? "legacy" : "holysheep";
        const auto known = std::ranges::find(knownVariables, variable, &KnownVariable::name);
        return known == knownVariables.end() ? "holysheep" : known->target;
    });
}

std::optional<WallTime> noteTime(const StoredSecret& stored, const char* note)
{
    const auto found = stored.notes.find(note);
    if (found == stored.notes.end())
        return std::nullopt;
    const Result<WallTime> time = parseTime(found->second);
    return time.has_value() ? std::optional{*time} : std::nullopt;
}

bool fitsAsId(const std::string& id)
{
    return !id.empty() && !isReservedKeyId(id) && id.find_first_of(" \t/\\\"|") == std::string::npos;
}

} // namespace

struct KeyImportService::Found {
    std::string place;
    std::string name; // variable, field, entry
    KeyAddition suggested;
    Secret key;
    bool inOwnStore = false;
    std::string problem = {}; // known without looking at it
    std::vector<std::string> warnings = {};
};

Task<Result<KeyHarvest>> KeyImportService::look(KeySource source, Deadline deadline)
{
    KeyHarvest harvest;
    auto searching = search(source, harvest, deadline);
    DROVER_CO_TRY(std::vector<Found> all, co_await std::move(searching));
    if (!source.only.empty() && all.empty())
        co_return Error{Errc::notFound, "there is nothing of this name", source.only};
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    for (Found& found : all)
        harvest.candidates.push_back(judge(std::move(found), source, records));
    co_return harvest;
}

Task<Result<std::vector<KeyImportService::Found>>> KeyImportService::search(const KeySource& source, KeyHarvest& harvest, Deadline deadline)
{
    switch (source.kind) {
    case From::dotenv: return ofDotEnv(source, harvest, deadline);
    case From::config: return ofConfig(source, harvest, deadline);
    case From::store: return ofStore(source, harvest, deadline);
    case From::environment: break;
    }
    return [](std::vector<Found> found) -> Task<Result<std::vector<Found>>> { co_return found; }(ofEnvironment(source));
}

std::vector<KeyImportService::Found> KeyImportService::ofEnvironment(const KeySource& source) const
{
    std::vector<std::string> names;
    if (source.only.empty())
        for (const KnownVariable& known : knownVariables)
            names.emplace_back(known.name);
    else
        names.push_back(source.only);
    std::vector<Found> all;
    for (const std::string& name : names) {
        std::optional<Secret> key = ports_.environment ? ports_.environment(name.c_str()) : std::nullopt;
        if (!key)
            continue;
        Found found;
        found.place = "env " + name;
        found.name = name;
        found.suggested.target = suggestedTarget(name, *key);
        found.key = *std::move(key);
        all.push_back(std::move(found));
    }
    return all;
}

Task<Result<Secret>> KeyImportService::open(std::string file, KeyHarvest& harvest, Deadline deadline)
{
    if (!ports_.namedFile)
        co_return Error{Errc::unavailable, "no files can be read here", file};
    auto reading = ports_.namedFile(file, deadline);
    DROVER_CO_TRY(NamedFile read, co_await std::move(reading));
    if (read.othersMayRead)
        harvest.warnings.push_back(file + ": other users of this machine may read these keys: chmod 600 it, and replace keys that "
                                          "were open to others");
    co_return std::move(read.text);
}

Task<Result<std::vector<KeyImportService::Found>>> KeyImportService::ofDotEnv(const KeySource& source, KeyHarvest& harvest, Deadline deadline)
{
    auto opening = open(source.where, harvest, deadline);
    DROVER_CO_TRY(const Secret text, co_await std::move(opening));
    DROVER_CO_TRY(std::vector<DotEnvEntry> entries,
                  text.reveal([&](std::string_view plain) { return parseDotEnv(plain, source.where); }));
    std::vector<Found> all;
    for (DotEnvEntry& entry : entries) {
        const bool known = std::ranges::find(knownVariables, std::string_view{entry.name}, &KnownVariable::name) != knownVariables.end();
        const bool meant = source.only.empty() ? known || looksIssued(entry.value) : source.only == entry.name;
        if (!meant || (entry.value.empty() && source.only.empty())) {
            if (source.only.empty())
                harvest.passedOver.push_back(entry.name);
            continue;
        }
        Found found;
        found.place = source.where + " line " + std::to_string(entry.line) + ": " + entry.name;
        found.name = entry.name;
        found.suggested.target = suggestedTarget(entry.name, entry.value);
        if (entry.value.reveal([](std::string_view value) { return value.starts_with('$'); }))
            found.problem = "this refers to another variable, which is not followed";
        found.key = std::move(entry.value);
        // As every reader of such files has it, the last one counts.
        const auto earlier = std::ranges::find(all, found.name, &Found::name);
        if (earlier != all.end()) {
            found.warnings.push_back("it stands twice in the file: the last one counts");
            all.erase(earlier);
        }
        all.push_back(std::move(found));
    }
    co_return all;
}

Task<Result<std::vector<KeyImportService::Found>>> KeyImportService::ofConfig(const KeySource& source, KeyHarvest& harvest, Deadline deadline)
{
    std::string file = source.where;
    if (file.empty()) {
        const std::optional<Secret> home = ports_.environment ? ports_.environment("HOME") : std::nullopt;
        if (!home)
            co_return Error{Errc::invalidInput, "HOME is not set: name the file", "FILE"};
        file = home->reveal([](std::string_view folder) { return std::string(folder); }) + "/.holysheep/config.json";
    }
    auto opening = open(file, harvest, deadline);
    DROVER_CO_TRY(const Secret text, co_await std::move(opening));
    DROVER_CO_TRY(std::vector<VendorKey> keys, text.reveal([&](std::string_view plain) { return parseVendorConfig(plain, file); }));
    std::vector<Found> all;
    for (VendorKey& key : keys) {
        if (!source.only.empty() && source.only != key.field)
            continue;
        Found found;
        found.place = file + ": " + key.field;
        found.name = key.field;
        found.suggested.id = key.id;
        found.suggested.name = key.name;
        found.suggested.target = "holysheep"; // it is the vendor's own file
        found.suggested.createdAt = key.createdAt;
        found.suggested.expiresAt = key.expiresAt;
        found.key = std::move(key.key);
        all.push_back(std::move(found));
    }
    co_return all;
}

Task<Result<std::vector<KeyImportService::Found>>> KeyImportService::ofStore(const KeySource& source, KeyHarvest& harvest, Deadline deadline)
{
    const bool own = source.where == ports_.secrets.kind();
    std::unique_ptr<SecretStore> other;
    if (!own) {
        if (!ports_.otherStore)
            co_return Error{Errc::unavailable, "there are no other stores here", source.where};
        DROVER_CO_TRY(other, ports_.otherStore(source.where));
    }
    SecretStore& store = own ? ports_.secrets : *other;
    std::vector<std::string> names{source.only};
    if (source.only.empty()) {
        auto listing = store.list(deadline);
        DROVER_CO_TRY(names, co_await std::move(listing));
        std::erase_if(names, [](const std::string& name) { return isReservedKeyId(name); });
    }
    std::vector<Found> all;
    for (std::size_t next = 0; next < names.size(); next += candidatesAtOnce) {
        std::vector<Task<Result<StoredSecret>>> reading;
        for (std::size_t i = next; i < std::min(next + candidatesAtOnce, names.size()); ++i)
            reading.push_back(store.read(names[i], deadline));
        std::vector<Result<StoredSecret>> read = co_await whenAll(std::move(reading));
        for (std::size_t i = 0; i < read.size(); ++i) {
            const std::string& name = names[next + i];
            if (!read[i].has_value() && read[i].error().code == Errc::notFound && source.only.empty())
                continue; // gone since it was listed
            if (!read[i].has_value())
                co_return at(source.where + ' ' + name, read[i].error());
            StoredSecret& stored = *read[i];
            // Other secrets lie there too: passwords that settings refer to.
            if (source.only.empty() && !looksIssued(stored.value)) {
                harvest.passedOver.push_back(name);
                continue;
            }
            Found found;
            found.place = source.where + ' ' + name;
            found.name = name;
            found.suggested.id = name;
            found.suggested.target = suggestedTarget({}, stored.value);
            found.suggested.createdAt = noteTime(stored, "created_at");
            found.suggested.expiresAt = noteTime(stored, "expires_at");
            found.key = std::move(stored.value);
            found.inOwnStore = own;
            all.push_back(std::move(found));
        }
    }
    co_return all;
}

KeyCandidate KeyImportService::judge(Found found, const KeySource& source, const std::vector<KeyRecord>& records) const
{
    KeyCandidate made;
    made.place = std::move(found.place);
    made.found = std::move(found.name);
    made.suggested = std::move(found.suggested);
    made.warnings = std::move(found.warnings);
    made.problem = std::move(found.problem);
    made.inOwnStore = found.inOwnStore;
    made.hint = found.key.hint();
    made.fingerprint = fingerprintOf(found.key);
    if (!source.target.empty())
        made.suggested.target = source.target;
    if (made.problem.empty())
        made.problem = found.key.reveal([&](std::string_view text) { return whyNoKey(text, made.suggested.id); });
    if (made.problem.empty() && !ports_.config.targets.contains(made.suggested.target))
        made.problem = "drover.toml has no target \"" + made.suggested.target + "\"";
    for (const KeyRecord& record : records) {
        if (record.fingerprint == made.fingerprint && record.state != KeyState::revoked)
            made.heldAs = record.id;
        else if (record.fingerprint == made.fingerprint)
            made.warnings.push_back("this key was revoked here, as " + record.id);
        if (found.key.reveal([&](std::string_view text) { return text == record.id; }))
            made.problem = "this is the id of a key, not the key itself";
    }
    const bool taken = std::ranges::find(records, made.suggested.id, &KeyRecord::id) != records.end();
    if (made.heldAs.empty() && taken && made.inOwnStore)
        made.problem = "the inventory has another key under the id " + made.suggested.id + ": `keys drift` compares them";
    else if (made.heldAs.empty() && taken)
        made.warnings.push_back("the inventory has another key as " + made.suggested.id + ": this one gets a new id");
    if ((taken && !made.inOwnStore) || !fitsAsId(made.suggested.id))
        made.suggested.id.clear(); // one is made
    if (made.problem.empty()) {
        std::string warning = found.key.reveal([&](std::string_view text) { return prefixWarning(text, made.suggested.target); });
        if (!warning.empty())
            made.warnings.push_back(std::move(warning));
    }
    made.key = std::move(found.key);
    return made;
}

Task<std::vector<KeyTaken>> KeyImportService::take(std::vector<KeyCandidate> chosen)
{
    KeyService keys{ports_};
    std::vector<KeyTaken> all;
    bool stopped = false;
    for (KeyCandidate& one : chosen) {
        Result<KeyAdded> added = Error{Errc::cancelled, "not tried: the one before could not be stored", one.place};
        if (!stopped && !one.problem.empty())
            added = Error{Errc::invalidInput, one.problem, one.place};
        else if (!stopped && one.inOwnStore)
            added = co_await keys.adopt(std::move(one.suggested), one.fingerprint);
        else if (!stopped)
            added = co_await keys.add(std::move(one.suggested), std::move(one.key));
        if (added.has_error())
            stopped = stopped || (added.error().code != Errc::invalidInput && added.error().code != Errc::conflict);
        all.push_back({std::move(one.place), std::move(added)});
    }
    co_return all;
}

std::string keyHarvestJson(const KeyHarvest& harvest)
{
    std::string out;
    JsonWriter json{out};
    const auto texts = [&](std::string_view name, const std::vector<std::string>& values) {
        json.key(name).beginArray();
        for (const std::string& value : values)
            json.text(value);
        json.endArray();
    };
    json.beginObject().key("candidates").beginArray();
    for (const KeyCandidate& one : harvest.candidates) {
        json.beginObject().field("place", one.place).field("found", one.found);
        json.fieldOrNull("id", one.suggested.id).field("target", one.suggested.target).fieldOrNull("name", one.suggested.name);
        json.field("created_at", one.suggested.createdAt).field("expires_at", one.suggested.expiresAt);
        json.field("hint", one.hint).field("fingerprint", one.fingerprint).fieldOrNull("held_as", one.heldAs);
        json.fieldOrNull("problem", one.problem).field("takeable", one.takeable());
        texts("warnings", one.warnings);
        json.endObject();
    }
    json.endArray();
    texts("passed_over", harvest.passedOver);
    texts("warnings", harvest.warnings);
    json.endObject();
    return out;
}

} // namespace drover::app
