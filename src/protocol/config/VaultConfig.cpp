// SPDX-License-Identifier: Apache-2.0
#include "protocol/config/CloudConfig.h"

#include <algorithm>

namespace drover {
namespace {

// What goes into a header or a path as it stands.
std::string plainText(TomlFields& fields, std::string_view key, std::string otherwise)
{
    std::string text = fields.text(key, otherwise);
    if (std::ranges::any_of(text, [](unsigned char c) { return c <= 0x20 || c == 0x7f; }))
        fields.fail(key, "a name without spaces and control characters was expected");
    return text;
}

// "secret/": slashes at the ends are nobody's intent.
std::string placeText(TomlFields& fields, std::string_view key, std::string otherwise)
{
    std::string text = plainText(fields, key, std::move(otherwise));
    while (text.ends_with('/'))
        text.pop_back();
    while (text.starts_with('/'))
        text.erase(0, 1);
    return text;
}

} // namespace

void readVaultStore(TomlFields& fields, WorkspaceConfig::Vault& vault)
{
    vault.vaultNamespace = plainText(fields, "namespace", {});
    vault.mount = placeText(fields, "mount", vault.mount);
    vault.path = placeText(fields, "path", vault.path);
    vault.caFile = fields.text("ca_file", {});
    if (vault.mount.empty())
        fields.fail("mount", "a mount was expected, like \"secret\"");
    if (vault.path.empty())
        fields.fail("path", "a path was expected, like \"holysheep\"");
    vault.auth = vault::AuthMethod(fields.word("auth", {"token", "approle", "userpass", "kubernetes", "jwt", "oidc"}, 0)); // its order
    vault.authMount = placeText(fields, "auth_mount", {});
    vault.token = openingRef(fields, "token");
    vault.roleId = plainText(fields, "role_id", {});
    vault.secretId = openingRef(fields, "secret_id");
    vault.secretIdWrapped = fields.flag("secret_id_wrapped", false);
    vault.keepInMemory = fields.word("keep_secret_id", {"keychain", "memory"}, 0) == 1;
    vault.username = plainText(fields, "username", {});
    vault.password = openingRef(fields, "password");
    vault.role = plainText(fields, "role", {});
    vault.jwt = openingRef(fields, "jwt");
    vault.callbackPort = std::uint16_t(fields.count("callback_port", vault.callbackPort, 1024, 65535));
}

std::string writeVaultStore(const WorkspaceConfig::Vault& vault)
{
    if (vault == WorkspaceConfig::Vault{})
        return {};
    std::string out = tableText("vault", {{"address", vault.address},
                                          {"namespace", vault.vaultNamespace},
                                          {"mount", vault.mount},
                                          {"path", vault.path},
                                          {"ca_file", vault.caFile},
                                          {"auth", std::string(vault::authName(vault.auth))},
                                          {"auth_mount", vault.authMount},
                                          {"token", writeSecretRef(vault.token)},
                                          {"role_id", vault.roleId},
                                          {"secret_id", writeSecretRef(vault.secretId)},
                                          {"keep_secret_id", vault.keepInMemory ? "memory" : ""},
                                          {"username", vault.username},
                                          {"password", writeSecretRef(vault.password)},
                                          {"role", vault.role},
                                          {"jwt", writeSecretRef(vault.jwt)}});
    if (vault.secretIdWrapped)
        out += "secret_id_wrapped = true\n";
    if (vault.callbackPort != WorkspaceConfig::Vault{}.callbackPort)
        out += "callback_port = " + std::to_string(vault.callbackPort) + "\n";
    return out;
}

} // namespace drover
