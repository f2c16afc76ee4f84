// SPDX-License-Identifier: Apache-2.0
#include "sandbox/vault/Kv.h"
#include "sandbox/vault/KvList.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace drover::sandbox {
namespace {

constexpr std::int64_t versionsKept = 10;

// KV v2 keeps numbers as float64.
Json throughDoubles(const Json& value)
{
    if (value.asNumber() != nullptr)
        return Json::Number{goNumber(value.asDouble().value_or(0))};
    if (const auto* items = value.asArray()) {
        Json::Array out;
        for (const auto& item : *items)
            out.push_back(throughDoubles(item));
        return out;
    }
    if (const auto* members = value.asObject()) {
        Json::Object out;
        for (const auto& [name, member] : *members)
            out.insert_or_assign(name, throughDoubles(member));
        return out;
    }
    return value;
}

std::string spelled(const Json& value)
{
    if (const auto* text = value.asString())
        return *text;
    return goJson(value);
}

std::string notAnInteger(std::string_view field, std::string_view input)
{
    const std::string text(input);
    return "error converting input " + text + " for field \"" + std::string(field) +
           "\": cannot parse '' as int: strconv.ParseInt: parsing \"" + text + "\": invalid syntax";
}

std::optional<std::int64_t> integerOf(const Json& value)
{
    if (const auto number = value.asInteger())
        return number;
    const auto* text = value.asString();
    std::int64_t parsed = 0;
    if (text == nullptr || text->empty())
        return std::nullopt;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), parsed);
    if (read.ec != std::errc{} || read.ptr != text->data() + text->size())
        return std::nullopt;
    return parsed;
}

// What Vault says of a `data` that is no map.
std::string notAMap(const Json& data)
{
    std::string text = "error converting input " + spelled(data) + " for field \"data\": ";
    const auto* items = data.asArray();
    if (items != nullptr)
        return text + "'[0]' expected a map, got '" +
               (!items->empty() && items->front().asBool() != nullptr ? "bool'" : "string'");
    return text + "'' expected a map, got '" + (data.asBool() != nullptr ? "bool'" : "string'");
}

std::string quoted(const std::optional<WallTime>& time)
{
    return time ? "\"" + formatTime(*time) + "\"" : "\"\"";
}

} // namespace

Envelope Kv2::envelope()
{
    Envelope made;
    made.requestId = uuid7(clock_.now(), ids_);
    return made;
}

bool Kv2::exists(std::string_view path) const
{
    const auto slash = path.find('/');
    return slash != std::string_view::npos && secrets_.contains(path.substr(slash + 1));
}

VaultAnswer Kv2::handle(const EngineCall& call)
{
    const auto slash = call.path.find('/');
    const auto section = call.path.substr(0, slash);
    const auto key = slash == std::string::npos ? std::string() : call.path.substr(slash + 1);
    if (section == "data" && slash != std::string::npos)
        return data(call, key);
    if (section == "metadata")
        return metadata(call, key);
    if (section == "subkeys" && version_.since(10) && call.verb == VaultVerb::read)
        return subkeys(key);
    if ((section == "delete" || section == "undelete" || section == "destroy") && !key.empty())
        return versions(section, call, key);
    if (call.path == "config")
        return config(call);
    constexpr std::string_view wrongPath = "Invalid path for a versioned K/V secrets engine. See the API docs for the "
                                           "appropriate API endpoints to use. If using the Vault CLI, use 'vault kv ";
    std::string_view verb = "get";
    if (call.verb == VaultVerb::update)
        verb = "put";
    else if (call.verb == VaultVerb::remove)
        verb = "delete";
    else if (call.verb == VaultVerb::list)
        verb = "list";
    auto reply = envelope();
    reply.warnings = goJson(Json::Array{Json{std::string(wrongPath) + std::string(verb) + "' for this operation."}});
    return vaultEnvelope(404, reply);
}

