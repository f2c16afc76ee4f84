// SPDX-License-Identifier: Apache-2.0
#include "app/SettingsService.h"

#include "app/Deed.h"
#include "app/KeyPublishing.h"
#include "app/KeyService.h"
#include "domain/keys/RotationSchedule.h"
#include "ports/BrowserLogin.h"
#include "protocol/config/WorkspaceConfig.h"
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration settingsDeadline = 15s;
constexpr std::string_view settingsFile = "drover.toml";

Task<Result<bool>> isKeyId(Ports& ports, std::string name)
{
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports.inventory.keys());
    co_return std::ranges::find(records, name, &KeyRecord::id) != records.end();
}

Task<Result<void>> checkSecretName(Ports& ports, std::string name)
{
    if (name.empty() || name.find_first_of(" \t/\\\"|") != std::string::npos)
        co_return Error{Errc::invalidInput, "a name has no spaces, slashes, quotes or bars", "NAME"};
    if (isReservedKeyId(name))
        co_return Error{Errc::invalidInput, "the name \"" + name + "\" is reserved", "NAME"};
    DROVER_CO_TRY(const bool key, co_await isKeyId(ports, name));
    if (key)
        co_return Error{Errc::invalidInput, name + " is a key: use keys add, keys verify", "NAME"};
    co_return Result<void>{};
}

Task<std::optional<ConfigService::Finding>> redisFinding(Ports& ports)
{
    if (!ports.checkRedis)
        co_return std::nullopt;
    Result<void> usable = co_await ports.checkRedis(Deadline::in(ports.clock, settingsDeadline));
    if (usable.has_error())
        co_return ConfigService::Finding{true, usable.error().where.empty() ? "redis.url" : "redis.url: " + usable.error().where,
                                         usable.error().what, usable.error().code};
    const Result<SealedKeys> sealed = co_await ports.routing.keys(Deadline::in(ports.clock, settingsDeadline));
    if (sealed.has_value() && sealed->empty())
        co_return ConfigService::Finding{false, "redis.url",
                                         "Redis holds no sealed key of this workspace yet: keys verify of any key writes them all"};
    co_return std::nullopt;
}

} // namespace

Task<Result<void>> SecretsService::set(std::string name, Secret value)
{
    DROVER_CO_CHECK(co_await checkSecretName(ports_, name));
    if (value.empty())
        co_return Error{Errc::invalidInput, "no value was given", "stdin"};
    const Deadline deadline = Deadline::in(ports_.clock, settingsDeadline);
    std::uint64_t version = 0;
    const Result<StoredSecret> stored = co_await ports_.secrets.read(name, deadline);
    if (stored.has_value())
        version = stored->version;
    else if (stored.error().code != Errc::notFound)
        co_return stored.error();
    StoredSecret entry;
    entry.value = std::move(value);
    entry.notes = {{"created_by", ports_.actor}, {"created_at", formatTime(ports_.clock.now())}};
    DROVER_CO_CHECK(co_await ports_.secrets.write(name, std::move(entry), version, deadline));
    co_return co_await ports_.audit.record(deedNow(ports_, "secret.set", name));
}

Task<Result<std::vector<std::string>>> SecretsService::list()
{
    DROVER_CO_TRY(std::vector<std::string> names,
                  co_await ports_.secrets.list(Deadline::in(ports_.clock, settingsDeadline)));
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    std::erase_if(names, [&](const std::string& name) {
        return isReservedKeyId(name) || std::ranges::find(records, name, &KeyRecord::id) != records.end();
    });
    std::ranges::sort(names);
    co_return names;
}

Task<Result<void>> SecretsService::erase(std::string name)
{
    DROVER_CO_CHECK(co_await checkSecretName(ports_, name));
    const Deadline deadline = Deadline::in(ports_.clock, settingsDeadline);
    DROVER_CO_CHECK(co_await ports_.secrets.read(name, deadline));
    DROVER_CO_CHECK(co_await ports_.secrets.remove(name, deadline));
    co_return co_await ports_.audit.record(deedNow(ports_, "secret.delete", name));
}

