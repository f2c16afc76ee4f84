// SPDX-License-Identifier: Apache-2.0
// Reading and changing one setting in the text of drover.toml, leaving everything else of the file as it is.
#include "protocol/config/Toml.h"
#include "protocol/config/WorkspaceConfig.h"

#include <algorithm>
#include <array>

namespace drover {
namespace {

enum class SettingKind { text, flag, count, texts };

struct SettingSpec {
    std::string_view key; // '*' stands for any one part
    SettingKind kind = SettingKind::text;
};

constexpr auto settingSpecs = std::to_array<SettingSpec>({
    {"workspace.id"}, {"workspace.name"}, {"workspace.environment"}, {"workspace.sandbox", SettingKind::flag},
    {"policy.name"}, {"targets.*.openai"}, {"targets.*.anthropic"}, {"targets.*.regions.*"}, {"targets.*.ca_file"},
    {"targets.*.http_proxy"}, {"targets.*.models.*"}, {"targets.*.price_book"},
    {"targets.*.issuer.kind"}, {"targets.*.issuer.project"}, {"targets.*.issuer.admin_key"}, {"secrets.store"}, {"vault.address"},
    {"vault.namespace"}, {"vault.mount"}, {"vault.path"}, {"vault.ca_file"}, {"vault.auth"}, {"vault.token"},
    {"vault.auth_mount"}, {"vault.role_id"}, {"vault.secret_id"}, {"vault.secret_id_wrapped", SettingKind::flag},
    {"vault.keep_secret_id"}, {"vault.username"}, {"vault.password"}, {"vault.role"}, {"vault.jwt"},
    {"vault.callback_port", SettingKind::count},
    {"aws.region"}, {"aws.endpoint"}, {"aws.access_key_id"}, {"aws.secret_access_key"}, {"aws.session_token"},
    {"aws.prefix"}, {"aws.ca_file"}, {"gcp.project"}, {"gcp.endpoint"}, {"gcp.credentials"}, {"gcp.prefix"},
    {"gcp.ca_file"}, {"azure.vault_url"}, {"azure.tenant"}, {"azure.client_id"}, {"azure.client_secret"},
    {"azure.authority"}, {"azure.prefix"}, {"azure.ca_file"},
    {"redis.url"}, {"redis.user"}, {"redis.password"}, {"redis.ca_file"}, {"gateway.listen"}, {"gateway.admin_listen"}, {"gateway.default"},
    {"gateway.sticky", SettingKind::texts}, {"gateway.bodies"}, {"gateway.tls"}, {"notify.*.*"},
    {"rotation.schedule"}, {"retention.requests_days", SettingKind::count}, {"retention.evidence_days", SettingKind::count},
    {"retention.bodies_hours", SettingKind::count},
});

using KeyParts = std::vector<std::string>;

Error keyError(std::string_view key, std::string what, Errc code = Errc::invalidInput)
{
    return Error{code, std::move(what), std::string(key)};
}

// "targets.legacy.models.\"gpt-4.1\"": parts between dots, in quotes where they hold dots.
Result<KeyParts> splitKey(std::string_view key)
{
    KeyParts parts;
    std::string_view rest = key;
    for (;;) {
        std::size_t size = 0;
        if (rest.starts_with('"')) {
            size = rest.find('"', 1);
            if (size == std::string_view::npos)
                return keyError(key, "a quote is not closed");
            parts.emplace_back(rest.substr(1, size - 1));
            ++size;
        } else {
            size = std::min(rest.find('.'), rest.size());
            parts.emplace_back(rest.substr(0, size));
        }
        if (parts.back().empty())
            return keyError(key, "a setting is named like gateway.listen");
        if (size == rest.size())
            return parts;
        if (rest[size] != '.')
            return keyError(key, "a setting is named like gateway.listen");
        rest.remove_prefix(size + 1);
    }
}

bool matchesSpec(const SettingSpec& spec, const KeyParts& parts)
{
    std::string_view rest = spec.key;
    for (const auto& part : parts) {
        const auto dot = std::min(rest.find('.'), rest.size());
        const std::string_view wanted = rest.substr(0, dot);
        if (rest.empty() || (wanted != "*" && wanted != part))
            return false;
        rest.remove_prefix(std::min(dot + 1, rest.size()));
    }
    return rest.empty();
}

const SettingSpec* findSpec(const KeyParts& parts)
{
    const auto found = std::ranges::find_if(settingSpecs, [&](const auto& spec) { return matchesSpec(spec, parts); });
    return found == settingSpecs.end() ? nullptr : &*found;
}

Result<std::string> tomlValue(SettingKind kind, std::string_view key, std::string_view value)
{
    switch (kind) {
    case SettingKind::text: return tomlString(value);
    case SettingKind::flag:
        if (value != "true" && value != "false")
            return keyError(key, "true or false was expected");
        return std::string(value);
    case SettingKind::count:
        if (value.empty() || value.size() > 9 || value.find_first_not_of("0123456789") != std::string_view::npos ||
            (value.size() > 1 && value.front() == '0'))
            return keyError(key, "a whole number was expected");
        return std::string(value);
    case SettingKind::texts: break;
    }
    std::string list = "[";
    while (!value.empty()) {
        const auto comma = std::min(value.find(','), value.size());
        std::string_view one = value.substr(0, comma);
        while (one.starts_with(' '))
            one.remove_prefix(1);
        while (one.ends_with(' '))
            one.remove_suffix(1);
        if (!one.empty())
            list.append(list.size() > 1 ? ", " : "").append(tomlString(one));
        value.remove_prefix(std::min(comma + 1, value.size()));
    }
    return list + "]";
}

const TomlNode* findNode(const TomlNode& root, const KeyParts& parts, std::size_t count)
{
    const TomlNode* node = &root;
    for (std::size_t i = 0; i < count && node != nullptr; ++i)
        node = node->find(parts[i]);
    return node;
}

// Behind the line that holds the byte.
std::size_t lineAfter(std::string_view text, std::size_t at)
{
    const auto end = text.find('\n', at);
    return end == std::string_view::npos ? text.size() : end + 1;
}

// Where a new key of the table goes: behind its last own key, or behind its header.
std::size_t insertionPoint(std::string_view text, const TomlNode& table)
{
    std::size_t at = table.begin;
    for (const auto& [name, value] : table.members)
        if (value.kind != TomlNode::Kind::table || value.isInline)
            at = std::max(at, value.end > value.begin ? value.end - 1 : value.begin);
    return lineAfter(text, at);
}

std::string withLine(std::string_view text, std::size_t at, const std::string& line)
{
    std::string out(text.substr(0, at));
    if (!out.empty() && !out.ends_with('\n'))
        out += '\n';
    return out.append(line).append("\n").append(text.substr(at));
}

// A table in the text has a header of its own where its first byte is a bracket; else it is only named in the
// headers of tables below it.
bool hasHeader(std::string_view text, const TomlNode& table)
{
    return table.begin < text.size() && text[table.begin] == '[' && !table.isInline;
}

Result<std::string> addSetting(std::string_view text, const TomlNode& root, const KeyParts& parts,
                               std::string_view key, const std::string& value)
{
    const std::string line = tomlKey(parts.back()) + " = " + value;
    const TomlNode* table = findNode(root, parts, parts.size() - 1);
    if (table != nullptr && table->kind != TomlNode::Kind::table)
        return keyError(key, "what stands in front of the last dot is no table");
    if (table != nullptr && table->isInline) {
        const auto brace = table->end == 0 ? std::string_view::npos : text.rfind('}', table->end - 1);
        if (brace == std::string_view::npos || brace < table->begin)
            return keyError(key, "the table cannot be changed here; edit the file");
        std::string out(text);
        std::size_t at = brace;
        while (at > 0 && out[at - 1] == ' ')
            --at;
        out.replace(at, brace - at, (table->members.empty() ? " " : ", ") + line + " ");
        return out;
    }
    if (table != nullptr && hasHeader(text, *table))
        return withLine(text, insertionPoint(text, *table), line);
    std::string header;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i)
        header.append(i == 0 ? "" : ".").append(tomlKey(parts[i]));
    return withLine(text, text.size(), "\n[" + header + "]\n" + line);
}

std::string plainValue(const TomlNode& node)
{
    if (node.kind == TomlNode::Kind::list) {
        std::string list;
        for (const auto& item : node.items)
            list.append(list.empty() ? "" : ",").append(item.text);
        return list;
    }
    return node.text;
}

} // namespace

