// SPDX-License-Identifier: Apache-2.0
#include "protocol/cloud/Aws.h"

#include "protocol/json/JsonWriter.h"

#include <algorithm>

namespace drover::aws {
namespace {

constexpr std::string_view targetHeader = "x-amz-target";
constexpr std::string_view targetStart = "secretsmanager.";

cloud::Request actionRequest(std::string_view action, std::string& body)
{
    return {"POST",
            "/",
            {{"content-type", "application/x-amz-json-1.1"}, {std::string(targetHeader), std::string(targetStart) + std::string(action)}},
            Secret::taking(body)};
}

// A body that holds a secret is made in one piece, so that no copy of it stays behind by growing.
std::string roomFor(const Secret& value)
{
    std::string body;
    body.reserve(4096 + 2 * value.size());
    return body;
}

} // namespace

std::string endpointOf(std::string_view region)
{
    const std::string_view end = region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    return "https://secretsmanager." + std::string(region) + std::string(end);
}

Result<void> checkName(std::string_view name)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("/_+=.@-").find(c) != std::string_view::npos;
    };
    if (name.empty() || name.size() > 512 || !std::ranges::all_of(name, fits))
        return Error{Errc::invalidInput, "AWS takes names of 1 to 512 letters, digits and /_+=.@-", std::string(name)};
    if (name.ends_with('/') || name.find("//") != std::string_view::npos)
        return Error{Errc::invalidInput, "a name has no empty parts", std::string(name)};
    return {};
}

cloud::Request createRequest(std::string_view name, const cloud::Entry& entry, std::string_view token)
{
    const Secret value = cloud::writeEntry(entry);
    std::string body = roomFor(value);
    JsonWriter json{body};
    json.beginObject().field("Name", name).field("ClientRequestToken", token);
    value.reveal([&](std::string_view text) { json.field("SecretString", text); });
    json.field("Description", "Written by Drover").endObject();
    return actionRequest("CreateSecret", body);
}

cloud::Request putRequest(std::string_view name, const cloud::Entry& entry, std::string_view token, std::string_view stage)
{
    const Secret value = cloud::writeEntry(entry);
    std::string body = roomFor(value);
    JsonWriter json{body};
    json.beginObject().field("SecretId", name).field("ClientRequestToken", token);
    value.reveal([&](std::string_view text) { json.field("SecretString", text); });
    if (!stage.empty())
        json.key("VersionStages").beginArray().text(stage).endArray();
    json.endObject();
    return actionRequest("PutSecretValue", body);
}

cloud::Request readRequest(std::string_view name)
{
    std::string body;
    JsonWriter{body}.beginObject().field("SecretId", name).endObject();
    return actionRequest("GetSecretValue", body);
}

cloud::Request describeRequest(std::string_view name)
{
    std::string body;
    JsonWriter{body}.beginObject().field("SecretId", name).endObject();
    return actionRequest("DescribeSecret", body);
}

cloud::Request promoteRequest(std::string_view name, std::string_view to, std::string_view from)
{
    std::string body;
    JsonWriter json{body};
    json.beginObject().field("SecretId", name).field("VersionStage", current).field("MoveToVersionId", to);
    if (!from.empty())
        json.field("RemoveFromVersionId", from);
    json.endObject();
    return actionRequest("UpdateSecretVersionStage", body);
}

cloud::Request listRequest(std::string_view prefix, std::size_t most, std::string_view nextToken)
{
    std::string body;
    JsonWriter json{body};
    json.beginObject().field("MaxResults", most);
    json.key("Filters").beginArray().beginObject().field("Key", "name");
    json.key("Values").beginArray().text(prefix).endArray().endObject().endArray();
    if (!nextToken.empty())
        json.field("NextToken", nextToken);
    json.endObject();
    return actionRequest("ListSecrets", body);
}

cloud::Request removeRequest(std::string_view name, unsigned days)
{
    std::string body;
    JsonWriter{body}.beginObject().field("SecretId", name).field("RecoveryWindowInDays", days).endObject();
    return actionRequest("DeleteSecret", body);
}

std::string actionOf(const cloud::Request& request)
{
    for (const auto& [name, value] : request.headers)
        if (name == targetHeader)
            return value.substr(targetStart.size());
    return {};
}

} // namespace drover::aws
