// SPDX-License-Identifier: Apache-2.0
#include "services/VaultStore.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace drover {
namespace {

Error atPath(Error error, const std::string& where)
{
    if (error.where.empty())
        error.where = where;
    return error;
}

// KV v1 answered where v2 was expected, or the other way round: somebody has upgraded or replaced the mount.
bool isOtherVersion(const vault::Mount& mount, const HttpResponse& response)
{
    return mount.version == vault::KvVersion::one && response.status == 404 &&
           vault::errorOf(vaultReply(response)).code == Errc::invalidInput;
}

// A version and the mount's path, as in "2 secret".
std::string mountText(const vault::Mount& mount)
{
    return std::to_string(int(mount.version)) + " " + mount.path;
}

std::optional<vault::Mount> mountOf(std::string_view text)
{
    const bool fits = text.size() > 2 && (text[0] == '1' || text[0] == '2') && text[1] == ' ';
    if (!fits)
        return std::nullopt;
    return vault::Mount{std::string(text.substr(2)), text[0] == '1' ? vault::KvVersion::one : vault::KvVersion::two};
}

} // namespace

VaultStore::VaultStore(HttpClient& http, VaultSettings settings, VaultSession::Credential credential,
                       std::shared_ptr<SecretStore> keep, const Clock& clock, Random random, VaultSession::Wait wait,
                       MountMemory memory)
    : settings_(std::move(settings)), http_(http, settings_.address, settings_.caFile, random.fork("vault")),
      session_(http_, settings_.auth, settings_.nameSpace, std::move(credential), std::move(keep), clock, std::move(wait)),
      memory_(std::move(memory))
{
}

std::string VaultStore::pathOf(const std::string& name) const
{
    return name == "kek" ? "drover/" + settings_.workspace + "/kek" : settings_.path + "/" + name;
}

Task<Result<HttpResponse>> VaultStore::call(vault::Request request, bool again, Deadline deadline)
{
    if (settings_.address.empty())
        co_return Error{Errc::invalidInput, "no Vault address is set", "vault.address"};
    for (bool second = false;; second = true) {
        auto asking = session_.token(deadline);
        DROVER_CO_TRY(auto token, co_await std::move(asking));
        auto shown = token.duplicate();
        auto sending = http_.send(request, std::move(token), again, deadline);
        auto response = co_await std::move(sending);
        if (!response.has_value() || response->status != 403 || second)
            co_return response;
        auto replacing = session_.replaced(std::move(shown), deadline);
        DROVER_CO_TRY(const bool another, co_await std::move(replacing));
        if (!another)
            co_return response;
    }
}

// Another address, namespace or mount is another fact.
std::string VaultStore::memoryName() const
{
    return "vault.mount " + http_.address() + " " + settings_.nameSpace + " " + settings_.mount;
}

Task<std::optional<vault::Mount>> VaultStore::recallMount()
{
    if (!memory_.recall || doubted_)
        co_return std::nullopt;
    auto recalling = memory_.recall(memoryName());
    const auto known = co_await std::move(recalling);
    co_return known.has_value() && known->has_value() ? mountOf(**known) : std::nullopt;
}

// Where it cannot be noted, the next program asks again.
Task<void> VaultStore::noteMount(std::string value)
{
    if (!memory_.note)
        co_return;
    auto noting = memory_.note(memoryName(), std::move(value));
    static_cast<void>(co_await std::move(noting));
}

Task<void> VaultStore::doubtMount()
{
    mount_.reset();
    recalled_ = false;
    if (std::exchange(doubted_, true))
        co_return;
    auto noting = noteMount({});
    co_await std::move(noting);
}

Task<Result<vault::Mount>> VaultStore::mount(Deadline deadline)
{
    if (mount_.has_value())
        co_return *mount_;
    auto recalling = recallMount();
    if (const auto known = co_await std::move(recalling)) {
        mount_ = known;
        recalled_ = true;
        co_return *known;
    }
    auto asking = askMount(deadline);
    DROVER_CO_TRY(auto found, co_await std::move(asking));
    mount_ = found;
    recalled_ = false;
    auto noting = noteMount(mountText(found));
    co_await std::move(noting);
    co_return found;
}

