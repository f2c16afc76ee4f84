// SPDX-License-Identifier: Apache-2.0
#include "services/VaultStore.h"

#include <algorithm>
#include <memory>

namespace drover {
namespace {

vault::Reply replyOf(const HttpResponse& response)
{
    return {response.status, response.body, [&response](std::string_view name) {
                const auto value = response.header(name);
                return value.empty() ? std::nullopt : std::optional<std::string_view>{value};
            }};
}

} // namespace

VaultStore::VaultStore(HttpClient& http, VaultSettings settings, VaultClient::TokenSource token)
    : client_(http, std::move(settings), std::move(token))
{
}

std::string VaultStore::pathOf(const std::string& name) const
{
    const auto& settings = client_.settings();
    return name == "kek" ? "drover/" + settings.workspace + "/kek" : settings.path + "/" + name;
}

Task<Result<vault::Mount>> VaultStore::mount(Deadline deadline)
{
    if (mount_.has_value())
        co_return *mount_;
    const auto& settings = client_.settings();
    auto sending =
        client_.send(vault::mountRequest(settings.mount, settings.path, settings.nameSpace), true, deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value())
        co_return std::move(response).error();
    auto parsed = vault::parseMount(replyOf(*response));
    if (parsed.has_value())
        mount_ = *parsed;
    co_return parsed;
}

Task<Result<void>> VaultStore::check(Deadline deadline)
{
    if (client_.settings().address.empty())
        co_return Error{Errc::invalidInput, "no Vault address is set", "vault.address"};
    auto asking = client_.ask(vault::healthRequest(), deadline);
    auto health = co_await std::move(asking);
    if (!health.has_value())
        co_return std::move(health).error();
    DROVER_CO_TRY(const auto state, vault::parseHealth(replyOf(*health)));
    DROVER_CO_CHECK(vault::checkHealth(state));
    auto looking = client_.send(vault::lookupSelfRequest(client_.settings().nameSpace), true, deadline);
    auto self = co_await std::move(looking);
    if (!self.has_value())
        co_return std::move(self).error();
    const auto token = vault::parseLookupSelf(replyOf(*self));
    if (!token.has_value())
        co_return token.error();
    auto mounting = mount(deadline);
    DROVER_CO_TRY(const auto found, co_await std::move(mounting));
    static_cast<void>(found);
    co_return Result<void>{};
}

Task<Result<vault::ReadReply>> VaultStore::readEntry(std::string path, Deadline deadline)
{
    DROVER_CO_CHECK(vault::checkPath(path));
    auto mounting = mount(deadline);
    DROVER_CO_TRY(const auto where, co_await std::move(mounting));
    auto sending =
        client_.send(vault::readRequest(where, path, client_.settings().nameSpace), true, deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value())
        co_return std::move(response).error();
    auto parsed = vault::parseRead(where, replyOf(*response));
    wipe(response->body);
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
    auto mounting = mount(deadline);
    DROVER_CO_TRY(const auto where, co_await std::move(mounting));
    auto sending = client_.send(
        vault::writeRequest(where, path, *entry, expected, client_.settings().nameSpace), false, deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value())
        co_return std::move(response).error();
    co_return vault::parseWrite(where, replyOf(*response), expected);
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
    auto mounting = mount(deadline);
    DROVER_CO_TRY(const auto where, co_await std::move(mounting));
    auto sending =
        client_.send(vault::listRequest(where, folder, client_.settings().nameSpace), true, deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value())
        co_return std::move(response).error();
    co_return vault::parseList(replyOf(*response));
}

Task<Result<std::vector<std::string>>> VaultStore::list(Deadline deadline)
{
    auto listing = listFolder(client_.settings().path, deadline);
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
    auto mounting = mount(deadline);
    DROVER_CO_TRY(const auto where, co_await std::move(mounting));
    auto sending =
        client_.send(vault::removeRequest(where, path, client_.settings().nameSpace), true, deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value())
        co_return std::move(response).error();
    co_return vault::parseRemove(replyOf(*response));
}

} // namespace drover
