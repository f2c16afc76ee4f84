// SPDX-License-Identifier: Apache-2.0
#include "services/OpenAiIssuer.h"

#include <algorithm>
#include <utility>

namespace drover {
namespace {

constexpr int mostPages = 1000; // of 100: more is a cursor that goes in a circle

} // namespace

OpenAiIssuer::OpenAiIssuer(HttpClient& http, std::string baseUrl, HttpRoute route, std::string project, Secret adminKey)
    : api_(http, std::move(baseUrl), std::move(route), std::move(adminKey), "Authorization", "Bearer "), project_(std::move(project))
{
}

Error OpenAiIssuer::explained(Error error) const
{
    if (error.code == Errc::unauthorized)
        error.what = "OpenAI refuses the admin key: " + error.what;
    if (error.code == Errc::forbidden)
        error.what += "; it takes an admin key (sk-admin-…) that may manage the project's service accounts and API keys";
    if (error.code == Errc::notFound)
        error.what = "OpenAI knows no project " + project_ + " under this admin key: " + error.what;
    return error;
}

Task<Result<MintedKey>> OpenAiIssuer::mint(std::string name, std::uint32_t, std::uint64_t, Deadline deadline)
{
    // A second key made by accident is one nobody knows: sent again only where it surely was not carried out.
    auto calling = api_.call(api_.request("POST", openai::mintPath(project_), RetryPolicy::once(), openai::accountBody(name)), deadline);
    auto response = co_await std::move(calling);
    if (!response.has_value())
        co_return explained(std::move(response).error());
    auto made = openai::readAccountMade(response->body);
    if (!made.has_value())
        co_return std::move(made).error();
    MintedKey minted;
    minted.id = std::move(made->account.id);
    minted.name = made->account.name.empty() ? name : std::move(made->account.name);
    minted.key = std::move(made->key);
    minted.createdAt = made->account.createdAt;
    co_return minted;
}

Task<Result<void>> OpenAiIssuer::readAccountsInto(std::vector<IssuedKey>& all, Deadline deadline)
{
    std::string after;
    for (int page = 0; page < mostPages; ++page) {
        auto calling = api_.call(api_.request("GET", openai::accountsPath(project_, after), RetryPolicy::idempotent()), deadline);
        auto response = co_await std::move(calling);
        if (!response.has_value())
            co_return explained(std::move(response).error());
        auto read = openai::readAccounts(response->body);
        if (!read.has_value())
            co_return std::move(read).error();
        for (openai::ServiceAccount& account : read->items)
            all.push_back({std::move(account.id), std::move(account.name), true, account.createdAt, {}, {}});
        if (read->next.empty())
            co_return Result<void>{};
        if (read->next == after)
            break;
        after = std::move(read->next);
    }
    co_return Error{Errc::protocol, "OpenAI's list of service accounts does not end", {}};
}

// The accounts first: one made for a mint whose answer was lost has its name whether its key is listed yet or not.
Task<Result<std::vector<IssuedKey>>> OpenAiIssuer::list(Deadline deadline)
{
    std::vector<IssuedKey> all;
    auto accounts = readAccountsInto(all, deadline);
    DROVER_CO_CHECK(co_await std::move(accounts));
    std::string after;
    for (int page = 0; page < mostPages; ++page) {
        auto calling = api_.call(api_.request("GET", openai::keysPath(project_, after), RetryPolicy::idempotent()), deadline);
        auto response = co_await std::move(calling);
        if (!response.has_value())
            co_return explained(std::move(response).error());
        auto read = openai::readKeys(response->body);
        if (!read.has_value())
            co_return std::move(read).error();
        for (openai::ProjectKey& key : read->items) {
            const std::string owner = key.account ? key.account->id : std::string();
            const auto known = std::ranges::find(all, owner, &IssuedKey::id);
            if (owner.empty() || known == all.end())
                all.push_back({std::move(key.id), std::move(key.name), true, key.createdAt, {}, key.lastUsedAt});
            else
                known->lastUsedAt = std::max(known->lastUsedAt, key.lastUsedAt);
        }
        if (read->next.empty())
            co_return all;
        if (read->next == after)
            break;
        after = std::move(read->next);
    }
    co_return Error{Errc::protocol, "OpenAI's list of keys does not end", {}};
}

Task<Result<bool>> OpenAiIssuer::erase(std::string path, Deadline deadline)
{
    auto calling = api_.call(api_.request("DELETE", path, RetryPolicy::idempotent()), deadline);
    auto response = co_await std::move(calling);
    if (response.has_value())
        co_return true;
    if (response.error().code == Errc::notFound)
        co_return false;
    co_return explained(std::move(response).error());
}

// The id does not say for sure whether it is an account's or a key's. Neither is there: it was ended before.
Task<Result<void>> OpenAiIssuer::revoke(std::string keyId, Deadline deadline)
{
    auto account = erase(openai::accountPath(project_, keyId), deadline);
    DROVER_CO_TRY(const bool ended, co_await std::move(account));
    if (ended)
        co_return Result<void>{};
    auto key = erase(openai::keyPath(project_, keyId), deadline);
    DROVER_CO_CHECK(co_await std::move(key));
    co_return Result<void>{};
}

} // namespace drover
