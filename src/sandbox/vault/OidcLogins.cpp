// SPDX-License-Identifier: Apache-2.0
// The auth method oidc of the Vault stand-in, and an identity provider that lets everybody in.
#include "sandbox/vault/Logins.h"

#include <algorithm>

namespace drover::sandbox {
namespace {

constexpr auto stateLife = std::chrono::minutes{10};

std::string oidcText(const Json& value)
{
    return value.asString() != nullptr ? *value.asString() : std::string();
}

std::string oidcField(const std::map<std::string, std::string, std::less<>>& fields, std::string_view name)
{
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
}

std::string oidcEscaped(std::string_view text)
{
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain)
            out += c;
        else
            out.append(1, '%').append(1, hex[code >> 4]).append(1, hex[code & 15]);
    }
    return out;
}

// Without its port where it is this machine: RFC 8252, 7.3.
std::string portless(std::string_view uri)
{
    const auto scheme = uri.find("://");
    if (scheme == std::string_view::npos)
        return std::string(uri);
    const auto end = std::min(uri.find('/', scheme + 3), uri.size());
    const auto host = uri.substr(scheme + 3, end - scheme - 3);
    const auto name = host.substr(0, host.rfind(':'));
    if (name != "localhost" && name != "127.0.0.1" && name != "[::1]")
        return std::string(uri);
    return std::string(uri.substr(0, scheme + 3)) + std::string(name) + std::string(uri.substr(end));
}

VaultAnswer providerSays(int status, std::string body, std::string location = {})
{
    return {status, "<!DOCTYPE html><title>Identity provider</title>" + std::move(body) + "\n", "text/html; charset=utf-8", std::move(location), {}};
}

} // namespace

VaultAnswer VaultLogins::configureOidc(Method& method, const EngineCall& call)
{
    if (call.verb != VaultVerb::update)
        return vaultFailure(405, "unsupported operation");
    method.discoveryUrl = oidcText(call.fields["oidc_discovery_url"]);
    method.defaultRole = oidcText(call.fields["default_role"]);
    method.formPost = oidcText(call.fields["oidc_response_mode"]) == "form_post";
    return vaultDone();
}

std::optional<VaultAnswer> VaultLogins::oidcCall(Method& method, const std::string& mount, std::string_view rest, const EngineCall& call)
{
    if (rest == "oidc/auth_url")
        return call.verb == VaultVerb::update ? authUrl(method, mount, call) : vaultErrors(405, "unsupported operation");
    if (rest == "oidc/callback")
        return call.verb == VaultVerb::read ? oidcCallback(method, mount, call) : vaultErrors(405, "unsupported operation");
    return std::nullopt;
}

VaultAnswer VaultLogins::authUrl(Method& method, const std::string& mount, const EngineCall& call)
{
    if (method.discoveryUrl.empty())
        return vaultErrors(400, "could not load configuration");
    auto name = oidcText(call.fields["role"]);
    if (name.empty())
        name = method.defaultRole;
    if (name.empty())
        return vaultErrors(400, "missing role");
    const auto redirect = oidcText(call.fields["redirect_uri"]);
    if (redirect.empty())
        return vaultErrors(400, "missing redirect_uri");
    const auto role = method.roles.find(name);
    if (role == method.roles.end())
        return vaultErrors(400, "role \"" + name + "\" could not be found");
    const bool allowed = std::ranges::any_of(role->second.redirects, [&](const auto& each) { return portless(each) == portless(redirect); });
    if (!allowed)
        return enveloped(Json::Object{{"auth_url", ""}});
    const auto state = uuid7(clock_.now(), ids_);
    oidcStates_[state] = {mount, name, redirect, oidcText(call.fields["client_nonce"]), {}, clock_.now() + stateLife};
    return enveloped(Json::Object{{"auth_url", method.discoveryUrl + "/authorize?client_id=drover&nonce=" + uuid7(clock_.now(), ids_) +
                                                   "&redirect_uri=" + oidcEscaped(redirect) +
                                                   "&response_type=code&scope=openid&state=" + state +
                                                   (method.formPost ? "&response_mode=form_post" : "")}});
}

VaultAnswer VaultLogins::authorize(const std::map<std::string, std::string, std::less<>>& query)
{
    const auto redirect = oidcField(query, "redirect_uri");
    const auto state = oidcField(query, "state");
    const auto code = uuid7(clock_.now(), ids_);
    const auto known = oidcStates_.find(state);
    if (known == oidcStates_.end() || known->second.redirect != redirect)
        return providerSays(400, "<p>Unknown redirect_uri.</p>");
    known->second.code = code;
    if (oidcField(query, "response_mode") == "form_post")
        return providerSays(200, "<form method=\"post\" action=\"" + redirect + "\"><input type=\"hidden\" name=\"state\" value=\"" + state +
                                     "\"><input type=\"hidden\" name=\"code\" value=\"" + code +
                                     "\"></form><script>document.forms[0].submit()</script>");
    return providerSays(302, {}, redirect + "?code=" + code + "&state=" + oidcEscaped(state));
}

VaultAnswer VaultLogins::oidcCallback(Method& method, const std::string& mount, const EngineCall& call)
{
    const auto found = oidcStates_.find(oidcField(call.query, "state"));
    if (found == oidcStates_.end() || found->second.mount != mount || found->second.ends <= clock_.now())
        return vaultErrors(400, "Vault login failed. Expired or missing OAuth state.");
    const auto state = found->second;
    oidcStates_.erase(found); // good for one try
    if (!state.clientNonce.empty() && oidcField(call.query, "client_nonce") != state.clientNonce)
        return vaultErrors(400, "invalid client_nonce");
    const auto role = method.roles.find(state.role);
    if (role == method.roles.end())
        return vaultErrors(400, "Vault login failed. Role could not be found");
    const auto code = oidcField(call.query, "code");
    if (code.empty())
        return vaultErrors(400, "Vault login failed. No code or id_token received.");
    if (code != state.code)
        return vaultErrors(400, R"(Vault login failed. Error exchanging oidc code: "oauth2: cannot fetch token: 400 Bad Request".)");
    return grant(role->second, Json::Object{{"role", state.role}}, mount + "-person", "auth/" + mount + "/oidc/callback");
}

} // namespace drover::sandbox