Result<std::string> setConfigValue(std::string_view toml, std::string_view key, std::string_view value, std::string_view file)
{
    DROVER_TRY(const auto parts, splitKey(key));
    const auto* spec = findSpec(parts);
    if (spec == nullptr)
        return keyError(key, "there is no such setting");
    DROVER_TRY(const auto written, tomlValue(spec->kind, key, value));
    DROVER_TRY(const auto root, parseToml(toml, file));
    std::string changed;
    if (const auto* node = findNode(root, parts, parts.size())) {
        if (node->kind == TomlNode::Kind::table)
            return keyError(key, "this is a table in the file");
        changed = std::string(toml.substr(0, node->begin)) + written + std::string(toml.substr(node->end));
    } else {
        DROVER_TRY(changed, addSetting(toml, root, parts, key, written));
    }
    DROVER_CHECK(parseConfig(changed, file));
    DROVER_TRY(const auto after, getConfigValue(changed, key, file));
    if (spec->kind != SettingKind::texts && after != value)
        return keyError(key, "the file cannot be changed here; edit it");
    return changed;
}

Result<std::string> getConfigValue(std::string_view toml, std::string_view key, std::string_view file)
{
    DROVER_TRY(const auto parts, splitKey(key));
    if (findSpec(parts) == nullptr)
        return keyError(key, "there is no such setting", Errc::notFound);
    DROVER_TRY(const auto config, parseConfig(toml, file));
    DROVER_TRY(const auto root, parseToml(toml, file));
    if (const auto* node = findNode(root, parts, parts.size()))
        return plainValue(*node);
    // Not in the file: what holds then, from the file that would be written for these settings.
    DROVER_TRY(const auto whole, parseToml(writeConfig(config), file));
    if (const auto* node = findNode(whole, parts, parts.size()))
        return plainValue(*node);
    return std::string();
}

} // namespace drover
