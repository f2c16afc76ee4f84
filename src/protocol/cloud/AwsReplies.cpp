// SPDX-License-Identifier: Apache-2.0
#include "protocol/cloud/Aws.h"

#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonScan.h"

#include <algorithm>

namespace drover::aws {
namespace {

Error noAnswer(std::string what)
{
    return Error{Errc::protocol, "this is no answer of Secrets Manager: " + std::move(what), {}};
}

Result<boost::json::object> objectOf(const cloud::Reply& reply, std::string_view action)
{
    if (!reply.good())
        return errorOf(reply, action);
    auto parsed = parseJsonObject(reply.body);
    if (!parsed.has_value())
        return noAnswer(parsed.error().what);
    return parsed;
}

} // namespace

Result<Version> parseRead(const cloud::Reply& reply, std::string_view action)
{
    if (!reply.good())
        return errorOf(reply, action);
    // Without a tree, so that the secret has no copies in it.
    Secret text;
    Version made;
    bool binary = false;
    const bool whole = JsonScan{reply.body}.members([&](std::string_view name, JsonScan& value) {
        if (name == "SecretString") {
            auto plain = value.text().value_or(std::string());
            text = Secret::taking(plain);
        } else if (name == "VersionId") {
            made.id = value.text().value_or(std::string());
        } else if (name == "SecretBinary") {
            binary = value.kind() == '"';
        }
    });
    if (!whole || made.id.empty())
        return noAnswer("it has no VersionId");
    if (text.empty())
        return binary ? Error{Errc::invalidInput, "the entry is binary: Drover reads SecretString", {}}
                      : noAnswer("it has no SecretString");
    DROVER_TRY(made.entry, text.reveal([](std::string_view plain) { return cloud::readEntry(plain); }));
    const bool ours = made.entry.version != 0 && made.entry.writeId == made.id;
    made.version = ours ? made.entry.version : cloud::foreignVersion(made.id);
    return made;
}

Result<std::string> parseWritten(const cloud::Reply& reply, std::string_view action)
{
    DROVER_TRY(const auto object, objectOf(reply, action));
    JsonFields fields{object};
    auto id = fields.text("VersionId");
    if (fields.error())
        return noAnswer(describe(*fields.error()));
    return id;
}

Result<void> parseDone(const cloud::Reply& reply, std::string_view action)
{
    DROVER_CHECK(objectOf(reply, action));
    return {};
}

Result<Description> parseDescribe(const cloud::Reply& reply)
{
    DROVER_TRY(const auto object, objectOf(reply, "DescribeSecret"));
    Description made;
    JsonFields fields{object};
    const auto* deleted = fields.find("DeletedDate");
    made.deleted = deleted != nullptr;
    if (const auto* versions = fields.find("VersionIdsToStages"); versions != nullptr && versions->is_object()) {
        for (const auto& [id, labels] : versions->get_object()) {
            if (!labels.is_array())
                return noAnswer("VersionIdsToStages is no map of lists");
            auto& list = made.stages[std::string(id)];
            for (const auto& label : labels.get_array())
                if (label.is_string())
                    list.emplace_back(viewOf(label.get_string()));
            if (std::ranges::find(list, current) != list.end())
                made.currentId = std::string(id);
        }
    }
    return made;
}

Result<Names> parseList(const cloud::Reply& reply)
{
    DROVER_TRY(const auto object, objectOf(reply, "ListSecrets"));
    Names made;
    JsonFields fields{object};
    fields.list("SecretList", [&](JsonFields& secret) { made.names.push_back(secret.text("Name")); });
    made.nextToken = fields.textOr("NextToken", {});
    if (fields.error())
        return noAnswer(describe(*fields.error()));
    return made;
}

} // namespace drover::aws
