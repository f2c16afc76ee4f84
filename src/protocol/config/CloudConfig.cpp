// SPDX-License-Identifier: Apache-2.0
#include "protocol/config/CloudConfig.h"

#include "protocol/cloud/Aws.h"
#include "protocol/cloud/Azure.h"
#include "protocol/cloud/Gcp.h"
#include "protocol/routing/Sealing.h"

#include <algorithm>
#include <utility>

namespace drover {
namespace {

std::string serviceUrl(TomlFields& fields, std::string_view key)
{
    std::string url = fields.text(key, {});
    if (url.empty())
        return url;
    const auto host = hostOfUrl(url);
    if (!host.has_value())
        fields.fail(key, host.error().what);
    else if (url.find_first_of("?#") != std::string::npos)
        fields.fail(key, "an address without ? and # was expected");
    while (url.ends_with('/'))
        url.pop_back();
    return url;
}

void checkPrefix(TomlFields& fields, const Result<void>& good)
{
    if (!good.has_value())
        fields.fail("prefix", good.error().what);
}

void readAws(TomlFields& fields, WorkspaceConfig::Aws& aws)
{
    aws.region = fields.text("region", {});
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (!std::ranges::all_of(aws.region, fits))
        fields.fail("region", "a region like us-east-1 was expected");
    aws.endpoint = serviceUrl(fields, "endpoint");
    aws.accessKeyId = fields.text("access_key_id", {});
    aws.secretAccessKey = openingRef(fields, "secret_access_key");
    aws.sessionToken = openingRef(fields, "session_token");
    aws.prefix = fields.text("prefix", aws.prefix);
    checkPrefix(fields, aws::checkName(aws.prefix));
    aws.caFile = fields.text("ca_file", {});
}

void readGcp(TomlFields& fields, WorkspaceConfig::Gcp& gcp)
{
    gcp.project = fields.text("project", {});
    if (gcp.project.find_first_of("/ ?#") != std::string::npos)
        fields.fail("project", "a project's id or number was expected");
    gcp.endpoint = serviceUrl(fields, "endpoint");
    gcp.credentials = openingRef(fields, "credentials");
    gcp.prefix = fields.text("prefix", gcp.prefix);
    checkPrefix(fields, gcp::checkName(gcp.prefix));
    gcp.caFile = fields.text("ca_file", {});
}

void readAzure(TomlFields& fields, WorkspaceConfig::Azure& azure)
{
    azure.vaultUrl = serviceUrl(fields, "vault_url");
    azure.tenant = fields.text("tenant", {});
    azure.clientId = fields.text("client_id", {});
    azure.clientSecret = openingRef(fields, "client_secret");
    azure.authority = serviceUrl(fields, "authority");
    azure.prefix = fields.text("prefix", azure.prefix);
    const auto mapped = azure::mappedName(azure.prefix);
    checkPrefix(fields, mapped.has_value() ? Result<void>{} : Result<void>{mapped.error()});
    azure.caFile = fields.text("ca_file", {});
}

} // namespace

SecretRef openingRef(TomlFields& fields, std::string_view key)
{
    const auto ref = parseSecretRef(fields.text(key, {}));
    if (!ref.has_value()) {
        fields.fail(key, ref.error().what);
        return {};
    }
    if (ref->kind == SecretRef::Kind::store)
        fields.fail(key, "this opens the store of secrets and cannot lie in it: env:NAME or file:PATH");
    return *ref;
}

std::string tableText(std::string_view header, std::initializer_list<std::pair<std::string_view, std::string>> fields)
{
    std::string out = "\n[" + std::string(header) + "]\n";
    for (const auto& [key, value] : fields)
        if (!value.empty())
            out.append(key).append(" = ").append(tomlString(value)).append("\n");
    return out;
}

void readCloudStores(TomlFields& root, WorkspaceConfig& config)
{
    root.table("aws", [&](TomlFields& fields) { readAws(fields, config.aws); });
    root.table("gcp", [&](TomlFields& fields) { readGcp(fields, config.gcp); });
    root.table("azure", [&](TomlFields& fields) { readAzure(fields, config.azure); });
}

std::string writeCloudStores(const WorkspaceConfig& config)
{
    std::string out;
    const auto& aws = config.aws;
    const auto& gcp = config.gcp;
    const auto& azure = config.azure;
    if (aws != WorkspaceConfig::Aws{})
        out += tableText("aws", {{"region", aws.region},
                                 {"endpoint", aws.endpoint},
                                 {"access_key_id", aws.accessKeyId},
                                 {"secret_access_key", writeSecretRef(aws.secretAccessKey)},
                                 {"session_token", writeSecretRef(aws.sessionToken)},
                                 {"prefix", aws.prefix},
                                 {"ca_file", aws.caFile}});
    if (gcp != WorkspaceConfig::Gcp{})
        out += tableText("gcp", {{"project", gcp.project},
                                 {"endpoint", gcp.endpoint},
                                 {"credentials", writeSecretRef(gcp.credentials)},
                                 {"prefix", gcp.prefix},
                                 {"ca_file", gcp.caFile}});
    if (azure != WorkspaceConfig::Azure{})
        out += tableText("azure", {{"vault_url", azure.vaultUrl},
                                   {"tenant", azure.tenant},
                                   {"client_id", azure.clientId},
                                   {"client_secret", writeSecretRef(azure.clientSecret)},
                                   {"authority", azure.authority},
                                   {"prefix", azure.prefix},
                                   {"ca_file", azure.caFile}});
    return out;
}

} // namespace drover