Task<Result<vault::Mount>> VaultStore::askMount(Deadline deadline)
{
    auto calling = call(vault::mountRequest(settings_.mount, settings_.path, settings_.nameSpace), true, deadline);
    DROVER_CO_TRY(const auto response, co_await std::move(calling));
    // Vaults from before this question have KV v1 alone.
    if (response.status == 404)
        co_return vault::Mount{settings_.mount, vault::KvVersion::one};
    auto parsed = vault::parseMount(vaultReply(response));
    if (!parsed.has_value())
        co_return atPath(std::move(parsed).error(), settings_.mount);
    co_return parsed;
}

Task<Result<VaultStore::Asked>> VaultStore::ask(Make make, bool again, Deadline deadline)
{
    for (bool second = false;; second = true) {
        auto mounting = mount(deadline);
        DROVER_CO_TRY(const auto where, co_await std::move(mounting));
        const bool recalled = recalled_;
        auto calling = call(make(where), again, deadline);
        auto response = co_await std::move(calling);
        if (!response.has_value())
            co_return std::move(response).error();
        // A wrong path finds nothing, or is not allowed: what was only recalled is proved before that is believed.
        const bool proving = recalled && (response->status == 403 || response->status == 404) && !isOtherVersion(where, *response);
        if (second || !(proving || isOtherVersion(where, *response)))
            co_return Asked{where, *std::move(response)};
        auto doubting = doubtMount();
        co_await std::move(doubting);
        if (!proving)
            continue;
        auto proof = mount(deadline);
        DROVER_CO_TRY(const auto now, co_await std::move(proof));
        if (now == where)
            co_return Asked{where, *std::move(response)};
    }
}

Task<Result<void>> VaultStore::check(Deadline deadline)
{
    if (settings_.address.empty())
        co_return Error{Errc::invalidInput, "no Vault address is set", "vault.address"};
    auto asking = http_.health(deadline);
    DROVER_CO_TRY(const auto health, co_await std::move(asking));
    DROVER_CO_TRY(const auto state, vault::parseHealth(vaultReply(health)));
    DROVER_CO_CHECK(vault::checkHealth(state));
    auto looking = call(vault::lookupSelfRequest(settings_.nameSpace), true, deadline);
    DROVER_CO_TRY(auto self, co_await std::move(looking));
    const auto token = vault::parseLookupSelf(vaultReply(self));
    wipe(self.body); // it holds the token
    // A token without the policy `default` may not look at itself, and may be good all the same.
    if (!token.has_value() && token.error().code != Errc::forbidden)
        co_return token.error();
    auto doubting = doubtMount();
    co_await std::move(doubting);
    auto mounting = mount(deadline);
    DROVER_CO_TRY(const auto found, co_await std::move(mounting));
    static_cast<void>(found);
    co_return Result<void>{};
}

Task<Result<void>> VaultStore::checkLogin(Deadline deadline)
{
    auto asking = session_.token(deadline);
    DROVER_CO_CHECK(co_await std::move(asking));
    co_return Result<void>{};
}

Task<Result<vault::ReadReply>> VaultStore::readEntry(std::string path, Deadline deadline)
{
    DROVER_CO_CHECK(vault::checkPath(path));
    Make make = [this, path](const vault::Mount& where) { return vault::readRequest(where, path, settings_.nameSpace); };
    auto asking = ask(std::move(make), true, deadline);
    DROVER_CO_TRY(auto asked, co_await std::move(asking));
    auto parsed = vault::parseRead(asked.mount, vaultReply(asked.response));
    wipe(asked.response.body);
    if (!parsed.has_value())
        co_return atPath(std::move(parsed).error(), path);
    co_return parsed;
}

