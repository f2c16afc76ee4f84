// SPDX-License-Identifier: Apache-2.0
#include "protocol/json/JsonReader.h"
#include "protocol/openai/Errors.h"
#include "protocol/vault/Vault.h"

namespace drover::vault {
namespace {

struct Said {
    std::string errors;   // joined with "; "
    std::string warnings;
    bool isJson = false;
};

std::string joined(JsonFields& fields, std::string_view name)
{
    std::string all;
    for (const auto& text : fields.texts(name))
        all.append(all.empty() ? "" : "; ").append(text);
    return all;
}

Said saidIn(std::string_view body)
{
    const auto parsed = parseJsonObject(body);
    if (!parsed.has_value())
        return {std::string(body.substr(0, 4096)), {}, false};
    JsonFields fields{*parsed};
    return {joined(fields, "errors"), joined(fields, "warnings"), true};
}

bool holds(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

Error vaultError(Errc code, std::string_view what, const Said& said)
{
    const std::string text = excerpt(said.errors); // "1 error occurred:\n\t* permission denied\n\n" in one line
    return Error{code, std::string(what) + (text.empty() ? "" : " (Vault says: " + text + ")"), {}};
}

Error badRequest(const Said& said)
{
    if (holds(said.errors, "missing client token"))
        return vaultError(Errc::unauthorized, "no token was given; set VAULT_TOKEN, vault.token or vault.auth", said);
    if (holds(said.errors, "did not match the current version"))
        return vaultError(Errc::conflict, "the entry was changed by somebody else; read it again, then repeat", said);
    if (holds(said.errors, "Upgrading from non-versioned"))
        return vaultError(Errc::unavailable, "the mount is being upgraded; try again shortly", said);
    if (holds(said.errors, "not renewable") || holds(said.errors, "cannot be renewed"))
        return vaultError(Errc::refused, "this token cannot be renewed; before it ends, make a new one", said);
    if (holds(said.errors, "HTTP request to an HTTPS server"))
        return vaultError(Errc::invalidInput, "this Vault speaks https; set vault.address to https://", {});
    return vaultError(Errc::invalidInput, "Vault refused the request", said);
}

// Vault has no 401. A bad token gives the bare text (newer ones add "invalid token"), a policy a list of one.
Error forbidden(const Said& said)
{
    if (said.errors == "permission denied" || holds(said.errors, "invalid token") || holds(said.errors, "bad token"))
        return vaultError(Errc::unauthorized, "the token is not valid, has expired or was revoked; log in again", said);
    return vaultError(Errc::forbidden, "the token's policies do not allow this, or there is no such mount; check vault.mount and "
                      "vault.namespace, and have a policy grant the path (docs/secret-stores.md)",
                      said);
}

Error absent(const Said& said)
{
    if (holds(said.warnings, "versioned K/V"))
        return Error{Errc::invalidInput, "the mount is KV v2, and this is a path of KV v1", {}};
    if (holds(said.errors, "no handler for route") || holds(said.errors, "unsupported path"))
        return vaultError(Errc::invalidInput, "there is no such path in this Vault", said);
    return Error{Errc::notFound, "there is no such entry", {}};
}

Error limited(const Reply& reply, const Said& said)
{
    if (holds(said.errors, "lease count quota")) // waiting does not help before leases end
        return vaultError(Errc::quota, "Vault's quota of leases is used up; have it raised, or old tokens revoked", said);
    const auto after = reply.header ? reply.header("retry-after") : std::nullopt;
    return vaultError(Errc::rateLimited,
                      "Vault limits the rate of requests; " +
                          (after ? "try again in " + std::string(*after) + " s" : std::string("wait a while, or have the quota raised")),
                      said);
}

} // namespace

Error errorOf(const Reply& reply)
{
    const Said said = saidIn(reply.body);
    switch (reply.status) {
    case 400: return badRequest(said);
    case 401:
    case 403: return forbidden(said);
    case 404: return absent(said);
    case 405: return vaultError(Errc::invalidInput, "this path does not know the method", said);
    case 413: return vaultError(Errc::invalidInput, "the entry is too large for this Vault; have max_request_size raised", said);
    case 429: return limited(reply, said);
    case 412:
        return vaultError(Errc::unavailable, "this Vault node has not caught up with the last write yet; try again shortly", said);
    case 472:
    case 473:
        return vaultError(Errc::unavailable,
                          "this Vault is a standby that cannot answer now; try again, or set vault.address to the active node", said);
    case 501: return Error{Errc::sealed, "Vault is not initialised; run `vault operator init`", {}};
    case 503:
        if (holds(said.errors, "sealed"))
            return Error{Errc::sealed, "Vault is sealed; run `vault operator unseal`", {}};
        return vaultError(Errc::unavailable, "Vault is not available; try again, or look at its log", said);
    default: break;
    }
    if (reply.status >= 300 && reply.status < 400)
        return Error{Errc::unavailable,
                     "this Vault is a standby, and the node it names is none that is active; try again when a leader is elected", {}};
    if (reply.status >= 500)
        return vaultError(Errc::unavailable, "Vault failed with status " + std::to_string(reply.status) + "; its log says why", said);
    return Error{Errc::protocol, "Vault answered with status " + std::to_string(reply.status), {}};
}

} // namespace drover::vault
