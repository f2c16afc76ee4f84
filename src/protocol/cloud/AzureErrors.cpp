// SPDX-License-Identifier: Apache-2.0
#include "protocol/cloud/Azure.h"

#include "protocol/json/JsonReader.h"
#include "protocol/routing/Sealing.h"

#include <algorithm>

namespace drover::azure {
namespace {

struct Told {
    std::string code;
    std::string inner;
    std::string message;
};

Told toldBy(const cloud::Reply& reply)
{
    Told told;
    const auto parsed = parseJsonObject(reply.body);
    if (!parsed.has_value()) {
        told.message = std::string(reply.body.substr(0, 300));
        return told;
    }
    JsonFields fields{*parsed};
    fields.object("error", [&](JsonFields& error) {
        told.code = error.textOr("code", {});
        told.message = error.textOr("message", {});
        error.object("innererror", [&](JsonFields& inner) { told.inner = inner.textOr("code", {}); });
    });
    return told;
}

bool tells(const Told& told, std::string_view part)
{
    return told.inner.find(part) != std::string::npos || told.message.find(part) != std::string::npos;
}

Error said(Errc code, std::string what, const Told& told)
{
    return cloud::failure(code, std::move(what), "Azure", told.message);
}

Error forbidden(const Told& told, std::string_view right)
{
    if (told.inner == "SecretDisabled" || tells(told, "disabled secret"))
        return said(Errc::refused, "the newest version is disabled: enable it or write a new one", told);
    if (tells(told, "ForbiddenByFirewall") || tells(told, "firewall"))
        return said(Errc::forbidden, "the vault's firewall keeps this machine out: add its address under Networking", told);
    return said(Errc::forbidden,
                "the app may not do this: give it the role Key Vault Secrets Officer, or the right " + std::string(right) +
                    " in the vault's access policies",
                told);
}

Error conflict(const Told& told)
{
    if (tells(told, "ObjectIsDeletedButRecoverable") || tells(told, "deleted but recoverable"))
        return said(Errc::refused,
                    "a deleted entry of this name is still kept: `az keyvault secret recover` or `purge` it, or take another name", told);
    if (tells(told, "ObjectIsBeingDeleted") || tells(told, "ObjectIsBeingRecovered"))
        return said(Errc::unavailable, "the entry is just being deleted or recovered; try again shortly", told);
    return said(Errc::conflict, "the entry was changed by somebody else", told);
}

// `name="value"` or `name=value` within a challenge.
std::string parameter(std::string_view challenge, std::string_view name)
{
    for (auto at = challenge.find(name); at != std::string_view::npos; at = challenge.find(name, at + 1)) {
        const bool whole = at == 0 || challenge[at - 1] == ' ' || challenge[at - 1] == ',';
        auto rest = challenge.substr(at + name.size());
        if (!whole || !rest.starts_with('='))
            continue;
        rest.remove_prefix(1);
        if (rest.starts_with('"')) {
            rest.remove_prefix(1);
            return std::string(rest.substr(0, rest.find('"')));
        }
        return std::string(rest.substr(0, rest.find_first_of(", ")));
    }
    return {};
}

std::string_view withoutPort(std::string_view host)
{
    const auto bracket = host.starts_with('[') ? host.find(']') : 0;
    return host.substr(0, host.find(':', bracket));
}

// Both are a tenant's id; a domain name can stand for the same tenant and cannot be compared.
bool isTenantId(std::string_view text)
{
    return text.size() == 36 && std::ranges::count(text, '-') == 4;
}

} // namespace

bool isDisabled(const cloud::Reply& reply)
{
    return reply.status == 403 && errorOf(reply, "get").code == Errc::refused;
}

Error errorOf(const cloud::Reply& reply, std::string_view right)
{
    const Told told = toldBy(reply);
    switch (reply.status) {
    case 400: return said(Errc::invalidInput, "Azure refused the request", told);
    case 401: return said(Errc::unauthorized, "the vault refuses the token: check azure.tenant and azure.client_id", told);
    case 403: return forbidden(told, right);
    case 404: break;
    case 409: return conflict(told);
    case 413: return said(Errc::invalidInput, "the entry is too large: Key Vault takes 25 kB", told);
    case 429: {
        const auto after = reply.header ? reply.header("retry-after") : std::nullopt;
        return said(Errc::rateLimited, "the vault limits the rate of requests" + (after ? "; try again in " + std::string(*after) + " s" : ""), told);
    }
    default: break;
    }
    if (reply.status == 404 && !told.code.empty())
        return Error{Errc::notFound, "there is no such entry", {}};
    if (reply.status >= 500)
        return said(Errc::unavailable, "Key Vault failed with status " + std::to_string(reply.status), told);
    return said(Errc::protocol, "status " + std::to_string(reply.status) + " is no answer of Key Vault: check azure.vault_url", told);
}

Result<Challenge> parseChallenge(const cloud::Reply& reply, std::string_view vaultUrl)
{
    const auto header = reply.header ? reply.header("www-authenticate") : std::nullopt;
    if (reply.status != 401 || !header)
        return Error{Errc::protocol, "a call without a token was not answered as by a Key Vault: check azure.vault_url", {}};
    std::string address = parameter(*header, "authorization");
    if (address.empty())
        address = parameter(*header, "authorization_uri");
    std::string resource = parameter(*header, "resource");
    if (resource.empty())
        resource = parameter(*header, "scope");
    if (resource.ends_with("/.default"))
        resource.resize(resource.size() - std::string_view("/.default").size());
    const auto vault = hostOfUrl(vaultUrl);
    const auto theirs = hostOfUrl(resource);
    if (address.empty() || !vault.has_value() || !theirs.has_value())
        return Error{Errc::protocol, "the vault does not say where its tokens come from: check azure.vault_url", {}};
    const auto host = withoutPort(*vault);
    const auto domain = withoutPort(*theirs);
    if (host != domain && !host.ends_with("." + std::string(domain)))
        return Error{Errc::refused, "the host " + std::string(host) + " asks for a token of " + std::string(domain) +
                                        ", which is not its own: no token is sent; check azure.vault_url", {}};
    Challenge made;
    const auto path = address.find('/', address.find("//") + 2);
    made.authority = address.substr(0, path);
    if (path != std::string::npos) {
        made.tenant = address.substr(path + 1);
        made.tenant = made.tenant.substr(0, made.tenant.find('/'));
    }
    made.scope = resource + "/.default";
    return made;
}

Result<std::string> tenantFor(const Challenge& challenge, std::string_view authority, std::string_view tenant)
{
    const auto trusted = hostOfUrl(authority);
    const auto named = hostOfUrl(challenge.authority);
    // login.windows.net is the old name of the same service.
    const bool same = trusted.has_value() && named.has_value() &&
                      (*trusted == *named || (*trusted == "login.microsoftonline.com" && *named == "login.windows.net"));
    if (!same)
        return Error{Errc::refused,
                     "the vault names " + challenge.authority + " for tokens, not " + std::string(authority) +
                         ": the client secret goes to the latter alone; set azure.authority where that is meant",
                     {}};
    if (tenant.empty() && challenge.tenant.empty())
        return Error{Errc::invalidInput, "the vault does not name its tenant", "azure.tenant"};
    if (tenant.empty())
        return challenge.tenant;
    if (isTenantId(tenant) && isTenantId(challenge.tenant) && tenant != challenge.tenant)
        return Error{Errc::refused, "the vault belongs to the tenant " + challenge.tenant, "azure.tenant"};
    return std::string(tenant);
}

} // namespace drover::azure
