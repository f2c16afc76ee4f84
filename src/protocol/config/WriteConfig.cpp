// SPDX-License-Identifier: Apache-2.0
#include "protocol/config/CloudConfig.h"
#include "protocol/config/IssuerConfig.h"
#include "protocol/config/LimitsConfig.h"
#include "protocol/config/Toml.h"
#include "protocol/config/WorkspaceConfig.h"

#include <array>

namespace drover {
namespace {

// Writes lines of the form `key = value   # comment`, leaving out what is empty.
class ConfigText {
public:
    void table(std::string_view header, std::string_view comment = {})
    {
        out_.append(out_.empty() ? "" : "\n");
        if (!comment.empty())
            out_.append("# ").append(comment).append("\n");
        out_.append("[").append(header).append("]\n");
    }
    void text(std::string_view key, std::string_view value, bool evenIfEmpty = false)
    {
        if (!value.empty() || evenIfEmpty)
            raw(key, tomlString(value));
    }
    void raw(std::string_view key, std::string_view value)
    {
        out_.append(tomlKey(key)).append(" = ").append(value).append("\n");
    }
    void tables(std::string_view text) { out_.append(text); }
    void comment(std::string_view text) { out_.append("# ").append(text).append("\n"); }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

void writeTarget(ConfigText& out, const TargetConfig& target)
{
    const std::string header = "targets." + tomlKey(target.name);
    out.table(header);
    out.text("openai", target.openai);
    out.text("anthropic", target.anthropic);
    out.text("ca_file", target.caFile);
    out.text("http_proxy", target.httpProxy);
    out.text("price_book", target.priceBook);
    for (const auto& [key, values] : {std::pair{"regions", target.regions}, std::pair{"models", target.models}}) {
        if (values.empty())
            continue;
        out.table(header + "." + key);
        for (const auto& [from, to] : values)
            out.text(from, to, true);
    }
    out.tables(writeIssuer(target));
    out.tables(writeLimits(target));
}

void writeSecrets(ConfigText& out, const WorkspaceConfig& config)
{
    constexpr std::array<std::string_view, 5> stores{"keychain", "vault", "aws", "gcp", "azure"};
    out.table("secrets", "Where keys and tokens are kept: keychain, vault, aws, gcp, azure.");
    out.text("store", stores[std::size_t(config.secrets)]);
    out.tables(writeVaultStore(config.vault));
    out.tables(writeCloudStores(config));
    if (config.redis != WorkspaceConfig::Redis{}) {
        out.table("redis");
        out.text("url", config.redis.url);
        out.text("user", config.redis.user);
        if (config.redis.password.kind != SecretRef::Kind::none)
            out.text("password", writeSecretRef(config.redis.password));
        out.text("ca_file", config.redis.caFile);
    }
}

void writeGateway(ConfigText& out, const WorkspaceConfig& config)
{
    constexpr std::array<std::string_view, 3> bodies{"none", "diverged", "sampled"};
    out.table("gateway");
    out.text("listen", config.gateway.listen);
    out.text("admin_listen", config.gateway.adminListen);
    out.comment("The target for everything that is not split.");
    out.text("default", config.gateway.defaultTarget);
    if (!config.gateway.sticky.empty()) {
        std::string list;
        for (const auto& header : config.gateway.sticky)
            list.append(list.empty() ? "[" : ", ").append(tomlString(header));
        out.raw("sticky", list + "]");
    }
    out.comment("Which bodies are kept, sealed, for comparison: none, diverged, sampled.");
    out.text("bodies", bodies[std::size_t(config.gateway.bodies)]);
    out.text("tls", config.gateway.tls);
}

} // namespace

std::string writeConfig(const WorkspaceConfig& config)
{
    constexpr std::array<std::string_view, 3> environments{"dev", "stage", "prod"};
    ConfigText out;
    out.comment("Settings of a Drover workspace. A setting that is a secret holds a reference only:");
    out.comment("secret:NAME (this workspace's store), env:NAME or file:PATH.");
    out.table("workspace");
    out.text("id", config.id);
    out.text("name", config.name);
    out.text("environment", environments[std::size_t(config.environment)]);
    if (config.sandbox)
        out.raw("sandbox", "true");
    out.table("policy", "playbook, rehearsal, or the path of a policy file.");
    out.text("name", config.policy);
    for (const auto& [name, target] : config.targets)
        writeTarget(out, target);
    writeSecrets(out, config);
    writeGateway(out, config);
    if (!config.rotationSchedule.empty()) {
        out.table("rotation", "When keys are rotated, UTC: before the policy's schedule.");
        out.text("schedule", config.rotationSchedule);
    }
    out.table("retention");
    out.raw("requests_days", std::to_string(config.retention.requestsDays));
    out.raw("evidence_days", std::to_string(config.retention.evidenceDays));
    out.raw("bodies_hours", std::to_string(config.retention.bodiesHours));
    return out.take();
}

} // namespace drover
