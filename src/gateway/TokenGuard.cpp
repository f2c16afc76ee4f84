// SPDX-License-Identifier: Apache-2.0
#include "gateway/TokenGuard.h"

#include "protocol/routing/Choice.h"

#include <algorithm>

namespace drover::gateway {
namespace {

constexpr Duration rateWindow = 60s;

std::string_view bearerOf(const http::Head& head)
{
    const auto authorization = head.find("authorization");
    if (!authorization)
        return {};
    const std::size_t space = authorization->find(' ');
    if (space == std::string_view::npos || !http::sameName(authorization->substr(0, space), "bearer"))
        return {};
    return authorization->substr(authorization->find_first_not_of(' ', space));
}

} // namespace

TokenGuard::TokenGuard(const Clock& clock, Log& log, std::filesystem::path file)
    : clock_(clock), log_(log), file_(std::move(file))
{
}

Result<void> TokenGuard::start()
{
    file_.changed();
    return read();
}

void TokenGuard::look()
{
    if (!file_.changed())
        return;
    if (const auto done = read(); !done.has_value())
        log_.error("the client tokens cannot be read; the last ones stay", {{"error", describe(done.error())}});
    else
        log_.info("the client tokens were read anew", {{"tokens", std::int64_t(tokens_.size())}});
}

Result<void> TokenGuard::read()
{
    DROVER_TRY(const auto text, file_.read());
    // Nobody revokes by taking the file away; a folder that is not mounted for a moment must not lock everybody out.
    if (!text && seen_)
        return Error{Errc::notFound, "the file is gone", file_.path().string()};
    ClientTokens parsed;
    if (text) {
        seen_ = true;
        auto result = parseTokens(*text);
        if (!result.has_value())
            return at(file_.path().string(), std::move(result).error());
        parsed = std::move(*result);
    }
    tokens_.clear();
    for (auto& [hash, token] : parsed)
        tokens_.emplace(hash, std::make_shared<const ClientToken>(std::move(token)));
    std::erase_if(recent_, [this](const auto& one) { return !tokens_.contains(one.first); });
    return {};
}

std::optional<TokenGuard::Client> TokenGuard::clientOf(const http::Head& head) const
{
    for (const std::string_view credential : {bearerOf(head), head.find("x-api-key").value_or(std::string_view{})}) {
        if (!looksLikeToken(credential))
            continue;
        const auto found = tokens_.find(tokenHash(credential));
        if (found != tokens_.end() && (!found->second->expires || *found->second->expires > clock_.now()))
            return Client{found->second->name, stickyHash(found->first), found->second};
    }
    return std::nullopt;
}

bool TokenGuard::mayUse(const Client& client, std::string_view model)
{
    const auto& models = client.token->models;
    return models.empty() || std::ranges::find(models, model) != models.end();
}

std::optional<Duration> TokenGuard::waitFor(const Client& client)
{
    const std::size_t limit = client.token->requestsPerMinute;
    if (limit == 0)
        return std::nullopt;
    auto& recent = recent_[client.token->sha256];
    const SteadyTime now = clock_.steady();
    while (!recent.empty() && now - recent.front() >= rateWindow)
        recent.pop_front();
    if (recent.size() >= limit)
        return rateWindow - (now - recent.front());
    recent.push_back(now);
    return std::nullopt;
}

} // namespace drover::gateway