Task<bool> SecretsService::wantsLogin()
{
    BrowserLogin* login = ports_.secrets.browserLogin();
    if (!login)
        co_return false;
    const Result<void> there = co_await login->checkLogin(Deadline::in(ports_.clock, settingsDeadline));
    // A store that is away will say so itself.
    co_return there.has_error() && (there.error().code == Errc::unauthorized || there.error().code == Errc::unavailable || there.error().code == Errc::locked);
}

Task<Result<SecretsService::Login>> SecretsService::logIn(std::function<void(const std::string& address)> show, bool keep)
{
    BrowserLogin* login = ports_.secrets.browserLogin();
    if (!login)
        co_return Error{Errc::refused, "this workspace's store of secrets logs in by itself; only vault.auth = \"oidc\" asks for a person", "secrets.store"};
    if (keep) {
        Result<void> keeps = co_await login->checkKeeping(Deadline::in(ports_.clock, settingsDeadline));
        if (keeps.has_error()) {
            Error error = std::move(keeps).error();
            error.what += "; without a keychain a login ends with the program that asked for it: log in within migrate start or another command at a terminal, "
                          "in the console, or set VAULT_TOKEN for one run";
            co_return error;
        }
    }
    DROVER_CO_TRY(const BrowserLogin::Done done, co_await login->logIn(std::move(show)));
    warnUnlessNoted(ports_, "a login was not noted in the audit", "audit",
                    co_await ports_.audit.record(deedNow(ports_, "secrets.login", ports_.secrets.kind())));
    co_return Login{ports_.secrets.kind(), done.until, done.notKept};
}

Task<Result<std::string>> ConfigService::get(std::string key)
{
    DROVER_CO_TRY(const std::string toml, co_await ports_.files.read(std::string(settingsFile)));
    co_return getConfigValue(toml, key, settingsFile);
}

Task<Result<void>> ConfigService::set(std::string key, std::string value)
{
    DROVER_CO_TRY(const std::string toml, co_await ports_.files.read(std::string(settingsFile)));
    DROVER_CO_TRY(std::string changed, setConfigValue(toml, key, value, settingsFile));
    DROVER_CO_TRY(const WorkspaceConfig config, parseConfig(changed, settingsFile));
    if (config.id != ports_.config.id)
        co_return Error{Errc::refused, "the workspace's id cannot change: its keys are sealed for it", "workspace.id"};
    DROVER_CO_CHECK(co_await ports_.files.write(std::string(settingsFile), std::move(changed)));
    ports_.config = config;
    co_return co_await ports_.audit.record(deedNow(ports_, "config.set", key));
}

