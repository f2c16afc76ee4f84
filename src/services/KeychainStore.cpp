// SPDX-License-Identifier: Apache-2.0
#include "services/KeychainStore.h"

#include "ports/Timer.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"
#include "services/KeychainJobs.h"

#include <algorithm>

namespace drover {
namespace {

constexpr const char* namesEntry = ".names";

Secret envelopeOf(const StoredSecret& secret, std::uint64_t version)
{
    std::string text;
    text.reserve(secret.value.size() * 2 + 256); // so that it is not copied about while it grows
    JsonWriter json{text};
    json.beginObject().field("version", version).key("value");
    secret.value.reveal([&json](std::string_view value) { json.text(value); });
    json.key("notes").beginObject();
    for (const auto& [name, note] : secret.notes)
        json.field(name, note);
    json.endObject().endObject();
    return Secret::taking(text);
}

Result<StoredSecret> parseEnvelope(const Secret& text, const std::string& name)
{
    auto object = text.reveal([](std::string_view json) { return parseJsonObject(json); });
    if (!object.has_value())
        return Error{Errc::protocol, "the keychain's entry was not written by Drover", name};
    JsonFields fields{*object};
    StoredSecret made;
    made.version = fields.count("version");
    auto value = fields.text("value");
    made.value = Secret::taking(value);
    fields.object("notes", [&made](JsonFields& notes) {
        for (const auto& [key, ignored] : notes.raw())
            made.notes[std::string{key}] = notes.text(std::string{key});
    });
    if (fields.failed())
        return Error{Errc::protocol, "the keychain's entry cannot be read: " + describe(*fields.error()),
                     name};
    return made;
}

QString keychainKey(const std::string& name)
{
    return QString::fromStdString(name);
}

} // namespace

struct KeychainStore::Raw {
    std::optional<Secret> text; // nothing where there is no such entry
};

KeychainStore::KeychainStore(const std::string& workspaceId)
    : service_(QStringLiteral("drover/") + QString::fromStdString(workspaceId))
{
}

KeychainStore::~KeychainStore() = default;

// One operation at a time; the turn ends with what is returned.
Task<Result<std::shared_ptr<void>>> KeychainStore::turn(Deadline deadline)
{
    const auto busy = busy_;
    while (*busy) {
        if (deadline.passed())
            co_return Error{Errc::timeout, "the keychain is still busy with something else", "keychain"};
        co_await delay(2ms);
    }
    *busy = true;
    std::shared_ptr<void> mine{busy.get(), [busy](void*) { *busy = false; }};
    auto looking = keyring_.ready(deadline);
    DROVER_CO_CHECK(co_await std::move(looking));
    co_return mine;
}

Task<Result<KeychainStore::Raw>> KeychainStore::readRaw(std::string name, Deadline deadline)
{
    auto reading = within(deadline.left(), readKeychain(service_, keychainKey(name)));
    auto answer = co_await std::move(reading);
    if (!answer.has_value())
        co_return Error{Errc::timeout, "the keyring does not answer", name};
    if (answer->error == QKeychain::EntryNotFound)
        co_return Raw{};
    if (answer->error != QKeychain::NoError)
        co_return keychainError(*answer, name);
    co_return Raw{std::move(answer->value)};
}

Task<Result<void>> KeychainStore::writeRaw(std::string name, std::shared_ptr<Secret> text, Deadline deadline)
{
    auto writing = within(deadline.left(), writeKeychain(service_, keychainKey(name), std::move(text)));
    const auto answer = co_await std::move(writing);
    if (!answer.has_value())
        co_return Error{Errc::timeout, "the keyring does not answer", name};
    if (answer->error != QKeychain::NoError)
        co_return keychainError(*answer, name);
    co_return Result<void>{};
}

Task<Result<void>> KeychainStore::removeRaw(std::string name, Deadline deadline)
{
    auto removing = within(deadline.left(), removeKeychain(service_, keychainKey(name)));
    const auto answer = co_await std::move(removing);
    if (!answer.has_value())
        co_return Error{Errc::timeout, "the keyring does not answer", name};
    if (answer->error != QKeychain::NoError && answer->error != QKeychain::EntryNotFound)
        co_return keychainError(*answer, name);
    // A keyring that was locked in between says "done" and keeps the entry.
    auto reading = readRaw(name, deadline);
    DROVER_CO_TRY(const auto left, co_await std::move(reading));
    if (left.text.has_value())
        co_return Error{Errc::locked, "the keyring kept the entry; it is probably locked", name};
    co_return Result<void>{};
}

Task<Result<std::vector<std::string>>> KeychainStore::names(Deadline deadline)
{
    auto reading = readRaw(namesEntry, deadline);
    DROVER_CO_TRY(const auto raw, co_await std::move(reading));
    std::vector<std::string> all;
    if (!raw.text.has_value())
        co_return all;
    auto object = raw.text->reveal([](std::string_view json) { return parseJsonObject(json); });
    if (!object.has_value())
        co_return Error{Errc::protocol, "the keychain's list of names cannot be read", namesEntry};
    JsonFields fields{*object};
    all = fields.texts("names");
    if (fields.failed())
        co_return Error{Errc::protocol, "the keychain's list of names cannot be read", namesEntry};
    co_return all;
}

Task<Result<void>> KeychainStore::writeNames(std::vector<std::string> names, Deadline deadline)
{
    std::string text;
    JsonWriter json{text};
    json.beginObject().key("names").beginArray();
    for (const auto& name : names)
        json.text(name);
    json.endArray().endObject();
    return writeRaw(namesEntry, std::make_shared<Secret>(text), deadline);
}

Task<Result<void>> KeychainStore::check(Deadline deadline)
{
    auto taking = turn(deadline);
    DROVER_CO_TRY(const auto mine, co_await std::move(taking));
    auto reading = readRaw(namesEntry, deadline);
    DROVER_CO_TRY(const auto ignored, co_await std::move(reading));
    static_cast<void>(mine);
    static_cast<void>(ignored);
    co_return Result<void>{};
}

Task<Result<StoredSecret>> KeychainStore::read(std::string name, Deadline deadline)
{
    auto taking = turn(deadline);
    DROVER_CO_TRY(const auto mine, co_await std::move(taking));
    auto reading = readRaw(name, deadline);
    DROVER_CO_TRY(const auto raw, co_await std::move(reading));
    static_cast<void>(mine);
    if (!raw.text.has_value())
        co_return Error{Errc::notFound, "the keychain has no such entry", name};
    co_return parseEnvelope(*raw.text, name);
}

Task<Result<std::uint64_t>> KeychainStore::write(std::string name, StoredSecret secret,
                                                 std::uint64_t expected, Deadline deadline)
{
    if (name.empty() || name == namesEntry)
        co_return Error{Errc::invalidInput, "not a name for an entry", name};
    auto taking = turn(deadline);
    DROVER_CO_TRY(const auto mine, co_await std::move(taking));
    static_cast<void>(mine);
    auto reading = readRaw(name, deadline);
    DROVER_CO_TRY(const auto raw, co_await std::move(reading));
    std::uint64_t current = 0;
    if (raw.text.has_value()) {
        DROVER_CO_TRY(const auto stored, parseEnvelope(*raw.text, name));
        current = stored.version;
    }
    if (current != expected)
        co_return Error{
            Errc::conflict,
            "the entry has version " + std::to_string(current) + ", not " + std::to_string(expected), name};
    // First the name, then the entry: one that is stored is never unknown.
    auto listing = names(deadline);
    DROVER_CO_TRY(auto all, co_await std::move(listing));
    if (std::find(all.begin(), all.end(), name) == all.end()) {
        all.push_back(name);
        auto naming = writeNames(std::move(all), deadline);
        DROVER_CO_CHECK(co_await std::move(naming));
    }
    auto writing = writeRaw(name, std::make_shared<Secret>(envelopeOf(secret, current + 1)), deadline);
    DROVER_CO_CHECK(co_await std::move(writing));
    co_return current + 1;
}

Task<Result<std::vector<std::string>>> KeychainStore::list(Deadline deadline)
{
    auto taking = turn(deadline);
    DROVER_CO_TRY(const auto mine, co_await std::move(taking));
    static_cast<void>(mine);
    auto listing = names(deadline);
    DROVER_CO_TRY(const auto all, co_await std::move(listing));
    std::vector<std::string> there;
    for (const auto& name : all) { // one may have been named and never written
        auto reading = readRaw(name, deadline);
        DROVER_CO_TRY(const auto raw, co_await std::move(reading));
        if (raw.text.has_value())
            there.push_back(name);
    }
    std::sort(there.begin(), there.end());
    co_return there;
}

Task<Result<void>> KeychainStore::remove(std::string name, Deadline deadline)
{
    if (name.empty() || name == namesEntry)
        co_return Error{Errc::invalidInput, "not a name for an entry", name};
    auto taking = turn(deadline);
    DROVER_CO_TRY(const auto mine, co_await std::move(taking));
    static_cast<void>(mine);
    auto removing = removeRaw(name, deadline);
    DROVER_CO_CHECK(co_await std::move(removing));
    auto listing = names(deadline);
    DROVER_CO_TRY(auto all, co_await std::move(listing));
    if (std::erase(all, name) == 0)
        co_return Result<void>{};
    auto naming = writeNames(std::move(all), deadline);
    co_return co_await std::move(naming);
}

} // namespace drover
