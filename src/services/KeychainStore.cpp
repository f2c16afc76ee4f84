// SPDX-License-Identifier: Apache-2.0
#include "services/KeychainStore.h"

#include "ports/Timer.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"
#include "services/KeychainJobs.h"
#include "services/MemorySecretIndex.h"

#include <algorithm>
#include <utility>

namespace drover {
namespace {

constexpr const char* namesEntry = ".names";
constexpr int mostTries = 64; // at an entry that nothing is under

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

KeychainStore::KeychainStore(const std::string& workspaceId, SecretIndex* index, const Clock& clock)
    : service_(QStringLiteral("drover/") + QString::fromStdString(workspaceId)),
      own_(index == nullptr ? std::make_unique<MemorySecretIndex>() : nullptr), index_(index == nullptr ? *own_ : *index), clock_(clock)
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

// ---- what the index knows, and the keychain's copy of it

Task<Result<KeychainStore::Currents>> KeychainStore::copy(Deadline deadline)
{
    auto reading = readRaw(namesEntry, deadline);
    DROVER_CO_TRY(const auto raw, co_await std::move(reading));
    Currents currents;
    if (!raw.text.has_value())
        co_return currents;
    auto object = raw.text->reveal([](std::string_view json) { return parseJsonObject(json); });
    if (!object.has_value())
        co_return Error{Errc::protocol, "the keychain's list of names cannot be read", namesEntry};
    JsonFields fields{*object};
    for (const std::string& name : fields.texts("names"))
        currents[name] = 0;
    fields.object("versions", [&currents](JsonFields& versions) {
        for (const auto& [name, ignored] : versions.raw())
            currents[std::string{name}] = versions.count(name);
    });
    if (fields.failed())
        co_return Error{Errc::protocol, "the keychain's list of names cannot be read", namesEntry};
    co_return currents;
}

Task<Result<void>> KeychainStore::writeCopy(Deadline deadline)
{
    DROVER_CO_TRY(const auto all, co_await index_.all());
    Currents currents;
    for (const auto& [name, versions] : all) {
        const SecretVersion* current = versions.find(versions.current());
        if (current != nullptr)
            currents[name] = current->entry == name ? 0 : current->number;
    }
    std::string text;
    JsonWriter json{text};
    json.beginObject().key("names").beginArray();
    for (const auto& [name, version] : currents)
        json.text(name);
    json.endArray().key("versions").beginObject();
    for (const auto& [name, version] : currents) {
        if (version > 0)
            json.field(name, version);
    }
    json.endObject().endObject();
    auto writing = writeRaw(namesEntry, std::make_shared<Secret>(text), deadline);
    co_return co_await std::move(writing);
}

// What the keychain holds and the index does not know: from before there was an index, or from after the one that was put back.
Task<Result<void>> KeychainStore::takeOver(Deadline deadline)
{
    if (tookOver_)
        co_return Result<void>{};
    auto copying = copy(deadline);
    DROVER_CO_TRY(const Currents currents, co_await std::move(copying));
    DROVER_CO_TRY(const auto all, co_await index_.all());
    for (const auto& [name, number] : currents) {
        const auto known = all.find(name);
        if (known == all.end() || number > known->second.last()) {
            auto adopting = adopt(name, number, deadline);
            DROVER_CO_CHECK(co_await std::move(adopting));
        }
    }
    tookOver_ = true;
    co_return Result<void>{};
}

// Only what is there, and reads as an entry of ours: one that does not holds up no other, and read() says it.
Task<Result<void>> KeychainStore::adopt(std::string name, std::uint64_t number, Deadline deadline)
{
    SecretVersion found{number, number == 0 ? name : entryOfVersion(name, number), 0, clock_.now()};
    auto reading = readRaw(found.entry, deadline);
    DROVER_CO_TRY(const Raw raw, co_await std::move(reading));
    if (!raw.text.has_value())
        co_return Result<void>{};
    const auto stored = parseEnvelope(*raw.text, name);
    if (stored.has_error())
        co_return Result<void>{};
    found.number = stored->version;
    SecretIndex::Change adopting = [found](SecretVersions& versions) -> Result<void> {
        versions.adopt(found);
        return {};
    };
    DROVER_CO_CHECK(co_await index_.change(std::move(name), std::move(adopting)));
    co_return Result<void>{};
}

// With the write finished that died after its secret was in the keychain: nobody has been told what came of it, so it may count.
Task<Result<SecretVersions>> KeychainStore::settled(std::string name, Deadline deadline)
{
    auto over = takeOver(deadline);
    DROVER_CO_CHECK(co_await std::move(over));
    DROVER_CO_TRY(SecretVersions versions, co_await index_.find(name));
    for (const SecretVersion& open : versions.unsettled()) {
        auto reading = readRaw(open.entry, deadline);
        DROVER_CO_TRY(const Raw raw, co_await std::move(reading));
        if (!raw.text.has_value() || parseEnvelope(*raw.text, name).has_error())
            continue; // it was never stored, or will be in a moment
        SecretIndex::Change promoting = [number = open.number](SecretVersions& now) { return now.promote(number); };
        const auto promoted = co_await index_.change(name, std::move(promoting));
        if (promoted.has_value())
            co_return *promoted;
        if (promoted.error().code != Errc::conflict) // somebody was faster
            co_return promoted.error();
        DROVER_CO_TRY(versions, co_await index_.find(name));
        co_return versions;
    }
    co_return versions;
}

// The entry first: while the index knows it, it can be taken away.
Task<Result<SecretVersions>> KeychainStore::drop(std::string name, SecretVersion version, Deadline deadline)
{
    auto removing = removeRaw(version.entry, deadline);
    DROVER_CO_CHECK(co_await std::move(removing));
    SecretIndex::Change dropping = [number = version.number](SecretVersions& versions) -> Result<void> {
        versions.drop(number);
        return {};
    };
    co_return co_await index_.change(std::move(name), std::move(dropping));
}

// A version whose entry nothing is under: an index that was put back does not know which numbers were given since.
Task<Result<SecretVersion>> KeychainStore::begin(std::string name, std::uint64_t expected, Deadline deadline)
{
    for (int tried = 0; tried < mostTries; ++tried) {
        const auto begun = std::make_shared<SecretVersion>();
        SecretIndex::Change beginning = [begun, name, expected, now = clock_.now()](SecretVersions& versions) -> Result<void> {
            DROVER_TRY(*begun, versions.begin(name, expected, now));
            return {};
        };
        const auto began = co_await index_.change(name, std::move(beginning));
        if (began.has_error())
            co_return at(name, began.error());
        auto reading = readRaw(begun->entry, deadline);
        DROVER_CO_TRY(const Raw raw, co_await std::move(reading));
        if (!raw.text.has_value())
            co_return *begun;
        SecretIndex::Change leaving = [number = begun->number](SecretVersions& versions) -> Result<void> {
            versions.drop(number);
            return {};
        };
        DROVER_CO_CHECK(co_await index_.change(name, std::move(leaving)));
    }
    co_return Error{Errc::conflict, "the keychain has entries that drover.db does not know: " + entryOfVersion(name, 1) + " and later ones", name};
}

// What is left over does no harm, and the next write takes it away.
Task<void> KeychainStore::tidy(std::string name, SecretVersions versions, Deadline deadline)
{
    for (const SecretVersion& old : versions.superfluous(clock_.now())) {
        auto dropping = drop(name, old, deadline);
        const auto dropped = co_await std::move(dropping);
        if (dropped.has_error())
            co_return;
    }
    auto copying = writeCopy(deadline);
    static_cast<void>(co_await std::move(copying));
}

// ---- the store

Task<Result<void>> KeychainStore::check(Deadline deadline)
{
    auto taking = turn(deadline);
    DROVER_CO_TRY(const auto mine, co_await std::move(taking));
    static_cast<void>(mine);
    auto reading = readRaw(namesEntry, deadline);
    DROVER_CO_CHECK(co_await std::move(reading));
    co_return Result<void>{};
}

Task<Result<StoredSecret>> KeychainStore::read(std::string name, Deadline deadline)
{
    auto taking = turn(deadline);
    DROVER_CO_TRY(const auto mine, co_await std::move(taking));
    static_cast<void>(mine);
    for (std::uint64_t missed = 0;;) {
        auto settling = settled(name, deadline);
        DROVER_CO_TRY(const SecretVersions versions, co_await std::move(settling));
        const SecretVersion* current = versions.find(versions.current());
        // Without a version: an entry that was not taken over says itself why.
        auto reading = readRaw(current != nullptr ? current->entry : name, deadline);
        DROVER_CO_TRY(const Raw raw, co_await std::move(reading));
        if (raw.text.has_value()) {
            DROVER_CO_TRY(StoredSecret stored, parseEnvelope(*raw.text, name));
            if (current != nullptr) {
                stored.version = current->number;
                co_return stored;
            }
        }
        if (current == nullptr)
            co_return Error{Errc::notFound, "the keychain has no such entry", name};
        if (std::exchange(missed, current->number) == current->number) // else another process may just have replaced it
            co_return Error{Errc::notFound, "the keychain has lost version " + std::to_string(current->number) + ", which drover.db names", name};
        tookOver_ = false; // the keychain's copy may know a later one
    }
}

Task<Result<std::uint64_t>> KeychainStore::write(std::string name, StoredSecret secret,
                                                 std::uint64_t expected, Deadline deadline)
{
    if (name.empty() || name == namesEntry)
        co_return Error{Errc::invalidInput, "not a name for an entry", name};
    auto taking = turn(deadline);
    DROVER_CO_TRY(const auto mine, co_await std::move(taking));
    static_cast<void>(mine);
    auto settling = settled(name, deadline);
    DROVER_CO_CHECK(co_await std::move(settling));
    auto beginning = begin(name, expected, deadline);
    DROVER_CO_TRY(const SecretVersion begun, co_await std::move(beginning));
    auto writing = writeRaw(begun.entry, std::make_shared<Secret>(envelopeOf(secret, begun.number)), deadline);
    DROVER_CO_CHECK(co_await std::move(writing));
    SecretIndex::Change promoting = [number = begun.number](SecretVersions& versions) { return versions.promote(number); };
    const auto promoted = co_await index_.change(name, std::move(promoting));
    if (promoted.has_error() && promoted.error().code == Errc::conflict) {
        auto dropping = drop(name, begun, deadline); // of no use to anybody; what cannot be dropped now is later
        static_cast<void>(co_await std::move(dropping));
    }
    if (promoted.has_error())
        co_return at(name, promoted.error());
    auto tidying = tidy(name, *promoted, deadline);
    co_await std::move(tidying);
    co_return begun.number;
}

Task<Result<std::vector<std::string>>> KeychainStore::list(Deadline deadline)
{
    auto taking = turn(deadline);
    DROVER_CO_TRY(const auto mine, co_await std::move(taking));
    static_cast<void>(mine);
    auto over = takeOver(deadline);
    DROVER_CO_CHECK(co_await std::move(over));
    DROVER_CO_TRY(const auto all, co_await index_.all());
    std::vector<std::string> there;
    for (const auto& [name, known] : all) {
        auto settling = settled(name, deadline);
        DROVER_CO_TRY(const SecretVersions versions, co_await std::move(settling));
        const SecretVersion* current = versions.find(versions.current());
        if (current == nullptr)
            continue;
        auto reading = readRaw(current->entry, deadline); // somebody may have taken it away by other means
        DROVER_CO_TRY(const Raw raw, co_await std::move(reading));
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
    auto settling = settled(name, deadline);
    DROVER_CO_TRY(const SecretVersions versions, co_await std::move(settling));
    if (versions.all().empty())
        co_return Result<void>{};
    // The current one last: until it is gone, the name is there.
    std::vector<SecretVersion> all = versions.all();
    std::ranges::partition(all, [&](const SecretVersion& one) { return one.number != versions.current(); });
    for (const SecretVersion& one : all) {
        auto dropping = drop(name, one, deadline);
        DROVER_CO_CHECK(co_await std::move(dropping));
    }
    auto copying = writeCopy(deadline);
    co_return co_await std::move(copying);
}

} // namespace drover