Task<Result<std::vector<ConfigService::Finding>>> ConfigService::check()
{
    std::vector<Finding> findings;
    const auto wrong = [&](std::string where, std::string what, Errc code = Errc::invalidInput) {
        findings.push_back({true, std::move(where), std::move(what), code});
    };
    const auto notice = [&](std::string where, std::string what) {
        findings.push_back({false, std::move(where), std::move(what)});
    };
    DROVER_CO_TRY(const std::string toml, co_await ports_.files.read(std::string(settingsFile)));
    std::vector<std::string> unknown;
    DROVER_CO_TRY(const WorkspaceConfig config, parseConfig(toml, settingsFile, &unknown));
    for (const std::string& key : unknown)
        notice(key, "nobody knows this setting; it is kept and ignored");
    for (const std::string_view needed : {"legacy", "holysheep"}) {
        const auto target = config.targets.find(std::string(needed));
        if (target == config.targets.end() || target->second.openai.empty())
            wrong("targets." + std::string(needed) + ".openai", "the target has no address");
    }
    for (const auto& [name, target] : config.targets) {
        if (!ports_.config.targets.contains(name))
            continue; // written since the workspace was opened
        if (issuerKind(target) == TargetConfig::Issuer::Kind::holysheep && issuerKey(target).kind == SecretRef::Kind::none)
            continue; // ADMIN_KEY, or the current key
        const Result<Secret> credential = co_await issuingCredential(ports_, name, {});
        if (!credential.has_value())
            wrong(credential.error().where, credential.error().what, credential.error().code);
    }
    const Result<MigrationPolicy> policy = ports_.policy(config.policy);
    if (!policy.has_value())
        wrong(policy.error().where.empty() ? "policy.name" : policy.error().where, policy.error().what);
    if (policy.has_value()) {
        const std::string& when = config.rotationSchedule.empty() ? policy->rotation.schedule : config.rotationSchedule;
        const Result<CronTime> time = CronTime::parse(when);
        const Result<void> kept = time.has_value() ? checkSchedule(*time, policy->rotation) : Result<void>{time.error()};
        if (when != "off" && kept.has_error())
            notice("rotation.schedule", "no agent can keep it: " + kept.error().what);
    }
    const Result<void> store = co_await ports_.secrets.check(Deadline::in(ports_.clock, settingsDeadline));
    if (!store.has_value())
        wrong(store.error().where.empty() ? ports_.secrets.kind() : store.error().where, store.error().what, store.error().code);
    if (auto redis = co_await redisFinding(ports_))
        findings.push_back(std::move(*redis));
    const Deadline deadline = Deadline::in(ports_.clock, settingsDeadline); // of its own: a store that hangs used up the first
    const Result<std::optional<RoutingDocument>> document = co_await ports_.routing.read(deadline);
    if (!document.has_value())
        wrong(document.error().where, document.error().what);
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports_.inventory.keys());
    for (const auto& [name, target] : config.targets)
        if (!std::ranges::any_of(records, [&](const KeyRecord& r) { return r.target == name && isLive(r.state); }))
            notice("targets." + name, "no proven key yet: keys add, then keys verify");
    const Result<ClientTokens> tokens = co_await ports_.routing.tokens(deadline);
    if (!tokens.has_value())
        wrong(tokens.error().where, tokens.error().what);
    else if (tokens->empty())
        notice("gateway/tokens.json", "no client token yet: tokens create NAME");
    const Result<std::vector<GatewayAck>> acks = co_await ports_.routing.acks(deadline);
    const bool alive = acks.has_value() && std::ranges::any_of(*acks, [&](const GatewayAck& ack) {
        return ports_.clock.now() - ack.at <= Duration{3s};
    });
    if (!alive)
        notice("gateway", "no gateway is running: gateway start");
    co_return findings;
}

Task<Result<std::optional<Consent>>> ConsentService::given(std::string target)
{
    DROVER_CO_TRY(const std::optional<std::string> fact, co_await ports_.audit.fact("consent:" + target));
    if (!fact)
        co_return std::optional<Consent>{};
    DROVER_CO_TRY(const auto object, parseJsonObject(*fact));
    JsonFields fields{object};
    Consent consent;
    consent.by = fields.textOr("by", {});
    consent.at = fields.time("at");
    if (fields.failed())
        co_return *fields.error();
    co_return std::optional<Consent>{consent};
}

Task<Result<void>> ConsentService::give(std::string target, std::string reason)
{
    if (!ports_.config.targets.contains(target))
        co_return Error{Errc::invalidInput, "drover.toml has no target \"" + target + "\"", "--consent"};
    std::string fact;
    JsonWriter json{fact};
    json.beginObject().field("by", ports_.actor).field("at", ports_.clock.now()).endObject();
    DROVER_CO_CHECK(co_await ports_.audit.setFact("consent:" + target, fact));
    co_return co_await ports_.audit.record(deedNow(ports_, "consent", target, std::move(reason)));
}

Task<Result<void>> ConsentService::require(std::string target)
{
    if (ports_.config.sandbox)
        co_return Result<void>{};
    DROVER_CO_TRY(const std::optional<Consent> consent, co_await given(target));
    if (!consent)
        co_return Error{Errc::refused,
                        "prompts would go to " + target + " and nobody has agreed to that yet: say so with --consent " +
                            target,
                        "consent"};
    co_return Result<void>{};
}

} // namespace drover::app