VaultAnswer Kv2::data(const EngineCall& call, const std::string& key)
{
    if (call.verb == VaultVerb::read)
        return read(call, key);
    if (call.verb == VaultVerb::update)
        return write(call, key);
    if (call.verb == VaultVerb::patch)
        return patch(call, key);
    if (call.verb != VaultVerb::remove)
        return vaultFailure(405, "unsupported operation");
    const auto found = secrets_.find(key);
    if (found != secrets_.end()) {
        const auto latest = found->second.versions.find(found->second.current);
        if (latest != found->second.versions.end() && !latest->second.destroyed && !latest->second.deletion)
            latest->second.deletion = clock_.now();
    }
    return vaultDone();
}

VaultAnswer Kv2::read(const EngineCall& call, const std::string& key)
{
    std::int64_t wanted = 0;
    if (const auto version = call.query.find("version"); version != call.query.end()) {
        const auto parsed = integerOf(Json{version->second});
        if (!parsed)
            return vaultFailure(500, notAnInteger("version", version->second));
        wanted = *parsed;
    }
    if (key.ends_with('/') && secrets_.contains(std::string_view(key).substr(0, key.size() - 1)))
        return version_.since(13) ? vaultErrors(404) : vaultFailure(500, "could not find version data");
    const auto found = secrets_.find(key);
    if (found == secrets_.end())
        return vaultErrors(404);
    const auto number = wanted > 0 ? wanted : found->second.current;
    const auto version = found->second.versions.find(number);
    if (version == found->second.versions.end())
        return vaultErrors(404);
    const auto& kept = version->second;
    const bool gone = kept.destroyed || (kept.deletion && *kept.deletion <= clock_.now());
    auto reply = envelope();
    reply.data = R"({"data":)" + (gone ? std::string("null") : goJson(kept.data)) + R"(,"metadata":{"created_time":)" +
                 quoted(kept.created) + customField(found->second) + R"(,"deletion_time":)" + quoted(kept.deletion) + R"(,"destroyed":)" +
                 (kept.destroyed ? "true" : "false") + R"(,"version":)" + std::to_string(number) + "}}";
    return vaultEnvelope(gone ? 404 : 200, reply);
}

std::optional<VaultAnswer> Kv2::refuseCas(const Json& options, const Secret* secret) const
{
    const auto* members = options.asObject();
    const bool given = members != nullptr && members->contains("cas");
    if (!given) {
        if (config_.casRequired || (secret != nullptr && secret->settings.casRequired))
            return vaultErrors(400, "check-and-set parameter required for this call");
        return std::nullopt;
    }
    const auto& cas = options["cas"];
    const auto wanted = cas.isNull() ? std::optional<std::int64_t>{0} : integerOf(cas);
    if (!wanted)
        return vaultErrors(400, "error parsing check-and-set parameter");
    if (*wanted != (secret != nullptr ? secret->current : 0))
        return vaultErrors(400, "check-and-set parameter did not match the current version");
    return std::nullopt;
}

VaultAnswer Kv2::write(const EngineCall& call, const std::string& key)
{
    if (key.empty() || key.ends_with('/'))
        return vaultErrors(400, "cannot write to a path ending in '/'");
    const auto* members = call.fields.asObject();
    if (members == nullptr || !members->contains("data"))
        return vaultErrors(400, "no data provided");
    const auto& value = call.fields["data"];
    if (!value.isNull() && value.asObject() == nullptr)
        return vaultErrors(400, notAMap(value));
    const auto found = secrets_.find(key);
    if (auto refused = refuseCas(call.fields["options"], found == secrets_.end() ? nullptr : &found->second))
        return *std::move(refused);
    return store(key, value);
}

