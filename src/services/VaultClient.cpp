// SPDX-License-Identifier: Apache-2.0
#include "services/VaultStore.h"

namespace drover {

VaultClient::VaultClient(HttpClient& http, VaultSettings settings, TokenSource token)
    : http_(http), settings_(std::move(settings)), token_(std::move(token))
{
    while (settings_.address.ends_with('/'))
        settings_.address.pop_back();
}

HttpRequest VaultClient::plain(vault::Request request, bool again) const
{
    HttpRequest made;
    made.method = std::move(request.method);
    made.url = settings_.address + request.path;
    made.headers = std::move(request.headers);
    made.body = request.body.reveal([](std::string_view body) { return std::string(body); });
    if (!made.body.empty())
        made.headers.emplace_back("Content-Type", "application/json");
    made.route.caFile = settings_.caFile;
    made.retry = again ? RetryPolicy::idempotent() : RetryPolicy::once();
    return made;
}

Task<Result<HttpResponse>> VaultClient::ask(vault::Request request, Deadline deadline)
{
    return http_.send(plain(std::move(request), true), deadline);
}

Task<Result<HttpResponse>> VaultClient::send(vault::Request request, bool again, Deadline deadline)
{
    if (settings_.address.empty())
        co_return Error{Errc::invalidInput, "no Vault address is set", "vault.address"};
    auto asking = token_(deadline);
    auto token = co_await std::move(asking);
    if (!token.has_value())
        co_return std::move(token).error();
    auto made = plain(std::move(request), again);
    made.secretHeaders.push_back({"X-Vault-Token", "", *std::move(token)});
    auto sending = http_.send(std::move(made), deadline);
    co_return co_await std::move(sending);
}

} // namespace drover
