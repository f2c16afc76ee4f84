// SPDX-License-Identifier: Apache-2.0
#include "app/KeyPublishing.h"

#include "app/RoutingDesk.h"
#include "protocol/routing/Sealing.h"

#include <algorithm>
#include <utility>

namespace drover::app {
namespace {

constexpr Duration publishingTime = 10s;
constexpr Duration othersPublishing = 30s; // they read a secret store meanwhile
constexpr int publishingRetries = 5;
constexpr const char* keysFile = "gateway/keys.json";
constexpr std::string_view production = "production";
constexpr std::string_view othersProduction = "production-";

Deadline soonFor(const Ports& ports)
{
    return Deadline::in(ports.clock, publishingTime);
}

std::optional<Secret> fromEnvironment(const Ports& ports, const char* name)
{
    if (!ports.environment)
        return std::nullopt;
    return ports.environment(name);
}

const KeyRecord* bestKey(const std::vector<KeyRecord>& keys, const std::string& target)
{
    const KeyRecord* best = nullptr;
    for (const KeyRecord& key : keys) {
        if (key.target != target || !isLive(key.state))
            continue;
        const auto rank = [](const KeyRecord& k) { return std::pair{k.state == KeyState::current, k.createdAt}; };
        if (best == nullptr || rank(key) > rank(*best))
            best = &key;
    }
    return best;
}

Task<Result<Secret>> referredSecret(Ports& ports, std::string setting, SecretRef ref)
{
    if (ports.resolve) {
        auto secret = co_await ports.resolve(std::move(ref), soonFor(ports));
        if (!secret.has_value())
            co_return at(setting, std::move(secret).error());
        co_return secret;
    }
    if (ref.kind == SecretRef::Kind::environment)
        if (auto value = fromEnvironment(ports, ref.name.c_str()))
            co_return std::move(*value);
    co_return Error{Errc::notFound, "this refers to nothing here", setting + ": " + writeSecretRef(ref)};
}

// Whether what gateways have is the key that the inventory means.
bool holdsTheKey(const SealedKey& sealed, const std::string& workspace, const KeyRecord& record, const std::vector<Kek>& keks)
{
    const auto opened = openKey(keks, workspace, record.id, sealed);
    return opened.has_value() && fingerprintOf(*opened) == record.fingerprint;
}

// The store's copy for gateways. Where it has none, one key's loss must not hold up the others': what gateways have already they keep,
// sealed for the hosts it was sealed for, and else the key is left out. Both are said.
Task<Result<std::optional<SealedKey>>> sealFromStore(Ports& ports, const KeyRecord& record, const std::vector<std::string>& hosts,
                                                     const std::vector<Kek>& keks, const SealedKey* held)
{
    const auto stored = co_await ports.secrets.read(record.id, soonFor(ports));
    if (stored.has_value())
        co_return std::optional{sealKey(keks.front(), ports.config.id, record.id, hosts, stored->value)};
    if (stored.error().code != Errc::notFound)
        co_return at("key " + record.id, stored.error());
    const std::string what = held != nullptr ? "the store has lost a live key: gateways keep the copy they have"
                                             : "the store has lost a live key, and gateways have no copy: it is left out";
    ports.log.warn(what, {{"key_id", std::string_view{record.id}}, {"target", std::string_view{record.target}}});
    co_return held != nullptr ? std::optional{*held} : std::optional<SealedKey>{};
}

Task<Result<void>> publishOnce(Ports& ports)
{
    // From reading the inventory to writing the file: else a key that another process has just proven is lost.
    DROVER_CO_TRY(const std::unique_ptr<Subscription> alone,
                  co_await ports.files.lock(keysFile, Deadline::in(ports.clock, othersPublishing)));
    DROVER_CO_TRY(Secret lines, co_await kekLines(ports));
    DROVER_CO_TRY(const std::vector<Kek> keks, parseKekLines(lines));
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports.inventory.keys());
    DROVER_CO_TRY(const SealedKeys before, co_await ports.routing.keys(soonFor(ports)));
    SealedKeys after;
    for (const KeyRecord& record : records) {
        const auto target = ports.config.targets.find(record.target);
        if (!isLive(record.state) || target == ports.config.targets.end())
            continue;
        DROVER_CO_TRY(const std::vector<std::string> hosts, hostsOf(target->second));
        const auto old = before.find(record.id);
        const SealedKey* held = old == before.end() ? nullptr : &old->second;
        if (held != nullptr && holdsTheKey(*held, ports.config.id, record, keks) && held->hosts == hosts && held->kek == keks.front().id) {
            after.emplace(record.id, *held); // the store need not be asked
            continue;
        }
        DROVER_CO_TRY(std::optional<SealedKey> sealed, co_await sealFromStore(ports, record, hosts, keks, held));
        if (sealed)
            after.emplace(record.id, std::move(*sealed));
    }
    if (after == before)
        co_return Result<void>{};
    co_return co_await ports.routing.writeKeys(std::move(after), before, soonFor(ports));
}

} // namespace

