// SPDX-License-Identifier: Apache-2.0
#include "services/OidcLogin.h"

#include "ports/Timer.h"
#include "services/CallbackServer.h"

#include <utility>

namespace drover {
namespace {

constexpr Duration answerDeadline = 30s;

// The code for a token.
Task<Result<vault::Granted>> exchange(VaultHttp& http, const vault::OidcFlow& flow, const vault::Callback& callback, const std::string& nameSpace,
                                      const Clock& clock)
{
    const auto request = vault::callbackRequest(flow, callback, nameSpace);
    // Not again after a lost answer: a code is good for one login.
    auto sending = http.send(request, Secret{}, false, Deadline::in(clock, answerDeadline));
    DROVER_CO_TRY(auto response, co_await std::move(sending));
    auto granted = vault::parseLogin({vault::AuthMethod::oidc, flow.mount, flow.role, {}}, vaultReply(response));
    wipe(response.body);
    if (!granted.has_value()) {
        auto error = std::move(granted).error();
        if (error.where.empty())
            error.where = "vault.auth";
        co_return error;
    }
    co_return granted;
}

} // namespace

Task<Result<vault::Granted>> oidcLogin(VaultHttp& http, vault::OidcFlow flow, std::string nameSpace, const Clock& clock,
                                       BrowserLogin::Show show, Duration patience)
{
    DROVER_CO_TRY(auto server, CallbackServer::listen(flow.port));
    const auto question = vault::authUrlRequest(flow, nameSpace);
    auto asking = http.send(question, Secret{}, true, Deadline::in(clock, answerDeadline));
    DROVER_CO_TRY(const auto answer, co_await std::move(asking));
    DROVER_CO_TRY(const auto address, vault::parseAuthUrl(flow, vaultReply(answer)));
    show(address.url);
    auto waiting = within(patience, server.callback(address.state));
    auto came = co_await std::move(waiting);
    if (!came.has_value())
        co_return Error{Errc::timeout, "nobody came back from the login within " + formatDuration(patience) + "; log in again, with a browser on this machine",
                        "vault.auth"};
    if (!came->has_value())
        co_return std::move(*came).error();
    auto exchanging = exchange(http, flow, **came, nameSpace, clock);
    auto granted = co_await std::move(exchanging);
    if (granted.has_value())
        server.answer({200, "Logged in", "You may close this window and go back to Drover."});
    else
        server.answer({200, "Not logged in", granted.error().what});
    co_return granted;
}

} // namespace drover
