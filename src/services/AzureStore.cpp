// SPDX-License-Identifier: Apache-2.0
#include "services/AzureStore.h"

#include <algorithm>
#include <utility>

namespace drover {
namespace {

constexpr std::size_t azurePage = 25;

bool azureBusy(const cloud::Reply& reply)
{
    return reply.status == 429;
}

// Two names that Azure cannot tell apart.
Error sameName(const std::string& name, const std::string& other)
{
    return Error{Errc::invalidInput, "in Azure this is the name of \"" + other + "\" too, which is there already: take another", name};
}

std::string lowerCase(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text;
}

} // namespace

AzureStore::AzureStore(HttpClient& http, AzureSettings settings, CredentialSource clientSecret, const Clock& clock, Random random)
    : client_(http), settings_(std::move(settings)),
      http_(http, settings_.vaultUrl, settings_.caFile, random.fork("azure"), azureBusy), clientSecret_(std::move(clientSecret)),
      clock_(clock), random_(random), token_(clock, [this](Deadline deadline) { return fetchToken(deadline); })
{
    if (settings_.authority.empty())
        settings_.authority = std::string(azure::defaultAuthority);
}

Result<std::string> AzureStore::mappedOf(const std::string& name) const
{
    return azure::mappedName(name == "kek" ? "drover/" + settings_.workspace + "/kek" : settings_.prefix + "/" + name);
}

// Asked once, without a token: before one is sent the vault has to show that it is one.
Task<Result<azure::Challenge>> AzureStore::challenge(Deadline deadline)
{
    if (challenge_.has_value())
        co_return *challenge_;
    const auto request = azure::listRequest(1);
    auto sending = http_.send(request, {}, true, deadline);
    DROVER_CO_TRY(const auto response, co_await std::move(sending));
    auto parsed = azure::parseChallenge(cloudReply(response), http_.baseUrl());
    if (!parsed.has_value())
        co_return placed(parsed.error(), "azure.vault_url");
    challenge_ = *parsed;
    co_return parsed;
}

Task<Result<cloud::AccessToken>> AzureStore::fetchToken(Deadline deadline)
{
    auto asking = challenge(deadline);
    DROVER_CO_TRY(const auto asked, co_await std::move(asking));
    const auto tenant = azure::tenantFor(asked, settings_.authority, settings_.tenant);
    if (!tenant.has_value())
        co_return placed(tenant.error(), "azure.authority");
    auto getting = clientSecret_(deadline);
    DROVER_CO_TRY(const auto secret, co_await std::move(getting));
    CloudHttp issuer{client_, settings_.authority, settings_.caFile, random_.fork("token"), azureBusy};
    const auto request = azure::tokenRequest(*tenant, settings_.clientId, secret, asked.scope);
    auto sending = issuer.send(request, {}, true, deadline);
    DROVER_CO_TRY(auto response, co_await std::move(sending));
    auto parsed = cloud::parseToken(cloudReply(response), "Entra ID");
    wipe(response.body);
    if (!parsed.has_value())
        co_return placed(parsed.error(), "azure.client_secret");
    co_return parsed;
}

Task<Result<HttpResponse>> AzureStore::call(cloud::Request request, bool again, Deadline deadline)
{
    if (settings_.vaultUrl.empty())
        co_return Error{Errc::invalidInput, "the store is Azure, but it has no vault", "azure.vault_url"};
    auto sending = sendWithToken(http_, token_, request, again, deadline);
    co_return co_await std::move(sending);
}

Task<Result<void>> AzureStore::check(Deadline deadline)
{
    auto listing = listAll(1, false, deadline);
    const auto listed = co_await std::move(listing);
    if (!listed.has_value())
        co_return listed.error();
    DROVER_CO_TRY(const auto mapped, mappedOf("drover-check"));
    auto reading = readVersion(mapped, deadline);
    const auto read = co_await std::move(reading);
    if (!read.has_value() && read.error().code != Errc::notFound)
        co_return read.error();
    co_return Result<void>{};
}

Task<Result<std::vector<azure::Version>>> AzureStore::versions(std::string mapped, Deadline deadline)
{
    std::vector<azure::Version> all;
    auto request = azure::versionsRequest(mapped);
    for (;;) {
        auto calling = call(std::move(request), true, deadline);
        DROVER_CO_TRY(const auto response, co_await std::move(calling));
        auto page = azure::parseVersions(cloudReply(response));
        if (!page.has_value())
            co_return placed(page.error(), mapped);
        std::move(page->versions.begin(), page->versions.end(), std::back_inserter(all));
        if (page->nextLink.empty())
            co_return all;
        DROVER_CO_TRY(request, azure::nextPageRequest(http_.baseUrl(), page->nextLink));
    }
}

Task<Result<azure::Secretly>> AzureStore::readVersion(std::string mapped, Deadline deadline)
{
    auto calling = call(azure::readRequest(mapped), true, deadline);
    DROVER_CO_TRY(auto response, co_await std::move(calling));
    if (azure::isDisabled(cloudReply(response))) {
        // The newest was withdrawn. An older one may stand.
        auto looking = versions(mapped, deadline);
        DROVER_CO_TRY(const auto all, co_await std::move(looking));
        const auto* current = azure::currentOf(all);
        if (current == nullptr)
            co_return Error{Errc::notFound, "every version of the entry is disabled", mapped};
        auto again = call(azure::readRequest(mapped, current->id), true, deadline);
        DROVER_CO_TRY(response, co_await std::move(again));
    }
    auto parsed = azure::parseRead(cloudReply(response));
    wipe(response.body);
    if (!parsed.has_value())
        co_return placed(parsed.error(), mapped);
    co_return parsed;
}

Task<Result<StoredSecret>> AzureStore::read(std::string name, Deadline deadline)
{
    DROVER_CO_TRY(const auto mapped, mappedOf(name));
    auto reading = readVersion(mapped, deadline);
    DROVER_CO_TRY(auto read, co_await std::move(reading));
    if (!read.version.name.empty() && read.version.name != name)
        co_return sameName(name, read.version.name);
    co_return StoredSecret{std::move(read.entry.value), std::move(read.entry.notes), read.version.version};
}

// Sent once: Azure would make two versions of two requests. Where the answer is lost, the version is looked for.
Task<Result<azure::Version>> AzureStore::put(std::string mapped, std::string name, std::shared_ptr<cloud::Entry> entry,
                                             Deadline deadline)
{
    auto calling = call(azure::setRequest(mapped, name, *entry), false, deadline);
    auto response = co_await std::move(calling);
    auto made = response.has_value() ? azure::parseSet(cloudReply(*response)) : Result<azure::Version>{response.error()};
    if (response.has_value())
        wipe(response->body);
    if (made.has_value())
        co_return made;
    const auto code = made.error().code;
    if (code == Errc::network || code == Errc::timeout || code == Errc::unavailable || code == Errc::protocol) {
        auto looking = versions(mapped, deadline);
        const auto all = co_await std::move(looking);
        if (all.has_value())
            for (const auto& version : *all)
                if (version.writeId == entry->writeId)
                    co_return version;
    }
    co_return placed(made.error(), mapped);
}

// Whether the version stands alone among the new ones; else it is taken back.
Task<Result<void>> AzureStore::settle(std::string mapped, std::shared_ptr<std::vector<azure::Version>> before, std::string own,
                                      Deadline deadline)
{
    auto looking = versions(mapped, deadline);
    DROVER_CO_TRY(const auto after, co_await std::move(looking));
    const auto isRival = [&](const azure::Version& version) {
        const auto known = [&](const azure::Version& old) { return old.id == version.id; };
        return version.enabled && version.id != own && std::none_of(before->begin(), before->end(), known);
    };
    if (std::none_of(after.begin(), after.end(), isRival))
        co_return Result<void>{};
    auto disabling = call(azure::disableRequest(mapped, own), true, deadline);
    const auto disabled = co_await std::move(disabling);
    const auto done = disabled.has_value() ? azure::parseDone(cloudReply(*disabled), "set") : Result<void>{disabled.error()};
    std::string what = "somebody else changed the entry at the same time";
    if (!done.has_value())
        what += "; version " + own + " should be disabled, which failed: " + done.error().what;
    co_return Error{Errc::conflict, std::move(what), mapped};
}

Task<Result<std::uint64_t>> AzureStore::write(std::string name, StoredSecret secret, std::uint64_t expected, Deadline deadline)
{
    DROVER_CO_TRY(const auto mapped, mappedOf(name));
    auto looking = versions(mapped, deadline);
    DROVER_CO_TRY(auto found, co_await std::move(looking));
    auto before = std::make_shared<std::vector<azure::Version>>(std::move(found));
    const auto* current = azure::currentOf(*before);
    if (current != nullptr && !current->name.empty() && current->name != name)
        co_return sameName(name, current->name);
    const auto version = current == nullptr ? 0 : current->version;
    if (version != expected)
        co_return Error{Errc::conflict, "the entry has version " + std::to_string(version) + ", not " + std::to_string(expected), mapped};
    auto entry = std::make_shared<cloud::Entry>(
        cloud::Entry{std::move(secret.value), std::move(secret.notes), expected + 1, uuid7(clock_.now(), random_)});
    auto putting = put(mapped, name, std::move(entry), deadline);
    DROVER_CO_TRY(const auto made, co_await std::move(putting));
    auto settling = settle(mapped, std::move(before), made.id, deadline);
    DROVER_CO_CHECK(co_await std::move(settling));
    co_return expected + 1;
}

Task<Result<std::vector<azure::Listed>>> AzureStore::listAll(std::size_t most, bool all, Deadline deadline)
{
    std::vector<azure::Listed> listed;
    auto request = azure::listRequest(most);
    for (;;) {
        auto calling = call(std::move(request), true, deadline);
        DROVER_CO_TRY(const auto response, co_await std::move(calling));
        DROVER_CO_TRY(auto page, azure::parseList(cloudReply(response)));
        std::move(page.names.begin(), page.names.end(), std::back_inserter(listed));
        if (!all || page.nextLink.empty())
            co_return listed;
        DROVER_CO_TRY(request, azure::nextPageRequest(http_.baseUrl(), page.nextLink));
    }
}

Task<Result<std::vector<std::string>>> AzureStore::list(Deadline deadline)
{
    DROVER_CO_TRY(const auto kek, mappedOf("kek"));
    DROVER_CO_TRY(const auto prefix, azure::mappedName(settings_.prefix + "/"));
    auto listing = listAll(azurePage, true, deadline);
    DROVER_CO_TRY(const auto listed, co_await std::move(listing));
    std::vector<std::string> names;
    for (const auto& one : listed) {
        const auto mapped = lowerCase(one.mapped);
        if (mapped == lowerCase(kek))
            names.push_back("kek");
        else if (mapped.starts_with(lowerCase(prefix)))
            names.push_back(one.name.empty() ? one.mapped.substr(prefix.size()) : one.name);
    }
    std::sort(names.begin(), names.end());
    co_return names;
}

Task<Result<void>> AzureStore::remove(std::string name, Deadline deadline)
{
    DROVER_CO_TRY(const auto mapped, mappedOf(name));
    auto looking = versions(mapped, deadline);
    DROVER_CO_TRY(const auto all, co_await std::move(looking));
    const auto* current = azure::currentOf(all);
    if (current != nullptr && !current->name.empty() && current->name != name)
        co_return sameName(name, current->name);
    auto calling = call(azure::removeRequest(mapped), true, deadline);
    DROVER_CO_TRY(const auto response, co_await std::move(calling));
    const auto done = azure::parseDone(cloudReply(response), "delete");
    if (done.has_value() || done.error().code == Errc::notFound)
        co_return Result<void>{};
    co_return placed(done.error(), mapped);
}

} // namespace drover
