// SPDX-License-Identifier: Apache-2.0
#include "app/TokenService.h"

#include "app/Deed.h"
#include "protocol/routing/Tokens.h"

#include <algorithm>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration tokenDeadline = 10s;
constexpr const char* tokensFile = "gateway/tokens.json";

} // namespace

Task<Result<TokenCreated>> TokenService::create(TokenRequest request)
{
    if (request.name.empty())
        co_return Error{Errc::invalidInput, "a token needs a name: who will use it", "NAME"};
    const Deadline deadline = Deadline::in(ports_.clock, tokenDeadline);
    // From reading to writing: two processes would each lose what the other has added.
    DROVER_CO_TRY(const std::unique_ptr<Subscription> alone, co_await ports_.files.lock(tokensFile, deadline));
    DROVER_CO_TRY(ClientTokens tokens, co_await ports_.routing.tokens(deadline));
    for (const auto& [hash, token] : tokens)
        if (token.name == request.name)
            co_return Error{Errc::conflict, "there is a token \"" + request.name + "\" already; revoke it first", "NAME"};
    MintedToken minted = mintToken(request.name, ports_.clock.now());
    minted.record.models = std::move(request.models);
    minted.record.requestsPerMinute = request.requestsPerMinute;
    if (request.days)
        minted.record.expires = ports_.clock.now() + std::chrono::hours(24) * *request.days;
    tokens[minted.record.sha256] = minted.record;
    DROVER_CO_CHECK(co_await ports_.routing.writeTokens(std::move(tokens), deadline));
    DROVER_CO_CHECK(co_await ports_.audit.record(deedNow(ports_, "token.create", minted.record.name)));
    co_return TokenCreated{std::move(minted.token), std::move(minted.record)};
}

Task<Result<std::vector<ClientToken>>> TokenService::list()
{
    DROVER_CO_TRY(const ClientTokens tokens, co_await ports_.routing.tokens(Deadline::in(ports_.clock, tokenDeadline)));
    std::vector<ClientToken> out;
    for (const auto& [hash, token] : tokens)
        out.push_back(token);
    std::ranges::sort(out, {}, [](const ClientToken& token) { return std::pair{token.created, token.name}; });
    co_return out;
}

Task<Result<void>> TokenService::revoke(std::string name)
{
    const Deadline deadline = Deadline::in(ports_.clock, tokenDeadline);
    DROVER_CO_TRY(const std::unique_ptr<Subscription> alone, co_await ports_.files.lock(tokensFile, deadline));
    DROVER_CO_TRY(ClientTokens tokens, co_await ports_.routing.tokens(deadline));
    const std::size_t ended = std::erase_if(tokens, [&](const auto& entry) { return entry.second.name == name; });
    if (ended == 0)
        co_return Error{Errc::notFound, "there is no token \"" + name + "\"", "NAME"};
    DROVER_CO_CHECK(co_await ports_.routing.writeTokens(std::move(tokens), deadline));
    co_return co_await ports_.audit.record(deedNow(ports_, "token.revoke", name));
}

} // namespace drover::app
