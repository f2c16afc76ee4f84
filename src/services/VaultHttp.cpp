// SPDX-License-Identifier: Apache-2.0
#include "services/VaultHttp.h"

#include <QUrl>

#include "ports/Timer.h"

#include <algorithm>
#include <utility>

namespace drover {
namespace {

constexpr unsigned vaultTries = 4;
constexpr Duration firstVaultWait = 200ms;

// Whether the answer says that nothing was done, and that it passes by itself. HttpClient has already heeded Retry-After.
bool passesBy(const HttpResponse& response, bool again)
{
    switch (response.status) {
    case 412: return true;
    case 429: return response.header("retry-after").empty() && vault::errorOf(vaultReply(response)).code == Errc::rateLimited;
    case 400: return vault::errorOf(vaultReply(response)).code == Errc::unavailable;
    case 502:
    case 504: return again;
    default: return false;
    }
}

bool sendsOn(const HttpResponse& response)
{
    return (response.status == 307 || response.status == 308) && !response.header("location").empty();
}

Error unreachable(Error error, bool sentOn)
{
    if (error.code != Errc::network && error.code != Errc::timeout)
        return error;
    error.what += sentOn ? "; this is the active node that a standby of Vault names: wait until a leader is elected, or mend its api_addr"
                         : "; check vault.address, and that Vault can be reached from here";
    return error;
}

} // namespace

vault::Reply vaultReply(const HttpResponse& response)
{
    return {response.status, response.body, [&response](std::string_view name) {
                const auto value = response.header(name);
                return value.empty() ? std::nullopt : std::optional<std::string_view>{value};
            }};
}

Result<std::string> activeNode(const std::string& from, std::string_view location)
{
    const QUrl standby{QString::fromStdString(from)};
    const QUrl active = standby.resolved(QUrl{QString::fromStdString(std::string(location))});
    if (standby.scheme() == QLatin1String("https") && active.scheme() != QLatin1String("https"))
        return Error{Errc::refused, "this Vault is a standby and sends us on to an address without TLS; mend the active node's api_addr",
                     active.host().toStdString()};
    return active.toString(QUrl::FullyEncoded).toStdString();
}

VaultHttp::VaultHttp(HttpClient& http, std::string address, std::string caFile, Random random)
    : http_(http), address_(std::move(address)), caFile_(std::move(caFile)), random_(random)
{
    while (address_.ends_with('/'))
        address_.pop_back();
}

HttpRequest VaultHttp::plain(const vault::Request& request, std::string url, const Secret& token, bool again) const
{
    HttpRequest made;
    made.method = request.method;
    made.url = std::move(url);
    made.headers = request.headers;
    made.body = request.body.reveal([](std::string_view body) { return std::string(body); });
    const auto isType = [](const auto& header) { return header.first == "Content-Type"; };
    if (!made.body.empty() && std::ranges::none_of(made.headers, isType))
        made.headers.emplace_back("Content-Type", "application/json");
    if (!token.empty())
        made.secretHeaders.push_back({"X-Vault-Token", "", token.duplicate()});
    made.route.caFile = caFile_;
    made.retry = again ? RetryPolicy::idempotent() : RetryPolicy::once();
    made.followRedirects = false;
    return made;
}

Task<Result<HttpResponse>> VaultHttp::send(const vault::Request& request, Secret token, bool again, Deadline deadline)
{
    std::string url = address_ + request.path;
    bool sentOn = false;
    for (unsigned tried = 1;; ++tried) {
        auto sending = http_.send(plain(request, url, token, again), deadline);
        auto response = co_await std::move(sending);
        if (!response.has_value())
            co_return unreachable(std::move(response).error(), sentOn);
        if (sendsOn(*response) && !sentOn) {
            DROVER_CO_TRY(url, activeNode(url, response->header("location")));
            sentOn = true;
            continue;
        }
        const auto wait = fromSeconds(seconds(firstVaultWait * (1U << tried)) * (0.5 + random_.uniform() / 2));
        if (tried >= vaultTries || !passesBy(*response, again) || wait >= deadline.left())
            co_return response;
        co_await delay(wait);
    }
}

Task<Result<HttpResponse>> VaultHttp::health(Deadline deadline)
{
    auto sending = http_.send(plain(vault::healthRequest(), address_ + vault::healthRequest().path, Secret{}, true), deadline);
    auto response = co_await std::move(sending);
    if (!response.has_value())
        co_return unreachable(std::move(response).error(), false);
    co_return response;
}

} // namespace drover