VaultAnswer Kv2::store(const std::string& key, const Json& value)
{
    const auto now = clock_.now();
    auto& secret = secrets_[key];
    if (secret.created == WallTime{})
        secret.created = now;
    secret.updated = now;
    Version version{throughDoubles(value), now, std::nullopt, false};
    const auto after = secret.settings.deleteAfterS > 0 ? secret.settings.deleteAfterS : config_.deleteAfterS;
    if (after > 0)
        version.deletion = now + std::chrono::seconds{after};
    const auto number = ++secret.current;
    secret.versions.insert_or_assign(number, std::move(version));
    auto most = secret.settings.maxVersions > 0 ? secret.settings.maxVersions : config_.maxVersions;
    if (most <= 0)
        most = versionsKept;
    while (std::int64_t(secret.versions.size()) > most) {
        secret.versions.erase(secret.versions.begin());
        secret.oldest = secret.versions.begin()->first;
    }
    auto reply = envelope();
    reply.data = R"({"created_time":)" + quoted(now) + customField(secret) + R"(,"deletion_time":)" +
                 quoted(secret.versions.at(number).deletion) + R"(,"destroyed":false,"version":)" +
                 std::to_string(number) + "}";
    return vaultEnvelope(200, reply);
}

std::string Kv2::customField(const Secret& secret) const
{
    return version_.since(9) ? R"(,"custom_metadata":)" + goJson(secret.settings.custom) : std::string();
}

void Kv2::takeOver(const Kv1& first)
{
    for (const auto& [key, value] : first.secrets())
        (void)store(key, value);
}

// JSON merge patch (RFC 7396) of the current version's top level.
VaultAnswer Kv2::patch(const EngineCall& call, const std::string& key)
{
    if (!call.isMergePatch)
        return vaultErrors(415);
    const auto found = secrets_.find(key);
    const auto latest = found == secrets_.end() ? std::map<std::int64_t, Version>::iterator{} : found->second.versions.find(found->second.current);
    if (found == secrets_.end() || latest == found->second.versions.end() || latest->second.destroyed || latest->second.deletion)
        return vaultErrors(404);
    const auto* change = call.fields["data"].asObject();
    if (change == nullptr)
        return vaultErrors(400, "no data provided");
    if (auto refused = refuseCas(call.fields["options"], &found->second))
        return *std::move(refused);
    Json merged = latest->second.data;
    if (merged.asObject() == nullptr)
        merged = Json::Object{};
    for (const auto& [name, value] : *change) {
        if (value.isNull())
            merged.asObject()->erase(name);
        else
            merged.asObject()->insert_or_assign(name, value);
    }
    return store(key, merged);
}

VaultAnswer Kv2::subkeys(const std::string& key)
{
    const auto found = secrets_.find(key);
    const auto latest = found == secrets_.end() ? std::map<std::int64_t, Version>::iterator{} : found->second.versions.find(found->second.current);
    if (found == secrets_.end() || latest == found->second.versions.end())
        return vaultErrors(404);
    Json::Object names;
    if (const auto* members = latest->second.data.asObject())
        for (const auto& [name, value] : *members)
            names.insert_or_assign(name, Json{});
    auto reply = envelope();
    reply.data = R"({"metadata":{"created_time":)" + quoted(latest->second.created) + customField(found->second) +
                 R"(,"deletion_time":)" + quoted(latest->second.deletion) + R"(,"destroyed":)" +
                 (latest->second.destroyed ? "true" : "false") + R"(,"version":)" + std::to_string(found->second.current) +
                 R"(},"subkeys":)" + goJson(names) + "}";
    return vaultEnvelope(200, reply);
}

VaultAnswer Kv2::versions(std::string_view what, const EngineCall& call, const std::string& key)
{
    if (call.verb != VaultVerb::update)
        return vaultFailure(405, "unsupported operation");
    const auto* wanted = call.fields["versions"].asArray();
    if (wanted == nullptr || wanted->empty())
        return vaultErrors(400, "No version number provided");
    const auto found = secrets_.find(key);
    if (found == secrets_.end())
        return vaultDone();
    for (const auto& each : *wanted) {
        const auto number = integerOf(each);
        const auto version = number ? found->second.versions.find(*number) : found->second.versions.end();
        if (version == found->second.versions.end() || version->second.destroyed)
            continue;
        if (what == "destroy") {
            version->second.destroyed = true;
            version->second.data = Json{};
        } else if (what == "undelete") {
            version->second.deletion.reset();
        } else if (!version->second.deletion) {
            version->second.deletion = clock_.now();
        }
    }
    return vaultDone();
}

