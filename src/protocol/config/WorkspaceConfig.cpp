// SPDX-License-Identifier: Apache-2.0
#include "protocol/config/WorkspaceConfig.h"

#include "domain/keys/CronTime.h"
#include "protocol/config/CloudConfig.h"
#include "protocol/config/IssuerConfig.h"
#include "protocol/config/LimitsConfig.h"
#include "protocol/config/Toml.h"
#include "protocol/redis/Redis.h"
#include "protocol/routing/Sealing.h"

#include <algorithm>
#include <charconv>

namespace drover {
namespace {

TargetConfig legacyDefault()
{
    TargetConfig target;
    target.name = "legacy";
    target.openai = "https://api.openai.com/v1";
    target.anthropic = "https://api.anthropic.com";
    target.priceBook = "legacy";
    return target;
}

TargetConfig holysheepDefault()
{
    TargetConfig target;
    target.name = "holysheep";
    target.openai = "https://api.holysheep.ai/v1";
    target.anthropic = "https://api.holysheep.ai";
    target.regions = {{"us-east", "https://api-use1.holysheep.ai/v1"},
                      {"us-west", "https://api-usw1.holysheep.ai/v1"},
                      {"eu-west", "https://api-euw1.holysheep.ai/v1"},
                      {"ap-south", "https://api-aps1.holysheep.ai/v1"}};
    target.priceBook = "holysheep";
    return target;
}

// "http://user:password@host": a secret, or half of one, in the open.
bool hasUserInfo(std::string_view text)
{
    const auto begin = text.find("://");
    if (begin == std::string_view::npos)
        return false;
    text.remove_prefix(begin + 3);
    return text.substr(0, text.find_first_of("/?#")).find('@') != std::string_view::npos;
}

// In any setting, also in those that nobody reads yet. The text is not repeated, here and below: it may hold a secret.
void refuseUserInfo(const TomlNode& tree, TomlReport& report)
{
    walkToml(tree, [&](const std::string& path, const TomlNode& value) {
        if (report.error || value.kind != TomlNode::Kind::text || !hasUserInfo(value.text))
            return;
        report.error = Error{Errc::invalidInput,
                             path.ends_with(".http_proxy")
                                 ? "a user name or password has no place in a URL; a proxy that asks for one cannot be used yet"
                                 : "a user name or password has no place in a URL",
                             report.file + ":" + std::to_string(value.line) + ": " + path};
    });
}

// What is wrong with a base URL; nothing where it may stand as it is.
std::optional<std::string> problemOf(const std::string& url)
{
    const auto host = hostOfUrl(url);
    if (!host.has_value())
        return host.error().what;
    if (url.find_first_of("?#") != std::string::npos)
        return "a base URL has no \"?\" and no \"#\"; a key has its place in the store of secrets";
    return std::nullopt;
}

std::string urlOf(TomlFields& fields, std::string_view key)
{
    std::string url = fields.text(key, {});
    if (const auto problem = url.empty() ? std::nullopt : problemOf(url))
        fields.fail(key, *problem);
    while (url.ends_with('/'))
        url.pop_back();
    return url;
}

// May be http:// anywhere, since only CONNECT goes through it; everything else is as for a base URL.
std::string proxyOf(TomlFields& fields)
{
    std::string url = fields.text("http_proxy", {});
    const bool plain = url.starts_with("http://");
    if (!url.empty() && ((!plain && !url.starts_with("https://")) || problemOf(plain ? "https" + url.substr(4) : url)))
        fields.fail("http_proxy", "a URL like http://proxy:3128 was expected");
    return url;
}

TargetConfig readTarget(const std::string& name, TomlFields& fields)
{
    TargetConfig target;
    target.name = name;
    target.openai = urlOf(fields, "openai");
    target.anthropic = urlOf(fields, "anthropic");
    for (const auto& [region, url] : fields.textMap("regions")) {
        if (const auto problem = problemOf(url))
            fields.fail("regions", region + ": " + *problem);
        target.regions.emplace(region, url);
    }
    target.caFile = fields.text("ca_file", {});
    target.httpProxy = proxyOf(fields);
    target.models = fields.textMap("models");
    target.priceBook = fields.text("price_book", name == "holysheep" ? "holysheep" : "legacy");
    fields.table("issuer", [&](TomlFields& issuer) { readIssuer(issuer, target.issuer); });
    fields.table("limits", [&](TomlFields& limits) { readLimits(limits, target.limits); });
    if (target.openai.empty() && target.anthropic.empty())
        fields.fail("openai", "the target " + name + " has neither an openai nor an anthropic URL");
    return target;
}

// "host:port", "[::1]:port" or ":port"; port 0 lets the system choose.
bool isListenAddress(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || text.find_first_of("/ @") != std::string_view::npos)
        return false;
    const std::string_view port = text.substr(colon + 1);
    unsigned value = 0;
    const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), value);
    return !port.empty() && code == std::errc() && end == port.data() + port.size() && value < 65536;
}

std::string listenOf(TomlFields& fields, std::string_view key, std::string_view otherwise)
{
    std::string value = fields.text(key, otherwise);
    if (!isListenAddress(value))
        fields.fail(key, "host:port was expected, like 127.0.0.1:8080");
    return value;
}

void readWorkspace(TomlFields& fields, WorkspaceConfig& config)
{
    using Environment = WorkspaceConfig::Environment;
    config.id = fields.text("id", {});
    config.name = fields.text("name", {});
    config.environment = Environment(fields.word("environment", {"dev", "stage", "prod"}, std::size_t(Environment::dev)));
    config.sandbox = fields.flag("sandbox", false);
}

