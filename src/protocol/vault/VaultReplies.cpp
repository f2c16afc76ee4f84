// SPDX-License-Identifier: Apache-2.0
#include "protocol/json/JsonReader.h"
#include "protocol/json/JsonScan.h"
#include "protocol/vault/Vault.h"

#include <charconv>

namespace drover::vault {
namespace {

constexpr std::string_view v1Counter = "drover_version";

bool succeeded(const Reply& reply)
{
    return reply.status >= 200 && reply.status < 300;
}

Error noVaultAnswer(std::string what)
{
    return Error{Errc::protocol, "this is no answer of Vault: " + std::move(what), {}};
}

// The members of an entry. Read without a tree, so that the secret has no copies in it.
bool takeEntry(JsonScan& scan, Entry& entry)
{
    bool found = false;
    scan.members([&](std::string_view name, JsonScan& value) {
        const std::string key(name);
        if (value.kind() != '"') {
            entry.notes[key] = std::string(value.raw());
            return;
        }
        auto text = value.text().value_or(std::string());
        if (key == "api_key") {
            entry.value = Secret::taking(text);
            found = true;
        } else {
            entry.notes[key] = std::move(text);
        }
    });
    return found;
}

struct KvReply {
    std::optional<Entry> entry;
    bool hasSecret = false;
    std::uint64_t version = 0;
};

// KV v2: {"data":{"data":{…}|null,"metadata":{"version":N,…}}}; KV v1: {"data":{…}}.
KvReply readKv(KvVersion version, std::string_view body)
{
    KvReply reply;
    const auto takeData = [&](JsonScan& scan) {
        if (scan.kind() != '{')
            return;
        reply.entry.emplace();
        reply.hasSecret = takeEntry(scan, *reply.entry);
    };
    JsonScan{body}.members([&](std::string_view key, JsonScan& value) {
        if (key != "data" || value.kind() != '{')
            return;
        if (version == KvVersion::one)
            return takeData(value);
        value.members([&](std::string_view name, JsonScan& inner) {
            if (name == "data")
                takeData(inner);
            else if (name == "metadata")
                inner.members([&](std::string_view field, JsonScan& number) {
                    if (field == "version")
                        reply.version = number.count().value_or(0);
                });
        });
    });
    return reply;
}

// KV v1 counts its versions in a note; an entry without one was written by somebody else and is version 1.
void settleV1(KvReply& reply)
{
    if (!reply.entry)
        return;
    reply.version = 1;
    const auto counter = reply.entry->notes.extract(std::string(v1Counter));
    if (!counter.empty())
        std::from_chars(counter.mapped().data(), counter.mapped().data() + counter.mapped().size(), reply.version);
}

Result<boost::json::object> dataOf(const Reply& reply, std::string_view member = "data")
{
    if (!succeeded(reply))
        return errorOf(reply);
    const auto parsed = parseJsonObject(reply.body);
    if (!parsed.has_value())
        return noVaultAnswer(parsed.error().what);
    const auto* data = parsed->if_contains({member.data(), member.size()});
    if (data == nullptr || !data->is_object())
        return noVaultAnswer("it has no " + std::string(member));
    return data->get_object();
}

} // namespace

Result<ReadReply> parseRead(const Mount& mount, const Reply& reply)
{
    const bool absent = reply.status == 404;
    if (!succeeded(reply) && !absent)
        return errorOf(reply);
    KvReply kv = readKv(mount.version, reply.body);
    if (absent) {
        Error error = errorOf(reply);
        if (error.code != Errc::notFound) // a path of the other KV version
            return error;
        return ReadReply{std::nullopt, kv.version};
    }
    if (mount.version == KvVersion::one)
        settleV1(kv);
    if (!kv.entry)
        return noVaultAnswer("it has no data");
    if (!kv.hasSecret)
        return Error{Errc::invalidInput, "the entry has no api_key", {}};
    kv.entry->version = kv.version;
    return ReadReply{std::move(kv.entry), kv.version};
}

Result<std::uint64_t> parseWrite(const Mount& mount, const Reply& reply, std::uint64_t expected)
{
    if (!succeeded(reply))
        return errorOf(reply);
    if (mount.version == KvVersion::one)
        return expected + 1;
    if (reply.status == 204) // KV v2 always tells the version; KV v1 has taken the path for one of its own
        return Error{Errc::invalidInput,
                     "the mount " + mount.path + " is KV v1 by now and stored this below data/; delete that entry, then try again", {}};
    DROVER_TRY(const auto data, dataOf(reply));
    JsonFields fields{data};
    const auto version = fields.count("version");
    if (fields.error())
        return noVaultAnswer(describe(*fields.error()));
    return version;
}

Result<void> parseRemove(const Reply& reply)
{
    if (!succeeded(reply))
        return errorOf(reply);
    return {};
}

Result<std::vector<std::string>> parseList(const Reply& reply)
{
    if (reply.status == 404) {
        Error error = errorOf(reply);
        if (error.code == Errc::notFound)
            return std::vector<std::string>{};
        return error;
    }
    DROVER_TRY(const auto data, dataOf(reply));
    JsonFields fields{data};
    auto keys = fields.texts("keys");
    if (fields.error())
        return noVaultAnswer(describe(*fields.error()));
    std::erase_if(keys, [](const std::string& key) { return key.ends_with('/'); });
    return keys;
}

Result<Mount> parseMount(const Reply& reply)
{
    DROVER_TRY(const auto data, dataOf(reply));
    JsonFields fields{data};
    Mount mount;
    mount.path = fields.text("path");
    const std::string type = fields.text("type");
    std::string version;
    fields.object("options", [&](JsonFields& options) { version = options.textOr("version", {}); });
    if (fields.error())
        return noVaultAnswer(describe(*fields.error()));
    while (mount.path.ends_with('/'))
        mount.path.pop_back();
    if (type != "kv" && type != "generic")
        return Error{Errc::invalidInput, "the mount is of type " + type + ", not kv; set vault.mount to a KV mount", mount.path};
    mount.version = version == "2" ? KvVersion::two : KvVersion::one;
    return mount;
}

Result<TokenInfo> parseLookupSelf(const Reply& reply)
{
    DROVER_TRY(const auto data, dataOf(reply));
    JsonFields fields{data};
    TokenInfo info;
    info.policies = fields.texts("policies");
    info.ttl = fromSeconds(fields.number("ttl"));
    info.renewable = fields.flagOr("renewable", false);
    if (fields.error())
        return noVaultAnswer(describe(*fields.error()));
    return info;
}

Result<Duration> parseRenewSelf(const Reply& reply)
{
    DROVER_TRY(const auto auth, dataOf(reply, "auth"));
    JsonFields fields{auth};
    const double lease = fields.number("lease_duration");
    if (fields.error())
        return noVaultAnswer(describe(*fields.error()));
    return fromSeconds(lease);
}

Result<Health> parseHealth(const Reply& reply)
{
    const auto parsed = parseJsonObject(reply.body);
    if (!parsed.has_value())
        return succeeded(reply) ? noVaultAnswer(parsed.error().what) : errorOf(reply);
    if (!parsed->contains("initialized")) // a global quota answers 429 in its own form
        return succeeded(reply) ? noVaultAnswer("it says nothing of its health") : errorOf(reply);
    JsonFields fields{*parsed};
    Health health;
    health.initialized = fields.flag("initialized");
    health.sealed = fields.flag("sealed");
    health.standby = fields.flagOr("standby", false);
    health.version = fields.textOr("version", {});
    if (fields.error())
        return noVaultAnswer(describe(*fields.error()));
    return health;
}

Result<void> checkHealth(const Health& health)
{
    if (!health.initialized)
        return Error{Errc::sealed, "Vault is not initialised; run `vault operator init`", {}};
    if (health.sealed)
        return Error{Errc::sealed, "Vault is sealed; run `vault operator unseal`", {}};
    return {};
}

} // namespace drover::vault
