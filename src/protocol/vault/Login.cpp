// SPDX-License-Identifier: Apache-2.0
#include "protocol/vault/Login.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonScan.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/openai/Errors.h"
#include "protocol/vault/VaultPath.h"

#include <array>
#include <utility>

namespace drover::vault {
namespace {

constexpr std::string_view spentWrap =
    "the wrapping token was already used, or has expired; it works once. If it was not this workspace that used it, "
    "somebody else has the secret id: destroy it (vault write auth/approle/role/ROLE/secret-id-accessor/destroy), then make "
    "a new wrapped one (vault write -wrap-ttl=10m -f auth/approle/role/ROLE/secret-id)";

struct MethodWords {
    std::string_view name;   // in settings
    std::string_view first;  // the field of Login::name
    std::string_view second; // the field of Login::secret
    std::string_view refused;
};

// By AuthMethod.
constexpr std::array<MethodWords, 6> methods{{
    {"token", "", "", "Vault does not take the token; make a new one"},
    {"approle", "role_id", "secret_id",
     "Vault refused the AppRole login: the role id or the secret id is wrong, or the secret id is used up or has expired; check "
     "vault.role_id, and make a new secret id (vault write -f auth/approle/role/ROLE/secret-id)"},
    {"userpass", "", "password", "Vault refused the login: the user or the password is wrong; check vault.username and vault.password"},
    {"kubernetes", "role", "jwt",
     "Vault refused the Kubernetes login: check that the role vault.role takes this service account and namespace, and that "
     "Vault can review tokens of this cluster"},
    {"jwt", "role", "jwt",
     "Vault refused the JWT login: check vault.role, its bound claims and audience, and that the JWT has not expired"},
    {"oidc", "role", "", "Vault refused the OIDC login: check vault.role, its bound claims and the rights of the person, then log in again"},
}};

const MethodWords& wordsOf(AuthMethod method)
{
    return methods[std::size_t(method)];
}

std::string mountOf(const Login& login)
{
    return login.mount.empty() ? std::string(authName(login.method)) : login.mount;
}

Request withBody(std::string path, std::string_view nameSpace, std::initializer_list<std::pair<std::string_view, std::string_view>> texts,
                 std::string_view secretField, const Secret& secret)
{
    Request request = requestTo("POST", std::move(path), nameSpace);
    std::string body;
    std::size_t size = 50 + 6 * secret.size(); // no copy of the secret is left behind by growing
    for (const auto& [field, text] : texts)
        size += 6 * text.size() + field.size() + 10;
    body.reserve(size);
    JsonWriter json{body};
    json.beginObject();
    for (const auto& [field, text] : texts)
        json.field(field, text);
    secret.reveal([&](std::string_view plain) { json.field(secretField, plain); });
    json.endObject();
    request.body = Secret::taking(body);
    return request;
}

Error refusedLogin(const Login& login, const Reply& reply)
{
    const Error said = errorOf(reply);
    const auto mount = mountOf(login);
    // A method that is not there asks for a token, since only login paths do without: 400, from 1.10 on 403.
    if (reply.status == 400 && said.code == Errc::unauthorized)
        return Error{Errc::invalidInput,
                     "there is no auth method at auth/" + mount +
                         " of this Vault or namespace; see `vault auth list`, and set vault.auth_mount",
                     "vault.auth_mount"};
    if (reply.status == 404)
        return Error{Errc::invalidInput, "there is no auth method at auth/" + mount + "; see `vault auth list`, and set vault.auth_mount",
                     "vault.auth_mount"};
    if (reply.status != 400 && reply.status != 403)
        return said;
    std::string what(wordsOf(login.method).refused);
    if (reply.status == 403)
        what += "; or there is no auth method at auth/" + mount;
    const auto said400 = said.what.find("(Vault says: ");
    if (said400 != std::string::npos)
        what += " " + said.what.substr(said400);
    return Error{Errc::unauthorized, std::move(what), {}};
}

bool isSpentWrap(const Reply& reply)
{
    return reply.status == 400 || reply.status == 403 || reply.status == 404;
}

// Without a tree, so that the secret has no copies in it.
Secret secretIn(std::string_view body, std::string_view object, std::string_view field)
{
    Secret found;
    JsonScan{body}.members([&](std::string_view key, JsonScan& value) {
        if (key != object || value.kind() != '{')
            return;
        value.members([&](std::string_view name, JsonScan& inner) {
            if (name != field || inner.kind() != '"')
                return;
            auto text = inner.text().value_or(std::string());
            found = Secret::taking(text);
        });
    });
    return found;
}

Error unfit(std::string what)
{
    return Error{Errc::protocol, "this is no answer of Vault: " + std::move(what), {}};
}

} // namespace

std::string_view authName(AuthMethod method)
{
    return wordsOf(method).name;
}

Request loginRequest(const Login& login, std::string_view nameSpace)
{
    const auto& words = wordsOf(login.method);
    const std::string path = "auth/" + escapedPath(mountOf(login)) + "/login";
    if (login.method == AuthMethod::userpass)
        return withBody(path + "/" + escapedPath(login.name), nameSpace, {}, words.second, login.secret);
    return withBody(path, nameSpace, {{words.first, login.name}}, words.second, login.secret);
}

Result<Granted> parseLogin(const Login& login, const Reply& reply)
{
    if (reply.status < 200 || reply.status >= 300)
        return refusedLogin(login, reply);
    Granted granted;
    granted.token = secretIn(reply.body, "auth", "client_token");
    if (granted.token.empty())
        return unfit("the login has no token");
    bool lease = false;
    JsonScan{reply.body}.members([&](std::string_view key, JsonScan& value) {
        if (key != "auth" || value.kind() != '{')
            return;
        value.members([&](std::string_view name, JsonScan& inner) {
            if (name == "lease_duration") {
                const auto count = inner.count();
                lease = count.has_value();
                granted.life = fromSeconds(double(count.value_or(0)));
            } else if (name == "renewable") {
                granted.renewable = inner.flag().value_or(false);
            }
        });
    });
    if (!lease)
        return unfit("the login does not say how long it lasts");
    return granted;
}

Request wrappingLookupRequest(const Secret& wrappingToken, std::string_view nameSpace)
{
    return withBody("sys/wrapping/lookup", nameSpace, {}, "token", wrappingToken);
}

Result<void> checkWrappedSecretId(const Reply& reply, std::string_view mount)
{
    if (isSpentWrap(reply))
        return Error{Errc::unauthorized, std::string(spentWrap), "vault.secret_id"};
    if (reply.status < 200 || reply.status >= 300)
        return errorOf(reply);
    const auto parsed = parseJsonObject(reply.body);
    if (!parsed.has_value())
        return unfit(parsed.error().what);
    JsonFields fields{*parsed};
    std::string path;
    fields.object("data", [&](JsonFields& data) { path = data.textOr("creation_path", {}); });
    if (fields.error())
        return unfit(describe(*fields.error()));
    // In a namespace the path may begin with it.
    const auto role = "auth/" + std::string(mount) + "/role/";
    if (path.find(role) == std::string::npos || !path.ends_with("secret-id"))
        return Error{Errc::refused,
                     "the wrapping token holds no secret id of auth/" + std::string(mount) + " (it was made by " + excerpt(path) +
                         "); do not use it, and ask who handed it out",
                     "vault.secret_id"};
    return {};
}

Request unwrapRequest(std::string_view nameSpace)
{
    return requestTo("POST", "sys/wrapping/unwrap", nameSpace);
}

Result<Secret> parseUnwrapped(const Reply& reply)
{
    if (isSpentWrap(reply))
        return Error{Errc::unauthorized, std::string(spentWrap), "vault.secret_id"};
    if (reply.status < 200 || reply.status >= 300)
        return errorOf(reply);
    Secret found = secretIn(reply.body, "data", "secret_id");
    if (found.empty())
        return unfit("what was unwrapped has no secret_id");
    return found;
}

} // namespace drover::vault
