// SPDX-License-Identifier: Apache-2.0
#include "services/AnthropicIssuer.h"

#include <utility>

namespace drover {
namespace {

constexpr int mostKeyPages = 1000; // more is a cursor that goes in a circle

Error explainedByConsole(Error error)
{
    if (error.code == Errc::unauthorized)
        error.what = "Anthropic refuses the admin key: " + error.what;
    if (error.code == Errc::forbidden || error.code == Errc::notFound)
        error.what += "; it takes an admin key (sk-ant-admin…) of the organization";
    return error;
}

} // namespace

AnthropicIssuer::AnthropicIssuer(HttpClient& http, std::string baseUrl, HttpRoute route, Secret adminKey)
    : api_(http, std::move(baseUrl), std::move(route), std::move(adminKey), "x-api-key", "")
{
}

HttpRequest AnthropicIssuer::versioned(HttpRequest request) const
{
    request.headers.emplace_back("anthropic-version", anthropic::apiVersion);
    return request;
}

Task<Result<MintedKey>> AnthropicIssuer::mint(std::string, std::uint32_t, std::uint64_t, Deadline)
{
    co_return Error{Errc::unavailable, "Anthropic makes keys in its Console alone: make one there, and paste it", {}};
}

Task<Result<std::vector<IssuedKey>>> AnthropicIssuer::list(Deadline deadline)
{
    std::vector<IssuedKey> all;
    std::string after;
    for (int page = 0; page < mostKeyPages; ++page) {
        auto calling = api_.call(versioned(api_.request("GET", anthropic::keysPath(after), RetryPolicy::idempotent())), deadline);
        auto response = co_await std::move(calling);
        if (!response.has_value())
            co_return explainedByConsole(std::move(response).error());
        auto read = anthropic::readKeys(response->body);
        if (!read.has_value())
            co_return std::move(read).error();
        for (anthropic::AdminKey& key : read->items)
            all.push_back({std::move(key.id), std::move(key.name), key.status == anthropic::KeyStatus::active, key.createdAt,
                           key.expiresAt, {}});
        if (read->next.empty())
            co_return all;
        if (read->next == after)
            break;
        after = std::move(read->next);
    }
    co_return Error{Errc::protocol, "Anthropic's list of keys does not end", {}};
}

// What is ended already, in whatever way, is left as it is: an archived key cannot become inactive.
Task<Result<void>> AnthropicIssuer::revoke(std::string keyId, Deadline deadline)
{
    const std::string path = anthropic::keyPath(keyId);
    auto reading = api_.call(versioned(api_.request("GET", path, RetryPolicy::idempotent())), deadline);
    auto response = co_await std::move(reading);
    if (!response.has_value() && response.error().code == Errc::notFound)
        co_return Result<void>{};
    if (!response.has_value())
        co_return explainedByConsole(std::move(response).error());
    auto key = anthropic::readKey(response->body);
    if (!key.has_value())
        co_return std::move(key).error();
    if (key->status != anthropic::KeyStatus::active && key->status != anthropic::KeyStatus::unknown)
        co_return Result<void>{};
    auto post = versioned(api_.request("POST", path, RetryPolicy::idempotent(), anthropic::statusBody(anthropic::KeyStatus::inactive)));
    auto posting = api_.call(std::move(post), deadline);
    auto answer = co_await std::move(posting);
    if (!answer.has_value())
        co_return explainedByConsole(std::move(answer).error());
    co_return Result<void>{};
}

} // namespace drover