Task<Result<Secret>> kekLines(Ports& ports)
{
    auto stored = co_await ports.secrets.read(kekName, soonFor(ports));
    if (stored.has_value())
        co_return std::move(stored->value);
    if (stored.error().code != Errc::notFound)
        co_return stored.error();
    const Kek kek = makeKek();
    StoredSecret fresh;
    fresh.value = writeKekLine(kek);
    fresh.notes = {{"created_by", ports.actor}, {"created_at", formatTime(ports.clock.now())}};
    Secret lines = fresh.value.duplicate();
    auto written = co_await ports.secrets.write(kekName, std::move(fresh), 0, soonFor(ports));
    if (written.has_value())
        co_return lines;
    if (written.error().code != Errc::conflict)
        co_return written.error();
    // Another process made one at the same moment: theirs counts.
    auto theirs = co_await ports.secrets.read(kekName, soonFor(ports));
    if (!theirs.has_value())
        co_return theirs.error();
    co_return std::move(theirs->value);
}

Result<std::vector<std::string>> hostsOf(const TargetConfig& target)
{
    std::vector<std::string> urls{target.openai, target.anthropic};
    for (const auto& [region, url] : target.regions)
        urls.push_back(url);
    std::vector<std::string> hosts;
    for (const std::string& url : urls) {
        if (url.empty())
            continue;
        auto host = hostOfUrl(url);
        if (!host.has_value())
            return at("targets." + target.name, host.error());
        if (std::ranges::find(hosts, *host) == hosts.end())
            hosts.push_back(*host);
    }
    return hosts;
}

Task<Result<void>> publishKeys(Ports& ports)
{
    // The lock is this machine's; Redis has writers on others.
    Result<void> published = co_await publishOnce(ports);
    for (int left = publishingRetries; left > 0 && published.has_error() && published.error().code == Errc::conflict; --left)
        published = co_await publishOnce(ports);
    co_return published;
}

Task<Result<void>> ensureWeights(Ports& ports, std::string target)
{
    RoutingDesk desk{ports};
    DROVER_CO_TRY(const std::optional<RoutingDocument> document, co_await desk.read());
    if (document) {
        const auto found = document->targets.find(target);
        if (found != document->targets.end() && !found->second.keys.empty())
            co_return Result<void>{};
    }
    DROVER_CO_TRY(const std::vector<KeyRecord> records, co_await ports.inventory.keys());
    const KeyRecord* best = bestKey(records, target);
    if (best == nullptr)
        co_return Error{Errc::notFound, "no proven key of target " + target + ": add one (keys add) and verify it", {}};
    const std::string id = best->id;
    std::map<std::string, double> weights{{id, 1.0}};
    DROVER_CO_CHECK(co_await desk.setWeights(target, std::move(weights)));
    co_return Result<void>{};
}

Task<Result<Secret>> issuingCredential(Ports& ports, std::string target, std::string currentKey)
{
    using Kind = TargetConfig::Issuer::Kind;
    const TargetConfig& config = ports.config.targets.at(target);
    const Kind kind = issuerKind(config);
    const std::string settings = "targets." + target + ".issuer.";
    if (kind == Kind::person)
        co_return Secret{};
    if (kind == Kind::openai && config.issuer.project.empty())
        co_return Error{Errc::invalidInput, "OpenAI's admin API takes the project whose service accounts hold the keys: set it to its id",
                        settings + "project"};
    if (const SecretRef admin = issuerKey(config); admin.kind != SecretRef::Kind::none)
        co_return co_await referredSecret(ports, settings + "admin_key", admin);
    if (auto admin = fromEnvironment(ports, "ADMIN_KEY"))
        co_return std::move(*admin);
    if (!currentKey.empty()) {
        auto stored = co_await ports.secrets.read(currentKey, soonFor(ports));
        if (stored.has_value())
            co_return std::move(stored->value);
        auto promoted = co_await ports.secrets.read(productionName(target), soonFor(ports)); // a lost key may live on there
        if (stored.error().code == Errc::notFound && promoted.has_value() && promoted->notes["key_id"] == currentKey)
            co_return std::move(promoted->value);
        co_return at("key " + currentKey, stored.error());
    }
    if (auto first = fromEnvironment(ports, "HOLYSHEEP_API_KEY"))
        co_return std::move(*first);
    co_return Error{Errc::notFound,
                    "nothing to ask target " + target + " for a key with: add a key (keys add), or set ADMIN_KEY", {}};
}

std::string productionName(std::string_view target)
{
    return target == "holysheep" ? std::string(production) : std::string(othersProduction) + std::string(target);
}

bool isProductionName(std::string_view name)
{
    return name == production || name.starts_with(othersProduction);
}

Task<Result<void>> writeProduction(Ports& ports, std::string target, std::string keyId)
{
    const std::string name = productionName(target);
    DROVER_CO_TRY(StoredSecret key, co_await ports.secrets.read(keyId, soonFor(ports)));
    auto before = co_await ports.secrets.read(name, soonFor(ports));
    std::uint64_t expected = 0;
    if (before.has_value()) {
        if (before->notes["key_id"] == keyId && before->value.equals(key.value))
            co_return Result<void>{};
        expected = before->version;
    } else if (before.error().code != Errc::notFound) {
        co_return before.error();
    }
    StoredSecret next;
    next.value = std::move(key.value);
    next.notes = {{"key_id", keyId}, {"promoted_at", formatTime(ports.clock.now())}};
    DROVER_CO_CHECK(co_await ports.secrets.write(name, std::move(next), expected, soonFor(ports)));
    co_return Result<void>{};
}

Task<Result<std::string>> promotedKey(Ports& ports, std::string target)
{
    auto stored = co_await ports.secrets.read(productionName(target), soonFor(ports));
    if (!stored.has_value() && stored.error().code != Errc::notFound)
        co_return stored.error();
    co_return stored.has_value() ? stored->notes["key_id"] : std::string{};
}

} // namespace drover::app
