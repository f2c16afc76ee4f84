// SPDX-License-Identifier: Apache-2.0
#include "cli/Command.h"

#include "app/Answers.h"
#include "app/NewWorkspace.h"
#include "app/SettingsService.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace drover::cli {
namespace {

void takeStoreOptions(const Call& call, WorkspaceConfig& config)
{
    using Backend = WorkspaceConfig::SecretBackend;
    const std::map<std::string, Backend> stores{
        {"vault", Backend::vault}, {"aws", Backend::aws}, {"gcp", Backend::gcp}, {"azure", Backend::azure}};
    if (const auto found = stores.find(call.option("--secrets").value_or("")); found != stores.end())
        config.secrets = found->second;
    config.vault.address = call.option("--vault-address").value_or(config.vault.address);
    config.vault.vaultNamespace = call.option("--vault-namespace").value_or("");
    config.vault.mount = call.option("--vault-mount").value_or(config.vault.mount);
    const std::map<std::string, vault::AuthMethod> methods{{"approle", vault::AuthMethod::appRole},
                                                           {"userpass", vault::AuthMethod::userpass},
                                                           {"kubernetes", vault::AuthMethod::kubernetes},
                                                           {"jwt", vault::AuthMethod::jwt},
                                                           {"oidc", vault::AuthMethod::oidc}};
    if (const auto found = methods.find(call.option("--vault-auth").value_or("")); found != methods.end())
        config.vault.auth = found->second;
    config.aws.region = call.option("--aws-region").value_or("");
    config.gcp.project = call.option("--gcp-project").value_or("");
    config.azure.vaultUrl = call.option("--azure-vault").value_or("");
}

Result<void> takeInitOptions(const Call& call, WorkspaceConfig& config)
{
    if (const auto name = call.option("--name"))
        config.name = *name;
    if (const auto policy = call.option("--policy"))
        config.policy = *policy;
    if (const auto environment = call.option("--environment")) {
        config.environment = *environment == "prod"    ? WorkspaceConfig::Environment::prod
                             : *environment == "stage" ? WorkspaceConfig::Environment::stage
                                                       : WorkspaceConfig::Environment::dev;
    }
    takeStoreOptions(call, config);
    for (const char* target : {"legacy", "holysheep"})
        if (const auto url = call.option(std::string("--") + target))
            app::aimTarget(config, target, *url);
    return {};
}

Task<Result<Answer>> initWorkspace(Context context)
{
    WorkspaceConfig config = app::newWorkspaceConfig(context.call.folder.filename().string());
    DROVER_CO_CHECK(takeInitOptions(context.call, config));
    DROVER_CO_TRY(const WorkspaceConfig made, context.machine.workspaces.create(context.call.folder, std::move(config)));
    Answer answer;
    const std::string folder = context.call.folder.string();
    answer.json = app::textsJson({{"workspace", folder}, {"id", made.id}, {"name", made.name}});
    answer.text = "Made the workspace " + made.id + " in " + folder +
                  ".\nNext: keys add ID --target legacy < key, keys verify ID, the same for holysheep, tokens create "
                  "NAME, gateway start, migrate start.";
    co_return answer;
}

Task<Result<Answer>> getConfig(Context context)
{
    app::ConfigService config{*context.ports};
    const std::string key = context.call.argument("KEY");
    DROVER_CO_TRY(const std::string value, co_await config.get(key));
    co_return Answer{.json = app::textsJson({{"key", key}, {"value", value}}), .text = value};
}

Task<Result<Answer>> setConfig(Context context)
{
    app::ConfigService config{*context.ports};
    const std::string key = context.call.argument("KEY");
    const std::string value = context.call.argument("VALUE");
    DROVER_CO_CHECK(co_await config.set(key, value));
    co_return Answer{.json = app::textsJson({{"key", key}, {"value", value}}),
                     .text = key + " = " + value + "; programs that run keep the old value until they start again"};
}

Task<Result<Answer>> checkConfig(Context context)
{
    app::ConfigService config{*context.ports};
    DROVER_CO_TRY(const std::vector<app::ConfigService::Finding> findings, co_await config.check());
    Answer answer;
    answer.json = app::findingsJson(findings);
    for (const auto& finding : findings) {
        answer.text += (finding.isError ? "error   " : "notice  ") + finding.where + ": " + finding.what + '\n';
        // What the settings themselves get wrong is mended first; a store that is away is another matter.
        if (finding.isError && answer.exit != exitCode(Errc::invalidInput)) {
            answer.exit = exitCode(finding.code);
            answer.error = Error{finding.code, finding.what, finding.where};
        }
    }
    if (findings.empty())
        answer.text = "nothing is wrong";
    co_return answer;
}

Task<Result<Answer>> setSecret(Context context)
{
    const std::string name = context.call.argument("NAME");
    DROVER_CO_TRY(Secret value, context.console.secret("value of " + name + ": "));
    app::SecretsService secrets{*context.ports};
    DROVER_CO_CHECK(co_await secrets.set(name, std::move(value)));
    co_return Answer{.json = app::textsJson({{"name", name}}),
                     .text = "stored; settings refer to it as secret:" + name};
}

Task<Result<Answer>> listSecrets(Context context)
{
    app::SecretsService secrets{*context.ports};
    DROVER_CO_TRY(const std::vector<std::string> names, co_await secrets.list());
    Answer answer;
    answer.json = app::namesJson("secrets", names);
    for (const std::string& name : names)
        answer.text += name + '\n';
    co_return answer;
}

Task<Result<Answer>> deleteSecret(Context context)
{
    const std::string name = context.call.argument("NAME");
    app::SecretsService secrets{*context.ports};
    DROVER_CO_CHECK(co_await secrets.erase(name));
    co_return Answer{.json = app::textsJson({{"name", name}}), .text = "deleted " + name};
}

Task<Result<Answer>> logIn(Context context)
{
    app::SecretsService secrets{*context.ports};
    DROVER_CO_TRY(const app::SecretsService::Login login,
                  co_await secrets.logIn([&](const std::string& address) { showLogin(context.console, address); }, true));
    Answer answer;
    answer.json = app::loginJson(login);
    answer.text = "logged in at " + login.store + (login.until ? ", until " + formatTime(*login.until) + " unless renewed" : "");
    if (login.notKept)
        context.console.say("droverctl: this login ends with this command, since it could not be kept: " + describe(*login.notKept));
    co_return answer;
}

} // namespace

