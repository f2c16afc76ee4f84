// SPDX-License-Identifier: Apache-2.0
#include "protocol/openai/AdminKeys.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonWriter.h"
#include "protocol/cloud/Cloud.h"

#include <chrono>

namespace drover::openai {
namespace {

constexpr std::string_view pageSize = "?limit=100";

std::string below(std::string_view project, std::string_view collection)
{
    return "organization/projects/" + cloud::percentEncoded(project) + "/" + std::string(collection);
}

std::string paged(std::string path, std::string_view after)
{
    path += pageSize;
    return after.empty() ? path : path + "&after=" + cloud::percentEncoded(after);
}

WallTime ofUnix(std::uint64_t seconds)
{
    return WallTime{std::chrono::seconds{std::int64_t(seconds)}};
}

Error unreadable(const Error& error)
{
    return {Errc::protocol, "OpenAI's answer on keys cannot be read: " + error.what, error.where};
}

ServiceAccount accountOf(JsonFields& fields)
{
    return {fields.text("id"), fields.textOr("name", {}), ofUnix(fields.countOr("created_at", 0))};
}

ProjectKey keyOf(JsonFields& fields)
{
    ProjectKey key;
    key.id = fields.text("id");
    key.name = fields.textOr("name", {});
    key.hint = fields.textOr("redacted_value", {});
    key.createdAt = ofUnix(fields.countOr("created_at", 0));
    if (const auto used = fields.maybeCount("last_used_at"))
        key.lastUsedAt = ofUnix(*used);
    fields.object("owner", [&](JsonFields& owner) {
        owner.object("service_account", [&](JsonFields& account) { key.account = accountOf(account); });
    });
    return key;
}

template <class Item>
Result<Page<Item>> readPage(std::string_view body, Item (*itemOf)(JsonFields&))
{
    auto object = parseJsonObject(body);
    if (!object.has_value())
        return unreadable(object.error());
    JsonFields fields{*object};
    Page<Item> page;
    if (fields.find("data") == nullptr)
        fields.fail("data", "is missing");
    fields.list("data", [&](JsonFields& item) { page.items.push_back(itemOf(item)); });
    const bool more = fields.flagOr("has_more", false);
    if (more)
        page.next = fields.textOr("last_id", page.items.empty() ? std::string_view{} : std::string_view{page.items.back().id});
    if (more && page.next.empty())
        fields.fail("last_id", "is missing, and has_more is true");
    if (fields.failed())
        return unreadable(*fields.error());
    return page;
}

} // namespace

std::string mintPath(std::string_view project)
{
    return below(project, "service_accounts");
}

std::string accountsPath(std::string_view project, std::string_view after)
{
    return paged(below(project, "service_accounts"), after);
}

std::string accountPath(std::string_view project, std::string_view id)
{
    return below(project, "service_accounts/") + cloud::percentEncoded(id);
}

std::string keysPath(std::string_view project, std::string_view after)
{
    return paged(below(project, "api_keys"), after);
}

std::string keyPath(std::string_view project, std::string_view id)
{
    return below(project, "api_keys/") + cloud::percentEncoded(id);
}

std::string accountBody(std::string_view name)
{
    std::string body;
    JsonWriter json{body};
    json.beginObject().field("name", name).endObject();
    return body;
}

Result<AccountMade> readAccountMade(std::string& body)
{
    auto object = parseJsonObject(body);
    wipe(body);
    if (!object.has_value())
        return unreadable(object.error());
    JsonFields fields{*object};
    AccountMade made;
    made.account = accountOf(fields);
    fields.object("api_key", [&](JsonFields& key) {
        made.keyId = key.textOr("id", {});
        auto value = key.text("value");
        made.key = Secret::taking(value);
    });
    if (fields.failed())
        return unreadable(*fields.error());
    if (made.account.id.empty() || made.key.empty())
        return Error{Errc::protocol, "OpenAI made a service account without an id or without a key", {}};
    return made;
}

Result<Page<ServiceAccount>> readAccounts(std::string_view body)
{
    return readPage<ServiceAccount>(body, accountOf);
}

Result<Page<ProjectKey>> readKeys(std::string_view body)
{
    return readPage<ProjectKey>(body, keyOf);
}

} // namespace drover::openai
