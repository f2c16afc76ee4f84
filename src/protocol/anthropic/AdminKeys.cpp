// SPDX-License-Identifier: Apache-2.0
#include "protocol/anthropic/AdminKeys.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/cloud/Cloud.h"

#include <algorithm>
#include <array>

namespace drover::anthropic {
namespace {

constexpr std::string_view collection = "v1/organizations/api_keys";
constexpr std::array<std::string_view, 4> statusNames{"active", "inactive", "archived", "expired"};

KeyStatus statusFrom(std::string_view name)
{
    return KeyStatus(std::ranges::find(statusNames, name) - statusNames.begin()); // past the end: unknown
}

Error keysUnreadable(const Error& error)
{
    return {Errc::protocol, "Anthropic's answer on keys cannot be read: " + error.what, error.where};
}

AdminKey adminKeyOf(JsonFields& fields)
{
    AdminKey key;
    key.id = fields.text("id");
    key.name = fields.textOr("name", {});
    key.hint = fields.textOr("partial_key_hint", {});
    key.status = statusFrom(fields.text("status"));
    key.createdAt = fields.maybeTime("created_at").value_or(WallTime{});
    key.expiresAt = fields.maybeTime("expires_at");
    return key;
}

} // namespace

std::string keysPath(std::string_view after)
{
    std::string path = std::string(collection) + "?limit=1000";
    return after.empty() ? path : path + "&after_id=" + cloud::percentEncoded(after);
}

std::string keyPath(std::string_view id)
{
    return std::string(collection) + "/" + cloud::percentEncoded(id);
}

std::string statusBody(KeyStatus status)
{
    std::string body;
    JsonWriter json{body};
    json.beginObject().field("status", statusNames.at(std::size_t(status))).endObject();
    return body;
}

Result<KeyPage> readKeys(std::string_view body)
{
    auto object = parseJsonObject(body);
    if (!object.has_value())
        return keysUnreadable(object.error());
    JsonFields fields{*object};
    KeyPage page;
    if (fields.find("data") == nullptr)
        fields.fail("data", "is missing");
    fields.list("data", [&](JsonFields& item) { page.items.push_back(adminKeyOf(item)); });
    if (fields.flagOr("has_more", false)) {
        page.next = fields.textOr("last_id", {});
        if (page.next.empty())
            fields.fail("last_id", "is missing, and has_more is true");
    }
    if (fields.failed())
        return keysUnreadable(*fields.error());
    return page;
}

Result<AdminKey> readKey(std::string_view body)
{
    auto object = parseJsonObject(body);
    if (!object.has_value())
        return keysUnreadable(object.error());
    JsonFields fields{*object};
    AdminKey key = adminKeyOf(fields);
    if (fields.failed())
        return keysUnreadable(*fields.error());
    return key;
}

} // namespace drover::anthropic
