// SPDX-License-Identifier: Apache-2.0
#include "protocol/cloud/Azure.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonScan.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <tuple>

namespace drover::azure {
namespace {

Error noAnswer(std::string what)
{
    return Error{Errc::protocol, "this is no answer of Key Vault: " + std::move(what), {}};
}

// "https://NAME.vault.azure.net/secrets/NAME/VERSION": the parts behind /secrets/.
std::pair<std::string, std::string> partsOfId(std::string_view id)
{
    constexpr std::string_view folder = "/secrets/";
    const auto at = id.find(folder);
    if (at == std::string_view::npos)
        return {};
    id.remove_prefix(at + folder.size());
    const auto slash = std::min(id.find('/'), id.size());
    return {std::string(id.substr(0, slash)), std::string(id.substr(std::min(slash + 1, id.size())))};
}

void settle(Version& made, std::string_view counter)
{
    std::uint64_t number = 0;
    std::from_chars(counter.data(), counter.data() + counter.size(), number);
    made.version = made.ours() && number != 0 ? number : cloud::foreignVersion(made.id);
}

// id, attributes and tags of a secret, read without a tree; the value is left to `takeValue`.
Version scanVersion(std::string_view body, const std::function<void(std::string&)>& takeValue)
{
    Version made;
    std::string counter;
    JsonScan{body}.members([&](std::string_view key, JsonScan& value) {
        if (key == "value" && value.kind() == '"') {
            auto text = value.text().value_or(std::string());
            takeValue(text);
        } else if (key == "id") {
            made.id = partsOfId(value.text().value_or(std::string())).second;
        } else if (key == "attributes") {
            value.members([&](std::string_view name, JsonScan& inner) {
                if (name == "enabled")
                    made.enabled = inner.flag().value_or(true);
                else if (name == "created")
                    made.created = std::int64_t(inner.count().value_or(0));
            });
        } else if (key == "tags") {
            value.members([&](std::string_view name, JsonScan& inner) {
                const std::string tag(name);
                auto text = inner.text().value_or(std::string());
                if (tag == "drover-name")
                    made.name = std::move(text);
                else if (tag == "drover-write")
                    made.writeId = std::move(text);
                else if (tag == "drover-version")
                    counter = std::move(text);
            });
        }
    });
    settle(made, counter);
    return made;
}

Version versionOf(JsonFields& fields)
{
    Version made;
    made.id = partsOfId(fields.text("id")).second;
    fields.object("attributes", [&](JsonFields& attributes) {
        made.enabled = attributes.flagOr("enabled", true);
        made.created = std::int64_t(attributes.countOr("created", 0));
    });
    std::string counter;
    fields.object("tags", [&](JsonFields& tags) {
        made.name = tags.textOr("drover-name", {});
        made.writeId = tags.textOr("drover-write", {});
        counter = tags.textOr("drover-version", {});
    });
    settle(made, counter);
    return made;
}

Result<boost::json::object> objectOf(const cloud::Reply& reply, std::string_view right)
{
    if (!reply.good())
        return errorOf(reply, right);
    auto parsed = parseJsonObject(reply.body);
    if (!parsed.has_value())
        return noAnswer(parsed.error().what);
    return parsed;
}

} // namespace

Result<Secretly> parseRead(const cloud::Reply& reply)
{
    if (!reply.good())
        return errorOf(reply, "get");
    Secret value;
    Secretly made;
    made.version = scanVersion(reply.body, [&](std::string& text) { value = Secret::taking(text); });
    if (made.version.id.empty())
        return noAnswer("it has no id of a version");
    if (value.empty())
        return Error{Errc::invalidInput, "the entry is empty", {}};
    DROVER_TRY(made.entry, value.reveal([](std::string_view text) { return cloud::readEntry(text); }));
    return made;
}

Result<Version> parseSet(const cloud::Reply& reply)
{
    if (!reply.good())
        return errorOf(reply, "set");
    auto made = scanVersion(reply.body, [](std::string& text) { wipe(text); });
    if (made.id.empty())
        return noAnswer("it has no id of a version");
    return made;
}

Result<Versions> parseVersions(const cloud::Reply& reply)
{
    if (reply.status == 404) {
        Error error = errorOf(reply, "list");
        if (error.code == Errc::notFound)
            return Versions{};
        return error;
    }
    DROVER_TRY(const auto object, objectOf(reply, "list"));
    Versions made;
    JsonFields fields{object};
    fields.list("value", [&](JsonFields& version) { made.versions.push_back(versionOf(version)); });
    made.nextLink = fields.textOr("nextLink", {});
    if (fields.error())
        return noAnswer(describe(*fields.error()));
    return made;
}

const Version* currentOf(const std::vector<Version>& versions)
{
    const auto rank = [](const Version& one) { return std::tuple{one.enabled, one.created, one.ours() ? one.version : 0, one.id}; };
    const auto newest = std::ranges::max_element(versions, {}, rank);
    return newest == versions.end() || !newest->enabled ? nullptr : &*newest;
}

Result<Names> parseList(const cloud::Reply& reply)
{
    DROVER_TRY(const auto object, objectOf(reply, "list"));
    Names made;
    JsonFields fields{object};
    fields.list("value", [&](JsonFields& secret) {
        Listed one{partsOfId(secret.text("id")).first, {}};
        secret.object("tags", [&](JsonFields& tags) { one.name = tags.textOr("drover-name", {}); });
        made.names.push_back(std::move(one));
    });
    made.nextLink = fields.textOr("nextLink", {});
    if (fields.error())
        return noAnswer(describe(*fields.error()));
    return made;
}

Result<void> parseDone(const cloud::Reply& reply, std::string_view right)
{
    if (!reply.good())
        return errorOf(reply, right);
    return {};
}

} // namespace drover::azure