std::vector<Command> workspaceCommands()
{
    const ArgumentSpec key{"KEY", "a setting's name, as gateway.listen"};
    const ArgumentSpec name{"NAME", "the secret's name"};
    std::vector<Command> table;
    table.push_back({"init",
                     "make a workspace",
                     {},
                     {{"--name", "NAME", "what it is called; default: the folder's name"},
                      {"--environment", "ENV", "where its traffic is from", false, "dev|stage|prod"},
                      {"--policy", "P", "playbook, rehearsal or a file"},
                      {"--secrets", "STORE", "where secrets live", false, "keychain|vault|aws|gcp|azure"},
                      {"--vault-address", "URL", "Vault's address"},
                      {"--vault-namespace", "NS", "Vault's namespace"},
                      {"--vault-mount", "MOUNT", "the mount of Vault's KV engine; default: secret"},
                      {"--vault-auth", "METHOD", "how to log in at Vault; config set adds the credentials", false,
                       "token|approle|userpass|kubernetes|jwt|oidc"},
                      {"--aws-region", "REGION", "AWS Secrets Manager's region; config set adds the credentials"},
                      {"--gcp-project", "ID", "GCP Secret Manager's project; config set adds the credentials"},
                      {"--azure-vault", "URL", "Azure Key Vault's address; config set adds the credentials"},
                      {"--legacy", "URL", "base URL of the provider you leave, with /v1"},
                      {"--holysheep", "URL", "base URL of the provider you go to, with /v1"}},
                     false,
                     initWorkspace});
    table.push_back({"config get", "show a setting of drover.toml", {key}, {}, true, getConfig});
    table.push_back({"config set",
                     "change a setting of drover.toml; checked as a whole before it is written",
                     {key, {"VALUE", "its new value"}},
                     {},
                     true,
                     setConfig});
    table.push_back({"config check", "say what would keep a migration from working", {}, {}, true, checkConfig});
    table.push_back({"secrets set", "store a secret, read from stdin or a prompt", {name}, {}, true, setSecret});
    table.push_back({"secrets list", "the names of stored secrets", {}, {}, true, listSecrets});
    table.push_back({"secrets delete", "delete a stored secret", {name}, {}, true, deleteSecret});
    table.push_back({"secrets login", "log in by browser at a store that asks for a person", {}, {}, true, logIn});
    return table;
}

} // namespace drover::cli