Task<Result<StoredSecret>> VaultStore::read(std::string name, Deadline deadline)
{
    auto reading = readEntry(pathOf(name), deadline);
    DROVER_CO_TRY(auto reply, co_await std::move(reading));
    if (!reply.entry.has_value())
        co_return Error{Errc::notFound, "Vault has no such entry", pathOf(name)};
    co_return StoredSecret{std::move(reply.entry->value), std::move(reply.entry->notes),
                           reply.entry->version};
}

Task<Result<std::uint64_t>> VaultStore::writeEntry(std::string path, std::shared_ptr<vault::Entry> entry,
                                                   std::uint64_t expected, Deadline deadline)
{
    Make make = [this, path, entry, expected](const vault::Mount& where) {
        return vault::writeRequest(where, path, *entry, expected, settings_.nameSpace);
    };
    auto asking = ask(std::move(make), false, deadline);
    DROVER_CO_TRY(const auto asked, co_await std::move(asking));
    auto parsed = vault::parseWrite(asked.mount, vaultReply(asked.response), expected);
    if (!parsed.has_value()) {
        if (asked.response.status == 204) {
            auto doubting = doubtMount();
            co_await std::move(doubting);
        }
        co_return atPath(std::move(parsed).error(), path);
    }
    co_return parsed;
}

Task<Result<std::uint64_t>> VaultStore::write(std::string name, StoredSecret secret, std::uint64_t expected,
                                              Deadline deadline)
{
    const auto path = pathOf(name);
    DROVER_CO_CHECK(vault::checkPath(path));
    // Read first: KV v1 has no check of its own, and on v2 an entry that was deleted has a version to be
    // named.
    auto reading = readEntry(path, deadline);
    DROVER_CO_TRY(const auto stored, co_await std::move(reading));
    const auto current = stored.entry.has_value() ? stored.version : 0;
    if (current != expected)
        co_return Error{
            Errc::conflict,
            "the entry has version " + std::to_string(current) + ", not " + std::to_string(expected), path};
    auto entry = std::make_shared<vault::Entry>(
        vault::Entry{std::move(secret.value), std::move(secret.notes), secret.version});
    auto writing = writeEntry(path, std::move(entry), stored.version, deadline);
    co_return co_await std::move(writing);
}

Task<Result<std::vector<std::string>>> VaultStore::listFolder(std::string folder, Deadline deadline)
{
    Make make = [this, folder](const vault::Mount& where) { return vault::listRequest(where, folder, settings_.nameSpace); };
    auto asking = ask(std::move(make), true, deadline);
    DROVER_CO_TRY(const auto asked, co_await std::move(asking));
    auto parsed = vault::parseList(vaultReply(asked.response));
    if (!parsed.has_value())
        co_return atPath(std::move(parsed).error(), folder);
    co_return parsed;
}

Task<Result<std::vector<std::string>>> VaultStore::list(Deadline deadline)
{
    auto listing = listFolder(settings_.path, deadline);
    DROVER_CO_TRY(auto names, co_await std::move(listing));
    auto reading = readEntry(pathOf("kek"), deadline);
    auto kek = co_await std::move(reading);
    if (kek.has_value() && kek->entry.has_value())
        names.push_back("kek");
    std::sort(names.begin(), names.end());
    co_return names;
}

Task<Result<void>> VaultStore::remove(std::string name, Deadline deadline)
{
    const auto path = pathOf(name);
    DROVER_CO_CHECK(vault::checkPath(path));
    Make make = [this, path](const vault::Mount& where) { return vault::removeRequest(where, path, settings_.nameSpace); };
    auto asking = ask(std::move(make), true, deadline);
    DROVER_CO_TRY(const auto asked, co_await std::move(asking));
    const auto done = vault::parseRemove(vaultReply(asked.response));
    if (!done.has_value())
        co_return atPath(done.error(), path);
    co_return Result<void>{};
}

} // namespace drover
