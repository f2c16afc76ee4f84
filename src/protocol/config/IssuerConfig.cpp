// SPDX-License-Identifier: Apache-2.0
#include "protocol/config/IssuerConfig.h"

#include "protocol/config/CloudConfig.h"
#include "protocol/routing/Sealing.h"

#include <array>

namespace drover {
namespace {

using IssuerKind = TargetConfig::Issuer::Kind;

constexpr std::array<std::string_view, 5> issuerNames{"", "holysheep", "openai", "anthropic", "person"};

std::string hostAt(const std::string& url)
{
    const auto host = hostOfUrl(url);
    return host.has_value() ? *host : std::string();
}

bool isHolySheep(const std::string& host)
{
    return host == "holysheep.ai" || host.ends_with(".holysheep.ai");
}

} // namespace

std::string_view issuerKindName(IssuerKind kind)
{
    return issuerNames[std::size_t(kind)];
}

IssuerKind issuerKind(const TargetConfig& target)
{
    if (target.issuer.kind != IssuerKind::automatic)
        return target.issuer.kind;
    const std::string openai = hostAt(target.openai);
    if (target.name == "holysheep" || isHolySheep(openai))
        return IssuerKind::holysheep;
    const bool hasKey = target.issuer.adminKey.kind != SecretRef::Kind::none;
    if (openai == "api.openai.com" && hasKey && !target.issuer.project.empty())
        return IssuerKind::openai;
    if (openai.empty() && hostAt(target.anthropic) == "api.anthropic.com" && hasKey)
        return IssuerKind::anthropic;
    return IssuerKind::person;
}

SecretRef issuerKey(const TargetConfig& target)
{
    const IssuerKind kind = issuerKind(target);
    if (kind == IssuerKind::person)
        return {};
    if (target.issuer.adminKey.kind != SecretRef::Kind::none || kind == IssuerKind::holysheep)
        return target.issuer.adminKey;
    return {SecretRef::Kind::environment, kind == IssuerKind::openai ? "OPENAI_ADMIN_KEY" : "ANTHROPIC_ADMIN_KEY"};
}

void readIssuer(TomlFields& fields, TargetConfig::Issuer& issuer)
{
    issuer.kind = IssuerKind(fields.word("kind", {"", "holysheep", "openai", "anthropic", "person"}, 0)); // its order
    issuer.project = fields.text("project", {});
    if (issuer.project.find_first_of("/ ?#") != std::string::npos)
        fields.fail("project", "a project's id was expected, like proj_abc123");
    const auto ref = parseSecretRef(fields.text("admin_key", {}));
    if (!ref.has_value())
        return fields.fail("admin_key", ref.error().what);
    issuer.adminKey = *ref;
}

std::string writeIssuer(const TargetConfig& target)
{
    if (target.issuer == TargetConfig::Issuer{})
        return {};
    return tableText("targets." + tomlKey(target.name) + ".issuer", {{"kind", std::string(issuerKindName(target.issuer.kind))},
                                                                      {"project", target.issuer.project},
                                                                      {"admin_key", writeSecretRef(target.issuer.adminKey)}});
}

} // namespace drover
