// SPDX-License-Identifier: Apache-2.0
#include "main/CloudStores.h"

#include "ports/Timer.h"
#include "services/KeychainStore.h"
#include "services/SecretRefs.h"
#include "services/VaultStore.h"
#include "services/WorkspaceDb.h"

#include <utility>

namespace drover {
namespace {

using vault::AuthMethod;

constexpr const char* podToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

std::optional<std::string> given(const char* name)
{
    auto value = environmentVariable(name);
    return value && !value->empty() ? value : std::nullopt;
}

struct VaultOpener {
    SecretRefs refs; // what opens the store cannot be in it: no store to resolve by
    std::filesystem::path folder;
    WorkspaceConfig::Vault vault;

    const SecretRef& ref() const
    {
        switch (vault.auth) {
        case AuthMethod::appRole: return vault.secretId;
        case AuthMethod::userpass: return vault.password;
        case AuthMethod::kubernetes:
        case AuthMethod::jwt: return vault.jwt;
        case AuthMethod::token:
        case AuthMethod::oidc: break; // a person logs in
        }
        return vault.token;
    }
    const char* setting() const
    {
        switch (vault.auth) {
        case AuthMethod::appRole: return "vault.secret_id";
        case AuthMethod::userpass: return "vault.password";
        case AuthMethod::kubernetes:
        case AuthMethod::jwt: return "vault.jwt";
        case AuthMethod::token:
        case AuthMethod::oidc: break; // a person logs in
        }
        return "vault.token";
    }
};

Result<Secret> platformSecret(const std::filesystem::path& file)
{
    auto secret = secretOfPlatformFile(file);
    if (!secret.has_value())
        return at("vault.jwt", std::move(secret).error());
    return secret;
}

Task<Result<Secret>> vaultCredential(std::shared_ptr<VaultOpener> opener, Deadline deadline)
{
    const auto method = opener->vault.auth;
    if (method == AuthMethod::token) {
        if (auto token = given("VAULT_TOKEN"))
            co_return Secret::taking(*token);
    }
    auto ref = opener->ref();
    // The cluster makes these files and sets their rights.
    if (method == AuthMethod::kubernetes && ref.kind == SecretRef::Kind::none)
        co_return platformSecret(podToken);
    if (method == AuthMethod::kubernetes && ref.kind == SecretRef::Kind::file)
        co_return platformSecret(opener->folder / ref.name);
    if (ref.kind == SecretRef::Kind::none)
        co_return Error{Errc::unauthorized,
                        method == AuthMethod::token ? "no Vault token: set VAULT_TOKEN, or this to env:NAME or file:PATH, or vault.auth"
                                                    : "no credentials: set it to env:NAME or file:PATH",
                        opener->setting()};
    auto resolving = opener->refs.resolve(std::move(ref), deadline);
    auto secret = co_await std::move(resolving);
    if (!secret.has_value())
        co_return at(opener->setting(), std::move(secret).error());
    co_return secret;
}

VaultAuth authOf(const WorkspaceConfig::Vault& vault)
{
    VaultAuth auth;
    auth.method = vault.auth;
    auth.mount = vault.authMount;
    auth.name = vault.auth == AuthMethod::appRole    ? vault.roleId
                : vault.auth == AuthMethod::userpass ? vault.username
                                                     : vault.role;
    auth.callbackPort = vault.callbackPort;
    auth.wrapped = vault.auth == AuthMethod::appRole && vault.secretIdWrapped;
    return auth;
}

MountMemory memoryIn(Audit& facts)
{
    return {[&facts](std::string name) { return facts.fact(std::move(name)); },
            [&facts](std::string name, std::string value) { return facts.setFact(std::move(name), std::move(value)); }};
}

} // namespace

Result<std::unique_ptr<SecretStore>> makeVaultStore(const WorkspaceConfig& config, std::filesystem::path folder, Surroundings around,
                                                    WorkspaceDb* db)
{
    auto vault = config.vault;
    if (given("VAULT_TOKEN"))
        vault.auth = AuthMethod::token; // for this run
    VaultSettings settings;
    settings.address = given("VAULT_ADDR").value_or(vault.address);
    settings.nameSpace = given("VAULT_NAMESPACE").value_or(vault.vaultNamespace);
    settings.mount = vault.mount;
    settings.path = vault.path;
    settings.caFile = vault.caFile;
    settings.workspace = config.id;
    settings.auth = authOf(vault);
    if (settings.address.empty())
        return Error{Errc::invalidInput, "the store is Vault, but it has no address", "vault.address"};
    std::shared_ptr<SecretStore> keep;
    const bool person = settings.auth.method == AuthMethod::oidc;
    if (person || (settings.auth.wrapped && !vault.keepInMemory))
        keep = std::make_shared<KeychainStore>(config.id, db != nullptr ? &db->secretIndex() : nullptr, around.clock);
    SecretRefs refs{nullptr, folder, environmentVariable};
    auto opener = std::make_shared<VaultOpener>(VaultOpener{std::move(refs), std::move(folder), std::move(vault)});
    VaultSession::Credential credential = [opener](Deadline deadline) { return vaultCredential(opener, deadline); };
    return std::unique_ptr<SecretStore>{std::make_unique<VaultStore>(around.http, std::move(settings), std::move(credential),
                                                                     std::move(keep), around.clock, Random{around.random()}, delay,
                                                                     db != nullptr ? memoryIn(db->audit()) : MountMemory{})};
}

} // namespace drover