void readGateway(TomlFields& fields, WorkspaceConfig::Gateway& gateway)
{
    using Bodies = WorkspaceConfig::Bodies;
    gateway.listen = listenOf(fields, "listen", gateway.listen);
    gateway.adminListen = listenOf(fields, "admin_listen", gateway.adminListen);
    gateway.defaultTarget = fields.text("default", gateway.defaultTarget);
    gateway.sticky = fields.texts("sticky");
    gateway.bodies = Bodies(fields.word("bodies", {"none", "diverged", "sampled"}, std::size_t(Bodies::none)));
    gateway.tls = fields.word("tls", {"", "terminated-in-front"}, 0) == 1 ? "terminated-in-front" : "";
}

void readRedis(TomlFields& fields, WorkspaceConfig::Redis& redis)
{
    redis.url = fields.text("url", {});
    redis.user = fields.text("user", {});
    const auto password = parseSecretRef(fields.text("password", {}));
    if (password.has_error())
        return fields.fail("password", password.error().what);
    redis.password = *password;
    redis.caFile = fields.text("ca_file", {});
    if (redis.url.empty())
        return;
    const bool secure = redis.url.starts_with("rediss://");
    if (!secure && !redis.url.starts_with("redis://"))
        return fields.fail("url", "a URL like rediss://host:6379/0 was expected");
    // The same rules of host, port and loopback as for HTTP.
    const auto problem = problemOf((secure ? "https" : "http") + redis.url.substr(redis.url.find(':')));
    if (problem)
        return fields.fail("url", secure ? *problem : "a URL like rediss://host:6379/0, or redis:// for loopback, was expected");
    if (const auto address = redis::parseAddress(redis.url); address.has_error())
        fields.fail("url", address.error().what);
}

void readRetention(TomlFields& fields, WorkspaceConfig::Retention& retention)
{
    constexpr std::uint64_t longest = 3650;
    retention.requestsDays = std::uint32_t(fields.count("requests_days", retention.requestsDays, 1, longest));
    retention.evidenceDays = std::uint32_t(fields.count("evidence_days", retention.evidenceDays, 1, longest));
    retention.bodiesHours = std::uint32_t(fields.count("bodies_hours", retention.bodiesHours, 0, longest * 24));
}

// A sandbox needs no consent, and the demo writes over its targets: it may hold none that is real.
void checkSandboxTarget(const TargetConfig& target, TomlFields& fields)
{
    const auto check = [&fields](std::string_view key, const std::string& url) {
        if (!url.empty() && !isLoopbackUrl(url))
            fields.fail(key, "a sandbox workspace (workspace.sandbox) has its targets on this machine, and " + url + " is not");
    };
    check("openai", target.openai);
    check("anthropic", target.anthropic);
    for (const auto& [region, url] : target.regions)
        check("regions", url);
}

void readTargets(TomlFields& root, WorkspaceConfig& config)
{
    root.tables("targets", [&](const std::string& name, TomlFields& fields) {
        const auto& target = config.targets.emplace(name, readTarget(name, fields)).first->second;
        if (config.sandbox)
            checkSandboxTarget(target, fields);
    });
    for (TargetConfig target : {legacyDefault(), holysheepDefault()}) {
        const std::string name = target.name;
        if (config.targets.try_emplace(name, std::move(target)).second && config.sandbox)
            root.fail("targets", "a sandbox workspace (workspace.sandbox) has its targets on this machine, and " + name + " is not set");
    }
}

} // namespace

Result<WorkspaceConfig> parseConfig(std::string_view toml, std::string_view file, std::vector<std::string>* unknown)
{
    DROVER_TRY(const auto tree, parseToml(toml, file));
    TomlReport report{std::string(file), {}, {}};
    TomlFields root{tree, {}, report};
    refuseUserInfo(tree, report);
    WorkspaceConfig config;
    using Backend = WorkspaceConfig::SecretBackend;
    root.table("workspace", [&](TomlFields& fields) { readWorkspace(fields, config); });
    root.table("policy", [&](TomlFields& fields) {
        config.policy = fields.text("name", config.policy);
        if (config.policy.empty())
            fields.fail("name", "playbook, rehearsal or a file was expected");
    });
    readTargets(root, config);
    root.table("secrets", [&](TomlFields& fields) {
        config.secrets = Backend(fields.word("store", {"keychain", "vault", "aws", "gcp", "azure"}, 0));
    });
    root.table("vault", [&](TomlFields& fields) {
        config.vault.address = urlOf(fields, "address");
        readVaultStore(fields, config.vault);
    });
    readCloudStores(root, config);
    root.table("redis", [&](TomlFields& fields) { readRedis(fields, config.redis); });
    root.table("gateway", [&](TomlFields& fields) {
        readGateway(fields, config.gateway);
        if (!config.targets.contains(config.gateway.defaultTarget))
            fields.fail("default", "there is no target \"" + config.gateway.defaultTarget + "\"");
    });
    root.table("rotation", [&](TomlFields& fields) {
        config.rotationSchedule = fields.text("schedule", {});
        if (config.rotationSchedule.empty() || config.rotationSchedule == "off")
            return;
        if (const auto when = CronTime::parse(config.rotationSchedule); when.has_error())
            fields.fail("schedule", when.error().what);
    });
    root.table("retention", [&](TomlFields& fields) { readRetention(fields, config.retention); });
    root.accept("notify");
    if (report.error)
        return *report.error;
    if (unknown != nullptr) {
        unknown->clear();
        for (auto& key : unusedKeys(tree, report))
            unknown->push_back(std::move(key.path));
    }
    return config;
}

} // namespace drover
