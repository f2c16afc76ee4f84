// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "protocol/vault/Vault.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// OIDC by browser, as Vault's own client does it: Vault names an address of the identity provider; the person agrees there;
// the provider sends the browser on to this machine with a code; and Vault takes the code, with the nonce that only the one
// who began the login knows, for a token. The answer to callbackRequest is parseLogin's.
namespace drover::vault {

struct OidcFlow {
    std::string mount = "oidc"; // below auth/
    std::string role;           // empty: the mount's default
    std::uint16_t port = 8250;  // of the callback
    Secret nonce;
};

// 20 base62 characters.
Secret freshNonce();
// http://localhost:8250/oidc/callback: it has to stand among the role's allowed_redirect_uris, where 127.0.0.1 is another.
std::string redirectOf(std::uint16_t port);

// Needs no token.
Request authUrlRequest(const OidcFlow& flow, std::string_view nameSpace = {});
struct AuthUrl {
    std::string url;
    std::string state; // empty where the address does not show it
};
// Errors: unauthorized saying what to do where Vault names no address (the role does not exist or does not allow the redirect),
// refused where the address is none to send a browser to, invalidInput (no such auth method), and those of errorOf.
Result<AuthUrl> parseAuthUrl(const OidcFlow& flow, const Reply& reply);

struct Callback {
    std::string state;
    Secret code;
};
Request callbackRequest(const OidcFlow& flow, const Callback& callback, std::string_view nameSpace = {});

// What a browser that came to the callback's port gets.
struct Page {
    int status = 200;
    std::string title;
    std::string text; // plain
};
// The whole HTTP answer: no script, no outside content, not kept; `title` and `text` are escaped.
std::string pageBytes(const Page& page);

// What one request (its head) to the callback's port means. Neither a callback nor an error: nobody's business here; `page` is
// sent and the wait goes on. A callback is answered once Vault has said what it makes of it.
struct Visit {
    Page page;
    std::optional<Callback> callback;
    std::optional<Error> error; // ends the login: unauthorized where the provider refused, refused where it answered by POST
};
// `state` is what the callback has to bring; empty: any.
Visit readVisit(std::string_view head, std::uint16_t port, std::string_view state);

} // namespace drover::vault