VaultAnswer Kv2::list(std::string_view prefix)
{
    const auto keys = keysUnder(secrets_, prefix);
    if (!keys)
        return vaultErrors(404);
    auto reply = envelope();
    reply.data = R"({"keys":)" + goJson(*keys) + "}";
    return vaultEnvelope(200, reply);
}

std::optional<VaultAnswer> Kv2::readSettings(const Json& fields, Settings& settings) const
{
    Settings read = settings;
    if (const auto& value = fields["max_versions"]; !value.isNull()) {
        const auto number = integerOf(value);
        if (!number)
            return vaultErrors(400, notAnInteger("max_versions", spelled(value)));
        read.maxVersions = *number;
    }
    if (const auto* flag = fields["cas_required"].asBool())
        read.casRequired = *flag;
    if (const auto& value = fields["delete_version_after"]; !value.isNull()) {
        const auto after = vaultSeconds(value);
        if (!after)
            return vaultErrors(400, "error converting input " + spelled(value) +
                                        " for field \"delete_version_after\": strconv.ParseInt: parsing \"" +
                                        spelled(value) + "\": invalid syntax");
        read.deleteAfterS = *after;
    }
    if (const auto& custom = fields["custom_metadata"]; version_.since(9) && custom.asObject() != nullptr)
        read.custom = custom;
    settings = read;
    return std::nullopt;
}

VaultAnswer Kv2::metadata(const EngineCall& call, const std::string& key)
{
    if (call.verb == VaultVerb::list)
        return list(key);
    if (call.verb == VaultVerb::remove) {
        secrets_.erase(key);
        return vaultDone();
    }
    const auto found = secrets_.find(key);
    if (call.verb == VaultVerb::read)
        return found == secrets_.end() ? vaultErrors(404) : readMetadata(found->second);
    if (call.verb != VaultVerb::update)
        return vaultFailure(405, "unsupported operation");
    Settings settings = found == secrets_.end() ? Settings{} : found->second.settings;
    if (auto refused = readSettings(call.fields, settings))
        return *std::move(refused);
    auto& secret = secrets_[key];
    if (secret.created == WallTime{})
        secret.created = clock_.now();
    secret.updated = clock_.now();
    secret.settings = settings;
    return vaultDone();
}

VaultAnswer Kv2::readMetadata(const Secret& secret)
{
    std::string versions;
    for (const auto& [number, version] : secret.versions) {
        versions += (versions.empty() ? "\"" : ",\"") + std::to_string(number) + R"(":{"created_time":)" +
                    quoted(version.created) + R"(,"deletion_time":)" + quoted(version.deletion) + R"(,"destroyed":)" +
                    (version.destroyed ? "true}" : "false}");
    }
    auto reply = envelope();
    reply.data = R"({"cas_required":)" + std::string(secret.settings.casRequired ? "true" : "false") +
                 R"(,"created_time":)" + quoted(secret.created) + R"(,"current_version":)" +
                 std::to_string(secret.current) + customField(secret) + R"(,"delete_version_after":")" +
                 std::to_string(secret.settings.deleteAfterS) + R"(s","max_versions":)" +
                 std::to_string(secret.settings.maxVersions) + R"(,"oldest_version":)" + std::to_string(secret.oldest) +
                 R"(,"updated_time":)" + quoted(secret.updated) + R"(,"versions":{)" + versions + "}}";
    return vaultEnvelope(200, reply);
}

VaultAnswer Kv2::config(const EngineCall& call)
{
    if (call.verb == VaultVerb::update) {
        if (auto refused = readSettings(call.fields, config_))
            return *std::move(refused);
        return vaultDone();
    }
    if (call.verb != VaultVerb::read)
        return vaultFailure(405, "unsupported operation");
    auto reply = envelope();
    reply.data = R"({"cas_required":)" + std::string(config_.casRequired ? "true" : "false") +
                 R"(,"delete_version_after":")" + std::to_string(config_.deleteAfterS) + R"(s","max_versions":)" +
                 std::to_string(config_.maxVersions) + "}";
    return vaultEnvelope(200, reply);
}

} // namespace drover::sandbox
